"""What the dialogs have in common."""

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox


def close_button(dialog: QDialog) -> QDialogButtonBox:
    """Return the row with the button that closes a dialog; without an icon, which no dark theme expects."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    return buttons
