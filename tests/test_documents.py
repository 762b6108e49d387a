import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.__main__ import main as ffmln

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("packaging/*.md"), *ROOT.glob("assets/**/*.md")])


def options(capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    for words in (["--help"], ["index", "--help"], ["search", "--help"]):
        with suppress(SystemExit):
            ffmln(words)
        yield from re.findall(r"(?<![\w-])--?[a-z][a-z-]*", capsys.readouterr().out)


def test_every_option_of_the_program_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = {option for option in options(capsys) if option not in readme} - {"-h", "--help", "--version"}
    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", document.read_text("utf-8"))
    inside = [link for link in links if not link.startswith(("http", "mailto:"))]
    assert [link for link in inside if not (document.parent / link).exists()] == []


def test_every_module_has_its_place_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    modules = [path for room in ("engine", "training") for path in (ROOT / room).glob("*.py")]
    rooms = {f"{path.parent.name}/{path.stem}" for path in modules}
    hidden = {"engine/__init__", "training/__init__", "engine/errors", "engine/paths", "training/cli"}
    assert {room for room in rooms if f"`{room}`" not in text} <= hidden
