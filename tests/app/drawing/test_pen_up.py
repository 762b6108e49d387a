"""What waits for the pen to be lifted."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.drawing.pen_up import PenUp


class Paper(QWidget):
    """Says what PenUp asks a canvas for."""

    lifted = Signal()
    is_drawing = True


def test_what_waits_behind_a_deed_that_fails_is_done_all_the_same(qtbot):
    paper, done = Paper(), []
    qtbot.addWidget(paper)
    pen_up = PenUp(paper)

    def fail():
        raise RuntimeError("on purpose")

    pen_up.do(fail)
    pen_up.do(lambda: done.append(1))
    paper.is_drawing = False
    with qtbot.captureExceptions() as errors:
        paper.lifted.emit()
        qtbot.waitUntil(lambda: done == [1])
    assert [str(error[1]) for error in errors] == ["on purpose"]
