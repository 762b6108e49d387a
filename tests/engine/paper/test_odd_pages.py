"""Pages that are folded, of a notebook, or boards, under light that is no plain lamp."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.paper.cleaning import clean_page
from engine.paper.ruling import without_ruling
from engine.preprocess import has_ink

from .pages import HIGH, WIDE, agreement, house
from .test_cleaning import lit


def test_the_rim_of_a_sharp_shadow_is_no_line():
    def shaded(page: Image.Image) -> Image.Image:
        shadow = np.zeros((HIGH, WIDE), np.float32)
        cv2.fillConvexPoly(shadow, np.array([(90, 600), (160, 200), (330, 240), (280, 600)]), 1)
        shade = 1 - 0.5 * cv2.GaussianBlur(shadow, (0, 0), 2)
        return Image.fromarray((np.array(lit(page), np.float32) * shade[..., None]).astype(np.uint8))

    assert agreement(shaded(house()), house()) > 0.95
    assert not has_ink(shaded(Image.new("L", (WIDE, HIGH), 255)))


@pytest.mark.parametrize("pencil", [120, 130])
def test_the_outline_of_what_is_shaded_softly_stays(pencil):
    place = ((190, 250), (92, 122), 0, 0, 360)
    shade, outline = np.zeros((2, 512, 384), np.float32)
    cv2.ellipse(shade, (190, 250), (90, 120), 0, 0, 360, 1, -1)
    cv2.ellipse(outline, *place, 1, 2)
    page = 225 * (1 - 0.4 * cv2.GaussianBlur(shade, (0, 0), 3))
    page = np.where(outline > 0, np.minimum(page, pencil), page)
    cv2.rectangle(page, (100, 400), (280, 480), 70, 3)
    page += np.random.default_rng(1).normal(0, 1.5, page.shape)
    ink = np.asarray(clean_page(Image.fromarray(page.clip(0, 255).astype(np.uint8))))
    assert (ink[outline > 0] < 200).mean() > 0.6


def test_the_folds_of_a_page_are_no_lines():
    seen = np.array(lit(house(), "even"), np.float32)
    seen[:, :200] *= 0.88
    seen[300:] *= 0.94
    seen[299:302] *= 0.8
    seen[:, 199:202] *= 0.8
    assert agreement(Image.fromarray(seen.astype(np.uint8)), house()) > 0.95


@pytest.mark.parametrize("width", [1, 1.5, 2])
@pytest.mark.parametrize("wave", [0, 2])
def test_a_horizon_of_the_same_pen_is_no_fold(width, wave):
    page = Image.new("L", (1536, 1152), 255)
    brush, pen = ImageDraw.Draw(page), round(2 * width)
    horizon = [(x, 900 + 2 * wave * np.sin(x / 120)) for x in range(0, 1540, 6)]
    brush.line(horizon, fill=0, width=pen)
    brush.rectangle((525, 525, 975, 890), outline=0, width=pen)
    darkness = 1 - np.asarray(page.resize((768, 576), Image.Resampling.BOX), np.float32) / 255
    darkness += np.random.default_rng(0).normal(0, 0.004, darkness.shape).astype(np.float32)
    left = without_ruling(darkness.clip(0, 1), np.ones(darkness.shape, np.bool_), 0.004)
    assert (left[440:460, :250] > 0.1).any(axis=0).mean() > 0.95


@pytest.mark.parametrize("upright", [False, True])
def test_the_rings_of_a_notebook_are_no_drawing(upright):
    page = house(width=2)
    brush = ImageDraw.Draw(page)
    for start in range(8, HIGH if upright else WIDE, 16):
        hole, ring = (start, 10, start + 6, 17), (start + 3, 0, start + 3, 13)
        brush.rectangle((hole[1], hole[0], hole[3], hole[2]) if upright else hole, fill=40)
        brush.line((ring[1], ring[0], ring[3], ring[2]) if upright else ring, fill=110, width=3)
    assert agreement(lit(page), house()) > 0.95


def test_the_reflection_of_a_lamp_on_a_board_is_no_chalk():
    board = np.array(lit(house(width=2)), np.float32) * 0.75
    lamp = np.zeros(board.shape[:2], np.float32)
    for row in (50, 90, 460, 500):
        cv2.line(lamp, (30, row + 10), (390, row), 1, 12)
    board += 130 * cv2.GaussianBlur(lamp, (0, 0), 5)[..., None]
    assert agreement(Image.fromarray(board.clip(0, 255).astype(np.uint8)), house()) > 0.95


def test_what_is_left_of_a_frame_does_not_turn_chalk_into_ground():
    board = np.array(lit(house(), "even"), np.float32)
    board = 60 + 0.5 * (255 - board)
    board[:6] = board[-6:] = board[:, :6] = board[:, -6:] = 5
    assert agreement(Image.fromarray(board.astype(np.uint8)), house()) > 0.95
