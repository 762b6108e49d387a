"""What is on the paper, as files and for the clipboard. What lies there to be traced is no part of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QIODevice, QMimeData, QSaveFile

from app.drawing.ink.svg_strokes import SavedSketch, to_svg
from app.drawing.paper.document import Document, Picture
from engine.errors import EngineError
from engine.sketches.drawing import Stroke
from engine.sketches.svg_reader import is_too_large
from engine.visible import visible

SVG_TYPE = "image/svg+xml"
_ENDING = ".svg"
_COPIED_SIDE = 1000  # pixels


def svg_of(document: Document) -> bytes:
    """Return what is on the paper as an SVG that opens as strokes again."""
    title = QCoreApplication.translate("SketchFiles", "FFMLN sketch")
    sketch = saved_sketch(document.strokes, document.picture)
    return to_svg(sketch.strokes, picture=sketch.picture, place=sketch.place, title=title)


def saved_sketch(
    strokes: tuple[Stroke, ...], picture: Picture | None, metadata: Mapping[str, str] | None = None
) -> SavedSketch:
    """Return strokes, and a picture under them, as they are saved; with a few words, if any."""
    if picture is None:
        return SavedSketch(strokes, metadata=metadata or {})
    return SavedSketch(strokes, picture.png, picture.place, metadata or {})


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
        EngineError: the file cannot be written; or it is, and is too large to open as strokes again.
    """
    file, data = QSaveFile(str(path)), svg_of(document)
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not opened or file.write(data) < 0 or not file.commit():
        text = QCoreApplication.translate("SketchFiles", "The sketch could not be saved as {name}: {reason}.")
        raise EngineError(text.format(name=visible(path.name), reason=file.errorString()))
    if is_too_large(data):
        text = QCoreApplication.translate(
            "SketchFiles", "{name} is saved, but so large that it opens as a picture, not as strokes."
        )
        raise EngineError(text.format(name=visible(path.name)))
