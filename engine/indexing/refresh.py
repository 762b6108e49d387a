"""Brings a library up to date with a folder: what is new is read and encoded, what is gone is dropped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.effort import Effort
from engine.encoding.encoder import Encoder, reading_side
from engine.errors import CatalogError, ImageError
from engine.folders.folder import Found
from engine.folders.scope import EVERYTHING, Scope
from engine.folders.settling import Settling
from engine.indexing.dating import look_up_dates
from engine.indexing.decoder import Decoded, Decoder
from engine.indexing.handfuls import BATCH, Handfuls
from engine.indexing.look import Look
from engine.indexing.moves import Moves
from engine.indexing.overdue import Overdue
from engine.indexing.plan import Plan
from engine.indexing.recording import record
from engine.indexing.scan import HANGS_S, Scan
from engine.indexing.section import Section
from engine.pictures.photos import UnavailableError, reader_version
from engine.progress import TICK_S, Progress, ticks, while_waiting
from engine.search.gallery import GalleryPhoto
from engine.state.catalog import Catalog
from engine.state.records import Entry, Read, Refusal
from engine.state.thumbnails import KeptThumbnails
from engine.vector_index.index import usable

_WINDOW = 3 * BATCH  # photos read ahead: all that is in memory, and all that a crash makes suspects
_LONGEST_REST_S = 0.5  # of a gentle run, after a batch: between two of them the work can be stopped
_CRASHES = 2  # so often may a photo stop the program while it is read alone
_STOPPED_US = "the program stopped each time it read this photo."
_NO_VECTOR = "the encoder gave no usable vector for this photo."


class Refresh:
    """One run over one folder. Its numbers are valid once `run` has returned. One writer at a time."""

    def __init__(
        self,
        folder: Path,
        root: int,
        *,
        catalog: Catalog,
        gallery: Section,
        encoder: Encoder,
        thumbnails: KeptThumbnails,
        look: Look,
        recheck: bool = False,
        effort: Callable[[], Effort] = lambda: Effort.FULL,
        settling: Settling | None = None,
        scope: Scope = EVERYTHING,
    ) -> None:
        """Take the folder, its number in the catalog, and what to bring up to date.

        Args:
            folder: absolute.
            root: its number.
            catalog: the truth.
            gallery: the folder's part of what can be found.
            encoder: makes the vectors.
            thumbnails: keep a small picture of what is read.
            look: what this run is a part of.
            recheck: read all photos.
            effort: how much of the machine to take now; gently, it rests after each batch for as long as
                that took. Asked again and again, by several threads.
            settling: says which photos may be half written, and are left as they are; None reads all.
            scope: which folders within it to look at.
        """
        self._folder, self._root, self._recheck = folder, root, recheck
        self._effort = effort
        self._scan = Scan(folder, root, catalog, scope=scope, recheck=recheck)
        self._settling = settling
        self._catalog, self._gallery, self._encoder = catalog, gallery, encoder
        self._thumbnails, self._look = thumbnails, look
        self._reader = reader_version()
        self._reader_and_model = f"{self._reader}, {encoder.model_id}"
        self.moves = Moves(folder)
        self._missing: Mapping[bytes, Entry] = {}
        self._stored, self._fresh = set[int](), set[int]()  # contents; those that were encoded
        self._due = ticks()
        self._handfuls, self._has_left = Handfuls(encoder), False  # the folder, while photos were read
        self._done = self._total = self._skipped = 0
        self.elsewhere = 0

    def run(self) -> Generator[Progress, None, bool]:
        """Do the work; closing the generator stops it, and what is done stays done.

        Returns:
            False if the folder is not there, or has gone while its photos were read.

        Raises:
            FolderError: the folder cannot be listed.
            CatalogError: the catalog cannot be written or did not keep what was indexed.
        """
        for listing in self._scan.walk():
            if listing is not None:
                self._done += len(listing.photos)
                self._skipped += (listing.trouble is not None) + len(listing.unasked)
            if self._due() or listing is None:
                yield Progress("scan", self._done, 0, self._skipped)
        if not self._scan.is_there():
            return False
        todo = self._settle_scan()
        yield Progress("scan", self._done, self._done, self._skipped)
        yield from self._encode(todo.jobs)
        if self._has_left:
            return False
        if self._scan.is_whole:
            yield from self._look_up_dates()
        self._gallery.settle()
        stored = [one for one in self._stored if one in self._fresh or one in self._gallery.index]
        photos = len(self._gallery) if self._scan.is_whole else 0
        self._catalog.confirm(self._root, self._encoder.model_id, stored, photos=photos)
        return True

    def _settle_scan(self) -> Plan:
        """Part with what is gone, and take into the gallery what the catalog knew better."""
        model, readers = self._encoder.model_id, (self._reader, self._reader_and_model)
        todo = self._scan.compare(self._encoder.space, readers)
        known, self._missing = self._scan.known, self._scan.missing
        if self._settling is not None:
            todo = todo.without(self._settling.leave(self._folder, todo.jobs, self._scan.scope))
        self._look.note(self._root, self._scan.scope, todo)
        record(todo, known, self._missing, self.moves, catalog=self._catalog, root=self._root)
        settled, moved = self._scan.settled, todo.moved
        rest = todo.kept, todo.left, [photo.name for photo in todo.jobs]
        lost = self._gallery.names_gone(self._scan.scope.folders, settled, *rest)
        now = {name: one.entry for name, one in moved.items()}
        others = self._differing({**self._missing, **known, **now}, todo.kept)
        unseen = [one.found.name for one in others if self._gallery.content(one.found.name) != one.content]
        self._add_to_gallery(others)
        self._gallery.drop(lost)  # only now: what goes by another name keeps its vector in memory
        before = [one.before for one in moved.values()]
        self.elsewhere = len(set(unseen).difference(todo.back, moved))
        self.elsewhere += len(lost.difference(todo.gone, before))
        self._catalog.store(self._root, model, [], self._scan.list_refusals())
        self._skipped += todo.refused
        return todo

    def _differing(self, known: Mapping[bytes, Entry], kept: Sequence[bytes]) -> list[Entry]:
        """Return the photos that stay as they are, and that the gallery does not have so."""
        settled, entries = self._scan.settled, [known[name] for name in kept]
        columns = settled.contents, settled.dates, settled.by_camera
        differ = self._gallery.differing(settled.names, *columns)
        others = self._catalog.photos_named(self._root, settled.only(differ).names)
        contents = np.array([entry.content for entry in entries], np.int64)
        dates = np.array([entry.date for entry in entries], np.int64)
        by_camera = np.array([entry.by_camera for entry in entries], np.bool_)
        differ = self._gallery.differing(kept, contents, dates, by_camera)
        return [*others.values(), *compress(entries, differ.tolist())]

    def _encode(self, jobs: Sequence[Found]) -> Generator[Progress, None, None]:
        """Read and encode; what was in flight when the program died comes last, one at a time."""
        suspects = self._scan.within_scope(self._catalog.suspects(self._root))
        self._done, self._total = 0, len(jobs)
        refused_now = [photo for photo in jobs if suspects.get(photo.name, 0) >= _CRASHES]
        refused = [Refusal(photo, _STOPPED_US, self._reader) for photo in refused_now]
        self._catalog.store(self._root, self._encoder.model_id, [], refused)
        self._gallery.drop([photo.name for photo in refused_now])
        self._skipped += len(refused)
        self._done += len(refused)
        self._catalog.end(self._root, suspects.keys() - {photo.name for photo in jobs})
        unsuspected = [photo for photo in jobs if photo.name not in suspects]
        alone = [photo for photo in jobs if photo.name in suspects and photo not in refused_now]
        yield from self._read(unsuspected, window=_WINDOW)
        alone.sort(key=lambda photo: suspects[photo.name])  # the likeliest culprit last
        yield from self._read(alone, window=1)
        if jobs:
            yield Progress("encode", self._done, self._total, self._skipped)

    def _read(self, photos: Sequence[Found], *, window: int) -> Generator[Progress, None, None]:
        if not photos or self._has_left:
            return
        waiting, flying = deque(photos), dict[bytes, Found]()
        decoder, stuck = self._decoder(), list[bytes]()
        overdue = Overdue(self._folder, decoder, HANGS_S)
        try:
            while waiting or flying:
                started = [waiting.popleft() for _ in range(min(window - len(flying), len(waiting)))]
                self._catalog.begin(self._root, [photo.name for photo in started], alone=window == 1)
                flying.update((photo.name, photo) for photo in started)
                decoder.request(started)
                batch = decoder.take(min(self._handfuls.batch, len(flying)), within_s=TICK_S)
                if window == 1:  # what happens from now on is not the doing of this photo
                    self._catalog.end(self._root, [decoded.found.name for decoded in batch])
                if any(isinstance(one.error, UnavailableError) for one in batch):
                    step = Progress("encode", self._done, self._total, self._skipped)
                    self._has_left = yield from while_waiting(self._scan.has_left(), step)
                if self._has_left:
                    yield from self._settle([one for one in batch if one.error is None])
                    return
                began = self._handfuls.clock()
                yield from self._settle(batch)
                if self._effort() is Effort.GENTLE:
                    time.sleep(min(self._handfuls.clock() - began, _LONGEST_REST_S))
                for decoded in batch:
                    del flying[decoded.found.name]
                if left := overdue.leave(has_come=bool(batch)):
                    yield from self._give_up(left, alone=window == 1)
                    stuck += [flying.pop(photo.name).name for photo in left]
                if self._due():
                    yield Progress("encode", self._done, self._total, self._skipped)
        finally:
            with suppress(CatalogError):  # the library was closed, or the disk is full: the next start copes
                self._catalog.end(self._root, [*flying, *stuck])  # first: the process may end meanwhile
            decoder.close()

    def _decoder(self) -> Decoder:
        return Decoder(
            self._folder,
            side=reading_side(self._encoder),
            known=self._seems_encoded,
            with_thumbnails=self._thumbnails.limit > 0,
            redates=self._recheck,
            is_held=self._is_held,
        )

    def _seems_encoded(self, digest: bytes) -> bool:
        """Return whether this content has a vector; not where the catalog does not say. From any thread."""
        with suppress(CatalogError):  # whoever writes to it next is told
            return self._catalog.vectors.content(digest, self._encoder.space) is not None
        return False

    def _is_held(self) -> bool:
        return self._effort() is Effort.NONE

    def _give_up(self, photos: Mapping[Found, ImageError], *, alone: bool) -> Generator[Progress, None, None]:
        """Leave out photos whose reading does not end, and why; they stay in flight, as they are."""
        yield from self._settle([Decoded(photo, error=error) for photo, error in photos.items()])
        self._catalog.begin(self._root, [photo.name for photo in photos], alone=alone)

    def _settle(self, batch: Sequence[Decoded]) -> Generator[Progress, None, None]:
        """Encode a batch, commit it, and make it searchable; yields before that only where it may be held."""
        if not batch:
            return
        vectors = yield from self._vectors({one.digest: one for one in batch if one.image is not None})
        read, refused = [], []
        for one in batch:
            if one.error is not None:
                reader = "" if isinstance(one.error, UnavailableError) else self._reader
                refused.append(Refusal(one.found, str(one.error), reader))
            elif one.digest in vectors or one.image is None:  # its content was known
                read.append(Read(one.found, one.digest, vectors.get(one.digest), one.remark, one.taken))
            else:
                refused.append(Refusal(one.found, _NO_VECTOR, self._reader_and_model))
        contents = self._catalog.store(self._root, self._encoder.model_id, read, refused)
        self._scan.note_read([one.found.name for one in batch])
        self._thumbnails.put({one.digest: one.thumbnail for one in batch})
        self._stored.update(contents)
        fresh = {one for one, photo in zip(contents, read, strict=True) if photo.vector is not None}
        self._fresh |= fresh
        self._gallery.index.remove(fresh)  # it may have one that the disk could not give
        self._gallery.drop([one.found.name for one in refused if not self._scan.has_kept(one)])
        stored = [
            Entry(photo.found, content, photo.remark, self._catalog.date_of(content))
            for photo, content in zip(read, contents, strict=True)
        ]
        self._count(
            stored, {entry.content for entry, one in zip(stored, read, strict=True) if one.vector is None}
        )
        self._add_to_gallery(stored)
        self._skipped += len(refused)
        self._done += len(batch)

    def _vectors(
        self, fresh: Mapping[bytes, Decoded]
    ) -> Generator[Progress, None, dict[bytes, NDArray[np.float32]]]:
        """Encode one picture of each content; yields where the work is to stand still."""
        images = [one.image for one in fresh.values() if one.image is not None]
        step = Progress("encode", self._done, self._total, self._skipped)
        vectors = yield from while_waiting(self._handfuls.encode(images), step, self._is_held)
        rows = zip(fresh, vectors, usable(vectors), strict=True)
        return {digest: vector for digest, vector, good in rows if good}

    def _add_to_gallery(self, photos: Iterable[Entry]) -> None:
        """Take photos into the gallery; a spoiled vector is made anew another time."""
        model, usable_photos = self._encoder.model_id, []
        for photo in photos:
            name, content = photo.found.name, photo.content
            vector = None if content in self._gallery.index else self._catalog.vectors.vector(content, model)
            if vector is None or usable(vector[None])[0]:
                usable_photos.append(GalleryPhoto(name, content, vector, photo.date, photo.by_camera))
            else:
                self._catalog.drop_vectors(model, [content])
        self._gallery.put(usable_photos)

    def _count(self, stored: Iterable[Entry], known: Collection[int]) -> None:
        """Tell what is new from what has moved; a file that was only touched is neither.

        Args:
            stored: photos as they are recorded now.
            known: contents that were so before, which are not encoded again.
        """
        for photo in stored:
            name, content = photo.found.name, photo.content
            if self._gallery.content(name) != content:
                missed = self._missing.get(name)
                was_missing = missed is not None and missed.content == content
                self.moves.take(name, content, is_known=content in known, was_missing=was_missing)

    def _look_up_dates(self) -> Generator[Progress, None, None]:
        """Look up the dates that an older catalog did not keep."""
        folder, root, catalog, gallery = self._folder, self._root, self._catalog, self._gallery
        for done, total in look_up_dates(
            folder, root, catalog=catalog, gallery=gallery, is_held=self._is_held
        ):
            if self._due() or done == total:
                yield Progress("dates", done, total, self._skipped)
