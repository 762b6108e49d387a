"""What a file says of its photo, without its pixels."""

import calendar
import os

import pytest
from PIL import ExifTags, Image

from engine.errors import ImageError, UnavailableError
from engine.pictures.facts import facts_of
from engine.pictures.photos import date_of, open_photo

LYING = 6  # EXIF orientation: the camera was held upright


def exif_of(*, make="Canon", model="Canon EOS 5D", date="2019:05:03 14:05:06", orientation=1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = make, model
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = date  # of TIFF, Pillow writes no other
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = date
    return exif


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_photo_tells_date_camera_and_its_upright_size_in_every_format(tmp_path, suffix):
    path = tmp_path / f"photo{suffix}"
    Image.new("RGB", (40, 30)).save(path, exif=exif_of(orientation=LYING))
    facts = facts_of(path)
    assert facts.size == (30, 40)
    assert facts.camera == "Canon EOS 5D"
    assert facts.taken == calendar.timegm((2019, 5, 3, 14, 5, 6))
    assert not facts.is_file_date
    assert facts.bytes == path.stat().st_size


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (96, 64)), (3, (96, 64)), (6, (64, 96)), (8, (64, 96))]
)
def test_heic_tells_its_upright_size(tmp_path, orientation, size):
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    path = tmp_path / "phone.heic"
    Image.new("RGB", (96, 64), "green").save(path, exif=exif_of(orientation=orientation).tobytes())
    facts = facts_of(path)
    assert facts.size == open_photo(path, side=64).size == size
    assert facts.camera == "Canon EOS 5D"


@pytest.mark.filterwarnings("ignore:Using JPEG reconstruction")
@pytest.mark.parametrize("is_jpeg", [True, False])
@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (40, 30)), (4, (40, 30)), (5, (30, 40)), (6, (30, 40))]
)
def test_a_jpeg_made_into_jpeg_xl_keeps_date_camera_and_way_up(tmp_path, orientation, size, is_jpeg):
    pytest.importorskip("pillow_jxl")
    Image.new("RGB", (40, 30)).save(tmp_path / "photo.jpg", exif=exif_of(orientation=orientation))
    path = tmp_path / "photo.jxl"
    with Image.open(tmp_path / "photo.jpg") as photo:
        photo.save(path)
    data = path.read_bytes()
    assert b"brobExif" in data
    path.write_bytes(data if is_jpeg else data.replace(b"jbrd", b"free"))
    facts = facts_of(path)
    assert facts.size == open_photo(path, side=30).size == size
    if is_jpeg:  # packed as the EXIF is, only the JPEG gives it back
        taken = calendar.timegm((2019, 5, 3, 14, 5, 6))
        assert (facts.taken, facts.is_file_date, facts.camera) == (taken, False, "Canon EOS 5D")
        assert date_of(path) == taken


def test_without_exif_the_files_own_date_is_told_as_such(tmp_path):
    path = tmp_path / "scan.png"
    Image.new("RGB", (40, 30)).save(path)
    os.utime(path, (86_400 * 1000, 86_400 * 1000))
    facts = facts_of(path)
    assert facts.is_file_date
    assert abs(facts.taken - 86_400 * 1000) <= 86_400
    assert facts.camera == ""
    assert facts.size == (40, 30)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("NIKON CORPORATION", "NIKON D850", "NIKON D850"),
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("OLYMPUS\0\0  ", " E-M1  \0", "OLYMPUS E-M1"),
        ("", "DSC-RX100", "DSC-RX100"),
    ],
)
def test_a_maker_is_named_once(tmp_path, make, model, camera):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=exif_of(make=make, model=model))
    assert facts_of(path).camera == camera


def test_what_is_wrong_in_a_file_is_left_out_and_the_rest_is_told(tmp_path):
    path = tmp_path / "damaged.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe1 no photo")
    facts = facts_of(path)
    assert facts.size is None
    assert facts.is_file_date
    assert facts.bytes == 13


def test_a_file_that_is_gone_or_no_file_is_one_sentence(tmp_path):
    with pytest.raises(UnavailableError, match="there is no such file"):
        facts_of(tmp_path / "gone.jpg")
    with pytest.raises(ImageError, match="it is a folder"):
        facts_of(tmp_path)
