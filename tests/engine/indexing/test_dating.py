import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from engine.indexing import decoder as decoder_module
from engine.library import Library
from engine.pictures.dates import NO_DATE, file_date
from engine.state.catalog import CATALOG_NAME

from ..conftest import LINE, assert_ended, drained, refreshed
from ..dated import EXPECTED, FILES_OWN, OLD, by_camera, date, dated_folder, dates, save


@pytest.fixture
def dated(tmp_path, draw_picture):
    """The folder of `EXPECTED`."""
    return dated_folder(tmp_path / "dated", draw_picture)


def kept(state_folder):
    """Return what the catalog keeps for each content, by one of its files."""
    with closing(sqlite3.connect(state_folder / CATALOG_NAME)) as db:
        return dict(
            db.execute("SELECT min(path), taken FROM photos JOIN contents ON id = content GROUP BY id")
        )


@pytest.fixture
def opened(monkeypatch):
    """Records which files were asked for their dates."""
    asked, original = [], decoder_module.date_of

    def recorded(path):
        asked.append(path.name)
        return original(path)

    monkeypatch.setattr(decoder_module, "date_of", recorded)
    return asked


@pytest.fixture
def older(dated, open_library, state_folder, encoder, opened, as_version_2):
    """The folder, indexed by a version of the program that kept no dates."""
    library = open_library(dated)
    refreshed(library)
    library.close()
    as_version_2(state_folder / CATALOG_NAME)
    encoder.batches.clear()
    opened.clear()
    return dated


# --- indexing ----------------------------------------------------------------------------------------


def test_indexing_keeps_the_dates(dated, open_library, state_folder):
    library = open_library(dated)
    steps, _ = drained(library.refresh())
    assert "dates" not in {step.phase for step in steps}
    assert dates(library) == EXPECTED
    assert kept(state_folder) == {
        **{b"%d.jpg" % number: date(2000 + number) for number in range(1, 5)},
        b"0.jpg": date(2000),
        b"5.jpg": NO_DATE,
    }
    again = open_library(dated)
    assert dates(again) == EXPECTED
    assert by_camera(library) == by_camera(again) == {*EXPECTED} - {b"5.jpg"}


def test_a_copied_or_moved_photo_keeps_its_date_and_is_not_asked_again(dated, open_library, encoder, opened):
    library = open_library(dated)
    refreshed(library)
    encoder.batches.clear()
    opened.clear()
    (dated / "1.jpg").rename(dated / "moved.jpg")
    (dated / "copies" / "5.jpg").write_bytes((dated / "5.jpg").read_bytes())
    os.utime(dated / "copies" / "5.jpg", (7, 7))
    refreshed(library)
    assert (opened, encoder.batches) == ([], [])
    found = dates(library)
    assert b"1.jpg" not in found
    assert (found[b"moved.jpg"], found[b"copies/5.jpg"]) == (date(2001), file_date(7 * 10**9))
    assert library._gallery.date_of(b"1.jpg") == 0
    assert {*found} - by_camera(library) == {b"5.jpg", b"copies/5.jpg"}


def test_who_told_a_date_is_known_of_an_older_catalog_once_dates_were_looked_up(older, open_library):
    library = open_library(older)
    assert by_camera(library) == set()
    refreshed(library)
    assert by_camera(library) == {*EXPECTED} - {b"5.jpg"}


def test_a_photo_that_changed_has_the_date_of_what_it_is_now(dated, open_library, draw_picture):
    library = open_library(dated)
    refreshed(library)
    save(dated / "1.jpg", 1999, draw_picture, 40)
    os.utime(dated / "5.jpg", (OLD + 60, OLD + 60))
    refreshed(library)
    found = dates(library)
    assert (found[b"1.jpg"], found[b"5.jpg"]) == (date(1999), file_date((OLD + 60) * 10**9))


def test_a_date_that_could_not_be_read_while_indexing_is_looked_up_after_it(dated, open_library, monkeypatch):
    original, asked = decoder_module.date_of, []

    def first_in_vain(path):
        asked.append(path.name)
        return None if len(asked) <= 7 else original(path)

    monkeypatch.setattr(decoder_module, "date_of", first_in_vain)
    library = open_library(dated)
    refreshed(library)
    assert dates(library) == EXPECTED


# --- catalogs of older versions ------------------------------------------------------------------------


def test_a_catalog_of_the_second_version_learns_the_dates_without_indexing_again(
    older, open_library, encoder, opened, state_folder
):
    library = open_library(older)
    assert dates(library) == FILES_OWN
    hits = library.search([LINE], 100)
    steps, report = drained(library.refresh())
    assert dates(library) == EXPECTED
    assert (report.changed, report.photos, encoder.batches) == (False, 7, [])
    assert library.search([LINE], 100) == hits
    assert [(one.done, one.total) for one in steps if one.phase == "dates"][-1] == (6, 6)
    assert sorted(opened) == [f"{number}.jpg" for number in range(6)]
    assert kept(state_folder)[b"5.jpg"] == NO_DATE
    opened.clear()
    steps, _ = drained(library.refresh())
    assert (opened, {step.phase for step in steps}) == ([], {"scan"})
    assert dates(open_library(older)) == EXPECTED


def test_a_lookup_that_is_closed_midway_loses_and_repeats_nothing(
    older, open_library, opened, monkeypatch, state_folder
):
    monkeypatch.setattr("engine.indexing.dating._BATCH", 1)
    monkeypatch.setattr("engine.indexing.dating._WINDOW", 1)
    monkeypatch.setattr("engine.indexing.refresh.ticks", lambda: lambda: True)
    library, before = open_library(older), set(threading.enumerate())
    work = library.refresh()
    done = 0
    while done < 3:
        step = next(work)
        done = step.done if step.phase == "dates" else 0
    work.close()
    assert_ended(before)
    assert sum(taken is not None for taken in kept(state_folder).values()) == 3
    assert sum(dates(library)[name] != FILES_OWN[name] for name in EXPECTED) >= 2
    refreshed(library)
    assert sorted(opened) == [f"{number}.jpg" for number in range(6)]
    assert dates(library) == EXPECTED


def test_what_cannot_be_read_now_is_looked_up_another_time_or_in_a_copy(
    older, open_library, monkeypatch, state_folder
):
    original = decoder_module.date_of
    closed = {older / "0.jpg", older / "1.jpg", older / "5.jpg"}
    with monkeypatch.context() as patch:
        patch.setattr(decoder_module, "date_of", lambda path: None if path in closed else original(path))
        library = open_library(older)
        steps, _ = drained(library.refresh())
    now = dates(library)
    assert (now[b"0.jpg"], now[b"copies/0.jpg"], now[b"1.jpg"]) == (
        date(2000),
        date(2000),
        FILES_OWN[b"1.jpg"],
    )
    assert [(one.done, one.total) for one in steps if one.phase == "dates"][-1] == (6, 6)
    assert {name for name, taken in kept(state_folder).items() if taken is None} == {b"1.jpg", b"5.jpg"}
    refreshed(library)
    assert dates(library) == EXPECTED


def test_a_file_that_changed_meanwhile_dates_nothing(older, open_library, draw_picture, state_folder):
    library = open_library(older)
    work = library.refresh()
    step = next(work)
    while (step.done, step.total) != (7, 7):
        step = next(work)
    save(older / "1.jpg", 1950, draw_picture, 41)
    drained(work)
    assert kept(state_folder)[b"1.jpg"] is None
    assert refreshed(library).added == 1
    assert dates(library)[b"1.jpg"] == date(1950)


def test_files_that_do_not_answer_end_the_lookup_and_not_the_refresh(older, open_library, monkeypatch):
    go_on = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr("engine.indexing.dating._HANGS_S", 0.3)
        patch.setattr(decoder_module, "date_of", lambda path: go_on.wait(30) and None)
        library = open_library(older)
        report = refreshed(library)
        go_on.set()
    assert report.photos == 7
    refreshed(library)
    assert dates(library) == EXPECTED


def test_dates_that_another_library_learned_are_taken_over(older, open_library, opened):
    first, second = open_library(older), open_library(older)
    refreshed(first)
    opened.clear()
    assert dates(second) == FILES_OWN
    report = refreshed(second)
    assert (dates(second), opened, report.changed) == (EXPECTED, [], False)


def test_photos_that_this_encoder_cannot_use_are_dated_and_not_found(older, open_library, light_encoder):
    library = open_library(older, light_encoder)
    report = refreshed(library)
    assert (report.photos, len(report.skipped), dates(library)) == (0, 7, {})
    assert dates(open_library(older)) == EXPECTED


def test_a_missing_photo_is_asked_once_it_is_back(older, open_library, opened, tmp_path):
    (older / "1.jpg").rename(tmp_path / "away.jpg")
    library = open_library(older)
    steps, _ = drained(library.refresh())
    assert {one.total for one in steps if one.phase == "dates"} == {5}
    assert "1.jpg" not in opened
    (tmp_path / "away.jpg").rename(older / "1.jpg")
    refreshed(library)
    assert dates(library) == EXPECTED


KILLED = """
import os, sys
from pathlib import Path
from engine.indexing import dating
from engine.encoding.encoder import Encoder
from engine.library import Library
dating._BATCH = dating._WINDOW = 1
import engine.indexing.refresh
engine.indexing.refresh.ticks = lambda: lambda: True
for step in Library(sys.argv[1], Encoder(Path(sys.argv[2]), threads=1)).refresh():
    if step.phase == "dates" and step.done == 3:
        os._exit(9)
"""


def test_a_killed_lookup_loses_nothing(older, tiny_model, encoder, opened):
    command = [sys.executable, "-c", KILLED, str(older), str(tiny_model)]
    assert subprocess.run(command, timeout=100).returncode == 9
    with closing(Library(older, encoder)) as library:
        assert sum(dates(library)[name] != FILES_OWN[name] for name in EXPECTED) >= 2
        report = refreshed(library)
        assert (dates(library), len(opened), encoder.batches) == (EXPECTED, 3, [])
        assert (report.skipped, report.changed) == ((), False)


def test_where_the_disk_takes_nothing_the_files_own_dates_stand_in(older, open_library, monkeypatch):
    def full(*_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("engine.state.database.write_ahead", full)
    assert dates(open_library(older)) == FILES_OWN
