"""How long the window's tests wait, and what for."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.folder.state import Phase

PATIENCE = 60_000  # milliseconds: a slow machine is no fault, and what comes sooner costs nothing


class Patient(QtBot):
    """Waits long enough for any machine, unless told otherwise."""

    def waitUntil(self, callback, *, timeout=PATIENCE):
        super().waitUntil(lambda: bool(callback()), timeout=timeout)  # to pytest-qt, None is a success

    def waitSignal(self, signal, *, timeout=PATIENCE, **how):
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals, *, timeout=PATIENCE, **how):
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitExposed(self, widget, *, timeout=PATIENCE):
        return super().waitExposed(widget, timeout=timeout)


def no_longer_busy(window) -> bool:
    return not (state := window.session.state).is_indexing and state.phase is not Phase.OPENING


def at_rest(window) -> bool:
    """Return whether nothing is indexed or searched for, nor about to be, and all answers have come."""

    def is_still() -> bool:
        searcher = window.session.searcher
        with searcher._wake:
            if searcher._waiting is not None or searcher._page is not None or searcher._busy.locked():
                return False
        is_due = window.session.indexing._again.isActive() or window.live.is_about_to_ask
        return no_longer_busy(window) and not is_due

    if not is_still():
        return False
    QApplication.processEvents()  # an answer that was just found still waits there
    return is_still()


def let_go(shelf) -> None:
    """Wait until earlier states of drawings are gone: they go once the disk has what takes their place."""
    assert shelf._successors.wait(PATIENCE / 1000)


def answered(window, qtbot) -> None:
    """Wait for the answer to what is drawn: photos that stood there before are no finds of the drawing."""
    qtbot.waitUntil(lambda: window.seating.shown.stamp == window.seating.stamp)


def dialog_of(window, kind, qtbot):
    """Return the dialog of a kind that is up, once it is."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(kind)))
    return next(one for one in window.findChildren(kind) if one.isVisible())
