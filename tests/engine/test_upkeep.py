"""What is forgotten of a folder, on request."""

import os
import shutil

import pytest

from engine.content_hash import content_hash
from engine.errors import FolderError
from engine.state.thumbnails import KeptThumbnails
from engine.upkeep import Upkeep
from engine.vector_index.graph import graph_path

from .conftest import refreshed


def test_of_a_folder_that_is_forgotten_no_vector_is_left(library, photo_folder, state_folder):
    def vectors() -> int:
        return sum(file.stat().st_size for file in state_folder.glob("vectors/*"))

    assert vectors() > 0
    before = vectors()
    for photo in (photo_folder / "older").iterdir():
        photo.unlink()
    refreshed(library)
    assert vectors() == before
    with Upkeep(photo_folder) as upkeep:
        upkeep.forget_missing()
    assert vectors() == before * 9 // 12
    library.close()
    with Upkeep(photo_folder) as upkeep:
        upkeep.forget()
    assert vectors() == 0


def test_what_is_missing_from_one_folder_costs_no_other_its_graph(
    library, photo_folder, open_library, state_folder, tmp_path
):
    shutil.copytree(photo_folder / "older", tmp_path / "other")
    refreshed(open_library(tmp_path / "other"))
    next(photo_folder.glob("*.png")).unlink()
    refreshed(library)
    own, other = (
        graph_path(state_folder, os.fsencode(one), "tiny") for one in (photo_folder, tmp_path / "other")
    )
    own.parent.mkdir(exist_ok=True)
    for graph in (own, other):
        graph.write_bytes(b"?")
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget_missing() == 1
    assert (own.exists(), other.exists()) == (False, True)


def test_a_folder_is_forgotten_with_those_in_it_that_were_indexed_by_themselves(
    library, photo_folder, open_library, state_folder
):
    refreshed(open_library(photo_folder / "older"))
    for forgets in (Upkeep.forget, Upkeep.forget_missing):
        with (
            Upkeep(photo_folder / "elsewhere") as upkeep,
            pytest.raises(FolderError, match="Nothing is remembered"),
        ):
            forgets(upkeep)
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget() == 12
    with Upkeep(photo_folder / "older") as upkeep, pytest.raises(FolderError, match="Nothing is remembered"):
        upkeep.forget()
    assert [file for file in state_folder.glob("vectors/*") if file.stat().st_size] == []


def test_of_a_folder_that_is_forgotten_no_name_and_no_hash_lies_in_any_file(
    library, photo_folder, state_folder
):
    digests = [content_hash(path) for path in photo_folder.rglob("*.*")]
    changed = next(photo_folder.glob("*.png"))
    shutil.copy(next((photo_folder / "older").iterdir()), changed)  # what it was before is kept for a while
    refreshed(library)
    kept = KeptThumbnails(state_folder)  # as the window has them open
    assert kept.find(changed) is not None
    traces = [path.name.encode() for path in photo_folder.rglob("*.*")] + digests
    with Upkeep(photo_folder) as upkeep:
        upkeep.forget()
    left = b"".join(path.read_bytes() for path in state_folder.rglob("*") if path.is_file())
    assert [trace for trace in traces if trace in left] == []
    kept.close()


def test_what_a_file_contained_before_it_was_changed_is_forgotten_with_the_missing(
    library, photo_folder, state_folder
):
    [vectors] = (state_folder / "vectors").iterdir()
    each = vectors.stat().st_size // 12
    changed, other = sorted(photo_folder.glob("*.png"))[:2]
    shutil.copy(other, changed)
    refreshed(library)
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget_missing() == 0
    [vectors] = (state_folder / "vectors").iterdir()
    assert vectors.stat().st_size == each * 11


def test_a_part_of_a_folder_is_remembered_with_that_one(library, photo_folder):
    part = photo_folder / "older"
    with Upkeep(part) as upkeep, pytest.raises(FolderError) as raised:
        upkeep.forget()
    assert str(raised.value) == f"The photos in {part} are remembered as part of {photo_folder}."
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget() == 12


def test_what_the_folder_around_it_keeps_is_not_called_forgotten(
    library, photo_folder, open_library, monkeypatch
):
    refreshed(open_library(photo_folder / "older"))
    next((photo_folder / "older").iterdir()).unlink()
    refreshed(library)
    with Upkeep(photo_folder / "older") as upkeep:
        assert (upkeep.forget_missing(), upkeep.forget()) == (0, 0)
        assert upkeep.explain_keeper().endswith(f"older are remembered as part of {photo_folder}.")
    made = []
    monkeypatch.setattr("engine.folders.names.local_path", lambda *names: made.append(names))
    monkeypatch.setattr("engine.upkeep.local_path", lambda *names: made.append(names), raising=False)
    with Upkeep(photo_folder) as upkeep:
        assert (upkeep.explain_keeper(), upkeep.forget(), made) == ("", 11, [])  # a path for each takes long


def test_missing_photos_are_forgotten_on_request(library, photo_folder, encoder, tmp_path):
    shutil.move(photo_folder / "older", tmp_path / "older")
    refreshed(library)
    with Upkeep(photo_folder) as upkeep:
        assert (upkeep.forget_missing(), upkeep.forget_missing()) == (3, 0)
    shutil.move(tmp_path / "older", photo_folder / "older")
    encoder.batches.clear()
    report = refreshed(library)
    assert (report.back, report.added, sum(encoder.batches)) == (0, 3, 3)


def test_a_forgotten_folder_is_indexed_anew_and_its_graph_is_gone(
    library, photo_folder, encoder, open_library, state_folder
):
    graphs = state_folder / "graphs"
    graphs.mkdir()
    for ending in (".hnsw", ".json"):
        graph_path(state_folder, os.fsencode(photo_folder), "tiny").with_suffix(ending).touch()
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget() == 12
        with pytest.raises(FolderError, match="Nothing is remembered"):
            upkeep.forget()
    assert list(graphs.iterdir()) == []
    again = open_library(photo_folder)
    assert again.photo_count == 0
    encoder.batches.clear()
    assert refreshed(again).added == sum(encoder.batches) == 12


def test_of_patterns_that_two_terminals_add_at_once_none_is_lost(photo_folder, monkeypatch):
    with Upkeep(photo_folder) as one, Upkeep(photo_folder) as other:
        one.exclude(["a/"])
        before = one.excludes()
        other.exclude_too(["b/"])
        monkeypatch.setattr(Upkeep, "excludes", lambda _: before)
        one.exclude_too(["c/", "a/"])
        monkeypatch.undo()
        assert other.excludes() == ["a/", "b/", "c/"]
