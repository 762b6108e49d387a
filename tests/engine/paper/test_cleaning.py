import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from engine.preprocess import clean_sketch, has_ink, render_strokes, sketch_square
from engine.sketches.drawing import Stroke

from .pages import HIGH, SIZE, WIDE, agreement, house, ruled

LIGHTS = {
    "even": lambda x, y: 230 + 0 * x,
    "to 140": lambda x, y: 225 - 85 * x,
    "to 110": lambda x, y: 225 - 115 * (0.4 * x + 0.6 * y),
    "dim": lambda x, y: 122 - 4 * y,
    "shadow": lambda x, y: 228 - 110 / (1 + np.exp(-25 * (x + 0.3 * y - 0.75))),
    "finger": lambda x, y: 228 - 100 * np.exp(-(((x - 0.72) / 0.05) ** 2)) / (1 + np.exp(-30 * (y - 0.2))),
}


def lit(page: Image.Image, light: str = "to 140", noise: float = 2.0) -> Image.Image:
    """Return the page under a lamp, as a camera sees it."""
    tones = np.asarray(page.convert("RGB"), np.float32) / 255
    y, x = np.mgrid[0 : page.height, 0 : page.width]
    shade = LIGHTS[light](x / page.width, y / page.height)
    tones = cv2.GaussianBlur(tones * shade[..., None].astype(np.float32), (0, 0), 0.7)
    tones += np.random.default_rng(1).normal(0, noise, tones.shape)
    return Image.fromarray(tones.clip(0, 255).astype(np.uint8))


def on_kraft(page: Image.Image) -> Image.Image:
    """Return the drawing in white pencil on brown paper, photographed."""
    ink = 1 - np.asarray(page, np.float32)[..., None] / 255
    tones = np.array([178, 142, 98]) * (1 - 0.8 * ink) + 250 * 0.8 * ink
    tones = tones * np.linspace(1.0, 0.88, page.width)[None, :, None]
    tones += np.random.default_rng(3).normal(0, 2, tones.shape)
    return Image.fromarray(tones.clip(0, 255).astype(np.uint8))


def on_table(page: Image.Image, corners, *, size=(720, 800), texture: float = 14) -> Image.Image:
    """Return the page lying on a brown table, its corners there."""
    grain = np.random.default_rng(2).normal(0, texture, (12, 200)).astype(np.float32)
    table = np.array([120, 85, 55], np.float32) + cv2.resize(grain, size)[..., None]
    source = np.array([(0, 0), (page.width, 0), page.size, (0, page.height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    seen = cv2.warpPerspective(np.asarray(page.convert("RGB")), matrix, size, flags=cv2.INTER_AREA)
    inside = cv2.warpPerspective(np.ones((page.height, page.width), np.float32), matrix, size)[..., None]
    return Image.fromarray((table * (1 - inside) + seen * inside).clip(0, 255).astype(np.uint8))


LYING = [(150, 90), (560, 150), (500, 700), (80, 640)]


@pytest.mark.parametrize("light", LIGHTS)
def test_a_drawing_is_the_same_in_any_light(light):
    cleaned = clean_sketch(lit(house(), light))
    assert has_ink(cleaned)
    assert agreement(cleaned, house()) > 0.95


EMPTY = [(light, paper) for light in LIGHTS for paper in ("plain", "ruled", "squared", "on a table")]
EMPTY.remove(("finger", "squared"))  # a shadow as narrow as this, along the squares, stays a line


@pytest.mark.parametrize(
    ("light", "paper"),
    [
        pytest.param(light, paper, marks=[pytest.mark.slow] * takes_long)
        for light, paper in EMPTY
        for takes_long in [paper != "plain" and light not in ("even", "to 110")]
    ],
)
def test_nothing_is_drawn_on_an_empty_page_in_any_light(light, paper):
    page = Image.new("L", (WIDE, HIGH), 255)
    if paper in ("ruled", "squared"):
        page = ruled(page, squares=paper == "squared", slope=0.02)
    seen = lit(on_table(page, LYING) if paper == "on a table" else page, light)
    assert not has_ink(seen)


def test_noise_is_no_ink_and_hides_none():
    assert agreement(lit(house(), "to 140", noise=16), house()) > 0.95
    assert not has_ink(lit(Image.new("L", (WIDE, HIGH), 255), "to 140", noise=16))


def test_pencil_becomes_as_dark_as_a_pen():
    pencil = clean_sketch(lit(house(ink=165, width=3)))
    assert agreement(pencil, house()) > 0.95
    assert np.percentile(np.asarray(pencil), 1) < 60


@pytest.mark.parametrize(
    "colour",
    [
        pytest.param((140, 170, 225), id="blue"),
        pytest.param((175, 175, 175), id="grey", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("slope", [0.0, 0.03])
@pytest.mark.parametrize("squares", [False, True])
def test_printed_lines_go_and_what_crosses_them_stays_whole(squares, slope, colour):
    cleaned = clean_sketch(lit(ruled(house(), squares=squares, slope=slope, colour=colour)))
    assert agreement(cleaned, house()) > 0.95
    ink = (np.asarray(cleaned) < 160).astype(np.uint8)
    assert cv2.connectedComponents(cv2.dilate(ink, np.ones((5, 5), np.uint8)))[0] - 1 == 2  # house and window


def test_a_red_margin_goes_with_the_printed_lines():
    page = ruled(house())
    ImageDraw.Draw(page).line((50, 0, 50, HIGH), fill=(225, 120, 130), width=2)
    assert agreement(lit(page), house()) > 0.95


def test_a_stroke_along_a_printed_line_stays():
    page = house()
    ImageDraw.Draw(page).line((60, 382, 360, 382), fill=30, width=4)
    assert (382 + 80) % 22 == 0
    assert agreement(lit(ruled(page)), page) > 0.95


def test_printed_lines_that_a_filled_shape_hides_go_too():
    page = Image.new("L", (WIDE, HIGH), 255)
    ImageDraw.Draw(page).ellipse((40, 150, 380, 380), fill=30)
    assert agreement(lit(ruled(page)), page) > 0.97


@pytest.mark.parametrize("upright", [False, True])
def test_parallel_lines_that_are_drawn_are_no_ruling(upright):
    fence = Image.new("L", (WIDE, HIGH), 255)
    for start in range(80, 360, 25):
        line = (start, 100, start, 400) if upright else (60, start, 360, start)
        ImageDraw.Draw(fence).line(line, fill=30, width=4)
    assert agreement(lit(fence), fence) > 0.97


def test_a_page_on_a_table_is_found_and_straightened():
    assert agreement(on_table(lit(house()), LYING), house()) > 0.95


def test_a_page_with_a_corner_beyond_the_photograph_is_straightened():
    cut = on_table(lit(house()), [(140, -50), (700, 20), (640, 830), (60, 760)])
    assert agreement(cut, house()) > 0.93


@pytest.mark.parametrize(
    "side", ["left", "bottom", *(pytest.param(side, marks=pytest.mark.slow) for side in ("right", "top"))]
)
def test_a_strip_of_table_is_no_ink(side):
    seen = np.asarray(lit(house())).copy()
    strip = {"left": np.s_[:, :40], "right": np.s_[:, -40:], "top": np.s_[:50], "bottom": np.s_[-50:]}[side]
    noise = np.random.default_rng(3).normal(0, 3, seen[strip].shape)
    seen[strip] = (np.array([95, 70, 45]) + noise).astype(np.uint8)
    assert agreement(Image.fromarray(seen), house()) > 0.95


def test_a_drawn_frame_is_no_sheet():
    for width in (5, 40):
        page = Image.new("L", (WIDE, HIGH), 255)
        ImageDraw.Draw(page).rectangle((40, 90, 380, 470), outline=30, width=width)
        ImageDraw.Draw(page).ellipse((150, 200, 260, 310), outline=30, width=5)
        assert agreement(lit(page), page) > 0.97


def test_a_filled_shape_stays_filled():
    page = Image.new("L", (WIDE, HIGH), 255)
    ImageDraw.Draw(page).ellipse((90, 130, 330, 400), fill=25)
    middle = np.asarray(sketch_square(lit(page, "to 110"), SIZE))[40:56, 40:56]
    assert middle.max() < 60


@pytest.mark.parametrize("extra", ["speck", "signature", "thumb", "pen"])
def test_what_lies_beside_a_drawing_does_not_decide_the_crop(extra):
    page = house().convert("RGB")
    brush = ImageDraw.Draw(page)
    if extra == "speck":
        brush.ellipse((20, 530, 25, 535), fill=(40, 40, 40))
    elif extra == "signature":
        brush.line([(330, 530), (340, 520), (350, 534), (360, 522), (372, 532), (385, 526)], fill=30, width=3)
    elif extra == "pen":
        brush.line((385, 60, 378, 330), fill=(40, 60, 140), width=12)
    else:
        brush.ellipse((360, 460, 480, 520), fill=(200, 145, 120))
    assert agreement(lit(page), house()) > 0.95


def test_chalk_on_a_board_is_inverted():
    assert agreement(ImageOps.invert(lit(house())), house()) > 0.95


def test_white_pencil_on_brown_paper_is_ink():
    assert agreement(on_kraft(house()), house()) > 0.9


def test_dots_within_a_drawing_stay_and_dust_beside_it_goes():
    page, dust = house(), house()
    for x in (150, 180):
        ImageDraw.Draw(page).ellipse((x, 290, x + 5, 295), fill=30)
    ImageDraw.Draw(dust).ellipse((30, 470, 35, 475), fill=30)
    with_dots, with_dust, bare = (
        (np.asarray(clean_sketch(lit(one))) < 128).sum() for one in (page, dust, house())
    )
    assert with_dots > bare + 30
    assert with_dust == pytest.approx(bare, abs=5)


def test_a_sheet_that_was_cut_out_of_its_photograph_is_cleaned():
    sheet = lit(ruled(house())).convert("RGBA")
    around = Image.new("RGBA", (WIDE + 200, HIGH + 100), (0, 0, 0, 0))
    around.paste(sheet, (100, 50))
    assert agreement(around, house()) > 0.9


def test_kraft_paper_is_paper():
    kraft = Image.fromarray((np.asarray(lit(house()), np.float32) * (0.72, 0.58, 0.4)).astype(np.uint8))
    assert agreement(kraft, house()) > 0.95


def clean_pictures():
    page = house()
    clear = Image.new("RGBA", page.size, (0, 0, 0, 0))
    clear.putalpha(ImageOps.invert(page))
    filled = Image.new("L", (200, 150), 255)
    ImageDraw.Draw(filled).rectangle((40, 30, 150, 110), fill=0)
    touching = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(touching).ellipse((0, 0, 199, 199), outline=(20, 20, 160), width=5)
    small = page.resize((100, 130), Image.Resampling.BICUBIC)
    live = render_strokes([Stroke.through([(0.1, 0.1), (0.8, 0.4), (0.3, 0.9)])])
    blank = Image.new("L", (80, 60), 255)
    return {
        "drawn": page,
        "inverted": ImageOps.invert(page),
        "transparent": clear,
        "filled": filled,
        "touching": touching,
        "small": small,
        "live": live,
        "blank": blank,
    }


@pytest.mark.parametrize("name", clean_pictures())
def test_a_clean_picture_is_left_as_it_is(name):
    image = clean_pictures()[name]
    assert clean_sketch(image) is image


def test_what_was_cleaned_is_clean():
    for seen in (lit(house(), "shadow"), lit(ruled(house())), lit(house(ink=165, width=3))):
        once = clean_sketch(seen)
        assert clean_sketch(once) is once
        assert once.mode == "L"


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (40, 30), (130, 90)])
def test_a_photograph_of_any_size_is_cleaned(size):
    tones = np.random.default_rng(4).integers(90, 200, (size[1], size[0], 3), np.uint8)
    assert clean_sketch(Image.fromarray(tones)).mode in ("L", "RGB")


def test_a_photograph_looks_the_same_blurred_and_at_half_the_size():
    seen = lit(house((840, 1120)).resize((WIDE * 2, HIGH * 2)), "to 110")
    half = seen.filter(ImageFilter.GaussianBlur(1)).resize((seen.width // 2, seen.height // 2))
    assert agreement(seen, half) > 0.95


def test_drawing_on_the_screen_does_without_opencv():
    code = (
        "import sys; from engine.sketches.drawing import Stroke; from engine import preprocess as p;"
        "p.sketch_square(p.render_strokes([Stroke.through([(0, 0), (1, 1)])]), 64);"
        "sys.exit('cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_drawn_here_is_never_cleaned_however_much_of_it_is_ink(monkeypatch):
    import engine.paper.cleaning

    monkeypatch.setattr(engine.paper.cleaning, "clean_page", lambda _: pytest.fail("it was cleaned"))
    rows = np.linspace(0.05, 0.95, 80)
    full = render_strokes([Stroke.through([(0.05, y), (0.95, y)], width=0.08) for y in rows])
    assert np.asarray(full).mean() < 100
    assert clean_sketch(full) is full
    assert has_ink(full)
