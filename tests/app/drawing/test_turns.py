"""What is read for a paper, one after the other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.drawing.turns import Turns


class Paper(QWidget):
    """Says what `Turns` asks a canvas for."""

    lifted = Signal()
    is_drawing = False


def test_what_is_read_next_is_there_though_the_system_gave_no_thread_before(qtbot, no_thread):
    paper, told, read = Paper(), [], []
    qtbot.addWidget(paper)
    turns = Turns(paper)
    turns.begin(lambda _: 1, read.append, told.append)
    qtbot.waitUntil(lambda: len(told) == 1)
    no_thread.undo()
    turns.begin(lambda _: 2, read.append, told.append)
    qtbot.waitUntil(lambda: read == [2])
    assert told == ["There was not enough memory to read it."]
    turns.stop()


def test_a_paper_ends_though_the_system_gave_no_thread(qtbot, no_thread):
    paper = Paper()
    qtbot.addWidget(paper)
    turns = Turns(paper)
    turns.begin(lambda _: 1, print, print)
    turns.stop()
