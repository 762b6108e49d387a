"""Lines of text that are shortened rather than cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFont, QPainter, QPaintEvent, QPalette, QTextLayout
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

from app.style.inks import faint
from app.style.tips import set_tip
from app.words.names import tip


def in_lines(text: str, font: QFont, width: int, most: int) -> list[str]:
    """Return a text in lines of so many pixels, `most` at most, of which the last may go on beyond."""
    layout, lines, begin = QTextLayout(text, font), list[str](), 0
    layout.beginLayout()
    while len(lines) + 1 < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        end = line.textStart() + line.textLength()
        lines.append(text[begin:end].rstrip())
        begin = end
    layout.endLayout()
    return [*lines, text[begin:]] if text[begin:] else lines


class Elided(QLabel):
    """A label of one line, or a few, that shortens its text rather than widen the window.

    Attributes:
        is_faint: it matters less than others, and is paler.
    """

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None, *, lines: int = 1) -> None:
        super().__init__(parent)
        self._mode, self._lines = mode, lines
        self._note = ""
        self.is_faint = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Need no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits; the tooltip has the whole text if that is not all."""
        area: QRect = self.contentsRect()
        text = self.fit_text(area.width())
        painter, role = QPainter(self), self.foregroundRole()
        if self.is_faint and self.isEnabled():
            painter.setPen(faint(self.palette()))
            role = QPalette.ColorRole.NoRole  # the painter's
        self.style().drawItemText(
            painter,
            area,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            role,
        )
        self._tell("" if text.replace("\n", " ") == self.text() else self.text())

    def add_note(self, note: str) -> None:
        """Let the tooltip say this as well, one line of plain text, whether the text is shortened or not."""
        if note != self._note:
            self._note = note
            self._tell("")

    def _tell(self, whole: str) -> None:
        set_tip(self, tip(*(line for line in (whole, self._note) if line)))

    def fit_text(self, width: int) -> str:
        """Return the lines that stand in this many pixels of width."""
        metrics = self.fontMetrics()
        lines = in_lines(self.text(), self.font(), width, self._lines)
        return "\n".join(metrics.elidedText(line, self._mode, width) for line in lines)


class ElidedField(QLineEdit):
    """A line of text to select from and copy; shortened while nobody is at it."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setReadOnly(True)
        self.setFrame(False)
        self.setTextMargins(-2, 0, 0, 0)  # Qt's own inset: the text stands below that of labels
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self._take_ink()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the window's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_ink()

    def _take_ink(self) -> None:
        """Write in the ink of the ground that shows through."""
        palette = self.palette()
        if palette.text().color() != palette.windowText().color():
            palette.setColor(QPalette.ColorRole.Text, palette.windowText().color())
            self.setPalette(palette)

    def setText(self, text: str | None) -> None:
        """Show this, from its beginning; the same text again leaves what is selected in it."""
        if text is not None and text != self.text():
            super().setText(text)
            self.setCursorPosition(0)
            set_tip(self, tip(text))

    def minimumSizeHint(self) -> QSize:
        """Need no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def is_shortened(self) -> bool:
        """Whether the text stands there shortened."""
        in_use = self.hasFocus() or self.underMouse() or self.hasSelectedText()
        return not in_use and self.fontMetrics().horizontalAdvance(self.text()) > self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, shortened unless somebody is at it."""
        if not self.is_shortened:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        text = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the text as it can be selected."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Shorten it again."""
        super().leaveEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of the selection, unless a menu or another window has come up."""
        super().focusOutEvent(event)
        kept = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in kept:
            self.setCursorPosition(0)
