"""The verbs' options for what is left out, remembered and forgotten, and for copies."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing

import pytest
from PIL import Image

from app.cli import main
from engine.library import Library
from engine.state.catalog import Catalog
from engine.upkeep import Upkeep


def found(run, photo_folder, sketch, *options):
    status, out, _ = run("search", photo_folder, "--sketch", sketch, "--json", "-k", 99, *options)
    assert status == 0
    return json.loads(out)


def test_what_is_left_out_stays_so_until_nothing_is(run, photo_folder, sketch):
    status, out, _ = run("index", photo_folder, "--exclude", "older/", "--exclude", "*.gif")
    assert status == 0
    left = [path for path in photo_folder.glob("*.*") if path.suffix != ".gif"]
    assert len(found(run, photo_folder, sketch)) == len(left)
    assert len(found(run, photo_folder, sketch, "--exclude", "*.bmp")) == len(left) - len(
        list(photo_folder.glob("*.bmp"))
    )
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.excludes() == ["older/", "*.gif", "*.bmp"]
    assert len(found(run, photo_folder, sketch, "--exclude-nothing", "--exclude", "older/")) == 9
    status, out, _ = run("index", photo_folder, "--exclude-nothing")
    assert out.startswith("12 photos")


def test_a_pattern_that_means_nothing_is_one_line(run, photo_folder):
    status, out, err = run("index", photo_folder, "--exclude", "!")
    assert (status, out) == (2, "")
    assert err == "ffmln: The pattern '!' means nothing: write it as in a .gitignore file.\n"


def test_photos_that_come_back_are_counted_as_back(run, photo_folder, tmp_path):
    run("index", photo_folder)
    shutil.move(photo_folder / "older", tmp_path / "older")
    assert run("index", photo_folder)[1].splitlines()[0] == "9 photos, 3 removed, 0 skipped"
    shutil.move(tmp_path / "older", photo_folder / "older")
    assert run("index", photo_folder)[1].splitlines()[0] == "12 photos, 3 back, 0 skipped"


def test_recheck_reads_all_and_says_what_is_new(run, photo_folder, monkeypatch):
    run("index", photo_folder)
    asked, refresh = [], Library.refresh
    monkeypatch.setattr(Library, "refresh", lambda self, **how: asked.append(how) or refresh(self, **how))
    assert run("index", photo_folder, "--recheck")[1].splitlines()[0] == "12 photos, nothing new, 0 skipped"
    assert [how["recheck"] for how in asked] == [True]


@pytest.mark.parametrize("days", ["0", "7"])
def test_how_long_what_disappeared_is_remembered_is_kept(run, photo_folder, tmp_path, days):
    run("index", photo_folder, "--keep-days", days)
    shutil.move(photo_folder / "older", tmp_path / "older")
    run("index", photo_folder)
    with Upkeep(photo_folder) as upkeep:
        assert (upkeep.keep_days, upkeep.forget_missing()) == (int(days), 0 if days == "0" else 3)


@pytest.mark.parametrize("days", ["-1", "1.5", "many", "99999999999999999999"])
def test_no_number_of_days_is_one_line(run, photo_folder, days):
    status, _, err = run("index", photo_folder, f"--keep-days={days}")
    assert (status, err.count("\n")) == (2, 1)
    assert "not a number of days" in err


def test_a_folder_is_forgotten_and_its_photos_stay(run, photo_folder):
    run("index", photo_folder)
    assert run("forget", photo_folder)[:2] == (
        0,
        f"forgot 12 photos of {photo_folder}; no file was touched\n",
    )
    assert len([path for path in photo_folder.rglob("*.*") if path.is_file()]) == 12
    status, _, err = run("forget", photo_folder)
    assert (status, err) == (2, f"ffmln: Nothing is remembered of the folder {photo_folder}.\n")


def test_a_folder_that_one_around_it_keeps_is_told_of(run, photo_folder):
    run("index", photo_folder / "older", photo_folder)
    status, out, err = run("forget", photo_folder / "older")
    assert (status, out.split()[:3]) == (0, ["forgot", "0", "photos"])
    assert err == f"ffmln: The photos in {photo_folder / 'older'} are remembered as part of {photo_folder}.\n"


@pytest.mark.parametrize("options", [("--small",), ("--model", "gone.onnx")])
def test_a_folder_is_not_forgotten_for_one_encoder_alone(photo_folder, tiny_encoder, capfd, options):
    main(["forget", str(photo_folder), *options])
    assert capfd.readouterr().err == (
        "ffmln: a folder is forgotten for all encoders: --small and --model go with --store.\n"
    )


def test_only_the_missing_are_forgotten(run, photo_folder):
    run("index", photo_folder)
    next(photo_folder.glob("*.png")).unlink()
    run("index", photo_folder)
    status, out, _ = run("forget", photo_folder, "--missing")
    assert (status, out) == (0, f"forgot 1 missing photo of {photo_folder}; no file was touched\n")
    assert run("index", photo_folder)[1].startswith("11 photos, nothing new")


def test_copies_are_listed_one_by_one_or_with_the_best_of_them(run, photo_folder, sketch, monkeypatch):
    monkeypatch.setattr("engine.search.copies.NEAR", 1.1)  # the tiny model sees too little
    for number in range(5):
        shutil.copy(next(photo_folder.glob("*.png")), photo_folder / f"z copy {number}.png")
    plain = found(run, photo_folder, sketch)
    assert (len(plain), set(plain[0])) == (17, {"path", "score"})
    grouped = found(run, photo_folder, sketch, "--group")
    assert len(grouped) == 12
    [[best, *copies]] = [[one["path"], *one["copies"]] for one in grouped if one["copies"]]
    assert [os.path.basename(path) for path in copies] == [f"z copy {number}.png" for number in range(5)]
    assert not os.path.basename(best).startswith("z copy")
    _, out, _ = run("search", photo_folder, "--sketch", sketch, "--group", "-k", 99)
    assert [line.split()[0] for line in out.splitlines()].count("copy") == 5


def test_photos_of_one_moment_are_listed_with_the_first_of_them_and_are_no_copies(
    run, photo_folder, sketch, draw_picture, monkeypatch
):
    monkeypatch.setattr("engine.search.copies.NEAR", 1.1)  # the tiny model sees too little
    monkeypatch.setattr("engine.search.bursts.ALIKE", -1)
    for number in range(3):
        exif = Image.Exif()
        exif[306] = f"2019:06:01 12:34:5{9 - number}"
        draw_picture("circle", (number, 0, 90)).save(photo_folder / f"shot {number}.jpg", exif=exif.tobytes())
    shutil.copy(photo_folder / "shot 1.jpg", photo_folder / "z copy.jpg")
    assert len(found(run, photo_folder, sketch)) == 16
    grouped = found(run, photo_folder, sketch, "--group")
    assert [set(one) for one in grouped if "burst" not in one] == [{"path", "score", "copies"}] * 12
    [moment] = [one for one in grouped if "burst" in one]
    burst = [str(photo_folder / name) for name in ("shot 1.jpg", "z copy.jpg", "shot 0.jpg")]
    assert (os.path.basename(moment["path"]), moment["copies"], moment["burst"]) == ("shot 2.jpg", [], burst)
    _, out, _ = run("search", photo_folder, "--sketch", sketch, "--group", "-k", 99)
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    assert [path for word, path in lines if word == "burst"] == burst
    last = found(run, photo_folder, sketch, "--group", "--unlike", photo_folder / "shot 1.jpg")[-1]
    assert (last["path"], last["score"], last["burst"]) == (moment["path"], -1, burst)


def test_search_answers_from_what_was_indexed_where_nothing_can_be_written(
    photo_folder, sketch, tiny_model, run
):
    run("index", photo_folder)
    code = (
        "import resource, sys; from app.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); sys.exit(main(sys.argv[1:]))"
    )
    words = ["search", photo_folder, "--sketch", sketch, "--model", tiny_model, "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 12), done.stderr
    assert done.stderr.endswith("What was indexed before is searched.\n")
    assert done.stderr.count("\n") == 1


def test_the_help_tells_what_is_kept_unless_one_chooses_otherwise(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "2000")
    assert main(["index", "--help"]) == 0
    said = capsys.readouterr().out
    with closing(Catalog(tmp_path)) as catalog:
        for number in (catalog.choices.keep_days, catalog.choices.thumbnail_mb):
            assert f"(default: {number})" in said
