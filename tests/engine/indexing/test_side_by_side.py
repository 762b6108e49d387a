"""Works done in turns: what stops one, what stops all, and how far they are together."""

from pathlib import Path

import pytest

from engine.errors import CatalogError, FolderError
from engine.indexing.side_by_side import take_turns
from engine.progress import Progress

from ..conftest import drained


def steps_of(*, then, count=2):
    for number in range(count):
        yield Progress("encode", number, count, 0)
    if isinstance(then, Exception):
        raise then
    return then


def test_works_are_done_in_turns_and_a_failing_one_stops_no_other():
    works = {
        Path("a"): steps_of(then=True, count=5),
        Path("b"): steps_of(then=FolderError("gone")),
        Path("c"): steps_of(then=False),
        Path("d"): steps_of(then=True),
    }
    steps, outcomes = drained(take_turns(works))
    first = [[str(folder) for folder, _ in step.folders] for step in steps][:3]
    assert first == [["a"], ["a", "b"], ["a", "b", "c"]]
    assert str(outcomes[Path("b")].trouble) == "gone"
    assert [outcomes[Path(name)].was_there for name in "acd"] == [True, False, True]


def test_a_catalog_that_fails_ends_all_works():
    works = {Path("a"): steps_of(then=CatalogError("full")), Path("b"): steps_of(then=True, count=50)}
    with pytest.raises(CatalogError, match="full"):
        drained(take_turns(works))
    assert works[Path("b")].gi_frame is None


def test_leaving_off_closes_every_work():
    works = {Path(name): steps_of(then=True, count=50) for name in "abc"}
    turns = take_turns(works)
    for _ in range(4):
        next(turns)
    turns.close()
    assert all(work.gi_frame is None for work in works.values())


def test_what_is_furthest_from_the_end_says_how_far_all_are():
    scan, one, two = Progress("scan", 7, 0, 1), Progress("encode", 2, 10, 0), Progress("encode", 3, 5, 2)
    together = Progress.of([(Path("a"), one), (Path("b"), two)])
    assert (together.phase, together.done, together.total, together.skipped) == ("encode", 5, 15, 2)
    assert Progress.of([(Path("a"), one), (Path("b"), scan)]).phase == "scan"
