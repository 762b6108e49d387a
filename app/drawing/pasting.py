"""What is on the clipboard comes onto the paper or beside it: found photos, or drawings told from photos."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from app.desktop import PHOTOS_TYPE, not_here
from app.drawing.files import SketchFiles
from app.drawing.print_files import PrintFiles
from app.drawing.saving import SVG_TYPE
from app.images import to_pillow


class Pasting(QObject):
    """Hands what was copied to those that read sketches and photos."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""

    def __init__(self, sketches: SketchFiles, prints: PrintFiles) -> None:
        super().__init__(sketches)
        self._sketches, self._prints = sketches, prints

    def paste(self) -> None:
        """Take the SVG drawing, the files in turn, or the picture on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        found = clipboard_content(data)
        if isinstance(found, bytes):
            self._sketches.open_data(found)
        elif isinstance(found, list):
            copied_here = data.hasFormat(PHOTOS_TYPE)  # photos, whatever they look like
            self._prints.take(found, like=True if copied_here else None)
        elif found is not None:
            self._prints.take_picture(found)
        elif data is not None and data.urls():
            self.failed.emit(not_here())
        else:
            self.failed.emit(self.tr("There is no picture on the clipboard."))


def clipboard_content(data: QMimeData | None) -> Image.Image | list[Path] | bytes | None:
    """Return what is on the clipboard: an SVG as bytes, files, or a picture; None without any.

    Files come before their pixels, which say less: several files come with the picture of the first.
    """
    if data is None:  # an empty clipboard, on some systems
        return None
    if data.hasFormat(SVG_TYPE):  # first: Qt would paint it here and now
        return bytes(data.data(SVG_TYPE).data())
    if files := [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]:
        return files
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return to_pillow(image)
    return None
