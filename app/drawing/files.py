"""Sketches that come from outside and go there: picture files, SVG, the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QIODevice,
    QMimeData,
    QObject,
    QRect,
    QRectF,
    QSaveFile,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer
from PySide6.QtWidgets import QFileDialog

from app.drawing.canvas import Canvas
from app.drawing.document import Document, Picture
from app.engine_sentences import in_own_language
from app.images import to_pillow
from engine.errors import EngineError, ImageError
from engine.photos import open_sketch
from engine.preprocess import clean_sketch, has_ink

_KINDS = "(*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.svg)"
_SIDE = 1000
"""Units of a saved sketch's side, and pixels of an opened SVG's longer one."""


class SketchFiles(QObject):
    """Brings sketches onto the canvas and saves what is on it."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas

    def choose(self) -> None:
        """Ask for a picture file and lay it on the paper."""
        title, kinds = self.tr("Open a picture as sketch"), self.tr("Pictures") + " " + _KINDS
        chosen, _ = QFileDialog.getOpenFileName(self._canvas.window(), title, "", kinds)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Lay this picture file on the paper."""
        self._place(lambda: read_picture(path))

    def paste(self) -> None:
        """Lay the clipboard's picture on the paper."""
        self._place(lambda: clipboard_picture(QGuiApplication.clipboard().mimeData()))

    def save(self) -> None:
        """Ask for a file and save what is on the paper as an SVG."""
        title, kind = self.tr("Save sketch"), self.tr("SVG drawing") + " (*.svg)"
        chosen, _ = QFileDialog.getSaveFileName(self._canvas.window(), title, self.tr("sketch.svg"), kind)
        if chosen:
            try:
                save_svg(self._canvas.document, Path(chosen))
            except EngineError as error:
                self.failed.emit(in_own_language(str(error)))

    def _place(self, read: Callable[[], Image.Image | None]) -> None:
        try:
            image = read()
        except EngineError as error:
            self.failed.emit(in_own_language(str(error)))
        else:
            if image is None:
                self.failed.emit(self.tr("There is no picture on the clipboard."))
            elif not has_ink(cleaned := clean_sketch(image)):
                self.failed.emit(self.tr("There is nothing drawn on this picture."))
            else:
                self._canvas.place(Picture.of(cleaned))


def read_picture(path: Path) -> Image.Image:
    """Read a sketch from a picture file or an SVG.

    Raises:
        ImageError: it cannot be read.
    """
    return _read_svg(path) if path.suffix.lower() == ".svg" else open_sketch(path)


def clipboard_picture(data: QMimeData | None) -> Image.Image | None:
    """Return the picture, or the first picture file, on the clipboard; None if there is neither.

    Raises:
        ImageError: there is a file, but it cannot be read.
    """
    if data is None:  # an empty clipboard, on some systems
        return None
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return to_pillow(image)
    for url in data.urls():
        if url.isLocalFile():
            return read_picture(Path(url.toLocalFile()))
    return None


def save_svg(document: Document, path: Path) -> None:
    """Save what is on the paper as an SVG, whole or not at all.

    Raises:
        EngineError: the file cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(_SIDE, _SIDE))
    generator.setViewBox(QRect(0, 0, _SIDE, _SIDE))
    generator.setTitle(QCoreApplication.translate("SketchFiles", "FFMLN sketch"))
    painter = QPainter(generator)
    document.paint(painter, _SIDE)
    painter.end()
    file = QSaveFile(str(path))
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not opened or file.write(buffer.data()) < 0 or not file.commit():
        text = QCoreApplication.translate("SketchFiles", "The sketch could not be saved as {name}: {reason}.")
        raise EngineError(text.format(name=path.name, reason=file.errorString()))


def _read_svg(path: Path) -> Image.Image:
    renderer = QSvgRenderer()
    if not path.is_file() or not renderer.load(str(path)):
        text = QCoreApplication.translate(
            "SketchFiles", "{name} is not an SVG picture this program can read."
        )
        raise ImageError(text.format(name=path.name))
    size = renderer.defaultSize().scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    image = QImage(size.expandedTo(QSize(1, 1)), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return to_pillow(image)
