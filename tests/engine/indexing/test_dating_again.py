"""Dates that were missed are looked up again, and are judged by the clock of the moment."""

import pytest

from engine.indexing import decoder as decoder_module
from engine.pictures.dates import NO_DATE
from engine.state.catalog import CATALOG_NAME

from ..conftest import refreshed
from ..dated import EXPECTED, FILES_OWN, by_camera, date, dated_folder, dates


@pytest.fixture
def dated(tmp_path, draw_picture):
    """The folder of `EXPECTED`."""
    return dated_folder(tmp_path / "dated", draw_picture)


def test_photos_indexed_while_the_clock_is_wrong_have_their_dates_once_it_is_right(
    dated, open_library, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("engine.pictures.dates.latest", lambda: date(2002))
        library = open_library(dated)
        refreshed(library)
        now = dates(library)
    assert (now[b"2.jpg"], now[b"3.jpg"]) == (date(2002), FILES_OWN[b"3.jpg"])
    monkeypatch.setattr(decoder_module, "date_of", lambda path: pytest.fail(f"{path} was read again"))
    assert dates(open_library(dated)) == EXPECTED
    refreshed(library)
    assert (dates(library), by_camera(library)) == (EXPECTED, {*EXPECTED} - {b"5.jpg"})


def test_reading_all_photos_again_looks_up_their_dates_too(dated, open_library, monkeypatch, encoder):
    with monkeypatch.context() as patch:
        patch.setattr(decoder_module, "date_of", lambda _: NO_DATE)  # as an earlier version read them
        library = open_library(dated)
        refreshed(library)
    encoder.batches.clear()
    refreshed(library, recheck=True)
    assert (dates(library), encoder.batches) == (EXPECTED, [])


def test_a_catalog_of_the_ninth_version_looks_once_more_for_the_dates_it_lacks(
    dated, open_library, monkeypatch, encoder, state_folder, as_version_9
):
    with monkeypatch.context() as patch:
        patch.setattr(decoder_module, "date_of", lambda path: NO_DATE)
        library = open_library(dated)
        refreshed(library)
        library.close()
    as_version_9(state_folder / CATALOG_NAME)
    encoder.batches.clear()
    again = open_library(dated)
    assert dates(again) == FILES_OWN
    report = refreshed(again)
    assert (dates(again), report.changed, encoder.batches) == (EXPECTED, False, [])
