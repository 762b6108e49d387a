"""What stands beneath a photo that is looked at: its name, when and with what it was taken, where it lies."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QSize, Qt, QTime
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.style.elided import Elided, ElidedField
from engine.elsewhere import display_path
from engine.pictures.facts import Facts
from engine.visible import visible

_DOT = " \N{MIDDLE DOT} "
_WEEKDAY = re.compile(r"\W*\bdddd\b\W*|dddd")  # for which narrow places have no room
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


def date(taken: int) -> str:
    """Return a date of `engine.pictures.dates` as the person writes dates; nothing beyond all calendars."""
    try:
        day = _1970 + timedelta(seconds=taken)
    except OverflowError:
        return ""
    moment = QDateTime(QDate(day.year, day.month, day.day), QTime(day.hour, day.minute))
    locale = QLocale()
    pattern = _WEEKDAY.sub("", locale.dateFormat(QLocale.FormatType.LongFormat)).strip()
    at = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    return f"{locale.toString(moment.date(), pattern)}, {at}"


def when(facts: Facts) -> str:
    """Return when a photo was taken, or that only the file has a date."""
    text = date(facts.taken)
    if not text or not facts.is_file_date:
        return text
    return QCoreApplication.translate("details", "Date of the file: %1").replace("%1", text)


def what(facts: Facts) -> str:
    """Return its size in pixels and on the disk, and the camera."""
    locale = QLocale()
    parts = []
    if facts.size is not None:
        parts.append("\N{MULTIPLICATION SIGN}".join(map(str, facts.size)))
    parts.append(locale.formattedDataSize(facts.bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat))
    parts.append(visible(facts.camera))
    return _DOT.join(part for part in parts if part)


class Details(QWidget):
    """Four lines, each shortened where there is too little room, and whole in its tooltip.

    The last one, the path, can be selected with the pointer, and copied.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = Elided(Qt.TextElideMode.ElideMiddle)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._when, self._what = Elided(Qt.TextElideMode.ElideRight), Elided(Qt.TextElideMode.ElideRight)
        self._where = ElidedField(Qt.TextElideMode.ElideMiddle)
        self._where.setAccessibleName(self.tr("Path"))
        self._lines: tuple[Elided | ElidedField, ...] = (self._name, self._when, self._what, self._where)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for line in self._lines:
            line.setMinimumHeight(self.fontMetrics().height() + 2)  # an empty one keeps its place
            column.addWidget(line)

    def sizeHint(self) -> QSize:
        """Need no width at all."""
        return QSize(0, super().sizeHint().height())

    def show_photo(self, path: Path, facts: Facts | None, place: str = "") -> None:
        """Show what is known of this photo; of a file that nobody knows, its name and path.

        Args:
            path: the photo.
            facts: what its file says.
            place: where it stands among others, in words.
        """
        self._name.setText(_DOT.join(filter(None, (visible(path.name), place))))
        self._where.setText(visible(display_path(path)))
        self._when.setText("" if facts is None else when(facts))
        self._what.setText("" if facts is None else what(facts))

    @property
    def texts(self) -> tuple[str, ...]:
        """What the lines say."""
        return tuple(line.text() for line in self._lines)
