"""What came and went in folders: new, renamed, moved from folder to folder, back, or gone."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from engine.folders.names import local_path

Lost = Callable[[Sequence[int]], Mapping[int, tuple[bytes, bytes]]]
"""Returns folder and name that contents had before they were lost; see `Whereabouts.former_places`."""

Kept = Callable[[Sequence[int]], Mapping[int, Sequence[tuple[bytes, bytes, bool]]]]
"""Returns where contents are now; see `Whereabouts.present_places`."""


def _nearness(lost: Path, folder: Path, copy: tuple[Path, Path, bool]) -> tuple[bool, bool]:
    return copy[0].name == lost.name, copy[1] == folder


class Moves:
    """What came and went in one folder.

    Attributes:
        renamed: paths before and now.
        copies: paths of photos that are gone, and of copies that had been there before them.
        added: how many photos are new, or have another content.
        back: how many had disappeared and are there again.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder; nothing came or went yet."""
        self.folder = folder
        self.renamed: list[tuple[Path, Path]] = []
        self.copies: list[tuple[Path, Path]] = []
        self.added = self.back = 0
        self._gone: dict[int, list[bytes]] = {}  # by content: they may turn up elsewhere
        self._known: list[tuple[int, bytes, bool]] = []  # what came and was known, and whether it is back

    @property
    def gone(self) -> list[Path]:
        """The photos that are not there any more, nor anywhere under another name."""
        return [local_path(self.folder, name) for names in self._gone.values() for name in names]

    def lose(self, name: bytes, content: int) -> None:
        """Note that a photo is not there any more."""
        self._gone.setdefault(content, []).append(name)

    def rename(self, before: bytes, now: bytes) -> None:
        """Note that a photo goes by another name."""
        self.renamed.append((local_path(self.folder, before), local_path(self.folder, now)))

    def take(self, name: bytes, content: int, *, is_known: bool, was_missing: bool) -> None:
        """Tell where a photo comes from: another name, where it was missed, or nowhere.

        Args:
            name: what it is called now.
            content: what it contains.
            is_known: whether that has been seen before, here or elsewhere.
            was_missing: whether it was missed under this name, with this content.
        """
        if self._gone.get(content):
            self.renamed.append((self._former_path(content), local_path(self.folder, name)))
            return
        if was_missing:
            self.back += 1
        else:
            self.added += 1
        if is_known:
            self._known.append((content, name, was_missing))

    def _former_path(self, content: int) -> Path:
        return local_path(self.folder, self._gone[content].pop(0))

    def _follow(self, before: Path, name: bytes, *, was_missing: bool) -> None:
        self.renamed.append((before, local_path(self.folder, name)))
        if was_missing:
            self.back -= 1
        else:
            self.added -= 1

    @staticmethod
    def pair(folders: Sequence[Moves], lost: Lost) -> None:
        """Find what came to one folder among what is gone from another one, now or since an earlier look.

        Args:
            folders: those that were looked at together.
            lost: gives what was lost earlier and is nowhere else.
        """
        for here in folders:
            known, here._known = here._known, []
            for content, name, was_missing in known:
                there = next((one for one in folders if one._gone.get(content)), None)
                if there is not None:
                    here._follow(there._former_path(content), name, was_missing=was_missing)
                elif not was_missing:
                    here._known.append((content, name, False))
        earlier = dict(lost([content for here in folders for content, _, _ in here._known]))
        for here in folders:
            for content, name, _ in here._known:
                if content in earlier:
                    folder, before = earlier.pop(content)
                    place = local_path(Path(os.fsdecode(folder)), before)
                    if place != local_path(here.folder, name):  # else another folder had it by that very name
                        here._follow(place, name, was_missing=False)

    @staticmethod
    def follow(folders: Sequence[Moves], kept: Kept, library: Collection[Path]) -> None:
        """Find what is gone where it was copied to, now or before.

        Of several copies one of the same name is taken, then one of the same folder, as `Whereabouts.find`
        has it, then the newest.

        Args:
            folders: those that were looked at together.
            kept: gives where contents are now.
            library: the folders that are searched; copies elsewhere are none.
        """
        places = kept([content for here in folders for content, names in here._gone.items() if names])
        for content, found in places.items():
            inside = [one for one in found if Path(os.fsdecode(one[0])) in library]
            if not inside:
                continue
            roots = [Path(os.fsdecode(folder)) for folder, _, _ in inside]
            copies = [
                (local_path(root, name), root, is_later)
                for root, (_, name, is_later) in zip(roots, inside, strict=True)
            ]
            for here in folders:
                while here._gone.get(content):
                    lost = here._former_path(content)
                    now, _, is_later = max(
                        reversed(copies),  # of those that are equal, the newest
                        key=partial(_nearness, lost, here.folder),
                    )
                    (here.renamed if is_later else here.copies).append((lost, now))
