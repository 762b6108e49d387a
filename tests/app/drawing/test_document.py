import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from app.drawing.document import Picture, Sheet
from app.drawing.strokes import pillow, qimage


def ring(mode="L", *, ground=255, line=0) -> Image.Image:
    image = Image.new("L", (300, 200), ground)
    ImageDraw.Draw(image).ellipse((60, 20, 220, 180), outline=line, width=8)
    return image.convert(mode)


def drawn(sheet: Sheet, x: float) -> None:
    sheet.begin((x, 0.2))
    sheet.extend((x, 0.8))
    sheet.end()


def test_an_empty_sheet_asks_for_nothing():
    assert Sheet().query() is None


def test_a_picture_alone_is_searched_for_as_it_came():
    sheet, image = Sheet(), ring()
    sheet.place(Picture.of(image))
    assert sheet.query() is image


def test_strokes_over_a_picture_are_searched_for_together_with_it():
    sheet = Sheet()
    sheet.place(Picture.of(ring()))
    before = np.asarray(pillow(sheet.painted(200)).convert("L"), float)
    drawn(sheet, 0.5)
    query = sheet.query()
    assert isinstance(query, Image.Image)
    after = np.asarray(query.convert("L").resize((200, 200)), float)
    assert before[100, 100] > 200
    assert after[100, 100] < 80
    assert after[100, 14] < 128 or after[100, :30].min() < 128


def test_a_picture_erased_whole_is_not_searched_for():
    sheet = Sheet()
    sheet.place(Picture.of(ring()))
    sheet.begin((0.5, 0.1), width=0.4, eraser=True)
    sheet.extend((0.5, 0.9))
    assert sheet.query() is not None
    sheet.begin((0.5, 0.5), width=2.0, eraser=True)
    assert sheet.query() is None
    sheet.cancel()
    assert sheet.query() is not None


def test_a_light_sketch_on_dark_paper_is_shown_dark_on_white():
    sheet = Sheet()
    sheet.place(Picture.of(ring(ground=10, line=250)))
    page = np.asarray(pillow(sheet.painted(200)).convert("L"))
    assert np.median(page) == 255
    assert page.min() < 60


def test_undo_brings_a_cleared_picture_back_and_redo_takes_it_away():
    sheet = Sheet()
    sheet.place(Picture.of(ring()))
    drawn(sheet, 0.5)
    sheet.clear()
    assert sheet.is_empty
    sheet.undo()
    assert sheet.picture is not None
    assert len(sheet.strokes) == 1
    sheet.undo()
    assert sheet.picture is not None
    assert not sheet.strokes
    sheet.undo()
    assert sheet.is_empty
    sheet.redo()
    assert sheet.picture is not None


def test_a_new_stroke_forgets_what_could_be_redone():
    sheet = Sheet()
    sheet.place(Picture.of(ring()))
    sheet.undo()
    drawn(sheet, 0.3)
    assert not sheet.can_redo
    assert sheet.picture is None


def test_a_dropped_stroke_leaves_no_step():
    sheet = Sheet()
    drawn(sheet, 0.3)
    sheet.begin((0.5, 0.5))
    sheet.extend((0.6, 0.6))
    sheet.cancel()
    sheet.undo()
    assert sheet.is_empty
    assert not sheet.can_undo


_STEPS = st.lists(st.sampled_from(["draw", "place", "clear", "undo", "redo", "cancelled"]), max_size=25)


@settings(deadline=None)  # a machine may be busy
@given(_STEPS)
def test_undoing_everything_ends_on_empty_paper_and_redoing_everything_where_one_was(steps):
    sheet, picture = Sheet(), Picture.of(ring())
    for step in steps:
        if step == "draw":
            drawn(sheet, 0.4)
        elif step == "place":
            sheet.place(picture)
        elif step == "cancelled":
            sheet.begin((0.1, 0.1))
            sheet.cancel()
        else:
            getattr(sheet, step)()
    there = (len(sheet.strokes), sheet.picture)
    taken = 0
    while sheet.can_undo:
        sheet.undo()
        taken += 1
    assert sheet.is_empty
    for _ in range(taken):
        sheet.redo()
    assert (len(sheet.strokes), sheet.picture) == there


def test_pictures_cross_between_pillow_and_qt_unchanged():
    noise = np.random.default_rng(3).integers(0, 256, (7, 13, 3), np.uint8)
    image = Image.fromarray(noise)
    assert np.array_equal(np.asarray(pillow(qimage(image)).convert("RGB")), noise)
    grey = image.convert("L")
    assert np.array_equal(np.asarray(pillow(qimage(grey)).convert("L")), np.asarray(grey))
