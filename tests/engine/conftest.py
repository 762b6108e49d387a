"""What the engine's tests share."""

import pytest

from engine.drawing import Stroke
from engine.library import Library

LINE = Stroke.through([(0.2, 0.2), (0.8, 0.8)])


def drained(work):
    """Return the progress a refresh told, and its report."""
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return steps, end.value


def refreshed(library):
    """Return the report of a whole refresh."""
    return drained(library.refresh())[1]


@pytest.fixture
def encoder(tiny_encoder, monkeypatch):
    """The tiny model, with a record of how many photos it was given at a time."""
    batches, embed = [], tiny_encoder.embed_photos

    def counted(images):
        batches.append(len(images))
        return embed(images)

    monkeypatch.setattr(tiny_encoder, "embed_photos", counted)
    tiny_encoder.batches = batches
    return tiny_encoder


@pytest.fixture
def open_library(encoder):
    """Opens libraries, and closes them after the test."""
    opened = []

    def make(folder, with_encoder=None):
        opened.append(Library(folder, with_encoder or encoder))
        return opened[-1]

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def library(photo_folder, open_library):
    """A library of the twelve pictures, up to date."""
    library = open_library(photo_folder)
    for _ in library.refresh():
        pass
    return library
