"""Who sits where while the pen moves, as a function of what is shown and what was found."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.photos.grid.seats import LOYALTY, seat
from engine.library import Hit

NAMES = [Path(f"/photos/{number}.jpg") for number in range(40)]
orders = st.lists(st.sampled_from(NAMES), unique=True)
rooms = st.integers(1, 50) | st.none()


def hits(paths) -> list[Hit]:
    return [Hit(path, 1 - rank / 100) for rank, path in enumerate(paths)]


@given(shown=orders, found=orders, room=rooms)
def test_each_photo_of_the_answer_has_one_seat(shown, found, room):
    answer = hits(found)
    assert sorted(seat(shown, answer, room), key=answer.index) == answer


@given(shown=orders, found=orders)
def test_what_stays_keeps_its_place(shown, found):
    seated = [hit.path for hit in seat(shown, hits(found))]
    for place, path in enumerate(shown[: len(found)]):
        if path in found:
            assert seated[place] == path


@given(shown=orders, found=orders, room=rooms)
def test_what_stays_in_view_keeps_its_place_and_what_stays_beyond_too(shown, found, room):
    seated = [hit.path for hit in seat(shown, hits(found), room)]
    front = len(found) if room is None else room
    for place, path in enumerate(shown[: len(found)]):
        if path in seated and (seated.index(path) < front) == (place < front):
            assert seated[place] == path


@given(shown=orders, found=orders)
def test_free_places_go_to_the_best_of_the_new_ones(shown, found):
    seated = [hit.path for hit in seat(shown, hits(found))]
    new = [path for place, path in enumerate(seated) if path not in shown[: len(found)]]
    assert new == sorted(new, key=found.index)


@given(shown=orders, found=orders, room=st.integers(1, 50))
def test_the_best_are_in_view_wherever_they_were(shown, found, room):
    seated = [hit.path for hit in seat(shown, hits(found), room)]
    assert set(found[: int(room * LOYALTY)]) <= set(seated[:room])


@given(found=orders, room=rooms)
def test_without_photos_before_the_order_is_the_ranking(found, room):
    assert seat([], hits(found), room) == hits(found)


@given(shown=orders, found=orders, room=rooms)
def test_the_same_answer_again_moves_nothing(shown, found, room):
    seated = seat(shown, hits(found), room)
    assert seat([hit.path for hit in seated], hits(found), room) == seated


def test_a_photo_in_view_stays_when_it_falls_a_little_and_goes_when_it_falls_far():
    shown = NAMES[:4]
    close = hits([NAMES[0], NAMES[1], NAMES[2], NAMES[9], NAMES[10], NAMES[3], *NAMES[11:20]])
    far = hits([NAMES[0], NAMES[1], NAMES[2], *NAMES[9:20], NAMES[3]])
    assert [hit.path for hit in seat(shown, close, 4)][:4] == NAMES[:4]
    assert [hit.path for hit in seat(shown, far, 4)][:4] == [*NAMES[:3], NAMES[9]]
