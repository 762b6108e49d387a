"""What the system tells of changes in a photo folder, of those that a walk would see.

Linux watches single folders, so each one that is not left out is watched, and of the others those that are
closed, as they may be opened. Elsewhere a whole tree is watched at no cost, and what is left out is passed
over.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from engine.folders.excludes import Excludes, is_marker
from engine.folders.folder import visits
from engine.folders.mounts import remote_devices
from engine.folders.observed_tree import ObservedTree
from engine.folders.scope import Scope
from engine.folders.wanted import Listener, TreeEvents, Wanted, on_network, run_out

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyEvent, InotifyFD, WatchDescriptor

_PASSES = 10  # over the tree, while more folders come up than are watched
_RUN_OUT = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class InotifyTree:
    """One watch of the kernel's for each folder, all told by one thread."""

    def __init__(self, folder: Path, excludes: Excludes, listener: Listener) -> None:
        """Take the folder, what is left out of it, and who is told."""
        self.folder, self._excludes, self._listener = folder, excludes, listener
        self._wanted = Wanted(folder, excludes, listener)
        self._watched: dict[tuple[int, int], _WatchedFolder] = {}
        self._names: dict[str, tuple[int, int]] = {}
        self._kernel: InotifyFD | None = None

    def start(self) -> None:
        """Begin; raise WatchError where the system has no more watches."""
        from watchdog.observers.inotify_c import InotifyFD

        try:
            self._kernel = InotifyFD()
        except OSError as error:
            raise run_out(self.folder) from error
        self._kernel.start()
        self.follow()

    @property
    def watches(self) -> int:
        """How many folders the kernel watches for this tree."""
        return len(self._watched)

    @property
    def has_root(self) -> bool:
        """Whether the folder itself is watched."""
        return "" in self._names

    @property
    def has_ended(self) -> bool:
        """Never: what the kernel watches no more is followed."""
        return False

    def take_missed(self) -> bool:
        """Never: the kernel says so."""
        return False

    def follow(self, told: Collection[str] = ()) -> Scope:
        """Watch folders that are new, and no more those that are gone or left out by now."""
        others = set[str]()
        for _ in range(_PASSES):  # what came between listing a folder and watching it comes up the next time
            before = self._names
            fresh = self._register()
            others.update(fresh, (name for name, key in before.items() if self._names.get(name) != key))
            others.update(name for name in self._names if name not in before)
            if not fresh:
                break
        else:
            self._listener.changes_missed()
        return Scope.of(others.union(name for name in told if name in self._names))

    def stop(self) -> None:
        """Give all watches back."""
        kernel, self._kernel = self._kernel, None
        if kernel is not None:
            for watched in self._watched.values():
                watched.is_alive = False
            kernel.stop()
            kernel.join()
            self._watched.clear()

    def take(self, folder: str, event: InotifyEvent, *, is_closed: bool) -> None:
        """Tell of what happened in a folder, in a closed one of what may open it; in the kernel's thread."""
        if not event.name:  # the folder itself was changed
            self._listener.folders_changed(folder)
            return
        name = os.path.join(folder, os.fsdecode(event.name))
        if is_closed and not is_marker(os.path.basename(name)):
            return
        came = event.is_create or event.is_moved_to
        is_folder = bool(event.is_directory or name in self._names)
        if not is_folder and came:  # a link may lead to a folder
            is_folder = os.path.isdir(self.folder / name)
        self._wanted.tell(name, is_folder=is_folder, is_whole=event.is_close_write or event.is_moved_to)

    def lose(self) -> None:
        """Tell that a watch or events were lost."""
        self._listener.changes_missed()

    def _register(self) -> list[str]:
        """Watch what is not watched yet; return which folders that are."""
        there, fresh, remote = {}, list[str](), remote_devices()
        for visit in visits(self.folder, self._excludes, photos=False, closed=True):
            if visit.identity[0] in remote:
                raise on_network(self.folder / visit.name)
            watched = self._watched.get(visit.identity)
            if watched is None or not watched.is_alive:
                watched = self._watch(visit.name)
                fresh += [] if watched is None else [visit.name]
            elif watched.is_closed != visit.is_closed:
                fresh.append(visit.name)
            if watched is not None:
                watched.name, watched.is_closed = visit.name, visit.is_closed
                there[visit.identity] = watched
        kernel = self._kernel
        gone = [one for key, one in self._watched.items() if key not in there and one.is_alive]
        for one in gone:
            one.is_alive = False
        if kernel is not None:
            kernel.remove_callbacks([(one.descriptor, one.key) for one in gone])  # type: ignore[misc]
        self._watched = there
        self._names = {one.name: key for key, one in there.items()}
        return fresh

    def _watch(self, name: str) -> _WatchedFolder | None:
        """Return the watch of a folder, None if it went or cannot be read."""
        from watchdog.observers.inotify_c import CallbackId, InotifyConstants, Mask

        mask = Mask(
            InotifyConstants.IN_CREATE
            | InotifyConstants.IN_DELETE
            | InotifyConstants.IN_MOVE
            | InotifyConstants.IN_CLOSE_WRITE
            | InotifyConstants.IN_ATTRIB
            | InotifyConstants.IN_ONLYDIR
        )
        watched = _WatchedFolder(self, name)
        if self._kernel is None:
            return None
        try:
            path = os.fsencode(self.folder / name)
            watched.descriptor = self._kernel.add_callback(path, mask, watched, CallbackId(watched.key))
        except OSError as error:
            if error.errno in _RUN_OUT:
                raise run_out(self.folder) from error
            return None
        if watched.descriptor == -1:  # it cannot be read, which the library keeps as a watch nevertheless
            self._kernel.remove_callbacks([(watched.descriptor, CallbackId(watched.key))])
            return None
        return watched


class _WatchedFolder:
    """One folder of a tree that the kernel watches."""

    def __init__(self, tree: InotifyTree, name: str) -> None:
        self.name, self.is_alive, self.is_closed = name, True, False
        self.descriptor: WatchDescriptor
        self._tree = tree

    @property
    def key(self) -> int:
        """What it is known by beside others on one watch."""
        return id(self)

    def on_event(self, event: InotifyEvent) -> None:
        """Pass an event on."""
        if self.is_alive:
            self._tree.take(self.name, event, is_closed=self.is_closed)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """The folder is gone, or its drive."""
        if self.is_alive:
            self.is_alive = False
            self._tree.lose()

    def on_queue_overflow(self) -> None:
        """More happened than the kernel keeps."""
        if self.is_alive and not self.name:
            self._tree.lose()


def tree_events() -> Callable[[Path, Excludes, Listener], TreeEvents] | None:
    """Return what tells of changes on this system; None where watching costs more than looking."""
    if sys.platform == "linux":
        return InotifyTree
    return ObservedTree if sys.platform in ("win32", "darwin") else None
