"""What erasers have left of strokes: those that do not come near are not asked."""

import numpy as np
import pytest

from app.drawing.ink import geometry
from app.drawing.ink.geometry import (
    close_points,
    find_covered,
    parts_left,
    share_inside,
    strokes_left,
    visible_parts,
)
from app.drawing.tools import touched_strokes
from engine.sketches.drawing import Stroke

LOOP = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]


def random_strokes(seed: int) -> tuple[Stroke, ...]:
    """Return strokes and erasers mixed, short ones and long ones, some by pressure."""
    random, strokes = np.random.default_rng(seed), []
    for _ in range(40):
        steps = random.normal(0, random.choice([0.005, 0.05]), (random.integers(1, 8), 2))
        points = (random.random(2) + steps.cumsum(axis=0)).astype(np.float32)
        eraser, width = bool(random.random() < 0.4), float(random.choice([0.005, 0.05, 0.2]))
        widths = (
            None if eraser or random.random() < 0.5 else (random.random(len(points)) * width).astype("f4")
        )
        strokes.append(Stroke(points, width, eraser, widths))
    return tuple(strokes)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_left_is_the_same_as_though_all_later_erasers_were_asked(seed):
    strokes = random_strokes(seed)
    ink = [number for number, stroke in enumerate(strokes) if not stroke.eraser]
    later = {number: [one for one in strokes[number + 1 :] if one.eraser] for number in ink}
    parts = [part for number in ink for part in visible_parts(strokes[number], later[number])]
    found = list(parts_left(strokes, ink))
    assert len(found) == len(parts)
    assert all(np.array_equal(one.points, other.points) for one, other in zip(found, parts, strict=True))
    under = {number: find_covered(close_points(strokes[number])[0], later[number]) for number in ink}
    assert list(strokes_left(strokes)) == [not under[number].all() for number in reversed(ink)]
    wide = touched_strokes(strokes, (0.5, 0.5), (0.5, 0.5), reach=3)
    assert wide == [number for number in ink if not under[number].all()]
    for number in ink:
        left = close_points(strokes[number])[0][~under[number]]
        assert share_inside(strokes, number, LOOP) == (geometry.inside(left, LOOP).mean() if len(left) else 0)


def test_an_eraser_far_from_a_stroke_is_not_asked_for_what_it_left(monkeypatch):
    stroke = Stroke.through([(0.1, 0.1), (0.2, 0.1)])
    near = Stroke.through([(0.2, 0.12)], width=0.05, eraser=True)
    far = Stroke.through([(0.7, 0.1), (0.9, 0.1)], width=0.05, eraser=True)
    strokes, asked = (stroke, far, near, far), []
    monkeypatch.setattr(
        geometry, "find_covered", lambda points, by: asked.append([*by]) or find_covered(points, by)
    )
    assert len(list(parts_left(strokes, [0]))) == 1
    assert all(strokes_left(strokes))
    assert share_inside(strokes, 0, LOOP) == 0
    assert asked == [[near]] * 3
