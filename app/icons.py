"""The program's icons, drawn in the text colour of the day so that they suit light and dark."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.paths import ASSETS

_SIDE = 64  # pixels; scaled down by Qt, so it serves every screen


def app_icon() -> QIcon:
    """Return the program's own icon."""
    icon = QIcon()
    text = (ASSETS / "icons" / "ffmln.svg").read_text(encoding="utf-8")
    for side in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(_paint(text, side))
    return icon


def icon(name: str, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return a tool's icon in this ink of the palette, paler where the tool is disabled."""
    result = QIcon()
    text = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, role)
        result.addPixmap(_paint(text.replace("currentColor", _css(colour)), _SIDE), mode)
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
