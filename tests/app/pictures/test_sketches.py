"""Sketches from files, pipes and devices."""

import itertools
import os
import sys
import threading

import pytest

from app.pictures import sketches
from app.pictures.sketches import ENDINGS, read_sketch
from engine.errors import ImageError
from engine.pictures.photos import is_photo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8" stroke="black"/></svg>'
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX pipes")


def pipe_of(data: bytes, folder):
    """Return the path of a pipe through which these bytes come, as of a process substitution."""
    path = folder / "pipe"
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(data,)).start()
    return path


@POSIX
def test_a_picture_may_come_through_a_pipe(sketch, tmp_path):
    assert read_sketch(pipe_of(sketch.read_bytes(), tmp_path)).size == read_sketch(sketch).size


@POSIX
def test_an_svg_may_come_through_a_pipe(tmp_path):
    assert read_sketch(pipe_of(SVG, tmp_path)).size == (1000, 1000)


def test_an_svg_is_one_whatever_it_is_called(tmp_path):
    for name in ("a.svg", "a", "a.png"):
        (tmp_path / name).write_bytes(SVG)
        assert read_sketch(tmp_path / name).size == (1000, 1000)


@POSIX
def test_what_comes_through_a_pipe_and_is_no_picture_is_one_sentence(tmp_path):
    pipe = pipe_of(b"no picture", tmp_path)
    with pytest.raises(ImageError) as said:
        read_sketch(pipe)
    assert str(said.value) == f"{pipe} cannot be used as a sketch: it is not a picture this program can read."


@POSIX
def test_a_pipe_nobody_writes_to_is_given_up(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(sketches, "_FIRST_S", 0.1)
    with pytest.raises(
        ImageError,
        match=r"pipe cannot be used as a sketch: the picture did not come through",
    ):
        read_sketch(tmp_path / "pipe")


@POSIX
def test_a_pipe_that_is_held_open_and_says_no_more_is_given_up(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(sketches, "_ALL_S", 0.2)
    times = itertools.count()

    def asked() -> bool:
        assert next(times) < 40, "it goes on waiting"
        return False

    held = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(held, b"\x89PNG")
    try:
        with pytest.raises(ImageError, match="did not come through the pipe in time"):
            read_sketch(tmp_path / "pipe", given_up=asked)
    finally:
        os.close(held)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs the device")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [("/dev/zero", "more came"), ("/dev/null", "the file is empty"), ("/dev", "it is a folder")],
)
def test_devices_and_folders_are_one_sentence(name, sentence, monkeypatch):
    monkeypatch.setattr(sketches, "_MOST_BYTES", 3_000_000)
    with pytest.raises(ImageError, match=f"{name} cannot be used as a sketch: {sentence}"):
        read_sketch(sketches.Path(name))


def test_what_is_not_there_is_one_sentence(tmp_path):
    for name in ("absent.svg", "absent.png", "zero\0.png"):
        with pytest.raises(ImageError) as said:
            read_sketch(tmp_path / name)
        assert str(said.value) == f"{tmp_path / name} cannot be used as a sketch: there is no such file."


def test_every_ending_offered_is_one_that_can_be_read():
    assert {"heic", "avif", "svg", "jpg"} <= set(ENDINGS)
    assert [ending for ending in ENDINGS if not is_photo(f"a.{ending}")] == ["svg", "svgz"]
