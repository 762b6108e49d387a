"""The grid's arithmetic, its keys, and the signs on its tiles."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QHelpEvent, QMouseEvent, QPixmapCache
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyleOptionViewItem, QToolTip

from app.photos.grid.grid import PhotoGrid
from app.photos.grid.model import HitsModel
from app.photos.grid.steps import step
from app.photos.reading.thumbnails import Thumbnails
from engine.library import Hit

PHOTOS = [Path(f"/nowhere/{number:05}.jpg") for number in range(1000)]


def hits(*numbers: int, behind: int = 0) -> list[Hit]:
    return [Hit(PHOTOS[number], 0.5, behind=behind) for number in numbers]


@pytest.fixture(scope="module")
def thumbnails(qapp):
    made = Thumbnails(16)
    yield made
    made.stop()


orders = st.lists(st.integers(0, 20), unique=True)


@settings(deadline=None)
@given(answers=st.lists(orders, min_size=1, max_size=6), more=orders)
def test_what_points_to_a_photo_goes_with_it_whatever_comes_and_goes(thumbnails, answers, more):
    model = HitsModel(thumbnails)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    before: list[int] = []
    for order in answers:
        pointers = {number: QPersistentModelIndex(model.index(row)) for row, number in enumerate(before)}
        model.set_hits(hits(*order))
        assert model.hits == tuple(hits(*order))
        for number, pointer in pointers.items():
            assert pointer.isValid() == (number in order)
            if pointer.isValid():
                assert model.path(pointer) == PHOTOS[number]
        assert [model.row_of(PHOTOS[number]) for number in order] == list(range(len(order)))
        before = order
    model.append(hits(*more))
    after = [*before, *(number for number in more if number not in before)]
    assert model.hits == tuple(hits(*after))
    assert tester.model() is model


def test_each_tile_is_found_where_it_lies(grid):
    grid.show_hits(hits(*range(1000)), from_top=True)
    grid.updateGeometries()
    for row in (0, 1, 7, 500, 999):
        index = grid.hits_model.index(row)
        grid.scrollTo(index)
        area = grid.visualRect(index)
        assert grid.viewport().rect().contains(area)
        assert grid.indexAt(area.center()) == index
    assert not grid.indexAt(QPoint(grid.columns * grid.side + 1, 5)).isValid()
    assert not grid.indexAt(QPoint(-1, 5)).isValid()


def test_a_hundred_thousand_tiles_can_be_scrolled_and_walked_through(grid):
    many = [Hit(Path(f"/nowhere/{number:05}.jpg"), 0.5) for number in range(100_000)]
    grid.show_hits(many, from_top=True)
    grid.updateGeometries()
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert grid.visualRect(grid.hits_model.index(99_999)).bottom() < grid.viewport().height()
    assert len(grid.visible_photos()) < 30
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.currentIndex().row() == 99_999
    QTest.keyClick(grid, Qt.Key.Key_PageUp)
    lines = grid.viewport().height() // grid.side
    assert grid.currentIndex().row() == 99_999 - lines * grid.columns


def test_arrows_walk_through_lines_and_columns(grid):
    grid.show_hits(hits(*range(8)), from_top=True)
    wide = grid.columns
    assert wide == 3
    grid.setCurrentIndex(grid.hits_model.index(1))
    walked = []
    keys = ("Down", "Down", "Down", "Left", "Down", "Up", "Up", "Right", "Right", "Up", "Right")
    for key in keys:
        QTest.keyClick(grid, getattr(Qt.Key, f"Key_{key}"))
        walked.append(grid.currentIndex().row())
    assert walked == [4, 7, 7, 6, 6, 3, 0, 1, 2, 2, 3]


def test_up_and_down_stay_in_a_single_line_and_pages_keep_the_column():
    actions = QAbstractItemView.CursorAction
    for action in (actions.MoveUp, actions.MoveDown, actions.MovePageUp, actions.MovePageDown):
        assert step(action, row=2, count=5, wide=5, lines=3) == 2
    assert step(actions.MovePageDown, row=1, count=11, wide=4, lines=3) == 9
    assert step(actions.MovePageUp, row=10, count=11, wide=4, lines=3) == 2
    assert step(actions.MovePageDown, row=3, count=11, wide=4, lines=3) == 10
    assert (
        step(actions.MoveHome, row=2, count=5, wide=5, lines=3),
        step(actions.MoveEnd, row=2, count=5, wide=5, lines=3),
    ) == (0, 4)
    assert (
        step(actions.MoveUp, row=1, count=3, wide=1, lines=2),
        step(actions.MovePageDown, row=1, count=3, wide=1, lines=2),
    ) == (0, 2)


def test_a_frame_drawn_with_the_mouse_selects_what_it_touches(grid):
    grid.show_hits(hits(*range(4)), from_top=True)
    grid.setState(grid.State.DragSelectingState)
    grid.setSelection(
        QRect(grid.place(3).center(), grid.place(1).center()),
        grid.selectionModel().SelectionFlag.ClearAndSelect,
    )
    grid.setState(grid.State.NoState)
    assert sorted(index.row() for index in grid.selectedIndexes()) == [0, 1, 3]


def test_a_screen_reader_finds_a_list_of_photos(grid):
    grid.show_hits(hits(*range(5)), from_top=True)
    interface = QAccessible.queryAccessibleInterface(grid)
    assert interface.role() == QAccessible.Role.List
    assert interface.childCount() == 5
    assert interface.child(4).text(QAccessible.Text.Name) == "00004.jpg, match 5"


def corner(grid, row: int, *, heart: bool) -> QPoint:
    area = grid.visualRect(grid.hits_model.index(row))
    return area.topRight() + QPoint(-22, 22) if heart else area.bottomLeft() + QPoint(18, -18)


def test_a_click_on_the_heart_likes_the_photo_and_chooses_nothing(grid, qtbot):
    grid.show_hits(hits(4, 5), from_top=True)
    with qtbot.waitSignal(grid.liked) as liked:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=corner(grid, 1, heart=True))
    assert liked.args == [[PHOTOS[5]]]
    assert grid.selectedIndexes() == []


def test_a_click_on_the_number_of_like_photos_fans_them_out(grid, qtbot):
    grid.show_hits([*hits(4, behind=12), *hits(5)], from_top=True)
    with qtbot.waitSignal(grid.liked) as liked:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=corner(grid, 0, heart=False))
    assert liked.args == [[PHOTOS[4]]]
    with qtbot.assertNotEmitted(grid.liked):  # no number there
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=corner(grid, 1, heart=False))
    assert [index.row() for index in grid.selectedIndexes()] == [1]


@pytest.mark.parametrize("heart", [True, False])
def test_a_double_click_on_a_sign_is_one_click_whatever_lies_there_by_then(grid, heart):
    grid.show_hits([*hits(4, behind=12), *hits(5)], from_top=True)
    liked, opened = [], []
    grid.liked.connect(liked.append)
    grid.liked.connect(lambda _: grid.show_hits(hits(5, 6), from_top=True))
    grid.used.connect(opened.append)
    place = grid.viewport().mapTo(grid, corner(grid, 0, heart=heart))
    QTest.mouseDClick(grid.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert liked == [[PHOTOS[4]]]
    assert opened == []
    assert grid.selectedIndexes() == []


def test_a_press_that_is_taken_off_the_heart_does_nothing(grid, qtbot):
    grid.show_hits(hits(4, 5), from_top=True)
    with qtbot.assertNotEmitted(grid.liked):
        QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=corner(grid, 1, heart=True))
        QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=corner(grid, 0, heart=True))


def test_signs_say_what_they_are_for(grid, monkeypatch):
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *__: said.append(text))
    grid.show_hits([*hits(4, behind=12), *hits(5, behind=1)], from_top=True)
    for row, heart in ((0, True), (0, False), (1, False)):
        point, index = corner(grid, row, heart=heart), grid.hits_model.index(row)
        event, option = QHelpEvent(QHelpEvent.Type.ToolTip, point, point), QStyleOptionViewItem()
        option.rect = grid.visualRect(index)
        grid.itemDelegate().helpEvent(event, grid, option, index)
    deed = ": lay it beside the drawing (L)"
    assert said == ["Like this (L)", f"12 more like this{deed}", f"1 more like this{deed}"]


def test_keys_like_and_unlike_all_selected_photos_best_first(grid, qtbot):
    answer = hits(*range(6))
    grid.show_hits(answer[::-1], from_top=True, ranking=answer)
    for row in (5, 1, 3):
        grid.selectionModel().select(grid.hits_model.index(row), grid.selectionModel().SelectionFlag.Select)
    grid.setFocus()
    for key, signal in ((Qt.Key.Key_L, grid.liked), (Qt.Key.Key_U, grid.unliked)):
        with qtbot.waitSignal(signal) as told:
            QTest.keyClick(grid, key)
        assert told.args == [[PHOTOS[number] for number in (0, 2, 4)]]


def test_nothing_is_liked_where_nothing_is_chosen(grid, qtbot):
    grid.show_hits(hits(1, 2), from_top=True)
    grid.selectionModel().setCurrentIndex(QModelIndex(), grid.selectionModel().SelectionFlag.Clear)
    QApplication.sendEvent(grid.viewport(), QEvent(QEvent.Type.Leave))  # a pointer may rest where it opened
    with qtbot.assertNotEmitted(grid.liked):
        next(action for action in grid.actions() if action.text() == "Like this").trigger()


def test_signs_are_painted_where_they_are_clicked(grid):
    grid.show_hits([*hits(4, behind=12), *hits(5)], from_top=True)
    QTest.mouseMove(grid.viewport(), QPoint(5, 5))
    QTest.mouseMove(grid.viewport(), grid.visualRect(grid.hits_model.index(0)).center())
    shot = grid.viewport().grab().toImage()
    for heart in (True, False):
        signed, plain = (
            shot.copy(QRect(corner(grid, row, heart=heart) - QPoint(6, 6), corner(grid, row, heart=heart)))
            for row in (0, 1)
        )
        assert signed != plain


def test_a_finger_chooses_a_photo_before_it_touches_signs_that_it_cannot_see(grid, qtbot):
    grid.show_hits(hits(1, 2, 3, 4), from_top=True)
    finger, liked = QTest.createTouchDevice(), []
    grid.liked.connect(liked.append)

    def tap(place):
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            over = QPointF(grid.viewport().mapToGlobal(place))
            left, source = Qt.MouseButton.LeftButton, Qt.MouseEventSource.MouseEventSynthesizedByQt
            keys = Qt.KeyboardModifier.NoModifier
            event = QMouseEvent(kind, QPointF(place), over, over, left, left, keys, source, finger)
            QApplication.sendEvent(grid.viewport(), event)

    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    tap(corner(grid, 2, heart=True))
    assert liked == []
    assert grid.currentIndex().row() == 2
    tap(corner(grid, 2, heart=True))
    assert len(liked) == 1


def test_only_tiles_that_look_different_are_painted_while_photos_keep_their_seats(grid, qtbot, monkeypatch):
    grid.show_hits(hits(*range(12)), from_top=True)
    painted: list[int] = []
    paint = PhotoGrid.paint_tile
    monkeypatch.setattr(
        PhotoGrid,
        "paint_tile",
        lambda self, brush, row, *rest: (painted.append(row), paint(self, brush, row, *rest)),
    )
    grid.viewport().repaint()
    assert set(painted) >= {0, 1, 2, 3, 4, 5}
    asked = [*PHOTOS[:12], PHOTOS[20]]
    for path in asked:
        grid.thumbnails.get(path, lasting=True)
    qtbot.waitUntil(lambda: all(map(grid.thumbnails.is_broken, asked)))
    QApplication.processEvents()
    painted.clear()
    grid.show_hits([*hits(0, 1, 20, 3), *hits(4, behind=2), *hits(*range(5, 12))], from_top=False)
    qtbot.waitUntil(lambda: 4 in painted)
    assert set(painted) == {2, 4}
    assert grid.hits_model.row_of(PHOTOS[20]) == 2
    painted.clear()
    grid.thumbnails.ready.emit(PHOTOS[3])
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {3}


def test_tiles_that_glided_are_painted_in_their_places_where_the_pen_goes_on(grid, qtbot, monkeypatch):
    grid.show_hits(hits(*range(12)), from_top=True)
    for path in PHOTOS[:12]:
        grid.thumbnails.get(path, lasting=True)
    qtbot.waitUntil(lambda: all(map(grid.thumbnails.is_broken, PHOTOS[:12])))
    grid.show_hits(hits(*reversed(range(12))), from_top=False, gliding=True)
    assert grid.is_gliding
    painted: list[int] = []
    monkeypatch.setattr(PhotoGrid, "paint_tile", lambda self, brush, row, *rest: painted.append(row))
    grid._glide.pause()  # half-way
    QTest.qWait(300)
    while painted:  # until all is painted that was to be
        painted.clear()
        QTest.qWait(300)
    grid.show_hits(hits(*reversed(range(12))), from_top=False)
    qtbot.waitUntil(lambda: {0, 1, 2, 3, 4, 5} <= set(painted))


def test_there_is_room_for_two_screens_of_framed_pictures(grid, monkeypatch):
    monkeypatch.setattr("app.photos.grid.delegate._KEPT_KIB", 1)
    grid.show_hits(hits(*range(12)), from_top=True)
    grid.viewport().repaint()
    screen_kib = grid.seats_in_view() * 4 * grid.side**2 / 1024
    assert QPixmapCache.cacheLimit() == pytest.approx(2 * screen_kib, abs=1)
    grid._delegate.make_room(grid.seats_in_view(), side=2.0 * grid.side)
    assert QPixmapCache.cacheLimit() == pytest.approx(8 * screen_kib, abs=1)
    monkeypatch.undo()
    grid.viewport().repaint()
    assert QPixmapCache.cacheLimit() == 24 * 1024
