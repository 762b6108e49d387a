"""What photos and folders are called within a photo folder."""

from pathlib import Path

import pytest

from engine.folders.names import NOWHERE, name_in


@pytest.mark.parametrize(
    ("folder", "path", "name"),
    [
        ("/photos", "/photos/older/a.png", b"older/a.png"),
        ("/", "/photos/a.png", b"photos/a.png"),
        ("/photos", "/photos 2/a.png", None),
        ("/photos", "/a.png", None),
        ("/photos", "photos/a.png", None),
        ("/photos", "/photos", b"."),
        (NOWHERE, "/photos/a.png", b"/photos/a.png"),
        (NOWHERE, "photos/a.png", None),
    ],
)
def test_a_name_is_what_follows_the_folder_and_no_other_begins_alike(folder, path, name):
    assert name_in(Path(folder), Path(path)) == name
