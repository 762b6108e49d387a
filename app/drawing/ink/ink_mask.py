"""Where there is ink on the paper, coarsely: tells at any moment whether an eraser has left any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage, QPainter

from app.drawing.ink.strokes import paint_strokes
from app.pictures.images import to_qimage
from engine.preprocess import sketch_square
from engine.sketches.drawing import Stroke
from engine.sketches.ink_box import FAINTEST

_SIDE = 128  # pixels


class InkMask:
    """A small picture of the paper that follows the pen piece by piece."""

    def __init__(
        self,
        strokes: Sequence[Stroke] = (),
        picture: Image.Image | None = None,
        *,
        place: tuple[float, float, float] = (0, 0, 1),
    ) -> None:
        """Paint strokes over a picture of a sketch, or over white.

        Args:
            strokes: in drawing order.
            picture: the sketch.
            place: its left and top edge and its side, in unit coordinates.
        """
        page = Image.new("L", (_SIDE, _SIDE), 255) if picture is None else _page(picture, *place)
        self._image = self._before = to_qimage(page)
        self._paint(strokes)

    @property
    def is_blank(self) -> bool:
        """Whether no ink is left that a search would see."""
        return int(np.frombuffer(self._image.constBits(), np.uint8).min()) > 255 - FAINTEST

    def begin(self) -> None:
        """Let `revert` lead back here."""
        self._before = QImage(self._image)

    def revert(self) -> None:
        """Take back what was added since `begin`."""
        self._image = QImage(self._before)

    def add(self, piece: Stroke) -> None:
        """Paint one piece of a stroke."""
        self._paint([piece])

    def _paint(self, strokes: Sequence[Stroke]) -> None:
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_strokes(painter, strokes, _SIDE)
        painter.end()


def _page(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    square = sketch_square(picture, _SIDE)
    if (left, top, side) == (0, 0, 1):
        return square
    page, pixels = Image.new("L", (_SIDE, _SIDE), 255), max(round(side * _SIDE), 1)
    page.paste(square.resize((pixels, pixels)), (round(left * _SIDE), round(top * _SIDE)))
    return page
