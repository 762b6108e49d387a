"""Learning through a library: what was found is found sooner, for drawings of its kind."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.errors import LessonsError
from engine.library import Library
from engine.search.query import Query
from engine.sketches.drawing import Stroke
from engine.taught.learning import Learning
from engine.taught.lessons import Lessons
from engine.vector_index.index import VectorIndex


def zigzag(seed, turns=4):
    """A picture of a drawing; those of one number of turns look alike."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (200, 200), 255)
    points = [(20 + 160 * n / turns, 40 if n % 2 else 160) for n in range(turns + 1)]
    shaken = [(x + rng.normal(0, 4), y + rng.normal(0, 4)) for x, y in points]
    ImageDraw.Draw(image).line(shaken, fill=0, width=5)
    return image


@pytest.fixture
def library(photo_folder, tiny_encoder):
    library = Library(photo_folder, tiny_encoder)
    for _ in library.refresh():
        pass
    yield library
    library.close()


def worst(library, drawing):
    """The photo that a drawing finds last."""
    return library.search(Query(drawing), 12)[-1].path


def rank(library, drawing, photo):
    return [hit.path for hit in library.search(Query(drawing), 12)].index(photo)


def teach(library, count=6):
    photo = worst(library, zigzag(0))
    for seed in range(count):
        assert library.note_found(zigzag(seed), [photo]) is not None
    return photo


def test_a_drawing_like_those_before_finds_what_they_found(library):
    photo = teach(library)
    before = rank(library, zigzag(100), photo)
    learned = library.learn()
    assert learned.drawings == 6
    assert learned.map is not None
    assert rank(library, zigzag(100), photo) < before


def test_a_photo_that_was_just_missed_is_found_all_the_same(library, photo_folder):
    photo = worst(library, zigzag(0))
    now = photo.rename(photo.with_name("now" + photo.suffix))
    work = library.refresh()
    while len(library.photos()) == 12:
        next(work)
    work.close()
    assert library.note_found(zigzag(0), [photo]) is not None
    assert library.note_found(zigzag(1), [now, photo_folder / "none.png"]) is None
    for _ in library.refresh():
        pass
    assert library.learn().drawings == 1


def test_what_was_learned_is_there_at_the_next_start(library, photo_folder, tiny_encoder):
    photo = teach(library)
    library.learn()
    after = rank(library, zigzag(100), photo)
    library.close()
    again = Library(photo_folder, tiny_encoder)
    again.learn()
    assert rank(again, zigzag(100), photo) == after
    again.close()


def test_without_consent_nothing_is_kept_and_nothing_used(library, state_folder):
    photo = teach(library)
    library.learn()
    Lessons(state_folder).are_used = False
    assert library.note_found(zigzag(9), [photo]) is None
    assert library.learn().map is None
    assert library.personal is None
    assert len(Lessons(state_folder)) == 6  # and there again, once wanted


def test_what_is_forgotten_is_searched_as_before(library, state_folder):
    before = [hit.path for hit in library.search(Query(zigzag(100)), 12)]
    teach(library)
    library.learn()
    Lessons(state_folder).forget()
    assert library.learn().drawings == 0
    assert [hit.path for hit in library.search(Query(zigzag(100)), 12)] == before


def test_a_photo_that_is_not_in_the_library_is_no_lesson(library, tmp_path):
    zigzag(1).save(tmp_path / "elsewhere.png")
    assert library.note_found(zigzag(0), [tmp_path / "elsewhere.png"]) is None
    assert library.learn().drawings == 0


def test_lessons_outlive_the_renaming_of_their_photo(library):
    photo = teach(library)
    photo.rename(photo.with_name("renamed" + photo.suffix))
    for _ in library.refresh():
        pass
    assert library.learn().drawings == 6


def test_lessons_whose_photo_is_gone_are_left_out(library):
    photo = teach(library)
    library.learn()
    photo.unlink()
    for _ in library.refresh():
        pass
    assert library.learn().drawings == 0


def test_another_encoder_sees_the_same_drawings_anew(library, photo_folder, make_model, tmp_path):
    from engine.encoding.encoder import Encoder

    photo = teach(library)
    library.learn()
    library.close()
    other = Library(photo_folder, Encoder(make_model(tmp_path / "o.onnx", model_id="other", seed=5)))
    for _ in other.refresh():
        pass
    assert other.learn().drawings == 6
    assert photo in [hit.path for hit in other.search(Query(zigzag(100)), 12)]
    other.close()


def test_strokes_are_lessons_too(library):
    stroke = Stroke(np.array([[0.1, 0.1], [0.9, 0.9]], np.float32), 0.02)
    photo = library.search(Query([stroke]), 1)[0].path
    assert library.note_found([stroke], [photo]) is not None


def test_lessons_that_cannot_be_read_are_told_and_searching_goes_on(library, state_folder):
    teach(library)
    library.learn()
    Lessons(state_folder).path.write_bytes(b"broken" * 300)
    with pytest.raises(LessonsError):
        library.learn()
    assert library.search(Query(zigzag(0)), 3)


def test_photos_like_one_are_looked_up_again_once_there_are_many_more(tiny_encoder, state_folder):
    rows = np.random.default_rng(0).standard_normal((400, 8)).astype(np.float32)
    rows[390:] = rows[0] + 0.01 * rows[390:]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex(8)
    learning = Learning(Lessons(state_folder), tiny_encoder, index, lambda hashes: {})
    index.add(range(100), rows[:100])
    assert len(learning._most_like(0)) == 6
    index.add(range(100, 400), rows[100:])
    assert set(learning._most_like(0).tolist()) == {0, *range(390, 400)}
