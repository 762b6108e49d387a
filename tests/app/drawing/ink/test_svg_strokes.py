import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QImage

from app.drawing.ink import svg_strokes
from app.drawing.ink.geometry import Affine
from app.drawing.ink.svg_strokes import read_svg, to_svg
from app.drawing.paper.snapshot import Picture
from app.pictures.svg import paint_svg
from engine.sketches.drawing import Stroke, rasterise

coordinate = st.floats(-2, 3, width=32)
far = st.floats(-1, 1)
width = st.floats(0.0009765625, 0.5, width=32)


def strokes_of(data):
    saved = read_svg(data)
    return None if saved is None else saved.strokes


def metadata_of(data):
    saved = read_svg(data)
    return {} if saved is None else saved.metadata


@st.composite
def strokes(draw):
    points = np.array(draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=6)), np.float32)
    widths = draw(st.none() | st.lists(width, min_size=len(points), max_size=len(points)))
    varying = None if widths is None else np.array(widths, np.float32)
    return Stroke(points, draw(st.floats(0.001, 0.5)), draw(st.booleans()), varying)


def same(one: Stroke, other: Stroke) -> bool:
    widths = one.widths is other.widths is None or np.array_equal(one.widths, other.widths)
    alike = (one.width, one.eraser, one.points.dtype) == (other.width, other.eraser, other.points.dtype)
    return widths and alike and np.array_equal(one.points, other.points)


@given(st.lists(strokes(), max_size=4))
def test_strokes_come_back_to_the_last_bit(drawing):
    back = strokes_of(to_svg(drawing))
    assert len(back) == len(drawing)
    assert all(map(same, back, drawing))


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=40), max_size=3))
def test_any_words_can_be_kept_with_a_drawing(words):
    assert metadata_of(to_svg([LINE], metadata=words)) == words


def test_a_name_that_is_no_unicode_can_be_kept():
    name = b"photo\xff]]>&<.jpg".decode("utf-8", "surrogateescape")
    assert metadata_of(to_svg([], metadata={"photo": name})) == {"photo": name}


LINE = Stroke.through([(0.2, 0.5), (0.8, 0.5)], width=0.03)
PRESSED = Stroke(np.array([(0.1, 0.1), (0.5, 0.3), (0.9, 0.1)], np.float32), 0.03, False,
                 np.array([0.01, 0.05, 0.02], np.float32))  # fmt: skip
RUBBED = Stroke.through([(0.5, 0.3), (0.5, 0.7)], width=0.06, eraser=True)
DOT = Stroke.through([(0.3, 0.8)], width=0.08)


def test_other_programs_see_the_drawing_as_it_is():
    drawing = [LINE, PRESSED, RUBBED, DOT]
    seen = np.asarray(paint_svg(to_svg(drawing)).convert("L").resize((250, 250)), float)
    assert ((seen < 128) != (np.asarray(rasterise(drawing, 250)) < 128)).mean() < 0.007
    assert seen[200, 66] < 60 < 255 == seen[200, 88] == seen[200, 62]  # a dot is round
    assert seen[125, 125] > 250


@given(st.tuples(far, far, st.floats(0.05, 2)), st.floats(0.1, 3), far, far)
def test_a_picture_that_was_moved_comes_back_to_the_last_bit(place, scale, dx, dy):
    picture = Picture(Image.new("L", (1, 1)), QImage(), place).transform(Affine(scale, scale, dx, dy))
    assert read_svg(to_svg([], picture=b"PNG", place=picture.place)).place == picture.place


def test_a_stroke_is_put_in_words_once(monkeypatch):
    put, plain = [], svg_strokes._shapes
    monkeypatch.setattr(svg_strokes, "_shapes", lambda stroke: put.append(stroke) or plain(stroke))
    first, second = (Stroke.through([(0.2, 0.5), (0.8, y)]) for y in (0.2, 0.4))
    assert to_svg([first]) == to_svg([first])
    assert to_svg([first, second]).count(b"<polyline") == 2
    assert put == [first, second]


def test_a_picture_under_the_strokes_comes_back():
    file = io.BytesIO()
    Image.new("L", (8, 8), 90).save(file, "PNG")
    sketch = read_svg(to_svg([LINE], picture=file.getvalue(), place=(0.1, -0.2, 0.7)))
    assert sketch.picture == file.getvalue()
    assert sketch.place == pytest.approx((0.1, -0.2, 0.7))
    assert len(sketch.strokes) == 1


SAVED = to_svg([LINE, PRESSED, RUBBED], metadata={"a": "b"}).decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<rect", '<script>alert(1)</script><rect'),
        ("<rect", '<image xlink:href="file:///etc/passwd" width="1000" height="1000"/><rect'),
        ("<rect", '<image xlink:href="http://example.org/a.png" width="1000" height="1000"/><rect'),
        ("<polyline ", '<polyline transform="rotate(9)" '),
        ("<polyline ", '<polyline onclick="x()" '),
        ("<polyline ", '<path d="M0 0L1 1"/><polyline '),
        ('points="0.2 0.5', 'points="nan 0.5'),
        ('points="0.2 0.5', 'points="1e30 0.5'),
        ('points="0.2 0.5', 'points="17 0.5'),
        ('points="0.2 0.5', 'points="0.2 0.5' + " 15 0 0 0" * 400),
        ('stroke-width="0.03"', 'stroke-width="9"'),
        ('points="0.2 0.5', 'points="0.2'),
        ('stroke-width="0.03"', 'stroke-width="-1"'),
        ('stroke-width="0.03"', 'stroke-width="inf"'),
        ('data-widths="0.01', 'data-widths="0.01 0.02'),
        ('data-widths="0.01', 'data-widths="nan'),
        ('data-ffmln="1"', 'data-ffmln="2"'),
        ('data-ffmln="1"', ""),
        ('{"a": "b"}', '{"a": 3}'),
        ('{"a": "b"}', "["),
        ("<svg ", '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg '),
        ("<svg ", '<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg '),
        ("</svg>", ""),
        ("scale(1000)", "scale(500)"),
    ],
)  # fmt: skip
def test_a_file_that_says_more_than_strokes_is_not_taken_for_one_of_ours(old, new):
    old = old.replace('"', "&quot;") if old.startswith("{") else old
    text = SAVED.replace("&quot;", '"') if old.startswith("{") else SAVED
    changed = text.replace(old.replace("&quot;", '"'), new, 1)
    assert changed != text
    assert strokes_of(changed.encode()) is None
    assert metadata_of(changed.encode()) == {}


@pytest.mark.parametrize("data", [b"", b"<", b"no svg", b"\x1f\x8b\x08", b"<svg/>", SAVED[:400].encode()])
def test_other_files_hold_no_strokes(data):
    assert strokes_of(data) is None


def test_erasers_may_be_far_and_wide_and_pictures_a_few_sides():
    far = Stroke.through([(-150.0, 0.3), (150.0, 0.7)], width=36.0, eraser=True)
    assert strokes_of(to_svg([LINE, far])) is not None
    for side, taken in ((3.0, True), (9.0, False)):
        assert (read_svg(to_svg([LINE], picture=b"a picture", place=(-1.0, -1.0, side))) is not None) == taken


def test_nested_groups_and_far_too_many_elements_are_refused():
    deep = SAVED.replace("<polyline ", "<g>" * 5000 + "<polyline ", 1)
    assert strokes_of(deep.encode()) is None
