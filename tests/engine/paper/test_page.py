import cv2
import numpy as np
import pytest

from engine.paper.page import find_sheet
from engine.paper.straighten import straighten

SIZE = (600, 480)
CORNERS = [(140, 60), (470, 90), (430, 420), (90, 390)]


def table(corners=CORNERS, *, sheet=(235, 233, 228), ground=(110, 80, 55), light: float = 0.0) -> np.ndarray:
    """Return a sheet on a table, a cross drawn on it; `light` is what the lamp loses from left to right."""
    colours = np.empty((SIZE[1], SIZE[0], 3), np.float32)
    colours[:] = ground
    cv2.fillConvexPoly(colours, np.array(corners, np.int32), sheet, cv2.LINE_AA)
    middle = np.mean(corners, axis=0).astype(int)
    cv2.line(colours, tuple(middle - 40), tuple(middle + 40), (40, 40, 40), 4)
    colours *= (1 - light * np.linspace(0, 1, SIZE[0], dtype=np.float32))[None, :, None]
    colours += np.random.default_rng(0).normal(0, 2, colours.shape)
    return colours.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", [0.0, 0.45])
@pytest.mark.parametrize("ground", [(110, 80, 55), (40, 40, 42), (60, 75, 120), (170, 165, 160)])
def test_the_corners_of_a_sheet_are_found(ground, light):
    sheet = find_sheet(table(ground=ground, light=light))
    assert sheet is not None
    assert sheet.corners is not None
    assert np.abs(sheet.corners * SIZE - CORNERS).max() < 8


def test_a_sheet_on_a_pale_table_is_found():
    colours = table(ground=(212, 209, 204), light=0.15)
    cv2.polylines(colours, [np.array(CORNERS, np.int32)], True, (150, 148, 145), 2)  # its shadow
    sheet = find_sheet(colours)
    assert sheet is not None
    assert sheet.corners is not None
    assert np.abs(sheet.corners * SIZE - CORNERS).max() < 8


def test_a_sheet_on_a_pale_table_that_the_picture_cuts_off_is_found():
    corners = np.array([(140, 60), (470, 90), (450, 600), (110, 600)], np.int32)
    for tone in (210, 190):
        colours = table(corners, ground=(tone, tone, tone))
        cv2.polylines(colours, [corners], True, (150, 148, 145), 2)
        sheet = find_sheet(colours)
        assert sheet is not None
        assert np.abs(sheet.outline * SIZE - (140, 60)).max(axis=1).min() < 8


@pytest.mark.parametrize("wide", [30, 60])
def test_a_grey_mat_around_a_drawn_picture_makes_no_sheet_of_it(wide):
    page = table(ground=(235, 233, 228)).astype(np.float32)
    mat = np.zeros(page.shape[:2], np.uint8)
    cv2.rectangle(mat, (60, 40), (540, 440), 1, -1)
    cv2.rectangle(mat, (60 + wide, 40 + wide), (540 - wide, 440 - wide), 0, -1)
    page[mat > 0] *= 0.81
    assert find_sheet(page.astype(np.uint8)) is None


def test_a_page_that_fills_the_picture_is_no_sheet_on_something():
    assert find_sheet(table(ground=(235, 233, 228))) is None


def test_a_rectangle_of_lines_is_no_sheet():
    page = np.full((SIZE[1], SIZE[0], 3), 230, np.uint8)
    cv2.polylines(page, [np.array(CORNERS, np.int32)], True, (30, 30, 30), 6)
    assert find_sheet(page) is None


def test_what_is_beyond_a_fold_is_of_the_page():
    page = np.full((SIZE[1], SIZE[0], 3), 230, np.uint8)
    page[:, :310] = 200
    page[:, 308:312] = 150
    cv2.line(page, (200, 150), (450, 350), (40, 40, 40), 4)
    assert find_sheet(page) is None


def test_the_middle_of_a_page_that_was_folded_in_nine_is_no_sheet():
    page = np.full((SIZE[1], SIZE[0], 3), 210, np.float32)
    page[160:320, 200:400] = 235
    for start in (160, 320):
        page[start - 1 : start + 1] = 150
    for start in (200, 400):
        page[:, start - 1 : start + 1] = 150
    page *= np.linspace(1, 0.8, SIZE[0], dtype=np.float32)[None, :, None]
    assert find_sheet(page.astype(np.uint8)) is None


def test_the_edge_of_a_soft_shadow_is_no_side_of_a_sheet():
    across = np.linspace(0, 1, SIZE[0])
    light = 230 - 110 / (1 + np.exp(-40 * (across - 0.6)))
    page = np.repeat(np.repeat(light[None, :, None], SIZE[1], axis=0), 3, axis=2).astype(np.uint8)
    assert find_sheet(page) is None


def test_a_straightened_sheet_is_upright_and_bare_of_table():
    colours = table()
    sheet = find_sheet(colours)
    assert sheet is not None
    seen = straighten(colours, sheet)
    height, width = seen.valid.shape
    assert width / height == pytest.approx(332 / 332, abs=0.06)
    assert seen.colours[seen.valid].mean() > 225
    assert np.percentile(seen.colours[seen.valid], 0.2) < 80  # the cross is still there


def test_a_sheet_cut_off_by_the_picture_keeps_what_is_to_be_seen_of_it():
    corners = [(150, -80), (700, -40), (660, 560), (110, 520)]
    colours = table(corners)
    sheet = find_sheet(colours)
    assert sheet is not None
    seen = straighten(colours, sheet)
    assert seen.valid.mean() > 0.6
    assert seen.colours[seen.valid].min(axis=1).mean() > 220
