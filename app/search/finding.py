"""What the drawing on the paper has found, and what it is not like: what a person does, in these terms."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drawing.panel import DrawingPanel
from app.drawing.paper.prints import Print
from app.photos.panel import PhotosPanel
from app.search.live_search import LiveSearch


@dataclass
class _Judged:
    """What a person did with photos for one drawing."""

    used: set[Path] = field(default_factory=set)
    liked: set[Path] = field(default_factory=set)  # and not found before that
    refused: set[Path] = field(default_factory=set)  # and not found since
    restorable: set[Path] = field(default_factory=set)  # what was found when it was refused
    along: dict[Path, set[Path]] = field(default_factory=dict)  # what was refused with others of its moment

    def with_others(self, photos: Collection[Path]) -> set[Path]:
        """Return photos, and what was refused along with them."""
        return {*photos, *(one for one, others in self.along.items() if not others.isdisjoint(photos))}

    def part(self, photos: Iterable[Path]) -> None:
        """Let photos go along with no other any more: the person said what they are."""
        for photo in photos:
            self.along.pop(photo, None)

    def follow(self, names: Mapping[Path, Path]) -> None:
        self.along = {
            names.get(one, one): {names.get(other, other) for other in others}
            for one, others in self.along.items()
        }
        for photos in (self.used, self.liked, self.refused, self.restorable):
            moved = photos & names.keys()
            photos -= moved
            photos |= {names[one] for one in moved}


class Finding(QObject):
    """Tells what photos are for the drawing on the paper.

    A photo that is used, as one that is opened, was found if the drawing on the paper brought it here: the
    view may show one that an earlier drawing found, or that was there before anything was drawn. Undo takes
    back that a photo was found by being liked, or refused, and redo, or turning it over beside the drawing,
    judges it again. What was judged for a drawing stays known while another one lies on the paper. With
    a photo that is refused, those are that stand in one place with it, as far as the drawing found them,
    unless they lie there as what it is like, or the person used or liked them since.

    Attributes:
        known: returns what the drawing on the paper has found already, as far as that is kept.
    """

    found = Signal(list)
    """The drawing on the paper was meant to find these photos, paths."""
    refused = Signal(list)
    """It was not meant to find these."""

    def __init__(self, live: LiveSearch, paper: DrawingPanel, photos: PhotosPanel) -> None:
        """Begin to follow what is drawn, found and done with photos; those are laid beside it before that."""
        super().__init__(paper)
        self.known: Callable[[], Collection[Path]] = tuple
        self._document, self._photos = paper.canvas.document, photos
        self._drawings: list[tuple[int, object]] = []  # the first stamp of each; what stands for it, if drawn
        self._viewed = -1  # the stamp of the answer that brought the photo into the view
        self._begun = self._document.snapshot.begun
        self._look()
        self._judged = defaultdict[object, _Judged](_Judged)  # for each drawing, by what stands for it
        live.asked.connect(self._note_question)
        photos.viewer.turned_to.connect(self._note_view)
        paper.canvas.drawing_changed.connect(self._follow)
        paper.renamed.connect(self._look)
        photos.grid.used.connect(self._take_used)
        photos.grid.liked.connect(self._take_liked)
        for signal in (photos.grid.unliked, paper.strip.refused):
            signal.connect(self._take_refused)

    def paths(self) -> set[Path]:
        """Return the photos that were judged, for any drawing."""
        judged = self._judged.values()
        return {path for one in judged for photos in (one.used, one.liked, one.refused) for path in photos}

    def follow(self, names: Mapping[Path, Path]) -> None:
        """Go on with photos that were renamed: the paths now, by those before."""
        for one in self._judged.values():
            one.follow(names)

    # --- which drawing photos come from ----------------------------------------------------------------

    def _note_question(self) -> None:
        drawn = None if self._document.is_blank else self._document.snapshot.begun
        if not self._drawings or self._drawings[-1][1] is not drawn:
            self._drawings.append((self._photos.seating.stamp, drawn))

    def _note_view(self) -> None:
        self._viewed = self._shown

    @property
    def _shown(self) -> int:
        """The stamp of the answer that is shown; -1 where there is none."""
        shown = self._photos.seating.shown
        return -1 if shown is None else shown.stamp

    @property
    def _is_by_this_drawing(self) -> bool:
        """Whether what a person does with photos now is done with what the drawing on the paper brought."""
        stamp = self._shown if self._photos.viewer.path is None else self._viewed
        if stamp < 0:
            return True
        place = bisect_right(self._drawings, stamp, key=lambda one: one[0]) - 1
        return place >= 0 and self._drawings[place][1] is self._document.snapshot.begun

    # --- what is done with them ------------------------------------------------------------------------

    @property
    def _here(self) -> _Judged:
        """What was judged for the drawing on the paper."""
        return self._judged[self._document.snapshot.begun]

    def _take_used(self, photos: Sequence[Path]) -> None:
        if self._is_by_this_drawing:
            self._here.used.update(photos)
            self._here.part(photos)
            self._tell_found(photos)

    def _take_liked(self, photos: Sequence[Path]) -> None:
        self._here.part(photos)
        self._take_back(photos)

    def _take_back(self, photos: Sequence[Path]) -> None:
        """Let photos be found; what was refused along with others goes along again by redo."""
        self._here.liked.update(set(photos).difference(self.known()))
        self._tell_found(photos)

    def _take_refused(self, photos: Sequence[Path]) -> None:
        here = self._here
        found = here.used.union(here.liked, self.known()) - _paths(self._document.prints.like)
        along = {one: self._others(one).difference(photos) & found for one in photos}
        for one, others in along.items():
            for other in others:
                here.along.setdefault(other, set()).add(one)
        self._refuse([*photos, *(other for others in along.values() for other in sorted(others))])

    def _refuse(self, photos: Sequence[Path]) -> None:
        """Let these alone be found no more."""
        here, known = self._here, self.known()
        new = [one for one in dict.fromkeys(photos) if one not in here.refused]
        if new:
            kept = set(new).intersection(known)
            here.restorable = here.restorable.difference(new) | kept
            here.used |= kept - here.liked  # it may have been long ago
            here.refused.update(new)
            self.refused.emit(new)

    def _others(self, photo: Path) -> set[Path]:
        """Return what stands in one place with a photo."""
        model, viewed = self._photos.grid.hits_model, self._photos.viewer.leafing.files
        row = model.row_of(photo)
        files = () if row is None else model.hit(row).files
        return {*files, *(viewed if photo in viewed else ())} - {photo}

    def _tell_found(self, photos: Sequence[Path]) -> None:
        self._here.refused.difference_update(photos)
        self.found.emit(list(photos))

    def _look(self) -> None:
        """Take the paper as it is, with the steps that it has: photos that became one may have taken some."""
        self._step, self._beside = self._document.step, self._document.prints

    def _follow(self) -> None:
        """See whether a judgement was taken back, or is made again."""
        document, before, begun = self._document, self._beside, self._begun
        undone = document.step < self._step
        self._look()
        self._begun = document.snapshot.begun
        if self._begun is not begun:  # with another drawing come the photos beside it
            return
        if self._beside is before and not undone:  # a stroke: nothing is judged by it
            return
        here, like, unlike = self._here, _paths(self._beside.like), _paths(self._beside.unlike)
        again = here.refused & like
        here.part(again)
        gone = here.with_others(unlike - _paths(before.unlike)) & (here.used | here.liked) - like
        if undone:  # what was used stays found
            allowed = here.with_others(_paths(before.unlike) - unlike) - here.with_others(unlike)
            again |= here.refused & (here.used | here.restorable) & allowed
            self._refuse(sorted((_paths(before.like) - like) & here.liked - here.used))
        self._take_refused(sorted(gone))
        if again:
            self._take_back(sorted(again))


def _paths(prints: Iterable[Print]) -> set[Path]:
    """Return those of the library's photos; one from elsewhere was not found."""
    return {one.path for one in prints if one.path is not None and one.picture is None}
