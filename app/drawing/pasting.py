"""What is on the clipboard comes onto the paper or beside it: found photos, or drawings told from photos."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from app.desktop.desktop import PHOTOS_TYPE, not_here, paths_in
from app.drawing.beside.print_files import Content, PrintFiles
from app.drawing.saving import SVG_TYPE
from app.pictures.images import to_pillow


class Pasting(QObject):
    """Hands what was copied to what reads sketches and photos."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""

    def __init__(self, prints: PrintFiles) -> None:
        super().__init__(prints)
        self._prints = prints

    def paste(self) -> None:
        """Take the SVG drawing, the files in turn, or the picture on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        found = clipboard_content(data)
        if found is not None:
            is_photo = isinstance(found, list) and data.hasFormat(PHOTOS_TYPE)  # whatever it looks like
            self._prints.take_content(found, like=True if is_photo else None)
        elif data is not None and data.urls():
            self.failed.emit(not_here())
        else:
            self.failed.emit(self.tr("There is no picture on the clipboard."))


def clipboard_content(data: QMimeData | None) -> Content | None:
    """Return what is on the clipboard: an SVG as bytes, files, or a picture; None without any.

    Files come before their pixels, which say less: several files come with the picture of the first.
    """
    if data is None:  # an empty clipboard, on some systems
        return None
    if data.hasFormat(SVG_TYPE):  # first: Qt would paint it here and now
        return bytes(data.data(SVG_TYPE).data())
    if files := paths_in(data):
        return files
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return to_pillow(image)
    return None
