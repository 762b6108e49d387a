from dataclasses import replace

from app.drawing.document import Document
from app.drawing.snapshot import Snapshot


def line(document: Document, x: float, *, eraser: bool = False) -> None:
    document.begin((x, 0.2), width=0.1 if eraser else 0.02, eraser=eraser)
    document.extend((x, 0.8))
    document.end()


def test_the_oldest_steps_are_forgotten_and_the_newest_can_be_undone(monkeypatch):
    monkeypatch.setattr("app.drawing.history.MOST_STEPS", 5)
    document = Document()
    for number in range(9):
        document.begin((0.1 * number, 0.5))
        document.extend((0.1 * number, 0.6))
        document.end()
    assert len(document.strokes) == 9
    steps = 0
    while document.can_undo:
        document.undo()
        steps += 1
    assert steps == 5
    assert len(document.strokes) == 4
    for _ in range(steps):
        document.redo()
    assert len(document.strokes) == 9


def test_ink_drawn_after_a_change_without_an_eraser_does_not_come_back_with_undo():
    document = Document()
    line(document, 0.2)
    document.change(replace(document.snapshot))
    line(document, 0.8)
    document.undo()
    document.undo()
    line(document, 0.2, eraser=True)
    assert document.is_blank


def test_a_drawing_of_very_many_strokes_is_resumed_with_its_last_steps_alone(monkeypatch):
    monkeypatch.setattr("app.drawing.history.MOST_STEPS", 5)
    monkeypatch.setattr("app.drawing.document.MOST_STEPS", 5)
    first, again = Document(), Document()
    for number in range(9):
        line(first, 0.1 * number)
    made = []
    monkeypatch.setattr(Snapshot, "with_strokes", _counted(Snapshot.with_strokes, made))
    again.resume(first.strokes)
    assert len(made) <= 6
    assert len(again.strokes) == 9
    while again.can_undo:
        again.undo()
    assert len(again.strokes) == 4


def _counted(method, made):
    def counted(*arguments):
        made.append(1)
        return method(*arguments)

    return counted
