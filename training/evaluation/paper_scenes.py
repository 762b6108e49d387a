"""Scenes in which drawings on paper are photographed, by condition, each varied by random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

Colour = tuple[float, float, float]
Rng = np.random.Generator


@dataclass(frozen=True)
class Scene:
    """What is photographed, and how. Lengths are shares of the sheet's width unless they say otherwise.

    Attributes:
        ink: colour of the pen.
        width: how much wider the lines become.
        paper: colour of the sheet.
        ruling: "", "lines" or "squares".
        ruling_colour: colour of what is printed.
        pitch: distance of the printed lines.
        margin_line: whether a red line runs down the sheet.
        drawing: side of the drawing.
        extras: of "speck", "signature", "thumb", "pen".
        table: "", "wood", "cloth" or "desk"; none: the sheet fills the photograph.
        room: side of the sheet on the table, as a share of what just fits.
        turn: degrees by which the sheet lies askew.
        tilt: how far the corners move by perspective, as a share of the sheet.
        shift: how far the sheet's centre lies from the photograph's, as shares of its sides.
        light: tones of white paper at the bright and at the dark end.
        shadow: share of the light that a hand takes, 0 to 1.
        noise: standard deviation, tones.
        blur: standard deviation, pixels.
        quality: of the JPEG; 0 for none.
        marks: colour of the specks.
    """

    ink: Colour = (32, 32, 38)
    width: float = 0.0
    paper: Colour = (250, 249, 246)
    ruling: str = ""
    ruling_colour: Colour = (150, 175, 220)
    pitch: float = 0.045
    margin_line: bool = False
    drawing: float = 0.7
    extras: tuple[str, ...] = ()
    table: str = ""
    room: float = 0.85
    turn: float = 0.0
    tilt: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    light: tuple[float, float] = (235.0, 225.0)
    shadow: float = 0.0
    noise: float = 2.0
    blur: float = 0.6
    quality: int = 90
    marks: Colour = (60, 60, 60)


_CREAMS: tuple[Colour, ...] = ((246, 236, 208), (240, 228, 196), (232, 214, 180))
_COLOURED: tuple[Colour, ...] = ((200, 225, 205), (245, 205, 210), (190, 212, 235), (178, 142, 98))
_BLUES: tuple[Colour, ...] = ((150, 175, 220), (165, 200, 225), (130, 155, 215))
_GREYS: tuple[Colour, ...] = ((180, 180, 180), (200, 200, 202), (160, 162, 165))
_PENS: tuple[Colour, ...] = ((32, 32, 38), (35, 45, 130), (70, 70, 78))


def _any(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _plain(rng: Rng) -> Scene:
    return Scene(ink=_any(rng, _PENS), turn=rng.uniform(-4, 4), tilt=rng.uniform(0, 0.05))


def _light(rng: Rng, dark: float) -> Scene:
    return Scene(ink=_any(rng, _PENS), light=(225, dark), noise=rng.uniform(1, 4))


def _shadow(rng: Rng, **more: object) -> Scene:
    return Scene(ink=_any(rng, _PENS), shadow=rng.uniform(0.3, 0.6), **more)  # type: ignore[arg-type]


def _dim(rng: Rng) -> Scene:
    tone = rng.uniform(90, 125)
    return Scene(ink=_any(rng, _PENS), light=(tone + 5, tone - 5), noise=rng.uniform(3, 8))


def _noise(rng: Rng) -> Scene:
    return Scene(ink=_any(rng, _PENS), noise=rng.uniform(12, 20), light=(225, 190), quality=75)


def _pencil(rng: Rng) -> Scene:
    grey = rng.uniform(120, 165)
    return Scene(ink=(grey, grey, grey + 3), light=(230, 195), noise=rng.uniform(2, 5))


def _rule(rng: Rng, ruling: str, colours: tuple[Colour, ...], **more: object) -> Scene:
    return Scene(
        ink=_any(rng, _PENS),
        ruling=ruling,
        ruling_colour=_any(rng, colours),
        pitch=rng.uniform(0.028, 0.055),
        turn=rng.uniform(-4, 4),
        tilt=rng.uniform(0, 0.05),
        **more,  # type: ignore[arg-type]
    )


def _table(rng: Rng, table: str, room: tuple[float, float] = (0.7, 0.95), **more: object) -> Scene:
    return Scene(
        ink=_any(rng, _PENS),
        table=table,
        room=rng.uniform(*room),
        turn=rng.uniform(-20, 20),
        tilt=rng.uniform(0.02, 0.14),
        shift=(rng.uniform(-0.04, 0.04), rng.uniform(-0.04, 0.04)),
        light=(235, rng.uniform(170, 220)),
        **more,  # type: ignore[arg-type]
    )


def _cut(rng: Rng) -> Scene:
    away = (rng.choice([-1, 1]) * rng.uniform(0.06, 0.11), rng.choice([-1, 1]) * rng.uniform(0.04, 0.09))
    wood = str(rng.choice(["wood", "cloth", "desk"]))
    return Scene(
        table=wood, room=1.05, turn=rng.uniform(-8, 8), tilt=rng.uniform(0, 0.06), shift=away, drawing=0.5
    )


def _strip(rng: Rng) -> Scene:
    away = (rng.choice([-1, 1]) * rng.uniform(0.12, 0.16), 0.0)
    return Scene(
        table=str(rng.choice(["wood", "cloth"])), room=1.1, turn=rng.uniform(-3, 3), shift=away, drawing=0.5
    )


def _scanner(rng: Rng) -> Scene:
    away = (rng.choice([-1, 1]) * rng.uniform(0.1, 0.14), rng.choice([-1, 1]) * rng.uniform(0.06, 0.1))
    return Scene(
        table="desk", room=1.1, turn=rng.uniform(-2, 2), shift=away, drawing=0.5, noise=1.0, light=(250, 248)
    )


def _rule_on_table(rng: Rng, ruling: str) -> Scene:
    pitch, colour = rng.uniform(0.03, 0.055), _any(rng, _BLUES + _GREYS)
    table = str(rng.choice(["wood", "cloth", "desk"]))
    return replace(_table(rng, table), ruling=ruling, pitch=pitch, ruling_colour=colour)


def _extra(name: str) -> Callable[[Rng], Scene]:
    return lambda rng: Scene(ink=_any(rng, _PENS), extras=(name,), light=(232, rng.uniform(170, 225)))


CONDITIONS: Mapping[str, Callable[[Rng], Scene]] = MappingProxyType(
    {
        "pen": _plain,
        "light": lambda rng: _light(rng, 140),
        "steep light": lambda rng: _light(rng, 110),
        "shadow": _shadow,
        "dim": _dim,
        "noise": _noise,
        "pencil": _pencil,
        "marker": lambda rng: Scene(width=rng.uniform(0.01, 0.022), light=(230, 190)),
        "blurred JPEG": lambda rng: Scene(ink=_any(rng, _PENS), blur=rng.uniform(1.5, 2.5), quality=35),
        "cream paper": lambda rng: Scene(ink=_any(rng, _PENS), paper=_any(rng, _CREAMS), light=(225, 185)),
        "coloured paper": lambda rng: Scene(paper=_any(rng, _COLOURED), light=(230, 190)),
        "ruled blue": lambda rng: _rule(rng, "lines", _BLUES, margin_line=rng.random() < 0.5),
        "ruled grey": lambda rng: _rule(rng, "lines", _GREYS),
        "squared": lambda rng: _rule(rng, "squares", _BLUES + _GREYS),
        "ruled in a dim shadow": lambda rng: _rule(rng, "lines", _BLUES, light=(150, 110), shadow=0.3),
        "squared in falling light": lambda rng: _rule(rng, "squares", _BLUES, light=(225, 130)),
        "wooden table": lambda rng: _table(rng, "wood"),
        "cloth": lambda rng: _table(rng, "cloth"),
        "desk": lambda rng: _table(rng, "desk"),
        "far": lambda rng: _table(rng, str(rng.choice(["wood", "desk"])), (0.45, 0.65)),
        "corner cut off": _cut,
        "strip of table": _strip,
        "scanner": _scanner,
        "ruled on a table": lambda rng: _rule_on_table(rng, "lines"),
        "squared on a table": lambda rng: _rule_on_table(rng, "squares"),
        "pencil on a table": lambda rng: replace(_table(rng, "wood"), ink=(140, 140, 143)),
        "shadow on a table": lambda rng: _table(rng, "wood", shadow=rng.uniform(0.3, 0.5)),
        "speck": _extra("speck"),
        "signature": _extra("signature"),
        "thumb": _extra("thumb"),
        "pen beside": _extra("pen"),
    }
)
"""Scenes by name: each entry makes one from random numbers."""

MEASURED = ("steep light", "shadow", "dim", "noise", "pencil", "ruled blue", "squared", "wooden table")
"""The conditions of the measure `paper`; `benchmarks/paper.py` takes all."""
