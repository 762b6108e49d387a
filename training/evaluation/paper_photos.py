"""Sketches as a phone photographs them: pen on paper, under a lamp, on a table. Simulated, by seed."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from training.data.augment import dark_on_light
from training.evaluation.paper_scenes import CONDITIONS, Colour, Scene

Tones = NDArray[np.float32]

_LONG = 960
"""Longer side of a photograph, pixels; phones take more, the program reduces them to about this."""

_SHEET = (900, 1200)
"""Width and height of the sheet before it is photographed, pixels."""

_SHORT_SIDES = (720, 540)
_WOODS: tuple[Colour, ...] = ((120, 82, 50), (176, 130, 84), (84, 58, 42), (205, 170, 125))
_CLOTHS: tuple[Colour, ...] = ((60, 75, 120), (130, 50, 55), (90, 100, 80), (70, 70, 74))
_DESKS: tuple[Colour, ...] = ((45, 45, 48), (110, 110, 108), (150, 142, 130), (30, 60, 50))


def photograph(sketch: Image.Image, condition: str, seed: int) -> Image.Image:
    """Return a photograph of the sketch drawn on paper, in colour.

    Args:
        sketch: dark lines on white, or as `dark_on_light` takes them.
        condition: one of CONDITIONS.
        seed: decides everything that varies within the condition.

    Raises:
        KeyError: there is no such condition.
    """
    rng = np.random.default_rng([seed, sum(condition.encode())])
    return take(sketch, CONDITIONS[condition](rng), rng)


def empty_page(condition: str, seed: int) -> Image.Image:
    """Return the same photograph of a sheet that nothing is drawn on."""
    return photograph(Image.new("L", (256, 256), 255), condition, seed)


def take(sketch: Image.Image, scene: Scene, rng: np.random.Generator) -> Image.Image:
    """Return a photograph of one scene; `rng` decides textures, places and noise."""
    sheet = _draw(sketch, scene, rng)
    short = int(rng.choice(_SHORT_SIDES)) if scene.table else _SHORT_SIDES[0]
    size = (short, _LONG) if rng.random() < 0.7 or not scene.table else (_LONG, short)
    seen = _photograph(sheet, scene, size, rng)
    if "thumb" in scene.extras:
        _add_thumb(seen, rng)
    seen *= _lighting(scene, size, rng)[..., None] / 250
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), max(scene.blur, 0.1)), np.float32)
    seen += rng.normal(0, scene.noise, seen.shape).astype(np.float32)
    picture = Image.fromarray(seen.clip(0, 255).round().astype(np.uint8))
    return _compress(picture, scene.quality) if scene.quality else picture


def _draw(sketch: Image.Image, scene: Scene, rng: np.random.Generator) -> Tones:
    """Return the sheet, (height, width, 3), with what is printed and drawn on it."""
    width, height = _SHEET
    sheet = np.empty((height, width, 3), np.float32)
    sheet[:] = scene.paper
    if scene.ruling:
        _rule(sheet, scene, rng)
    side = round(scene.drawing * width)
    drawing = ImageOps.pad(dark_on_light(sketch), (side, side), Image.Resampling.BICUBIC, color=255)
    ink = 255 - np.asarray(drawing, np.float32)
    if scene.width:
        reach = max(round(scene.width * width), 1)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
        ink = np.asarray(cv2.dilate(ink, disc), np.float32)
    left = round((width - side) * rng.uniform(0.3, 0.7))
    top = round((height - side) * rng.uniform(0.3, 0.6))
    cover = (ink / 255)[..., None]
    area = sheet[top : top + side, left : left + side]
    area += cover * (np.minimum(np.asarray(scene.ink, np.float32), area) - area)
    _add_marks(sheet, scene, rng)
    return sheet


def _rule(sheet: Tones, scene: Scene, rng: np.random.Generator) -> None:
    """Print lines or squares onto the sheet."""
    height, width = sheet.shape[:2]
    pitch, thick = scene.pitch * width, int(rng.integers(1, 4))
    ruled = np.zeros((height, width), np.float32)
    for y in np.arange(pitch * rng.uniform(0.3, 1), height, pitch):
        cv2.line(ruled, (0, round(y)), (width, round(y)), 1.0, thick)
    if scene.ruling == "squares":
        for x in np.arange(pitch * rng.uniform(0.3, 1), width, pitch):
            cv2.line(ruled, (round(x), 0), (round(x), height), 1.0, thick)
    cover = cv2.GaussianBlur(ruled, (0, 0), 0.6)[..., None]
    sheet += cover * (np.asarray(scene.ruling_colour, np.float32) - sheet)
    if scene.margin_line:
        x = round(width * rng.uniform(0.1, 0.16))
        cv2.line(sheet, (x, 0), (x, height), (225, 130, 135), thick)


def _add_marks(sheet: Tones, scene: Scene, rng: np.random.Generator) -> None:
    """Add a speck, a signature or a pen to the sheet."""
    height, width = sheet.shape[:2]
    if "speck" in scene.extras:
        for _ in range(int(rng.integers(1, 4))):
            place = (int(rng.uniform(0.03, 0.97) * width), int(rng.choice([0.04, 0.06, 0.95]) * height))
            cv2.circle(sheet, place, int(rng.integers(2, 5)), scene.marks, -1)
    if "signature" in scene.extras:
        start = np.array([rng.uniform(0.72, 0.78) * width, rng.uniform(0.92, 0.96) * height])
        steps = np.cumsum(rng.normal((7, 0), (5, 9), (22, 2)), axis=0)
        steps[:, 1] = steps[:, 1].clip(-18, 18)
        cv2.polylines(sheet, [(start + steps).astype(np.int32)], False, scene.ink, 3, cv2.LINE_AA)
    if "pen" in scene.extras:
        x, y = rng.uniform(0.88, 0.93) * width, rng.uniform(0.1, 0.2) * height
        end = (round(x + rng.uniform(-0.03, 0.05) * width), round(y + 0.55 * height))
        cv2.line(sheet, (round(x), round(y)), end, (40, 60, 130), round(0.028 * width), cv2.LINE_AA)


def _photograph(sheet: Tones, scene: Scene, size: tuple[int, int], rng: np.random.Generator) -> Tones:
    """Return the photograph's colours, (height, width, 3): the sheet in perspective, on its table."""
    width, height = size
    long, short = sheet.shape[0], sheet.shape[1]
    corners = np.array([(-short, -long), (short, -long), (short, long), (-short, long)], np.float32) / 2
    angle = math.radians(scene.turn)
    turn = np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))], np.float32)
    turned = corners @ turn.T
    extent = np.ptp(turned, axis=0)
    if scene.table:
        scale = scene.room * min(width / extent[0], height / extent[1])
    else:
        scale = 1.04 * max(width / short, height / long)
    placed = turned * scale
    placed *= 1 + scene.tilt * rng.uniform(-0.5, 0.5, (4, 2)).astype(np.float32)
    placed += np.array([width * (0.5 + scene.shift[0]), height * (0.5 + scene.shift[1])], np.float32)
    source = np.array([(0, 0), (short, 0), (short, long), (0, long)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, placed.astype(np.float32))
    seen = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    if not scene.table:
        return np.asarray(seen, np.float32)
    inside = cv2.warpPerspective(np.ones(sheet.shape[:2], np.float32), matrix, size)
    shade = 1 - 0.3 * cv2.GaussianBlur(inside, (0, 0), 6)
    table = _TABLES[scene.table](size, rng) * shade[..., None]
    return np.asarray(table + inside[..., None] * (seen - table), np.float32)


def _wood(size: tuple[int, int], rng: np.random.Generator) -> Tones:
    grain = _clouds(size, rng, across=int(rng.integers(30, 90)), along=4)
    fine = _clouds(size, rng, across=260, along=8)
    base = np.asarray(_WOODS[int(rng.integers(len(_WOODS)))], np.float32)
    return np.asarray(base * (1 + 0.28 * grain + 0.1 * fine)[..., None], np.float32)


def _cloth(size: tuple[int, int], rng: np.random.Generator) -> Tones:
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    thread = rng.uniform(4, 9)
    weave = np.sin(2 * np.pi * x / thread) * np.sin(2 * np.pi * y / thread)
    base = np.asarray(_CLOTHS[int(rng.integers(len(_CLOTHS)))], np.float32)
    pattern = 0.15 * weave + 0.12 * _clouds(size, rng, across=12, along=12)
    if rng.random() < 0.3:
        check = rng.uniform(60, 110)
        pattern += 0.5 * ((np.floor(x / check) + np.floor(y / check)) % 2)
    return np.asarray(base * (1 + pattern)[..., None], np.float32)


def _desk(size: tuple[int, int], rng: np.random.Generator) -> Tones:
    base = np.asarray(_DESKS[int(rng.integers(len(_DESKS)))], np.float32)
    return np.asarray(base * (1 + 0.05 * _clouds(size, rng, across=5, along=5))[..., None], np.float32)


_TABLES: dict[str, Callable[[tuple[int, int], np.random.Generator], Tones]] = {
    "wood": _wood,
    "cloth": _cloth,
    "desk": _desk,
}


def _clouds(size: tuple[int, int], rng: np.random.Generator, *, across: int, along: int) -> Tones:
    """Return smooth noise, (height, width), about -1 to 1, with so many cells each way; turned at random."""
    cells = (across, along) if rng.random() < 0.5 else (along, across)
    return np.asarray(cv2.resize(rng.normal(0, 0.6, cells).astype(np.float32), size, interpolation=2))


def _add_thumb(seen: Tones, rng: np.random.Generator) -> None:
    """Let a thumb reach in at an edge."""
    height, width = seen.shape[:2]
    across, along = round(0.07 * width), round(0.15 * width)
    right = rng.random() < 0.5
    centre = (width - along // 3 if right else along // 3, round(height * rng.uniform(0.75, 0.92)))
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, centre, (along, across), rng.uniform(-15, 15), 0, 360, 1.0, -1)
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 3), np.float32)[..., None]
    skin = np.array([(205, 150, 125), (150, 100, 75), (95, 62, 48)][int(rng.integers(3))], np.float32)
    seen += soft * (skin - seen)


def _lighting(scene: Scene, size: tuple[int, int], rng: np.random.Generator) -> Tones:
    """Return the tone of white paper at each pixel, (height, width)."""
    width, height = size
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    angle = rng.uniform(0, 2 * math.pi)
    reach = x * math.cos(angle) + y * math.sin(angle)
    bright, dark = scene.light
    share = (reach - reach.min()) / np.ptp(reach)
    light = (bright + (dark - bright) * share).astype(np.float32)
    if scene.shadow:
        light *= 1 - scene.shadow * _hand(size, rng)
    return np.asarray(light, np.float32)


def _hand(size: tuple[int, int], rng: np.random.Generator) -> Tones:
    """Return a hand's shadow, (height, width), 0 to 1: an arm that comes in from below, and fingers."""
    width, height = size
    shade = np.zeros((height, width), np.float32)
    wrist = np.array([rng.uniform(0.2, 1.0) * width, height * 1.05])
    palm = np.array([rng.uniform(0.3, 0.75) * width, rng.uniform(0.45, 0.7) * height])
    cv2.line(shade, _point(wrist), _point(palm), 1.0, round(0.24 * width))
    cv2.circle(shade, _point(palm), round(0.16 * width), 1.0, -1)
    for spread in (-0.5, -0.15, 0.2):
        tip = palm + 0.3 * width * np.array([math.sin(spread), -math.cos(spread)])
        cv2.line(shade, _point(palm), _point(tip), 1.0, round(0.055 * width))
    return np.asarray(cv2.GaussianBlur(shade, (0, 0), rng.uniform(0.012, 0.035) * width), np.float32)


def _point(place: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))


def _compress(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")
