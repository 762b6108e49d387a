"""What is said aloud of the answers, and when."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.search.announcing import Announcer
from app.words import phrases
from engine.search.strength import Strength

from ..conftest import Hand, at_rest, browsed, draw, shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def said(monkeypatch):
    sentences: list[str] = []
    monkeypatch.setattr("app.search.announcing.announce", lambda _, sentence: sentences.append(sentence))
    return sentences


@pytest.fixture
def rested(qtbot):
    """Waits until all is said that there is to say."""

    def wait(window) -> None:
        announcer = window.findChild(Announcer)
        qtbot.waitUntil(lambda: at_rest(window) and not announcer._rest.isActive())

    return wait


def test_a_folder_without_photos_is_told_once(make_window, tmp_path, said, rested, qtbot):
    (tmp_path / "empty").mkdir()
    window = make_window(folder=tmp_path / "empty")
    qtbot.waitUntil(lambda: window.photos_panel.message.title == "No photos found in empty")
    rested(window)
    window.session.retry()
    rested(window)
    assert [one for one in said if "No photos found" in one] == [window.photos_panel.message.words]


def test_a_place_without_photos_is_told_each_time_it_is_come_to(indexed_window, said, rested, qtbot):
    window, folders = indexed_window, indexed_window.photos_panel.folders
    told = "No photos here. The time or the folders chosen below leave out every photo."
    for times in (1, 2):
        folders.choose([Path("nowhere")])
        qtbot.waitUntil(lambda times=times: said == times * [told])
        folders.choose(())
        qtbot.waitUntil(lambda: len(browsed(window)) == 12)
        rested(window)


def test_how_well_photos_match_is_told_when_it_is_another_word(searched_window, said, rested):
    window = searched_window
    rested(window)
    said.clear()
    for strength in (Strength.FAIR, Strength.FAIR, Strength.NONE):
        window.seating.shown = replace(window.seating.shown, strength=strength)
        window._render()
        rested(window)
    assert said == [phrases.strength("FAIR"), phrases.strength("NONE")]


def test_nothing_is_told_while_the_pen_is_down_and_one_sentence_once_it_rests(
    indexed_window, said, rested, qtbot, monkeypatch
):
    window, hand = indexed_window, Hand(indexed_window.canvas)
    take = window.seating.take
    monkeypatch.setattr(
        type(window.seating),
        "take",
        lambda self, found: take(replace(found, strength=Strength.WEAK)),
    )
    hand.press((0.2, 0.2))
    hand.move((0.6, 0.6))
    qtbot.waitUntil(lambda: shown(window) == 12)
    rested(window)
    assert said == []
    hand.release((0.6, 0.6))
    draw(window, (0.3, 0.7), (0.8, 0.2))  # before it has rested
    qtbot.waitUntil(lambda: len(said) > 0)
    rested(window)
    assert said == ["12 photos. Weak match"]
    draw(window, (0.5, 0.2), (0.5, 0.8))
    qtbot.waitUntil(lambda: len(said) > 1)
    assert said[1:] == ["12 photos"]


def test_as_many_results_are_told_as_stand_over_the_photos(searched_window, said, rested):
    window, announcer = searched_window, searched_window.findChild(Announcer)
    rested(window)
    said.clear()
    window.live.found = replace(window.live.found, hits=window.live.found.hits[:3])
    announcer._told = -1
    announcer._tell()
    assert said == ["12 photos"]


def test_what_the_chip_brings_in_is_told_over_the_photos_and_aloud(searched_window, said, rested):
    window, seating = searched_window, searched_window.seating
    rested(window)
    said.clear()
    seating.take(replace(seating.shown, strength=Strength.STRONG))
    assert window.photos_panel.heading != phrases.strength("STRONG")
    seating.settle()
    assert window.photos_panel.heading == phrases.strength("STRONG")
    rested(window)
    assert said == [phrases.strength("STRONG")]
