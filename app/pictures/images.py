"""How pictures cross between Pillow and Qt, and into files."""

import io

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QImage, QImageReader

from engine.preprocess import DARK, dark_square
from engine.sketches.kept import PICTURE_SIDE


def to_qimage(image: Image.Image) -> QImage:
    """Return a Pillow picture as a Qt one that owns its pixels; safe off the GUI thread."""
    if image.mode == "L":
        return QImage(
            image.tobytes(), image.width, image.height, image.width, QImage.Format.Format_Grayscale8
        ).copy()
    if image.mode == "RGB":
        return QImage(
            image.tobytes(), image.width, image.height, 3 * image.width, QImage.Format.Format_RGB888
        ).copy()
    data = image.convert("RGBA").tobytes()
    return QImage(data, image.width, image.height, 4 * image.width, QImage.Format.Format_RGBA8888).copy()


def read_jpeg(file: bytes, most: int) -> QImage:
    """Return a small JPEG picture, no longer than `most` pixels either way; a null one where it is none.

    It is read by Qt, which lets other threads run Python meanwhile; safe off the GUI thread.
    """
    buffer = QBuffer()
    buffer.setData(file)
    reader = QImageReader(buffer, b"JPEG")
    size = reader.size()
    if max(size.width(), size.height()) > most:
        reader.setScaledSize(size.scaled(most, most, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def to_pillow(image: QImage) -> Image.Image:
    """Return a Qt picture as a Pillow one in RGBA."""
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes(
        "RGBA", (rgba.width(), rgba.height()), bytes(rgba.constBits()), "raw", "RGBA", rgba.bytesPerLine()
    )


def as_png(image: Image.Image) -> bytes:
    """Return a picture of a drawing as the paper shows it, as a PNG file; made smaller where it is large."""
    small, words, buffer = dark_square(image), PngInfo(), io.BytesIO()
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    words.add_text(DARK, "yes")  # for when it is read: much of it may be ink
    small.save(buffer, "PNG", pnginfo=words)
    return buffer.getvalue()
