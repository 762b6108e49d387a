"""Sketches from files as the paper takes them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.drawing.ink.svg_strokes import to_svg
from app.drawing.loading import load_data, sketch_of
from engine.preprocess import clean_sketch, sketch_square


def scan(mode: str) -> Image.Image:
    """Return a large clean drawing, light on clear ground where there is any."""
    image = Image.new(mode, (3100, 2300), (0, 0, 0, 0) if mode == "RGBA" else "white")
    ink = (250, 250, 250, 255) if mode == "RGBA" else "black"
    ImageDraw.Draw(image).ellipse((400, 300, 2600, 2000), outline=ink, width=30)
    return image


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_large_scan_is_made_small_where_it_is_read_and_seen_as_it_was(mode):
    large = scan(mode)
    small = sketch_of(large).picture.original
    assert max(small.size) <= 1024
    assert clean_sketch(small) is small  # known to be clean
    assert np.array_equal(np.asarray(sketch_square(small, 224)), np.asarray(sketch_square(large, 224)))


def test_a_saved_paper_with_nothing_on_it_is_no_drawing(qapp):
    assert load_data(to_svg([])) is None
