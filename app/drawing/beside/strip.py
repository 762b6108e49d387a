"""What lies beside the drawing, in a strip under the paper: the two corners, and what they count."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QTimer, QUrl, Signal, SignalInstance
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from app.drawing.beside.print_corner import PrintCorner
from app.drawing.beside.print_files import Guess, PrintFiles
from app.drawing.beside.print_guess import GuessLine
from app.drawing.beside.sheet_line import SheetLine
from app.drawing.canvas import Canvas
from app.drawing.paper.document import Picture, Snapshot
from app.drawing.paper.history import PAUSE
from app.drawing.paper.prints import SHOWN_SIDE, Print
from app.input.keyboard import hand_on, in_order
from app.style.tips import set_tip

PRINT_TYPE = "application/x-ffmln-print"
"""What a print carries while it is dragged; its file, if it has one, comes along."""

_STEPS = 100
_WHOLE = Qt.AspectRatioMode.KeepAspectRatio


class Thumbnails(Protocol):
    """Small pictures of photos by path, made off the GUI thread; the photos' room has them."""

    @property
    def ready(self) -> SignalInstance:
        """Tells the path whose picture was made, or turned out to be impossible."""

    @property
    def retried(self) -> SignalInstance:
        """Tells that what could not be read is to be tried again."""

    @property
    def outdated(self) -> SignalInstance:
        """Tells that photos may have changed, so that their pictures are to be asked for again."""

    def get(self, path: Path, *, lasting: bool, enough: int) -> QPixmap | None:
        """Return the picture; ask for it where there is none, or none of `enough` pixels of the longer side.

        It is made, whatever is asked for later, if `lasting`.
        """

    def is_broken(self, path: Path) -> bool:
        """Whether making this picture was tried in vain."""


class PrintStrip(QWidget):
    """Photos beside the drawing. Takes room only while there are any, or while something is dragged.

    Attributes:
        like: the corner of what it is like.
        unlike: the corner of what it is not like.
        slider: what the photos count against the drawing.
        carried: the print that is being dragged.
    """

    refused = Signal(list)
    """These photos, paths, lay there as what the drawing is like, and are what it is not like after all."""

    def __init__(
        self, canvas: Canvas, files: PrintFiles, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._canvas, self._files, self._thumbnails = canvas, files, thumbnails
        self.like, self.unlike = PrintCorner(like=True), PrintCorner(like=False)
        self.carried: Print | None = None
        self._dropping = False
        self._guess_line, self._sheet_line = GuessLine(), SheetLine()
        self._settled: Snapshot | None = None  # the paper that the line speaks of
        self.slider, self._balance = _balance_slider(self.tr("Balance of drawing and photos")), QWidget()
        self._renewals = 0
        self._shown_of = WeakKeyDictionary[Print, tuple[int, int]]()  # which thumbnails, as of which renewal
        self._pause = QTimer(self, interval=PAUSE, singleShot=True)
        self.setAccessibleName(self.tr("Photos beside the drawing"))
        self._build()
        self._connect()
        self._follow()

    def _build(self) -> None:
        corners = QHBoxLayout()
        corners.setSpacing(6)
        corners.addWidget(self.like, 3)
        corners.addWidget(self.unlike, 2)
        row = QHBoxLayout(self._balance)
        row.setContentsMargins(2, 0, 2, 0)
        row.addWidget(QLabel(self.tr("Drawing")))
        row.addWidget(self.slider, 1)
        row.addWidget(QLabel(self.tr("Photos")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self._guess_line)
        column.addWidget(self._sheet_line)
        column.addLayout(corners)
        column.addWidget(self._balance)

    def _connect(self) -> None:
        for corner in (self.like, self.unlike):
            corner.taken_off.connect(self.take_off)
            corner.turned.connect(self.turn)
            corner.sketched.connect(self._files.lay_as_sketch)
            corner.dragged.connect(self._carry)
        self.slider.valueChanged.connect(self._slide)
        self.slider.sliderReleased.connect(self._canvas.document.end_slide)
        self._pause.timeout.connect(self._end_slide)
        self._guess_line.turned.connect(self._turn_guess)
        self._guess_line.dismissed.connect(lambda: self._offer(None))
        self._sheet_line.turned.connect(self._turn_sheet)
        self._sheet_line.dismissed.connect(self._follow)
        self._files.guessed.connect(self._offer)
        self._thumbnails.ready.connect(self._take_thumbnail)
        self._thumbnails.retried.connect(self._follow)
        self._thumbnails.outdated.connect(self._renew)
        self._canvas.drawing_changed.connect(self._follow)
        self._canvas.lifted.connect(self._follow)

    # --- what the person does ------------------------------------------------------------------------

    def take_off(self, one: Print) -> None:
        """Take this print off; the focus goes to the one that takes its place."""
        corner = self.like if one in self._canvas.document.prints.like else self.unlike
        place = next(
            (n for n, tile in enumerate(corner.tiles) if tile.print is one and tile.hasFocus()), None
        )
        self._canvas.change(lambda document: document.lay(document.prints.without(one)))
        if place is not None:
            tiles = corner.tiles or self.like.tiles or self.unlike.tiles
            heir = tiles[min(place, len(tiles) - 1)] if tiles else self._canvas
            heir.setFocus(Qt.FocusReason.TabFocusReason)  # so that the paper shows that it is there

    def turn(self, one: Print) -> None:
        """Lay this print in the other corner, the focus with it."""
        prints = self._canvas.document.prints
        focused = any(
            tile.print is one and tile.hasFocus() for tile in (*self.like.tiles, *self.unlike.tiles)
        )
        like = not prints.is_like(one)
        if one in prints:
            self._canvas.change(lambda document: document.lay(prints.lay([one], like=like)))
            if not like and one.path is not None:
                self.refused.emit([one.path])
        if focused:
            for tile in (self.like if like else self.unlike).tiles:
                if tile.print is one:
                    tile.setFocus()

    def _slide(self, value: int) -> None:
        if value != round(_STEPS * self._canvas.document.prints.balance):
            self._canvas.change(lambda document: document.slide(value / _STEPS))
            self._pause.start()

    def _end_slide(self) -> None:
        if not self.slider.isSliderDown():
            self._canvas.document.end_slide()

    def _turn_guess(self, guess: Guess) -> None:
        self._offer(None)
        if guess.is_photo:
            self._files.lay_as_sketch(guess.print, guess)
        else:
            self._files.lay_as_photo(guess)

    def _turn_sheet(self, picture: Picture) -> None:
        self._canvas.change(lambda paper: paper.change(paper.snapshot.with_picture_alone(picture)))

    # --- what is dragged ------------------------------------------------------------------------------

    def await_drop(self, wide: bool) -> None:
        """Show both corners as places to drop something, or no longer."""
        self._dropping = wide
        self.aim(None)
        self._follow()

    def aim(self, corner: PrintCorner | None) -> None:
        """Show that a drop would go to this corner."""
        for one in (self.like, self.unlike):
            one.open(wide=self._dropping, aimed=one is corner)

    def corner_at(self, place: QPoint) -> PrintCorner | None:
        """Return the corner at a place on the screen."""
        for corner in (self.like, self.unlike):
            if corner.isVisible() and QRect(corner.mapToGlobal(QPoint(0, 0)), corner.size()).contains(place):
                return corner
        return None

    def _carry(self, one: Print) -> None:
        """Let the pointer carry a print until it is dropped."""
        data = QMimeData()
        data.setData(PRINT_TYPE, b"")
        if one.path is not None and one.path.is_absolute():  # else it lies on another machine
            data.setUrls([QUrl(one.path.as_uri())])
        drag = QDrag(self)
        drag.setMimeData(data)
        if not one.shown.isNull():
            size = one.shown.size().scaled(64, 64, Qt.AspectRatioMode.KeepAspectRatio)
            drag.setPixmap(
                QPixmap.fromImage(one.shown.scaled(size, mode=Qt.TransformationMode.SmoothTransformation))
            )
        self.carried = one
        drag.exec(Qt.DropAction.CopyAction)
        self.carried = None

    # --- what is shown --------------------------------------------------------------------------------

    def _offer(self, guess: Guess | None) -> None:
        self._settled = None if guess is None else guess.after
        with hand_on(self, lambda: self._canvas):
            self._guess_line.show_guess(guess)
        self._follow()

    def refresh(self) -> None:
        """Show the prints anew: pictures have been made, or photos go by other names or are one."""
        self._follow()
        self._refresh_corners()

    def _refresh_corners(self) -> None:
        for corner in (self.like, self.unlike):
            corner.refresh()

    def _take_thumbnail(self, path: Path) -> None:
        one = self._canvas.document.prints.find(path)
        if one is not None:
            self._ask_for_thumbnail(one)
            self.refresh()

    def _ask_for_thumbnail(self, one: Print) -> bool:
        """Let a photo of the library show its thumbnail as it is now; return whether that is another one."""
        if one.path is None or one.picture is not None:
            return False
        thumbnail = self._thumbnails.get(one.path, lasting=True, enough=SHOWN_SIDE)
        before = self._shown_of.get(one, (0, 0))[0]  # it comes again while it is made anew
        is_other = thumbnail is not None and thumbnail.cacheKey() != before
        if thumbnail is not None and is_other:
            self._shown_of[one] = thumbnail.cacheKey(), self._renewals
            size = thumbnail.size().boundedTo(thumbnail.size().scaled(SHOWN_SIDE, SHOWN_SIDE, _WHOLE))
            one.shown = thumbnail.toImage().scaled(size, mode=Qt.TransformationMode.SmoothTransformation)
        one.is_broken = one.is_broken or self._thumbnails.is_broken(one.path)
        return is_other

    def _is_shown(self, one: Print) -> bool:
        """Return whether a print shows what its photo did when last looked at: undo reads nothing."""
        is_current = one.picture is not None or self._shown_of.get(one, (0, 0))[1] == self._renewals
        return is_current and not one.shown.isNull()

    def _renew(self) -> None:
        """Show what the photos show now."""
        self._renewals += 1
        self._follow()

    def _follow(self) -> None:
        """Show what the document holds; nothing comes or goes while a stroke is drawn."""
        if not self._canvas.is_drawing:
            with hand_on(self, lambda: self._canvas):
                self._show()

    def _show(self) -> None:
        document = self._canvas.document
        prints = document.prints
        if self._settled is not None and document.snapshot is not self._settled:
            self._settled = None
            self._guess_line.show_guess(None)
        self._sheet_line.follow(document.snapshot)
        laid = *prints.like, *prints.unlike
        others = [self._ask_for_thumbnail(one) for one in laid if not self._is_shown(one)]
        self.like.show_prints(prints.like)
        self.unlike.show_prints(prints.unlike)
        if any(others):
            self._refresh_corners()
        self._order_tab()
        for corner in (self.like, self.unlike):
            corner.setVisible(bool(laid) or self._dropping)
        self._balance.setVisible(bool(laid))
        drawn = not document.is_blank
        self.slider.setEnabled(bool(prints.like) and drawn)
        if not (prints.like or drawn):
            tip = self.tr("Nothing is drawn, and nothing lies under “Like this”.")
        elif not prints.like:
            tip = self.tr("Nothing lies under “Like this”: the drawing alone counts.")
        elif drawn:
            tip = self.tr("What counts more: the drawing, or the photos under “Like this”")
        else:
            tip = self.tr("Nothing is drawn yet: the photos alone count.")
        set_tip(self.slider, tip)
        self.slider.setValue(round(_STEPS * prints.balance))
        says = self._settled is not None or self._sheet_line.picture is not None
        self.setVisible(bool(laid) or self._dropping or says)

    def _order_tab(self) -> None:
        """Let the keyboard come to each print where the eye does, whenever it was laid here."""
        prints = (*self.like.tiles, *self.unlike.tiles)
        lines = (self._guess_line, self._sheet_line)
        buttons = (button for line in lines for button in (line.button, line.close_button))
        in_order(*buttons, *prints, self.slider)


def _balance_slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, _STEPS)
    slider.setPageStep(10)
    slider.setSingleStep(5)
    slider.setAccessibleName(name)
    return slider
