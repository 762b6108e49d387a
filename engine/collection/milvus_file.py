"""Milvus in this process, over a file; and what goes wrong with any Milvus, in one line."""

from __future__ import annotations

import os
import threading
from typing import Any

from engine.errors import StoreError


class MilvusFile:
    """Milvus in threads of this process, over a file, which no other process opens meanwhile.

    Whoever uses one file in this process shares these threads; they end with the last of them.

    Attributes:
        uri: where it answers.
    """

    def __init__(self, address: str) -> None:
        """Begin.

        Args:
            address: the file, which ends in `.db`; made if there is none.

        Raises:
            StoreError: milvus-lite is not installed, or the file cannot be used.
        """
        path = os.path.realpath(os.path.expanduser(address))
        with _listing:
            self._threads = _known.setdefault(path, _Threads())
        self.uri = f"http://127.0.0.1:{self._threads.enter(path, address)}"

    def close(self) -> None:
        """End the threads and let go of the file, unless others use it."""
        self._threads.leave()


class _Threads:
    """The threads over one file, for all who use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # who comes while the last one leaves waits for that
        self._users = self._port = 0
        self._server: Any = None
        self._database: Any = None

    def enter(self, path: str, address: str) -> int:
        """Count one user more, the first of whom begins the threads; return their port."""
        with self._lock:
            if not self._users:
                self._server, self._database, self._port = _begin(path, address)
            self._users += 1
            return self._port

    def leave(self) -> None:
        """Count one less."""
        with self._lock:
            self._users -= 1
            if not self._users:
                self._server.stop(grace=None).wait()
                self._database.close()


_listing = threading.Lock()
_known: dict[str, _Threads] = {}  # by the path of the file


def _begin(path: str, address: str) -> tuple[Any, Any, int]:
    """Return what answers for a file, what it answers with, and the port; errors as of `MilvusFile`."""
    try:
        from milvus_lite import DataDirLockedError
        from milvus_lite.adapter.grpc.server import start_server_in_thread
    except ImportError as error:
        raise StoreError(
            "A collection in a file needs the optional package milvus-lite: install it with pip."
        ) from error
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        server, database, port = start_server_in_thread(path, host="127.0.0.1", port=0)
    except DataDirLockedError as error:
        raise StoreError(
            f"The collection {address} is open in another program: let it finish, or use a server."
        ) from error
    except Exception as error:
        raise StoreError(f"The collection at {address} cannot be used: {reason(error)}.") from error
    return server, database, port


def is_silence(error: Exception) -> bool:
    """Return whether nobody answered in time, or at all."""
    words = str(error).lower()
    return "retry timeout" in words or "deadline" in words or "unavailable" in words


def reason(error: Exception) -> str:
    """Return what went wrong in one line, without what only the library's authors want to know."""
    details = getattr(error, "details", None)
    text = details() if callable(details) else getattr(error, "message", "")
    if "Fail connecting" in str(text) or is_silence(error):
        return "no Milvus server can be reached there"
    lines = str(text or error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")[:200]
