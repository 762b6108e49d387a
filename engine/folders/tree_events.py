"""What the system tells of changes in a photo folder, of those that a walk would see.

Linux watches single folders, so each one that is not left out is watched, and no other. Elsewhere a whole
tree is watched at no cost, and what is left out is passed over.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from engine.errors import WatchError
from engine.folders.excludes import Excludes, is_marker
from engine.folders.folder import visits
from engine.folders.mounts import remote_devices
from engine.folders.scope import EVERYTHING, Scope
from engine.pictures.photos import is_photo

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyEvent, InotifyFD, WatchDescriptor

_PASSES = 10  # over the tree, while more folders come up than are watched
_RUN_OUT = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_UNTOLD = frozenset(("opened", "closed_no_write"))
_KNOWS_WHAT_WENT = sys.platform != "win32"  # there, whatever was removed is told of as a file


class Listener(Protocol):
    """Is told of changes, in any thread."""

    def photo_changed(self, path: Path, *, is_whole: bool) -> None:
        """A photo came, went or is another one; `is_whole` if nobody is writing to it any more."""

    def folders_changed(self, name: str) -> None:
        """There may be other folders than before: `follow` the tree.

        The folder of this path within the tree came, went, or may hold something else than before.
        """

    def missed(self) -> None:
        """Something happened that is not known: `follow` the tree, and all of it is to be looked at."""


class TreeEvents(Protocol):
    """Tells of changes in one tree from `start` to `stop`."""

    def start(self) -> None:
        """Begin; raise WatchError where the system watches no more."""

    def follow(self, told: Collection[str]) -> Scope:
        """Take folders in that are new; raise WatchError as `start`.

        Args:
            told: what `folders_changed` was told.

        Returns:
            Those of them that a walk comes to, and the folders that came, went, or are others than before
            under their names.
        """

    @property
    def has_root(self) -> bool:
        """Whether the folder itself is watched: a closed one is not, and nobody tells that it was opened."""

    def stop(self) -> None:
        """End; nothing is told any more."""


class Wanted:
    """Says which changes of names in a folder a walk would see."""

    def __init__(self, folder: Path, excludes: Excludes, listener: Listener) -> None:
        """Take the folder, what is left out of it, and who is told of the rest."""
        self._folder, self._excludes, self._listener = folder, excludes, listener

    def tell(self, name: str, *, is_folder: bool, is_whole: bool) -> None:
        """Tell of a change to a name in the folder whose own folder is not left out."""
        if is_marker(os.path.basename(name)):
            self._listener.folders_changed(os.path.dirname(name))
        elif (is_folder or is_photo(name)) and not self._excludes.leaves_out(name, is_folder=is_folder):
            if is_folder:
                self._listener.folders_changed(name)
            else:
                self._listener.photo_changed(self._folder / name, is_whole=is_whole)

    def lies_in(self, name: str) -> bool:
        """Return whether no folder above this name is left out."""
        above = os.path.dirname(name)
        while above:
            if self._excludes.leaves_out(above, is_folder=True):
                return False
            above = os.path.dirname(above)
        return True


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
            raise _run_out(self.folder) from error
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
            self._listener.missed()
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

    def take(self, folder: str, event: InotifyEvent) -> None:
        """Tell of what happened in a folder; in the kernel's thread."""
        if not event.name:  # the folder itself was changed
            self._listener.folders_changed(folder)
            return
        name = os.path.join(folder, os.fsdecode(event.name))
        came = event.is_create or event.is_moved_to
        is_folder = bool(event.is_directory or name in self._names)
        if not is_folder and came:  # a link may lead to a folder
            is_folder = os.path.isdir(self.folder / name)
        self._wanted.tell(name, is_folder=is_folder, is_whole=event.is_close_write or event.is_moved_to)

    def lose(self) -> None:
        """Tell that a watch or events were lost."""
        self._listener.missed()

    def _register(self) -> list[str]:
        """Watch what is not watched yet; return which folders that are."""
        there, fresh, remote = {}, list[str](), remote_devices()
        for visit in visits(self.folder, self._excludes, photos=False):
            if visit.identity[0] in remote:
                raise on_network(self.folder / visit.name)
            watched = self._watched.get(visit.identity)
            if watched is None or not watched.is_alive:
                watched = self._watch(visit.name)
                fresh += [] if watched is None else [visit.name]
            if watched is not None:
                watched.name = visit.name
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
                raise _run_out(self.folder) from error
            return None
        if watched.descriptor == -1:  # it cannot be read, which the library keeps as a watch nevertheless
            self._kernel.remove_callbacks([(watched.descriptor, CallbackId(watched.key))])
            return None
        return watched


class _WatchedFolder:
    """One folder of a tree that the kernel watches."""

    def __init__(self, tree: InotifyTree, name: str) -> None:
        self.name, self.is_alive = name, True
        self.descriptor: WatchDescriptor
        self._tree = tree

    @property
    def key(self) -> int:
        """What it is known by beside others on one watch."""
        return id(self)

    def on_event(self, event: InotifyEvent) -> None:
        """Pass an event on."""
        if self.is_alive:
            self._tree.take(self.name, event)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """The folder is gone, or its drive."""
        if self.is_alive:
            self.is_alive = False
            self._tree.lose()

    def on_queue_overflow(self) -> None:
        """More happened than the kernel keeps."""
        if self.is_alive and not self.name:
            self._tree.lose()


class ObservedTree(FileSystemEventHandler):
    """A tree that the system watches as a whole."""

    def __init__(self, folder: Path, excludes: Excludes, listener: Listener) -> None:
        """Take the folder, what is left out of it, and who is told."""
        self._folder = folder
        self._resolved = os.path.realpath(folder)  # as the system tells of it
        self._wanted = Wanted(folder, excludes, listener)
        self._observer = Observer()

    def start(self) -> None:
        """Begin; raise WatchError where the system watches no more."""
        try:
            self._observer.schedule(self, self._resolved, recursive=True)
            self._observer.start()
        except OSError as error:
            raise _run_out(self._folder) from error

    @property
    def has_root(self) -> bool:
        """Always: the system watches what is at this path."""
        return True

    def follow(self, told: Collection[str] = ()) -> Scope:
        """Return everything: new folders are watched with the others, and nobody knows what is in them."""
        return EVERYTHING

    def stop(self) -> None:
        """End watching."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Tell of what a walk would see; in the observer's thread."""
        kind, is_folder = event.event_type, event.is_directory
        if kind in _UNTOLD or (is_folder and kind == "modified"):
            return
        for path, is_new_name in ((event.src_path, False), (event.dest_path, True)):
            name = os.path.relpath(os.fsdecode(path), self._resolved) if path else "."
            if name != "." and self._wanted.lies_in(name):
                whole = kind == "closed" or (kind == "moved" and is_new_name)
                perhaps = kind == "deleted" and not _KNOWS_WHAT_WENT and not is_photo(name)
                self._wanted.tell(name, is_folder=is_folder or perhaps, is_whole=whole)


def tree_events() -> Callable[[Path, Excludes, Listener], TreeEvents] | None:
    """Return what tells of changes on this system; None where watching costs more than looking."""
    if sys.platform == "linux":
        return InotifyTree
    return ObservedTree if sys.platform in ("win32", "darwin") else None


def on_network(folder: Path) -> WatchError:
    """Return what says that of changes in a folder nobody tells."""
    return WatchError(f"The folder {folder} lies on a network: it is looked at every few seconds.")


def _run_out(folder: Path) -> WatchError:
    return WatchError(f"The system watches no more folders: {folder} is looked at every few seconds instead.")
