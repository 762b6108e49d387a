"""The view: one photo fills the side of the photos, and one leafs through the hits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.photos.commands import PhotoCommands
from app.photos.grid.model import HitsModel
from app.photos.reading.full_picture import FullPictures
from app.photos.reading.thumbnails import Thumbnails
from app.photos.view.details import Details
from app.photos.view.flow import Flow
from app.photos.view.leafing import Leafing
from app.photos.view.picture_view import PictureView
from app.photos.view.view_keys import BACK, ENTER, ViewKeys
from app.words import phrases
from app.words.engine_sentences import as_sentence
from engine.elsewhere import place_of
from engine.library import Hit

_AHEAD = 20  # photos to come below which more are asked for


class Viewer(QWidget):
    """Shows one photo, first its thumbnail and then the whole; stays with it until somebody leafs.

    Attributes:
        leafing: which photo that is, and what comes before and after it.
        picture: where it is shown.
        details: what is known of it.
        commands: what can be done with it.
        follow: whether the first hit of each answer is to be shown.
        is_elsewhere: the hits are another drawing's by now, and the photo is not among them.
    """

    left = Signal()
    """The person goes back to all photos; `path` is the one last looked at until `rest`."""
    dragged = Signal(object)
    """The pointer carries this photo away."""
    near_end = Signal()
    """The last hits are near."""
    turned_to = Signal()
    """Another photo is looked at, or the same one anew."""

    def __init__(self, model: HitsModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        """Take the hits to leaf through, and their small pictures."""
        super().__init__(parent)
        self.leafing = Leafing(model)
        self._model, self._thumbnails = model, thumbnails
        self.is_elsewhere = False
        self._full = FullPictures(self, thumbnails.recall, thumbnails.away)
        self.picture, self.details = PictureView(), Details()
        self.commands = PhotoCommands(self, lambda: [] if self.path is None else [self.path])
        self.commands.deeds.away = thumbnails.away
        self.follow = QCheckBox(self.tr("Follow the first hit"))
        self.follow.setToolTip(self.tr("While you draw, show the first hit of each answer"))
        self._keys = ViewKeys(
            self.picture,
            leaf=self._step,
            leaf_to_end=lambda way: self._leaf(self.leafing.end(way)),
            leave=self.left.emit,
            open_it=self.commands.open.trigger,
        )
        self._build()
        self.picture.swiped.connect(lambda way: self._step(1 if way > 0 else -1))
        self.picture.dragged.connect(lambda: self.dragged.emit(self.path))
        self._full.told.connect(self._take)
        thumbnails.ready.connect(self._take)
        thumbnails.outdated.connect(self._full.renew)
        model.renamed.connect(self._rename)
        model.headed.connect(self._take_head)
        model.away_changed.connect(lambda: self._take(self.path))
        thumbnails.retried.connect(self._full.retry)

    def _build(self) -> None:
        back, before, after = QToolButton(), QToolButton(), QToolButton()
        back.setText(self.tr("All photos"))
        back.setToolTip(self.tr("Back to all photos (Esc)"))
        back.setAccessibleName(back.toolTip())
        before.setArrowType(Qt.ArrowType.LeftArrow)
        after.setArrowType(Qt.ArrowType.RightArrow)
        self._steps = before, after
        self._name_steps()
        for button, deed in (
            (back, self.left.emit),
            (before, partial(self._step, -1)),
            (after, partial(self._step, 1)),
        ):
            button.clicked.connect(lambda _=False, deed=deed: deed())
        made = self.commands
        deeds = [_button(one) for one in (made.like, made.unlike, made.open, made.show_in_folder)]
        row = Flow()
        row.setSpacing(4)
        for widget in (back, before, after, *deeds, self.follow):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the picture
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.picture, 1)
        column.addWidget(self.details)
        column.addLayout(row)

    def _name_steps(self) -> None:
        """Say on the buttons what one leafs through."""
        if self.leafing.is_moment:
            names = self.tr("The photo before (Left)"), self.tr("The next photo (Right)")
        elif self.leafing.files:
            names = self.tr("The copy before (Left)"), self.tr("The next copy (Right)")
        else:
            names = self.tr("The hit before (Left)"), self.tr("The next hit (Right)")
        for button, name in zip(self._steps, names, strict=True):
            button.setToolTip(name)
            button.setAccessibleName(name)

    # --- what is shown ---------------------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """The photo that is shown, None while the view is away."""
        return self.leafing.path

    def look_at(
        self, path: Path, files: Sequence[Path] = (), *, asked: bool = True, is_moment: bool = False
    ) -> None:
        """Show this photo, `asked` for or not; leaf through these files, if it is one, else the hits."""
        before = self.leafing.hit
        self.leafing.begin(path, files, is_moment=is_moment)
        self.is_elsewhere = self.is_elsewhere and self.leafing.hit == before
        self.picture.show_picture((), anew=True)
        self._name_steps()
        self._ask(asked=asked)
        self._show()
        self.turned_to.emit()
        if self._model.rowCount() - self.leafing.rank < _AHEAD:
            self.near_end.emit()

    def take_answer(self, hits: tuple[Hit, ...], *, is_another: bool = False) -> None:
        """Show the first of these, if the view is there and is to follow them; else stay with the photo.

        Args:
            hits: the first ones.
            is_another: they are not those of the drawing before.
        """
        if is_another and self.path is not None:
            hit = self.leafing.hit
            self.is_elsewhere = hit is None or self._model.row_of(hit) is None
        follows = self.path is not None and self.follow.isChecked()
        if follows and hits and hits[0].path != self.leafing.hit:
            self.look_at(hits[0].path, asked=False)  # nor is it downloaded

    def note_judged(self, photos: Collection[Path], *, refused: bool) -> None:
        """Note that the person said of photos that it is like them, or not."""
        if self.leafing.hit in photos or self.path in photos:
            self.leafing.is_refused = refused

    def rest(self) -> None:
        """Show nothing any more, and let go of every picture."""
        self.leafing.begin(None)
        self.picture.show_picture((), anew=True)
        self._full.want(None)

    def stop(self) -> None:
        """End the threads."""
        self._full.stop()

    def _ask(self, *, asked: bool | None = None) -> None:
        """Have the photo and its neighbours read; `asked` as of `FullPictures.want`."""
        self._full.want(self.path, [*filter(None, map(self.leafing.step, (1, -1)))], asked=asked)

    def _rename(self, before: Path, now: Path) -> None:
        if self.leafing.rename(before, now):
            self._ask()
            self._show()

    def _take_head(self, before: Path, hit: Hit) -> None:
        if self.leafing.take_head(before, hit):
            self._name_steps()
            self._ask()
            self._show()

    def _take(self, path: Path | None) -> None:
        if path is not None and path == self.path:
            self._show()

    def _show(self) -> None:
        """Show the best there is of the photo: the whole, else the thumbnail; and what is wrong with it."""
        assert self.path is not None
        full = self._full.get(self.path)
        self.picture.show_photo(full, partial(self._thumbnails.get, self.path, first=True))
        self.picture.say(self._words())
        self.details.show_photo(self.path, None if full is None else full.facts, self._place())
        self._name_it()

    def _words(self) -> str:
        full = None if self.path is None else self._full.get(self.path)
        if self.path is not None and self._model.is_away(self.path) and not (full and full.levels):
            if self.picture.levels:
                return self.tr("This photo is offline. This is its thumbnail, enlarged.")
            return self.tr("This photo is offline: its folder is not there now.")
        place = None if self.path is None else place_of(self.path)
        if place is not None and full is not None and full.reason:
            if self.picture.levels:
                text = self.tr("This photo lies on %1. This is its thumbnail, enlarged.")
            else:
                text = self.tr("This photo lies on %1, and there is no thumbnail of it here.")
            return text.replace("%1", place.host)
        if full is not None and full.is_gone:
            if self.picture.levels:
                return self.tr("This photo is not in its folder any more. This is its thumbnail, enlarged.")
            return self.tr("This photo is not in its folder any more.")
        if full is None or not full.reason:
            return "" if full is None else as_sentence(full.remark)
        return self.tr("This photo cannot be shown: %1").replace("%1", full.reason)

    def _place(self) -> str:
        """Return which of its copies, or of its moment, the photo is, where these are leafed through."""
        leafing, count = self.leafing, len(self.leafing.files)
        return phrases.number_of(leafing.number, count, is_moment=leafing.is_moment) if count else ""

    def _name_it(self) -> None:
        row = None if self.path is None else self._model.row_of(self.path)
        if row is None or self.leafing.files:
            name = self.details.texts[0]
        else:
            name = str(self._model.index(row).data(Qt.ItemDataRole.AccessibleTextRole))
        self.picture.setAccessibleName(name)
        self.picture.setAccessibleDescription(self.picture.words)

    # --- leafing ---------------------------------------------------------------------------------------

    def _leaf(self, path: Path | None) -> None:
        if path is not None and path != self.path:
            self.look_at(path, self.leafing.files, is_moment=self.leafing.is_moment)
        elif path is None and not self.leafing.files:
            self.near_end.emit()

    def _step(self, way: int) -> None:
        self._leaf(self.leafing.step(way))

    # --- events ----------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the view's keys from commands of the whole window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._keys.deed(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leaf, zoom, go back; Enter, once a press, clicks the button with the focus, else opens."""
        deed, focused = self._keys.deed(event), QApplication.focusWidget()
        if event.isAutoRepeat() and event.key() in (*BACK, *ENTER):
            return
        if event.key() in ENTER and focused is not self.picture:
            if isinstance(focused, QAbstractButton):
                focused.click()
        elif deed is not None:
            deed()
        elif not self._keys.pan(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the photo."""
        if self.path is not None:
            menu = self.menu()
            keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
            middle = self.picture.mapToGlobal(self.picture.rect().center())
            menu.popup(middle if keyboard else event.globalPos())

    def menu(self) -> QMenu:
        """Return the menu of the photo that is shown."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.commands.all)
        if self.path is not None and (row := self._model.row_of(self.path)) is not None:
            self.commands.name_others(menu, self._model.hit(row))
        return menu

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll nothing behind."""
        event.accept()


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    button.setAccessibleName(action.text())
    return button
