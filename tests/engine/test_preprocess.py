import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from engine.drawing import Stroke
from engine.preprocess import STROKE_CANVAS, batch, drawn, has_ink, photo_square, sketch_square

SIZE = 64


def page(mode: str = "L", size: tuple[int, int] = (200, 150)) -> Image.Image:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).ellipse((60, 40, 140, 110), outline=0, width=4)
    return image.convert(mode)


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


def test_a_sketch_is_cropped_to_its_ink_wherever_it_lies():
    moved = Image.new("L", (500, 400), 255)
    moved.paste(page(), (280, 230))
    assert difference(sketch_square(page(), SIZE), sketch_square(moved, SIZE)) < 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK"])
def test_a_sketch_looks_the_same_in_every_mode(mode):
    assert difference(sketch_square(page(), SIZE), sketch_square(page(mode), SIZE)) < 2


def test_light_lines_on_a_dark_ground_are_inverted():
    assert difference(sketch_square(page(), SIZE), sketch_square(ImageOps.invert(page()), SIZE)) < 2


def test_transparent_paper_counts_as_white():
    ink = Image.new("RGBA", (200, 150), (0, 0, 0, 0))
    ImageDraw.Draw(ink).ellipse((60, 40, 140, 110), outline=(0, 0, 0, 255), width=4)
    assert difference(sketch_square(page(), SIZE), sketch_square(ink, SIZE)) < 2


def test_grey_paper_becomes_white():
    grey = page().point(lambda tone: tone * 0.8)
    assert np.asarray(sketch_square(grey, SIZE))[0, 0] == 255


def test_a_blank_page_stays_blank():
    assert np.asarray(sketch_square(Image.new("L", (50, 70), 255), SIZE)).min() == 255


@pytest.mark.parametrize("paper", [(255, 255, 255), (0, 0, 0), (180, 190, 170)])
def test_nothing_is_drawn_on_a_page_of_one_tone(paper):
    assert not has_ink(Image.new("RGB", (50, 70), paper))


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
    assert drawn([small]).size == (STROKE_CANVAS, STROKE_CANVAS)
    assert difference(drawn([small]), drawn([large])) < 1


def test_a_batch_is_normalised_channel_by_channel():
    red = Image.new("RGB", (SIZE, SIZE), (255, 0, 0))
    pixels = batch([red], mean=(0.5, 0.25, 0.0), std=(0.5, 0.25, 1.0))
    assert pixels.shape == (1, 3, SIZE, SIZE)
    assert pixels.dtype == np.float32
    assert pixels[0, :, 0, 0].tolist() == [1.0, -1.0, 0.0]


def test_a_grey_picture_fills_all_three_channels():
    pixels = batch([Image.new("L", (SIZE, SIZE), 255)], mean=(0, 0, 0), std=(1, 1, 1))
    assert pixels.min() == 1.0
