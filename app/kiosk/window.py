"""The window for a museum, a library, a classroom: full screen, for fingers, and for whoever comes next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.drawing.canvas import Canvas
from app.drawing.invitation import Invitation
from app.drawing.paper.document import Document
from app.drawing.paper.prints import Print, Prints
from app.folder.session import Session
from app.kiosk.beside import Beside
from app.kiosk.buttons import LARGE, LargeButton
from app.kiosk.captions import Captions
from app.kiosk.look import Look
from app.kiosk.rest import Rest
from app.kiosk.wall import PhotoWall
from app.library.renames import Renames
from app.photos.grid.seating import Seating
from app.search.live_search import LiveSearch
from app.threads.ending import end_together
from engine.encoding.encoder import Encoder
from engine.folders.patience import resolve_path
from engine.library import Report

REST_S = 60.0
"""Seconds without a touch after which the paper is cleared."""

LEAVE = "Ctrl+Alt+Shift+Q"
"""The keys that end it, unless others are given."""

_MARGIN = 16
_AGAIN = 600_000  # milliseconds between looks for new pictures, taken while nobody is there


class KioskWindow(QWidget):
    """Paper and pictures, and large buttons. It keeps nothing of anybody, and opens nothing.

    Attributes:
        canvas: the paper.
        wall: the pictures.
        beside: the one of them that the others are to be like.
        look: one of them, large.
        rest: whether anybody is there.
    """

    def __init__(
        self,
        load_encoder: Callable[[], Encoder],
        folder: Path,
        *,
        leave: str = LEAVE,
        rest: float = REST_S,
    ) -> None:
        """Build it and begin loading the encoder.

        Args:
            load_encoder: called once, off the GUI thread.
            folder: the pictures.
            leave: the keys that end it, as "Ctrl+Alt+Q" or "Q, U, I, T".
            rest: seconds without a touch after which it clears itself.
        """
        super().__init__()
        self.setWindowTitle("FFMLN")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._leaving = False
        self.canvas = Canvas()
        self.session = Session(load_encoder, self)
        self.wall = PhotoWall()
        self.seating = Seating(self.wall)
        self._captions = Captions(resolve_path(folder))
        self.beside, self._found = Beside(self.wall.thumbnails), QWidget()
        self.look = Look(self.wall.thumbnails, self._captions)
        self.rest = Rest(rest, self)
        self._invitation = Invitation(self.canvas)
        self.live = LiveSearch(self.canvas, self.session, self.seating)
        Renames(self.session, self.seating)
        self._words = QLabel(self.tr("The pictures are on their way…"))
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._pages = QStackedWidget()
        self._paper = QVBoxLayout()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._build()
        self._connect(leave)
        self._look_again = QTimer(self, interval=_AGAIN, singleShot=True)
        self._look_again.timeout.connect(self._look_while_alone)
        self.session.open(folder)
        self._invitation.begin()

    def _build(self) -> None:
        column = QVBoxLayout(self._found)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.beside)
        column.addWidget(self.wall, 1)
        for page in (self._words, self._found, self.look):
            self._pages.addWidget(page)
        undo = LargeButton(self.tr("One step back"), "undo")
        clear = LargeButton(self.tr("Start over"), "clear")
        undo.clicked.connect(self.canvas.undo)
        clear.clicked.connect(self.start_over)
        tools = QHBoxLayout()
        tools.setSpacing(_MARGIN)
        tools.addWidget(undo)
        tools.addStretch(1)
        tools.addWidget(clear)
        self._paper.addWidget(self.canvas, 1)
        self._paper.addLayout(tools)
        self._sides.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._sides.setSpacing(_MARGIN)
        self._sides.addLayout(self._paper)
        self._sides.addWidget(self._pages)
        self.setMinimumSize(LARGE * 6, LARGE * 6)

    def _connect(self, leave: str) -> None:
        keys = QShortcut(QKeySequence(leave), self)
        keys.setContext(Qt.ShortcutContext.ApplicationShortcut)
        keys.activated.connect(self.leave)
        self.wall.tapped.connect(self._look_at)
        self.look.left.connect(self._show_all)
        self.look.liked.connect(self._like)
        self.beside.taken_off.connect(lambda: self._lay(Prints()))
        self.canvas.drawing_changed.connect(self._show_beside)
        self.live.answered.connect(lambda _: self._show_found())
        self.session.state_changed.connect(lambda _: self._show_found())
        self.session.indexed.connect(self._take_report)
        self.session.indexing_ended.connect(self.wall.thumbnails.retry)
        self.canvas.stroke_active.connect(self._take_stroke)
        self.canvas.document.begins_alone = True  # it may be the next visitor's, who wants what they draw
        self.rest.begun.connect(self._clear_for_the_next)
        self.seating.at_hand.is_attended = lambda: not self.rest.is_on

    # --- what people do --------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Empty the paper, with all that can be undone on it, and show all pictures."""
        self.canvas.change(Document.forget)
        self.live.ask_anew()  # where nothing was drawn, too: what waits for its place takes it
        self._show_all()
        self.wall.scrollToTop()

    def _take_report(self, report: Report) -> None:
        self._captions.look_again()
        if report.changed:
            self.wall.thumbnails.renew()

    def _take_stroke(self, begun: bool) -> None:
        if begun:
            self._show_all()

    def _look_at(self, path: Path) -> None:
        self.look.look_at(path)
        self._pages.setCurrentWidget(self.look)

    def _show_all(self) -> None:
        if self.look.path is not None:
            self.look.rest()
        self._show_found()

    def _like(self, path: Path) -> None:
        """Look for more like one picture, and the drawing, if there is one."""
        self._lay(Prints((Print(path),)))
        self._show_all()

    def _lay(self, prints: Prints) -> None:
        self.canvas.change(lambda document: document.lay(prints))
        self.wall.scrollToTop()

    def _show_beside(self) -> None:
        """Say what the pictures are like besides the drawing, as long as they are."""
        like = self.canvas.document.prints.like
        self.beside.show_picture(like[0].path if like else None, drawn=not self.canvas.is_blank)

    def _show_found(self) -> None:
        if self.look.path is not None:
            return
        found = self.live.found
        if found is not None and found.hits:
            self._pages.setCurrentWidget(self._found)
        else:
            self._words.setText(self._says())
            self._pages.setCurrentWidget(self._words)

    def _says(self) -> str:
        state = self.session.state
        if state.is_indexing or (not state.is_open and not state.trouble):
            return self.tr("The pictures are on their way…")
        return state.trouble or self.tr("There are no pictures here yet.")

    # --- nobody is there -------------------------------------------------------------------------------

    def _clear_for_the_next(self) -> None:
        """Leave nothing of whoever was there, and look for new pictures now and then."""
        self.start_over()
        self._invitation.begin()
        if not self._look_again.isActive():
            self._look_for_new()

    def _look_while_alone(self) -> None:
        """Look for new pictures; where somebody is there, once they are gone."""
        if self.rest.is_on and not self._leaving:
            self._look_for_new()

    def _look_for_new(self) -> None:
        self._look_again.start()
        self.session.retry()

    def fill_screen(self) -> None:
        """Show it over the whole screen, where no window manager does that too."""
        self.setGeometry(self.screen().geometry())
        self.showFullScreen()

    def leave(self) -> None:
        """End, as only whoever knows the keys can."""
        self._leaving = True
        self.close()

    # --- events ----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the paper beside the pictures, or over them where the screen stands upright."""
        upright = self.height() > self.width()
        kinds = QBoxLayout.Direction
        self._sides.setDirection(kinds.TopToBottom if upright else kinds.LeftToRight)
        paper, pictures = (1, 1) if upright else self._widths()
        self._sides.setStretch(0, paper)
        self._sides.setStretch(1, pictures)
        super().resizeEvent(event)

    def _widths(self) -> tuple[int, int]:
        """Return how wide paper and pictures are: alike, unless pictures need more on a small screen."""
        room = max(self.width() - 3 * _MARGIN, 2)
        spare = room - self._paper.minimumSize().width()
        pictures = max(room // 2, min(self.wall.comfortable_width, spare))
        return room - pictures, pictures

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay, unless the keys were pressed or the system ends."""
        if not self._leaving:
            event.ignore()
            return
        self.hide()
        self.rest.stop()
        self._look_again.stop()
        end_together(self.session.stop, self.wall.thumbnails.stop, self.look.stop)
        super().closeEvent(event)
