"""Counted and timed phrases, in one place because plurals and rounding are easy to get wrong."""

from PySide6.QtCore import QCoreApplication, QLocale

from engine.library import Progress


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


def privacy() -> str:
    """Return the promise about the photos."""
    return QCoreApplication.translate(
        "phrases", "Your photos never leave this computer and are never changed."
    )


def _counted(count: int, one: str, many: str) -> str:
    return _tr(one if count == 1 else many).replace("%n", QLocale().toString(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("phrases", text)
