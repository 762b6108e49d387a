"""Light or dark: the system's choice, or the person's."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_Role = QPalette.ColorRole

_DARK = {
    _Role.Window: "#2b2d31",
    _Role.WindowText: "#e8e9eb",
    _Role.Base: "#202225",
    _Role.AlternateBase: "#292b2f",
    _Role.Text: "#e8e9eb",
    _Role.Button: "#393c42",
    _Role.ButtonText: "#e8e9eb",
    _Role.BrightText: "#ffffff",
    _Role.ToolTipBase: "#393c42",
    _Role.ToolTipText: "#e8e9eb",
    _Role.PlaceholderText: "#9a9da3",
    _Role.Light: "#4a4d54",
    _Role.Midlight: "#42454b",
    _Role.Mid: "#55585f",
    _Role.Dark: "#1b1d20",
    _Role.Shadow: "#101113",
    _Role.Link: "#6cb2f0",
    _Role.Highlight: "#3b8fd6",
    _Role.HighlightedText: "#ffffff",
}
_DISABLED = ("#7b7e84", (_Role.WindowText, _Role.Text, _Role.ButtonText))


def apply(appearance: str) -> None:
    """Make the whole program "light", "dark" or like the "system".

    Plain X11 desktops have no dark mode to ask for; there, the program brings colours of its own.
    """
    wanted, hints = _SCHEMES[appearance], QGuiApplication.styleHints()
    hints.setColorScheme(wanted)
    own = wanted == Qt.ColorScheme.Dark and hints.colorScheme() != wanted
    QApplication.setPalette(dark_palette() if own else QPalette())


def dark_palette() -> QPalette:
    """Return calm dark colours."""
    palette = QPalette()
    for role, colour in _DARK.items():
        palette.setColor(role, QColor(colour))
    faint, roles = _DISABLED
    for role in roles:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(faint))
    return palette
