from pathlib import Path

import pytest

from training.archives import read_archive
from training.config import TrainingError
from training.protocols import PROTOCOLS, find, missing

from .conftest import ARCHIVE_WRITERS, picture, write_quickdraw, write_sketchy, write_tuberlin


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
    assert missing(protocol, data.archive) == [] == part.problems
    assert part.split["unseen"] == protocol.unseen_classes()
    assert len(part.split["val"]) == protocol.seen // 10
    assert sorted(part.split["train"] + part.split["val"]) == sorted(protocol.seen_classes())
    assert part.photos.keys() == part.sketches.keys() == set(every)


def test_published_sketchy_galleries_hold_the_sets_own_photos_twice(tmp_path: Path) -> None:
    protocol = PROTOCOLS["sketchy_c100"]
    write_sketchy(tmp_path, [*protocol.seen_classes(), *protocol.unseen_classes()], ready="_ready")
    data = find(protocol, tmp_path)
    assert len(data.photos) == len(set(data.photos)) == 25 * 3
    assert len(data.repeated) == 25 * 2
    own = data.collection.photo_of(data.collection.sketches["cup"][0])
    assert own is not None
    assert data.photos.index(own) in data.repeated


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
        "piglet": ["2"]
    }
    assert archive.collection.photos.keys() == {"wrist_watch", "pig"}  # no list speaks of photos
    assert archive.collection.problems == [
        f"Files that the lists of {tmp_path} name and that are not there: 1."
    ]
    (tmp_path / "png_ready_filelist_zero.txt").write_text("nonsense\n", "utf-8")
    with pytest.raises(TrainingError, match="needs lines of a path and a class number; it has 'nonsense'"):
        read_archive(tmp_path, "tuberlin")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert read_archive(tmp_path, "quickdraw") is None
    with pytest.raises(TrainingError, match="tuberlin was not found in"):
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
    assert data.collection.problems == ["QuickDraw: the class bat lacks photos or sketches."]


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
    assert len(data.repeated) == 25 * 2


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
