"""A picture zoomed at the pointer and moved with the hand."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QStackedWidget

from app.photos.view.picture_view import PictureView

from ..conftest import Finger

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

LEFT = Qt.MouseButton.LeftButton


def checked(width=800, height=600) -> QImage:
    """Return a picture whose middle pixel is red, on four quarters of different greys."""
    image = QImage(width, height, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    for place, tone in enumerate((40, 90, 140, 190)):
        quarter = (place % 2 * width // 2, place // 2 * height // 2, width // 2, height // 2)
        painter.fillRect(*quarter, QColor(tone, tone, tone))
    painter.end()
    return image


@pytest.fixture
def view(qtbot):
    made = PictureView()
    qtbot.addWidget(made)
    made.resize(400, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.show_picture([checked()], anew=True)
    return made


def turn(view, point: QPointF, eighths: int) -> QWheelEvent:
    event = QWheelEvent(
        point,
        view.mapToGlobal(point),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    return event


def share_at(view, point: QPointF) -> tuple[float, float]:
    area = view.area()
    return (point.x() - area.x()) / area.width(), (point.y() - area.y()) / area.height()


def test_a_picture_is_seen_whole_and_in_the_middle_at_first(view):
    assert view.area().toRect().getRect() == (0, 50, 400, 300)
    shot = view.grab().toImage()
    assert shot.pixelColor(100, 100).red() == 40
    assert shot.pixelColor(300, 300).red() == 190


def test_the_wheel_zooms_at_the_pointer(view):
    point = QPointF(300, 150)
    view.zoom_to(4 / 3)  # it fills the height as well
    before = share_at(view, point)
    for _ in range(3):
        assert turn(view, point, 120).isAccepted()
        assert share_at(view, point) == pytest.approx(before)
    assert view.zoom == pytest.approx(4 / 3 * 1.25**3)
    turn(view, point, -600)
    assert view.zoom == pytest.approx(1.0)
    assert view.area().toRect().getRect() == (0, 50, 400, 300)


def test_the_wheel_scrolls_nothing_behind(view, qtbot):
    area = QScrollArea()
    inner = PictureView()
    qtbot.addWidget(area)
    inner.setFixedSize(400, 2000)
    area.setWidget(inner)
    area.resize(300, 300)
    with qtbot.waitExposed(area):
        area.show()
    for _ in range(2):  # with nothing to zoom, too
        turn(inner, QPointF(50, 50), -120)
        inner.show_picture([checked()], anew=True)
    assert area.verticalScrollBar().value() == 0


def test_zoom_has_its_ends(view):
    for _ in range(60):
        turn(view, QPointF(200, 200), 120)
    assert view.area().width() == pytest.approx(8 * 800 / view.devicePixelRatioF())
    for _ in range(120):
        turn(view, QPointF(10, 390), -120)
    assert view.zoom == 1.0


def test_dragging_moves_the_picture_as_far_as_it_goes(view):
    view.zoom_to(4.0)
    before = view.area()
    QTest.mousePress(view, LEFT, pos=QPoint(200, 200))
    QTest.mouseMove(view, QPoint(230, 180))
    QTest.mouseRelease(view, LEFT, pos=QPoint(230, 180))
    assert (view.area().x() - before.x(), view.area().y() - before.y()) == pytest.approx((30, -20))
    QTest.mouseMove(view, QPoint(300, 300))  # let go of
    assert view.area().x() - before.x() == pytest.approx(30)
    for _ in range(20):
        QTest.mousePress(view, LEFT, pos=QPoint(0, 0))
        QTest.mouseMove(view, QPoint(390, 390))
        QTest.mouseRelease(view, LEFT, pos=QPoint(390, 390))
    assert view.area().topLeft().toPoint() == QPoint(0, 0)


def test_keys_move_a_larger_picture_and_none_that_is_seen_whole(view):
    whole = view.area()
    view.pan(1, 1)
    assert view.area() == whole
    view.zoom_to(view.real_zoom * 4)
    before = view.area()
    view.pan(1, 0)
    assert (view.area().x(), view.area().y()) == pytest.approx((before.x() - view.width() / 4, before.y()))
    for _ in range(100):
        view.pan(0, -1)
    assert view.area().top() >= -1


def test_a_picture_seen_whole_is_carried_away_and_a_larger_one_is_moved(view, qtbot):
    carried = []
    view.dragged.connect(lambda: carried.append(view.zoom))

    def drag():
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        for step in (2, 12, 40, 60):
            QTest.mouseMove(view, QPoint(100 + step, 100))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(160, 100))

    drag()
    assert carried == [1.0]
    view.zoom_to(3.0)
    drag()
    assert carried == [1.0]


def test_a_finger_swipes_and_carries_nothing_away(view, screen, qtbot):
    finger, swiped = Finger(view, screen, qtbot), []
    view.dragged.connect(lambda: pytest.fail("a finger carries the photo away"))
    view.swiped.connect(swiped.append)
    middle = QPoint(200, 200)
    for by in (QPoint(-90, 20), QPoint(90, 0), QPoint(-90, 0), QPoint(-20, 0), QPoint(60, 90)):
        finger.swipe(middle, by)  # the second one soon after the first, as a double click comes
    assert swiped == [1, -1, 1]
    assert view.zoom == 1.0
    view.zoom_to(3.0)
    before = view.area().left()
    finger.swipe(middle, QPoint(-90, 0))
    assert view.area().left() < before
    assert len(swiped) == 3


@pytest.mark.qt_log_ignore("could not find the target for gesture")  # once the fingers are lifted
def test_two_fingers_zoom_and_swipe_nothing(view, screen):
    view.swiped.connect(lambda way: pytest.fail("that was no swipe"))
    touch, left, right = partial(QTest.touchEvent, view, screen), QPoint(180, 200), QPoint(220, 200)
    touch().press(0, left, view).commit()
    touch().stationary(0).press(1, right, view).commit()
    for _ in range(8):
        left, right = left - QPoint(15, 0), right + QPoint(15, 0)
        touch().move(0, left, view).move(1, right, view).commit()
    touch().release(0, left, view).release(1, right, view).commit()
    assert view.zoom > 1.5


def test_two_taps_of_a_finger_zoom(view, screen, leisurely, qtbot):
    finger = Finger(view, screen, qtbot)
    finger.tap(QPoint(60, 300))
    finger.tap(QPoint(60, 300))
    assert view.zoom == view.real_zoom


def test_a_double_click_shows_real_pixels_there_and_the_whole_again(view):
    point = QPointF(100, 200)
    before = share_at(view, point)
    QTest.mouseDClick(view.windowHandle(), LEFT, pos=point.toPoint())
    assert view.area().width() * view.devicePixelRatioF() == pytest.approx(800)
    assert share_at(view, point) == pytest.approx(before)
    QTest.mouseDClick(view.windowHandle(), LEFT, pos=point.toPoint())
    assert view.zoom == 1.0


def test_a_double_click_whose_first_click_was_elsewhere_leaves_the_picture_whole(qtbot):
    pages, button, view = QStackedWidget(), QPushButton("look"), PictureView()
    qtbot.addWidget(pages)
    pages.addWidget(button)
    pages.addWidget(view)
    pages.resize(400, 300)
    view.show_picture((checked(),), anew=True)
    button.pressed.connect(lambda: pages.setCurrentWidget(view))
    with qtbot.waitExposed(pages):
        pages.show()
    QTest.mouseDClick(pages.windowHandle(), LEFT, pos=QPoint(200, 150))
    assert pages.currentWidget() is view
    assert view.zoom == 1.0


def test_real_pixels_are_shown_as_they_are(view):
    image = QImage(800, 600, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.white)
    for x in range(0, 800, 2):
        for y in range(600):
            image.setPixelColor(x, y, QColor("black"))
    view.show_picture([image], anew=True)
    view.resize(401, 401)  # its middle lies between pixels
    view.zoom_to(view.real_zoom)
    shot = view.grab().toImage()
    tones = [shot.pixelColor(x, 200).red() for x in range(10, 20)]
    assert tones in ([0, 255] * 5, [255, 0] * 5)


def test_a_sharper_picture_takes_the_place_where_somebody_looks(view):
    view.show_picture([checked(80, 60)], QSize(4000, 3000), anew=True)
    view.zoom_to(3.0, QPointF(300, 300))
    before = view.area()
    view.show_picture([checked(4000, 3000)], anew=False)
    assert view.area() == before
    view.show_picture([checked()], anew=True)
    assert view.zoom == 1.0


def test_zoom_and_place_stay_when_the_view_changes_its_size(view):
    view.zoom_to(3.0, QPointF(100, 100))
    middle = share_at(view, QPointF(200, 200))
    view.resize(300, 300)
    assert view.zoom == 3.0
    assert share_at(view, QPointF(150, 150)) == pytest.approx(middle)


def test_the_smallest_level_that_is_large_enough_is_painted(view):
    levels = []
    for number, tone in enumerate((250, 150, 50)):
        level = QImage(1600 >> number, 1200 >> number, QImage.Format.Format_RGB888)
        level.fill(QColor(tone, tone, tone))
        levels.append(level)
    view.show_picture(levels, anew=True)
    for zoom, tone in ((1.0, 50), (1.9, 150), (2.1, 250), (9.0, 250)):
        view.zoom_to(zoom)
        assert view.grab().toImage().pixelColor(200, 200).red() == tone


def test_words_stand_over_the_picture_or_in_its_place(view):
    def dark_rows(shot):
        middle = range(40, 360)
        return {y for y in range(20, 380) if any(shot.pixelColor(x, y).red() < 60 for x in middle)}

    white = QImage(400, 400, QImage.Format.Format_RGB888)
    white.fill(Qt.GlobalColor.white)
    view.clearFocus()
    view.show_picture([white], anew=True)
    assert not dark_rows(view.grab().toImage())
    view.say("This photo cannot be shown: there is no such file.")
    assert min(dark_rows(view.grab().toImage())) > 300
    view.show_picture((), anew=True)
    rows = dark_rows(view.grab().toImage())
    assert min(rows) > 150
    assert max(rows) < 250
