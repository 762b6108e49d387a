import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from app.drawing.document import Document, Picture
from app.drawing.strokes import pillow, qimage


def ring(mode="L", *, ground=255, line=0) -> Image.Image:
    image = Image.new("L", (300, 200), ground)
    ImageDraw.Draw(image).ellipse((60, 20, 220, 180), outline=line, width=8)
    return image.convert(mode)


def drawn(document: Document, x: float) -> None:
    document.begin((x, 0.2))
    document.extend((x, 0.8))
    document.end()


def test_an_empty_sheet_asks_for_nothing():
    assert Document().query() is None


def test_a_picture_alone_is_searched_for_as_it_came():
    document, image = Document(), ring()
    document.place(Picture.of(image))
    assert document.query() is image


def test_strokes_over_a_picture_are_searched_for_together_with_it():
    document = Document()
    document.place(Picture.of(ring()))
    before = np.asarray(pillow(document.to_image(200)).convert("L"), float)
    drawn(document, 0.5)
    query = document.query()
    assert isinstance(query, Image.Image)
    after = np.asarray(query.convert("L").resize((200, 200)), float)
    assert before[100, 100] > 200
    assert after[100, 100] < 80
    assert after[100, 14] < 128 or after[100, :30].min() < 128


def test_a_picture_erased_whole_is_not_searched_for():
    document = Document()
    document.place(Picture.of(ring()))
    document.begin((0.5, 0.1), width=0.4, eraser=True)
    document.extend((0.5, 0.9))
    assert document.query() is not None
    document.begin((0.5, 0.5), width=2.0, eraser=True)
    assert document.query() is None
    document.cancel()
    assert document.query() is not None


def test_a_light_sketch_on_dark_paper_is_shown_dark_on_white():
    document = Document()
    document.place(Picture.of(ring(ground=10, line=250)))
    page = np.asarray(pillow(document.to_image(200)).convert("L"))
    assert np.median(page) == 255
    assert page.min() < 60


def test_undo_brings_a_cleared_picture_back_and_redo_takes_it_away():
    document = Document()
    document.place(Picture.of(ring()))
    drawn(document, 0.5)
    document.clear()
    assert document.is_empty
    document.undo()
    assert document.picture is not None
    assert len(document.strokes) == 1
    document.undo()
    assert document.picture is not None
    assert not document.strokes
    document.undo()
    assert document.is_empty
    document.redo()
    assert document.picture is not None


def test_a_new_stroke_forgets_what_could_be_redone():
    document = Document()
    document.place(Picture.of(ring()))
    document.undo()
    drawn(document, 0.3)
    assert not document.can_redo
    assert document.picture is None


def test_a_dropped_stroke_leaves_no_step():
    document = Document()
    drawn(document, 0.3)
    document.begin((0.5, 0.5))
    document.extend((0.6, 0.6))
    document.cancel()
    document.undo()
    assert document.is_empty
    assert not document.can_undo


_STEPS = st.lists(st.sampled_from(["draw", "place", "clear", "undo", "redo", "cancelled"]), max_size=25)


@settings(deadline=None)  # a machine may be busy
@given(_STEPS)
def test_undoing_everything_ends_on_empty_paper_and_redoing_everything_where_one_was(steps):
    document, picture = Document(), Picture.of(ring())
    for step in steps:
        if step == "draw":
            drawn(document, 0.4)
        elif step == "place":
            document.place(picture)
        elif step == "cancelled":
            document.begin((0.1, 0.1))
            document.cancel()
        else:
            getattr(document, step)()
    there = (len(document.strokes), document.picture)
    taken = 0
    while document.can_undo:
        document.undo()
        taken += 1
    assert document.is_empty
    for _ in range(taken):
        document.redo()
    assert (len(document.strokes), document.picture) == there


def test_pictures_cross_between_pillow_and_qt_unchanged():
    noise = np.random.default_rng(3).integers(0, 256, (7, 13, 3), np.uint8)
    image = Image.fromarray(noise)
    assert np.array_equal(np.asarray(pillow(qimage(image)).convert("RGB")), noise)
    grey = image.convert("L")
    assert np.array_equal(np.asarray(pillow(qimage(grey)).convert("L")), np.asarray(grey))
