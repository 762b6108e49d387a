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


def test_every_module_has_its_place_in_the_architecture_and_every_place_its_module() -> None:
    modules = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for package in ("app", "engine", "training")
        for path in (ROOT / package).rglob("*.py")
        if path.stem != "__init__"
    }
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = text[text.index("## Rooms") : text.index("## The life of a query")]
    named = re.findall(r"`((?:app|engine|training)/[\w/]+)`", rooms)
    assert sorted(named) == sorted(modules)


def test_no_file_is_longer_than_one_reads_in_one_go() -> None:
    folders = ("app", "engine", "training", "benchmarks", "packaging", "docs", "tests")
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > 320} == {}
