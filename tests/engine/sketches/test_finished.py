"""A drawing that goes on: its finished strokes are painted once, and its pixels are those of all anew."""

import numpy as np
import pytest

from engine.preprocess import render_strokes
from engine.search.examples import drawing_vector
from engine.search.query import Query
from engine.sketches import drawing
from engine.sketches.drawing import Stroke
from engine.sketches.finished import Finished

CORNERS = Stroke.through([(0.1, 0.1), (0.9, 0.9)])


def replayed(seed: int, *, erases: bool = False) -> list[tuple[Stroke, ...]]:
    """Return what is drawn after each movement of four strokes, and after one is taken back."""
    rng, done, states = np.random.default_rng(seed), [CORNERS], []
    for number in range(4):
        points = (0.5 + 0.1 * rng.normal(size=(12, 2)).cumsum(axis=0)).astype(np.float32)
        made = [
            Stroke(points[:count], 0.05, eraser=erases and number == 2) for count in range(1, len(points) + 1)
        ]
        states += [(*done, stroke) for stroke in made]
        done.append(made[-1])
    return [*states, tuple(done), tuple(done[:-1]), tuple(done[:2])]


@pytest.mark.parametrize(("seed", "erases"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_drawing_that_goes_on_has_the_pixels_of_one_painted_anew(seed, erases):
    finished = Finished()
    for strokes in replayed(seed, erases=erases):
        assert render_strokes(strokes, finished=finished).tobytes() == render_strokes(strokes).tobytes()


def test_strokes_that_only_erase_and_a_single_dot_are_painted_as_they_are():
    finished = Finished()
    for strokes in [(Stroke(CORNERS.points, eraser=True),), (Stroke.through([(0.3, 0.3)]),), (CORNERS,)]:
        assert render_strokes(strokes, finished=finished).tobytes() == render_strokes(strokes).tobytes()


@pytest.fixture
def painted(monkeypatch):
    """Counts the lines that are painted."""
    lines, paint = [], drawing._paint
    monkeypatch.setattr(drawing, "_paint", lambda *args: (lines.append(args), paint(*args)))
    return lines


def test_a_search_paints_no_finished_stroke_again(painted, library):
    inside = [Stroke.through([(0.3, 0.4), (0.6, 0.4 + 0.01 * place)]) for place in range(6)]
    before = (CORNERS, *(Stroke.through([(0.2, 0.3), (0.7, place / 10)]) for place in range(2, 8)))
    for stroke in inside:
        library.rank(Query((*before, stroke))).take(1)
    assert len(painted) == len(before) + len(inside)


def test_what_is_kept_changes_no_vector(tiny_encoder):
    finished = Finished()
    for strokes in replayed(4)[::7]:
        kept, anew = (drawing_vector(tiny_encoder, Query(strokes), one) for one in (finished, None))
        assert np.array_equal(kept, anew)
