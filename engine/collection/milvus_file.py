"""Milvus in this process, over a file; and what goes wrong with any Milvus, in one line."""

from __future__ import annotations

import os

from engine.errors import StoreError


class MilvusFile:
    """Milvus in threads of this process, over a file, which no other process opens meanwhile.

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
        try:
            from milvus_lite import DataDirLockedError
            from milvus_lite.adapter.grpc.server import start_server_in_thread
        except ImportError as error:
            raise StoreError(
                "A collection in a file needs the optional package milvus-lite: install it with pip."
            ) from error
        path = os.path.expanduser(address)
        try:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
            self._server, self._database, port = start_server_in_thread(path, host="127.0.0.1", port=0)
        except DataDirLockedError as error:
            raise StoreError(
                f"The collection {address} is open in another program: let it finish, or use a server."
            ) from error
        except Exception as error:
            raise StoreError(f"The collection at {address} cannot be used: {reason(error)}.") from error
        self.uri = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """End the threads and let go of the file."""
        self._server.stop(grace=None).wait()
        self._database.close()


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
