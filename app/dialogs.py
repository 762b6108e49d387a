"""The dialogs: which files were skipped, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import phrases
from app.engine_sentences import in_own_language
from app.icons import app_icon
from app.names import tip
from app.version import program_version
from engine.library import Skipped
from engine.visible import visible


class SkippedDialog(QDialog):
    """Shows what was skipped and why; the files themselves are untouched."""

    def __init__(self, skipped: Sequence[Skipped], folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Skipped files"))
        self.resize(720, 420)
        text = self.tr(
            "These files cannot be searched. They are untouched, and tried again once they change."
        )
        words = QLabel(text if skipped else self.tr("No file was skipped."))
        words.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("File"), self.tr("Reason")])
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName(self.tr("Skipped files"))
        for entry in skipped:
            inside = entry.path.is_relative_to(folder)
            name = visible(str(entry.path.relative_to(folder) if inside else entry.path))
            reason = visible(in_own_language(entry.reason))
            item = QTreeWidgetItem(self.list, [name, reason[:1].upper() + reason[1:]])
            item.setToolTip(0, tip(str(entry.path)))
            item.setToolTip(1, tip(reason))
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.list.header().resizeSection(0, 260)
        buttons = _close_button(self)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)


class AboutDialog(QDialog):
    """Name, version, promise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About FFMLN"))
        symbol, title, text = QLabel(), QLabel(f"FFMLN {program_version()}"), QLabel()
        symbol.setPixmap(app_icon().pixmap(96, 96))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        title.setFont(font)
        text.setText(self.tr("Draw, and find your own photos.") + "\n\n" + phrases.privacy())
        text.setWordWrap(True)
        text.setMinimumWidth(420)
        buttons = _close_button(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(10)
        for label in (symbol, title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addWidget(buttons)


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    """Return the row with the button that closes a dialog; without an icon, which no dark theme expects."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    return buttons
