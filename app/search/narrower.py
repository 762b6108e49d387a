"""Where, when and in which order photos are looked at: time, folders and order joined with the search."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Signal, SignalInstance
from PySide6.QtGui import QAction, QShortcutEvent

from app.actions import Actions
from app.folder.searcher import Found
from app.folder.session import Session
from app.photos.panel import PhotosPanel
from app.state.settings import Settings
from engine.folders.names import name_in
from engine.search.query import Query


class Narrower(QObject):
    """Makes the query of what is drawn and of what is looked at, and shows where matches lie."""

    changed = Signal()
    """Other photos are to be looked at, or in another order."""

    def __init__(
        self,
        actions: Actions,
        session: Session,
        panel: PhotosPanel,
        settings: Settings,
        searched: Callable[[], tuple[Path, ...]],
        parent: QObject,
    ) -> None:
        """Join these; the order is as it was remembered.

        Args:
            actions: the commands.
            session: where it is searched.
            panel: where it is chosen and shown.
            settings: where the order is remembered.
            searched: gives the folders that are switched on, none for all of them.
            parent: what this belongs to.
        """
        super().__init__(parent)
        self._searched = searched
        self._actions, self._session, self._panel, self._settings = actions, session, panel, settings
        self._by_photos = False  # photos lie beside the drawing, and different guesses are none of theirs
        self._take_order(best=settings.best_first, newest=settings.newest_first and not settings.best_first)
        orders = actions.different_first, actions.best_first, actions.newest_first
        for order in orders:
            order.triggered.connect(lambda _=False, order=order: self._choose(order))
            order.installEventFilter(self)
        panel.head.offer(*orders)
        panel.timeline.brushed.connect(self.changed)
        panel.folders.changed.connect(self.changed)
        panel.message.everywhere.connect(self._look_everywhere)

    def follow(self, answered: SignalInstance) -> None:
        """Show where the matches of each answer lie, once these have their seats."""
        answered.connect(self._take_found)

    def query(self, query: Query) -> Query:
        """Return what to search for, where it is to be looked for."""
        time = self._panel.timeline
        chosen = self._panel.folders.chosen
        within = chosen or self._searched()
        return replace(query, within=within, strict=not chosen, since=time.since, until=time.until)

    def folders(self) -> tuple[Path, ...]:
        """Return the folders that somebody narrowed to, whole paths; none for everywhere."""
        library = self._session.library
        return () if library is None else tuple(library.folder / one for one in self._panel.folders.chosen)

    def leave_what_is_off(self) -> None:
        """Look no more into folders that lie in one which is switched off."""
        library, on = self._session.library, self._searched()
        if library is None or not on:
            return
        tops = sorted((one.folder for one in library.folders), key=lambda top: len(top.parts), reverse=True)

        def is_on(chosen: Path) -> bool:
            place = library.folder / chosen
            return next((top in on for top in tops if place.is_relative_to(top)), True)

        self._panel.folders.choose([one for one in self._panel.folders.chosen if is_on(one)])

    def clear(self) -> None:
        """Look everywhere, as in a folder that is opened; nobody is told."""
        self._panel.timeline.clear()
        self._panel.folders.clear()
        self._panel.show_strip()

    def _look_everywhere(self) -> None:
        with QSignalBlocker(self._panel.timeline), QSignalBlocker(self._panel.folders):
            self._panel.timeline.choose()
            self._panel.folders.choose(())
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the key of an order that is on turn it off: different guesses come first. Menus leave it on."""
        if not isinstance(event, QShortcutEvent) or event.isAmbiguous() or not isinstance(watched, QAction):
            return super().eventFilter(watched, event)
        self._choose(self._actions.different_first if watched.isChecked() else watched)
        return True

    def _choose(self, order: QAction) -> None:
        """Search in this order; beside photos the best come first anyway, and what was chosen is kept."""
        newest = order is self._actions.newest_first
        keeps = self._by_photos and not newest
        best = self._settings.best_first if keeps else order is self._actions.best_first
        if (best, newest) != (self._settings.best_first, self._settings.newest_first):
            self._take_order(best=best, newest=newest)
            self.changed.emit()

    def _take_order(self, *, best: bool, newest: bool) -> None:
        searcher, settings = self._session.searcher, self._settings
        searcher.best_first = settings.best_first = best
        searcher.newest_first = settings.newest_first = newest
        self._show_order()

    def _show_order(self) -> None:
        """Show the order that photos stand in, and offer those that change something."""
        actions, newest = self._actions, self._settings.newest_first
        forced = self._by_photos and not newest
        best = forced or self._settings.best_first
        order = actions.newest_first if newest else actions.best_first if best else actions.different_first
        order.setChecked(True)
        actions.different_first.setEnabled(not self._by_photos)
        self._panel.head.show_order(best_first=best, newest_first=newest, by_photos=forced)

    def _take_found(self, found: Found) -> None:
        if found.by_photos != self._by_photos:
            self._by_photos = found.by_photos
            self._show_order()
        self._panel.timeline.show_spread(found.spread)
        self._panel.folders.show_spread(found.spread, self._tops())
        self._panel.show_strip()

    def _tops(self) -> tuple[Path, ...]:
        """Return the folders that are on, by their paths in the one above; none where there is but one."""
        library, on = self._session.library, self._searched()
        if library is None or len(library.folders) == 1:
            return ()
        tops = (one.folder for one in library.folders if not on or one.folder in on)
        names = (name_in(library.folder, top) for top in tops)
        return tuple(Path(os.fsdecode(name)) for name in names if name is not None)
