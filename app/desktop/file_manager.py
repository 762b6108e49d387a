"""The file manager of a Linux desktop, asked over the session bus to show files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

_NAME = "org.freedesktop.FileManager1"
_PLACE = "/org/freedesktop/FileManager1"
_WAIT = 5000  # milliseconds: the file manager may have to be started for this
_LATE = 0.9  # of that


def select_files(files: Sequence[Path], owner: QObject, otherwise: Callable[[], None]) -> None:
    """Have the folders of these files opened, with the files selected; return at once.

    Connecting to the bus is all that is waited for, and Qt has done that when the program started.

    Args:
        files: at least one; absolute.
        owner: the answer is waited for as long as it is there.
        otherwise: called where there is no bus, or no file manager that can do it. One that has not answered
            within seconds may still open its windows: nothing is opened beside it.

    Source: https://www.freedesktop.org/wiki/Specifications/file-manager-interface/ (`ShowItems`).
    """
    try:
        from PySide6.QtDBus import QDBusConnection, QDBusError, QDBusMessage, QDBusPendingCallWatcher
    except ImportError:  # some systems ship it on its own, and Qt needs its libraries
        otherwise()
        return
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        otherwise()
        return
    message = QDBusMessage.createMethodCall(_NAME, _PLACE, _NAME, "ShowItems")
    message.setArguments([[file.as_uri() for file in files], ""])  # no startup notification
    began, answer = time.monotonic(), QDBusPendingCallWatcher(bus.asyncCall(message, _WAIT), owner)

    def take() -> None:
        answer.deleteLater()
        is_late = answer.error().type() == QDBusError.ErrorType.NoReply and (
            time.monotonic() - began >= _LATE * _WAIT / 1000  # sooner, it ended while it was asked
        )
        if answer.isError() and not is_late:
            otherwise()

    answer.finished.connect(take)
