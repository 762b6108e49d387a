"""Many photos, encoded once for all tests that want a window on them and not their indexing."""

import shutil
from contextlib import closing

import pytest

from engine.library import Library


@pytest.fixture(scope="session")
def kept_photos(tmp_path_factory, tiny_encoder, draw_picture):
    """Makes n different pictures, once: where they are indexed as lying, the pictures, and that state."""
    made = {}

    def make(count):
        if count not in made:
            place = tmp_path_factory.mktemp("indexed")
            folder, pictures, state = (place / name for name in ("many", "pictures", "state"))
            pictures.mkdir()
            for number in range(count):
                colour = (number * 7 % 256, number * 3 % 256, number % 256)
                draw_picture("circle", colour).save(pictures / f"{number:03}.png")
            shutil.copytree(pictures, folder)
            with pytest.MonkeyPatch.context() as patched:
                patched.setenv("FFMLN_DATA_DIR", str(state))
                with closing(Library(folder, tiny_encoder)) as library:
                    list(library.refresh())
            shutil.rmtree(folder)
            made[count] = folder, pictures, state
        return made[count]

    return make


@pytest.fixture
def indexed_photos(kept_photos, state_folder):
    """Makes a folder of n different pictures that are indexed already; asked for before windows are."""
    folders = []

    def make(count):
        folder, pictures, state = kept_photos(count)
        folders.append(shutil.copytree(pictures, folder))
        shutil.copytree(state, state_folder, dirs_exist_ok=True)
        return folder

    yield make
    for folder in folders:
        shutil.rmtree(folder)
