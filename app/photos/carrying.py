"""Photos carried away by the pointer, to the paper or to another program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

_SIDE = 72  # pixels: the longer side of the picture under the pointer


def carry(source: QWidget, photos: Sequence[Path], picture: QPixmap | None) -> bool:
    """Let the pointer carry photos until they are dropped; return whether another program took them.

    What is dropped within this program is told by where it went.

    Args:
        source: where they come from.
        photos: at least one.
        picture: what the pointer shows of them, if anything.
    """
    drag, data = QDrag(source), QMimeData()
    data.setUrls([QUrl(path.as_uri()) for path in photos])
    drag.setMimeData(data)
    if picture is not None:
        smooth = Qt.TransformationMode.SmoothTransformation
        size = QSize(_SIDE, _SIDE)
        drag.setPixmap(picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
    taken = drag.exec(Qt.DropAction.CopyAction) != Qt.DropAction.IgnoreAction
    return taken and drag.target() is None
