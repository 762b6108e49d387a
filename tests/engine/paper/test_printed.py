import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps

from engine.preprocess import clean_sketch

from .pages import agreement, house, ruled


@pytest.mark.parametrize("slope", [0.0, 0.006])
@pytest.mark.parametrize(("squares", "colour"), [(False, (150, 170, 210)), (True, (140, 150, 155))])
def test_printed_lines_of_a_scan_with_white_paper_are_taken_off(squares, slope, colour):
    page = ImageChops.offset(house(), 0, 11)  # its own lines lie between the printed ones
    assert agreement(ruled(page, squares=squares, slope=slope, colour=colour, width=1), page) > 0.9


def test_printed_lines_of_a_dark_page_of_a_note_program_are_taken_off():
    drawn = ImageChops.offset(house(), 0, 11)
    lines = ruled(Image.new("L", drawn.size, 255), colour="black", width=1).convert("L")
    dark = Image.new("RGB", drawn.size, (28, 28, 30))
    dark.paste((70, 74, 80), mask=ImageOps.invert(lines))
    dark.paste("white", mask=ImageOps.invert(drawn))
    assert agreement(dark, drawn) > 0.9


def test_lines_that_are_drawn_are_not_taken_for_printed_ones():
    fence = Image.new("L", (200, 200), 255)
    brush = ImageDraw.Draw(fence)
    for y in range(30, 180, 20):
        brush.line((20, y, 180, y), fill=0, width=2)
    uneven = Image.new("L", (200, 200), 255)
    for y in (10, 22, 60, 75, 130, 139, 190):
        ImageDraw.Draw(uneven).line((0, y, 200, y), fill=0, width=2)
    bars = Image.new("L", (200, 200), 255)
    for y in range(5, 200, 30):
        ImageDraw.Draw(bars).rectangle((0, y, 200, y + 5), fill=0)
    for drawn in (fence, uneven, bars):
        assert clean_sketch(drawn) is drawn
    assert clean_sketch(chalk := ImageOps.invert(fence)) is chalk
