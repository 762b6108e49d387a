from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from app.drawing.paper.document import Document, Picture, Underlay
from app.drawing.paper.prints import Print, Prints
from app.pictures.images import to_pillow, to_qimage
from engine.preprocess import has_ink


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
    assert document.query().drawing is image


def test_strokes_over_a_picture_are_searched_for_together_with_it():
    document = Document()
    document.place(Picture.of(ring()))
    before = np.asarray(to_pillow(document.to_image(200)).convert("L"), float)
    drawn(document, 0.5)
    query = document.query().drawing
    assert isinstance(query, Image.Image)
    after = np.asarray(query.convert("L").resize((200, 200)), float)
    assert before[100, 100] > 200
    assert after[100, 100] < 80
    assert after[100, 14] < 128 or after[100, :30].min() < 128


def test_a_photo_to_trace_stays_under_a_sketch_that_comes_onto_the_paper():
    document, photo = Document(), Image.new("RGB", (40, 30), "red")
    underlay = Underlay(to_qimage(photo), Print(None, photo))
    document.trace(underlay)
    drawn(document, 0.5)
    before = document.snapshot
    document.place(Picture.of(ring()))
    assert document.snapshot.underlay is underlay
    assert document.strokes == ()
    document.undo()
    assert document.snapshot is before


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
    page = np.asarray(to_pillow(document.to_image(200)).convert("L"))
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


def test_the_stroke_in_progress_is_part_of_the_document():
    document = Document()
    document.begin((0.5, 0.5))
    assert len(document.strokes) == 1
    assert document.can_undo
    assert not document.is_empty
    document.cancel()
    assert document.is_empty
    assert not document.can_undo


def test_eraser_strokes_alone_leave_the_paper_empty():
    document = Document()
    act(document, "erase")
    assert document.is_empty
    assert document.query() is None


def test_a_straight_stroke_ends_where_the_pen_is_and_is_one_step():
    document = Document()
    document.begin((0.1, 0.1), width=0.03)
    document.extend((0.4, 0.9))
    document.straighten((0.5, 0.5))
    document.straighten((0.9, 0.9))
    document.end()
    (stroke,) = document.strokes
    assert stroke.points == pytest.approx(np.array([[0.1, 0.1], [0.9, 0.9]]))
    assert stroke.width == 0.03
    document.undo()
    assert document.is_empty


_CHANGES = ["draw", "draw elsewhere", "erase", "erase elsewhere", "move", "place", "balance", "lift"]
_CHANGES += ["like", "unlike", "turn", "take off"]
_STEPS = st.lists(st.sampled_from([*_CHANGES, "clear", "undo", "redo", "cancelled"]), max_size=30)
_PICTURE = Picture.of(ring())


def act(document: Document, step: str) -> None:
    if step.split()[0] in ("draw", "erase", "cancelled"):
        (x, y), eraser = (0.9, 0.1) if step.endswith("elsewhere") else (0.1, 0.1), step.startswith("erase")
        document.begin((x, y), eraser=eraser, width=0.04 if eraser else 0.02)
        document.extend((1 - x, 0.9))
        document.cancel() if step == "cancelled" else document.end()
    elif step == "move":  # as the lasso does, by nothing
        document.change(replace(document.snapshot, strokes=(*document.strokes,)))
    elif step == "place":
        document.place(_PICTURE)
    elif step == "lift":
        document.lift(document.prints)
    elif step == "balance":
        for share in (0.1, 0.35, 0.2 if document.prints.balance != 0.2 else 0.9):
            document.slide(share)
        document.end_slide()
    elif step in ("like", "unlike", "turn", "take off"):
        document.lay(_changed(document.prints, step))
    else:
        getattr(document, step)()


def _changed(prints: Prints, step: str) -> Prints:
    if step in ("like", "unlike") or not len(prints):
        return prints.lay([Print(Path("a.jpg"))], like=step == "like")
    one = (*prints.like, *prints.unlike)[-1]
    return prints.without(one) if step == "take off" else prints.lay([one], like=not prints.is_like(one))


@settings(deadline=None)  # a machine may be busy
@given(_STEPS)
def test_undoing_everything_ends_on_empty_paper_and_redoing_everything_where_one_was(steps):
    document = Document()
    for step in steps:
        act(document, step)
    there, taken = document.snapshot, 0
    while document.can_undo:
        document.undo()
        taken += 1
    assert document.is_empty
    assert document.strokes == ()
    assert document.picture is None
    assert document.prints == Prints()
    for _ in range(taken):
        document.redo()
    assert document.snapshot is there


@settings(deadline=None)
@given(_STEPS, st.sampled_from(_CHANGES))
def test_one_undo_takes_back_exactly_one_change(steps, last):
    document = Document()
    for step in steps:
        act(document, step)
    before = document.snapshot
    act(document, last)
    if last.startswith("erase") and before.is_blank:
        assert document.snapshot is before
        return
    assert document.snapshot is not before
    document.undo()
    assert document.snapshot.looks_like(before)
    assert document.snapshot is before or before.is_blank


@settings(deadline=None)
@given(_STEPS)
def test_what_is_known_of_the_ink_is_what_a_search_would_see(steps):
    document = Document()
    for step in steps:
        act(document, step)
    drawn = has_ink(to_pillow(document.to_image(256)))
    assert document.is_blank == (not drawn)
    assert document.is_empty == (not drawn and not document.prints.like)
    query = document.query()
    assert (query is None) == document.is_empty
    if query is not None:
        assert (query.drawing is not None) == drawn
        assert len(query.like) == len(document.prints.like)
        assert len(query.unlike) == len(document.prints.unlike)
        assert query.balance == document.prints.balance


def test_undo_in_the_middle_of_a_stroke_takes_back_that_stroke():
    document = Document()
    drawn(document, 0.5)
    before = document.snapshot
    document.begin((0.3, 0.3))
    document.undo()
    assert document.snapshot is before


def test_strokes_over_a_picture_are_searched_for_as_they_are_shown():
    document = Document()
    document.place(_PICTURE)
    drawn(document, 0.5)
    document.query()
    drawn(document, 0.8)
    document.begin((0.1, 0.1))
    document.extend((0.4, 0.9))
    shown = np.asarray(to_pillow(document.to_image(512)), float)
    assert np.abs(np.asarray(document.query().drawing, float) - shown).max() <= 2


def test_pictures_cross_between_pillow_and_qt_unchanged():
    noise = np.random.default_rng(3).integers(0, 256, (7, 13, 3), np.uint8)
    image = Image.fromarray(noise)
    assert np.array_equal(np.asarray(to_pillow(to_qimage(image)).convert("RGB")), noise)
    grey = image.convert("L")
    assert np.array_equal(np.asarray(to_pillow(to_qimage(grey)).convert("L")), np.asarray(grey))
