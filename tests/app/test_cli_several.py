"""Several folders in one command."""

import json
import os
import shutil
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app import cli
from app.cli import main
from app.library.chosen import ChosenFolders, keep_chosen
from app.terminal import verbs
from engine.errors import CatalogError
from engine.library import Library
from engine.upkeep import Upkeep

from .conftest import noise_photo


@pytest.fixture
def folders(photo_folder, tmp_path) -> tuple[Path, Path]:
    other = tmp_path / "other"
    other.mkdir()
    for seed in range(4):
        noise_photo(other / f"{seed}.png", seed)
    return photo_folder, other


def found(run, *words) -> list[dict]:
    status, out, err = run("search", *words, "--json", "-k", 99)
    assert status == 0, err
    return json.loads(out)


def test_several_folders_are_indexed_in_turn(run, folders):
    status, out, _ = run("index", *folders)
    assert status == 0
    assert out.splitlines() == ["12 photos, 12 new, 0 skipped", "4 photos, 4 new, 0 skipped"]


def test_a_folder_that_is_not_there_does_not_stop_the_others(run, folders, tmp_path):
    status, out, err = run("index", folders[0], tmp_path / "nowhere", folders[1])
    assert status == 2
    assert len(out.splitlines()) == 2
    assert err.splitlines()[-1] == f"ffmln: There is no folder {tmp_path / 'nowhere'}."


def test_a_catalog_that_ends_the_work_keeps_no_failure_before_it_from_being_told(
    run, folders, tmp_path, monkeypatch
):
    def fail(*_):
        raise CatalogError("The catalog is full.")

    monkeypatch.setattr(verbs, "_refresh", lambda *_, **__: fail())
    status, out, err = run("index", tmp_path / "nowhere", folders[0], folders[1])
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        f"ffmln: There is no folder {tmp_path / 'nowhere'}.",
        "ffmln: The catalog is full.",
    ]


def test_several_folders_are_searched_as_one_with_the_scores_of_each(run, folders, sketch):
    together = found(run, *folders, "--sketch", sketch)
    apart = [one for folder in folders for one in found(run, folder, "--sketch", sketch)]
    assert sorted((one["path"], round(one["score"], 5)) for one in together) == sorted(
        (one["path"], round(one["score"], 5)) for one in apart
    )
    scores = [one["score"] for one in together]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 16


@pytest.mark.parametrize(
    "order",
    [
        ("{one}", "--sketch", "{sketch}", "{two}"),
        ("--sketch", "{sketch}", "{one}", "{two}"),
        ("--like", "{photo}", "{one}", "{two}"),
        ("{one}", "--like", "{photo}", "{two}"),
        ("--like", "{photo}", "{one}", "{two}", "--like", "{photo}"),
        ("{one}", "--like", "{photo}", "{uri}"),
    ],
)
def test_folders_may_stand_anywhere(run, folders, sketch, order):
    words = {"one": folders[0], "two": folders[1], "sketch": sketch, "photo": folders[1] / "1.png"}
    words["uri"] = folders[1].as_uri()
    assert len(found(run, *(word.format(**words) for word in order))) == 16


def test_what_follows_two_hyphens_is_a_folder():
    words = ["search", "one", "--sketch", "x.png", "--", "two", "-three"]
    assert cli._parse(words).folders == [Path("one"), Path("two"), Path("-three")]


def test_a_folder_that_is_away_may_come_after_photos(run, folders, tmp_path):
    run("index", *folders)
    folders[1].rename(tmp_path / "away")
    photo = next(folders[0].glob("*.png"))
    assert len(found(run, folders[0], "--like", photo, folders[1])) == 16


def test_what_is_asked_of_one_folder_can_be_asked_of_several(run, folders, sketch):
    shutil.copy(folders[0] / "older" / next((folders[0] / "older").iterdir()).name, folders[1])
    diverse = found(run, *folders, "--sketch", sketch, "--diverse", "--group", "--rerank")
    assert any(len({Path(path).parent for path in (one["path"], *one["copies"])}) == 2 for one in diverse)
    within = found(run, *folders, "--sketch", sketch, "--within", "older")
    assert {Path(one["path"]).parent.name for one in within} == {"older"}
    photo = folders[1] / "2.png"
    assert found(run, *folders, "--like", photo)[0]["path"] == str(photo)
    assert found(run, *folders, "--sketch", sketch, "--unlike", photo)[-1]["path"] == str(photo)


def test_a_subfolder_that_several_have_is_searched_in_each(run, folders, sketch):
    (folders[1] / "older").mkdir()
    shutil.move(folders[1] / "1.png", folders[1] / "older")
    hits = found(run, *folders, "--sketch", sketch, "--within", "older")
    assert sorted(Path(hit["path"]).parent for hit in hits) == sorted(
        [*[folders[0] / "older"] * 3, folders[1] / "older"]
    )


def test_a_subfolder_of_a_folder_that_is_away_is_searched_as_it_was(run, folders, sketch, tmp_path):
    for name, photo in (("older", "1.png"), ("other", "2.png")):
        (folders[1] / name).mkdir()
        shutil.move(folders[1] / photo, folders[1] / name)
    run("index", *folders)
    folders[1].rename(tmp_path / "away")
    for within, count in (("older", 4), ("other", 1), (folders[1] / "other", 1)):
        hits = found(run, *folders, "--sketch", sketch, "--within", within)
        assert len(hits) == count
        assert {Path(hit["path"]).parent.name for hit in hits} == {Path(within).name}


def test_a_folder_that_is_not_indexed_yet_is_not_called_empty(
    run, folders, sketch, tiny_encoder, monkeypatch
):
    run("index", folders[0])
    monkeypatch.setattr(verbs, "_SHORT_PATIENCE_S", 0)
    with closing(Library(folders[1], tiny_encoder)) as library, closing(library.refresh()) as work:
        next(work)
        status, out, err = run("search", *folders, "--sketch", sketch, "--json", "-k", 99)
    assert (status, len(json.loads(out))) == (0, 12)
    assert err.splitlines()[-1] == f"ffmln: nothing is indexed of {folders[1]} yet."


def test_what_is_known_of_a_folder_that_does_not_answer_is_searched(run, folders, sketch, monkeypatch):
    run("index", folders[0])
    gate, scandir = threading.Event(), os.scandir
    monkeypatch.setattr("engine.indexing.scan.HANGS_S", 0.3)
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 1.0)

    def hang(path):
        if os.path.basename(path) == "older":
            gate.wait()
        return scandir(path)

    monkeypatch.setattr(os, "scandir", hang)
    status, out, err = run("search", folders[0], "--sketch", sketch, "--json", "-k", 99)
    assert (status, len(json.loads(out))) == (0, 12)
    silent = f"ffmln: The folder {folders[0]} does not answer: check its drive or network. "
    assert err.splitlines()[-1] == f"{silent}What was indexed of it before is searched."
    with Upkeep(folders[0]) as upkeep:
        upkeep.forget()
    status, out, err = run("search", *folders, "--sketch", sketch, "--json", "-k", 99)
    gate.set()
    assert (status, len(json.loads(out))) == (0, 4)
    assert err.splitlines()[-1] == f"{silent}Nothing of it was indexed by this encoder."


def test_an_encoder_that_has_indexed_nothing_of_a_folder_that_is_away_says_so(
    run, folders, sketch, tmp_path, make_model, capfd
):
    run("index", folders[0])
    folders[0].rename(tmp_path / "away")
    other = ["--model", str(make_model(tmp_path / "other.onnx", dim=16))]
    for verb, *more in (["index"], ["search", "--sketch", str(sketch)]):
        assert "indexed before" in run(verb, folders[0], *more)[2]
        main([verb, str(folders[0]), *more, *other])
        assert capfd.readouterr().err.endswith("; nothing of it was indexed by this encoder.\n")


def test_index_tells_what_moved_to_the_next_folder(run, folders):
    run("index", *folders)
    shutil.move(folders[0] / "older" / next((folders[0] / "older").iterdir()).name, folders[1])
    lines = run("index", *folders)[1].splitlines()
    assert [line.split(": ")[-1].split(", ")[1] for line in lines] == ["1 removed", "1 moved"]


def test_a_folder_within_another_counts_once(run, folders, sketch):
    inside = folders[0] / "older"
    assert len(found(run, folders[0], inside, folders[0], "--sketch", sketch)) == 12


def test_a_folder_of_the_window_that_is_gone_does_not_keep_the_others_from_being_searched(
    run, folders, sketch, tmp_path
):
    keep_chosen(ChosenFolders((tmp_path / "nowhere", folders[0])))
    status, out, err = run("search", "--sketch", sketch, "--json", "-k", 99)
    assert (status, len(json.loads(out))) == (0, 12)
    assert err.splitlines()[-1].startswith(f"ffmln: There is no folder {tmp_path / 'nowhere'}. Nothing")
    assert run("search", tmp_path / "nowhere", folders[0], "--sketch", sketch)[0] == 2


def test_damaged_words_about_the_windows_folders_are_one_line(run, sketch, state_folder):
    state_folder.mkdir(exist_ok=True)
    (state_folder / "library.json").write_text("{")
    status, _, err = run("search", "--sketch", sketch)
    assert (status, err) == (2, f"ffmln: {state_folder / 'library.json'} cannot be read: give FOLDER.\n")


@pytest.mark.parametrize("option", [("--exclude", "*.png"), ("--exclude-nothing",)])
def test_what_is_indexed_is_not_chosen_where_nothing_is(run, folders, sketch, option):
    status, _, err = run("search", *folders, "--sketch", sketch, "--no-index", *option)
    assert status == 2
    assert "they go without --no-index" in err


def test_an_excluded_pattern_counts_for_all(run, folders, sketch):
    (folders[0] / "note.gif").unlink(missing_ok=True)
    left = found(run, *folders, "--sketch", sketch, "--exclude", "*.png")
    assert left
    assert not any(one["path"].endswith(".png") for one in left)


@pytest.mark.parametrize("off", [0, 1, 2])
def test_without_a_folder_those_of_the_window_that_are_on_are_searched(run, folders, sketch, off):
    keep_chosen(ChosenFolders(folders, frozenset(folders[:off])))
    assert len(found(run, "--sketch", sketch)) == (16, 4, 16)[off]  # where none is on, all are
