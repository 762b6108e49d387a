"""Photos that go from folder to folder of a library: moved, copied and deleted, copies left alone."""

import shutil
from pathlib import Path

import pytest

from engine.search.query import Query

from .conftest import LINE, refreshed


@pytest.fixture
def folders(photos_in, tmp_path) -> list[Path]:
    """Three folders, far from each other."""
    photos = sorted(photos_in(15).iterdir())
    made = [tmp_path / f"drive {number}" / "photos" for number in range(3)]
    for folder, first, end in zip(made, (0, 5, 12), (5, 12, 15), strict=True):
        folder.mkdir(parents=True)
        for photo in photos[first:end]:
            shutil.move(photo, folder)
    return made


def found(library, **how):
    return [hit.path for hit in library.search(Query([LINE], **how), 99)]


@pytest.mark.parametrize(("start", "end"), [(2, 0), (0, 2)])
def test_a_photo_moved_from_folder_to_folder_is_followed_and_not_encoded_again(
    folders, open_library, encoder, start, end
):
    library = open_library(folders)
    refreshed(library)
    before, now = next(folders[start].iterdir()), folders[end] / "moved.png"
    encoder.batches.clear()
    shutil.move(before, now)
    report = refreshed(library)
    assert (sum(encoder.batches), report.photos) == (0, 15)
    assert (report.moved, report.added, report.removed) == (1, 0, 0)
    assert (report.renamed, report.gone) == (((before, now),), ())
    assert now in found(library)
    shutil.move(now, before)  # where it was missed
    report = refreshed(library)
    assert (report.renamed, report.back, report.removed) == (((now, before),), 0, 0)


def test_a_photo_is_followed_to_a_folder_that_is_looked_at_later_and_copies_are_none(folders, open_library):
    refreshed(open_library(folders))
    before, now = next(folders[0].iterdir()), folders[1] / "moved.png"
    shutil.move(before, now)
    assert refreshed(open_library(folders[0])).removed == 1
    report = refreshed(open_library(folders[1]))
    assert (report.renamed, report.added) == (((before, now),), 0)
    shutil.copy(now, folders[2])
    report = refreshed(open_library(folders))
    assert (report.moved, report.added) == (0, 1)


@pytest.mark.parametrize(("start", "end"), [(2, 0), (0, 2), (1, 1)])
def test_a_photo_copied_in_one_look_and_deleted_in_a_later_one_has_moved(
    folders, open_library, encoder, start, end
):
    library = open_library(folders)
    refreshed(library)
    encoder.batches.clear()
    before, now = next(folders[start].iterdir()), folders[end] / "moved.png"
    shutil.copy(before, now)
    assert refreshed(library).added == 1
    before.unlink()
    report = refreshed(library)
    assert (report.moved, report.removed, report.renamed, report.gone) == (1, 0, ((before, now),), ())
    assert (encoder.batches, now in found(library), before in found(library)) == ([], True, False)


def test_of_two_copies_the_later_one_is_removed_and_followed_to_the_earlier(folders, open_library):
    library = open_library(folders)
    refreshed(library)
    first, second = next(folders[0].iterdir()), folders[1] / "copy.png"
    shutil.copy(first, second)
    refreshed(library)
    second.unlink()
    report = refreshed(library)
    assert (report.moved, report.removed, report.renamed, report.gone) == (0, 1, ((second, first),), ())


@pytest.mark.parametrize("nearest", ["2/{}", "0/aside.png", "2/z.png"])
def test_of_several_copies_that_of_the_name_is_followed_then_that_of_the_folder_then_the_newest(
    folders, open_library, nearest
):
    library = open_library(folders)
    refreshed(library)
    photo = next(folders[0].iterdir())
    names = {"2/{}": ["1/z.png", "2/{}", "0/aside.png"], "0/aside.png": ["0/aside.png", "2/z.png"]}
    for place in names.get(nearest, ["1/a.png", "2/z.png"]):
        folder, name = place.split("/")
        shutil.copy(photo, folders[int(folder)] / name.format(photo.name))
        refreshed(library)
    photo.unlink()
    folder, name = nearest.split("/")
    now = folders[int(folder)] / name.format(photo.name)
    assert refreshed(library).renamed == ((photo, now),)
    assert library.places_now([photo]) == {photo: now}


def test_a_photo_is_not_followed_to_a_folder_that_is_not_searched(folders, open_library):
    refreshed(open_library(folders))
    shutil.copy(photo := next(folders[0].iterdir()), folders[1] / "copy.png")
    refreshed(open_library(folders[1]))
    photo.unlink()
    report = refreshed(open_library(folders[0]))
    assert (report.removed, report.renamed, report.gone) == (1, (), (photo,))


def test_a_folder_indexed_anew_under_its_own_root_has_no_moved_photos(folders, open_library):
    above = folders[0].parent
    library = open_library(above)
    assert refreshed(library).photos == 5
    shutil.move(folders[0], above.parent / "aside")
    assert refreshed(library).removed == 5
    shutil.move(above.parent / "aside", folders[0])
    report = refreshed(open_library(folders[0]))
    assert (report.moved, report.renamed) == (0, ())


def test_a_copy_in_another_folder_leaves_alone(folders, open_library):
    library = open_library(folders)
    photo = next(folders[0].iterdir())
    shutil.copy(photo, folders[1] / "copy.png")
    refreshed(library)
    photo.unlink()
    refreshed(library)
    assert folders[1] / "copy.png" in found(library)
    assert photo not in found(library)
