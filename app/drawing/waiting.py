"""The sign over the paper that something is being read, which comes only if that takes a while."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from app.drawing.canvas import Canvas

_AFTER = 300  # milliseconds; most pictures are read sooner
_EDGE = 12  # pixels from the paper's upper edge


class ReadingSign(QFrame):
    """Says so at the paper's upper edge; a button and Escape give it up."""

    def __init__(self, canvas: Canvas) -> None:
        """Stand over this paper."""
        super().__init__(canvas)
        self._canvas = canvas
        self._give_up: Callable[[], None] = lambda: None
        self._soon = QTimer(self, interval=_AFTER, singleShot=True)
        self._soon.timeout.connect(self._appear)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        text = QLabel(self.tr("Reading…"))
        self.button = QPushButton(self.tr("Cancel"))
        self.button.clicked.connect(self.give_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(text)
        row.addWidget(self.button)
        self.setAccessibleName(text.text())
        canvas.installEventFilter(self)
        self.hide()

    @classmethod
    def over(cls, canvas: Canvas) -> ReadingSign:
        """Return the sign of this paper."""
        return canvas.findChild(cls) or cls(canvas)

    def follow(self, busy: SignalInstance, give_up: Callable[[], None]) -> None:
        """Show when something is read.

        Args:
            busy: tells by a bool that reading begins, and that it has ended.
            give_up: ends it.
        """
        self._give_up = give_up
        busy.connect(self._note)

    def give_up(self) -> None:
        """Have all that is read given up."""
        self._give_up()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Follow the paper's size; take its Escape while something is read and nothing is drawn."""
        if event.type() == QEvent.Type.Resize:
            self._lie()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._escapes(event)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up from here too."""
        if not self._escapes(event):
            super().keyPressEvent(event)

    def _escapes(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or self.isHidden() or self._canvas.is_drawing:
            return False
        self.give_up()
        return True

    def _note(self, reads: bool) -> None:
        if not reads:
            self._soon.stop()
            if self.button.hasFocus():
                self._canvas.setFocus(Qt.FocusReason.TabFocusReason)
            self.hide()
        elif self.isHidden() and not self._soon.isActive():
            self._soon.start()

    def _appear(self) -> None:
        self._lie()
        self.show()
        self.raise_()

    def _lie(self) -> None:
        self.adjustSize()
        paper = self._canvas.area()
        self.move(round(paper.center().x() - self.width() / 2), round(paper.top()) + _EDGE)
