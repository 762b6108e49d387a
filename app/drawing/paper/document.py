"""What is on the paper and beside it, as a history of snapshots; and what the pen is at just now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtGui import QImage, QPainter

from app.drawing.ink.ink_mask import InkMask
from app.drawing.ink.line import Line
from app.drawing.ink.smoothing import Point
from app.drawing.ink.strokes import paint_strokes
from app.drawing.paper.history import History, steps_to
from app.drawing.paper.prints import Print, Prints
from app.drawing.paper.snapshot import Opened, Picture, Snapshot, Underlay
from app.pictures.images import to_pillow
from engine.pictures.saved import PAGE_SIDE
from engine.preprocess import as_clean
from engine.search.query import Drawing, Query
from engine.sketches.drawing import PEN_WIDTH, Stroke

__all__ = ["Document", "Picture", "Point", "Snapshot", "Underlay"]


class Document:
    """A history of snapshots, and what is in progress: strokes, or a proposal of how the paper might be.

    Each change of the paper is one step of undo; the oldest of many are forgotten.
    """

    def __init__(self) -> None:
        self.begins_alone = False  # whether a first stroke takes away, in its step, what lay beside
        self._history = History()
        self._line: Line | None = None  # the movement in progress
        self._pieces: list[Stroke] = []  # what has settled of it
        self._proposed: Snapshot | None = None
        self._mask = InkMask()  # of the snapshot it was made of, and the pieces drawn since
        self._masked: Snapshot | None = self.snapshot
        self._painted: tuple[Snapshot, QImage] | None = None  # for queries that are pictures

    @property
    def snapshot(self) -> Snapshot:
        """The paper without the strokes in progress; another object after each change."""
        return self._proposed or self._history.present

    @property
    def step(self) -> int:
        """How many steps can be undone."""
        return self._history.step

    @property
    def picture(self) -> Picture | None:
        """The picture under the strokes."""
        return self.snapshot.picture

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes, those in progress included; safe to hand to another thread."""
        return (*self.snapshot.strokes, *self._in_progress())

    @property
    def tail(self) -> Stroke | None:
        """The piece of the stroke in progress that may still bend; None where there is none."""
        return self._line.tail if self._line is not None else None

    @property
    def prints(self) -> Prints:
        """The photos beside the drawing."""
        goes = self.begins_alone and self.snapshot.is_blank and not self.is_blank
        return Prints() if goes else self.snapshot.prints

    def all_prints(self) -> set[Print]:
        """Return the photos beside the drawing in every step, those that were taken back included."""
        return {one for each in self._history for one in (*each.prints.like, *each.prints.unlike)}

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink; known at any moment, nothing is painted to tell."""
        if self._line is not None and self.is_drawing:
            return self._line.eraser and self._mask.is_blank
        return self.snapshot.is_blank

    @property
    def is_drawing(self) -> bool:
        """Whether the pen's movement has drawn, or rubbed out, anything; there is nothing on blank paper."""
        line = self._line
        return line is not None and line.has_begun and not (line.eraser and self.snapshot.is_blank)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for: no ink, and no photo that it is like."""
        return self.is_blank and not self.prints.like

    @property
    def can_undo(self) -> bool:
        """Whether undo() would change something."""
        return self.step > 0 or self._is_busy

    @property
    def can_redo(self) -> bool:
        """Whether redo() would change something."""
        return self._history.can_redo and not self._is_busy

    def query(self) -> Query | None:
        """Return what to search for now; None where there is nothing."""
        if self.is_empty:
            return None
        like, unlike = (tuple(one.example for one in each) for each in (self.prints.like, self.prints.unlike))
        return Query(self._drawing(), like, unlike, self.prints.balance)

    def _drawing(self) -> Drawing | None:
        """Return the drawing to search for: strokes, a picture, or none."""
        if self.is_blank:
            return None
        if self.picture is None:
            return self.strokes
        if not self.strokes and self.picture.is_whole:
            return self.picture.original
        return as_clean(to_pillow(self._query_image()), is_dark=True)

    @property
    def _is_busy(self) -> bool:
        return self._proposed is not None or self.is_drawing

    def to_image(self, side: int) -> QImage:
        """Return the paper as a picture of `side` pixels, the stroke in progress included."""
        image = self.snapshot.to_image(side)
        self._paint_progress(image)
        return image

    def begin(
        self, point: Point, *, width: float = PEN_WIDTH, eraser: bool = False, thickness: float = 1.0
    ) -> None:
        """Put the pen down, on the paper or beside it; what is still in progress is finished first.

        Args:
            point: where.
            width: of the line, where pressure does not change it.
            eraser: take ink away.
            thickness: what pressure makes of its width where it begins.
        """
        self.end()
        if self._masked is not self.snapshot:
            self._masked = None  # the pen spoils it for the snapshot that it was made of
            if eraser:
                self._mask, self._masked = self.snapshot.ink_mask(), self.snapshot
        self._mask.begin()
        self._line = Line(point, width=width, eraser=eraser, thickness=thickness)
        self._note_pieces()

    def extend(self, point: Point, *, thickness: float = 1.0) -> None:
        """Move the pen, whose line pressure makes so thick; ignored while the pen is up."""
        if self._line is not None:
            self._line.extend(point, thickness=thickness)
            self._note_pieces()

    def straighten(self, point: Point) -> None:
        """Make what is in progress a straight line from its first point to this one."""
        if self._line is not None:
            self._mask.revert()
            self._pieces.clear()
            self._line.straighten(point)
            self._note_pieces()

    def take_pieces(self) -> list[Stroke]:
        """Return what has settled of the strokes in progress since the last call, to be painted."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def propose(self, snapshot: Snapshot) -> None:
        """Let the paper be like this until `end` makes it a step of undo, or `cancel` takes it back."""
        self._line, self._proposed = None, snapshot

    def end(self, *, joins: str = "") -> None:
        """Lift the pen: what is in progress becomes one step of undo; a proposal may join another."""
        line, proposed = self._line, self._proposed
        if proposed is not None:
            self._add(proposed, joins=joins)
        elif line is not None and self.is_drawing:
            line.lift()
            self._note_pieces()
            if self.is_blank:
                self._add(self.snapshot.without_drawing(rubbed_out=True))
            else:
                with self._same_ink():  # the mask has followed
                    self._add(self.snapshot.with_ink(self.strokes, self.prints, rubs=line.eraser))
        self._line = None
        self._pieces.clear()

    def cancel(self) -> None:
        """Drop what is in progress as if it had never begun."""
        if self._line is not None:
            self._mask.revert()
        self._line = self._proposed = None
        self._pieces.clear()

    def place(self, sketch: Picture | Opened, *, prints: Prints | None = None) -> None:
        """Lay a sketch on empty paper, over a photo to trace, and perhaps these beside it: a step of undo."""
        self.end()
        strokes, picture = (sketch.strokes, sketch.picture) if isinstance(sketch, Opened) else ((), sketch)
        beside = Snapshot(prints=self.prints if prints is None else prints, underlay=self.snapshot.underlay)
        self._add(beside.with_strokes(strokes, picture))

    def resume(
        self, strokes: Sequence[Stroke], *, picture: Picture | None = None, beside: Snapshot | None = None
    ) -> None:
        """Begin with a drawing that was there before: its strokes can be undone one by one.

        Args:
            strokes: in drawing order.
            picture: what lies under them.
            beside: has the photos that lie beside and behind it.
        """
        self.end()
        self._history.begin(steps_to(strokes, picture, beside))

    def lay(self, prints: Prints) -> None:
        """Let these photos lie beside the drawing, as one step of undo."""
        self.end()
        if prints != self.prints:
            with self._same_ink():
                self._add(replace(self.snapshot, prints=prints))

    def lift(self, prints: Prints) -> None:
        """Take the picture off from under the strokes and let these photos lie beside it, as one step."""
        self.end()
        self._add(replace(self.snapshot, prints=prints).with_strokes(self.strokes, None))

    def slide(self, balance: float) -> None:
        """Weigh drawing and photos anew; all calls until `end_slide` are one step of undo."""
        self.end()
        if balance == self.prints.balance:
            return
        before, prints = self.before("slide"), replace(self.prints, balance=balance)
        is_back = before is not None and before.prints.balance == balance
        with self._same_ink():
            self._add(before if before and is_back else replace(self.snapshot, prints=prints), joins="slide")

    def before(self, kind: str) -> Snapshot | None:
        """Return the paper before changes of this kind that still go on; None where there are none."""
        return self._history.before(kind)

    def end_slide(self) -> None:
        """Let the next `slide` be another step, and whatever else joins the one before it."""
        self._history.pause()

    def clear(self) -> None:
        """Empty the paper and take the photos off, as one step of undo."""
        self.end()
        if self.strokes or self.picture is not None or len(self.prints) or self.snapshot.underlay is not None:
            self._add(Snapshot())

    def unite_prints(self) -> None:
        """Let each file lie once beside the drawing, in every step, after its print came to name another."""
        with self._same_ink():
            self._history.rewrite(Snapshot.with_united_prints)

    def forget(self) -> None:
        """Begin anew: the paper is empty, and nothing can be undone."""
        self.cancel()
        self._history.begin([Snapshot()])

    def change(self, snapshot: Snapshot) -> None:
        """Let the paper be like this, as one step of undo."""
        self.end()
        self._add(snapshot)

    def trace(self, underlay: Underlay | None) -> None:
        """Lay a photo to trace under the drawing, or take it away, as one step of undo."""
        self.end()
        if underlay is not self.snapshot.underlay:
            with self._same_ink():
                self._add(replace(self.snapshot, underlay=underlay))

    def undo(self) -> None:
        """Take the last step back; ignored when there is none."""
        self.end()
        self._history.undo()

    def redo(self) -> None:
        """Take back the last undo; ignored when there is none."""
        self.end()
        self._history.redo()

    def _add(self, snapshot: Snapshot, *, joins: str = "") -> None:
        self._line = self._proposed = self._masked = None
        self._history.add(snapshot, joins=joins)

    def _note_pieces(self) -> None:
        if self._line is not None:
            for piece in self._line.take_pieces():
                self._mask.add(piece)
                self._pieces.append(piece)

    @contextmanager
    def _same_ink(self) -> Iterator[None]:
        """Let the mask serve on after a change that leaves the ink as it is."""
        masked = self._masked is self.snapshot
        yield
        if masked:
            self._masked = self.snapshot

    def _in_progress(self) -> tuple[Stroke, ...]:
        return self._line.strokes if self._line is not None else ()

    def _query_image(self) -> QImage:
        """Return `to_image`, painting of it only the stroke in progress anew."""
        if self._painted is None or self._painted[0] is not self.snapshot:
            self._painted = self.snapshot, self.snapshot.to_image(PAGE_SIDE)
        image = self._painted[1].copy()
        self._paint_progress(image)
        return image

    def _paint_progress(self, image: QImage) -> None:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_strokes(painter, self._in_progress(), image.width())
        painter.end()
