"""How one found photo is painted: its picture, and under it how strong the match is."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPixmap, QPixmapCache
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.photos.model import BROKEN_ROLE, COPIES_ROLE, STRENGTH_ROLE

GAP = 6
"""Space around a picture, in pixels."""

BAR = 9
"""Height of the strip that holds the bar, in pixels."""

_RADIUS = 6.0
_KEPT_KIB = 64 * 1024  # of framed pictures: some hundred tiles, on dense screens too
_BAR_HEIGHT = 3.0


def fit_into(size: QSizeF, frame: QRectF) -> QRectF:
    """Return where a picture of this size lies in the frame: whole, centred, as large as it can be."""
    scaled = size.scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    corner = frame.center() - QPointF(scaled.width() / 2, scaled.height() / 2)
    return QRectF(corner, scaled)


class TileDelegate(QStyledItemDelegate):
    """Paints tiles of one size, which its view sets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = 150
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), _KEPT_KIB))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the same size for every photo."""
        return QSize(self.side, self.side + BAR)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint picture, bar and, where it applies, selection and hover."""
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette: QPalette = option.palette
        side = min(area.width(), area.height() - BAR) - 2 * GAP
        frame = QRectF(area.x() + (area.width() - side) / 2, area.y() + GAP, side, side)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_picture(painter, frame, palette, index)
        self._paint_bar(painter, frame, palette, float(index.data(STRENGTH_ROLE) or 0.0))
        if copies := index.data(COPIES_ROLE):
            self._paint_badge(painter, frame, palette, f"{len(copies) + 1}\N{MULTIPLICATION SIGN}")
        if state & QStyle.StateFlag.State_Selected:
            self._paint_ring(painter, frame, palette.highlight().color(), 3.0)
        elif state & QStyle.StateFlag.State_MouseOver:
            self._paint_ring(painter, frame, palette.mid().color(), 2.0)
        painter.restore()

    def _paint_picture(
        self, painter: QPainter, frame: QRectF, palette: QPalette, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap):
            painter.drawPixmap(frame.topLeft(), self._frame(picture, frame.size(), painter, palette))
            return
        shape = QPainterPath()
        shape.addRoundedRect(frame, _RADIUS, _RADIUS)
        painter.fillPath(shape, palette.alternateBase())
        if index.data(BROKEN_ROLE):
            painter.setPen(palette.placeholderText().color())
            name = str(index.data(Qt.ItemDataRole.DisplayRole))
            text = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideMiddle, int(frame.width()) - 12
            )
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self.tr("Not readable now") + "\n" + text)

    def _frame(self, picture: QPixmap, size: QSizeF, painter: QPainter, palette: QPalette) -> QPixmap:
        """Return the picture in its frame as painted; kept, since tiles move more often than they change."""
        ratio = painter.device().devicePixelRatio()
        key = f"tile {picture.cacheKey()} {size.width()} {ratio} {palette.cacheKey()}"
        framed = QPixmap()
        if QPixmapCache.find(key, framed):
            return framed
        framed = QPixmap((size * ratio).toSize())
        framed.setDevicePixelRatio(ratio)
        framed.fill(Qt.GlobalColor.transparent)
        frame, shape = QRectF(QPointF(0, 0), size), QPainterPath()
        shape.addRoundedRect(frame, _RADIUS, _RADIUS)
        brush = QPainter(framed)
        brush.setRenderHints(painter.renderHints())
        brush.fillPath(shape, palette.alternateBase())
        brush.setClipPath(shape)
        brush.drawPixmap(fit_into(QSizeF(picture.size()), frame), picture, QRectF(picture.rect()))
        brush.setClipping(False)
        self._paint_ring(brush, frame.adjusted(1.5, 1.5, -1.5, -1.5), _faint(palette), 1.0)
        brush.end()
        QPixmapCache.insert(key, framed)
        return framed

    @staticmethod
    def _paint_bar(painter: QPainter, frame: QRectF, palette: QPalette, strength: float) -> None:
        track = QRectF(frame.x(), frame.bottom() + 5, frame.width(), _BAR_HEIGHT)
        bar = QRectF(track.x(), track.y(), track.width() * strength, _BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(palette))
        painter.drawRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.setBrush(palette.highlight())
        painter.drawRoundedRect(bar, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)

    @staticmethod
    def _paint_badge(painter: QPainter, frame: QRectF, palette: QPalette, text: str) -> None:
        """Say in the corner how many files of this photo there are."""
        metrics = painter.fontMetrics()
        height = metrics.height() + 2
        width = max(metrics.horizontalAdvance(text) + height * 0.7, height)
        place = QRectF(frame.right() - width - 5, frame.bottom() - height - 5, width, height)
        ground = QColor(palette.base().color())
        ground.setAlpha(225)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(palette.text().color())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    @staticmethod
    def _paint_ring(painter: QPainter, frame: QRectF, colour: QColor, width: float) -> None:
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)


def _faint(palette: QPalette) -> QColor:
    """Return a shade that is just visible on the palette's ground."""
    colour = QColor(palette.text().color())
    colour.setAlpha(28)
    return colour
