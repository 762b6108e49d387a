"""What lies beside a kept drawing, in words."""

import json
from pathlib import Path

import pytest

from app.shelf.beside import prints_of
from app.shelf.entries import PRINTS, Beside, Entry
from app.shelf.pictures import Pictures

A, B = Path("/a.jpg"), Path("/b.jpg")


def words(like, unlike=(), **others) -> dict[str, str]:
    return {PRINTS: json.dumps({"like": like, "unlike": unlike, **others})}


@pytest.mark.parametrize(
    "damaged", [5, None, [], {}, {"path": 5, "picture": "x"}, {"picture": 5}, {"path": None}]
)
def test_an_entry_that_is_damaged_takes_no_other_away(damaged, tmp_path):
    given = words(
        [str(A), damaged, {"picture": "x", "path": str(B)}], [damaged, {"picture": "y"}], balance=0.25
    )
    beside = Beside.read(given)
    assert beside == Beside((Entry(A), Entry(B, "x")), (Entry(None, "y"),), 0.25)
    assert (beside.paths, beside.pictures) == ({A, B}, {"x", "y"})
    assert beside.rename({A: B}).words() == words([str(B)], [{"picture": "y"}], balance=0.25)
    assert [one.path for one in prints_of(given, Pictures(tmp_path)).like] == [A, B]


@pytest.mark.parametrize("balance", [None, "x", 2, -1, float("nan")])
def test_a_damaged_balance_takes_no_photo_away(balance):
    assert Beside.read(words([str(A)], balance=balance)) == Beside((Entry(A),))


def test_where_nothing_lies_there_are_no_words():
    assert Beside().words() == {}
