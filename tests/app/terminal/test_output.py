"""The program's streams closed, full or gone, and its working folder too: real processes."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app import cli
from engine.library import Library

ROOT = Path(__file__).resolve().parents[3]
RUN = "import sys; from app.__main__ import main; sys.exit(main())"
UNTRIED = """
import sys
from engine.child import ChildEnd
from engine.encoding import vetting
vetting.run_apart = lambda *_, **__: ChildEnd(0, b"")
"""
"""What RUN begins with where nobody waits for the model to be tried in one more process."""
FULL = Path("/dev/full")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
NEEDS_FULL = pytest.mark.skipif(not FULL.exists(), reason="needs the device /dev/full")

pytestmark = POSIX


@pytest.fixture
def shell(tiny_model, photo_folder, sketch, tmp_path):
    """Runs a line of shell where `$ffmln` is the program; $photos, $sketch and $model are there."""

    def go(line: str, *, tried: bool = False) -> "subprocess.CompletedProcess[str]":
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "photos": str(photo_folder),
            "sketch": str(sketch),
            "model": str(tiny_model),
            "gone": str(tmp_path / "gone"),
        }
        line = line.replace("ffmln", f"'{sys.executable}' -c '{RUN if tried else UNTRIED + RUN}'")
        return subprocess.run(
            ["sh", "-c", line], env=environment, capture_output=True, text=True, cwd=tmp_path
        )

    return go


@pytest.fixture
def indexed(tiny_model, photo_folder):
    """The photos are indexed already."""
    cli.main(["index", str(photo_folder), "--model", str(tiny_model)])


def one_line(text: str) -> bool:
    return text.startswith("ffmln: ") and text.count("\n") == 1


VERBS = ['index "$photos" --model "$model"', 'search "$photos" --sketch "$sketch" --model "$model"']


@NEEDS_FULL
@pytest.mark.parametrize("words", [VERBS[1], "--version", "--help", "index --help"])
def test_a_full_stdout_is_one_line_and_no_success(shell, indexed, words):
    answer = shell(f"ffmln {words} > /dev/full")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == "ffmln: No space left on device."
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
def test_a_reader_that_has_gone_neither_ends_the_work_nor_hides_what_failed(
    shell, tiny_encoder, photo_folder
):
    answer = shell(f'(ffmln {VERBS[0]} "$gone"; echo $? >&2) | true')
    assert answer.stderr.splitlines()[-2].startswith("ffmln: There is no folder ")
    assert answer.stderr.splitlines()[-1] == "2"
    with closing(Library(photo_folder, tiny_encoder)) as library:
        assert library.photo_count == 12
    second = photo_folder.with_name("second")
    second.mkdir()
    shutil.copy(next(photo_folder.glob("*.png")), second)
    answer = shell(f'(sleep 1; ffmln index "$photos" \'{second}\' --model "$model"; echo $? >&2) | true')
    assert answer.stderr.splitlines()[-1] == "0"
    with closing(Library(second, tiny_encoder)) as library:
        assert library.photo_count == 1


@pytest.mark.parametrize("words", [VERBS[1], "--version"])
def test_a_closed_stdout_is_one_line_and_no_success(shell, indexed, words):
    answer = shell(f"ffmln {words} >&-")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == "ffmln: The standard output is closed."
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("stderr", [pytest.param("2>/dev/full", marks=NEEDS_FULL), "2>&-"])
def test_work_goes_on_where_nobody_sees_the_bar(shell, stderr):
    answer = shell(f"ffmln {VERBS[0]} {stderr}")
    assert (answer.returncode, answer.stdout) == (0, "12 photos, 12 new, 0 skipped\n")


def test_with_every_stream_closed_the_catalog_is_written_all_the_same(shell, photo_folder, tiny_encoder):
    assert shell(f"ffmln {VERBS[0]} <&- >&- 2>&-", tried=True).returncode == 2
    library = Library(photo_folder, tiny_encoder)
    assert library.photo_count == 12
    library.close()


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", pytest.param(">&-", marks=pytest.mark.slow)])
def test_a_window_needs_no_streams(shell, closed):
    code = (
        "import sys\nimport app.program\nfrom app.__main__ import main\n"
        "app.program.run = lambda **_: print(1) or print(2, file=sys.stderr) or 0\nsys.exit(main([]))"
    )
    line = f"QT_QPA_PLATFORM=offscreen '{sys.executable}' -c '{code}' {closed}"
    assert shell(line).returncode == 0


@pytest.mark.parametrize("words", ["index photos", "search . --sketch a.png", "."])
def test_a_working_folder_that_is_gone_is_one_line(shell, words):
    answer = shell(f'mkdir "$gone"; cd "$gone"; rmdir "$gone"; ffmln {words}')
    assert answer.returncode == 2
    assert one_line(answer.stderr)
    assert "working folder is not there" in answer.stderr


def test_whole_paths_do_without_a_working_folder(shell, indexed):
    answer = shell(f'mkdir "$gone"; cd "$gone"; rmdir "$gone"; ffmln {VERBS[1]}')
    assert answer.returncode == 0
    assert len(answer.stdout.splitlines()) == 12


def test_a_sketch_may_come_from_stdin(shell, indexed):
    stdin = VERBS[1].replace("$sketch", "/dev/stdin")
    piped, redirected = shell(f'cat "$sketch" | ffmln {stdin}'), shell(f'ffmln {stdin} < "$sketch"')
    assert len(piped.stdout.splitlines()) == 12
    assert piped.stdout == redirected.stdout


def test_names_that_act_are_shown_as_escapes_wherever_they_are_printed(run, photo_folder, sketch):
    names = ["es\x1b[31mc", "new\nline", "c1\x9b31m", "bidi\u202egnp"]
    shown = ["es\\x1b[31mc", "new\\nline", "c1\\x9b31m", "bidi\\u202egnp"]
    for name, path in zip(names, sorted(photo_folder.glob("*.*")), strict=False):
        path.rename(photo_folder / f"{name}{path.suffix}")
        (photo_folder / f"broken {name}.jpg").write_bytes(b"no photo")
    indexed = run("index", photo_folder)[1]
    found = run("search", photo_folder, "--sketch", sketch, "-k", 50)[1]
    refused = run("index", "no\x1b[31m\nwhere")[2]
    assert len(indexed.splitlines()) == 5
    assert len(found.splitlines()) == 12
    assert one_line(refused)
    for output in (indexed, found, refused):
        assert not set(output) & set("\x1b\x9b\u202e")
    for text in shown:
        assert f"broken {text}.jpg" in indexed
        assert text in found
