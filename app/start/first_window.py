"""One window at a time: a second start hands its folders to the window that is there, and ends."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from engine.paths import data_dir

LOCK = "start.lock"
_TURN = 10_000  # milliseconds that a start waits for another one to be done
_PATIENCE = 3000  # milliseconds for the other window to answer; one that is stuck is left alone
_LONGEST = 65_536  # bytes of a message
_TAKEN = b"taken\n"


def server_name(encoder: str) -> str:
    """Return what windows of this person, on this state and with this encoder, know each other by."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    words = "\n".join([str(user), str(data_dir()), encoder])
    return "ffmln-" + hashlib.sha256(os.fsencode(words)).hexdigest()[:24]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let no other start look for a window meanwhile, or listen; where that cannot be, all go on."""
    lock = QLockFile(str(data_dir() / LOCK))
    lock.tryLock(_TURN)
    try:
        yield
    finally:
        lock.unlock()


def hand_over(name: str, folders: Sequence[Path]) -> bool:
    """Ask the window of this name to open folders; return whether there is one and it does.

    Args:
        name: see `server_name`.
        folders: absolute; none only bring that window to the front.
    """
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_PATIENCE):
        return False
    socket.write(json.dumps({"folders": [str(folder) for folder in folders]}).encode() + b"\n")
    answer = b""
    while not answer.endswith(b"\n") and (socket.bytesAvailable() or socket.waitForReadyRead(_PATIENCE)):
        answer += bytes(socket.readAll().data())
    return answer == _TAKEN


def _is_listened_to(name: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    is_there = socket.waitForConnected(_PATIENCE)
    socket.abort()
    return is_there


def _is_there(socket: QLocalSocket) -> bool:
    return socket.state() == QLocalSocket.LocalSocketState.ConnectedState


class FirstWindow(QObject):
    """Listens for later starts of the program."""

    asked = Signal(object)
    """The program was started again: the folders it was given, as a tuple."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Listen under this name; what an earlier window left behind when it was killed is removed.

        Where that cannot be, or another window listens that does not answer, later starts open windows of
        their own. Nothing is told before `begin`.
        """
        super().__init__(parent)
        self._texts: dict[QLocalSocket, bytes] = {}
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not _is_listened_to(name):  # else `listen` may take the name from that window
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def begin(self) -> None:
        """Tell of later starts from now on, and of those that wait."""
        self._server.newConnection.connect(self._welcome)
        self._welcome()

    def close(self) -> None:
        """Listen no more."""
        for socket in self._texts:
            socket.disconnected.disconnect()  # it may outlive this object
            socket.abort()
        self._texts.clear()
        self._server.close()

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            if not _is_there(socket):
                socket.deleteLater()
                continue
            self._texts[socket] = b""
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(lambda socket=socket: self._part(socket))
            self._read(socket)  # what came before anybody listened

    def _read(self, socket: QLocalSocket) -> None:
        if socket not in self._texts:
            return
        self._texts[socket] += bytes(socket.readAll().data())
        text = self._texts[socket]
        if len(text) > _LONGEST:
            socket.abort()
        elif text.endswith(b"\n"):
            self._texts[socket] = b""
            self._answer(socket, text)

    def _answer(self, socket: QLocalSocket, text: bytes) -> None:
        try:
            wanted = tuple(Path(folder) for folder in json.loads(text)["folders"])
        except (ValueError, TypeError, KeyError, RecursionError):  # not from this program
            socket.abort()
            return
        socket.write(_TAKEN)
        socket.flush()
        if _is_there(socket):  # else it gave up waiting, and has a window of its own
            self.asked.emit(wanted)

    def _part(self, socket: QLocalSocket) -> None:
        self._texts.pop(socket, None)
        socket.deleteLater()
