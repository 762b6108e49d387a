"""The shared collection at work in the window: asked beside the library, its photos ranked among its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.collection.asker import Asker, Fetched, Listed, Looked, Matched, Question, Target
from app.collection.chosen import ChosenCollection, keep_collection
from app.collection.listing import Listing, Step
from app.collection.state import CollectionState, Reach
from app.words.engine_sentences import in_own_language
from engine.collection.shared import where_of
from engine.collection.store import Where, path_there
from engine.elsewhere import Place, address, place_of
from engine.encoding.encoder import Encoder
from engine.search.far_photos import NO_MATCHES, FarMatches, FarNewest, far_photos
from engine.search.ordering import ORDERED
from engine.search.query import Example, FarExample, Query
from engine.visible import visible

_AGAIN = 30_000
"""Milliseconds after which a collection that does not answer is tried again."""

_KEPT = 4_096  # vectors of photos that it gave


class SharedCollection(QObject):
    """Holds what the collection gave last, and asks it for more. Lives in the GUI thread, which never waits.

    What it gave for one drawing is ranked for the next one at once; what it has besides comes later.

    Attributes:
        chosen: which collection, and whether it is searched.
        state: how it is.
    """

    state_changed = Signal(object)
    """The new `CollectionState`."""
    gathered = Signal()
    """There are other photos to rank than before."""
    listed_on = Signal()
    """There are more of the newest, after those that were known."""
    turned = Signal()
    """It is not searched any more, or another one is in its place: its photos are to leave."""
    said = Signal(str)
    """Why it cannot be searched, or does not give a photo, as one sentence; once, until it answers again."""
    over = Signal(str)
    """That it could not be searched, as it was said, is over."""
    _delivered = Signal(object)

    def __init__(self, chosen: ChosenCollection, parent: QObject) -> None:
        """Take what was chosen; nothing is connected before there is an encoder."""
        super().__init__(parent)
        self.chosen = chosen
        self.state = CollectionState(Reach.CONNECTING if chosen.on else Reach.OFF, chosen.address)
        self.within: Callable[[], tuple[Path, ...]] = tuple
        self._encoder: Encoder | None = None
        self._target: Target | None = None
        self._far = NO_MATCHES
        self._vectors = OrderedDict[Path, NDArray[np.float32]]()
        self._missing = set[Place]()  # of which it told that it holds nothing
        self._lacking = set[Place]()  # of which the person was told that they do not count
        self._asked: object = None
        self._is_outdated = False  # it may hold other photos than it gave
        self._delivered.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._asker = Asker(self._delivered.emit)
        self._listing = Listing(self._asker.ask)
        self._again = QTimer(self, interval=_AGAIN, singleShot=True)
        self._again.timeout.connect(self.look_again)

    # --- what the window asks for ----------------------------------------------------------------------

    def take_encoder(self, encoder: Encoder) -> None:
        """Take what vectors are by, and connect if that is chosen."""
        if encoder is not self._encoder:
            self._encoder = encoder
            if self._turn():
                self.gathered.emit()

    def choose(self, chosen: ChosenCollection) -> None:
        """Search this collection, or none, from now on, and remember it."""
        if chosen == self.chosen:
            return
        before, self.chosen = self.chosen, chosen
        keep_collection(chosen)
        if (before.address, before.host, before.on) != (chosen.address, chosen.host, chosen.on):
            if self._turn():
                self.turned.emit()
        else:
            self.state_changed.emit(self.state)

    def look_again(self) -> None:
        """Connect anew: it may have come back, or have been added to."""
        self._again.stop()
        if self._target is not None:
            self._asked, self._is_outdated = None, True
            self._missing.clear()
            self._listing.outdate()
            self._asker.turn_to(self._target)

    def prepare(self, query: Query) -> Query:
        """Return a query whose photos of other machines are vectors; what is not known yet is got."""
        like, unlike = self._with_vectors(query.like), self._with_vectors(query.unlike)
        if (like, unlike) == (query.like, query.unlike):
            return query
        return replace(query, like=like, unlike=unlike)

    def far(self, query: Query) -> FarMatches:
        """Return what is to be ranked beside the library's photos."""
        if not self._far.photos or query.is_empty:
            return NO_MATCHES
        where = self._where(query)
        photos = tuple(one for one in self._far.photos if where.looks_at(one.record))
        return replace(self._far, photos=photos)

    def newest_known(self, query: Query) -> FarNewest | None:
        """Return the newest that are known, for a query that is for nothing; None for any other."""
        return self._listing.recall(self._where(query)) if query.is_empty else None

    def look_on(self) -> None:
        """Note that more was shown, and ask for what comes after that where it will soon be wanted."""
        self._listing.look_on()

    def ask(self, query: Query, vector: NDArray[np.float32] | None, stamp: int) -> None:
        """Have the collection searched as the library was just now, or listed; once for each drawing.

        Args:
            query: what was searched for.
            vector: the same as a (dim,) vector; None where nothing was.
            stamp: of the drawing.
        """
        if self.state.reach is not Reach.CONNECTED:
            return
        where = self._where(query)
        key = stamp, where
        if query.is_empty:
            self._asked = None
            self._listing.begin(where, key)
            return
        self._listing.outdate()
        if vector is not None and key != self._asked:
            self._asked = key
            self._asker.ask(Question(vector, where, ORDERED, key))

    def stop(self) -> None:
        """End the thread."""
        self._again.stop()
        self._asker.stop()

    # --- how it gets there -----------------------------------------------------------------------------

    def _turn(self) -> bool:
        """Connect to what is chosen, or let go of it; return whether photos of one were known."""
        self._again.stop()
        chosen, encoder, had = self.chosen, self._encoder, self._forget()
        self._target = None
        self._missing.clear()
        if chosen.on and encoder is not None:
            self._target = Target(chosen.address, encoder.model_id, encoder.dim)
        self._asker.turn_to(self._target)
        self._publish(CollectionState(Reach.CONNECTING if chosen.on else Reach.OFF, chosen.address))
        return had

    def _forget(self) -> bool:
        """Know no photos of it; return whether some were known."""
        had = bool(self._far.photos)
        self._far, self._asked = NO_MATCHES, None
        return self._listing.clear() or had

    def _publish(self, state: CollectionState) -> None:
        if state != self.state:
            before, self.state = self.state, state
            self.state_changed.emit(state)
            if before.trouble and not state.trouble:
                self.over.emit(before.trouble)

    def _take(self, what: Looked | Matched | Listed | Fetched) -> None:
        """Take what the thread tells, unless it is of a collection that was left."""
        if what.target != self._target:
            return
        if isinstance(what, Looked):
            self._take_look(what)
        elif isinstance(what, Matched):
            self._take_matches(what)
        elif isinstance(what, Listed):
            self._take_page(what)
        elif what.record is not None:  # of the same file, which may have changed since it was laid there
            self._keep(address(what.asked), what.record.vector)
            self._asked = None  # by the drawing alone
            self.gathered.emit()
        else:
            self._missing.add(what.asked)
            self._tell_lacking(what.asked)

    def _take_look(self, looked: Looked) -> None:
        was = self.state.reach
        if looked.trouble:
            trouble, had = in_own_language(looked.trouble), self._forget()
            self._publish(CollectionState(Reach.SILENT, looked.target.address, trouble=trouble))
            self._again.start()
            if was is not Reach.SILENT:
                self.said.emit(trouble)
            if had:
                self.gathered.emit()
            return
        target = looked.target
        self._publish(
            CollectionState(Reach.CONNECTED, target.address, looked.photos, looked.hosts, target.model)
        )
        if was is not Reach.CONNECTED or self._is_outdated:
            self._is_outdated = False
            self._lacking.clear()
            self.gathered.emit()

    def _take_matches(self, matched: Matched) -> None:
        before = {one.name for one in self._far.photos}
        photos = far_photos([one.record for one in matched.matches], self.chosen.own_host)
        self._far = FarMatches(photos, matched.among)
        for one in photos:
            self._keep(one.path, one.record.vector)
        if {one.name for one in photos} != before:
            self.gathered.emit()

    def _take_page(self, listed: Listed) -> None:
        step = self._listing.take(listed, self.chosen.own_host)
        if step is Step.ANOTHER:
            self.gathered.emit()
        elif step is Step.MORE:
            self.listed_on.emit()

    def _keep(self, path: Path, vector: NDArray[np.float32]) -> None:
        self._vectors[path] = vector
        self._vectors.move_to_end(path)
        while len(self._vectors) > _KEPT:
            self._vectors.popitem(last=False)

    def _with_vectors(self, examples: tuple[Example, ...]) -> tuple[Example, ...]:
        known: list[Example] = []
        for one in examples:
            place = place_of(one) if isinstance(one, Path) else None
            if place is None or not isinstance(one, Path):
                known.append(one)
            elif (vector := self._vectors.get(one)) is not None:
                self._vectors.move_to_end(one)
                known.append(FarExample(one, vector))
            elif place not in self._missing:
                self._asker.fetch(place)
                if self.state.reach in (Reach.OFF, Reach.SILENT):
                    self._tell_lacking(place)
        return tuple(known)

    def _tell_lacking(self, place: Place) -> None:
        """Say once that a photo beside the drawing does not count."""
        if place not in self._lacking:
            self._lacking.add(place)
            name = place.path.rpartition("/")[2]
            text = self.tr("%1 is not in the shared collection any more: it does not count in the search.")
            if self.state.reach is not Reach.CONNECTED:
                text = self.tr("Without the shared collection, %1 of another machine does not count.")
            self.said.emit(text.replace("%1", visible(name)))

    def _where(self, query: Query) -> Where:
        """Return where the collection is looked at, without a look at a disk, which may not answer."""
        where = where_of(replace(query, within=()))
        return replace(where, folders=tuple(map(path_there, self.within())))
