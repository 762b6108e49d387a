"""Photos that come to lie beside the drawing, and pictures from elsewhere that may be photos or drawings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app.drawing.canvas import Canvas
from app.drawing.document import Document, Snapshot
from app.drawing.loading import load_saved, sketch_of
from app.drawing.pen_up import PenUp
from app.drawing.prints import Print, Prints
from app.drawing.reading import Reading
from app.drawing.snapshot import Opened
from app.engine_sentences import as_sentence, in_own_language
from app.images import to_qimage
from app.sketches import read_sketch
from engine.elsewhere import here
from engine.errors import EngineError, ImageError
from engine.pictures.guess import is_drawing
from engine.pictures.photos import open_photo, unusable_photo
from engine.preprocess import on_white
from engine.state.thumbnails import thumbnail_of

SHOWN_SIDE = 192
"""The longer side of a print's small picture, in pixels: enough for dense screens."""

_READ_SIDE = 512  # short side of a photo from elsewhere; what is guessed and searched by


@dataclass
class _Found:
    """What was read: photos as prints, drawings as pictures for the paper, and why the rest is neither."""

    prints: list[Print] = field(default_factory=list)
    sketches: list[tuple[Print, Opened]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    blank: int = 0

    def add_sketch(self, one: Print, image: Image.Image) -> None:
        """Clean a picture of a drawing for the paper, in the thread that reads."""
        sketch = sketch_of(image)
        if sketch is not None:
            self.sketches.append((one, sketch))
        else:
            self.blank += 1


@dataclass(frozen=True, eq=False)
class Guess:
    """What one picture from elsewhere was taken for, so that a person can turn it over.

    Attributes:
        print: the picture as a photo.
        is_photo: it was taken for one.
        after: the paper once it was laid.
    """

    print: Print
    is_photo: bool
    after: Snapshot


class PrintFiles(QObject):
    """Brings photos beside the drawing; what comes from elsewhere is told from drawings first."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""
    guessed = Signal(object)
    """The `Guess` that was made of the only file that was dropped."""
    busy = Signal(bool)
    """Something is being read (True), or nothing any more."""
    shown = Signal()
    """The small pictures of some prints are there."""
    _read = Signal(object)
    _made = Signal(object, QImage)

    def __init__(self, canvas: Canvas, is_known: Callable[[Path], bool]) -> None:
        """Take the paper, and what tells whether a file belongs to the library."""
        super().__init__(canvas)
        self._canvas, self._is_known = canvas, is_known
        self.shared: Path | None = None  # where other machines leave thumbnails of their photos
        self._readings: list[Reading[_Found]] = []
        self._pen_up = PenUp(canvas)
        self._then: dict[int, Callable[[_Found], None]] = {}
        self._thumbs: list[Reading[None]] = []
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._made.connect(self._show, Qt.ConnectionType.QueuedConnection)

    # --- what is asked for -----------------------------------------------------------------------------

    def lay(self, paths: Sequence[Path], *, like: bool) -> None:
        """Lay photos of the library in a corner; those that lie in the other one move."""
        prints = [self._canvas.document.prints.find(path) or Print(path) for path in paths]
        self._pen_up.do(partial(self._lay, prints, like=like))
        self._show_soon([one for one in prints if one.shown.isNull()])

    def show_all(self, prints: Prints) -> None:
        """Read the small pictures of photos that lie there already."""
        self._show_soon([one for one in (*prints.like, *prints.unlike) if one.shown.isNull()])

    def retry(self) -> None:
        """Read again the small pictures that could not be read."""
        prints = self._canvas.document.prints
        self._show_soon([one for one in (*prints.like, *prints.unlike) if one.is_broken])

    def take(self, paths: Sequence[Path], *, like: bool | None = None) -> None:
        """Take pictures from elsewhere, once they are read.

        Args:
            paths: the files.
            like: the corner they were dropped on; None to guess which are drawings.
        """
        known = [path for path in paths if self._is_known(path)]
        self._begin(partial(_read_all, paths, known, guess=like is None), partial(self._place, like=like))

    def take_picture(self, image: Image.Image, *, like: bool | None = None) -> None:
        """Take a picture that no file belongs to, as one that was dropped."""
        self._begin(lambda _: _read_picture(image, guess=like is None), partial(self._place, like=like))

    def lay_as_sketch(self, one: Print, guess: Guess | None = None) -> None:
        """Lay this print on the paper as a sketch, once it is read as one."""

        def read(given_up: Callable[[], bool]) -> _Found:
            sketch = one.picture if one.path is None else read_sketch(here(one.path), given_up=given_up)
            assert sketch is not None
            found = _Found()
            found.add_sketch(one, sketch)
            return found

        self._begin(read, partial(self._turn_to_sketch, one, guess))

    def lay_as_photo(self, guess: Guess) -> None:
        """Take the sketch that this was taken for off the paper, and lay it beside as a photo."""

        def turn() -> None:
            lay = Document.lift
            if self._canvas.document.snapshot is guess.after:
                self._canvas.undo()
                lay = Document.lay
            self._canvas.change(lambda paper: lay(paper, paper.prints.lay([guess.print], like=True)))

        self._pen_up.do(turn)
        self._show_soon([guess.print])

    def give_up(self) -> None:
        """Want nothing of what is being read."""
        for reading in self._readings:
            reading.given_up = True
        self.busy.emit(False)

    def stop(self) -> None:
        """Give up what is being read; a thread that hangs, as on a drive that is away, is left behind."""
        self.give_up()
        for thumb in self._thumbs:
            thumb.given_up = True
        for reading in self._readings:
            reading.end()
        for thumb in self._thumbs:
            thumb.end()
        self._pen_up.forget()

    # --- how it gets there -----------------------------------------------------------------------------

    def _begin(self, read: Callable[[Callable[[], bool]], _Found], then: Callable[[_Found], None]) -> None:
        reading = Reading(read, self._read.emit)
        self._then[id(reading)] = then
        self._readings.append(reading)
        reading.thread.start()
        self.busy.emit(True)

    def _take(self, reading: Reading[_Found]) -> None:
        self._readings.remove(reading)
        then = self._then.pop(id(reading))
        self.busy.emit(not all(each.given_up for each in self._readings))
        if reading.given_up:
            return
        try:
            found = reading.outcome()
        except EngineError as error:
            self.failed.emit(as_sentence(in_own_language(str(error))))
        else:
            self._pen_up.do(lambda: then(found))

    def _lay(self, prints: Sequence[Print], *, like: bool) -> None:
        self._canvas.change(lambda document: document.lay(document.prints.lay(prints, like=like)))

    def _place(self, found: _Found, *, like: bool | None) -> None:
        """Lay what was read: photos in a corner, and drawings on the paper, a step of undo each."""
        if found.blank:
            found.errors.append(self.tr("There is nothing drawn on this picture."))
        prints = self._laid(found.prints, like=like is not False)
        for _, sketch in found.sketches:
            self._canvas.change(partial(Document.place, sketch=sketch, prints=prints))
        if not found.sketches:
            self._canvas.change(lambda document: document.lay(prints))
        if found.errors:
            self.failed.emit(in_own_language(found.errors[0]))
        elif like is None and len(found.prints) + len(found.sketches) == 1:
            one = found.sketches[0][0] if found.sketches else found.prints[0]
            self.guessed.emit(Guess(one, not found.sketches, self._canvas.document.snapshot))

    def _laid(self, new: Sequence[Print], *, like: bool) -> Prints:
        """Return what lies beside the drawing, and these; a file that lies there is no second print."""
        prints = self._canvas.document.prints
        there = [(one.path and prints.find(one.path)) or one for one in new]
        return prints.lay(there, like=like)

    def _turn_to_sketch(self, one: Print, guess: Guess | None, found: _Found) -> None:
        if found.blank:
            self.failed.emit(self.tr("There is nothing drawn on this picture."))
            return
        picture = found.sketches[0][1]

        def change(document: Document) -> None:
            if guess is not None and document.snapshot is guess.after:
                document.undo()
            document.place(picture, prints=document.prints.without(one))

        self._canvas.change(change)

    def _show_soon(self, prints: Sequence[Print]) -> None:
        """Have the small pictures of these made."""
        if not prints:
            return

        def read(given_up: Callable[[], bool]) -> None:
            for one in prints:
                if not given_up():
                    self._made.emit(one, _shown(one, self.shared))

        reading = Reading(read, lambda reading: None)
        self._thumbs = [each for each in self._thumbs if each.thread.is_alive()]
        self._thumbs.append(reading)
        reading.thread.start()

    def _show(self, one: Print, shown: QImage) -> None:
        one.shown, one.is_broken = shown, shown.isNull()
        self.shown.emit()


def _read_all(
    paths: Sequence[Path], known: Sequence[Path], given_up: Callable[[], bool], *, guess: bool
) -> _Found:
    """Read pictures in a thread; tell photos from drawings, if that is to be guessed."""
    found = _Found()
    for path in paths:
        if given_up():
            break
        try:
            _read_one(path, found, given_up, known=path in known, guess=guess)
        except ImageError as error:
            found.errors.append(str(error))
    return found


def _read_one(path: Path, found: _Found, given_up: Callable[[], bool], *, known: bool, guess: bool) -> None:
    """Add what one file holds.

    Raises:
        ImageError: nothing reads it; the message names it.
    """
    strokes = load_saved(path) if guess else None
    if strokes is not None:  # of this program
        found.sketches.append((Print(path), strokes))
        return
    try:
        photo = open_photo(path, side=_READ_SIDE)
    except ImageError as error:
        if not guess:
            raise unusable_photo(path, error) from error
        photo = None  # an SVG drawing, or what comes through a pipe, perhaps
    one = Print(path, None if known else photo)
    if photo is not None and not (guess and is_drawing(photo)):
        one.shown = _small(photo)
        found.prints.append(one)
    else:
        found.add_sketch(one, read_sketch(path, given_up=given_up))


def _read_picture(image: Image.Image, *, guess: bool) -> _Found:
    """Read a picture without a file in a thread; tell whether it is a drawing, if that is to be guessed."""
    found, photo = _Found(), on_white(image).convert("RGB")
    photo.thumbnail((2 * _READ_SIDE, 2 * _READ_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    one = Print(None, photo)
    if guess and is_drawing(photo):
        found.add_sketch(one, image)
    else:
        one.shown = _small(photo)
        found.prints.append(one)
    return found


def _shown(one: Print, shared: Path | None = None) -> QImage:
    """Return the small picture of a print, a null one if it cannot be read.

    That which is kept of a photo comes first: its drive may be away.
    """
    if one.picture is not None:
        return _small(one.picture)
    assert one.path is not None
    with suppress(EngineError):
        return _small(thumbnail_of(one.path, shared))
    with suppress(EngineError):
        return _small(open_photo(one.path, side=SHOWN_SIDE))
    return QImage()


def _small(photo: Image.Image) -> QImage:
    small = photo.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return to_qimage(small)
