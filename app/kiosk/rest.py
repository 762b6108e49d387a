"""Notices when nobody is there any more."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.KeyPress,
    }
)


class Rest(QObject):
    """Counts the time since anybody touched anything."""

    begun = Signal()
    """Nobody has touched anything for the whole time; it is told once, until somebody does."""
    ended = Signal()
    """Somebody is there again."""

    def __init__(self, seconds: float, parent: QObject | None = None) -> None:
        """Begin to count.

        Args:
            seconds: until nobody is thought to be there.
            parent: its owner.
        """
        super().__init__(parent)
        self._timer = QTimer(self, interval=round(seconds * 1000), singleShot=True)
        self._timer.timeout.connect(self.begun)
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()
        if (application := QCoreApplication.instance()) is not None:
            application.removeEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether nobody is there."""
        return not self._timer.isActive()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """See what people do; nothing is kept from anybody."""
        if event.type() in _SIGNS_OF_LIFE:
            if not self._timer.isActive():
                self.ended.emit()
            self._timer.start()
        return False
