"""How pictures cross between Pillow and Qt, and out of files."""

import io

import pytest
from PIL import Image

from app.pictures.images import read_jpeg


@pytest.mark.parametrize(("most", "size"), [(320, (300, 200)), (150, (150, 100)), (90, (90, 60))])
def test_a_kept_picture_is_read_no_larger_than_wanted(most, size):
    picture, file = Image.new("RGB", (300, 200), "red"), io.BytesIO()
    picture.paste("blue", (0, 0, 150, 200))
    picture.save(file, "JPEG")
    read = read_jpeg(file.getvalue(), most)
    assert (read.width(), read.height()) == size
    left, right = (read.pixelColor(round(share * size[0]), size[1] // 2) for share in (0.2, 0.8))
    assert (left.blue() > 200, right.red() > 200) == (True, True)


@pytest.mark.qt_log_ignore("JPEG")
@pytest.mark.parametrize("file", [b"", b"no picture", b"\xff\xd8\xff\xe0 and no more"])
def test_what_is_no_jpeg_file_is_read_as_nothing(file):
    assert read_jpeg(file, 320).isNull()
