import itertools
import json
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from app import cli
from app.__main__ import main as open_window_or_verb
from app.cli import main
from app.terminal import verbs
from engine.indexing.roots import MANY
from engine.library import Library
from engine.state.thumbnail_file import ThumbnailFile


def test_index_counts_the_photos_and_shows_progress_on_stderr(run, photo_folder):
    status, out, err = run("index", photo_folder)
    assert (status, out) == (0, "12 photos, 12 new, 0 skipped\n")
    assert "indexing: 100%" in err
    assert run("index", photo_folder)[1] == "12 photos, nothing new, 0 skipped\n"


def test_index_tells_what_moved_and_went(run, photo_folder):
    run("index", photo_folder)
    first, second = photo_folder.glob("*.png")
    first.unlink()
    second.rename(photo_folder / "renamed.png")
    assert run("index", photo_folder)[1] == "11 photos, 1 moved, 1 removed, 0 skipped\n"


def test_broken_photos_are_skipped_counted_and_named(run, photo_folder):
    for number in range(verbs._LISTED + 3):
        (photo_folder / f"broken {number:02}.jpg").write_bytes(b"no photo")
    status, out, _ = run("index", photo_folder)
    lines = out.splitlines()
    assert (status, lines[0]) == (0, "12 photos, 12 new, 23 skipped")
    assert lines[1].endswith("broken 00.jpg: it is not a picture this program can read.")
    assert lines[-1] == "  and 3 more"


@pytest.mark.parametrize("verb", ["index", "search"])
def test_an_empty_folder_is_no_error(run, tmp_path, sketch, verb):
    (tmp_path / "empty").mkdir()
    extra = ["--sketch", sketch, "--json"] if verb == "search" else []
    status, out, err = run(verb, tmp_path / "empty", *extra)
    assert status == 0
    assert "no photos found" in out + err
    assert out == ("[]\n" if verb == "search" else f"no photos found in {tmp_path / 'empty'}\n")


def test_the_reason_is_the_headline_where_no_photo_can_be_read(run, tmp_path, sketch):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "poster.psb").write_bytes(b"8BPS")
    why = "large Photoshop files are not read: save the picture as JPEG or PNG"
    status, out, _ = run("index", folder)
    assert (status, out.splitlines()[0]) == (0, f"no photos can be read in {folder}, 1 skipped: {why}")
    assert (
        f"ffmln: no photos can be read in {folder}, 1 skipped: {why}.\n"
        in run("search", folder, "--sketch", sketch)[2]
    )
    (folder / "a.jpg").write_bytes(b"words")
    (folder / "b.jpg").write_bytes(b"words")
    headline = run("index", folder)[1].splitlines()[0]
    assert headline.endswith("3 skipped: mostly because it is not a picture this program can read")


def test_formats_lists_what_is_read_and_what_is_not(capfd):
    assert main(["formats"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].split() == ["FORMAT", "READ", "ENDINGS"]
    assert any(line.startswith("JPEG  ") and " yes " in line and "jpeg" in line for line in lines)
    assert any(line.startswith("OpenEXR ") and " no " in line and line.endswith("exr") for line in lines)


def test_search_indexes_what_is_new_and_ranks_it(run, photo_folder, sketch, tiny_encoder):
    status, out, _ = run("search", photo_folder, "--sketch", sketch, "-k", "3")
    library = Library(photo_folder, tiny_encoder)
    expected = [f"{hit.score:7.4f}  {hit.path}" for hit in library.search(Image.open(sketch), 3)]
    library.close()
    assert (status, out.splitlines()) == (0, expected)
    assert len(expected) == 3


def test_json_alone_is_on_stdout(run, photo_folder, sketch):
    (photo_folder / "broken.jpg").write_bytes(b"no photo")
    status, out, _ = run("search", photo_folder, "--sketch", sketch, "--json", "-k", 5)
    rows = json.loads(out)
    assert (status, len(rows)) == (0, 5)
    assert [set(row) for row in rows] == [{"path", "score"}] * 5
    assert all(Path(row["path"]).is_file() and Path(row["path"]).is_absolute() for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_a_search_with_nothing_new_is_silent_on_stderr(run, photo_folder, sketch):
    run("index", photo_folder)
    assert run("search", photo_folder, "--sketch", sketch, "--json")[2] == ""


def test_more_than_there_is_gives_all_and_twenty_is_the_default(run, photo_folder, sketch, draw_picture):
    assert len(run("search", photo_folder, "--sketch", sketch, "-k", 1000)[1].splitlines()) == 12
    for number in range(15):
        draw_picture("cross", (number, 0, 0)).save(photo_folder / f"more {number}.png")
    assert len(run("search", photo_folder, "--sketch", sketch)[1].splitlines()) == 20


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_a_sketch_may_have_any_mode(run, photo_folder, tmp_path, draw_picture, mode):
    image = draw_picture("circle", "black").convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    path = tmp_path / ("sketch.tif" if mode == "CMYK" else "sketch.png")
    image.save(path)
    assert run("search", photo_folder, "--sketch", path, "--json", "-k", 1)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "VERB"),
        (["paint"], "paint"),
        (["index"], "FOLDER"),
        (["index", "{photos}", "--colour"], "--colour"),
        (["index", "{absent}"], "no folder"),
        (["index", "{sketch}"], "not a folder"),
        (["index", "{long}"], "no folder"),
        (["search", "{photos}"], "--sketch"),
        (["search", "{photos}", "--sketch"], "--sketch"),
        (["search", "{absent}", "--sketch", "{sketch}"], "no folder"),
        (["search", "{photos}", "--sketch", "{absent}"], "no such file"),
        (["search", "{photos}", "--sketch", "{long}"], "too long"),
        (["search", "{photos}", "--sketch", "{photos}"], "not a file"),
        (["search", "{photos}", "--sketch", "{words}"], "not a picture"),
        (["search", "{photos}", "--sketch", "{empty}"], "empty"),
        (["search", "{photos}", "--sketch", "{cut}"], "cut"),
        (["search", "{photos}", "--sketch", "{blank}"], "nothing drawn"),
        (["index", ""], "FOLDER: its name is empty"),
        (["search", "--like", ""], "--like: its name is empty"),
        (["search", "{photos}", "--sketch", "{sketch}", "--unlike", ""], "--unlike: its name is empty"),
        (["search", "{photos}", "--sketch", "{sketch}", "--bogus"], "--bogus; see ffmln search --help."),
        (["search", "{photos}", "--sketch", "{sketch}", "-k", "0"], "whole number"),
        (["search", "{photos}", "--sketch", "{sketch}", "-k", "-3"], "-k"),
        (["search", "{photos}", "--sketch", "{sketch}", "-k", "many"], "whole number"),
        (["search", "{photos}", "--sketch", "{sketch}", "-k", "2.5"], "whole number"),
        (["index", "{photos}", "--model", "{absent}"], "no model file"),
        (["index", "{photos}", "--model", "{long}"], "no model file"),
        (["index", "{photos}", "--model", "{words}"], "not a model"),
        (["index", "{photos}", "--small", "--model", "{words}"], "not allowed"),
    ],
)
def test_bad_input_gives_one_line_and_status_2(
    tmp_path, photo_folder, sketch, tiny_model, capfd, arguments, words
):
    (tmp_path / "words.txt").write_text("words")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.png").write_bytes(sketch.read_bytes()[:120])
    names = {"photos": photo_folder, "sketch": sketch, "absent": tmp_path / "absent"}
    names["long"] = tmp_path / ("long" * 75)
    Image.new("L", (40, 40), 255).save(tmp_path / "blank.png")
    names["blank"] = tmp_path / "blank.png"
    names |= {"words": tmp_path / "words.txt", "empty": tmp_path / "empty.png", "cut": tmp_path / "cut.png"}
    model = ["--model", str(tiny_model)] if len(arguments) > 1 and "--model" not in arguments else []
    assert main([*(argument.format(**names) for argument in arguments), *model]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("ffmln: ")
    assert words in err
    assert err.count("--help") <= 1


@pytest.mark.parametrize("content", [b"no database " * 500, b"SQLite format 3\0" + bytes(4000)])
def test_a_broken_catalog_gives_one_line_and_status_2(run, photo_folder, state_folder, content):
    (state_folder / "catalog.sqlite3").write_bytes(content)
    status, out, err = run("index", photo_folder)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert (state_folder / "catalog.sqlite3").read_bytes() == content


@pytest.mark.parametrize("place", ["{sketch}/below a file", "~nobody-of-this-name/ffmln"])
def test_a_state_folder_that_cannot_be_made_gives_one_line_and_status_2(
    run, photo_folder, sketch, monkeypatch, place
):
    monkeypatch.setenv("FFMLN_DATA_DIR", place.format(sketch=sketch))
    status, out, err = run("index", photo_folder)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_an_offline_folder_is_an_error_to_index_and_still_searched(run, photo_folder, sketch):
    run("index", photo_folder)
    photo_folder.rename(photo_folder.with_name("away"))
    status, out, err = run("index", photo_folder)
    assert (status, out) == (2, "")
    assert "12 photos" in err
    status, out, err = run("search", photo_folder, "--sketch", sketch, "--json")
    assert (status, len(json.loads(out))) == (0, 12)
    assert "not there" in err


def test_an_empty_mount_point_is_told_as_such(run, photos_in, sketch):
    folder = photos_in(MANY)
    run("index", folder)
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    status, out, err = run("search", folder, "--sketch", sketch, "--json")
    assert (status, len(json.loads(out))) == (0, MANY)
    assert "or empty as without its drive" in err


@pytest.mark.skipif(sys.platform != "linux", reason="needs a device that is always full")
def test_a_disk_too_full_for_the_answer_is_one_line_and_status_2(run, photo_folder, sketch, monkeypatch):
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        status, _, err = run("search", photo_folder, "--sketch", sketch, "--json")
    assert status == 2
    assert err.endswith("ffmln: No space left on device.\n")


@pytest.mark.parametrize("verb", ["index", "search"])
def test_every_option_is_in_the_help(verb, capsys):
    [verbs] = [action for action in cli.parser()._actions if action.dest == "verb"]
    assert main([verb, "--help"]) == 0
    text = capsys.readouterr().out
    for action in verbs.choices[verb]._actions:
        assert action.help
        assert all(option in text for option in (action.option_strings or [action.metavar]))


def test_the_help_names_the_verbs(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(verb in text for verb in cli.VERBS)


@pytest.mark.parametrize("small", [True, False])
def test_the_shipped_models_are_chosen_by_an_option(photo_folder, monkeypatch, tiny_encoder, small):
    chosen = []
    for name in ("default", "small"):
        monkeypatch.setattr(
            f"engine.encoding.encoder.Encoder.{name}", lambda name=name: chosen.append(name) or tiny_encoder
        )
    assert main(["index", str(photo_folder), *(["--small"] if small else [])]) == 0
    assert chosen == ["small" if small else "default"]


@pytest.fixture
def indexing(photo_folder, tiny_encoder, monkeypatch):
    """A library in the midst of a refresh, and its generator, as another process would have it."""
    monkeypatch.setattr("engine.lock._TURN_S", 0)
    monkeypatch.setattr("engine.indexing.refresh.ticks", lambda: lambda: True)
    with ExitStack() as opened:
        library = Library(photo_folder, tiny_encoder)
        opened.callback(library.close)
        work = library.refresh()
        opened.callback(work.close)
        next(work)
        yield library, work


def test_search_waits_for_another_process_that_indexes(run, photo_folder, sketch, indexing, monkeypatch):
    monkeypatch.setattr("app.terminal.verbs.time.sleep", lambda _: indexing[1].close())
    status, out, err = run("search", photo_folder, "--sketch", sketch, "--json")
    assert (status, len(json.loads(out))) == (0, 12)
    assert err.count("waiting for that") == 1


def test_search_answers_with_what_another_process_has_indexed_so_far(
    run, photo_folder, sketch, indexing, monkeypatch
):
    library, work = indexing

    def go_on(_: float) -> None:
        while library.photo_count < 12:
            next(work)

    clock = itertools.count(step=verbs._PATIENCE_S - 1)  # one try, and a second one
    monkeypatch.setattr(verbs, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=go_on))
    status, out, err = run("search", photo_folder, "--sketch", sketch, "--json", "-k", 99)
    assert (status, len(json.loads(out))) == (0, 12)
    assert "being indexed now" in err


def test_search_finds_nothing_to_search_while_another_process_has_indexed_nothing(
    run, photo_folder, sketch, indexing, monkeypatch
):
    monkeypatch.setattr(verbs, "_PATIENCE_S", 0)
    status, out, err = run("search", photo_folder, "--sketch", sketch, "--json")
    assert (status, out) == (2, "")
    assert "indexing photos already" in err
    assert "no photos found" not in err


def test_window_and_verbs_explain_the_choice_of_a_model_in_the_same_words(capsys):
    explained = []
    for words in (["--help"], ["index", "--help"], ["search", "--help"]):
        with suppress(SystemExit):
            open_window_or_verb(words)
        lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
        explained.append(
            {line[0]: line[1].split() for line in lines if line and line[0] in ("--small", "--model")}
        )
    assert len(explained[0]) == 2
    assert explained[0] == explained[1] == explained[2]


def test_thumbnails_take_as_much_as_was_chosen_for_all_folders(run, photo_folder, state_folder):
    run("index", photo_folder)
    assert ThumbnailFile(state_folder).count == 12
    run("index", photo_folder, "--thumbnails", "0")
    assert ThumbnailFile(state_folder).count == 0
