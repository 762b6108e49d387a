"""A catalog and the files beside it that do not belong together: one was restored or copied in alone."""

import os
import shutil
from contextlib import closing

import numpy as np
import pytest

from engine.library import Library
from engine.state.catalog import CATALOG_NAME, Catalog
from engine.state.vectors import VectorFile

from .conftest import LINE, photo, refreshed


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch):
    """Short vectors are kept of these few photos."""
    monkeypatch.setattr("engine.indexing.loading.WHOLE_TO", 5)


@pytest.fixture
def replace_photos(photo_folder, draw_picture):
    """Puts six photos of a kind into the folder, in the place of those of the other kind."""

    def replace(shape):
        for gone in photo_folder.glob("late*"):
            gone.unlink()
        for number in range(6):
            picture = draw_picture(shape, (40 * number, 90, 200 - 30 * number))
            picture.save(photo_folder / f"late {shape} {number}.png")

    return replace


def scores(folder, encoder, *, refresh=False):
    """Return the score of each photo by path, as a library just opened has it."""
    library = Library(folder, encoder)
    try:
        if refresh:
            refreshed(library)
        return {hit.path: pytest.approx(hit.score, abs=1e-3) for hit in library.search([LINE], 100)}
    finally:
        library.close()


@pytest.fixture
def true_scores(tmp_path, monkeypatch, photo_folder, encoder):
    """Returns the same of the folder indexed anew."""

    def index():
        with monkeypatch.context() as patch:
            patch.setenv("FFMLN_DATA_DIR", str(tmp_path / "anew"))
            shutil.rmtree(tmp_path / "anew", ignore_errors=True)
            found = scores(photo_folder, encoder, refresh=True)
        encoder.batches.clear()
        return found

    return index


def copy_state(source, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def test_short_vectors_newer_than_a_restored_catalog_are_not_taken_for_those_of_other_photos(
    photo_folder, photos_in, encoder, state_folder, replace_photos, true_scores, tmp_path
):
    scores(photo_folder, encoder, refresh=True)
    shutil.copy(state_folder / CATALOG_NAME, tmp_path)
    replace_photos("cross")
    scores(photo_folder, encoder, refresh=True)
    shutil.copy(tmp_path / CATALOG_NAME, state_folder)
    replace_photos("circle")
    expected = true_scores()
    scores([photo_folder, photos_in(6)], encoder, refresh=True)  # whose short vectors lie elsewhere
    assert scores(photo_folder, encoder) == expected


def test_rows_of_another_history_are_told_before_they_are_searched(
    photo_folder, encoder, state_folder, replace_photos, true_scores, tmp_path
):
    scores(photo_folder, encoder, refresh=True)
    copy_state(state_folder, tmp_path / "early")
    replace_photos("cross")
    scores(photo_folder, encoder, refresh=True)
    copy_state(state_folder, tmp_path / "late")
    copy_state(tmp_path / "early", state_folder)
    replace_photos("circle")
    scores(photo_folder, encoder, refresh=True)
    for name in (CATALOG_NAME, "graphs"):  # but not the vectors
        (shutil.rmtree if name == "graphs" else os.unlink)(state_folder / name)
        (shutil.copytree if name == "graphs" else shutil.copy2)(tmp_path / "late" / name, state_folder / name)
    replace_photos("cross")
    expected = true_scores()
    found = scores(photo_folder, encoder)
    assert len(found) == 12
    assert found == {path: expected[path] for path in found}
    assert scores(photo_folder, encoder, refresh=True) == expected
    assert sum(encoder.batches) == 6


def test_a_restored_catalog_has_nothing_encoded_again_that_it_knows(
    photo_folder, encoder, state_folder, replace_photos, true_scores, tmp_path
):
    before = scores(photo_folder, encoder, refresh=True)
    shutil.copy(state_folder / CATALOG_NAME, tmp_path)
    replace_photos("cross")
    expected = true_scores()
    scores(photo_folder, encoder, refresh=True)
    shutil.copy(tmp_path / CATALOG_NAME, state_folder)
    encoder.batches.clear()
    assert scores(photo_folder, encoder) == before
    assert scores(photo_folder, encoder, refresh=True) == expected
    assert sum(encoder.batches) == 6


@pytest.fixture
def compared(monkeypatch):
    """How many rows were compared with their checksums."""
    counts, sound = [], VectorFile.sound
    monkeypatch.setattr(
        VectorFile,
        "sound",
        lambda self, slots, checks: counts.append(len(slots)) or sound(self, slots, checks),
    )
    return counts


def test_where_catalog_and_vectors_belong_together_a_start_compares_and_encodes_nothing(
    photo_folder, encoder, state_folder, compared, tmp_path
):
    before = scores(photo_folder, encoder, refresh=True)
    copy_state(state_folder, tmp_path / "copy")
    copy_state(tmp_path / "copy", state_folder)
    encoder.batches.clear()
    compared.clear()
    assert scores(photo_folder, encoder) == before
    assert (sum(compared), encoder.batches) == (0, [])


def test_a_seal_that_is_broken_is_renewed_by_comparing_all_and_not_by_writing(
    photo_folder, encoder, state_folder
):
    scores(photo_folder, encoder, refresh=True)
    [file] = (state_folder / "vectors").iterdir()
    os.utime(file, (1e9, 1e9))
    with closing(Catalog(state_folder)) as catalog:
        root, space = catalog.root(os.fsencode(photo_folder)), encoder.space
        catalog.store(root, "tiny", [photo(b"late", vector=np.ones(encoder.dim, np.float32))], [])
        assert catalog.seals.state_if_broken(space) == catalog.vectors.reading(space)[0].state
    scores(photo_folder, encoder, refresh=True)
    with closing(Catalog(state_folder)) as catalog:
        assert catalog.seals.state_if_broken(space) is None
