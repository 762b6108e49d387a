"""What a Linux desktop says about motion: its portal is asked over the session bus, and tells of changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SLOT, QObject, Slot

_NAME = "org.freedesktop.portal.Desktop"
_PLACE = "/org/freedesktop/portal/desktop"
_KIND = "org.freedesktop.portal.Settings"
_NO_SUCH = "org.freedesktop.portal.Error.NotFound"  # a desktop does not know the others' keys

Key = tuple[str, str]
"""A namespace of the portal's settings, and a key in it."""

_ASKS_FOR_REST: dict[Key, Callable[[object], bool]] = {
    ("org.freedesktop.appearance", "reduced-motion"): lambda value: value == 1,
    ("org.gnome.desktop.interface", "enable-animations"): lambda value: value is False,
    ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"): lambda value: _number(value) <= 0,
}
"""Which values ask for rest: of desktops of today, of GNOME and what keeps its settings, and of Plasma."""


class MotionPortal(QObject):
    """Asks the portal, which may have to be started for it, and tells what it said; never waits for it.

    Connecting to the bus is all that is waited for, and Qt has done that when the program started.

    Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
    """

    def __init__(self, owner: QObject, tell: Callable[[bool], None]) -> None:
        """Ask, and go on listening for as long as the owner is there.

        Args:
            owner: the application.
            tell: called with whether nothing is to move, once that is known and whenever it may have changed.
        """
        super().__init__(owner)
        self._tell, self._rest = tell, set[Key]()
        try:
            from PySide6.QtDBus import QDBusConnection
        except ImportError:  # some systems ship it on its own, and Qt needs its libraries
            return
        self._bus = QDBusConnection.sessionBus()
        if self._bus.isConnected():
            # Of any sender: to find out who has that name now, Qt would wait for the bus.
            slot = SLOT("ask_again(QString,QString)")
            self._bus.connect("", _PLACE, _KIND, "SettingChanged", self, slot)  # type: ignore[call-overload]
            slot = SLOT("ask_another(QString,QString,QString)")
            coming = "", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged", [_NAME], "sss"
            self._bus.connect(*coming, self, slot)  # type: ignore[call-overload]
            self._ask_all()

    @Slot(str, str)
    def ask_again(self, namespace: str, name: str) -> None:
        """Ask for a setting that is said to have changed, if it is one of those."""
        if (namespace, name) in _ASKS_FOR_REST:
            self._ask((namespace, name))

    @Slot(str, str, str)
    def ask_another(self, name: str, before: str, now: str) -> None:
        """Ask a portal that has only come now, or once more after it went."""
        if name == _NAME and now:
            self._ask_all()

    def _ask_all(self) -> None:
        for key in _ASKS_FOR_REST:
            self._ask(key)

    def _ask(self, key: Key) -> None:
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        message = QDBusMessage.createMethodCall(_NAME, _PLACE, _KIND, "Read")  # `ReadOne` is of 2023
        message.setArguments(list(key))
        answer = QDBusPendingCallWatcher(self._bus.asyncCall(message), self)

        def take() -> None:
            answer.deleteLater()
            if not answer.isError() and _ASKS_FOR_REST[key](_bare(answer.reply().arguments())):
                self._rest.add(key)
            elif not answer.isError() or answer.error().name() == _NO_SUCH:  # or a portal is only away
                self._rest.discard(key)
            self._tell(bool(self._rest))

        answer.finished.connect(take)


def _bare(values: list[object]) -> object:
    """Return the one value of an answer without its wrapping; `Read` wraps it twice."""
    from PySide6.QtDBus import QDBusVariant

    value = values[0] if values else None
    while isinstance(value, QDBusVariant):
        value = value.variant()
    return value


def _number(value: object) -> float:
    """Return a number that Plasma tells as a number or as text; 1, its usual one, for anything else."""
    try:
        return float(str(value))
    except ValueError:
        return 1.0
