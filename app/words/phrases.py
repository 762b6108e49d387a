"""Counted and timed phrases, in one place because plurals and rounding are easy to get wrong."""

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QObject

from engine.library import Progress


class _Counts(QObject):
    """What needs a plural: `pyside6-lupdate` sees plurals in calls of `self.tr` alone.

    English, without a translation, has its one singular by a text of its own; other languages bring the forms
    they need for %Ln, a number as the locale writes it.
    """

    def photos(self, count: int) -> str:
        """Return "1 photo", "1,204 photos"."""
        return self.tr("1 photo") if count == 1 else self.tr("%Ln photos", "", count)

    def files_skipped(self, count: int) -> str:
        """Return "1 file skipped", "12 files skipped"."""
        return self.tr("1 file skipped") if count == 1 else self.tr("%Ln files skipped", "", count)

    def of_machines(self, count: int) -> str:
        """Return "of 1 machine", "of 3 machines": those that photos lie on."""
        return self.tr("of 1 machine") if count == 1 else self.tr("of %Ln machines", "", count)

    def copies(self, count: int) -> str:
        """Return "1 copy", "3 copies": the files of a photo beside the one that is shown."""
        return self.tr("1 copy") if count == 1 else self.tr("%Ln copies", "", count)

    def of_the_moment(self, count: int) -> str:
        """Return "4 more photos of this moment": beside the one that is shown, its copies left aside."""
        if count == 1:
            return self.tr("1 more photo of this moment")
        return self.tr("%Ln more photos of this moment", "", count)

    def more_like_this(self, count: int) -> str:
        """Return "12 more like this": photos that a guess stands for."""
        return self.tr("1 more like this") if count == 1 else self.tr("%Ln more like this", "", count)

    def more_failed(self, count: int) -> str:
        """Return "3 more files cannot be used.": after the sentence on the first."""
        if count == 1:
            return self.tr("1 more file cannot be used.")
        return self.tr("%Ln more files cannot be used.", "", count)

    def lessons_learned(self, count: int) -> str:
        """Return "Learned from 37 of your drawings": there are two at least."""
        return self.tr("Learned from %Ln of your drawings", "", count)

    def better(self, count: int) -> str:
        """Return "3 better": photos found since that match better than some that are shown."""
        return self.tr("1 better") if count == 1 else self.tr("%Ln better", "", count)

    def missing_forgotten(self, count: int) -> str:
        if count == 1:
            return self.tr("1 missing photo is forgotten.")
        return self.tr("%Ln missing photos are forgotten.", "", count)

    def folder_forgotten(self, count: int) -> str:
        """Return what came of forgetting a folder of this many photos."""
        if count == 1:
            return self.tr("The folder and its 1 photo are forgotten; no file was touched.")
        return self.tr("The folder and its %Ln photos are forgotten; no file was touched.", "", count)

    def new(self, count: int) -> str:
        """Return "3 new": photos that came since, with nothing searched for."""
        return self.tr("1 new") if count == 1 else self.tr("%Ln new", "", count)

    def without_date(self, count: int) -> str:
        """Return "12 photos without a date"."""
        if count == 1:
            return self.tr("1 photo without a date")
        return self.tr("%Ln photos without a date", "", count)

    def minutes_left(self, minutes: int) -> str:
        return self.tr("about %Ln min left", "", minutes)

    def hours_left(self, hours: int) -> str:
        return self.tr("about %Ln hours left", "", hours)


_counts = _Counts()
photos = _counts.photos
files_skipped = _counts.files_skipped
of_machines = _counts.of_machines
copies = _counts.copies
of_the_moment = _counts.of_the_moment
more_like_this = _counts.more_like_this
more_failed = _counts.more_failed
lessons_learned = _counts.lessons_learned
better = _counts.better
new = _counts.new
without_date = _counts.without_date
forgot_folder = _counts.folder_forgotten


def forgot_missing(count: int) -> str:
    """Return what came of forgetting missing photos."""
    if not count:
        return QCoreApplication.translate("phrases", "No photo is missing.")
    return _counts.missing_forgotten(count)


def number_of(number: int, count: int, *, is_moment: bool) -> str:
    """Return which of some files is looked at: "1 of 3 copies", "2 of 5 of this moment"."""
    translate = QCoreApplication.translate
    text = translate("phrases", "%1 of %2 copies")
    if is_moment:
        text = translate("phrases", "%1 of %2 of this moment")
    return text.replace("%1", str(number)).replace("%2", str(count))


def span(first: date, unit: str) -> str:
    """Return the name of the DAY, MONTH or YEAR that begins then: "3 June 2014", "June 2014", "2014"."""
    if unit == "YEAR":
        return str(first.year)
    translate = QCoreApplication.translate
    form = translate("phrases", "d MMMM yyyy") if unit == "DAY" else translate("phrases", "MMMM yyyy")
    return QLocale().toString(QDate(first.year, first.month, first.day), form)


def order_of(total: int, *, best_first: bool, newest_first: bool = False) -> str:
    """Return in which order the photos stand: "1,204 photos, best match first"."""
    translate = QCoreApplication.translate
    if newest_first:
        return translate("phrases", "%1, newest of the best first").replace("%1", photos(total))
    if best_first:
        return translate("phrases", "%1, best match first").replace("%1", photos(total))
    return translate("phrases", "%1, different guesses first").replace("%1", photos(total))


def newest(total: int, *, joined: bool = False) -> str:
    """Return what stands over all photos: "1,204 photos, newest first".

    Args:
        total: how many of this machine there are.
        joined: whether photos of a shared collection stand among them.
    """
    if joined and total:
        text = QCoreApplication.translate("phrases", "%1 and those of other machines, newest first")
        return text.replace("%1", photos(total))
    if joined:
        return QCoreApplication.translate("phrases", "Photos of other machines, newest first")
    return QCoreApplication.translate("phrases", "%1, newest first").replace("%1", photos(total))


def strength(name: str) -> str:
    """Return in words how well the best photos match: STRONG, FAIR, WEAK or NONE; else nothing."""
    translate = QCoreApplication.translate
    return {
        "STRONG": translate("phrases", "Strong match"),
        "FAIR": translate("phrases", "Fair match"),
        "WEAK": translate("phrases", "Weak match"),
        "NONE": translate("phrases", "Nothing here fits well: try its outline, or lay a photo beside it."),
    }.get(name, "")


def time_left(seconds: float) -> str:
    """Return a rounded estimate that does not flicker: "less than a minute left", "about 3 min left"."""
    if seconds < 55:
        return QCoreApplication.translate("phrases", "less than a minute left")
    minutes = max(round(seconds / 60), 1)
    return _counts.minutes_left(minutes) if minutes < 90 else _counts.hours_left(round(minutes / 60))


def progress(step: Progress, seconds_left: float | None) -> str:
    """Return what the status line says while photos are indexed."""
    translate, number = QCoreApplication.translate, QLocale().toString
    if step.phase == "scan":
        return translate("phrases", "Looking for photos: %1 found").replace("%1", number(step.done))
    if step.phase == "graph":
        return translate("phrases", "Arranging the index")
    if step.phase == "dates":
        return translate("phrases", "Looking up when photos were taken")
    text = translate("phrases", "Indexing %1 of %2")
    text = text.replace("%1", number(step.done)).replace("%2", photos(step.total))
    return text if seconds_left is None else f"{text}, {time_left(seconds_left)}"


def title(folder: str) -> str:
    """Return the window's title: which folder is open, if any."""
    return f"{folder} \N{EN DASH} FFMLN" if folder else "FFMLN"


def privacy() -> str:
    """Return the promise about the photos."""
    return QCoreApplication.translate(
        "phrases", "Your photos never leave this computer and are never changed."
    )


def at_next_start() -> str:
    """Return what to say when another language was chosen."""
    return QCoreApplication.translate("phrases", "The language changes when FFMLN starts again.")
