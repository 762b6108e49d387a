"""Counted and timed phrases, in one place because plurals and rounding are easy to get wrong."""

from collections import deque

from PySide6.QtCore import QCoreApplication, QLocale

from engine.library import Progress

_WINDOW = 20.0  # seconds the pace is measured over
_SHORTEST, _FEWEST = 2.0, 16  # seconds, and photos, that say nothing of the pace yet


def photos(count: int) -> str:
    """Return "1 photo", "1,204 photos"."""
    return _counted(count, "%n photo", "%n photos")


def files_skipped(count: int) -> str:
    """Return "1 file skipped", "12 files skipped"."""
    return _counted(count, "%n file skipped", "%n files skipped")


def results(count: int) -> str:
    """Return what a screen reader is told: "1 result", "60 results"."""
    return _counted(count, "%n result", "%n results")


def best_of(shown: int, total: int) -> str:
    """Return the line over the results: "The 80 best of 1,204 photos", or all of them."""
    if shown >= total:
        return _tr("%1, best match first").replace("%1", photos(total))
    return _tr("The %1 best of %2").replace("%1", QLocale().toString(shown)).replace("%2", photos(total))


def time_left(seconds: float) -> str:
    """Return a rounded estimate that does not flicker: "less than a minute left", "about 3 min left"."""
    if seconds < 55:
        return _tr("less than a minute left")
    minutes = max(round(seconds / 60), 1)
    if minutes < 90:
        return _tr("about %1 min left").replace("%1", str(minutes))
    return _tr("about %1 hours left").replace("%1", str(round(minutes / 60)))


def progress(step: Progress, seconds_left: float | None) -> str:
    """Return what the status line says while photos are indexed."""
    number = QLocale().toString
    if step.phase == "scan":
        return _tr("Looking for photos: %1 found").replace("%1", number(step.done))
    if step.phase == "graph":
        return _tr("Arranging the index")
    text = _tr("Indexing %1 of %2").replace("%1", number(step.done)).replace("%2", photos(step.total))
    return text if seconds_left is None else f"{text}, {time_left(seconds_left)}"


class Pace:
    """How fast indexing goes, over the last seconds, and how long it will take."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def note(self, done: int, now: float) -> None:
        """Note how many photos are done at a time in seconds."""
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW and len(self._marks) > 2:
            self._marks.popleft()

    def reset(self) -> None:
        """Forget everything: the time that passed was a pause."""
        self._marks.clear()

    def left(self, remaining: int) -> float | None:
        """Return the seconds the remaining photos will take; None while that is anyone's guess."""
        if len(self._marks) < 2:
            return None
        (then, few), (now, many) = self._marks[0], self._marks[-1]
        if many - few < _FEWEST or now - then < _SHORTEST:
            return None
        return remaining * (now - then) / (many - few)


def _counted(count: int, one: str, many: str) -> str:
    return _tr(one if count == 1 else many).replace("%n", QLocale().toString(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("phrases", text)
