"""Which files a dialog offers, as Qt asks for it."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication


def file_kinds(name: str, endings: Iterable[str]) -> str:
    """Return the filter of a dialog: files with these endings, in small or capital letters, else all files.

    Dialogs of GTK and of portals tell letters apart, and cameras write IMG_0001.JPG.

    Args:
        name: what the files are, in the window's language.
        endings: in small letters, without the dot.
    """
    patterns = " ".join(f"*.{ending} *.{ending.upper()}" for ending in endings)
    everything = QCoreApplication.translate("file kinds", "All files")
    return f"{name} ({patterns});;{everything} (*)"
