from app.drawing.document import Document


def test_the_oldest_steps_are_forgotten_and_the_newest_can_be_undone(monkeypatch):
    monkeypatch.setattr("app.drawing.document.MOST_STEPS", 5)
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
