"""The list of files that could not be indexed, each with its reason."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs import close_button
from app.engine_sentences import in_own_language
from engine.library import Skipped


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
            name = str(entry.path.relative_to(folder) if inside else entry.path)
            reason = in_own_language(entry.reason)
            item = QTreeWidgetItem(self.list, [name, reason[:1].upper() + reason[1:]])
            item.setToolTip(0, str(entry.path))
            item.setToolTip(1, reason)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.list.header().resizeSection(0, 260)
        buttons = close_button(self)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
