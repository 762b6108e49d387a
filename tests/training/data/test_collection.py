import json
import tarfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.pictures.photos import open_photo
from engine.preprocess import on_white
from training.config import Config
from training.data.collection import Picture, normalise_label, photo_names
from training.data.reading import read_collection
from training.data.teacher import Teacher
from training.errors import TrainingError
from training.settings import setting_of

from ..conftest import PER_CLASS, SHAPES


def test_folders_and_tars_give_the_same_collection(shapes: Path, tarred_shapes: Path) -> None:
    folders, tars = read_collection(shapes), read_collection(tarred_shapes)
    assert folders.labels == tars.labels
    for label in folders.labels:
        for one, other in zip(folders.photos[label], tars.photos[label], strict=True):
            assert one.name == other.name
            assert np.array_equal(np.asarray(one.open()), np.asarray(other.open()))
        assert [s.name for s in folders.sketches[label]] == [s.name for s in tars.sketches[label]]


def test_hidden_files_are_no_pictures(own_shapes: Path, tmp_path: Path) -> None:
    for domain in ("photo", "sketch"):
        (own_shapes / domain / "square" / "._sketchy_0.jpg").write_bytes(b"Mac OS X")
    tars = tmp_path / "tars"
    tars.mkdir()
    for domain in ("photo", "sketch"):
        with tarfile.open(tars / f"{domain}-1.tar", "w") as archive:
            archive.add(own_shapes / domain, domain)
    for root in (own_shapes, tars):
        found = read_collection(root)
        assert len(found.photos["square"]) == len(found.sketches["square"]) == PER_CLASS


def test_of_pictures_of_one_name_and_size_the_first_counts_and_the_others_are_told(own_shapes: Path) -> None:
    before = read_collection(own_shapes)
    with tarfile.open(own_shapes / "all.tar", "w") as archive:
        archive.add(own_shapes / "photo" / "square", "photo/square")
        for name in ("sketch/square/sketchy_0-1.png", "sketch/square/sketchy_1-1.png"):
            archive.add(own_shapes / name, name)
    found = read_collection(own_shapes)
    assert found.photos == before.photos
    assert found.sketches == before.sketches
    told = "left out: another of its class has the same name and size, as where a tar is unpacked"
    assert found.problems == [f"{PER_CLASS} photos are {told} too.", f"2 sketches are {told} too."]


def test_different_pictures_of_one_name_all_count_each_by_a_name_of_its_own(own_shapes: Path) -> None:
    folder = own_shapes / "photo" / "square"
    Image.new("RGB", (8, 8)).save(folder / "sketchy_0.png")
    Image.new("RGB", (9, 9)).save(folder / "sketchy_0 (2).png")
    (folder / "sketchy_1.png").symlink_to("nowhere")  # no twin: what it is, nobody knows
    for number in (1, 2):  # the second one of these is a twin of the first
        with tarfile.open(own_shapes / f"{number}.tar", "w") as archive:
            archive.add(folder / "other_4.jpg", "photo/square/sketchy_0.jpg")
    found = read_collection(own_shapes)
    named = {photo.name: photo.file.name for photo in found.photos["square"]}
    assert {name: file for name, file in named.items() if name.startswith("sketchy_0")} == {
        "sketchy_0": "sketchy_0.jpg",
        "sketchy_0 (2)": "sketchy_0 (2).png",
        "sketchy_0 (3)": "sketchy_0.png",
        "sketchy_0 (4)": "1.tar",
    }
    assert len(found.photos["square"]) == len(named) == PER_CLASS + 4
    assert [problem.partition(":")[0] for problem in found.problems] == ["1 photo is left out"]


def test_photos_of_other_endings_are_counted_and_told_once(own_shapes: Path, tmp_path: Path) -> None:
    for name in ("photo/square/a.HEIC", "photo/cone/b.heic", "sketch/square/c.tif", "photo/square/notes.txt"):
        (own_shapes / name).parent.mkdir(exist_ok=True)
        (own_shapes / name).write_bytes(b"not looked into")
    tars = tmp_path / "tars"
    tars.mkdir()
    with tarfile.open(tars / "all.tar", "w") as archive:
        for domain in ("photo", "sketch"):
            archive.add(own_shapes / domain, domain)
    told = "by their endings (2 .heic, 1 .tif); taken are .jpg .jpeg .png .bmp .gif .webp."
    for root in (own_shapes, tars):
        assert [one for one in read_collection(root).problems if "endings" in one] == [
            f"Photos are passed over {told}"
        ]


def test_pictures_above_and_below_the_folders_of_classes_are_counted_and_told_once(
    own_shapes: Path, tmp_path: Path
) -> None:
    source = (own_shapes / "photo/square/other_4.jpg").read_bytes()
    for name in ("photo/square/2020/a.jpg", "sketch/square/b/c/d.HEIC", "photo/e.png", "photo/.kept/f/g.jpg"):
        (own_shapes / name).parent.mkdir(parents=True, exist_ok=True)
        (own_shapes / name).write_bytes(source)
    tars = tmp_path / "tars"
    tars.mkdir()
    with tarfile.open(tars / "all.tar", "w") as archive:
        for domain in ("photo", "sketch"):
            archive.add(own_shapes / domain, f"some/{domain}")
    for root in (own_shapes, tars):
        found = read_collection(root)
        assert [one for one in found.problems if "passed over" in one] == [
            "3 pictures are passed over: they lie above or below the folders of the classes, photo/<class>/ "
            "and sketch/<class>/."
        ]
        assert len(found.photos["square"]) == PER_CLASS


def test_folders_called_like_pictures_and_what_programs_put_there_are_no_pictures(
    own_shapes: Path, tmp_path: Path
) -> None:
    source = (own_shapes / "photo/square/other_4.jpg").read_bytes()
    for name in (
        "square/x/y.jpg/z.txt",
        "square/@eaDir/a.jpg/SYNO.jpg",
        "@eaDir/a.jpg/SYNO.jpg",
        "@eaDir/SYNO.jpg",
        ".thumbnails/1.jpg",
        "square/b.jpg/c",
    ):
        (own_shapes / "photo" / name).parent.mkdir(parents=True, exist_ok=True)
        (own_shapes / "photo" / name).write_bytes(source)
    (tmp_path / "tars").mkdir()
    with tarfile.open(tmp_path / "tars/all.tar", "w") as archive:
        archive.add(own_shapes / "photo", "photo")
        archive.add(own_shapes / "sketch", "sketch")
    for root in (own_shapes, tmp_path / "tars"):
        found = read_collection(root)
        assert [one for one in found.problems if "out of place" in one or "passed over" in one] == []
        assert set(found.photos) == {normalise_label(label) for label in SHAPES}
        assert len(found.photos["square"]) == PER_CLASS


def test_class_names_are_compared_without_case_spaces_and_hyphens(shapes: Path) -> None:
    assert normalise_label(" Alarm-Clock") == normalise_label("alarm clock") == "alarm_clock"
    assert "star_ball" in read_collection(shapes).split["unseen"]


def test_held_out_classes_are_no_training_classes(shapes: Path) -> None:
    found = read_collection(shapes)
    assert set(found.training_labels("train")) == {"triangle", "square", "pentagon", "hexagon"}
    assert set(found.training_labels("all")) == set(found.labels)


def test_classes_that_no_list_names_teach_too_and_help_says_so(shapes: Path) -> None:
    found = read_collection(shapes)
    found.split["train"] = ["triangle"]
    assert set(found.training_labels("train")) == {"triangle", "square", "pentagon", "hexagon"}
    known = setting_of(next(one.metadata for one in fields(Config) if one.name == "classes"))
    assert "every class but those of val and unseen, in split.json's list train or not" in known.help


def test_a_sketch_finds_the_photo_it_was_drawn_from(shapes: Path) -> None:
    found = read_collection(shapes)
    sketch = found.sketches["square"][0]
    photo = found.photo_of(sketch)
    assert photo is not None
    assert sketch.name == f"{photo.name}-1"


@pytest.mark.parametrize(
    ("sketch", "photos"),
    [
        ("sketchy_n02691156_10151-1", ("sketchy_n02691156_10151",)),
        ("pacs-sketchy_n01-3", ("pacs_n01", "sketchy_n01")),
        ("viscom_12", ()),
        ("viscom_a-b", ()),
    ],
)
def test_names_of_the_photo_follow_the_sources_conventions(sketch: str, photos: tuple[str, ...]) -> None:
    assert photo_names(sketch) == photos


def test_broken_lines_of_a_stroke_file_are_left_out_and_counted(own_shapes: Path) -> None:
    file = own_shapes / "quickdraw.ndjson"
    whole = len(file.read_text("utf-8").splitlines())
    bad = ["{", '{"word": "square"}', '{"word": "square", "key_id": 1, "drawing": [[[1, 2], [3]]]}']
    file.write_text(file.read_text("utf-8") + "\n".join(bad) + "\n", "utf-8")
    found = read_collection(own_shapes)
    assert sum(map(len, found.drawings.values())) == whole
    assert found.problems == ["quickdraw.ndjson: 3 broken lines left out."]


def test_a_truncated_tar_gives_what_comes_before_the_break(tarred_shapes: Path, tmp_path: Path) -> None:
    for file in tarred_shapes.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tar = tmp_path / "photo-1.tar"
    tar.write_bytes(tar.read_bytes()[:30_000])
    found = read_collection(tmp_path)
    assert 0 < sum(map(len, found.photos.values())) < 36
    assert "photo-1.tar could not be read to its end" in found.problems[0]


def test_strokes_come_in_unit_coordinates_and_drawing_order(shapes: Path) -> None:
    drawing = read_collection(shapes).drawings["square"][0]
    stroke = drawing.strokes[0]
    assert stroke.points.shape == (5, 2)
    assert np.allclose(stroke.points[0] * 255, [drawing.raw[0][0][0], drawing.raw[0][1][0]])


def test_letters_with_accents_are_one_class_however_they_are_encoded(own_shapes: Path) -> None:
    for domain in ("photo", "sketch"):
        (own_shapes / domain / "star ball").rename(own_shapes / domain / "e\u0301toile")
    split = {"train": ["square"], "val": ["octagon"], "unseen": ["\u00c9toile", "e\u0301toile"]}
    (own_shapes / "split.json").write_text("\ufeff" + json.dumps(split), "utf-8")  # as Windows' editors do
    found = read_collection(own_shapes)
    assert found.split["unseen"] == ["\u00e9toile"]
    assert found.photos["\u00e9toile"]
    assert "\u00e9toile" not in found.training_labels("train")
    assert found.problems == []


def test_a_missing_or_empty_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no data folder"):
        read_collection(tmp_path / "nowhere")
    with pytest.raises(TrainingError, match="needs photos"):
        read_collection(tmp_path)


def test_the_teacher_speaks_on_a_photo_and_on_average_for_its_class(tmp_path: Path) -> None:
    file = tmp_path / "teacher.npz"
    np.savez(
        file,
        photo=np.array(["photo/cat/a.jpg", "photo/cat/b.jpg", "photo/unseen/c.jpg"]),
        index=np.array([[3, 4], [3, 5], [1, 2]], np.uint16),
        probability=np.array([[0.8, 0.2], [0.5, 0.5], [1, 0]], np.float16),
    )
    teacher = Teacher.read(file, ["cat", "dog"])
    assert teacher is not None
    own, average = teacher.target("cat", "a"), teacher.target("cat", None)
    assert own is not None
    assert average is not None
    assert own.sum() == pytest.approx(1)
    assert own[3] / own[4] == pytest.approx(4**0.7, rel=1e-2)
    assert average[3] > average[5] > average[4] > 0
    assert teacher.target("dog", None) is None
    assert teacher.target("unseen", "c") is None
    assert Teacher.read(tmp_path / "none.npz", ["cat"]) is None


def test_json_lines_may_hold_more_than_is_needed(own_shapes: Path) -> None:
    record = {"word": "square", "key_id": "x", "countrycode": "DE", "drawing": [[[0, 9], [0, 9], [0, 50]]]}
    with (own_shapes / "quickdraw.ndjson").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    assert read_collection(own_shapes).drawings["square"][-1].name == "x"


def search_sees(file: Path) -> np.ndarray:
    return np.asarray(open_photo(file, side=10_000))


def training_sees(file: Path) -> np.ndarray:
    return np.asarray(on_white(Picture("cat", file.stem, file).open()).convert("RGB"))


@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*", b"Exif\0\0MM"])
def test_a_picture_with_cut_exif_is_upright_as_in_search(exif: bytes, tmp_path: Path) -> None:
    half_and_half().save(tmp_path / "cut.png", exif=exif)
    assert np.array_equal(training_sees(tmp_path / "cut.png"), search_sees(tmp_path / "cut.png"))


def half_and_half() -> Image.Image:
    image = Image.new("RGB", (12, 8), (250, 60, 10))
    image.paste((10, 120, 40), (0, 0, 6, 8))
    return image


def test_training_sees_photos_in_the_colours_and_the_way_up_that_search_does(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")
    profile = profile.replace("sRGB".encode("utf-16-be"), "Mine".encode("utf-16-be"))
    half_and_half().save(tmp_path / "profile.png", icc_profile=profile)
    half_and_half().save(tmp_path / "xmp.webp", xmp=b'<x tiff:Orientation="6"/>', lossless=True)
    unused = half_and_half().convert("RGBA")
    unused.putalpha(0)
    unused.save(tmp_path / "unused.bmp")
    frames = [Image.new("L", (12, 8)), half_and_half()]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    plain = np.asarray(half_and_half())
    for file in sorted(tmp_path.iterdir()):
        seen = training_sees(file)
        assert np.array_equal(seen, search_sees(file)), file.name
        assert (seen.shape == plain.shape) == (file.name != "xmp.webp"), file.name
    assert not np.array_equal(training_sees(tmp_path / "profile.png"), plain)
    assert np.array_equal(training_sees(tmp_path / "unused.bmp"), plain)
    assert training_sees(tmp_path / "film.gif").any()


def test_a_compressed_tar_is_told_and_not_read_by_wrong_places(own_shapes: Path) -> None:
    with tarfile.open(own_shapes / "more.tar", "w:gz") as archive:
        archive.add(own_shapes / "photo" / "square", "photo/zebra")
    found = read_collection(own_shapes)
    assert "zebra" not in found.labels
    assert found.problems == ["more.tar is compressed: unpack it to a plain tar."]
