"""Photos carried away by the pointer, to the paper or to another program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

from app.desktop.desktop import PHOTOS_TYPE

_SIDE = 72  # pixels: the longer side of the picture under the pointer


def carry(source: QWidget, photos: Sequence[Path], picture: QPixmap | None) -> list[Path]:
    """Let the pointer carry photos until they are dropped; return those that another program took.

    What is dropped within this program is told by where it went. Other programs are given files: photos of
    other machines are carried within this one alone.

    Args:
        source: where they come from.
        photos: at least one.
        picture: what the pointer shows of them, if anything.
    """
    drag, data, files = QDrag(source), QMimeData(), [path for path in photos if path.is_absolute()]
    data.setData(PHOTOS_TYPE, b"")  # what holds nothing is carried nowhere
    if files:
        data.setUrls([QUrl(path.as_uri()) for path in files])
    drag.setMimeData(data)
    if picture is not None:
        smooth = Qt.TransformationMode.SmoothTransformation
        size = QSize(_SIDE, _SIDE)
        drag.setPixmap(picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
    taken = drag.exec(Qt.DropAction.CopyAction) != Qt.DropAction.IgnoreAction
    return files if taken and drag.target() is None else []
