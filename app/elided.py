"""Lines of text that are shortened rather than cut."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.names import tip


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
    """A label of one line, or a few, that shortens its text rather than widen the window."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None, *, lines: int = 1) -> None:
        super().__init__(parent)
        self._mode, self._lines = mode, lines
        self._note = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Need no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits; the tooltip has the whole text if that is not all."""
        area: QRect = self.contentsRect()
        text = self.shown_in(area.width())
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            area,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )
        self._tell("" if text.replace("\n", " ") == self.text() else tip(self.text()))

    def add_note(self, note: str) -> None:
        """Let the tooltip say this as well, whether the text is shortened or not."""
        self._note = note
        self._tell("")

    def _tell(self, whole: str) -> None:
        told = "\n".join(part for part in (whole, self._note) if part)
        if told != self.toolTip():
            self.setToolTip(told)

    def shown_in(self, width: int) -> str:
        """Return the lines that stand in this many pixels of width."""
        metrics = self.fontMetrics()
        lines = in_lines(self.text(), self.font(), width, self._lines)
        return "\n".join(metrics.elidedText(line, self._mode, width) for line in lines)
