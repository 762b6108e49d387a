import numpy as np
import pytest

from engine.gallery import Gallery, GalleryPhoto
from engine.index import VectorIndex

AXES = np.eye(6, dtype=np.float32)


@pytest.fixture
def gallery():
    """Six photos, each along an axis of its own."""
    gallery = Gallery(VectorIndex(6))
    gallery.put([GalleryPhoto(b"%d.jpg" % number, number, AXES[number]) for number in range(6)])
    return gallery


def found(gallery, number, k):
    return [name for name, _ in gallery.search(AXES[number], k)]


def test_what_is_dropped_takes_no_place_among_the_hits(gallery):
    gallery.drop([b"0.jpg", b"1.jpg", b"absent.jpg"])
    assert len(gallery) == 4
    assert found(gallery, 0, 4) == [b"2.jpg", b"3.jpg", b"4.jpg", b"5.jpg"]


def test_copies_follow_each_other_by_name_and_count_each(gallery):
    gallery.put([GalleryPhoto(b"z.jpg", 3, None), GalleryPhoto(b"a.jpg", 3, None)])
    assert found(gallery, 3, 3) == [b"3.jpg", b"a.jpg", b"z.jpg"]
    assert found(gallery, 3, 2) == [b"3.jpg", b"a.jpg"]


def test_a_content_stays_until_its_last_file_goes(gallery):
    gallery.put([GalleryPhoto(b"copy.jpg", 3, None)])
    gallery.drop([b"3.jpg"])
    assert found(gallery, 3, 1) == [b"copy.jpg"]
    gallery.drop([b"copy.jpg"])
    assert 3 not in gallery.index


def test_a_file_that_changed_is_found_by_its_new_content_only(gallery):
    gallery.put([GalleryPhoto(b"3.jpg", 7, -AXES[3])])
    assert len(gallery) == 6
    assert gallery.content(b"3.jpg") == 7
    assert found(gallery, 3, 6)[-1] == b"3.jpg"


def test_putting_the_same_again_changes_nothing(gallery):
    gallery.put([GalleryPhoto(b"3.jpg", 3, AXES[3])])
    assert (len(gallery), found(gallery, 3, 1)) == (6, [b"3.jpg"])
