"""Decides what comes to the shelf, and keeps the drawing that is on the paper from getting lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.drawing.canvas import Canvas
from app.drawing.ink.svg_strokes import SavedSketch
from app.drawing.paper.document import Snapshot
from app.drawing.paper.prints import Print, Prints
from app.drawing.saving import saved_sketch
from app.shelf.beside import names_in, open_kept, prints_of, traced_words, underlay_of, words_of
from app.shelf.following import follow_renames, paths_in
from app.shelf.leaving import LeafedSheet, whole
from app.shelf.paper import Paper
from app.shelf.pictures import Pictures
from app.shelf.store import PAPER, Shelf
from app.shelf.watching import ShelfWatch
from engine.errors import cause
from engine.sketches.kept import PICTURES, SHELF, Kept

_LEAST_INK = 0.3  # paper sides; what was only begun is not worth a place
_SOON = 1500  # milliseconds without a change until the paper is written down


class Keeper(QObject):
    """Follows the paper, and what is done with photos.

    A drawing comes to the shelf when a photo was opened, copied, dragged or laid beside it for it, and when
    the paper is emptied; a page of several, as soon as it is leafed through. Drawn on, it keeps its place
    there. The drawing on the paper is written down whenever the pen rests, so that nothing that ends the
    program takes it away.

    Attributes:
        drawings: on the shelf, the newest first.
        keeps: returns whether drawings come there.
    """

    changed = Signal()
    """Other drawings are on the shelf than before."""
    failed = Signal(str)
    """Something could not be written: why, as the system says it."""
    missed = Signal()
    """The drawing that was asked for is not on the shelf any more."""
    unread = Signal(object)
    """The paper of the last time cannot be read; it lies aside, at this path."""

    def __init__(
        self,
        canvas: Canvas,
        folder: Path,
        *,
        keeps: Callable[[], bool] = lambda: True,
        resumes: bool = True,
    ) -> None:
        """Begin to follow the paper.

        Args:
            canvas: the paper.
            folder: for all that is kept.
            keeps: returns whether drawings come to the shelf.
            resumes: whether this window's paper is the one that is there at the next start; otherwise its
                drawing goes to the shelf at the end.
        """
        super().__init__(canvas)
        self._canvas, self.keeps = canvas, keeps
        self._shelf, self._pictures = Shelf(folder / SHELF), Pictures(folder / SHELF / PICTURES)
        self._paper = Paper(folder / PAPER, is_ours=resumes, parent=self)
        self._paper.noted.connect(self._take_noted, Qt.ConnectionType.QueuedConnection)
        self.drawings: list[Kept] = []
        self._last = canvas.document.snapshot  # before the newest change
        self._found = self._last  # the newest for which photos were taken
        self._leafed = LeafedSheet()
        self._soon = QTimer(self, interval=_SOON, singleShot=True)
        self._soon.timeout.connect(self._note_at_rest)
        self._ended = False
        self._watch = ShelfWatch(folder / SHELF, self)
        self._watch.changed.connect(self.look_again)
        canvas.drawing_changed.connect(self._follow)

    def load(self) -> None:
        """Read the shelf, as at the start, and follow what other windows do with it."""
        self._watch.begin()
        self._tell(self._shelf.load())

    def look_again(self) -> None:
        """Read the shelf anew, in case another window has changed it."""
        drawings = self._shelf.load()
        if [one.file for one in drawings] != [one.file for one in self.drawings]:
            self._tell(drawings)

    def resume(self) -> None:
        """Lay the drawing of the last time on the paper, with the photos that lay beside it."""
        kept = self._paper.read() if self._paper.is_ours else None
        if kept is None:
            if self._paper.is_ours and self._paper.is_there:
                self._put_aside()
            return
        prints, sketch = self._prints(kept), open_kept(kept.sketch)
        beside = Snapshot(prints=prints, underlay=underlay_of(kept.sketch.metadata, self._pictures))
        strokes, picture = sketch.strokes, sketch.picture
        self._canvas.change(lambda document: document.resume(strokes, picture=picture, beside=beside))

    # --- what a person does ----------------------------------------------------------------------------

    def note_found(self, photos: Sequence[Path]) -> None:
        """Note that a person took these photos: they are what the drawing on the paper was meant to find."""
        document = self._canvas.document
        if not photos or document.snapshot.is_blank or not self.keeps():
            return
        query = document.query()
        if query is not None and not query.is_by_photos(photos):  # one that is liked lies there already
            self._found = document.snapshot
            self._put(document.snapshot, photos)

    def photos_found(self) -> set[Path]:
        """Return the photos that the drawing on the paper has found, as the shelf has it."""
        states = self._states(self._sketch(self._canvas.document.snapshot))
        return {photo for kept in states for photo in kept.photos}

    def note_refused(self, photos: Sequence[Path]) -> None:
        """Note that the drawing on the paper is not like these photos: it was not meant to find them."""
        self.look_again()
        for kept in reversed(self._states(self._sketch(self._canvas.document.snapshot))):
            left = [one for one in kept.photos if one not in photos]
            if len(left) < len(kept.photos):
                self._do(partial(self._shelf.put, kept.sketch, left, instead_of=kept))

    def take(self, kept: Kept) -> None:
        """Lay a drawing of the shelf on the paper, to draw on; the one that lies there comes to the shelf.

        The photos that lay beside it come with it, in the same step of undo. One that another window has
        taken off the shelf meanwhile is not laid.
        """
        self.look_again()
        there = self._shelf.find(kept)
        if there is None:
            self.missed.emit()
            return
        kept = there
        here = self._canvas.document.snapshot
        lies_there = self._sketch(here)
        is_drawn = lies_there.continues(kept.sketch) and len(here.strokes) == len(kept.sketch.strokes)
        if is_drawn and _same(kept.sketch, lies_there):
            return
        prints, sketch = self._prints(kept), open_kept(kept.sketch)
        if not is_drawn:  # else it would take the place of the one that was taken
            self._put_away(here, spared=kept)
        self._last = Snapshot()  # what was there is put away already
        self._canvas.change(lambda document: document.place(sketch, prints=prints))

    def remove(self, kept: Kept) -> None:
        """Take one drawing off the shelf."""
        self._do(lambda: self._shelf.remove(kept))

    def clear(self) -> None:
        """Take every drawing off the shelf."""
        self._do(self._shelf.clear)

    def paths(self) -> set[Path]:
        """Return the photos that the drawings on the shelf name."""
        return paths_in(self._shelf.load())

    def follow(self, names: Mapping[Path, Path]) -> None:
        """Let the drawings on the shelf follow photos that were renamed: the paths now, by those before."""
        if names and not self._ended:
            self._do(lambda: follow_renames(self._shelf, names))

    def note_paper(self) -> None:
        """Have what is on the paper written down, for the next start."""
        self._soon.stop()
        if not self._paper.is_ours:
            return
        snapshot = self._canvas.document.snapshot
        traced = () if snapshot.underlay is None else (snapshot.underlay.source,)
        try:
            if snapshot.is_blank and not len(snapshot.prints) and not traced:
                self._paper.remove()
            else:
                sketch = self._sketch(snapshot)
                words = {**sketch.metadata, **traced_words(snapshot.underlay)}
                keep_pictures = partial(self._keep_pictures, snapshot.prints, *traced)
                self._paper.write(replace(sketch, metadata=words), keep_pictures)
        except OSError as error:
            self.failed.emit(cause(error))

    def _take_noted(self, failure: OSError | None = None) -> None:
        """Keep no picture longer than the paper that was written needs it, or tell why it was not."""
        try:
            if failure is not None:
                raise failure
            self._drop_pictures()
        except OSError as error:
            self.failed.emit(cause(error))

    def end(self) -> None:
        """Lose nothing at the end, nor a stroke that is being drawn; then follow nothing any more."""
        if self._ended:
            return
        self._canvas.finish()
        if self._paper.is_ours:
            self.note_paper()
            self._paper.wait()
            self._take_noted()
        else:
            self._put_away(self._canvas.document.snapshot)
        self._shelf.end()
        self._pictures.end()
        self._watch.end()
        self._ended, self._paper.is_ours = True, False  # it may be another window's from now on
        self._soon.stop()

    # --- the paper -------------------------------------------------------------------------------------

    def _put_aside(self) -> None:
        """Put a paper that cannot be read aside, and tell that."""
        try:
            aside = self._paper.put_aside()
        except OSError as error:
            self._paper.is_ours = False  # what is drawn goes to the shelf at the end
            self.failed.emit(cause(error))
        else:
            if aside is not None:
                self.unread.emit(aside)

    def _note_at_rest(self) -> None:
        """Write down what is on the paper once the pen rests."""
        if self._canvas.is_drawing:
            self._soon.start()
        else:
            self.note_paper()

    def _follow(self) -> None:
        """See whether the drawing before this change is gone from the paper for good."""
        if self._canvas.is_drawing or self._ended:
            return
        document = self._canvas.document
        before, self._last = self._last, document.snapshot
        emptied = document.snapshot.is_blank and not document.snapshot.strokes
        replaced = document.snapshot.begun is not before.begun
        if (emptied or replaced) and not document.can_redo:
            self._leafed.note(before, self._last)
            self._put_away(self._whole(before, document.snapshot))
        self._soon.start()

    def _whole(self, snapshot: Snapshot, after: Snapshot) -> Snapshot:
        states = self._states(self._sketch(snapshot))
        most = max((len(one.sketch.strokes) for one in states), default=0)
        return whole(snapshot, after, found=self._found, most=most)

    def _put_away(self, snapshot: Snapshot, *, spared: Kept | None = None) -> None:
        """Keep a drawing that leaves the paper, or the page that it is a part of; both if it was drawn on."""
        page = self._leafed.page_of(snapshot)
        for one in (page, None if page is not None and snapshot.sheet is not None else snapshot):
            if one is not None and not one.is_blank and self.keeps() and self._sketch(one).ink >= _LEAST_INK:
                self._put(one, [], spared=spared)

    def _put(self, snapshot: Snapshot, photos: Sequence[Path], *, spared: Kept | None = None) -> None:
        self.look_again()
        sketch = self._sketch(snapshot)
        earlier = max(self._states(sketch), key=lambda one: len(one.sketch.strokes), default=None)
        if earlier is not None and not photos and _same(earlier.sketch, sketch):
            return  # it lies there already
        found = [*photos, *(earlier.photos if earlier is not None else ())]

        def put() -> None:
            self._shelf.put(sketch, found, instead_of=earlier, spared=spared)
            self._pictures.keep((*snapshot.prints.like, *snapshot.prints.unlike), flushed=False)

        self._do(put)

    def _states(self, sketch: SavedSketch) -> list[Kept]:
        """Return what the shelf has of a drawing and its earlier states, the newest first."""
        return [one for one in self.drawings if sketch.continues(one.sketch)]

    def _sketch(self, snapshot: Snapshot) -> SavedSketch:
        words = words_of(snapshot.prints.unite())  # some may have become one since
        return saved_sketch(snapshot.strokes, snapshot.picture, words)

    def _prints(self, kept: Kept) -> Prints:
        return prints_of(kept.sketch.metadata, self._pictures)

    def _keep_pictures(self, prints: Prints, *others: Print) -> None:
        self._pictures.keep((*prints.like, *prints.unlike, *others))

    def _drop_pictures(self) -> None:
        """Keep none that neither the shelf nor the paper of the next start refers to."""
        there = self._pictures.names
        if there:
            wanted = set().union(*(names_in(one.sketch.metadata) for one in self._shelf.load()))
            self._pictures.keep_only(there, wanted=wanted, needed=self._paper.names)

    def _do(self, deed: Callable[[], object]) -> None:
        try:
            deed()
            self._drop_pictures()
        except OSError as error:
            self.failed.emit(cause(error))
        self._tell(self._shelf.load())

    def _tell(self, drawings: list[Kept]) -> None:
        self.drawings = drawings
        self.changed.emit()


def _same(one: SavedSketch, other: SavedSketch) -> bool:
    """Return whether a drawing that another one continues has nothing less, nor other photos beside it."""
    return len(one.strokes) == len(other.strokes) and one.metadata == other.metadata
