"""Sketches that come from outside and go there: picture files, SVG, the clipboard."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QIODevice,
    QMimeData,
    QObject,
    QRect,
    QSaveFile,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog

from app.drawing.canvas import Canvas
from app.drawing.document import Document, Picture
from app.drawing.reading import Read, Reading
from app.engine_sentences import in_own_language
from app.images import to_pillow
from app.sketches import ENDINGS, read_data, read_sketch
from engine.errors import EngineError
from engine.preprocess import clean_sketch, has_ink
from engine.visible import visible

_KINDS = f"({' '.join(f'*.{ending}' for ending in ENDINGS)})"
_SVG = "image/svg+xml"
_SIDE = 1000
"""Units of a saved sketch's side."""


class SketchFiles(QObject):
    """Brings sketches onto the canvas and saves what is on it."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""
    _read = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._readings: list[
            Reading[Image.Image]
        ] = []  # the newest one last; of the others nothing is wanted any more
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def choose(self) -> None:
        """Ask for a picture file and lay it on the paper."""
        title, kinds = self.tr("Open a picture as sketch"), self.tr("Pictures") + " " + _KINDS
        chosen, _ = QFileDialog.getOpenFileName(self._canvas.window(), title, "", kinds)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Lay this picture file on the paper, once it is read; a newer one takes its place."""
        self._begin(lambda given_up: read_sketch(path, given_up=given_up))

    def _begin(self, read: Read[Image.Image]) -> None:
        self._give_up()
        reading = Reading(lambda given_up: clean_sketch(read(given_up)), self._read.emit)
        self._readings.append(reading)
        reading.thread.start()

    def paste(self) -> None:
        """Lay the clipboard's picture on the paper."""
        found = clipboard_picture(QGuiApplication.clipboard().mimeData())
        if isinstance(found, Path):
            self.open(found)
        elif isinstance(found, bytes):
            self._begin(lambda given_up: read_data(found, given_up=given_up))
        elif found is not None:
            self._begin(lambda _: found)
        else:
            self.failed.emit(self.tr("There is no picture on the clipboard."))

    def stop(self) -> None:
        """Give up what is being read; return once no thread is at it."""
        self._give_up()
        for reading in self._readings:
            reading.thread.join()

    def save(self) -> None:
        """Ask for a file and save what is on the paper as an SVG."""
        title, kind = self.tr("Save sketch"), self.tr("SVG drawing") + " (*.svg)"
        chosen, _ = QFileDialog.getSaveFileName(self._canvas.window(), title, self.tr("sketch.svg"), kind)
        if chosen:
            try:
                save_svg(self._canvas.document, Path(chosen))
            except EngineError as error:
                self.failed.emit(in_own_language(str(error)))

    def _give_up(self) -> None:
        for reading in self._readings:
            reading.given_up = True

    def _take(self, reading: Reading[Image.Image]) -> None:
        """Lay what was read on the paper, if it is still wanted."""
        self._readings.remove(reading)
        if reading.given_up:
            return
        try:
            image = reading.outcome()
        except EngineError as error:
            self.failed.emit(in_own_language(str(error)))
        else:
            if not has_ink(image):
                self.failed.emit(self.tr("There is nothing drawn on this picture."))
            else:
                self._canvas.place(Picture.of(image))


def clipboard_picture(data: QMimeData | None) -> Image.Image | Path | bytes | None:
    """Return what is on the clipboard: an SVG as bytes, a picture, or the first file; None without any."""
    if data is None:  # an empty clipboard, on some systems
        return None
    if data.hasFormat(_SVG):  # first: Qt would paint it here and now
        return bytes(data.data(_SVG).data())
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return to_pillow(image)
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
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
        raise EngineError(text.format(name=visible(path.name), reason=file.errorString()))
