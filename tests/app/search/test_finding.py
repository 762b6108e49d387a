"""What counts as found by the drawing on the paper, for the shelf and for lessons."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.drawing.tools import Tool
from app.library.renames import Renames

from ..conftest import Hand, draw, shown
from ..lessons import is_idle, lessons, zigzag
from ..waiting import answered

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.mark.parametrize("by", ["key", "menu of the print"])
def test_a_judgement_that_is_taken_back_teaches_nothing(finds, qtbot, state_folder, by):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    first, second = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    keeper, strip = finds.shelving.keeper, finds.drawing_panel.strip
    finds.grid.used.emit([first])
    finds.grid.liked.emit([second])
    assert keeper.drawings[0].photos == (second, first)
    for left, photo in (((first,), second), ((), first)):
        if by == "key":
            finds.grid.unliked.emit([photo])
        else:
            finds.drawing_panel.print_files.lay([photo], like=True)
            strip.turn(finds.canvas.document.prints.find(photo))
        assert keeper.drawings[0].photos == left
        qtbot.waitUntil(lambda: is_idle(finds))
        assert lessons(state_folder) == [len(left)] * bool(left)


def test_a_like_that_is_undone_teaches_nothing_unless_the_photo_was_used(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    first, second = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    finds.grid.used.emit([first])
    for photo in (first, second):
        finds.grid.liked.emit([photo])
    canvas, keeper = finds.canvas, finds.shelving.keeper
    for deed, left in ((canvas.undo, (first,)), (canvas.redo, (second, first)), (canvas.undo, (first,))):
        deed()
        assert keeper.drawings[0].photos == left
    canvas.undo()
    assert keeper.drawings[0].photos == (first,)
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [1]


def test_a_judgement_that_is_turned_back_teaches_again(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    photo, used = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    finds.grid.liked.emit([photo])
    keeper, strip = finds.shelving.keeper, finds.drawing_panel.strip
    slip = partial(strip.turn, finds.canvas.document.prints.find(photo))
    undo, redo = finds.canvas.undo, finds.canvas.redo
    for deed, left in ((slip, ()), (slip, (photo,)), (slip, ()), (undo, (photo,)), (redo, ())):
        deed()
        assert keeper.drawings[0].photos == left
    undo()
    finds.grid.used.emit([used])
    refuse = partial(finds.grid.unliked.emit, [used])
    for deed, left in ((refuse, (photo,)), (undo, (used, photo)), (redo, (photo,))):
        deed()
        assert keeper.drawings[0].photos == left
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [1]


def test_what_is_drawn_after_undo_to_blank_paper_is_another_drawing(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    answered(finds, qtbot)
    photo, canvas, keeper = finds.grid.hits_model.hit(3).path, finds.canvas, finds.shelving.keeper
    finds.grid.used.emit([photo])
    canvas.undo()
    assert canvas.is_blank
    draw(finds, *zigzag(1))
    finds.grid.used.emit([photo])  # as the drawing before brought it
    finds.grid.unliked.emit([photo])
    canvas.undo()
    assert [one.photos for one in keeper.drawings] == [(photo,)]
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [1]


def test_a_photo_taken_off_after_two_became_one_is_not_refused(finds, qtbot):
    draw(finds, *zigzag(0))
    answered(finds, qtbot)
    canvas, prints = finds.canvas, finds.drawing_panel.print_files
    first, copy = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    finds.grid.liked.emit([first])
    prints.lay([copy], like=True)
    finds.drawing_panel.strip.take_off(canvas.document.prints.find(copy))
    finds.drawing_panel.follow({copy: first})
    finds.drawing_panel.strip.take_off(canvas.document.prints.find(first))
    assert finds.shelving.keeper.drawings[0].photos == (first,)


def test_a_liked_photo_whose_print_was_taken_away_is_found_again_where_its_refusal_is_undone(finds, qtbot):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    photo = finds.grid.hits_model.hit(3).path
    finds.grid.liked.emit([photo])
    canvas, keeper, strip = finds.canvas, finds.shelving.keeper, finds.drawing_panel.strip
    strip.take_off(canvas.document.prints.find(photo))
    assert keeper.drawings[0].photos == (photo,)
    finds.grid.unliked.emit([photo])
    assert keeper.drawings[0].photos == ()
    canvas.undo()
    assert keeper.drawings[0].photos == (photo,)


def test_what_was_done_with_photos_stays_known_while_the_paper_is_another(finds, qtbot):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    used, liked = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    canvas, keeper, hand = finds.canvas, finds.shelving.keeper, Hand(finds.canvas)
    finds.grid.used.emit([used])
    finds.grid.liked.emit([liked])
    canvas.clear()
    canvas.undo()
    canvas.set_tool(Tool.STROKE_ERASER)
    hand.press((0.1, 0.2))
    hand.move((0.5, 0.3))
    assert canvas.is_blank
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_blank
    refuse = partial(finds.grid.unliked.emit, [used])
    for deed, left in ((refuse, (liked,)), (canvas.undo, (used, liked)), (canvas.undo, (used,))):
        deed()
        assert keeper.drawings[0].photos == left


def test_what_was_found_long_ago_and_refused_is_found_again_by_undo(finds, qtbot):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    photo, keeper = finds.grid.hits_model.hit(3).path, finds.shelving.keeper
    finds.grid.used.emit([photo])
    finds.canvas.clear()
    keeper.take(keeper.drawings[0])
    refuse = partial(finds.grid.unliked.emit, [photo])
    for deed, left in ((refuse, ()), (finds.canvas.undo, (photo,))):
        deed()
        assert keeper.drawings[0].photos == left


def test_who_refuses_one_of_a_moment_refuses_what_the_drawing_found_of_it_and_undo_gives_it_back(
    finds, qtbot
):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    answered(finds, qtbot)
    model, keeper, canvas = finds.grid.hits_model, finds.shelving.keeper, finds.canvas
    head, other, unused, elsewhere = (model.hit(row).path for row in (3, 5, 6, 7))
    model.renew([replace(model.hit(3), burst=(other, unused))])
    finds.grid.used.emit([elsewhere])
    finds.grid.used.emit([other])
    refuse = partial(finds.grid.unliked.emit, [head])
    both = (other, elsewhere)
    for deed, left in ((refuse, both[1:]), (canvas.undo, both), (canvas.redo, both[1:]), (canvas.undo, both)):
        deed()
        assert keeper.drawings[0].photos == left
    finds.photos_panel.viewer.leafing.begin(unused, (head, other, unused))
    finds.grid.unliked.emit([unused])
    assert keeper.drawings[0].photos == both[1:]


def test_of_two_of_a_moment_refused_one_after_the_other_both_stay_so_until_both_are_undone(finds, qtbot):
    draw(finds, *zigzag(0))
    answered(finds, qtbot)
    model, keeper, canvas = finds.grid.hits_model, finds.shelving.keeper, finds.canvas
    one, two, *_ = moment = tuple(model.hit(row).path for row in (3, 5, 6))
    for photo in reversed(moment):
        finds.grid.used.emit([photo])
    finds.photos_panel.viewer.leafing.begin(one, moment)
    undo, redo = canvas.undo, canvas.redo
    refuse = [partial(finds.grid.unliked.emit, [photo]) for photo in (one, two)]
    turns = ((refuse[0], ()), (refuse[1], ()), (undo, ()), (undo, moment), (redo, ()), (undo, moment))
    for turn, left in turns:
        turn()
        assert set(keeper.drawings[0].photos) == {*left}


def drawn_for_a_moment(finds, qtbot):
    """Draw something that finds two photos of one moment; return them, the first stands for both."""
    draw(finds, *zigzag(0))
    answered(finds, qtbot)
    model = finds.grid.hits_model
    first, other = (model.hit(row).path for row in (3, 5))
    model.renew([replace(model.hit(3), burst=(other,))])
    return first, other


def test_what_lies_there_as_like_it_stays_found_whatever_else_of_its_moment_is_refused(finds, qtbot):
    liked, other = drawn_for_a_moment(finds, qtbot)
    keeper, canvas = finds.shelving.keeper, finds.canvas
    finds.grid.liked.emit([liked])
    finds.photos_panel.viewer.leafing.begin(other, (liked, other))
    finds.grid.unliked.emit([other])
    assert keeper.drawings[0].photos == (liked,)
    canvas.clear()
    draw(finds, *zigzag(1))
    assert keeper.drawings[-1].photos == (liked,)


@pytest.mark.parametrize("said", ["liked", "used"])
def test_what_the_person_used_or_liked_since_is_not_refused_again_along_with_another(finds, qtbot, said):
    head, other = drawn_for_a_moment(finds, qtbot)
    keeper, canvas = finds.shelving.keeper, finds.canvas
    finds.grid.used.emit([other])
    finds.grid.unliked.emit([head])
    assert keeper.drawings[0].photos == ()
    turns = [canvas.undo, canvas.redo]
    if said == "liked":
        canvas.undo()
        turns = [partial(finds.grid.unliked.emit, [head])]
    getattr(finds.grid, said).emit([other])
    for turn in turns:
        turn()
        assert keeper.drawings[0].photos == (other,)


def test_who_undoes_a_like_refuses_no_other_of_the_moment(finds, qtbot):
    head, other = drawn_for_a_moment(finds, qtbot)
    keeper = finds.shelving.keeper
    finds.grid.used.emit([other])
    finds.grid.liked.emit([head])
    finds.canvas.undo()
    assert keeper.drawings[0].photos == (other,)


def test_a_like_of_a_photo_that_was_renamed_since_is_taken_back(finds, qtbot):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    before, renames = finds.grid.hits_model.hit(3).path, finds.findChild(Renames)
    finds.grid.liked.emit([before])
    now = before.with_name("renamed.png")
    assert before in {path for one in renames._followers for path in one.paths()}
    for one in renames._followers:
        one.follow({before: now})
    assert finds.shelving.keeper.drawings[0].photos == (now,)
    finds.canvas.undo()
    assert finds.shelving.keeper.drawings[0].photos == ()


def test_what_was_looked_at_before_anything_was_drawn_is_no_lesson(finds, qtbot, state_folder, clipboard):
    finds.photos_panel.look_at(finds.grid.hits_model.hit(3).path)
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12 and finds.seating.is_settled)
    finds.photos_panel.viewer.commands.copy_path.trigger()
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == []


def test_what_an_earlier_drawing_brought_into_the_view_is_no_lesson_of_the_next(
    finds, qtbot, state_folder, clipboard
):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12 and finds.live.found.stamp == finds.seating.stamp)
    finds.photos_panel.look_at(finds.grid.hits_model.hit(3).path)
    finds.canvas.clear()
    draw(finds, *zigzag(1))
    qtbot.waitUntil(lambda: finds.live.found.stamp == finds.seating.stamp and finds.seating.is_settled)
    viewer = finds.photos_panel.viewer
    viewer.commands.copy_path.trigger()
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == []
    assert [one.photos for one in finds.shelving.keeper.drawings] == [()]  # of the first drawing
    QTest.keyClick(viewer.picture, Qt.Key.Key_Right)
    viewer.commands.copy_path.trigger()
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [1]
    assert finds.shelving.keeper.drawings[0].photos == (viewer.path,)


def test_what_an_earlier_drawing_found_is_no_lesson_of_the_next_whose_search_is_slow(
    finds, qtbot, state_folder
):
    newest = finds.grid.hits_model.hit(0).path
    draw(finds, *zigzag(0))
    assert not finds.seating.is_settled
    finds.grid.used.emit([newest])  # it stands there by date
    qtbot.waitUntil(lambda: shown(finds) == 12)
    photo = finds.grid.hits_model.hit(3).path
    finds.canvas.clear()
    draw(finds, *zigzag(1))
    assert not finds.seating.is_settled
    finds.grid.used.emit([photo])
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == []
