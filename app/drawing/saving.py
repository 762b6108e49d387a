"""What is on the paper, as files and for the clipboard. What lies there to be traced is no part of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QIODevice, QMimeData, QSaveFile

from app.drawing.document import Document
from app.drawing.loading import as_png
from app.drawing.svg_strokes import to_svg
from engine.errors import EngineError
from engine.visible import visible

SVG_TYPE = "image/svg+xml"
_ENDING = ".svg"
_COPIED_SIDE = 1000  # pixels


def svg_of(document: Document) -> bytes:
    """Return what is on the paper as an SVG that opens as strokes again."""
    title = QCoreApplication.translate("SketchFiles", "FFMLN sketch")
    picture = document.picture
    if picture is None:
        return to_svg(document.strokes, title=title)
    return to_svg(document.strokes, picture=as_png(picture.original), place=picture.place, title=title)


def for_the_clipboard(document: Document) -> QMimeData:
    """Return what is on the paper as a picture for other programs, and as strokes for this one."""
    data = QMimeData()
    data.setImageData(document.to_image(_COPIED_SIDE))
    data.setData(SVG_TYPE, svg_of(document))
    return data


def with_ending(path: Path) -> Path:
    """Return the name of an SVG, its ending added where it lacks one."""
    return path if path.suffix.lower() == _ENDING else path.with_name(path.name + _ENDING)


def save_svg(document: Document, path: Path) -> None:
    """Save what is on the paper as an SVG, whole or not at all.

    Raises:
        EngineError: the file cannot be written.
    """
    file = QSaveFile(str(path))
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not opened or file.write(svg_of(document)) < 0 or not file.commit():
        text = QCoreApplication.translate("SketchFiles", "The sketch could not be saved as {name}: {reason}.")
        raise EngineError(text.format(name=visible(path.name), reason=file.errorString()))
