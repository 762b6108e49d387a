"""What the engine says, and what the window makes of it in German."""

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.drawing.canvas import Canvas
from app.drawing.files import SketchFiles
from app.library.skipped import SkippedDialog
from app.threads.background import sentence
from app.words.engine_sentences import CAUSES, SENTENCES, in_own_language
from app.words.languages import speak
from engine import errors
from engine.errors import EngineError
from engine.library import Library, Skipped
from engine.pictures import photos

ROOT = Path(__file__).resolve().parents[3]
SVG = [ROOT / "app" / "pictures" / name for name in ("svg.py", "sketches.py")]
ENGINE = [*sorted((ROOT / "engine").rglob("*.py")), *SVG]
RAISED = {
    name
    for module in (errors, photos)
    for name in vars(module)
    if name.endswith("Error") and "Unidentified" not in name
} | {"kind"}  # a variable that holds one of two
PASSED_ON = {
    "str(one.error)", "row[5]", "f'{one.trouble}.'",  # said before; kept by the catalog; a cause
    "outcome.said.decode('utf-8', 'surrogatepass').replace(key[0], str(path))",  # said in another process
}  # fmt: skip


def skeleton(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


def said(node: ast.expr, module: ast.Module) -> list[str]:
    """Return the texts this expression stands for, gaps as {}; the module's names are looked up."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)]
    name = node.id if isinstance(node, ast.Name) else getattr(getattr(node, "func", None), "id", None)
    for statement in module.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == name:
            return said(statement.value, module)
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            returned = [one.value for one in ast.walk(statement) if isinstance(one, ast.Return)]
            return [text for value in returned for text in said(value, module)]
        if isinstance(statement, ast.ImportFrom) and name in {one.name for one in statement.names}:
            return said(
                node, ast.parse((ROOT / f"{statement.module.replace('.', '/')}.py").read_text("utf-8"))
            )
    return [f"not a literal: {ast.unparse(node)}"]


def sentences(path: Path):
    """Yield all that this module raises, or records as the reason of a refusal."""
    module = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        told = node.args[0] if name in RAISED else node.args[1] if name == "Refusal" else None
        if told is not None and ast.unparse(told) not in PASSED_ON:
            yield from said(told, module)


def causes(path: Path):
    """Yield what a module says where the system gave no cause."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.BoolOp) and isinstance(node.values[-1], ast.Constant):
            text = node.values[-1].value
            if isinstance(text, str) and " " in text:
                yield text


def test_every_sentence_of_the_engine_has_a_template():
    found = [text for path in ENGINE for text in sentences(path)]
    assert {skeleton(text) for text in found} - {skeleton(text) for text in SENTENCES} == set()
    assert {text for path in ENGINE for text in causes(path)} - set(CAUSES) == set()
    assert len(found) > 30
    # by way of a constant, and of a variable
    assert "reading it took too long; it is tried again with the next refresh." in found
    assert "{} pixels are too many: reading them takes {} MB." in found
    assert any("is damaged or not a catalog" in text for text in found)  # by way of a function


@pytest.fixture
def german(qapp):
    with speak("de"):
        yield


@pytest.mark.parametrize(
    ("english", "german_text"),
    [
        ("the file is empty.", "die Datei ist leer."),
        ("There is no folder /There is no folder b..", "Den Ordner /There is no folder b. gibt es nicht."),
        ("There is no folder /{folder}/{0}%1.", "Den Ordner /{folder}/{0}%1 gibt es nicht."),
        ("There is no folder two\nlines.", "Den Ordner two\nlines gibt es nicht."),
        (
            "The data folder ~x cannot be created: there is no such home folder.",
            "Der Datenordner ~x lässt sich nicht anlegen: Einen solchen Benutzerordner gibt es nicht.",
        ),
        (
            "/a.png cannot be used as a sketch: it cannot be read: permission denied.",
            "/a.png ist als Skizze nicht brauchbar: die Datei lässt sich nicht lesen: keine Berechtigung.",
        ),
        (
            "The data folder /d cannot be created: No space left on device.",
            "Der Datenordner /d lässt sich nicht anlegen: auf dem Datenträger ist kein Platz mehr.",
        ),
        ("permission denied.", "keine Berechtigung."),
        ("The folder /x cannot be read: odd cause.", "Der Ordner /x lässt sich nicht lesen: odd cause."),
        ("5x7 pixels are too many: reading them takes 24 MB.",
         "5x7 Pixel sind zu viele: Das Lesen braucht 24 MB."),
        ("the file is incomplete: 91% of the picture is there.",
         "die Datei ist unvollständig: 91% des Bildes sind da."),
        ("Nothing anyone knows.", "Nothing anyone knows."),
        ("the file is empty!", "the file is empty!"),
        ("the file is empty. Or not?", "the file is empty. Or not?"),
    ],
)  # fmt: skip
def test_a_sentence_keeps_its_gaps_in_german(german, english, german_text):
    assert in_own_language(english) == german_text


def test_every_usual_cause_that_the_system_gives_is_german(german):
    for text in errors._CAUSES.values():
        assert in_own_language(f"{text}.").lower() != f"{text}.".lower()


def test_in_english_every_sentence_stays_as_it_is():
    for template in map(str, SENTENCES):
        text = re.sub(r"\{\w+\}", "a: b.", template)
        assert in_own_language(text) == text


def test_no_sentence_is_taken_for_another(german):
    for template in map(str, SENTENCES):
        text = re.sub(r"\{(\w+)\}", r"<\1>", template)
        translated = in_own_language(text)
        assert translated != text
        assert sorted(re.findall(r"<\w+>", translated)) == sorted(re.findall(r"<\w+>", text))


def test_a_failure_on_the_way_to_the_window_becomes_german(german, tmp_path, tiny_encoder, caplog):
    with pytest.raises(EngineError) as told:
        Library(tmp_path / "nowhere", tiny_encoder)
    assert sentence(told.value) == f"Den Ordner {tmp_path / 'nowhere'} gibt es nicht."
    assert sentence(ValueError("x")) == "Etwas Unerwartetes ist geschehen: ValueError: x"


def test_a_picture_that_is_none_is_told_in_german(german, qtbot, tmp_path):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    files, told = SketchFiles(canvas), []
    files.failed.connect(told.append)
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "no.svg").write_bytes(b"<no/>")
    for number, name in enumerate(("empty.png", "no.svg"), start=1):
        files.open(tmp_path / name)
        qtbot.waitUntil(lambda number=number: len(told) == number)
    assert told == [
        f"{tmp_path / 'empty.png'} ist als Skizze nicht brauchbar: die Datei ist leer.",
        f"{tmp_path / 'no.svg'} ist als Skizze nicht brauchbar: "
        "es ist keine SVG-Zeichnung, die dieses Programm lesen kann.",
    ]


def test_the_reasons_of_skipped_files_are_german(german, qtbot, tmp_path):
    dialog = SkippedDialog([Skipped(tmp_path / "a.jpg", "the file is damaged.")], [], tmp_path)
    qtbot.addWidget(dialog)
    cell = dialog.list.model().index(0, 1)
    assert cell.data() == "Die Datei ist beschädigt."
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "die Datei ist beschädigt."


def test_a_reason_of_many_files_is_put_into_words_once(qtbot, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("app.library.skipped.in_own_language", lambda text: asked.append(text) or text)
    reasons = ("the file is damaged.", "the file is empty.")
    files = [Skipped(tmp_path / f"{number}.jpg", reasons[number % 2]) for number in range(40)]
    dialog = SkippedDialog(files, files[:10], tmp_path)
    qtbot.addWidget(dialog)
    cells = [dialog.list.model().index(row, 1) for row in range(50)]
    told = [cell.data(Qt.ItemDataRole.ToolTipRole) for cell in cells]
    assert [told[row] for row in (0, 1, 41)] == [*reasons, reasons[1]]
    assert sorted(asked) == sorted(reasons)
