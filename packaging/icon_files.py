"""Draws the program's icon at any size, and writes it as Windows and macOS want it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

_WINDOWS = (16, 24, 32, 48, 64, 128, 256)
_MACOS = (16, 32, 64, 128, 256, 512, 1024)


def paint(drawing: Path, side: int) -> Image.Image:
    """Return an SVG drawing as a picture of side times side pixels, with transparency."""
    image = QImage(side, side, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(drawing)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return Image.frombytes("RGBA", (side, side), bytes(image.constBits()))


def write_ico(drawing: Path, file: Path) -> None:
    """Write the icon of a program for Windows, every size drawn anew."""
    _write(drawing, file, _WINDOWS)


def write_icns(drawing: Path, file: Path) -> None:
    """Write the icon of an application for macOS."""
    _write(drawing, file, _MACOS)


def _write(drawing: Path, file: Path, sides: tuple[int, ...]) -> None:
    smaller = [paint(drawing, side) for side in sides[:-1]]
    paint(drawing, sides[-1]).save(file, append_images=smaller)
