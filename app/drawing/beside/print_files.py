"""Photos that come to lie beside the drawing, and pictures from elsewhere that may be photos or drawings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, Signal

from app.dialogs.questions import ask_to_lay, is_many
from app.drawing.beside.print_reading import Arrivals, read_as_sketch, read_files, read_picture, read_svg_data
from app.drawing.canvas import Canvas
from app.drawing.paper.document import Document, Snapshot
from app.drawing.paper.prints import Print, Prints
from app.drawing.turns import Read, Turns

Content = Image.Image | list[Path] | bytes
"""What a clipboard or a drop holds: a picture, files, or an SVG."""


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
    """The `Guess` that was made of the only file that was dropped, or that could be read of them."""

    def __init__(self, canvas: Canvas, is_known: Callable[[Path], bool]) -> None:
        """Take the paper, and what tells whether a file belongs to the library."""
        super().__init__(canvas)
        self._canvas, self._is_known = canvas, is_known
        self._turns = Turns.on(canvas)

    # --- what is asked for -----------------------------------------------------------------------------

    def lay(self, paths: Sequence[Path], *, like: bool) -> None:
        """Lay photos of the library in a corner; those that lie in the other one move."""
        prints = [self._of_library(path) for path in paths]
        self._turns.do(partial(self._lay, prints, like=like))

    def take(self, paths: Sequence[Path], *, like: bool | None = None) -> None:
        """Take pictures from elsewhere, once they are read; very many after a question.

        Args:
            paths: the files.
            like: the corner they were dropped on; None to guess which are drawings.
        """
        read = self._reader(paths, guess=like is None)
        ask_to_lay(self._canvas, len(paths), lambda: self._begin(read, partial(self._place, like=like)))

    def take_drop(
        self, paths: Sequence[Path], open_folders: Callable[..., object], *, like: bool | None = None
    ) -> None:
        """Take what was dropped: folders, if the first one is one, else pictures; drives tell in their turn.

        Args:
            paths: files and folders of another program.
            open_folders: opens folders as one library.
            like: the corner that pictures were dropped on; None to guess which are drawings.
        """
        read_pictures, many = self._reader(paths, guess=like is None), is_many(len(paths))

        def read(given_up: Callable[[], bool]) -> Arrivals | list[Path]:
            folders = list(filter(os.path.isdir, paths)) if os.path.isdir(paths[0]) else []
            return folders if folders or many else read_pictures(given_up)

        def place(arrivals: Arrivals | list[Path]) -> None:
            if isinstance(arrivals, Arrivals):
                self._place(arrivals, like=like)
            elif arrivals:
                open_folders(*arrivals)
            else:
                self.take(paths, like=like)  # after a question

        self._turns.begin(read, place, self.failed.emit)

    def take_content(self, content: Content, *, like: bool | None = None) -> None:
        """Take what was copied or dropped, as `take` does files."""
        if isinstance(content, list):
            self.take(content, like=like)
            return

        def read(given_up: Callable[[], bool]) -> Arrivals:
            if isinstance(content, bytes):
                return read_svg_data(content, given_up, guess=like is None)
            return read_picture(content, guess=like is None)

        self._begin(read, partial(self._place, like=like))

    def lay_as_sketch(self, one: Print, guess: Guess | None = None) -> None:
        """Lay this print on the paper as a sketch, once it is read as one."""
        self._begin(partial(read_as_sketch, one), partial(self._turn_to_sketch, one, guess))

    def lay_as_photo(self, guess: Guess) -> None:
        """Take the sketch that this was taken for off the paper, and lay it beside as a photo."""

        def turn() -> None:
            lay = Document.lift
            if self._canvas.document.snapshot is guess.after:
                self._canvas.undo()
                lay = Document.lay
            self._canvas.change(lambda paper: lay(paper, self._with_prints([guess.print], like=True)))

        self._turns.do(turn)

    def stop(self) -> None:
        """Give up what is being read; a thread that hangs, as on a drive that is away, is left behind."""
        self._turns.stop()

    # --- how it gets there -----------------------------------------------------------------------------

    def _begin(self, read: Read[Arrivals], then: Callable[[Arrivals], None]) -> None:
        self._turns.begin(read, then, self.failed.emit)

    def _reader(self, paths: Sequence[Path], *, guess: bool) -> Read[Arrivals]:
        known = [path for path in paths if self._is_known(path)]
        return partial(read_files, paths, known, guess=guess)

    def _of_library(self, path: Path) -> Print:
        """Return the print of a photo of the library; one from elsewhere of the same file gives way to it."""
        there = self._canvas.document.prints.find(path)
        if there is not None and there.picture is None:
            return there
        one = Print(path)
        if there is not None:
            one.shown = there.shown
        return one

    def _lay(self, prints: Sequence[Print], *, like: bool) -> None:
        self._canvas.change(lambda document: document.lay(self._with_prints(prints, like=like)))

    def _place(self, arrivals: Arrivals, *, like: bool | None) -> None:
        """Lay what was read: photos in a corner, and drawings on the paper, a step of undo each."""
        before = self._canvas.document.snapshot
        prints = self._with_prints(arrivals.prints, like=like is not False)

        def lay(document: Document) -> None:
            for _, sketch in arrivals.sketches:
                document.place(sketch, prints=prints)
            if not arrivals.sketches:
                document.lay(prints)

        self._canvas.change(lay)  # all at once: what lay there for no moment is kept nowhere
        if told := arrivals.describe_problems():
            self.failed.emit(told)
        after = self._canvas.document.snapshot
        if like is None and len(arrivals.prints) + len(arrivals.sketches) == 1 and after is not before:
            one = arrivals.sketches[0][0] if arrivals.sketches else self._there(arrivals.prints[0])
            if one is not None:
                self.guessed.emit(Guess(one, not arrivals.sketches, after))

    def _with_prints(self, new: Sequence[Print], *, like: bool) -> Prints:
        """Return what lies beside the drawing, and these.

        What lies there is no second print; a file that has changed takes its own place.
        """
        prints = self._canvas.document.prints
        for one in new:
            there = self._there(one)
            if there is not one and there.is_outdated_by(one):
                prints = prints.renew(there, one)
        laid = (prints.same_as(one) or one for one in new)
        return prints.lay(laid, like=like)

    def _there(self, one: Print) -> Print:
        """Return the print that lies there of the same file or picture, if any, else this one."""
        return self._canvas.document.prints.same_as(one) or one

    def _turn_to_sketch(self, one: Print, guess: Guess | None, arrivals: Arrivals) -> None:
        if arrivals.blank:
            self.failed.emit(arrivals.describe_problems())
            return
        prints = self._canvas.document.prints.without(one)
        if guess is not None and self._canvas.document.snapshot is guess.after:
            self._canvas.undo()  # by itself: the paper that is replaced is the one before the guess
            prints = self._canvas.document.prints
        self._canvas.change(partial(Document.place, sketch=arrivals.sketches[0][1], prints=prints))
        if told := arrivals.describe_problems():
            self.failed.emit(told)
