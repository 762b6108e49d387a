"""Several folders in one command."""

import json
import shutil
from pathlib import Path

import pytest

from app.chosen import ChosenFolders, keep_chosen

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
    ],
)
def test_folders_may_stand_anywhere(run, folders, sketch, order):
    words = {"one": folders[0], "two": folders[1], "sketch": sketch, "photo": folders[1] / "1.png"}
    assert len(found(run, *(word.format(**words) for word in order))) == 16


def test_what_is_asked_of_one_folder_can_be_asked_of_several(run, folders, sketch):
    shutil.copy(folders[0] / "older" / next((folders[0] / "older").iterdir()).name, folders[1])
    diverse = found(run, *folders, "--sketch", sketch, "--diverse", "--group", "--rerank")
    assert any(len({Path(path).parent for path in (one["path"], *one["copies"])}) == 2 for one in diverse)
    within = found(run, *folders, "--sketch", sketch, "--within", "older")
    assert {Path(one["path"]).parent.name for one in within} == {"older"}
    photo = folders[1] / "2.png"
    assert found(run, *folders, "--like", photo)[0]["path"] == str(photo)
    assert found(run, *folders, "--sketch", sketch, "--unlike", photo)[-1]["path"] == str(photo)


def test_a_folder_within_another_counts_once(run, folders, sketch):
    inside = folders[0] / "older"
    assert len(found(run, folders[0], inside, folders[0], "--sketch", sketch)) == 12


def test_an_excluded_pattern_counts_for_all(run, folders, sketch):
    (folders[0] / "note.gif").unlink(missing_ok=True)
    left = found(run, *folders, "--sketch", sketch, "--exclude", "*.png")
    assert left
    assert not any(one["path"].endswith(".png") for one in left)


@pytest.mark.parametrize("off", [0, 1, 2])
def test_without_a_folder_those_of_the_window_that_are_on_are_searched(run, folders, sketch, off):
    keep_chosen(ChosenFolders(folders, frozenset(folders[:off])))
    assert len(found(run, "--sketch", sketch)) == (16, 4, 16)[off]  # where none is on, all are
