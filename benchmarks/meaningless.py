"""Drawings for which no photo is right: dots, lines, plain shapes and scribbles."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from engine.sketches.drawing import Stroke

_SEEDS = 4

Points = list[tuple[float, float]]


def meaningless() -> list[tuple[str, list[Stroke]]]:
    """Return some hundred drawings, the same each time, each with what it is."""
    return [one for seed in range(_SEEDS) for one in _drawings(random.Random(seed))]


def _drawings(rng: random.Random) -> Iterator[tuple[str, list[Stroke]]]:
    for number in range(6):
        yield "dot", [Stroke.through([(0.3 + 0.04 * number, 0.5)], width=0.005 + 0.01 * number)]
        yield "line", [Stroke.through([(0.2, 0.2 + 0.1 * number), (0.8, 0.8 - 0.15 * number)])]
        for kind, points in _shapes(rng):
            yield kind, [Stroke.through(_shake(points, rng))]
    for _ in range(20):
        yield "walk", [Stroke.through(_wander(rng, steps=60, most=0.12))]
        yield "scribble", [Stroke.through(_wander(rng, steps=120, most=0.02, keeps=0.95))]
        yield "hatching", [Stroke.through(_shake(_hatching(rng), rng, 0.02))]


def _shapes(rng: random.Random) -> Iterator[tuple[str, Points]]:
    wide, high = rng.uniform(0.2, 0.35), rng.uniform(0.2, 0.35)
    turns = [2 * math.pi * number / 60 for number in range(61)]
    yield "circle", [(0.5 + wide * math.cos(a), 0.5 + wide * math.sin(a)) for a in turns]
    yield "dome", [(0.5 - wide * math.cos(a / 2), 0.7 - high * math.sin(a / 2)) for a in turns]
    yield "spiral", [(0.5 + 0.05 * a * math.cos(2 * a), 0.5 + 0.05 * a * math.sin(2 * a)) for a in turns]
    left, right, top, bottom = 0.5 - wide, 0.5 + wide, 0.5 - high, 0.5 + high
    yield "rectangle", [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    yield "triangle", [(0.5, top), (right, bottom), (left, bottom), (0.5, top)]
    yield "zigzag", [(0.1 + 0.1 * number, top if number % 2 else bottom) for number in range(9)]


def _shake(points: Points, rng: random.Random, by: float = 0.008) -> Points:
    return [_inside(x + rng.gauss(0, by), y + rng.gauss(0, by)) for x, y in points]


def _inside(x: float, y: float) -> tuple[float, float]:
    return min(max(x, 0.05), 0.95), min(max(y, 0.05), 0.95)


def _wander(rng: random.Random, *, steps: int, most: float, keeps: float = 0.0) -> Points:
    """Return a random walk; it keeps a share of its direction, and is drawn to the middle then."""
    points, along, down = [(0.5, 0.5)], 0.0, 0.0
    for _ in range(steps):
        x, y = points[-1]
        along = keeps * (along - 0.02 * (x - 0.5)) + rng.gauss(0, most)
        down = keeps * (down - 0.02 * (y - 0.5)) + rng.gauss(0, most)
        points.append(_inside(x + along, y + down))
    return points


def _hatching(rng: random.Random) -> Points:
    count, angle = rng.randint(10, 40), rng.uniform(0, math.pi)
    points = []
    for number in range(count):
        across, along = 0.7 * (number / count - 0.5), (0.35 if number % 2 else -0.35) * rng.uniform(0.5, 1)
        x = 0.5 + across * math.cos(angle) - along * math.sin(angle)
        points.append((x, 0.5 + across * math.sin(angle) + along * math.cos(angle)))
    return points
