"""Where things lie on a tile: picture, signs and numbers, and which of them is at a point."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetrics

from engine.library import Hit

GAP = 6
"""Space around a picture, in pixels."""

_HEART = 28.0  # the disc behind it, in pixels
_AWAY = 24.0  # the disc of the sign that a photo is offline
_BESIDE = 3.0  # between heart and loupe
_INSET = 5.0  # of signs, from the picture's frame


class TileState(NamedTuple):
    """What is seen of a tile besides its photo. Python's own: many are painted while a pen moves."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False


class Part(Enum):
    """What of a tile can be clicked on its own."""

    HEART = auto()
    """More like this photo."""
    LOUPE = auto()
    """A closer look at it."""
    BEHIND = auto()
    """The photos that it stands for."""
    COPIES = auto()
    """Its other files, and the other photos of its moment."""


def fit_into(size: QSizeF, frame: QRectF) -> QRectF:
    """Return where a picture of this size lies in the frame: whole, centred, as large as it can be."""
    scaled = size.scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    corner = frame.center() - QPointF(scaled.width() / 2, scaled.height() / 2)
    return QRectF(corner, scaled)


def part_at(point: QPoint, area: QRect, metrics: QFontMetrics, hit: Hit) -> Part | None:
    """Return which sign of a tile lies at a point.

    Args:
        point: in the view.
        area: where the tile lies in it.
        metrics: of the font that signs are painted in.
        hit: what the tile shows.
    """
    frame, at = frame_in(area), QPointF(point)
    if heart_in(frame).contains(at):
        return Part.HEART
    if loupe_in(frame).contains(at):
        return Part.LOUPE
    if hit.behind and _pill_in(metrics, frame, more(hit.behind), right=False).contains(at):
        return Part.BEHIND
    if hit.is_stack and _pill_in(metrics, frame, times(hit), right=True).contains(at):
        return Part.COPIES
    return None


def more(behind: int) -> str:
    """Return how a tile says that it stands for so many other photos."""
    return f"+{behind}"


def times(hit: Hit) -> str:
    """Return how it says how many files it stands for, as copies or photos of one moment."""
    return f"{len(hit.files)}\N{MULTIPLICATION SIGN}"


def heart_in(frame: QRectF) -> QRectF:
    """Return where the heart lies: at the top, on the right."""
    return QRectF(frame.right() - _HEART - _INSET, frame.top() + _INSET, _HEART, _HEART)


def loupe_in(frame: QRectF) -> QRectF:
    """Return where the loupe lies: beside the heart."""
    return heart_in(frame).translated(-_HEART - _BESIDE, 0)


def away_in(frame: QRectF) -> QRectF:
    """Return where it is said that the photo is offline: at the top, on the left."""
    return QRectF(frame.left() + _INSET, frame.top() + _INSET, _AWAY, _AWAY)


def host_in(metrics: QFontMetrics, frame: QRectF, host: str, *, beside: bool) -> QRectF:
    """Return where the name of another machine lies: at the top, on the left; beside heart and loupe."""
    height, room = metrics.height() + 2.0, frame.width() - 2 * _INSET
    if beside:
        room -= 2 * _HEART + _BESIDE + _INSET
    width = min(metrics.horizontalAdvance(host) + height * 0.7, room)
    return QRectF(frame.left() + _INSET, frame.top() + _INSET, width, height)


def corner(metrics: QFontMetrics, frame: QRectF, text: str, *, right: bool) -> QRectF:
    """Return where a pill with this text lies: at the bottom, on the right or the left."""
    height = metrics.height() + 2.0
    width = max(metrics.horizontalAdvance(text) + height * 0.7, height)
    left = frame.right() - width - _INSET if right else frame.left() + _INSET
    return QRectF(left, frame.bottom() - height - _INSET, width, height)


def _pill_in(metrics: QFontMetrics, frame: QRectF, text: str, *, right: bool) -> QRectF:
    """Return where such a pill can be pressed."""
    return corner(metrics, frame, text, right=right).adjusted(-4, -4, 4, 4)


def frame_in(area: QRect) -> QRectF:
    """Return where the picture's frame lies in a tile."""
    return QRectF(area).adjusted(GAP, GAP, -GAP, -GAP)
