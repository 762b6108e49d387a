"""One picture as large as its place: zoomed at the pointer, moved with the hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from app.input.touch import is_by_finger
from app.input.wheel import NOTCH
from app.photos.reading.full_picture import FullPicture, whole_size

STEP = 1.25
"""How much one notch of the wheel, or one key, enlarges."""

_LARGEST = 8.0  # pixels of the screen for one of the photo
_LEAST = QSize(160, 120)
_INSET, _ROUND = 12, 8
_SWIPE = 40  # points from which on a finger swipes


class PictureView(QWidget):
    """Shows a picture whole at first. What it shows may be replaced by a sharper one where it is.

    Zoom is reckoned from the whole picture, place in shares of its sides: both stay when a picture of another
    resolution takes the place of this one, and when the view changes its size.
    """

    dragged = Signal()
    """The pointer carries the whole picture away."""
    swiped = Signal(int)
    """A finger drew the whole picture aside: 1 to the left, as for the next one, -1 to the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: tuple[QImage, ...] = ()
        self._size, self._words = QSizeF(), ""
        self._zoom, self._centre = 1.0, QPointF(0.5, 0.5)
        self._held: QPointF | None = None
        self._touched: QPointF | None = None  # where a finger came down that may swipe
        self._pressed = False  # the last press was here, and not on what lay here before
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(_LEAST)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # --- what is shown ---------------------------------------------------------------------------------

    def show_picture(self, levels: Sequence[QImage], size: QSize | None = None, *, anew: bool) -> None:
        """Show this picture.

        Args:
            levels: the picture, and the same at a half, a quarter ... of its size; none for an empty view.
            size: of the photo it shows, in pixels; None for the picture's own.
            anew: it is another photo, to be seen whole, and not this one in another resolution.
        """
        self._levels = tuple(levels)
        own = QSizeF(self._levels[0].size()) if self._levels else QSizeF()
        self._size = own if size is None or size.isEmpty() else QSizeF(size)
        if anew:
            self._zoom, self._centre, self._held = 1.0, QPointF(0.5, 0.5), None
            self._touched = None
        self._move_to(self._centre)

    def show_photo(self, full: FullPicture | None, thumbnail: Callable[[], QPixmap | None]) -> None:
        """Show the best there is of a photo: the whole, else its thumbnail, else nothing.

        Args:
            full: what is known of it.
            thumbnail: gives that, or has it made; asked only where it is of use.
        """
        anew = not self.levels
        if full is not None and full.levels:
            self.show_picture(full.levels, full.size, anew=anew)
        elif (small := thumbnail()) is None:
            self.show_picture((), anew=anew)
        else:
            facts = full.facts if full is not None else None
            size = whole_size(facts.size, (small.width(), small.height())) if facts is not None else None
            self.show_picture((small.toImage(),), size, anew=anew)

    def say(self, words: str) -> None:
        """Say this over the picture, or in its place; nothing if it is empty."""
        self._words = words
        self.update()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    @property
    def levels(self) -> tuple[QImage, ...]:
        """What it shows."""
        return self._levels

    # --- zoom and place --------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """How large the picture is; 1 if it is just seen whole."""
        return self._zoom

    @property
    def real_zoom(self) -> float:
        """The zoom at which a pixel of the photo is a pixel of the screen."""
        fit = self._fit()
        return 1.0 / (fit * self.devicePixelRatioF()) if fit else 1.0

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Make the picture so large, and keep in its place what lies at a point, or in the middle."""
        if not self._levels:
            return
        point = QRectF(self.rect()).center() if at is None else at
        area = self.area()
        share = QPointF((point.x() - area.x()) / area.width(), (point.y() - area.y()) / area.height())
        real = self.real_zoom
        self._zoom = min(max(zoom, min(1.0, real)), max(1.0, real * _LARGEST))
        larger, middle = self._whole() * self._zoom, QRectF(self.rect()).center()
        away = middle - point
        self._move_to(QPointF(share.x() + away.x() / larger.width(), share.y() + away.y() / larger.height()))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Make the picture so many times larger."""
        self.zoom_to(self._zoom * factor, at)

    def toggle(self, at: QPointF | None = None) -> None:
        """Show the picture in its real pixels, or whole again."""
        self.zoom_to(self.real_zoom if self._zoom == 1.0 else 1.0, at)

    def pan(self, right: int, down: int) -> None:
        """Show what lies a quarter of the view further, where the picture is larger than that."""
        if self._can_move:
            size = self._whole() * self._zoom
            way = QPointF(right * self.width() / size.width(), down * self.height() / size.height())
            self._move_to(self._centre + way / 4)

    def area(self) -> QRectF:
        """Return where the whole picture lies, most of it outside the view if it is zoomed."""
        size, middle = self._whole() * self._zoom, QRectF(self.rect()).center()
        left = middle.x() - self._centre.x() * size.width()
        top = middle.y() - self._centre.y() * size.height()
        return QRectF(QPointF(left, top), size)

    def _fit(self) -> float:
        """Return how many points of the view one pixel of the photo takes if it is seen whole."""
        if self._size.isEmpty():
            return 0.0
        return min(self.width() / self._size.width(), self.height() / self._size.height())

    def _whole(self) -> QSizeF:
        return self._size * self._fit()

    def _move_to(self, centre: QPointF) -> None:
        """Put this place of the picture in the middle, as far as no room is left empty for it."""
        size = self._whole() * self._zoom
        shares = []
        for place, length, room in (
            (centre.x(), size.width(), self.width()),
            (centre.y(), size.height(), self.height()),
        ):
            margin = room / (2 * length) if length > room else 0.5
            shares.append(min(max(place, margin), 1 - margin))
        self._centre = QPointF(*shares)
        self._show_hand()
        self.update()

    @property
    def _can_move(self) -> bool:
        size = self._whole() * self._zoom
        return size.width() > self.width() + 0.5 or size.height() > self.height() + 0.5

    def _show_hand(self) -> None:
        held = Qt.CursorShape.ClosedHandCursor if self._held is not None else Qt.CursorShape.OpenHandCursor
        self.setCursor(held if self._can_move else Qt.CursorShape.ArrowCursor)

    # --- painting --------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, from the level that is just large enough; the words; the focus."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().alternateBase())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._levels:
            area = self.area()
            level = self._level_for(area.width() * self.devicePixelRatioF())
            painter.drawImage(area, level, QRectF(level.rect()))
        if self._words:
            self._paint_words(painter)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _level_for(self, width: float) -> QImage:
        """Return the smallest level that is as wide as this, the largest if none is."""
        return next((level for level in reversed(self._levels) if level.width() >= width), self._levels[0])

    def _paint_words(self, painter: QPainter) -> None:
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter
        room = self.rect().adjusted(2 * _INSET, 2 * _INSET, -2 * _INSET, -2 * _INSET)
        place = QRectF(painter.fontMetrics().boundingRect(room, flags, self._words))
        if self._levels:
            place.moveBottom(room.bottom())
            ground = self.palette().base().color()
            ground.setAlpha(225)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(place.adjusted(-_INSET, -_ROUND, _INSET, _ROUND), _ROUND, _ROUND)
        else:
            place.moveCenter(QPointF(room.center()))
        painter.setPen(self.palette().text().color())
        painter.drawText(place, flags, self._words)

    # --- events ----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep zoom and place."""
        super().resizeEvent(event)
        self._move_to(self._centre)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; nothing behind is scrolled."""
        turned = event.angleDelta().y() or event.angleDelta().x()  # Alt turns the wheel around
        self.zoom_by(STEP ** (turned / NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held, self._pressed = event.position(), True
            self._touched = event.position() if is_by_finger(event) and not self._can_move else None
            self._show_hand()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture with the pointer; one that is seen whole is carried away, but not by a finger."""
        if self._held is None:
            return
        if not self._can_move:
            if is_by_finger(event):
                self._held = event.position()
            elif (event.position() - self._held).manhattanLength() >= QApplication.startDragDistance():
                self._held = None
                self.dragged.emit()
            return
        way, size = event.position() - self._held, self._whole() * self._zoom
        self._held = event.position()
        self._move_to(self._centre - QPointF(way.x() / size.width(), way.y() / size.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it, and tell of a swipe."""
        touched, self._held, self._touched = self._touched, None, None
        self._show_hand()
        way = event.position() - (touched or event.position())
        if abs(way.x()) > max(_SWIPE, 2 * abs(way.y())):
            self.swiped.emit(1 if way.x() < 0 else -1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show real pixels, or the whole picture again, if the first click was here too."""
        if event.button() == Qt.MouseButton.LeftButton and self._pressed:
            self.toggle(event.position())

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget where the last press was."""
        super().hideEvent(event)
        self._pressed = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Zoom with two fingers, on a touchpad or the screen."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1.0 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            self._touched = None
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
            return True
        return super().event(event)
