"""The program's icons, drawn in the text colour of the day so that they suit light and dark."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.paths import ASSETS

ARROW = " \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
"""What the words of a button end with that opens a list."""

_SIDE = 64  # pixels; scaled down by Qt, so it serves every screen


def app_icon() -> QIcon:
    """Return the program's own icon."""
    icon = QIcon()
    text = (ASSETS / "icons" / "ffmln.svg").read_text(encoding="utf-8")
    for side in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(_paint(text, side))
    return icon


def icon(name: str, palette: QPalette) -> QIcon:
    """Return a tool's icon in this palette's inks, paler where the tool is disabled.

    Flat buttons have the window's ground; once chosen, or under the pointer, they have that of buttons.
    """
    text = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    groups, roles, result = QPalette.ColorGroup, QPalette.ColorRole, QIcon()
    for mode, group, off in (
        (QIcon.Mode.Normal, groups.Active, roles.WindowText),
        (QIcon.Mode.Active, groups.Active, roles.ButtonText),
        (QIcon.Mode.Disabled, groups.Disabled, roles.WindowText),
    ):
        for state, role in ((QIcon.State.Off, off), (QIcon.State.On, roles.ButtonText)):
            coloured = text.replace("currentColor", _css(palette.color(group, role)))
            result.addPixmap(_paint(coloured, _SIDE), mode, state)
    return result


def _css(colour: QColor) -> str:
    return colour.name(QColor.NameFormat.HexRgb)


def _paint(text: str, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap
