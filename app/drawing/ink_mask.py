"""Where there is ink on the paper, coarsely: tells at any moment whether an eraser has left any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage, QPainter

from app.drawing.strokes import paint_line
from app.images import to_qimage
from engine.drawing import Stroke, rasterise
from engine.preprocess import FAINTEST, sketch_square

_SIDE = 128  # pixels


class InkMask:
    """A small picture of the paper that follows the pen piece by piece."""

    def __init__(self, strokes: Sequence[Stroke] = (), picture: Image.Image | None = None) -> None:
        """Paint strokes over a picture of a sketch, or over white."""
        page = sketch_square(picture, _SIDE) if picture is not None else None
        self._image = to_qimage(rasterise(strokes, _SIDE, page=page))
        self._before = self._image

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

    def add(self, points: Sequence[tuple[float, float]], *, width: float, eraser: bool) -> None:
        """Paint one piece of a stroke.

        Args:
            points: one or two, in unit coordinates.
            width: a share of the paper's side.
            eraser: take ink away.
        """
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_line(painter, np.asarray(points, np.float32), _SIDE, width=width, eraser=eraser)
        painter.end()
