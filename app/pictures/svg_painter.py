"""Paints a cleaned SVG drawing, in a process of its own: `app.pictures.svg` starts it, and may end it."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Sequence

from app.start.screen import FOREIGN_PLUGINS
from engine.child import limit_this_process

NO_QT = 3
"""The exit status where Qt cannot be loaded, for want of a system library."""

_SECONDS, _MEMORY = 10, 4 << 30


def main(arguments: Sequence[str]) -> int:
    """Paint the drawing on stdin; write width, height and RGBA pixels to stdout.

    Args:
        arguments: the pixels of its longer side.

    Returns:
        0, 1 where it is no drawing, or NO_QT.
    """
    limit_this_process(seconds=_SECONDS, memory=_MEMORY)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in FOREIGN_PLUGINS:
        os.environ.pop(name, None)
    try:
        return _paint(int(arguments[0]))
    except ImportError:
        return NO_QT


def _paint(side: int) -> int:
    from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication(["ffmln"])  # text needs one
    renderer = QSvgRenderer()
    if not renderer.load(QByteArray(sys.stdin.buffer.read())):
        return 1
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    view = renderer.viewBoxF()
    natural = renderer.defaultSize() if renderer.defaultSize().isValid() else view.size().toSize()
    fitted = natural.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    image = QImage(fitted.expandedTo(QSize(1, 1)), QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    sys.stdout.buffer.write(struct.pack("<II", image.width(), image.height()))
    sys.stdout.buffer.write(bytes(image.constBits()))  # rows of four bytes a pixel, without gaps
    sys.stdout.buffer.flush()
    application.quit()
    return 0
