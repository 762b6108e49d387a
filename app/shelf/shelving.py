"""Joins the shelf with paper, photos and commands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer

from app.actions import Actions
from app.dialogs.questions import ask
from app.drawing.panel import DrawingPanel
from app.input.keyboard import hand_on
from app.photos.grid.grid import PhotoGrid
from app.photos.notice import Notice
from app.shelf.bar import ShelfBar
from app.shelf.keeper import Keeper
from app.state.settings import Settings
from app.words.engine_sentences import in_own_language
from engine.paths import data_dir
from engine.visible import visible


class Shelving(QObject):
    """Brings drawings to the shelf and back.

    Attributes:
        keeper: decides what comes there.
        bar: shows it, under the paper.
    """

    def __init__(
        self,
        panel: DrawingPanel,
        grid: PhotoGrid,
        notice: Notice,
        actions: Actions,
        settings: Settings,
        *,
        resumes: bool,
    ) -> None:
        """Lay the last drawing on the paper, and follow what is done from now on.

        Args:
            panel: with the paper; the shelf comes under it.
            grid: with the photos.
            notice: says what could not be kept.
            actions: the commands.
            settings: whether drawings are kept.
            resumes: whether the paper is that of the last time.
        """
        super().__init__(panel)
        self._settings, self._action = settings, actions.keep_drawings
        self._panel, self._notice = panel, notice
        keeps, folder = lambda: settings.keep_drawings, data_dir()
        self.keeper = Keeper(panel.canvas, folder, keeps=keeps, resumes=resumes)
        self.bar = ShelfBar(self.keeper, grid.thumbnails)
        panel.add_below(self.bar)
        self.keeper.changed.connect(self._show)
        panel.canvas.lifted.connect(self._show)
        self._action.setChecked(settings.keep_drawings)
        self._action.triggered.connect(self._choose)
        actions.clear_shelf.triggered.connect(self.bar.ask_to_clear)
        self.keeper.changed.connect(lambda: actions.clear_shelf.setEnabled(bool(self.keeper.drawings)))
        self.keeper.failed.connect(self._say)
        self.keeper.unread.connect(self._say_unread)
        self.keeper.missed.connect(self._say_missed)
        panel.renamed.connect(self.keeper.note_paper)
        self.keeper.resume()
        QTimer.singleShot(0, self, self.keeper.load)  # once the window is up
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the shelf anew when somebody comes back: another window may have changed what is there."""
        if event.type() == QEvent.Type.WindowActivate:
            self._action.setChecked(self._settings.keep_drawings)
            self.keeper.look_again()
        return super().eventFilter(watched, event)

    def end(self) -> None:
        """Lose nothing at the end."""
        self.keeper.end()

    def _show(self) -> None:
        """Show the shelf as it is; while the pen is down nothing moves under it."""
        if not self._panel.canvas.is_drawing and not self.bar.is_shown(self.keeper.drawings):
            with hand_on(self.bar, lambda: self._panel.canvas):  # an empty shelf is hidden
                self.bar.refresh()

    def _say(self, reason: str) -> None:
        self._notice.say(
            self.tr("The drawing could not be kept: {reason}.").replace("{reason}", in_own_language(reason))
        )

    def _say_missed(self) -> None:
        text = self.tr("This drawing is not kept any more: another window removed or changed it.")
        self._notice.say(text)

    def _say_unread(self, aside: Path) -> None:
        text = self.tr("The drawing of the last time cannot be read. It lies in {path}.")
        self._notice.say(text.replace("{path}", visible(str(aside))))

    def _choose(self, keeps: bool) -> None:
        """Keep drawings from now on, or none; what is there goes only after a question."""
        if keeps or not self.keeper.drawings:
            self._set(keeps)
            return
        self._action.setChecked(True)
        question = self.tr("Keep no drawings, and remove those that are kept?")
        ask(self._panel.window(), question, lambda: self._set(False), loses=True)

    def _set(self, keeps: bool) -> None:
        self._settings.keep_drawings = keeps
        self._settings.save()  # for other windows
        self._action.setChecked(keeps)
        if not keeps:
            self.keeper.clear()
