"""How much memory pictures may take while they are decoded: what is free, and a share of it to be kept to."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from engine.errors import ImageError, UnavailableError
from engine.pictures.costs import Cost, before_opening
from engine.pictures.formats import JXL_OF_JPEG

_SHARE = 2  # pictures get half of what is free: the network, the index and other programs want memory too
_ALWAYS = 64 << 20  # pictures may take so much together, one alone in any case, whatever is free
_MOST, _MOST_PIXELS = 8 << 30, 300_000_000  # no photo needs more: what does is refused for good
_PATIENCE_S = 60.0  # how long a picture waits for others to be done
_LOOK_S = 1.0  # how often it looks whether other programs have given memory back
_UNKNOWN = 1 << 31  # memory to assume where the system does not say
_CGROUP = Path("/sys/fs/cgroup")
_CGROUP_FILES = (  # limit, use, and what of it can be dropped; second and first version of cgroups
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "total_inactive_file",
    ),
)


class Budget:
    """What all pictures of this process may take together; any thread takes its share and gives it back."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()  # who waits, in the order of coming
        self._decoding = self._kept = 0
        self._alone = False
        self.peak = 0
        """The most bytes that were held at a time; may be set back to 0."""

    @contextmanager
    def room(self, cost: Cost, *, alone: bool = False) -> Iterator[None]:
        """Wait until a picture's bytes may be taken, and hold them meanwhile.

        Args:
            cost: all that decoding the picture takes.
            alone: nothing else is to be decoded at the same time.

        Raises:
            ImageError: the picture needs more than any photo.
            UnavailableError: it does not fit into the memory there is now.
        """
        if cost.need > _MOST or cost.pixels > _MOST_PIXELS:
            raise ImageError(
                f"{_describe(cost)} pixels are too many: reading them takes {_megabytes(cost.need)} MB."
            )
        self._enter(cost, alone)
        try:
            yield
        finally:
            with self._changed:
                self._decoding -= cost.need
                self._alone = False
                self._changed.notify_all()

    def keep(self, size: int) -> None:
        """Count a decoded picture that waits to be used; a negative size: it is used."""
        with self._changed:
            self._kept += size
            self._changed.notify_all()

    def bytes_in_use(self) -> int:
        """Return the bytes that are taken now."""
        return self._decoding + self._kept

    def _enter(self, cost: Cost, alone: bool) -> None:
        ticket, deadline = object(), time.monotonic() + _PATIENCE_S
        with self._changed:
            self._queue.append(ticket)
            try:
                while not (self._queue[0] is ticket and self._fits(cost, alone)):
                    if time.monotonic() > deadline:
                        raise _no_room(cost, free_share())
                    self._changed.wait(_LOOK_S)
                self._decoding += cost.need
                self.peak = max(self.peak, self.bytes_in_use())
                self._alone = alone
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _fits(self, cost: Cost, alone: bool) -> bool:
        """Return whether it may begin; raise UnavailableError if there is nothing it could wait for."""
        if self._alone or (alone and self._decoding):
            return False
        if not alone and self.bytes_in_use() + cost.need <= _ALWAYS:
            return True  # the system is not asked, which takes as long as decoding a small picture
        share = free_share()
        if not self._decoding:
            if cost.need > max(share, _ALWAYS):
                raise _no_room(cost, share)
            return True
        return self.bytes_in_use() + cost.need <= share


BUDGET = Budget()
"""The one of this process."""


@contextmanager
def room_to_open(start: bytes, size: int) -> Iterator[None]:
    """Hold the memory that opening a file takes: some decoders read it whole, and one decodes it.

    Args:
        start: its first bytes, `engine.pictures.costs.START` of them.
        size: of the file, in bytes.

    Raises:
        UnavailableError: as `Budget.room`.
    """
    cost = before_opening(start, size)
    if cost is not None and JXL_OF_JPEG not in start:
        cost = Cost((0, 0), 2 * size, 0)
    with BUDGET.room(cost) if cost is not None else nullcontext():
        yield


def free_share() -> int:
    """Return the bytes that pictures may take of what is free now."""
    return available_memory() // _SHARE


def available_memory() -> int:
    """Return the bytes that this process could take now without swapping, as far as the system tells."""
    return max(0, min(_system_memory(), _room_in_cgroup(), _room_in_address_space()))


def out_of_memory(error: BaseException) -> bool:
    """Return whether an error of a decoder means that memory ran out; some of them say so in words only."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(
        word in said for word in ("out of memory", "memory alloc", "cannot allocate", "decoder error -9")
    )


def _no_room(cost: Cost, share: int) -> UnavailableError:
    return UnavailableError(
        f"{_describe(cost)} pixels do not fit into memory now: reading them takes "
        f"{_megabytes(cost.need)} MB, and {_megabytes(share)} MB can be had."
    )


def _describe(cost: Cost) -> str:
    return f"{cost.size[0]}x{cost.size[1]}"


def _megabytes(count: int) -> int:
    return (count + (1 << 20) - 1) >> 20


def _system_memory() -> int:
    if sys.platform == "win32":
        return _windows_memory()
    with suppress(OSError, StopIteration, ValueError), open("/proc/meminfo", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024
    with suppress(OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return _UNKNOWN


def _room_in_cgroup() -> int:
    """Return what a container's limit leaves."""
    for limit, use, parts, cached in _CGROUP_FILES:
        with suppress(OSError, ValueError, KeyError):  # there is none, or it is "max"
            most, used = (int((_CGROUP / file).read_text()) for file in (limit, use))
            shares = dict(line.split() for line in (_CGROUP / parts).read_text().splitlines())
            return most - used + int(shares[cached])
    return sys.maxsize


def _room_in_address_space() -> int:
    """Return what a limit on the process itself leaves (`ulimit -v`)."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource  # there is none on Windows

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return sys.maxsize
    with suppress(OSError, ValueError):
        return limit - int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return limit


def _windows_memory() -> int:
    import ctypes  # Windows alone needs it

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "available", "c", "d", "e", "f", "g")),
        )

    status = Status(length=ctypes.sizeof(Status))
    windows = getattr(ctypes, "windll", None)
    if windows is None or not windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return _UNKNOWN
    return int(status.available)
