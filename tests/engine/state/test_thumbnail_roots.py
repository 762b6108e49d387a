"""Of a kept thumbnail the catalog is asked for its own folders alone."""

from contextlib import closing

import pytest
from PIL import Image

from engine.library import Library
from engine.state.thumbnails import KeptThumbnails


def index(folder, encoder):
    with closing(Library(folder, encoder)) as library:
        for _ in library.refresh():
            pass


@pytest.fixture
def kept(state_folder):
    with closing(KeptThumbnails(state_folder)) as made:
        yield made


@pytest.fixture
def asked(kept, monkeypatch):
    """What the catalog is asked."""
    asked, rows = [], kept._rows
    monkeypatch.setattr(kept, "_rows", lambda *query: asked.append(query[0]) or rows(*query))
    return asked


def test_the_catalog_is_asked_for_those_folders_alone_that_it_knows(tmp_path, tiny_encoder, kept, asked):
    inner, outer = tmp_path / "a" / "b" / "c", tmp_path / "a"
    inner.mkdir(parents=True)
    Image.new("RGB", (50, 50), "red").save(inner / "red.png")
    for roots, folder in enumerate((inner, outer), 1):
        index(folder, tiny_encoder)
        assert kept.find(inner / "red.png") is not None  # a folder that is new is asked for
        asked.clear()
        assert kept.find(inner / "red.png") is not None
        assert len(asked) == 1 + roots
        assert sum("FROM photos" in query for query in asked) == roots
