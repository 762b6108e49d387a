"""What of all that the system tells of a photo folder a walk would see, and who is told of it."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from engine.errors import WatchError
from engine.folders.excludes import Excludes, is_marker
from engine.folders.scope import Scope
from engine.pictures.photos import is_photo


class Listener(Protocol):
    """Is told of changes, in any thread."""

    def photo_changed(self, path: Path, *, is_whole: bool) -> None:
        """A photo came, went or is another one; `is_whole` if nobody is writing to it any more."""

    def folders_changed(self, name: str) -> None:
        """There may be other folders than before: `follow` the tree.

        The folder of this path within the tree came, went, or may hold something else than before.
        """

    def changes_missed(self) -> None:
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

    @property
    def has_ended(self) -> bool:
        """Whether the system has ended the watch by itself."""

    def take_missed(self) -> bool:
        """Return whether, since this was last asked, so much happened at once that some may be untold."""

    def stop(self) -> None:
        """End; nothing is told any more."""


class Wanted:
    """Says which changes of names in a folder a walk would see."""

    def __init__(self, folder: Path, excludes: Excludes, listener: Listener) -> None:
        """Take the folder, what is left out of it, and who is told of the rest."""
        self._folder, self._excludes, self._listener = folder, excludes, listener

    def tell(self, name: str, *, is_folder: bool, is_whole: bool) -> bool:
        """Tell of a change to a name in the folder whose own folder is not left out, if a walk would see it.

        Returns:
            Whether it would.
        """
        if is_marker(os.path.basename(name)):
            self._listener.folders_changed(os.path.dirname(name))
        elif not (is_folder or is_photo(name)) or self._excludes.leaves_out(name, is_folder=is_folder):
            return False
        elif is_folder:
            self._listener.folders_changed(name)
        else:
            self._listener.photo_changed(self._folder / name, is_whole=is_whole)
        return True

    def lies_in(self, name: str) -> bool:
        """Return whether no folder above this name is left out."""
        above = os.path.dirname(name)
        while above:
            if self._excludes.leaves_out(above, is_folder=True):
                return False
            above = os.path.dirname(above)
        return True


def on_network(folder: Path) -> WatchError:
    """Return what says that of changes in a folder nobody tells."""
    return WatchError(f"The folder {folder} lies on a network: it is looked at every few seconds.")


def run_out(folder: Path) -> WatchError:
    """Return what says that the system watches no more."""
    return WatchError(f"The system watches no more folders: {folder} is looked at every few seconds instead.")
