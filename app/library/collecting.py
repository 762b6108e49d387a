"""Joins the shared collection with the window: chosen in a menu, told in bars, ranked with the photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from app.actions import Actions
from app.collection.chosen import read_collection
from app.collection.dialog import CollectionDialog
from app.collection.search import SharedCollection
from app.folder.searcher import Found
from app.folder.session import Session
from app.frame.bars import StatusBar
from app.library.folder_list import FolderList
from app.photos.grid.grid import PhotoGrid
from app.photos.notice import Notice
from app.search.live_search import LiveSearch


class Collecting(QObject):
    """Lets a person choose the collection, and has it asked whenever the library was.

    Attributes:
        collection: what is asked.
        dialog: where it is chosen, None while that is not open.
    """

    def __init__(
        self,
        actions: Actions,
        session: Session,
        grid: PhotoGrid,
        status: StatusBar,
        notice: Notice,
        window: QWidget,
    ) -> None:
        """Join these.

        Args:
            actions: the commands.
            session: where the library is searched.
            grid: what shows thumbnails.
            status: says how the collection is.
            notice: tells why something failed.
            window: what dialogs belong to.
        """
        super().__init__(window)
        self.collection = SharedCollection(read_collection(), self)
        self.dialog: CollectionDialog | None = None
        self._session, self._grid, self._status, self._window = session, grid, status, window
        self._list: FolderList | None = None
        actions.collection.triggered.connect(self.choose)
        actions.index.triggered.connect(self.collection.look_again)
        session.encoder_loaded.connect(self._take_encoder)
        self._take_encoder()
        session.searcher.extended.connect(self.collection.look_on)
        self.collection.said.connect(notice.say)
        self.collection.over.connect(notice.take_back)
        self.collection.state_changed.connect(self._show)
        self._show()

    def follow(self, live: LiveSearch, within: Callable[[], tuple[Path, ...]]) -> None:
        """Have photos of other machines ranked in this search; `within` gives the folders chosen.

        They are asked for once those of this machine have their seats.
        """
        live.answered.connect(self._ask)
        self.collection.within = within
        live.prepare, live.far = self.collection.prepare, self.collection.far
        live.newest_known = self.collection.newest_known
        self.collection.gathered.connect(live.ask)
        self.collection.turned.connect(live.ask_anew)
        self.collection.listed_on.connect(live.go_on)

    def choose(self) -> None:
        """Open what is chosen about it."""
        if self._list is not None:
            self._list.close()
        self.dialog = CollectionDialog(self.collection.chosen, lambda: self._session.encoder, self._window)
        self.dialog.finished.connect(self._take_choice)
        self.dialog.open()

    def switch(self, on: bool) -> None:
        """Search it, or not."""
        if on and not self.collection.chosen.address:
            self.choose()
        else:
            self.collection.choose(replace(self.collection.chosen, on=on))
        self._show()

    def list_in(self, page: FolderList) -> None:
        """Show it in the list of folders."""
        self._list = page
        page.collection.switched.connect(self.switch)
        page.collection.asked.connect(self.choose)
        page.closed.connect(lambda: setattr(self, "_list", None))
        self._show()

    def stop(self) -> None:
        """End the thread."""
        self.collection.stop()

    def _take_encoder(self) -> None:
        if self._session.encoder is not None:
            self.collection.take_encoder(self._session.encoder)

    def _ask(self, found: Found) -> None:
        self.collection.ask(found.query, found.answer.query, found.stamp)
        self.collection.look_on()

    def _take_choice(self, result: int) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None and result == QDialog.DialogCode.Accepted:
            self.collection.choose(dialog.chosen)
        if dialog is not None:
            dialog.deleteLater()

    def _show(self, _: object = None) -> None:
        chosen = self.collection.chosen
        self._grid.thumbnails.set_shared(Path(chosen.thumbnails) if chosen.on and chosen.thumbnails else None)
        self._status.show_collection(self.collection.state)
        if self._list is not None:
            self._list.collection.show_state(self.collection.state)
