"""Whether a drawing's ink is darker or lighter than its paper."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from engine.preprocess import compact_sketch, has_light_ink, sketch_page, sketch_square
from engine.sketches.ink_tone import quantile

SIZE = 64


def ring() -> Image.Image:
    image = Image.new("L", (200, 150), 255)
    ImageDraw.Draw(image).ellipse((60, 40, 140, 110), outline=0, width=4)
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


def ring_and_dot(dot: str | tuple[int, int, int], *, filled: bool = False) -> Image.Image:
    """A white ring, or disc, on clear paper, with a dot in a colour in its middle."""
    ink = Image.new("RGBA", (200, 150), (255, 255, 255, 0))
    pen = ImageDraw.Draw(ink)
    pen.ellipse((60, 40, 140, 110), outline="white", width=4, fill="white" if filled else None)
    pen.ellipse((96, 71, 104, 79), fill=dot)
    return ink


@pytest.mark.parametrize("dot", ["red", "blue", "yellow"])
def test_white_lines_on_transparent_paper_are_drawn_beside_some_in_a_colour(dot):
    seen = sketch_square(ring_and_dot(dot), SIZE)
    assert difference(sketch_square(ring(), SIZE), seen) < 3
    assert np.asarray(seen)[SIZE // 2, SIZE // 2] < 150


def test_white_within_dark_lines_or_under_them_is_paper():
    outlined = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(outlined).ellipse((90, 90, 200, 200), fill="white", outline="black", width=5)
    for sketch in (outlined, ring_and_dot("red", filled=True), ring_and_dot("black")):
        assert not has_light_ink(sketch, sketch_page(sketch))
    square = np.asarray(sketch_square(outlined, SIZE))
    assert (square.min(), square[SIZE // 2, SIZE // 2], square[0, 0]) == (0, 255, 255)


def disc(side: int, ink: str, ground: str | tuple[int, ...]) -> Image.Image:
    """A disc of 180 pixels in the middle of a square."""
    image = Image.new("RGBA", (side, side), ground)
    ImageDraw.Draw(image).ellipse((side / 2 - 90, side / 2 - 90, side / 2 + 90, side / 2 + 90), fill=ink)
    return image


@pytest.mark.parametrize(
    ("ink", "ground"), [("black", (0, 0, 0, 0)), ("white", (0, 0, 0, 0)), ("black", "white")]
)
def test_a_filled_shape_is_the_same_however_little_paper_is_around_it(ink, ground):
    tight, wide = (disc(side, ink, ground) for side in (190, 300))
    expected = sketch_square(disc(300, "black", "white"), SIZE)
    assert np.asarray(expected)[SIZE // 2, SIZE // 2] == 0
    for shape in (tight, wide) if ground != "white" else (tight.convert("RGB"), wide.convert("L")):
        assert difference(sketch_square(shape, SIZE), expected) < 1
        assert difference(sketch_square(compact_sketch(shape), SIZE), expected) < 1


def test_a_black_board_in_a_white_frame_is_no_shape_on_white():
    board = Image.new("L", (220, 170), 255)
    board.paste(ImageOps.invert(ring()), (10, 10))
    assert has_light_ink(board, board)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_quantiles_of_tones_are_those_of_all_pixels(share):
    rng = np.random.default_rng(0)
    for _ in range(50):
        height, width, top = (int(number) for number in rng.integers(1, (12, 12, 256)))
        tones = rng.integers(0, top, (height, width)).astype(np.uint8)
        found = quantile(Image.fromarray(tones).histogram(), share)
        assert found == pytest.approx(float(np.quantile(tones, share)))
