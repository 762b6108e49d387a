import pytest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle

from app.drawing import invitation
from app.drawing.canvas import Canvas
from app.drawing.invitation import Invitation

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


class Moving(QProxyStyle):
    """A style in which things may move, or not."""

    def __init__(self, moving: bool) -> None:
        super().__init__("fusion")
        self._moving = moving

    def styleHint(self, hint, *others):
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 200 if self._moving else 0
        return super().styleHint(hint, *others)


@pytest.fixture
def invite(canvas):
    def make(*, moving: bool = True, loops: int | None = None) -> Invitation:
        made = Invitation(canvas, loops=loops)
        made.setStyle(Moving(moving))
        made.begin()
        return made

    return make


def test_a_blank_paper_invites_until_the_pen_touches_it(invite, hand, qtbot):
    made = invite()
    assert made.isVisible()
    qtbot.waitUntil(lambda: 0 < made.share < 1)
    hand.press((0.3, 0.3))
    assert not made.isVisible()
    hand.release((0.3, 0.3))


def test_a_stroke_begins_under_the_invitation_too(invite, hand, canvas):
    made = invite()
    corner = made.geometry().center() - canvas.area().topLeft().toPoint()
    point = corner.x() / canvas.area().width(), corner.y() / canvas.area().height()
    hand.draw(point, (0.1, 0.1))
    assert len(canvas.document.strokes) == 1


def test_a_paper_with_a_drawing_does_not_invite(invite, hand):
    hand.draw((0.2, 0.2), (0.5, 0.5))
    assert not invite().isVisible()


def test_where_nothing_may_move_the_whole_loop_stands_there(invite):
    made = invite(moving=False)
    assert made.isVisible()
    assert made.share == 1.0


def test_it_goes_after_its_loops(invite, monkeypatch, qtbot):
    monkeypatch.setattr(invitation, "_LOOP_MS", 100)
    monkeypatch.setattr(invitation, "_PAUSE_MS", 10)
    made = invite(loops=2)
    qtbot.waitUntil(lambda: not made.isVisible())


def test_it_stays_in_the_corner_of_the_paper(invite, canvas):
    made = invite()
    for change in (-120, 200):
        canvas.resize(canvas.width() + change, canvas.height() + change)
        QApplication.processEvents()
        corner = canvas.area().bottomRight() - made.geometry().toRectF().bottomRight()
        assert 0 < corner.x() < 12
        assert 0 < corner.y() < 12


def test_it_finds_its_corner_though_the_paper_was_smaller_when_it_began(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    made = Invitation(canvas)
    made.begin()
    canvas.resize(700, 600)
    with qtbot.waitExposed(canvas):
        canvas.show()
    assert canvas.area().bottomRight().x() - made.geometry().right() < 12
