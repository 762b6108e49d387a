"""How one found photo is painted: its picture, and on it the signs that can be clicked or read."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.photos.grid.model import BROKEN_ROLE, HitsModel
from app.photos.grid.signs import paint_away, paint_heart, paint_loupe, sheer
from app.photos.grid.tile_facts import host_of
from app.photos.grid.tile_parts import (
    GAP,
    Part,
    TileState,
    away_in,
    corner,
    fit_into,
    frame_in,
    heart_in,
    host_in,
    loupe_in,
    more,
    part_at,
    times,
)
from app.words import phrases

_RADIUS = 6.0
_KEPT_KIB = 24 * 1024  # of framed pictures: some hundred tiles, or two screens of them where that is more

Index = QModelIndex | QPersistentModelIndex


class TileDelegate(QStyledItemDelegate):
    """Paints square tiles of any size.

    Attributes:
        side: of a tile, in pixels.
        counts: whether a tile says how many copies of its photo there are and photos of its moment, and how
            many are like it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side, self.counts = 150, True
        QPixmapCache.setCacheLimit(_KEPT_KIB)

    def make_room(self, in_sight: int, *, side: float) -> None:
        """Keep at least twice as many framed pictures as are in sight at once, of so many device pixels."""
        kib = max(_KEPT_KIB, round(2 * in_sight * 4 * side**2 / 1024))
        if kib != QPixmapCache.cacheLimit():
            QPixmapCache.setCacheLimit(kib)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the same size for every photo."""
        return QSize(self.side, self.side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a tile for Qt, as for the picture of a drag."""
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        model = index.model()
        assert isinstance(model, HitsModel)
        flags = QStyle.StateFlag
        state = TileState(
            selected=bool(option.state & flags.State_Selected),
            hovered=bool(option.state & flags.State_MouseOver),
            focused=bool(option.state & flags.State_HasFocus),
        )
        self.paint_tile(painter, option.rect, state, option.palette, model, index.row())
        painter.restore()

    def paint_tile(
        self,
        painter: QPainter,
        area: QRect,
        state: TileState,
        palette: QPalette,
        model: HitsModel,
        row: int,
    ) -> None:
        """Paint picture, signs and, where it applies, selection and hover; the painter smooths edges."""
        frame, hit = frame_in(area), model.hit(row)
        picture = model.picture(row)
        if picture is not None:
            painter.drawPixmap(frame.topLeft(), self._frame(picture, frame.size(), painter, palette))
        else:
            self._paint_placeholder(painter, frame, palette, model.index(row))
        if hit.is_stack and self.counts:
            text = times(hit)
            self._paint_pill(painter, corner(painter.fontMetrics(), frame, text, right=True), palette, text)
        if hit.behind and self.counts:
            place = corner(painter.fontMetrics(), frame, more(hit.behind), right=False)
            self._paint_pill(painter, place, palette, more(hit.behind), dark=True)
        pointed = state.hovered or state.focused
        if host := host_of(hit):
            place = host_in(painter.fontMetrics(), frame, host, beside=pointed)
            self._paint_pill(painter, place, palette, host)
        if pointed:
            paint_heart(painter, heart_in(frame), palette)
            paint_loupe(painter, loupe_in(frame), palette)
        if model.is_away(hit.path):
            paint_away(painter, away_in(frame), palette)
        if state.selected:
            self._paint_ring(painter, frame, palette.highlight().color(), 3.0)
        elif state.hovered:
            self._paint_ring(painter, frame, palette.mid().color(), 2.0)
        if state.focused:
            self._paint_focus(painter, frame, palette)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Say what the sign under the pointer is for; elsewhere, which photo it is."""
        model, part = index.model(), None
        if event.type() == QEvent.Type.ToolTip and index.isValid() and isinstance(model, HitsModel):
            hit = model.hit(index.row())
            part = part_at(event.pos(), option.rect, view.fontMetrics(), hit)
        if part is None:
            return super().helpEvent(event, view, option, index)
        text = {
            Part.HEART: self.tr("Like this (L)"),
            Part.LOUPE: self.tr("Look at it (Space)"),
            Part.BEHIND: self.tr("%1: lay it beside the drawing (L)").replace(
                "%1", phrases.more_like_this(hit.behind)
            ),
            Part.COPIES: self.tr("Look at this moment (C)")
            if hit.burst
            else self.tr("Look at its copies (C)"),
        }[part]
        QToolTip.showText(event.globalPos(), text, view)
        return True

    def _paint_placeholder(self, painter: QPainter, frame: QRectF, palette: QPalette, index: Index) -> None:
        """Paint the ground of a picture that is not there yet, or say that it cannot be."""
        shape = QPainterPath()
        shape.addRoundedRect(frame, _RADIUS, _RADIUS)
        painter.fillPath(shape, palette.alternateBase())
        if index.data(BROKEN_ROLE):
            painter.setPen(palette.placeholderText().color())
            name = str(index.data(Qt.ItemDataRole.DisplayRole))
            text = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideMiddle, int(frame.width()) - 12
            )
            model = index.model()
            far = isinstance(model, HitsModel) and host_of(model.hit(index.row()))
            said = "" if far else self.tr("Not readable now") + "\n"
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(frame.adjusted(6, 0, -6, 0), flags, said + text)

    def _frame(self, picture: QPixmap, size: QSizeF, painter: QPainter, palette: QPalette) -> QPixmap:
        """Return the picture in its frame as painted; kept, since tiles move more often than they change."""

        def paint(brush: QPainter) -> None:
            frame, shape = QRectF(QPointF(0, 0), size), QPainterPath()
            shape.addRoundedRect(frame, _RADIUS, _RADIUS)
            brush.fillPath(shape, palette.alternateBase())
            place = fit_into(QSizeF(picture.size()), frame)
            if place.left() < _RADIUS and place.top() < _RADIUS:
                brush.setClipPath(shape)  # it would cover the corners
            brush.drawPixmap(place, picture, QRectF(picture.rect()))
            brush.setClipping(False)
            self._paint_ring(brush, frame.adjusted(1.5, 1.5, -1.5, -1.5), _faint(palette), 1.0)

        return _as_painted(f"tile {picture.cacheKey()} {palette.cacheKey()}", size, painter, paint)

    @staticmethod
    def _paint_pill(
        painter: QPainter, place: QRectF, palette: QPalette, text: str, *, dark: bool = False
    ) -> None:
        """Write a number on a pill: how many files the tile stands for; dark, how many are like it."""
        font, origin = painter.font(), QPointF(math.floor(place.left()), math.floor(place.top()))
        inside = place.translated(-origin)

        def paint(brush: QPainter) -> None:
            ground, ink = palette.base().color(), palette.text().color()
            if dark:
                ground, ink = ink, ground
            brush.setFont(font)
            brush.setPen(Qt.PenStyle.NoPen)
            brush.setBrush(sheer(ground))
            brush.drawRoundedRect(inside, place.height() / 2, place.height() / 2)
            brush.setPen(ink)
            room = int(place.width() - place.height() * 0.4)
            shown = brush.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
            brush.drawText(inside, Qt.AlignmentFlag.AlignCenter, shown)

        key = f"pill {text} {dark} {inside.getRect()} {palette.cacheKey()} {font.key()}"
        size = QSizeF(math.ceil(inside.right()), math.ceil(inside.bottom()))
        painter.drawPixmap(origin, _as_painted(key, size, painter, paint))

    @staticmethod
    def _paint_focus(painter: QPainter, frame: QRectF, palette: QPalette) -> None:
        """Paint a frame of dashes around the tile, beyond the ring of a selected one."""
        pen = QPen(palette.text().color(), 1.6)
        pen.setDashPattern([2.5, 1.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        away = GAP - 1.2
        painter.drawRoundedRect(frame.adjusted(-away, -away, away, away), _RADIUS + away, _RADIUS + away)

    @staticmethod
    def _paint_ring(painter: QPainter, frame: QRectF, colour: QColor, width: float) -> None:
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)


def _as_painted(key: str, size: QSizeF, painter: QPainter, paint: Callable[[QPainter], None]) -> QPixmap:
    """Return what is painted on an empty picture, kept for the next time.

    Args:
        key: tells it from all others that are kept.
        size: of the picture, as the painter reckons.
        painter: for which it is.
        paint: paints it, with the painter's hints.
    """
    ratio = painter.device().devicePixelRatio()
    key, picture = f"{key} {size.width()} {size.height()} {ratio}", QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    picture = QPixmap((size * ratio).toSize())
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    brush = QPainter(picture)
    brush.setRenderHints(painter.renderHints())
    paint(brush)
    brush.end()
    QPixmapCache.insert(key, picture)
    return picture


def _faint(palette: QPalette) -> QColor:
    """Return a shade that is just visible on the palette's ground."""
    colour = QColor(palette.text().color())
    colour.setAlpha(28)
    return colour
