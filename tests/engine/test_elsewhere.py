"""Photos of other machines go by addresses, which lead back to where they lie."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content_hash import content_hash
from engine.elsewhere import Place, address, display_path, here, place_of
from engine.errors import EngineError

PLACES = [
    Place("anna", "/home/anna/a b/x:1.jpg", b"\1" * 16),
    Place("lap-top.lan", "C:/Users/x/1.jpg", b""),
    Place("nas", "//server/share/x.jpg", b"\xff" * 16),
    Place("nas", "/x\udcff\n.jpg", b"\0" * 16),
]
PARTS = st.text(st.characters(exclude_characters="/\0\\"), min_size=1).filter(
    lambda text: text.strip(".") != ""
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.host)
def test_an_address_leads_back_to_its_place(place):
    assert place_of(address(place)) == place
    assert not address(place).is_absolute()
    assert display_path(address(place)) == f"{place.host}:{place.path}"
    assert place_of(Path(str(address(place)))) == place  # as the kept paper writes it down


@given(st.lists(PARTS, min_size=1, max_size=4), st.binary(max_size=16))
def test_whatever_its_parts_are_called(parts, digest):
    place = Place("anna", "/" + "/".join(parts), digest)
    assert place_of(address(place)) == place


@pytest.mark.parametrize(
    "path", [Path("/home/a/photo:x"), Path("photo:anna"), Path("photo:a b:00:1/x"), Path("x")]
)
def test_other_paths_are_of_this_machine(path):
    assert place_of(path) is None
    assert display_path(path) == str(path)


def test_two_machines_and_two_contents_have_addresses_of_their_own():
    one = Place("anna", "/x.jpg", b"\1")
    assert (
        len({address(one), address(Place("ben", "/x.jpg", b"\1")), address(Place("anna", "/x.jpg", b"\2"))})
        == 3
    )


def test_a_file_is_here_only_with_the_same_content(tmp_path):
    file = tmp_path / "x.jpg"
    file.write_bytes(b"one")
    place = Place("anna", file.as_posix(), content_hash(file))
    assert here(address(place)) == file
    assert here(file) == file
    file.write_bytes(b"two")
    with pytest.raises(EngineError, match=r"x\.jpg lies on another machine, anna, in "):
        here(address(place))
    file.unlink()
    with pytest.raises(EngineError):
        here(address(place))
