"""Looking at a photo in the whole window: beside the paper, over the grid, through every answer."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QHoverEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QToolButton

from app.__main__ import main
from app.state.settings import Settings
from app.window import MainWindow

from ...conftest import at_rest, draw, prints, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
_Key = Qt.Key


@pytest.fixture
def window(searched_window, qtbot):
    searched_window.activateWindow()
    searched_window.grid.setFocus()
    qtbot.waitUntil(searched_window.grid.hasFocus)
    qtbot.waitUntil(lambda: searched_window.seating.is_settled)
    return searched_window


def viewer(window):
    return window.photos_panel.viewer


def is_up(window) -> bool:
    return window.photos_panel.page is viewer(window)


def ranked(window) -> list:
    model = window.grid.hits_model
    return [model.at_rank(rank) for rank in range(model.rowCount())]


def press(window, *keys) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)


def test_space_fills_the_photos_side_and_escape_returns_with_the_photo_last_looked_at(window, qtbot):
    photos, paper = ranked(window), window.canvas.geometry()
    press(window, _Key.Key_Space)
    assert is_up(window)
    assert viewer(window).path == photos[0]
    assert viewer(window).picture.hasFocus()
    assert window.canvas.geometry() == paper
    side = window.photos_panel
    assert viewer(window).picture.width() >= side.width() - 14
    press(window, *[_Key.Key_Right] * 9, _Key.Key_Escape)
    assert not is_up(window)
    grid = window.grid
    assert grid.hasFocus()
    assert grid.hits_model.path(grid.currentIndex()) == photos[9]
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    assert grid.chosen_photos() == [photos[9]]
    press(window, _Key.Key_Space, _Key.Key_Space)
    assert not is_up(window)
    assert viewer(window)._full._kept == {}


def test_several_selected_photos_stay_selected_when_one_of_them_was_looked_at(window):
    window.grid.selectAll()
    press(window, _Key.Key_Space, _Key.Key_Escape)
    assert len(window.grid.chosen_photos()) == 12


def test_a_click_on_the_loupe_looks_at_that_photo_and_chooses_nothing(window, qtbot):
    grid = window.grid
    area = grid.visualRect(grid.hits_model.index(1))
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=area.topRight() + QPoint(-54, 24))
    assert is_up(window)
    assert viewer(window).path == grid.hits_model.hit(1).path
    assert grid.selectedIndexes() == []


def test_one_leafs_beyond_the_first_hits(indexed_photos, make_window, qtbot):
    window = make_window(folder=indexed_photos(130))
    qtbot.waitUntil(lambda: at_rest(window))
    draw(window)
    qtbot.waitUntil(lambda: not window.seating.is_moving and shown(window) >= 80)
    window.grid.look_ahead = lambda *_: None  # nobody scrolls
    window.photos_panel.look_at(ranked(window)[45])
    assert shown(window) == 80
    for _ in range(80):
        before = viewer(window).path
        press(window, _Key.Key_Right)
        qtbot.waitUntil(lambda before=before: viewer(window).path != before)
        if viewer(window).leafing.rank > 62:
            qtbot.waitUntil(lambda: shown(window) == 130)
    assert viewer(window).path == ranked(window)[125]
    press(window, _Key.Key_Escape)
    grid = window.grid
    assert grid.currentIndex().row() == 125
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))


def test_the_paper_stays_drawable_and_new_answers_do_not_take_the_picture_away(window, qtbot):
    press(window, _Key.Key_Space, _Key.Key_Right)
    path = viewer(window).path
    for line in (((0.2, 0.8), (0.8, 0.2)), ((0.1, 0.5), (0.9, 0.5))):
        with qtbot.waitSignal(window.seating.adopted):
            draw(window, *line)
    qtbot.waitUntil(lambda: window.seating.is_settled)
    assert len(window.canvas.document.strokes) == 3
    assert is_up(window)
    assert viewer(window).path == path
    window.canvas.clear()
    assert is_up(window)
    assert viewer(window).path == path
    viewer(window).picture.setFocus()
    press(window, _Key.Key_Escape)
    assert window.photos_panel.page is window.grid  # with nothing drawn, the newest photos


def test_the_view_follows_the_first_hit_of_each_answer_if_asked_to_and_that_is_remembered(window, qtbot):
    press(window, _Key.Key_Space, _Key.Key_End)
    assert not viewer(window).follow.isChecked()
    QTest.mouseClick(viewer(window).follow, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert viewer(window).follow.isChecked()
    window.canvas.setFocus()
    with qtbot.waitSignal(window.seating.adopted):
        draw(window, (0.2, 0.8), (0.8, 0.2))
    qtbot.waitUntil(lambda: window.seating.is_settled)
    assert viewer(window).path == ranked(window)[0]
    assert window.canvas.hasFocus()  # nothing is taken from the pen
    assert Settings().follow_first


def test_another_folder_leaves_the_view(window, photos_in, qtbot):
    press(window, _Key.Key_Space)
    window.open_folder(photos_in(3, "other"))
    assert not is_up(window)
    assert viewer(window).path is None


def test_like_this_in_the_view_lays_the_photo_beside_the_drawing(window, qtbot):
    press(window, _Key.Key_Space, _Key.Key_Right)
    path = viewer(window).path
    with qtbot.waitSignal(window.session.answered):
        press(window, _Key.Key_L)
    assert [one.path for one in prints(window).like] == [path]
    assert viewer(window).path == path
    press(window, _Key.Key_U)
    assert [one.path for one in prints(window).unlike] == [path]


def test_what_cannot_be_done_with_a_photo_is_told_in_the_notice(window, qtbot):
    press(window, _Key.Key_Space)
    path = viewer(window).path
    path.unlink()
    press(window, _Key.Key_Return)
    gone = f"{path.name} is not in its folder any more."
    qtbot.waitUntil(lambda: window.notice.sentence == gone)


def test_the_slider_sizes_the_photos_and_the_choice_is_kept(window, make_window, photo_folder, qtbot):
    slider = window.photos_panel.head.slider
    before = window.grid.side
    slider.setValue(slider.maximum())
    assert window.grid.side > before
    QTest.keyClick(window.grid, _Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert slider.value() == window.grid.tile_size < slider.maximum()
    window.close()
    again = make_window(folder=photo_folder)
    assert again.grid.tile_size == slider.value()
    assert again.findChild(QSlider) is not None
    assert again.photos_panel.head.slider.value() == slider.value()


def test_at_its_least_width_nothing_of_the_photos_side_is_cut(window, qtbot):
    panel = window.photos_panel
    window.splitter.setSizes([2000, 290])
    qtbot.waitUntil(lambda: panel.width() == 290)
    head = panel.head
    for strength in ("NONE", "STRONG"):
        head.show_photos(123456, strength, best_first=False)
        head.chip.count(12)
        QApplication.processEvents()
        shown = [one for one in (head._sign, head._words, head.chip, head.button) if one.isVisible()]
        assert len(shown) == 4
        for widget in shown:
            assert head.rect().contains(widget.geometry())
        for left, right in pairwise(shown):
            assert left.geometry().right() < right.geometry().left()
        assert head.button.width() >= head.button.minimumSizeHint().width()
        assert head.chip.width() >= head.chip.minimumSizeHint().width()
    head.chip.count(0)
    press(window, _Key.Key_Space)
    QApplication.processEvents()
    for widget in (*viewer(window).findChildren(QToolButton), viewer(window).follow):
        place = widget.mapTo(panel, QPoint(0, 0))
        assert panel.rect().contains(widget.rect().translated(place))


@pytest.fixture
def steps(qtbot):
    """Runs steps in the window that main() opens, each once the one before is true, and closes it."""
    todo, done = [], []

    def go_on() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.isVisible():
                if todo and todo[0](window):
                    done.append(todo.pop(0))
                if not todo:
                    window.close()
                    window.deleteLater()

    timer = QTimer(interval=20)
    timer.timeout.connect(go_on)
    timer.start()
    yield todo, done
    timer.stop()


def test_from_the_command_line_to_the_view_and_back(steps, photo_folder, tiny_model):
    todo, done = steps
    seen = []

    def once(deed):
        def step(window):
            deed(window)
            return True

        return step

    def whole(window):
        full = viewer(window)._full.get(viewer(window).path)
        seen.append(viewer(window).path)
        return full is not None and bool(full.levels)

    todo += [
        lambda window: window.session.library is not None and not window.session.state.is_indexing,
        once(draw),
        lambda window: shown(window) == 12 and window.seating.is_settled,
        once(lambda window: (window.activateWindow(), window.grid.setFocus())),
        lambda window: window.grid.hasFocus(),
        once(lambda window: press(window, _Key.Key_Space)),
        whole,
        once(lambda window: press(window, _Key.Key_Right)),
        whole,
        once(lambda window: press(window, _Key.Key_Escape)),
        lambda window: window.grid.hits_model.path(window.grid.currentIndex()) == seen[-1],
    ]
    steps_in_all = len(todo)
    assert main([str(photo_folder), "--model", str(tiny_model)]) == 0
    assert len(done) == steps_in_all
    assert len(set(seen)) == 2


def test_what_is_opened_or_copied_in_the_view_counts_as_found(window, qtbot, clipboard):
    press(window, _Key.Key_Space, _Key.Key_Right)
    with qtbot.waitSignal(window.grid.used) as used:
        QTest.keyClick(viewer(window).picture, _Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert used.args == [[viewer(window).path]]


def test_a_wheel_over_the_view_scrolls_no_photos_behind_it(window, qtbot):
    window.resize(900, 400)
    QApplication.processEvents()
    bar = window.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    assert before > 0
    press(window, _Key.Key_Space)
    for widget in (viewer(window).picture, viewer(window).details, viewer(window).follow):
        place = QPointF(widget.rect().center())
        event = QWheelEvent(
            place, widget.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
        assert event.isAccepted() or widget is not viewer(window).picture
    assert bar.value() == before


def hover(grid, index) -> None:
    """Tell the grid of a pointer over a photo; the screen's own, which later tests have too, stays."""
    place = QPointF(grid.visualRect(index).center())
    QApplication.sendEvent(grid.viewport(), QHoverEvent(QEvent.Type.HoverMove, place, place, place))


def test_a_key_pressed_on_the_paper_means_the_photo_under_the_pointer(window, qtbot):
    grid, canvas = window.grid, window.canvas
    liked: list = []
    grid.liked.connect(liked.append)
    chosen, other = grid.hits_model.index(0), grid.hits_model.index(2)
    grid.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    QTest.keyClick(canvas, _Key.Key_L)
    assert liked == []  # the pointer is elsewhere
    hover(grid, other)
    QApplication.sendEvent(grid, QEnterEvent(QPointF(), QPointF(), QPointF()))
    path = grid.hits_model.path(other)
    QTest.keyClick(canvas, _Key.Key_L)
    assert liked == [[path]]
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    QTest.keyClick(canvas, _Key.Key_L)
    assert liked == [[path]]


def test_where_photos_were_chosen_a_key_means_those(window):
    grid = window.grid
    liked: list = []
    grid.liked.connect(liked.append)
    chosen, other = grid.hits_model.index(0), grid.hits_model.index(2)
    path = grid.hits_model.path(chosen)
    grid.selectionModel().setCurrentIndex(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    hover(grid, other)
    QTest.keyClick(grid, _Key.Key_L)
    assert liked == [[path]]
