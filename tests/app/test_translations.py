"""The texts in the sources, the German beside them, and the file that ships."""

import ast
import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from app.words.languages import NAMES, SOURCE, TRANSLATIONS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
WITHOUT_A_WINDOW = {
    "app/pictures/svg.py",
    "app/pictures/sketches.py",
    "app/__main__.py",
    "app/library/chosen.py",
    "app/collection/chosen.py",
    "app/state/state_file.py",
    "app/cli.py",
    "app/terminal/verbs.py",
    "app/program.py",
    "app/terminal/reports.py",
    "app/terminal/summaries.py",
    "app/kiosk/captions.py",
    "app/start/screen.py",
}  # these speak to the terminal
PLACEHOLDER = re.compile(r"%L?[n1-9]|\{\w+\}")
MNEMONIC = re.compile(r"&(?=[^\s&])")

SHOWN = {
    *("setText", "setToolTip", "setStatusTip", "setWhatsThis", "setWindowTitle", "setTitle", "setLabelText"),
    *("setAccessibleName", "setAccessibleDescription", "setPlaceholderText", "setHeaderLabels", "setPrefix"),
    *("setSuffix", "setFormat", "setItemText", "setTabText", "setInformativeText", "setDetailedText"),
    *(
        "addMenu",
        "addAction",
        "addItem",
        "addItems",
        "addTab",
        "addButton",
        "addRow",
        "drawText",
        "showMessage",
    ),
    *("QLabel", "QPushButton", "QToolButton", "QAction", "QMenu", "QCheckBox", "QRadioButton", "QGroupBox"),
    *("QMessageBox", "QTreeWidgetItem", "QListWidgetItem", "QStandardItem", "QAccessibleAnnouncementEvent"),
    *("getOpenFileName", "getSaveFileName", "getExistingDirectory", "getText", "warning", "information"),
    *("choose_file", "choose_files", "choose_new_file", "choose_folder"),
    *("question", "critical", "say", "show_message", "emit", "action", "EngineError", "ImageError"),
}
"""Calls whose arguments a person reads."""

TRANSLATING = {"tr", "translate", "QT_TRANSLATE_NOOP"}
NAMES_THAT_STAY = re.compile(r"FFMLN ?|F\d+|(?:Ctrl|Shift|Alt|Meta)\+.*|text/\S+|[\s(*.)\w]*\*\.\w+.*|\w")


@pytest.fixture(scope="module")
def tool():
    """The script that keeps the translations up to date."""
    spec = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def trees():
    """Each module of the window, parsed, by its path."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCES}


def messages(texts: Path) -> list[tuple[str, str, list[str], str | None]]:
    """Return context, source, translations (all plurals) and mark of each message."""
    found = []
    for context in ElementTree.parse(texts).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = translation.findall("numerusform") or [translation]
            words = [form.text or "" for form in forms]
            found.append(
                (context.findtext("name"), message.findtext("source"), words, translation.get("type"))
            )
    return found


GERMAN = messages(TRANSLATIONS / "ffmln_de.ts")


def called(node: ast.Call) -> str:
    """Return what is called by its last name; nothing for the log, which no window shows."""
    if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "_log":
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


class Texts(ast.NodeVisitor):
    """Collects the calls that translate: context and text, as Python has them at run time."""

    def __init__(self) -> None:
        self.found: set[tuple[str, str]] = set()
        self.strange: list[str] = []
        self._class = ""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer, self._class = self._class, node.name
        self.generic_visit(node)
        self._class = outer

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if called(node) == "tr":
            self._note(self._class if owner == "self" else "", node.args[0], node)
        elif called(node) in TRANSLATING and owner in ("", "QCoreApplication"):
            context = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
            self._note(context, node.args[1], node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        if any(isinstance(one, ast.Call) and called(one) in TRANSLATING for one in ast.walk(node)):
            self.strange.append(ast.unparse(node))  # lupdate does not look into f-strings

    def _note(self, context: str, text: ast.expr, node: ast.Call) -> None:
        if context and isinstance(text, ast.Constant):
            self.found.add((context, text.value))
        else:
            self.strange.append(ast.unparse(node))


def test_what_is_looked_up_at_run_time_is_what_lupdate_saw(trees):
    seen = {(context, source) for context, source, _, _ in GERMAN}
    for path, tree in trees.items():
        texts = Texts()
        texts.visit(tree)
        assert texts.found - seen == set(), path
        passed_on = (
            ["QCoreApplication.translate('engine', text)"] if path.endswith("/engine_sentences.py") else []
        )
        assert texts.strange == passed_on, path


def bare_words(node: ast.AST):
    """Yield the literals in a call that a person would read untranslated."""
    if isinstance(node, ast.Call) and called(node) in TRANSLATING:
        return
    if isinstance(node, ast.Call) and called(node) in {"replace", "format"}:  # what goes into gaps is no text
        yield from bare_words(node.func)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.search(r"[^\W\d_]", node.value) and not NAMES_THAT_STAY.fullmatch(node.value):
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from bare_words(child)


def test_no_text_escapes_translation(trees):
    for path in trees.keys() - WITHOUT_A_WINDOW:
        calls = [node for node in ast.walk(trees[path]) if isinstance(node, ast.Call)]
        shown = [node for node in calls if called(node) in SHOWN]
        bare = [word for node in shown for argument in node.args for word in bare_words(argument)]
        bare += [word for node in shown for keyword in node.keywords for word in bare_words(keyword.value)]
        assert bare == [], path


def test_the_translation_file_holds_the_texts_of_the_sources_and_no_others(tool, tmp_path):
    fresh = tmp_path / "ffmln_de.ts"
    tool.collect_texts(fresh)
    now = {(context, source, len(words)) for context, source, words, _ in messages(fresh)}
    kept = {(context, source) for context, source, _, _ in GERMAN}
    assert {entry[:2] for entry in now} == kept
    assert len(kept) > 140


def test_every_text_has_its_german(tool):
    assert tool.find_untranslated(TRANSLATIONS / "ffmln_de.ts") == []
    assert [source for _, source, _, mark in GERMAN if mark is not None] == []


def test_a_text_without_german_is_reported(tool, tmp_path):
    whole = (TRANSLATIONS / "ffmln_de.ts").read_text("utf-8")
    for old, new, source in (
        ("<translation>&amp;Datei</translation>", '<translation type="unfinished"></translation>', "&File"),
        ("<numerusform>%Ln Fotos</numerusform>", "<numerusform></numerusform>", "%Ln photos"),
        ("<translation>Papier</translation>", "<translation></translation>", "Paper"),
        ("<translation>Papier</translation>", '<translation type="unfinished">Papier</translation>', "Paper"),
    ):
        assert old in whole
        (tmp_path / "de.ts").write_text(whole.replace(old, new), "utf-8")
        assert tool.find_untranslated(tmp_path / "de.ts") == [source]


def marks(text):
    signs = len(MNEMONIC.findall(text)), text.count("\n"), text.endswith("…"), text.endswith(".")
    return sorted(PLACEHOLDER.findall(text)), *signs


def test_placeholders_and_marks_survive():
    both = [(source, translation) for _, source, words, _ in GERMAN for translation in words]
    assert [(text, german) for text, german in both if marks(text) != marks(german)] == []


def test_library_and_collection_are_two_words():
    for _, source, words, _ in GERMAN:
        for term, german in (("collection", "sammlung"), ("library", "bibliothek")):
            if re.search(rf"\b{term}\b", source, re.IGNORECASE) and "picture library" not in source:
                assert german in words[0].lower()


def test_a_plural_has_as_many_forms_as_german_has():
    plurals = {source: words for _, source, words, _ in GERMAN if "%Ln" in source}
    assert {len(words) for words in plurals.values()} == {2}
    assert {"%Ln photos", "%Ln files skipped", "%Ln copies"} <= plurals.keys()


def test_the_file_that_ships_is_made_of_the_translations(tool, tmp_path):
    tool.compile_texts(TRANSLATIONS / "ffmln_de.ts", tmp_path / "fresh.qm")
    shipped, fresh = QTranslator(), QTranslator()
    assert shipped.load(str(TRANSLATIONS / "ffmln_de.qm"))
    assert fresh.load(str(tmp_path / "fresh.qm"))
    for context, source, words, _ in GERMAN:
        counts = (0, 1, 2, 1204) if len(words) > 1 else (-1,)
        for count in counts:
            given = shipped.translate(context, source, None, count)
            assert given == fresh.translate(context, source, None, count)
            assert given == words[0 if len(words) == 1 or count == 1 else 1]


def test_every_language_of_the_menu_has_its_file():
    assert {f"ffmln_{name}.qm" for name in NAMES if name != SOURCE} == {
        file.name for file in TRANSLATIONS.glob("*.qm")
    }
