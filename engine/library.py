"""Photo folders that can be searched by drawing: the public face of everything that indexes and finds."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from engine.answer import Answer
from engine.effort import Effort
from engine.encoding.encoder import Encoder
from engine.finder import Finder
from engine.folders.excludes import Excludes
from engine.folders.names import local_path, name_in
from engine.folders.patience import to_the_end
from engine.folders.scope import EVERYTHING, Scope
from engine.folders.settling import Settling
from engine.indexing.loading import Loader
from engine.indexing.look import Look
from engine.indexing.moves import Moves
from engine.indexing.refresh import Refresh
from engine.indexing.report import Report, Skipped
from engine.indexing.roots import LibraryFolder, common_folder, distinct, make_roots
from engine.indexing.section import Section
from engine.indexing.side_by_side import take_turns
from engine.paths import data_dir
from engine.progress import TICK_S, Phase, Progress, ticks
from engine.search.far_photos import FarPhoto
from engine.search.hit import Hit
from engine.search.narrowing import Narrowing
from engine.search.query import Drawing, Query
from engine.state.catalog import Catalog
from engine.state.thumbnails import KeptThumbnails
from engine.state.whereabouts import Places
from engine.taught.learning import Learned, Learning
from engine.taught.lessons import Lessons
from engine.upkeep import Sweeper, sweep_graphs
from engine.vector_index.graph import graph_path

__all__ = [
    "Answer",
    "Drawing",
    "Hit",
    "Learned",
    "Library",
    "LibraryFolder",
    "Phase",
    "Places",
    "Progress",
    "Query",
    "Report",
    "Skipped",
]


class Library(Finder):
    """The photos of one or several folders, and of those below them. The folders are only ever read.

    Attributes:
        folder: the folder, or the nearest one above them all; absolute, links resolved.
        encoder: makes the vectors; those of another model in the catalog are left alone.
    """

    def __init__(self, folders: Path | str | Sequence[Path | str], encoder: Encoder) -> None:
        """Open the library of a folder with what the catalog holds of it; `refresh` finds what is new.

        Args:
            folders: one, or several that are searched as one. What lies in another one comes with that.
            encoder: makes the vectors.

        Raises:
            FolderError: there is no such folder and the catalog knows none, or it cannot be read; of several,
                none can be opened.
            CatalogError: the catalog cannot be opened.
            ValueError: no folder.
        """
        paths = distinct([folders] if isinstance(folders, Path | str) else folders)
        if not paths:
            raise ValueError("a library needs a folder")
        above = common_folder(paths)
        self._state = data_dir()
        self._catalog = Catalog(self._state)
        self._thumbnails = KeptThumbnails(self._state)
        self._sweeper = Sweeper(self._state, self._catalog, self._thumbnails)
        self._look = Look(self._catalog.whereabouts)
        try:
            self._roots = make_roots(paths, above)
            to_the_end(self._roots.look(self._catalog))
            self._loader = Loader(self._catalog, encoder.space)
            gallery = self._loader.load(self._roots, self._graph_path(encoder.model_id))
            tops = [root.prefix for root in self._roots]
            super().__init__(above, encoder, gallery, self._loader.vector_of, tops, self._loader.looks)
            self._learning = Learning(Lessons(self._state), encoder, gallery.index, self._catalog.contents)
            self._taking_up = threading.Thread(target=gallery.index.load_graph, name="graph", daemon=True)
            if gallery.index.may_have_graph:  # meanwhile search is exact
                self._taking_up.start()
        except BaseException:
            self._catalog.close()
            raise

    @property
    def folders(self) -> tuple[LibraryFolder, ...]:
        """The folders, in the order they were given."""
        counts = [self._gallery.count(root.prefix) for root in self._roots]
        return tuple(
            LibraryFolder(root.folder, count, root.offline, root.trouble)
            for root, count in zip(self._roots, counts, strict=True)
        )

    @property
    def offline(self) -> bool:
        """Whether no folder was there when last looked at, or each empty as without its drive."""
        return self._roots.are_offline

    def holds(self, path: Path) -> bool:
        """Return whether a file or folder lies in the folders, whether it can be found or not."""
        return self._roots.hold(path)

    def places_now(self, paths: Collection[Path]) -> dict[Path, Path]:
        """Return where photos of any folder lie that are missing at these paths, see `Whereabouts.find`.

        So what goes by paths can follow, though the refresh that found them came to no end. From any thread.

        Raises:
            CatalogError: the catalog cannot be read.
        """
        return dict(self._catalog.whereabouts.find(paths, self._roots.numbers).now)

    def places_here(self, paths: Collection[Path]) -> Places:
        """Return the same of these folders alone: what can be found at these paths no more, and where it is.

        Raises:
            CatalogError: the catalog cannot be read.
        """
        names = [(path, name_in(self.folder, path)) for path in paths]
        lost = [path for path, name in names if name is not None and self._gallery.content(name) is None]
        find = self._catalog.whereabouts.find
        return find(lost, self._roots.numbers, everywhere=False) if lost else Places()

    def strangers(self, far: Sequence[FarPhoto], narrowed: Narrowing | None = None) -> list[FarPhoto]:
        """See `Finder`: the catalog tells contents by their hashes."""
        known = self._catalog.contents([one.record.digest for one in far])
        return [
            one
            for one in far
            if not self._gallery.shows(known.get(one.record.digest), narrowed)
            and not (one.path.is_absolute() and self.holds(one.path))
        ]

    def excludes(self, folder: Path) -> Excludes:
        """Return what is left out of one of the folders. From any thread."""
        return self._catalog.choices.excludes_in(folder, self._roots.number(folder))

    def refresh(
        self,
        *,
        recheck: bool = False,
        only: Collection[Path] | Mapping[Path, Scope] | None = None,
        effort: Callable[[], Effort] = lambda: Effort.FULL,
        settling: Settling | None = None,
    ) -> Generator[Progress, None, Report]:
        """Find what is new, changed, moved or gone in the folders, and index it, newest photos first.

        In one thread at a time. What is encoded can be found at once. Closing the generator stops it; at
        most the batch at work is done again by the next refresh, as after a crash. A folder found offline
        is left as it is; of several, one that cannot be read does not stop the others.

        Args:
            recheck: read every file and compare what it contains, for changes that cannot be told from
                outside. What was read by one that was stopped in the last week is not read again.
            only: those of the folders to look at, and where in them, if not everywhere; None for all. What
                was never looked through, or not well, is looked through all the same.
            effort: how much of the machine to take now; asked again and again, by several threads.
            settling: says which photos may be half written, and are left for another time; None reads all.

        Raises:
            FolderError: the only folder cannot be read.
            CatalogError: the catalog cannot be written or did not keep what was indexed, or another process
                is indexing.
        """
        wanted = [root for root in self._roots if only is None or root.folder in only]
        scopes = {root.folder: root.scope(only) for root in wanted}
        with self._catalog.sole_writer():
            self._catalog.note_use(self.encoder.model_id)
            for _ in chain(self._roots.look(self._catalog, wanted), self._loader.check(self._gallery)):
                yield Progress("scan", 0, 0, 0)
            self._look.start({root.number: scopes[root.folder] for root in wanted if root.number is not None})
            works = {
                root.folder: Refresh(
                    root.folder,
                    root.number,
                    catalog=self._catalog,
                    gallery=Section(self._gallery, root.prefix),
                    encoder=self.encoder,
                    thumbnails=self._thumbnails,
                    look=self._look,
                    recheck=recheck,
                    effort=effort,
                    settling=settling,
                    scope=EVERYTHING if recheck else scopes[root.folder],
                )
                for root in wanted
                if root.number is not None
            }
            outcomes = yield from take_turns({folder: work.run() for folder, work in works.items()})
            self._roots.take(outcomes)
            if recheck:
                read = [root for root in wanted if root.folder in works and outcomes[root.folder].was_there]
                self._catalog.rechecks.end([root.number for root in read if root.number is not None])
            self._look.end([root.number for root in wanted if root.is_known and root.number is not None])
            was_there = any(outcome.was_there for outcome in outcomes.values())
            if was_there and EVERYTHING in scopes.values():
                self._sweeper.sweep(self.encoder.model_id)
        while self._taking_up.is_alive():
            self._taking_up.join(TICK_S)
            yield Progress("graph", 0, 0, 0)
        if was_there:  # the rest is this library's own: others may index meanwhile
            self._gallery.index.keep()
            yield from self._build_graph(effort)
            if EVERYTHING in scopes.values():
                sweep_graphs(self._state, self._catalog, [self._graph_path(self.encoder.model_id)])
        return self._report(list(works.values()))

    def note_found(
        self, drawing: Drawing, photos: Sequence[Path], *, states: Sequence[bytes] = ()
    ) -> int | None:
        """Keep as a lesson that a person drew this and found these photos, see `learn`. From any thread.

        Args:
            drawing: what was on the paper.
            photos: the files, the last one first; those that are not in the library are passed over.
            states: what the drawing and its earlier states are known by, see `Lessons.put`.

        Returns:
            The lesson's number; None if none was kept, as where the person does not want it.

        Raises:
            LessonsError: it cannot be kept.
            CatalogError: the catalog cannot be read.
        """
        return self._learning.note(drawing, self._hashes(photos), states=states)

    def note_refused(self, drawing: Drawing, photos: Sequence[Path], *, states: Sequence[bytes] = ()) -> None:
        """Let no lesson say that this drawing found these photos. Arguments and errors as of `note_found`."""
        self._learning.refuse(drawing, self._hashes(photos), states=states)

    def learn(self) -> Learned:
        """Learn from all lessons, and let searches go by that from now on. In one thread at a time.

        Raises:
            LessonsError: they cannot be read; searches go on as before.
            CatalogError: the catalog cannot be read.
        """
        learned = self._learning.learn()
        self.personal = learned.map
        return learned

    @property
    def skipped_count(self) -> int:
        """How many files and folders are left out. From any thread, and soon there however many they are."""
        return sum(map(self._catalog.refusal_count, self._roots.numbers))

    def skipped_files(self) -> list[Skipped]:
        """Return what is left out, by folder and path. From any thread."""
        return self._list(lambda at: {name: one.reason for name, one in self._catalog.refusals(at).items()})

    def odd_files(self) -> list[Skipped]:
        """Return what can be found although something is wrong with it, as `skipped_files`."""
        return self._list(self._catalog.remarks)

    def _list(self, sentences: Callable[[int], dict[bytes, str]]) -> list[Skipped]:
        numbered = ((root.folder, root.number) for root in self._roots if root.number is not None)
        return [
            Skipped(local_path(folder, name), sentence)
            for folder, number in numbered
            for name, sentence in sorted(sentences(number).items())
        ]

    def close(self) -> None:
        """Let go of the catalog; a refresh must have ended or been closed."""
        self._thumbnails.close()
        self._catalog.close()

    def _hashes(self, photos: Sequence[Path]) -> list[bytes]:
        """Return the hashes of what photos of the library contain, or contained before they went."""
        names = self._known_names(photos)
        contents = [self._content(photo, name) for photo, name in zip(photos, names, strict=True)]
        hashes = [self._catalog.hash_of(content) for content in contents if content is not None]
        return [one for one in hashes if one is not None]

    def _content(self, photo: Path, name: bytes | None) -> int | None:
        """Return the content of a photo of the library, by its name there, or of one that may have moved."""
        if name is not None:
            return self._gallery.content(name)
        return next(self._loader.contents(photo), None) if self.holds(photo) else None

    def _report(self, works: Sequence[Refresh]) -> Report:
        moves = [work.moves for work in works]
        Moves.pair(moves, self._catalog.whereabouts.former_places)
        Moves.follow(moves, self._catalog.whereabouts.present_places, [root.folder for root in self._roots])
        return Report.of(
            moves,
            photos=self.photo_count,
            elsewhere=sum(work.elsewhere for work in works),
            skipped=self.skipped_files(),
            odd=self.odd_files(),
        )

    def _build_graph(self, effort: Callable[[], Effort]) -> Generator[Progress, None, None]:
        due = ticks()
        steps = self._gallery.index.build_graph() if self._gallery.index.wants_graph else ()
        for done, total in steps:
            if due() or done == total or effort() is Effort.NONE:
                yield Progress("graph", done, total, self.skipped_count)

    def _graph_path(self, model: str) -> Path:
        names = b"\0".join(sorted(os.fsencode(root.folder) for root in self._roots))
        return graph_path(self._state, names, model)
