"""What the program remembers of a photo folder, and how a person has it forget; needs no model."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.days import DAY_S
from engine.errors import FolderError
from engine.folders.excludes import check_pattern
from engine.folders.names import name_in, prefix_of
from engine.folders.patience import Kind, kind_of, no_folder, resolve_path
from engine.paths import data_dir
from engine.sketches.kept import PICTURES, SHELF
from engine.state.catalog import Catalog
from engine.state.thumbnails import KeptThumbnails, sweep_thumbnails
from engine.vector_index.graph import drop_graphs, graph_path
from engine.whole_files import sweep_leftovers


@dataclass(frozen=True)
class Rules:
    """What is left out, and what is kept for how long, as a person chooses it at one go.

    Attributes:
        here: patterns of what is left out of one folder.
        everywhere: those of every folder.
        keep_days: for how many days what disappeared is remembered, in every folder.
        thumbnail_mb: how many megabytes of thumbnails are kept at most, of every folder.
    """

    here: tuple[str, ...]
    everywhere: tuple[str, ...]
    keep_days: int
    thumbnail_mb: int


class Sweeper:
    """Parts with what nobody needs any more, where anything changed since it last did."""

    def __init__(self, state: Path, catalog: Catalog, thumbnails: KeptThumbnails) -> None:
        """Take what is swept: the data folder, and what lies in it."""
        self._state, self._catalog, self._thumbnails = state, catalog, thumbnails
        self._last: tuple[object, ...] = ()

    def sweep(self, model: str) -> None:
        """Drop what has been missing or unused for too long, now that this model is in use.

        To be called by the one who may index; raises CatalogError as the catalog. Days count, so that where
        nothing changes once a day is enough.
        """
        self._catalog.vectors.pack()
        if self._last != (model, self._catalog.state, int(time.time()) // DAY_S):
            self._catalog.drop_overdue(model)
            self._catalog.rechecks.drop_overdue()
            self._thumbnails.sweep()
            for folder in (self._state, self._state / SHELF, self._state / SHELF / PICTURES):
                sweep_leftovers(folder, older_s=DAY_S)
            self._last = (model, self._catalog.state, int(time.time()) // DAY_S)


class Upkeep(AbstractContextManager["Upkeep"]):
    """The memory of one photo folder. The folder itself is not touched, and need not be there.

    Every method raises CatalogError if the catalog cannot be read or written.
    """

    def __init__(self, folder: Path | str) -> None:
        """Open the catalog.

        Raises:
            CatalogError: the catalog cannot be opened.
            EngineError: there is no data folder.
        """
        self.folder = resolve_path(folder)
        self._state = data_dir()
        self._catalog = Catalog(self._state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the catalog."""
        self._catalog.close()

    @property
    def is_known(self) -> bool:
        """Whether photos of the folder are remembered, so that it can be searched though it is not there."""
        root = self._root()
        return root is not None and self._catalog.has_photos(root)

    def forget_missing(self) -> int:
        """Drop what is remembered of photos that disappeared; return how many those were, as of `forget`.

        Raises:
            FolderError: nothing is remembered of the folder.
            BusyCatalogError: photos are being indexed.
        """
        with self._catalog.sole_writer():
            roots = self._folders_within()
            lost = self._files(roots, self._catalog.lost_names)
            kept = self._files(self._roots_above(), self._catalog.lost_names)
            for root in roots.values():
                self._catalog.forget_missing(root)
            if lost:
                others = [path for path in self._catalog.roots() if Path(os.fsdecode(path)) not in roots]
                models = self._catalog.models()
                drop_graphs(
                    self._state, but=[graph_path(self._state, *one) for one in product(others, models)]
                )
            self._let_go()  # what files contained before they were changed is forgotten too
            return len(lost - kept)

    def forget(self) -> int:
        """Drop all that is remembered of the folder and of those in it; return how many photos that were.

        Those do not count that a folder around it remembers, see `kept_by`.

        Raises:
            FolderError: nothing is remembered of it, or only as of a part of another folder.
            BusyCatalogError: photos are being indexed.
        """
        with self._catalog.sole_writer():
            roots = self._folders_within()
            photos = self._files(roots, self._catalog.names)
            photos -= self._files(self._roots_above(), self._catalog.names)
            for root in roots.values():
                self._catalog.forget_root(root)
            sweep_graphs(self._state, self._catalog)
            self._let_go()
            return len(photos)

    def explain_keeper(self) -> str:
        """Return the sentence that a folder around this one remembers photos in it; empty if none does."""
        above = self._keeper()
        return "" if above is None else f"The photos in {self.folder} are remembered as part of {above}."

    @property
    def rules(self) -> Rules:
        """All of what follows, as it is chosen now."""
        here, everywhere = self.excludes(), self.excludes(everywhere=True)
        return Rules(tuple(here), tuple(everywhere), self.keep_days, self.thumbnail_mb)

    def change_rules(self, before: Rules, after: Rules) -> None:
        """Choose what differs from the rules as they were read; what another program chose since stays.

        Raises:
            PatternError: as `exclude`; nothing is taken.
            FolderError: as `exclude`.
        """
        for pattern in (*after.here, *after.everywhere):
            check_pattern(pattern)
        for was, now, everywhere in (
            (before.here, after.here, False),
            (before.everywhere, after.everywhere, True),
        ):
            if now != was:
                self._change_excludes(partial(_merge, was, now), everywhere=everywhere)
        if after.keep_days != before.keep_days:
            self.keep_days = after.keep_days
        if after.thumbnail_mb != before.thumbnail_mb:
            self.thumbnail_mb = after.thumbnail_mb

    def excludes(self, *, everywhere: bool = False) -> list[str]:
        """Return the patterns of what is left out of this folder, or of every folder; see `Excludes`."""
        root = None if everywhere else self._root()
        return [] if root is None and not everywhere else self._catalog.choices.excludes(root)

    def exclude(self, patterns: Sequence[str], *, everywhere: bool = False) -> None:
        """Replace these patterns; the next refresh follows them.

        Raises:
            PatternError: a pattern means nothing; none is taken.
            FolderError: there is no such folder, or it does not answer.
        """
        for pattern in patterns:
            check_pattern(pattern)
        self._change_excludes(lambda _: patterns, everywhere=everywhere)

    def exclude_too(self, patterns: Iterable[str]) -> None:
        """Leave out of this folder what matches these, too; errors as of `exclude`."""
        added = tuple(patterns)
        for pattern in added:
            check_pattern(pattern)
        self._change_excludes(
            lambda now: [*now, *(pattern for pattern in added if pattern not in now)], everywhere=False
        )

    def _change_excludes(self, change: Callable[[list[str]], Sequence[str]], *, everywhere: bool) -> None:
        self._catalog.choices.change_excludes(None if everywhere else self._known_root(), change)

    @property
    def keep_days(self) -> int:
        """For how many days what disappeared is remembered, in every folder."""
        return self._catalog.choices.keep_days

    @keep_days.setter
    def keep_days(self, days: int) -> None:
        self._catalog.choices.keep_days = days

    @property
    def thumbnail_mb(self) -> int:
        """How many megabytes of thumbnails are kept at most, of every folder."""
        return self._catalog.choices.thumbnail_mb

    @thumbnail_mb.setter
    def thumbnail_mb(self, megabytes: int) -> None:
        if megabytes != self.thumbnail_mb:
            self._catalog.choices.thumbnail_mb = megabytes
            sweep_thumbnails(self._state)

    def _let_go(self) -> None:
        """Part with the vectors and the thumbnails that no photo has any more."""
        self._catalog.vectors.pack(at_once=True)
        sweep_thumbnails(self._state)

    def _root(self) -> int | None:
        return self._catalog.root(os.fsencode(self.folder))

    def _roots_within(self) -> dict[Path, int]:
        """Return the folders that are known, this one and those in it which were indexed by themselves."""
        known = {Path(os.fsdecode(path)): root for path, root in self._catalog.roots().items()}
        return {path: root for path, root in known.items() if path.is_relative_to(self.folder)}

    def _roots_above(self) -> dict[Path, int]:
        """Return the known folders that this one lies in."""
        known = {Path(os.fsdecode(path)): root for path, root in self._catalog.roots().items()}
        return {path: root for path, root in known.items() if path in self.folder.parents}

    def _files(self, roots: Mapping[Path, int], names: Callable[[int], Iterable[bytes]]) -> set[bytes]:
        """Return what the files in this folder are called in it that these folders know by such names."""
        files = set[bytes]()
        for path, root in roots.items():
            files.update(self._within(path, names(root)))
        return files

    def _within(self, path: Path, names: Iterable[bytes]) -> Iterator[bytes]:
        """Yield these names of a folder in this one, or around it, as of this one; those that lie in it.

        As bytes: very many are asked for. Two that differ in case alone are one where the system says so.
        """
        if path.is_relative_to(self.folder):
            inside = b"" if path == self.folder else prefix_of(name_in(self.folder, path) or b"")
            return (os.path.normcase(inside + name) for name in names)
        above = os.path.normcase(prefix_of(name_in(path, self.folder) or b""))
        cased = map(os.path.normcase, names)
        return (name[len(above) :] for name in cased if name.startswith(above))

    def _keeper(self) -> Path | None:
        """Return a folder around this one that remembers photos in it, None if none does."""
        return next(
            (
                above
                for above, root in self._roots_above().items()
                if any(True for _ in self._within(above, self._catalog.names(root)))
            ),
            None,
        )

    def _folders_within(self) -> dict[Path, int]:
        """Return the folders of `_roots_within`.

        Raises:
            FolderError: there are none.
        """
        roots = self._roots_within()
        if not roots:
            if (above := self._keeper()) is not None:
                raise FolderError(f"The photos in {self.folder} are remembered as part of {above}.")
            raise FolderError(f"Nothing is remembered of the folder {self.folder}.")
        return roots

    def _known_root(self) -> int:
        if self._root() is None and (kind := kind_of(self.folder)) is not Kind.FOLDER:
            raise FolderError(no_folder(self.folder, kind))
        return self._catalog.add_root(os.fsencode(self.folder))


def _merge(before: Sequence[str], after: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return patterns that were chosen in place of others, with what was chosen elsewhere meanwhile.

    Args:
        before: as they were read.
        after: what was made of those here.
        now: what was made of them elsewhere.
    """
    gone = set(before).difference(now)
    kept = [pattern for pattern in after if pattern not in gone]
    return [*kept, *(pattern for pattern in now if pattern not in before and pattern not in kept)]


def sweep_graphs(state: Path, catalog: Catalog, kept: Sequence[Path] = ()) -> None:
    """Delete the graphs of folders that were forgotten and of models that are not in use any more.

    Args:
        state: the data folder.
        catalog: says which folders and models are known.
        kept: graphs to keep besides, as of several folders together; where there are any, young ones stay
            too: they may be those of another library of several folders.
    """
    folders, models = list(catalog.roots()), catalog.models()
    known = [graph_path(state, folder, model) for folder in folders for model in models]
    drop_graphs(state, but=[*known, *kept], spared_s=DAY_S * catalog.choices.keep_days if kept else 0.0)
