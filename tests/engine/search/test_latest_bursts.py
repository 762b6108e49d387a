"""What is of one moment is worked out anew for a share of the time, and once nothing comes any more."""

import pytest

from engine.search import bursts as module

from ..conftest import refreshed
from .test_bursts import THINGS, THREE, frame, gallery, stacks


@pytest.fixture
def slow(monkeypatch):
    """Working it out takes long, as of very many files."""
    monkeypatch.setattr(module, "_QUICK_S", -1.0)
    monkeypatch.setattr(module, "_SHARE", 1e-9)


def test_of_very_many_files_it_is_worked_out_for_a_share_of_the_time(slow, monkeypatch):
    made = gallery(*THREE)
    known = made._bursts()
    made.put([frame("4-early", 0, -1)])
    assert made._bursts() is known
    assert "4-early" in [one.names[0].decode() for one in made.rank(THINGS[0], grouped=True).take(9)]
    monkeypatch.setattr(made._bursts, "_due", 0.0)
    assert stacks(made) == [["4-early", [], ["1-a", "2-b", "3-c"]]]


def test_once_nothing_comes_any_more_the_next_search_knows_all(slow):
    made = gallery(*THREE)
    assert len(stacks(made)) == 1
    made.put([frame("4-early", 0, -1)])
    made.settle()
    assert stacks(made) == [["4-early", [], ["1-a", "2-b", "3-c"]]]


def test_a_look_at_the_folder_ends_with_that(library, monkeypatch):
    settled = []
    monkeypatch.setattr(module.LatestBursts, "settle", lambda _: settled.append(library.photo_count))
    refreshed(library)
    assert settled == [12]
