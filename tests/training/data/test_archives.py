import shutil
from pathlib import Path

import pytest

from training.data.archives import read_archive
from training.data.protocols import PROTOCOLS, find, missing
from training.errors import TrainingError

from ..conftest import ARCHIVE_WRITERS, picture, write_quickdraw, write_sketchy, write_tuberlin


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_the_class_lists_have_the_published_numbers_and_do_not_overlap(name: str) -> None:
    protocol = PROTOCOLS[name]
    seen, unseen = protocol.seen_classes(), protocol.unseen_classes()
    assert (len(set(seen)), len(set(unseen))) == (protocol.seen, protocol.unseen)
    assert not set(seen) & set(unseen)


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
@pytest.mark.parametrize("below", [".", "downloads/sets"])
def test_a_whole_archive_gives_every_class_of_its_protocols(name: str, below: str, tmp_path: Path) -> None:
    protocol = PROTOCOLS[name]
    every = [*protocol.seen_classes(), *protocol.unseen_classes()]
    ARCHIVE_WRITERS[protocol.data](tmp_path / below, every)
    data = find(protocol, tmp_path)
    part = data.collection
    assert missing(protocol, data.archive) == []
    assert len(part.problems) == 1  # it is not the full set
    assert f": {protocol.unseen} of {protocol.unseen} unseen classes are there;" in part.problems[0]
    assert part.split["unseen"] == protocol.unseen_classes()
    assert len(part.split["val"]) == protocol.seen // 10
    assert sorted(part.split["train"] + part.split["val"]) == sorted(protocol.seen_classes())
    assert part.photos.keys() == part.sketches.keys() == set(every)


def test_published_sketchy_galleries_hold_the_sets_own_photos_twice(tmp_path: Path) -> None:
    protocol = PROTOCOLS["sketchy_c100"]
    write_sketchy(tmp_path, [*protocol.seen_classes(), *protocol.unseen_classes()], ready="_ready")
    data = find(protocol, tmp_path)
    assert len(data.photos) == len(set(data.photos)) == 25 * 3
    assert len(data.published) == 25 * (3 + 2)
    own = data.collection.photo_of(data.collection.sketches["cup"][0])
    assert own is not None
    assert data.published.count(own) == 2


def test_file_lists_decide_which_files_count_and_under_which_class(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["wrist-watch", "pig"])
    picture(tmp_path / "png" / "Pig" / "2.png")
    (tmp_path / "png_ready_filelist_zero.txt").write_text(
        "png_ready/Pig/2.png 0\npng/Gone/1.png 1\n", "utf-8"
    )
    (tmp_path / "cname_cid.txt").write_text("Piglet 0\ngone 1\n", "utf-8")
    archive = read_archive(tmp_path, "tuberlin")
    assert archive is not None
    assert {label: [p.name for p in found] for label, found in archive.collection.sketches.items()} == {
        "piglet": ["2"],
        "wrist_watch": ["1"],  # no list speaks of seen classes
    }
    assert archive.collection.photos.keys() == {"wrist_watch", "pig"}  # no list speaks of photos
    assert archive.collection.problems == [
        f"The lists in {tmp_path} name 1 sketches that are not there, as gone/1.png."
    ]
    (tmp_path / "png_ready_filelist_zero.txt").write_text("nonsense\n", "utf-8")
    with pytest.raises(TrainingError, match="needs lines of a path and a class number; it has 'nonsense'"):
        read_archive(tmp_path, "tuberlin")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert read_archive(tmp_path, "quickdraw") is None
    with pytest.raises(TrainingError, match="TU-Berlin not found in"):
        find(PROTOCOLS["tuberlin"], tmp_path)
    write_tuberlin(tmp_path, ["pig"])
    with pytest.raises(TrainingError, match="no unseen class"):
        find(PROTOCOLS["tuberlin"], tmp_path)
    with pytest.raises(TrainingError, match="There is no data folder"):
        read_archive(tmp_path / "nowhere", "sketchy")


def test_missing_classes_are_named(tmp_path: Path) -> None:
    protocol = PROTOCOLS["quickdraw"]
    every = [*protocol.seen_classes(), *protocol.unseen_classes()]
    write_quickdraw(tmp_path, [label for label in every if label != "bat"])
    data = find(protocol, tmp_path)
    assert missing(protocol, data.archive) == ["bat"]
    assert data.collection.problems == [
        "QuickDraw: 29 of 30 unseen classes are there, not bat; 29 queries of 92,291, 29 photos of 54,151."
    ]


@pytest.mark.parametrize("place", [".", "set", "set/256x256"])
def test_lists_may_lie_above_the_pictures_too(place: str, tmp_path: Path) -> None:
    write_tuberlin(tmp_path / "set", ["pig"])
    (tmp_path / place).mkdir(exist_ok=True)
    picture(tmp_path / "set" / "png" / "Pig" / "2.png")
    (tmp_path / place / "png_ready_filelist_zero.txt").write_text("png_ready/Pig/2.png 0\n", "utf-8")
    archive = read_archive(tmp_path, "tuberlin")
    assert archive is not None
    assert [one.name for one in archive.collection.sketches["pig"]] == ["2"]
    assert read_archive(tmp_path / "set", "tuberlin") is not None


def test_lists_of_unseen_classes_have_numbers_of_their_own(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["pig", "bus"])
    (tmp_path / "png_ready_filelist_train.txt").write_text("png_ready/Pig/1.png 0\n", "utf-8")
    (tmp_path / "png_ready_filelist_zero.txt").write_text("png_ready/Bus/1.png 0\n", "utf-8")
    (tmp_path / "cname_cid.txt").write_text("pig 0\n", "utf-8")
    for _ in range(2):  # first without the second file of names: number 0 would be the pig
        archive = read_archive(tmp_path, "tuberlin")
        assert archive is not None
        assert archive.collection.sketches.keys() == {"pig", "bus"}
        (tmp_path / "cname_cid_zero.txt").write_text("bus 0\n", "utf-8")


def test_the_sets_own_photos_in_the_extension_count_once(tmp_path: Path) -> None:
    protocol = PROTOCOLS["sketchy_c100"]
    write_sketchy(tmp_path, [*protocol.seen_classes(), *protocol.unseen_classes()])
    for file in (tmp_path / "256x256/photo/tx_000000000000").glob("*/*"):
        picture(tmp_path / "EXTEND_image_sketchy" / file.parent.name / file.name)
    data = find(protocol, tmp_path)
    assert len(data.photos) == 25 * 3
    assert len(data.published) == len(set(data.published)) == 25 * (3 + 2)
    copies = [photo for photo in data.published if photo not in data.photos]
    assert {photo.file.parents[1].name for photo in copies} == {"EXTEND_image_sketchy"}


@pytest.mark.parametrize("place", ["EXTEND_image_sketchy", "more", "EXTEND_image_sketchy/again"])
def test_the_extension_is_found_beside_the_set_and_in_a_folder_of_its_own_name(
    place: str, tmp_path: Path
) -> None:
    write_sketchy(tmp_path / "rendered_256x256", ["cup"])
    (tmp_path / place).parent.mkdir(exist_ok=True)
    target = tmp_path / place.replace("again", "EXTEND_image_sketchy")
    target = target / "EXTEND_image_sketchy" if place == "more" else target
    target.parent.mkdir(exist_ok=True)
    (tmp_path / "rendered_256x256/EXTEND_image_sketchy").rename(target)
    data = find(PROTOCOLS["sketchy_c100"], tmp_path, learning=False)
    assert (len(data.photos), len(data.published)) == (3, 5)


@pytest.mark.parametrize("gone", ["EXTEND_image_sketchy", "256x256/photo/tx_000000000000"])
def test_half_a_gallery_is_not_called_published(gone: str, tmp_path: Path) -> None:
    write_sketchy(tmp_path, ["cup"])
    shutil.rmtree(tmp_path / gone)
    data = find(PROTOCOLS["sketchy_c100"], tmp_path, learning=False)
    assert data.published == []
    said = f"Sketchy: {gone} was not found, so there is no gallery as published."
    assert said in data.collection.problems


def test_archives_may_lie_side_by_side(tmp_path: Path) -> None:
    for write in ARCHIVE_WRITERS.values():
        write(tmp_path, ["windmill"])
    for protocol, queries in (("sketchy", 4), ("tuberlin", 1), ("quickdraw", 1)):
        assert len(find(PROTOCOLS[protocol], tmp_path, learning=False).queries) == queries


def test_folders_called_as_anyones_are_not_taken_for_quickdraw_beside_sketchy(tmp_path: Path) -> None:
    for root, found in ((tmp_path / "alone", True), (tmp_path / "beside", False)):
        write_quickdraw(root, ["windmill"])
        (root / "QuickDraw_sketches_final").rename(root / "sketches")
        (root / "QuickDraw_images_final").rename(root / "images")
        if not found:
            write_sketchy(root, ["windmill"])
        assert (read_archive(root, "quickdraw") is not None) is found


def test_hidden_files_are_no_pictures(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["banana"])
    picture(tmp_path / "png/Banana/._1.png")
    picture(tmp_path / "ImageResized/Banana/._a.JPEG")
    data = find(PROTOCOLS["tuberlin"], tmp_path, learning=False)
    assert len(data.queries) == len(data.photos) == 1


@pytest.mark.parametrize(("there", "lacking"), [("png", "photos"), ("ImageResized", "sketches")])
def test_half_a_data_set_is_said_to_be_half(there: str, lacking: str, tmp_path: Path) -> None:
    picture(tmp_path / "TUBerlin" / there / "Banana" / "1.png")
    with pytest.raises(TrainingError, match=f"are in .*{there}, but no {lacking}: "):
        find(PROTOCOLS["tuberlin"], tmp_path)


def test_a_set_that_is_not_whole_is_said_to_be_and_idle_sketches_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_tuberlin(tmp_path, ["banana", "windmill", "bus", "pig"])
    shutil.rmtree(tmp_path / "ImageResized/Banana")
    shutil.rmtree(tmp_path / "png/Windmill")
    data = find(PROTOCOLS["tuberlin"], tmp_path, learning=False)
    assert [sketch.label for sketch in data.queries] == ["bus"]
    assert {photo.label for photo in data.photos} == {"bus", "windmill"}
    assert data.collection.problems == [record.message for record in caplog.records]
    whole, idle = data.collection.problems
    assert "1 of 30 unseen classes are there, not banana (no photos), tractor," in whole
    assert whole.endswith("; 1 queries of 2,400, 2 photos of 27,989.")
    assert idle == "TU-Berlin: sketches are left out whose class has no photos: banana (1)."
    assert any("1 of 220 seen classes" in said for said in data.shortcomings())


def test_seen_classes_are_needed_to_learn_from_only(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["banana"])
    assert len(find(PROTOCOLS["tuberlin"], tmp_path, learning=False).queries) == 1
    with pytest.raises(TrainingError, match="no seen class"):
        find(PROTOCOLS["tuberlin"], tmp_path)


def test_validation_classes_are_chosen_among_those_that_are_there(tmp_path: Path) -> None:
    protocol = PROTOCOLS["tuberlin"]
    seen = protocol.seen_classes()[3:9]
    write_tuberlin(tmp_path, [*seen, *protocol.unseen_classes()[:2]])
    split = find(protocol, tmp_path).collection.split
    assert len(split["val"]) == 1
    assert set(split["val"]) < set(seen)


def test_a_folder_that_may_not_be_looked_into_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tuberlin(tmp_path / "sets", ["pig"])
    (tmp_path / "lost+found").mkdir()
    real = Path.iterdir

    def closed(folder: Path) -> object:
        if folder.name == "lost+found":
            raise PermissionError("closed")
        return real(folder)

    monkeypatch.setattr(Path, "iterdir", closed)
    assert read_archive(tmp_path, "tuberlin") is not None
