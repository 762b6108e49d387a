"""Draws on papers, waits, and takes pictures of windows with all that lies over them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from painted_photos import Point
from PySide6.QtCore import QDeadlineTimer, QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.drawing.canvas import Canvas
from app.photos.grid.grid import PhotoGrid
from app.photos.grid.seating import Seating

_LONGEST = 120_000  # milliseconds that anything may take
_LONG = 10_000  # milliseconds that an answer may take
_HIGH = 500  # pixels of a picture that is not of the window
_SETTLED = 700  # milliseconds until nothing glides any more
_FRAME = QMargins(1, 28, 1, 1)  # pixels around a dialog, as a window manager adds them


class Desk:
    """Draws on papers, waits, and takes pictures of all that is open."""

    def __init__(self, out: Path, only: Sequence[str] = ()) -> None:
        """Take pictures into a folder, all or those of these names."""
        self._out, self._only, self._number = out, only, 0

    def draw(self, canvas: Canvas, *strokes: Sequence[Point]) -> None:
        """Draw with the mouse, points in units of the paper."""
        area = canvas.area()
        for points in strokes:
            where = [
                QPoint(round(area.x() + x * area.width()), round(area.y() + y * area.height()))
                for x, y in points
            ]
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=where[0])
            for point in where[1:]:
                QTest.mouseMove(canvas, point)
                QTest.qWait(8)
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=where[-1])

    def wait_until(self, true: Callable[[], object]) -> None:
        """Let the program work until something holds."""
        deadline = QDeadlineTimer(_LONGEST)
        while not true():
            if deadline.hasExpired():
                raise SystemExit(f"The window never came into the state after picture {self._number}.")
            QTest.qWait(5)

    def settle(self, seating: Seating | None = None, grid: PhotoGrid | None = None) -> None:
        """Let what moves come to rest: with these, until photos have their seats and their pictures."""
        QTest.qWait(20)
        if seating is not None and grid is not None:
            deadline = QDeadlineTimer(_LONG)
            while not (self._stands(seating) and self.has_pictures(grid)):
                if deadline.hasExpired():
                    print(f"Picture {self._number + 1} is taken before photos stood still.", file=sys.stderr)
                    break
                QTest.qWait(5)
        QTest.qWait(_SETTLED)

    def _stands(self, seating: Seating) -> bool:
        return seating.shown is None or (seating.is_settled and not seating.is_moving)

    def has_pictures(self, grid: PhotoGrid) -> bool:
        """Return whether every photo in sight has its picture, or can have none."""
        pictures, broken = grid.thumbnails.get, grid.thumbnails.is_broken
        return all(pictures(path) is not None or broken(path) for path in grid.visible_photos())

    def keep(self, file: Path, name: str) -> None:
        """Put a picture that is not of the window among the others."""
        if self._is_wanted(name):
            QPixmap(str(file)).scaledToHeight(_HIGH).save(self._file(name))

    def take(self, window: QWidget, name: str) -> None:
        """Write a picture of the window, with the dialogs and menus over it."""
        if not self._is_wanted(name):
            return
        above = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window]
        area = window.geometry()
        for one in above:
            frame = _FRAME if isinstance(one, QDialog) else QMargins()
            area = area.united(one.geometry().marginsAdded(frame))
        ratio = window.devicePixelRatioF()
        picture = QPixmap(area.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.magenta)
        painter = QPainter(picture)
        for one in (window, *above):
            place = one.geometry().translated(-area.topLeft())
            painter.drawPixmap(place.topLeft(), one.grab())
            if isinstance(one, QDialog):
                _frame(painter, place, one)
        painter.end()
        picture.save(self._file(name))

    def _is_wanted(self, name: str) -> bool:
        self._number += 1
        return not self._only or name in self._only

    def _file(self, name: str) -> str:
        self._out.mkdir(parents=True, exist_ok=True)
        return str(self._out / f"{self._number:02}-{name}.png")


def _frame(painter: QPainter, place: QRect, dialog: QDialog) -> None:
    """Paint what a window manager puts around a dialog: a bar with its title, and a line."""
    around = place.marginsAdded(_FRAME)
    palette = dialog.palette()
    painter.save()
    painter.setPen(palette.color(QPalette.ColorRole.Dark))
    painter.drawRect(around.adjusted(0, 0, -1, -1))
    bar = QRect(place.left(), around.top() + 1, place.width(), _FRAME.top() - 1)
    painter.fillRect(bar, palette.color(QPalette.ColorRole.Midlight))
    painter.setFont(dialog.font())
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())
    painter.restore()
