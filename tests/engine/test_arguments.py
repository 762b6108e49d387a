import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from engine.arguments import ArgumentParser, UsageError, folder_argument, number, path_argument, whole
from engine.errors import EngineError


@pytest.fixture
def parser():
    parser = ArgumentParser(prog="draw")
    verb = parser.add_subparsers(dest="verb", required=True).add_parser("paint")
    verb.add_argument("folder", type=folder_argument)
    verb.add_argument("-k", type=whole(1), default=20)
    return parser


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "the following arguments are required: verb; see draw --help."),
        (["paint"], "the following arguments are required: folder; see draw paint --help."),
        (["paint", ""], "argument folder: its name is empty; see draw paint --help."),
        (
            ["paint", "a", "-k", "0"],
            "argument -k: '0' is not a whole number from 1 up; see draw paint --help.",
        ),
        (["paint", "a", "--red"], "unrecognized arguments: --red; see draw --help."),
    ],
)
def test_wrong_words_are_raised_in_one_sentence_and_nothing_is_printed(parser, capsys, words, said):
    with pytest.raises(UsageError) as raised:
        parser.parse_args(words)
    assert str(raised.value) == said
    assert isinstance(raised.value, EngineError)
    assert capsys.readouterr() == ("", "")


def test_right_words_become_a_folder_and_a_number(parser):
    assert vars(parser.parse_args(["paint", "a", "-k", "7"])) == {
        "verb": "paint",
        "folder": Path("a"),
        "k": 7,
    }


@pytest.mark.parametrize("parse", [folder_argument, path_argument])
def test_a_home_that_the_shell_leaves_is_put_in_place(parse, tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert (parse("~"), parse("~/x y"), parse("a/~")) == (tmp_path, tmp_path / "x y", Path("a/~"))
    (tmp_path / "~").mkdir()
    assert parse("~/x") == Path("~/x")


@pytest.mark.parametrize("text", ["0", "-3", "2.5", "many", "", "²", "٣", " 1", "1_0", "1" * 5000])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="whole number from 1 up"):
        whole(1)(text)


@pytest.mark.parametrize(
    ("make", "taken", "refused", "words"),
    [
        (whole(-1), {"-1": -1, "007": 7}, ["-2"], "a whole number from -1 up"),
        (whole(0, 9, "a number of days"), {"0": 0, "9": 9}, ["10", "-1"], "a number of days from 0 to 9"),
        (number(0, 1), {"0": 0, ".5": 0.5, "1e0": 1}, ["1.1", "nan", "1_0", "x"], "a number from 0 to 1"),
        (number(0, 1, below=True), {"0": 0}, ["1", "1.0", "-1", "nan"], "a number from 0 to below 1"),
        (number(0, 1, above=True), {"1": 1}, ["0", "-0", "2", "nan"], "a number above 0 to 1"),
    ],
)
def test_bounds_are_taken_and_what_is_outside_is_refused(make, taken, refused, words):
    assert {text: make(text) for text in taken} == taken
    for text in refused:
        with pytest.raises(argparse.ArgumentTypeError) as raised:
            make(text)
        assert str(raised.value) == f"{text!r} is not {words}"


def test_help_is_printed_and_ends_well(parser, capsys):
    with pytest.raises(SystemExit) as end:
        parser.parse_args(["--help"])
    assert end.value.code == 0
    assert "paint" in capsys.readouterr().out


def test_the_verbs_are_imported_without_qt():
    code = "import sys, app.cli; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
