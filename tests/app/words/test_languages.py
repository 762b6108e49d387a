"""The started window in German: what is chosen is what is read, everywhere."""

import re

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QTableView, QTreeWidget

from app.__main__ import main
from app.dialogs.dialogs import AboutDialog, RulesDialog
from app.folder.state import FolderState, Phase, ShownFolder
from app.library.skipped import SkippedDialog
from app.state.settings import Settings
from app.window import MainWindow
from app.words import phrases
from app.words.languages import LANGUAGES, NAMES, best_language, speak
from engine.library import Progress, Skipped
from engine.upkeep import Rules

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

GETTERS = (
    "text",
    "toolTip",
    "accessibleName",
    "accessibleDescription",
    "windowTitle",
    "title",
    "placeholderText",
)
SAME_IN_BOTH = {"FFMLN", "English", "Deutsch"}


def texts(root: QObject) -> set[str]:
    """Return every text with a word in it that this object and those in it show or tell a screen reader."""
    found = set()
    for one in (root, *root.findChildren(QObject)):
        found |= {getattr(one, getter)() for getter in GETTERS if callable(getattr(one, getter, None))}
        if isinstance(one, QTreeWidget):
            header = one.headerItem()
            found |= {header.text(column) for column in range(one.columnCount())}
        elif isinstance(one, QTableView):
            model = one.model()
            found |= {model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())}
    lines = {line for text in found if isinstance(text, str) for line in text.splitlines()}
    return {line.replace("&", "") for line in lines if re.search("[a-z]{2}", line)}


def states(folder):
    for phase in Phase:
        steps = [
            None, Progress("scan", 2100, 0, 0), Progress("encode", 3, 12, 0), Progress("dates", 3, 12, 0),
            Progress("graph", 1, 1, 0),
        ]  # fmt: skip
        for step in steps if phase is Phase.INDEXING else [None]:
            for photos in (0, 1, 1204):
                place = () if phase is Phase.NONE else (ShownFolder(folder),)
                yield FolderState(place, phase, photos, 1 if photos else 2, step, 61.0)


def everything(window, folder) -> set[str]:
    """Return what the window, its dialogs and its pages can say."""
    found = texts(window) | texts(window.grid.menu())
    for state in states(folder):
        for drawn, hits in ((False, None), (True, None), (True, 1)):
            window.photos_panel.show_state(state, drawn=drawn, hits=hits)
            window.folder_bar.show_state(state)
            window.status.show_state(state)
            window.notice.show_state(state)
            found |= texts(window.photos_panel) | texts(window.folder_bar) | texts(window.status)
    for skipped in ([], [Skipped(folder / "1.jpg", "the file is damaged.")]):
        for odd in ([], [Skipped(folder / "2.jpg", "the file is damaged.")]):
            found |= texts(SkippedDialog(skipped, odd, folder, window))
    found |= texts(RulesDialog(Rules(("*.png",), (), 90, 100), folder, window))
    return found | texts(AboutDialog(window)) | {phrases.at_next_start()}


def names(text: str) -> str:
    """Return a text without what is no word of the program: versions and paths."""
    return re.sub(r"FFMLN \S+$|^/\S+$", "FFMLN", text)


def test_in_german_no_english_word_is_left(make_window, tmp_path, qtbot):
    folder = tmp_path / "7"
    folder.mkdir()
    english = {names(text) for text in everything(make_window(folder=folder), folder)}
    with speak("de"):
        german = {names(text) for text in everything(make_window(folder=folder), folder)}
    assert len(english) > 90
    assert len(german) > 90
    assert english & german == SAME_IN_BOTH


@pytest.fixture
def german_window(qapp, make_window):
    with speak("de"):
        yield make_window()


def test_menus_tooltips_counts_and_qts_own_dialogs_are_german(german_window, tmp_path):
    window = german_window
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == ["&Datei", "&Bearbeiten", "&Zeichnen", "&Fotos", "&Ansicht", "&Hilfe"]
    assert window._actions.undo.toolTip() == "Rückgängig (Strg+Z)"
    window.folder_bar.show_state(FolderState((ShownFolder(tmp_path),), Phase.CURRENT, 1204))
    assert "1.204 Fotos" in texts(window.folder_bar)
    window.folder_bar.show_state(FolderState((ShownFolder(tmp_path),), Phase.CURRENT, 1))
    assert "1 Foto" in texts(window.folder_bar)
    close = AboutDialog(window).findChild(QDialogButtonBox).buttons()[0]
    assert close.text().replace("&", "") == "Schließen"


@pytest.mark.parametrize("language", NAMES)
def test_each_entry_of_a_menu_has_a_letter_of_its_own(language, make_window):
    with speak(language):
        bar = make_window().menuBar()
    menus = [bar, *(entry.menu() for entry in bar.actions())]
    for menu in menus:
        letters = re.findall("&(.)", " ".join(entry.text() for entry in menu.actions()).lower())
        assert len(set(letters)) == len(letters) > 3, letters


def test_counted_phrases_are_german(qapp):
    with speak("de"):
        said = [phrases.photos(0), phrases.photos(1), phrases.photos(21), phrases.files_skipped(2)]
        assert said == ["0 Fotos", "1 Foto", "21 Fotos", "2 Dateien übersprungen"]
        assert phrases.order_of(1204, best_first=True) == "1.204 Fotos, beste Treffer zuerst"
        assert [phrases.time_left(seconds) for seconds in (61, 170, 4 * 3600)] == [
            "noch etwa 1 Minute", "noch etwa 3 Minuten", "noch etwa 4 Stunden",
        ]  # fmt: skip
    with speak("en"):
        assert phrases.photos(1204) == "1,204 photos"
        assert phrases.order_of(1204, best_first=True) == "1,204 photos, best match first"


def menus(bar):
    """Yield the entries of this menu and of those in it."""
    yield [action.text() for action in bar.actions()]
    for action in bar.actions():
        if action.menu() is not None:
            yield from menus(action.menu())


@pytest.mark.parametrize("language", NAMES)
def test_no_two_entries_of_a_menu_share_a_letter(qapp, make_window, language):
    with speak(language):
        found = list(menus(make_window().menuBar()))
    assert len(found) == 10
    for entries in found:
        letters = [letter.lower() for text in entries for letter in re.findall("&(.)", text)]
        assert len(letters) == len(set(letters)) == len([text for text in entries if text])


def test_afterwards_everything_is_as_it_was(qapp):
    before = QLocale()
    try:
        QLocale.setDefault(QLocale("fr_FR"))
        with speak("de"):
            assert QCoreApplication.translate("actions", "&File") == "&Datei"
            assert QLocale().name() == "de_DE"
        assert QCoreApplication.translate("actions", "&File") == "&File"
        assert QLocale().name() == "fr_FR"
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("preferred", "spoken"),
    [
        (["de-AT", "en"], "de"),
        (["en-GB", "de"], "en"),  # whoever prefers English gets English, though there is no file for it
        (["fr-FR", "de_CH"], "de"),
        (["fr-FR"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_systems_languages_are_asked_in_their_order(preferred, spoken):
    assert best_language(preferred) == spoken


def test_the_system_decides_until_a_language_is_chosen(qapp, monkeypatch):
    monkeypatch.setattr("app.words.languages.QLocale.system", lambda: QLocale("de_AT"))
    for language, file, locale in (
        ("system", "&Datei", "de_AT"),
        ("de", "&Datei", "de_AT"),
        ("en", "&File", "en_US"),
    ):
        with speak(language):
            assert QCoreApplication.translate("actions", "&File") == file
            assert QLocale().name() == locale


def test_the_menu_offers_every_language_by_its_own_name(make_window):
    choices = {choice.data(): choice.text() for choice in make_window()._actions.language.actions()}
    assert tuple(choices) == LANGUAGES
    assert (choices["en"], choices["de"]) == ("&English", "&Deutsch")


def test_the_program_starts_in_the_language_that_was_chosen(qapp, tiny_model):
    seen = []

    def look() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.isVisible():
                seen.append(window.menuBar().actions()[0].text())
                window.close()
                window.deleteLater()

    settings = Settings()
    settings.language = "de"
    settings.save()
    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    assert main(["--model", str(tiny_model)]) == 0
    timer.stop()
    assert seen == ["&Datei"]
    assert QCoreApplication.translate("actions", "&File") == "&File"
