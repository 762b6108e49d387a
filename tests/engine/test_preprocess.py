import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from engine.preprocess import (
    STROKE_CANVAS,
    batch,
    has_ink,
    is_clean,
    photo_square,
    render_strokes,
    sketch_page,
    sketch_square,
)
from engine.sketches.drawing import Stroke

SIZE = 64
MODES = ["1", "L", "LA", "P", "clear P", "PA", "RGB", "RGBA", "CMYK", "I;16", "I", "F"]


def page(mode: str = "L", size: tuple[int, int] = (200, 150)) -> Image.Image:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).ellipse((60, 40, 140, 110), outline=0, width=4)
    return image.convert(mode)


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    """Return a grey picture in this mode; "clear P" has a palette whose white is transparent."""
    if mode == "clear P":
        palette = Image.fromarray(np.asarray(image) // 64).convert("P")
        palette.putpalette([tone for tone in (0, 85, 170, 255) for _ in range(3)])
        palette.info["transparency"] = bytes([255, 255, 255, 0])
        return palette
    if mode in ("I;16", "I", "F"):
        top, kind = {"I;16": (65535, np.uint16), "I": (65535, np.int32), "F": (1, np.float32)}[mode]
        return Image.fromarray((np.asarray(image, np.float32) / 255 * top).astype(kind))
    return image.convert("P").convert("PA") if mode == "PA" else image.convert(mode)


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


def test_a_sketch_is_cropped_to_its_ink_wherever_it_lies():
    moved = Image.new("L", (500, 400), 255)
    moved.paste(page(), (280, 230))
    assert difference(sketch_square(page(), SIZE), sketch_square(moved, SIZE)) < 1


@pytest.mark.parametrize("mode", MODES)
def test_a_sketch_looks_the_same_in_every_mode(mode):
    assert difference(sketch_square(page(), SIZE), sketch_square(in_mode(page(), mode), SIZE)) < 2


@pytest.mark.parametrize("mode", MODES)
def test_a_photo_looks_the_same_in_every_mode(mode):
    photo = page(size=(200, 180))
    assert difference(photo_square(photo, SIZE), photo_square(in_mode(photo, mode), SIZE)) < 2


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_tones_of_more_than_eight_bits_are_not_clipped(mode):
    grey = page().point(lambda tone: 60 + tone // 2)
    for square in (photo_square, sketch_square):
        assert difference(square(grey, SIZE), square(in_mode(grey, mode), SIZE)) < 2


def test_transparent_parts_of_a_photo_are_white():
    assert photo_square(Image.new("RGBA", (20, 20), (90, 0, 0, 0)), SIZE).getpixel((5, 5)) == (255, 255, 255)


def test_light_lines_on_a_dark_ground_are_inverted():
    assert difference(sketch_square(page(), SIZE), sketch_square(ImageOps.invert(page()), SIZE)) < 2


def test_a_large_dark_shape_on_grey_paper_is_ink_and_no_dark_ground():
    grey, white = Image.new("L", (200, 150), 200), Image.new("L", (200, 150), 255)
    for paper in (grey, white):
        ImageDraw.Draw(paper).rectangle((20, 20, 150, 119), fill=0)  # less than half, and dark on average
    assert np.asarray(grey).mean() < 128
    assert difference(sketch_square(grey, SIZE), sketch_square(white, SIZE)) < 2


def test_a_hair_line_is_darkened_four_times_at_most():
    hair = Image.new("L", (700, 700), 255)
    ImageDraw.Draw(hair).ellipse((10, 10, 690, 690), outline=0, width=1)
    plain = np.asarray(hair.resize((SIZE, SIZE), Image.Resampling.BOX), np.float32)
    drawn = np.asarray(sketch_square(hair, SIZE), np.float32)
    assert 2 < (255 - drawn).max() / (255 - plain).max() < 6
    assert drawn.min() > 0


def test_transparent_paper_counts_as_white():
    ink = Image.new("RGBA", (200, 150), (0, 0, 0, 0))
    ImageDraw.Draw(ink).ellipse((60, 40, 140, 110), outline=(0, 0, 0, 255), width=4)
    assert difference(sketch_square(page(), SIZE), sketch_square(ink, SIZE)) < 2


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_white_ink_on_transparent_paper_is_drawn(mode):
    ink = Image.new("LA", (200, 150), (255, 0))
    ImageDraw.Draw(ink).ellipse((60, 40, 140, 110), outline=(255, 255), width=4)
    assert has_ink(ink.convert(mode))
    assert difference(sketch_square(page(), SIZE), sketch_square(ink.convert(mode), SIZE)) < 2


def test_a_white_page_with_transparent_corners_is_blank():
    card = Image.new("LA", (200, 150), (255, 0))
    ImageDraw.Draw(card).rounded_rectangle((0, 0, 199, 149), 20, fill=(255, 255))
    assert not has_ink(card)
    assert not has_ink(Image.new("RGBA", (200, 150), (255, 255, 255, 0)))


@pytest.mark.parametrize("ink", ["yellow", (215, 215, 215), (235, 235, 235)])
def test_a_faint_drawing_looks_as_the_same_in_black(ink):
    faint = Image.new("RGB", (200, 150), "white")
    ImageDraw.Draw(faint).ellipse((60, 40, 140, 110), outline=ink, width=4)
    assert has_ink(faint)
    assert difference(sketch_square(page(), SIZE), sketch_square(faint, SIZE)) < 2


def test_grey_paper_becomes_white():
    grey = page().point(lambda tone: tone * 0.8)
    assert np.asarray(sketch_square(grey, SIZE))[0, 0] == 255


def test_a_blank_page_stays_blank():
    assert np.asarray(sketch_square(Image.new("L", (50, 70), 255), SIZE)).min() == 255


@pytest.mark.parametrize("paper", [(255, 255, 255), (0, 0, 0), (180, 190, 170)])
@pytest.mark.parametrize("alpha", [0, 120, 255])
def test_nothing_is_drawn_on_a_page_of_one_tone(paper, alpha):
    assert not has_ink(Image.new("RGB", (50, 70), paper))
    assert not has_ink(Image.new("RGBA", (50, 70), (*paper, alpha)))


def test_what_an_eraser_leaves_beside_the_middle_of_a_thick_line_is_seen():
    line = Stroke.through([(0.2, 0.5), (0.8, 0.5)], width=0.3)
    rubbed = Stroke.through([(0.1, 0.5), (0.9, 0.5)], width=0.1, eraser=True)
    assert has_ink(render_strokes([line, rubbed]))


def test_faint_lines_around_dark_ones_are_not_cut_off():
    face = Image.new("RGB", (600, 600), "white")
    pen = ImageDraw.Draw(face)
    pen.ellipse((100, 100, 500, 500), outline=(255, 200, 205), width=6)
    for x in (240, 340):
        pen.ellipse((x, 250, x + 20, 270), fill="black")
    square = np.asarray(sketch_square(face, SIZE))
    across = np.flatnonzero((square < 245).any(axis=0))
    assert np.ptp(across) > 0.8 * SIZE
    face.putpixel((5, 5), (230, 230, 230))  # dust
    assert np.abs(np.asarray(sketch_square(face, SIZE), int) - square).max() < 3


@pytest.mark.parametrize(("ground", "ink"), [((76, 175, 80), "white"), ((150, 150, 150), "black")])
def test_lines_on_a_middle_tone_are_seen_whichever_way_they_stand_out(ground, ink):
    sign = Image.new("RGB", (200, 150), ground)
    ImageDraw.Draw(sign).ellipse((60, 40, 140, 110), outline=ink, width=4)
    assert has_ink(sign)
    assert difference(sketch_square(page(), SIZE), sketch_square(sign, SIZE)) < 4


def test_a_faint_line_on_grey_paper_is_drawn():
    faint = Image.new("L", (200, 150), 180)
    ImageDraw.Draw(faint).line((20, 20, 150, 120), fill=155)
    assert has_ink(faint)
    assert has_ink(ImageOps.invert(page()))


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3000, 2), (5000, 4000)])
def test_any_size_becomes_a_square(size):
    assert sketch_square(Image.new("L", size, 255), SIZE).size == (SIZE, SIZE)
    assert photo_square(Image.new("RGB", size, "red"), SIZE).size == (SIZE, SIZE)


def test_a_large_and_a_small_drawing_of_one_thing_become_the_same_picture():
    small = Stroke.through([(0.1, 0.1), (0.2, 0.2), (0.1, 0.2)])
    large = Stroke.through([(0.1, 0.1), (0.9, 0.9), (0.1, 0.9)])
    assert render_strokes([small]).size == (STROKE_CANVAS, STROKE_CANVAS)
    assert difference(render_strokes([small]), render_strokes([large])) < 1


def test_a_batch_is_normalised_channel_by_channel():
    red = Image.new("RGB", (SIZE, SIZE), (255, 0, 0))
    pixels = batch([red], mean=(0.5, 0.25, 0.0), std=(0.5, 0.25, 1.0))
    assert pixels.shape == (1, 3, SIZE, SIZE)
    assert pixels.dtype == np.float32
    assert pixels[0, :, 0, 0].tolist() == [1.0, -1.0, 0.0]


def test_each_tone_becomes_the_same_number_to_the_last_bit():
    rng, mean, std = np.random.default_rng(0), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    tones = rng.integers(0, 256, (3, SIZE, SIZE, 3), np.uint8)
    expected = (tones.astype(np.float32) / 255 - np.float32(mean)) / np.float32(std)
    pixels = batch([Image.fromarray(one) for one in tones], mean=mean, std=std)
    assert pixels.flags.c_contiguous
    assert pixels.tobytes() == np.ascontiguousarray(expected.transpose(0, 3, 1, 2)).tobytes()


def test_a_grey_picture_fills_all_three_channels():
    pixels = batch([Image.new("L", (SIZE, SIZE), 255)], mean=(0, 0, 0), std=(1, 1, 1))
    assert pixels.min() == 1.0


def test_what_is_drawn_small_after_the_rest_was_rubbed_out_is_as_if_drawn_alone():
    small = [Stroke.through([(0.6, 0.6), (0.75, 0.6), (0.75, 0.75), (0.6, 0.75), (0.6, 0.6)])]
    large = Stroke.through([(0.05, 0.05), (0.95, 0.1), (0.9, 0.95)])
    wiped = Stroke.through([(0.05, 0.05), (0.95, 0.1), (0.9, 0.95)], width=0.1, eraser=True)
    alone, after = (sketch_square(render_strokes(one), SIZE) for one in (small, [large, wiped, *small]))
    assert difference(alone, after) < 5
    part = Stroke.through([(0.05, 0.05), (0.08, 0.05)], width=0.1, eraser=True)
    assert difference(*(sketch_square(render_strokes([large, *one]), SIZE) for one in ([], [part]))) < 15


@pytest.mark.parametrize("side", [0.3, 0.8])
def test_a_shape_that_is_scribbled_full_is_no_hole_in_a_black_page(side):
    rows = np.linspace(0.5 - side / 2, 0.5 + side / 2, 80)
    full = [Stroke.through([(0.5 - side / 2, y), (0.5 + side / 2, y)], width=0.03) for y in rows]
    seen = np.asarray(sketch_square(render_strokes(full), SIZE))
    assert seen[SIZE // 2, SIZE // 2] < 50
    assert seen[1, 1] == 255


@pytest.mark.parametrize("ink", [0, 255])
def test_lines_on_clear_paper_keep_their_page(ink):
    clear = Image.new("RGBA", (100, 100), (ink, ink, ink, 0))
    ImageDraw.Draw(clear).line((20, 50, 80, 50), fill=(ink, ink, ink, 255), width=5)
    assert difference(sketch_square(sketch_page(clear), SIZE), sketch_square(clear, SIZE)) < 2
    assert has_ink(sketch_page(clear))


def test_a_clear_corner_makes_no_clean_drawing_of_a_photographed_page():
    shaded = np.tile(np.linspace(120, 230, 300), (300, 1)).astype(np.uint8)
    page = Image.fromarray(shaded).convert("RGBA")
    page.putpixel((0, 0), (0, 0, 0, 0))
    assert not is_clean(page)


@pytest.mark.parametrize("ground", [(255, 255, 255), (248, 250, 252), (0, 0, 0)])
def test_a_light_colour_is_seen_beside_dark_ones(ground):
    page = Image.new("RGB", (200, 200), ground)
    pen, is_dark = ImageDraw.Draw(page), ground == (0, 0, 0)
    pen.line((20, 40, 180, 40), fill="white" if is_dark else "black", width=6)
    pen.line((20, 160, 180, 160), fill="blue" if is_dark else "yellow", width=6)
    for picture in (page, page.convert("RGBA")):
        tones = np.asarray(sketch_square(picture, SIZE))
        assert max(tones[: SIZE // 3].min(), tones[-SIZE // 3 :].min()) < 150
        assert tones[0, 0] == 255


def test_greys_filled_areas_and_coloured_paper_are_in_grey_as_they_were():
    grey = page("RGB")
    filled, coloured = page("RGB"), page("RGB")
    ImageDraw.Draw(filled).rectangle((0, 0, 80, 150), fill="yellow")
    coloured.paste((255, 240, 120), (0, 0, 200, 150))
    ImageDraw.Draw(coloured).line((20, 20, 180, 120), fill="yellow", width=6)
    nearly = page("RGB")
    ImageDraw.Draw(nearly).line((20, 20, 180, 120), fill=(120, 130, 120), width=6)
    for picture in (grey, filled, coloured, nearly):
        assert sketch_page(picture).tobytes() == picture.convert("L").tobytes()
