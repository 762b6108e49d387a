"""A page of several drawings: the line under the paper takes them one by one."""

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.drawing.loading import sketch_of

from ...conftest import Hand
from ..conftest import laid

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing")  # of offscreen windows


def page() -> Image.Image:
    """Return a triangle, a circle and a square on one page."""
    image = Image.new("L", (900, 300), 255)
    pen = ImageDraw.Draw(image)
    pen.polygon([(40, 260), (140, 40), (240, 260)], outline=0, width=6)
    pen.ellipse((350, 50, 550, 250), outline=0, width=6)
    pen.rectangle((660, 50, 860, 250), outline=0, width=6)
    return image


def lay(panel, image: Image.Image) -> None:
    sketch = sketch_of(image)
    panel.canvas.change(lambda document: document.place(sketch))


def searched(panel) -> tuple[int, ...]:
    """Return from where to where across the page that lies which is searched for."""
    sketch = panel.canvas.document.query().drawing
    ink = sketch.point(lambda tone: 255 if tone < 128 else 0).getbbox()
    return ink[0], ink[2]


def line_of(strip):
    return strip._sheet_line


def test_the_line_takes_the_drawings_of_a_page_one_by_one_and_then_all(panel, strip):
    lay(panel, page())
    line = line_of(strip)
    assert line.isVisible()
    told = []
    for _ in range(5):
        told.append((line.sentence, line.button.text(), searched(panel)))
        QTest.mouseClick(line.button, LEFT)
    everything = ("3 drawings on this page.", "Only the first", (40, 861))
    assert told[0] == told[4] == everything
    assert [one[:2] for one in told[1:4]] == [
        ("Drawing 1 of 3 on this page.", "Only the next"),
        ("Drawing 2 of 3 on this page.", "Only the next"),
        ("Drawing 3 of 3 on this page.", "All of them"),
    ]
    starts = [left for _, _, (left, _) in told[1:4]]
    assert starts == pytest.approx([40, 350, 660], abs=4)


def test_undo_brings_back_what_lay_there_and_what_the_line_said(panel, strip, photos):
    panel.print_files.lay(photos[:1], like=True)
    lay(panel, page())
    first, begun = searched(panel), panel.canvas.document.snapshot.begun
    line = line_of(strip)
    QTest.mouseClick(line.button, LEFT)
    assert laid(panel) == (["0.png"], [])
    assert panel.canvas.document.snapshot.begun is not begun  # what is found is of another drawing
    panel.canvas.undo()
    assert searched(panel) == first
    assert line.sentence == "3 drawings on this page."
    panel.canvas.redo()
    assert line.sentence == "Drawing 1 of 3 on this page."


def test_the_line_goes_while_strokes_lie_over_the_page(panel, strip):
    lay(panel, page())
    Hand(panel.canvas).draw((0.2, 0.2), (0.8, 0.8))
    assert not line_of(strip).isVisible()
    panel.canvas.undo()
    assert line_of(strip).isVisible()
    panel.canvas.clear()
    assert not strip.isVisible()


def test_the_line_that_is_put_away_stays_away_and_hands_the_keyboard_to_the_paper(panel, strip):
    lay(panel, page())
    close = line_of(strip).close_button
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Space)
    assert not strip.isVisible()
    assert panel.canvas.hasFocus()
    Hand(panel.canvas).draw((0.2, 0.2), (0.8, 0.8))
    panel.canvas.undo()
    assert not strip.isVisible()
    lay(panel, page())
    assert line_of(strip).isVisible()


def test_of_one_drawing_nothing_is_said(panel, strip):
    lay(panel, page().crop((0, 0, 300, 300)))
    assert not strip.isVisible()
