"""The dialogs: what is left out of folders and kept of them, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.questions import choice_buttons
from app.style.icons import app_icon
from app.style.text_room import be_roomy, room
from app.version import program_version
from app.words import phrases
from app.words.engine_sentences import in_own_language
from app.words.names import name_of, tip
from app.words.spoken import announce
from engine.errors import PatternError
from engine.folders.excludes import check_pattern
from engine.state.defaults import MOST_DAYS, MOST_THUMBNAIL_MB
from engine.upkeep import Rules


class RulesDialog(QDialog):
    """What is left out of a folder; of all, and what is kept of them: what disappeared, and thumbnails.

    Attributes:
        before: what stood there when it was opened.
        error: says which pattern cannot be taken.
    """

    def __init__(self, rules: Rules, folder: Path, parent: QWidget | None = None) -> None:
        """Show these.

        Args:
            rules: as they are.
            folder: that those for one folder are of.
            parent: its owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What is left out and kept"))
        be_roomy(self, 560, 460)
        words = QLabel(
            self.tr(
                "One pattern a line, as in .gitignore: *.png, Screenshots/, /2019/**. "
                "Bins, thumbnails, caches and hidden folders are left out anyway; "
                "!name/ takes one of them in."
            )
        )
        words.setWordWrap(True)
        self._here, self._everywhere = _patterns_field(rules.here), _patterns_field(rules.everywhere)
        self._days = QSpinBox(minimum=0, maximum=MOST_DAYS, value=rules.keep_days, suffix=self.tr(" days"))
        self._days.setToolTip(
            self.tr("Photos that come back within this time, as with a drive, are not indexed again.")
        )
        self._megabytes = QSpinBox(
            minimum=0, maximum=MOST_THUMBNAIL_MB, value=rules.thumbnail_mb, suffix=self.tr(" MB")
        )
        self._megabytes.setSingleStep(100)
        self._megabytes.setToolTip(
            self.tr("Photos are seen at once, and while their drive is away. 1,200 MB hold about 100,000.")
        )
        self.before = rules
        self.error = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.hide()
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addLayout(self._form(folder), 1)
        layout.addWidget(self.error)
        layout.addWidget(choice_buttons(self))

    def _form(self, folder: Path) -> QFormLayout:
        """Return the fields: one for the folder, and under a line of their own those for all of them."""
        name = self.fontMetrics().elidedText(name_of(folder), Qt.TextElideMode.ElideMiddle, room(self, 380))
        here = QLabel(self.tr("&Left out of %1").replace("%1", name.replace("&", "&&")))
        here.setTextFormat(Qt.TextFormat.PlainText)
        here.setBuddy(self._here)
        here.setToolTip(tip(str(folder)))
        everywhere = QLabel(self.tr("For all folders"))
        font = everywhere.font()
        font.setBold(True)
        everywhere.setFont(font)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(here, self._here)
        form.addRow(everywhere)
        form.addRow(self.tr("Left out of &every folder"), self._everywhere)
        form.addRow(self.tr("&Remember photos that disappeared for"), self._days)
        form.addRow(self.tr("&Keep thumbnails, at most"), self._megabytes)
        return form

    @property
    def rules(self) -> Rules:
        """What was entered."""
        here = _lines(self._here, self.before.here)
        everywhere = _lines(self._everywhere, self.before.everywhere)
        return Rules(here, everywhere, self._days.value(), self._megabytes.value())

    def accept(self) -> None:
        """Close, unless a pattern means nothing."""
        try:
            for pattern in (*self.rules.here, *self.rules.everywhere):
                check_pattern(pattern)
        except PatternError as error:
            self.error.setText(in_own_language(str(error)))
            self.error.show()
            announce(self, self.error.text())
        else:
            super().accept()


class AboutDialog(QDialog):
    """Name, version, promise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About FFMLN"))
        symbol, title, text = QLabel(), QLabel(f"FFMLN {program_version()}"), QLabel()
        symbol.setPixmap(app_icon().pixmap(96, 96))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        title.setFont(font)
        text.setText(self.tr("Draw, and find your own photos.") + "\n\n" + phrases.privacy())
        text.setWordWrap(True)
        text.setMinimumWidth(room(self, 420))
        buttons = close_button(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(10)
        for label in (symbol, title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addWidget(buttons)


def close_button(dialog: QDialog) -> QDialogButtonBox:
    """Return the row with the button that closes a dialog; without an icon, which no dark theme expects."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    return buttons


def _patterns_field(patterns: Sequence[str]) -> QPlainTextEdit:
    field = QPlainTextEdit("\n".join(patterns))
    field.setTabChangesFocus(True)
    field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return field


def _lines(field: QPlainTextEdit, given: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns that were entered; empty lines and remarks are for the eye.

    A line that shows one that was given stands for that, which may begin with a space, or be no text.
    """
    as_given = {line: one for one in given for line in _lines_of(_patterns_field([one]))}
    return tuple(as_given.get(line, line) for line in _lines_of(field))


def _lines_of(field: QPlainTextEdit) -> list[str]:
    lines = (line.strip() for line in field.toPlainText().splitlines())
    return [line for line in lines if line and not line.startswith("#")]
