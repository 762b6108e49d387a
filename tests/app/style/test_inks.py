"""What stands on the window's ground can be read there, whatever colours other grounds have."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QWidget

from app.drawing.beside.print_corner import PrintCorner
from app.folder.state import FolderState, Phase, ShownFolder
from app.frame.bars import FolderBar, StatusBar
from app.photos.heading import StrengthSign
from app.photos.time.timeline import Timeline
from app.style.elided import Elided, ElidedField
from app.style.icons import icon
from app.style.inks import FaintLabel, faint
from engine.search.spread import Spread, Times, Unit

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
FOLDER = Path("/photos")


def against(window: str, base: str) -> QPalette:
    """Return a palette whose window and fields have opposite grounds, each with an ink of its own."""
    palette, role = QPalette(), QPalette.ColorRole
    for ground, inks, under, ink in (
        (role.Window, (role.WindowText,), window, base),
        (role.Base, (role.Text, role.PlaceholderText), base, window),
        (role.Button, (role.ButtonText,), base, window),
    ):
        palette.setColor(ground, QColor(under))
        for one in inks:
            palette.setColor(one, QColor(ink))
    return palette


def strip_of_time() -> QWidget:
    strip = Timeline()
    edges = tuple(date(2014, month, 1) for month in range(1, 13))
    strip.show_spread(Spread(photos=66, looked_at=66, times=Times(Unit.MONTH, edges, tuple(range(1, 12)))))
    return strip


def zoomed_strip() -> QWidget:
    strip = strip_of_time()
    strip.zoom_by(3.0, 5.0)
    return strip


def field() -> QWidget:
    line = ElidedField(Qt.TextElideMode.ElideMiddle)
    line.setText("/photos/2014/" + "long/" * 40)
    return line


def whole_field() -> QWidget:
    line = ElidedField(Qt.TextElideMode.ElideMiddle)
    line.setText("/photos")
    return line


def faint_line() -> QWidget:
    line = Elided(Qt.TextElideMode.ElideRight)
    line.is_faint = True
    line.setText("learned from your drawings")
    return line


def sign() -> QWidget:
    dots = StrengthSign()
    dots.fill(2)
    return dots


def bar() -> QWidget:
    line = FolderBar()
    line.show_state(FolderState((ShownFolder(FOLDER),), Phase.CURRENT, photos=1204))
    line._button.hide()
    line._symbol.hide()
    line._name.hide()
    return line


def status() -> QWidget:
    line = StatusBar()
    for button in (line._skipped, line._pause, line._cancel, line._resume):
        button.hide()
    return line


KINDS = (
    strip_of_time,
    zoomed_strip,
    field,
    whole_field,
    faint_line,
    sign,
    bar,
    status,
)


@pytest.mark.parametrize("window", ["black", "white"])
def test_ink_on_the_windows_ground_can_be_told_from_it(qtbot, window):
    dark, dim = window == "black", []
    for make in KINDS:
        widget = make()
        qtbot.addWidget(widget)
        widget.setPalette(against(window, "white" if dark else "black"))
        widget.resize(max(widget.minimumWidth(), 240), max(widget.minimumHeight(), 90))
        shot = widget.grab().toImage()
        tones = [shot.pixelColor(x, y).lightness() for x in range(shot.width()) for y in range(shot.height())]
        farthest = max(tones) if dark else 255 - min(tones)
        if farthest <= 80:
            dim.append(make.__name__)
    assert dim == []


def test_faint_ink_follows_the_window_into_the_dark_and_back(qtbot):
    outer = QWidget()
    qtbot.addWidget(outer)
    label = FaintLabel("words", outer)
    for colours in (against("black", "white"), against("white", "black")):
        outer.setPalette(colours)
        assert label.palette().windowText().color() == faint(colours)
        assert abs(faint(colours).lightness() - colours.window().color().lightness()) > 110
        assert label.palette().base() == colours.base()


@pytest.mark.parametrize("window", ["black", "white"])
def test_the_hint_and_the_sign_of_a_corner_can_be_told_from_it(qtbot, window):
    corner = PrintCorner(like=False)
    qtbot.addWidget(corner)
    corner.setPalette(against(window, "white" if window == "black" else "black"))
    corner.resize(200, 90)
    shot = corner.grab().toImage()
    for part in (shot.copy(6, 2, 15, 20), shot.copy(10, 30, 180, 50)):  # beside the word; under both
        tones = [part.pixelColor(x, y).lightness() for x in range(part.width()) for y in range(part.height())]
        assert max(tones) - min(tones) > 80


def test_icons_of_flat_buttons_are_in_the_windows_ink_and_in_the_buttons_once_they_have_its_ground(qapp):
    shown = icon("eraser", against("black", "white"))
    modes, states = QIcon.Mode, QIcon.State
    for mode, state, light in (
        (modes.Normal, states.Off, True), (modes.Normal, states.On, False),
        (modes.Active, states.Off, False), (modes.Active, states.On, False),
    ):  # fmt: skip
        image = shown.pixmap(QSize(32, 32), 1.0, mode, state).toImage()
        inked = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
        tones = [ink.lightness() for ink in inked if ink.alpha() > 200]
        assert (min(tones) > 200) if light else (max(tones) < 55)
