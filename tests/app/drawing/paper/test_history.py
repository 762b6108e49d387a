from dataclasses import replace
from pathlib import Path

from PIL import Image

from app.drawing.paper.document import Document
from app.drawing.paper.prints import Print, Prints
from app.drawing.paper.snapshot import Snapshot


def line(document: Document, x: float, *, eraser: bool = False) -> None:
    document.begin((x, 0.2), width=0.1 if eraser else 0.02, eraser=eraser)
    document.extend((x, 0.8))
    document.end()


def test_the_oldest_steps_are_forgotten_and_the_newest_can_be_undone(monkeypatch):
    monkeypatch.setattr("app.drawing.paper.history.MOST_STEPS", 5)
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
    monkeypatch.setattr("app.drawing.paper.history.MOST_STEPS", 5)
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


def test_what_is_drawn_after_undo_is_another_drawing_also_below_what_was_laid_on_blank_paper():
    document = Document()
    document.lay(Prints((Print(Path("a.jpg")),)))
    line(document, 0.2)
    undone = document.snapshot.begun
    document.undo()
    begun = document.snapshot.begun
    document.undo()
    assert document.snapshot.begun is begun
    line(document, 0.8)
    assert document.snapshot.begun is not undone


def _counted(method, made):
    def counted(*arguments):
        made.append(1)
        return method(*arguments)

    return counted


def test_prints_that_come_to_name_one_file_are_one_in_every_step_and_no_step_does_nothing():
    document, one, two, three = Document(), *(Print(Path(f"{name}.jpg")) for name in ("a", "b", "c"))
    for laid in ((one,), (one, two), (one,), (one, two, three)):
        document.lay(Prints(laid, (), 0.9))
    line(document, 0.5)
    document.undo()
    two.path = one.path
    document.unite_prints()
    assert document.prints.like == (one, three)
    assert (document.can_redo, document.step) == (True, 2)
    document.undo()
    assert document.prints.like == (one,)
    document.undo()
    assert len(document.prints) == 0
    for _ in range(3):
        document.redo()
    assert document.prints.like == (one, three)
    assert len(document.strokes) == 1


def test_of_one_file_in_both_corners_that_which_it_is_like_stays_and_pictures_without_a_file_all_stay():
    like, unlike = Print(Path("a.jpg")), Print(Path("a.jpg"))
    pasted = [Print(None, Image.new("RGB", (5, 5))) for _ in range(2)]
    prints = Prints((*pasted, like), (unlike,)).unite()
    assert (prints.like, prints.unlike) == ((*pasted, like), ())
