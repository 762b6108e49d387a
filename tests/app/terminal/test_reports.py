"""The verbs that tell what is known, and a search that looks for nothing new."""

import csv
import json
import os
import shutil
from hashlib import blake2b
from pathlib import Path

import pytest

from app.library.chosen import ChosenFolders, keep_chosen
from app.terminal.reports import COLUMNS
from engine.inventory import FileFacts

from ..conftest import noise_photo


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        return list(csv.DictReader(lines))


def test_before_the_first_folder_nothing_is_known(run, tmp_path):
    assert run("status")[1].splitlines()[0] == "no folder is known yet"
    assert run("export", tmp_path / "all.csv")[:2] == (0, f"wrote 0 files to {tmp_path / 'all.csv'}\n")
    assert (tmp_path / "all.csv").read_text() == ",".join(COLUMNS) + "\n"


def test_a_folder_that_was_searched_and_never_indexed_can_be_exported_to(run, photo_folder, tmp_path, sketch):
    run("search", tmp_path, "--sketch", sketch, "--no-index")
    assert run("export", tmp_path / "all.csv")[0] == 0
    keep_chosen(ChosenFolders((tmp_path,)))
    assert run("export", tmp_path / "all.csv")[0] == 2


def test_a_renamed_photo_is_not_missing(run, photo_folder, tmp_path):
    run("index", photo_folder)
    next(photo_folder.glob("*.png")).rename(photo_folder / "new name.png")
    run("index", photo_folder)
    assert run("status")[1].splitlines()[0] == f"{photo_folder}: 12 photos, 0 skipped"
    run("export", tmp_path / "all.csv")
    rows = table(tmp_path / "all.csv")
    assert (len(rows), {row["state"] for row in rows}) == (12, {"photo"})


def test_status_counts_what_is_there_missing_and_skipped(run, photo_folder, tmp_path, state_folder):
    (photo_folder / "broken.jpg").write_bytes(b"\xff\xd8\xff junk")
    run("index", photo_folder)
    shutil.move(photo_folder / "older", tmp_path / "older")
    run("index", photo_folder)
    lines = run("status")[1].splitlines()
    assert lines[0] == f"{photo_folder}: 9 photos, 3 missing, 1 skipped"
    assert lines[1].startswith("model ")
    assert ": 12 photos encoded, last used 20" in lines[1]
    assert lines[2].startswith("12 thumbnails kept: ")
    told = json.loads(run("status", "--json")[1])
    assert told["thumbnails"]["count"] == 12
    assert told["thumbnails"]["bytes"] > 12 * 500
    (folder,) = told["folders"]
    assert folder == {
        "path": str(photo_folder), "photos": 9, "missing": 3, "skipped": 1, "offline": False,
    }  # fmt: skip
    assert told["state"] == str(state_folder)
    assert told["bytes"] == sum(file.stat().st_size for file in state_folder.rglob("*") if file.is_file())
    shutil.move(photo_folder, tmp_path / "away")
    assert run("status")[1].splitlines()[0].endswith("1 skipped, not there now")


@pytest.mark.parametrize("page", [1, 5, 4096])
def test_export_writes_every_file_with_its_facts(run, photo_folder, tmp_path, monkeypatch, page):
    monkeypatch.setattr("engine.inventory._PAGE", page)
    (photo_folder / "broken.jpg").write_bytes(b"\xff\xd8\xff junk")
    run("index", photo_folder)
    gone = photo_folder / "older"
    shutil.move(gone, tmp_path / "older")
    run("index", photo_folder)
    status, out, _ = run("export", tmp_path / "all.csv")
    assert (status, out) == (0, f"wrote 13 files to {tmp_path / 'all.csv'}\n")
    rows = {Path(row["path"]): row for row in table(tmp_path / "all.csv")}
    assert {row["state"] for path, row in rows.items() if path.parent == gone} == {"missing"}
    assert all(row["missing_since"].endswith("Z") for row in rows.values() if row["state"] == "missing")
    for path, row in rows.items():
        if row["state"] == "photo":
            assert (
                row["content"] == blake2b(path.read_bytes(), digest_size=len(row["content"]) // 2).hexdigest()
            )
            assert int(row["size"]) == path.stat().st_size
            assert row["taken"][:4].isdigit()
    broken = rows[photo_folder / "broken.jpg"]
    assert (broken["state"], broken["content"]) == ("skipped", "")
    assert broken["remark"]
    run("export", tmp_path / "all.json")
    assert [one["path"] for one in json.loads((tmp_path / "all.json").read_text())] == list(map(str, rows))


def test_names_that_are_no_text_are_exported(run, photo_folder, tmp_path):
    strange = photo_folder / 'a\udce4\n",.png'
    noise_photo(tmp_path / "a.png").rename(strange)
    run("index", photo_folder)
    run("export", tmp_path / "all.CSV")
    run("export", tmp_path / "all.json")
    assert str(strange) in [row["path"] for row in table(tmp_path / "all.CSV")]
    assert str(strange) in [row["path"] for row in json.loads((tmp_path / "all.json").read_text())]


def test_half_a_pair_in_a_name_is_exported_as_an_escape(run, tmp_path, monkeypatch):
    half = FileFacts(tmp_path / "\ud83d caf\udce9.png", "photo", 1, 1)
    monkeypatch.setattr("engine.inventory.files", lambda: iter([half]))
    assert run("export", tmp_path / "all.csv")[0] == 0
    assert [row["path"] for row in table(tmp_path / "all.csv")] == [str(tmp_path / "\\ud83d caf\udce9.png")]


def test_half_a_table_that_an_earlier_export_left_goes(run, tmp_path):
    half = tmp_path / f".{'a' * 16}.tmp"
    half.touch()
    os.utime(half, (0, 0))
    run("export", tmp_path / "all.csv")
    assert not half.exists()


def test_an_export_into_a_photo_folder_is_refused(run, photo_folder, tmp_path):
    run("index", photo_folder)
    (tmp_path / "link").symlink_to(photo_folder)
    before = sorted(photo_folder.rglob("*"))
    for place in (photo_folder, photo_folder / "older", tmp_path / "link"):
        status, out, err = run("export", place / "all.csv")
        assert (status, out) == (2, "")
        assert "nothing is written to photo folders" in err
    assert sorted(photo_folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["all", "all.txt", "nowhere/all.csv", "folder.csv"])
def test_a_file_that_cannot_be_written_is_one_line(run, tmp_path, name):
    (tmp_path / "folder.csv").mkdir()
    status, out, err = run("export", tmp_path / name)
    assert (status, out) == (2, "")
    assert err.startswith("ffmln: ")
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_search_without_indexing_answers_from_what_is_known(run, photo_folder, sketch):
    status, out, err = run("search", photo_folder, "--sketch", sketch, "--json", "--no-index")
    assert (status, json.loads(out)) == (0, [])
    assert "nothing is indexed" in err
    run("index", photo_folder)
    noise_photo(photo_folder / "new.jpg")
    for name in ("older",):
        shutil.rmtree(photo_folder / name)
    known = json.loads(run("search", photo_folder, "--sketch", sketch, "--json", "-k", 99, "--no-index")[1])
    assert len(known) == 12
    assert not any("new.jpg" in one["path"] for one in known)
    assert len(json.loads(run("search", photo_folder, "--sketch", sketch, "--json", "-k", 99)[1])) == 10
    assert os.path.exists(photo_folder / "new.jpg")
