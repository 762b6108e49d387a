"""The language of the window: the system's, or the person's choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine.paths import ASSETS

NAMES = {"en": "&English", "de": "&Deutsch"}
"""The languages there are, each by its own name."""

LANGUAGES = ("system", *NAMES)
"""What can be chosen."""

SOURCE = "en"
"""The language of the texts in the code, which needs no translation."""

OWN_KEYS = (QT_TRANSLATE_NOOP("QShortcut", "Return"),)
"""Keys that Qt's translations leave in English; the program's go before them, in menus too."""

TRANSLATIONS = ASSETS / "translations"


def best_language(preferred: Sequence[str]) -> str:
    """Return the first language of these that the program speaks, else English.

    Args:
        preferred: tags such as "de-AT", the dearest first.
    """
    spoken = (tag.replace("_", "-").split("-")[0].lower() for tag in preferred)
    return next((language for language in spoken if language in NAMES), SOURCE)


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Meanwhile, let texts, standard dialogs and numbers be in this language; windows are built within.

    Args:
        language: one of LANGUAGES.
    """
    system, before = QLocale.system(), QLocale()
    chosen = best_language(system.uiLanguages()) if language == "system" else language
    translators = _translators(chosen)
    QLocale.setDefault(_locale(language, system))
    for translator in translators:
        QCoreApplication.installTranslator(translator)
    try:
        yield
    finally:
        for translator in translators:
            QCoreApplication.removeTranslator(translator)
        QLocale.setDefault(before)


def _locale(language: str, system: QLocale) -> QLocale:
    """Return how numbers are written: as the system does it, unless that is another language's way."""
    if language == "system" or system.name().split("_")[0] == language:
        return system
    return QLocale(language)


def _translators(language: str) -> list[QTranslator]:
    """Return Qt's own texts and the program's, which go before them."""
    if language == SOURCE:
        return []
    qts, own = QTranslator(), QTranslator()
    qts.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    own.load(f"ffmln_{language}", str(TRANSLATIONS))
    return [qts, own]
