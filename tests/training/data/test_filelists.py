from collections.abc import Sequence
from pathlib import Path

import pytest

from training.data.archives import read_archive
from training.data.protocols import PROTOCOLS, Benchmark, find
from training.errors import TrainingError

from ..conftest import class_folder, picture, write_quickdraw, write_sketchy, write_tuberlin

PHOTO, SKETCH = "256x256/photo/tx_000000000000_ready", "256x256/sketch/tx_000000000000_ready"
EXTENSION = "EXTEND_image_sketchy_ready"


def write_list(file: Path, paths: Sequence[str], classes: Sequence[str] = ()) -> None:
    """Write a list; each class has its number in `classes`, or else in the order they occur."""
    numbers = list(classes) or list(dict.fromkeys(path.split("/")[-2] for path in paths))
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{path} {numbers.index(path.split('/')[-2])}\n" for path in paths]
    file.write_text("".join(lines), "utf-8")


def unseen(name: str, root: Path) -> Benchmark:
    return find(PROTOCOLS[name], root, learning=False)


def test_each_protocol_takes_the_lists_of_its_own_unseen_classes(tmp_path: Path) -> None:
    write_sketchy(tmp_path, ["cup", "bat", "windmill"], ready="_ready")
    for folder, classes in (("zeroshot0", ["Bat", "Windmill"]), ("zeroshot1", ["Cup", "Windmill"])):
        aside = [label for label in ("Bat", "Cup", "Windmill") if label not in classes]
        number = int(folder[-1])
        for part, labels in (("zero", classes), ("train", aside)):
            name = f"filelist_{part}.txt"
            photos = [f"{PHOTO}/{label}/n1_{number}.jpg" for label in labels]
            sketches = [f"{SKETCH}/{label}/n1_{number}-1.png" for label in labels]
            write_list(tmp_path / folder / f"all_photo_{name}", photos)
            write_list(tmp_path / folder / f"sketch_tx_000000000000_ready_{name}", sketches)
    for name, number, labels in (
        ("sketchy", 0, {"bat", "windmill"}),
        ("sketchy_c100", 1, {"cup", "windmill"}),
    ):
        data = unseen(name, tmp_path)
        assert {(photo.label, photo.name) for photo in data.photos} == {
            (label, f"n1_{number}") for label in labels
        }
        assert {sketch.name for sketch in data.queries} == {f"n1_{number}-1"}
        assert {sketch.label for sketch in data.queries} == labels
    everything = read_archive(tmp_path, "sketchy")
    assert everything is not None
    assert {photo.name for photo in everything.collection.photos["bat"]} == {"n1_0", "n1_1"}


def test_lists_of_other_unseen_classes_are_not_used(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["bus", "pig", "banana"])
    write_list(tmp_path / "zeroshot/png_filelist_zero.txt", ["png/Pig/1.png", "png/Bee/1.png"])
    data = unseen("tuberlin", tmp_path)
    assert {sketch.label for sketch in data.queries} == {"bus", "banana"}
    said = f"The lists in {tmp_path / 'zeroshot'} are of other unseen classes, and are not used."
    assert said in data.collection.problems


def test_a_listed_gallery_has_the_rows_of_the_list(tmp_path: Path) -> None:
    write_sketchy(tmp_path, ["cup"], ready="_ready")
    picture(tmp_path / EXTENSION / "Cup" / "n1_1.jpg")
    own = [f"{PHOTO}/Cup/n1_0.jpg", f"{PHOTO}/Cup/n1_1.jpg"]
    rows = [own[0], own[0], own[1], f"{EXTENSION}/Cup/n1_1.jpg", f"{EXTENSION}/Cup/ext_1.jpg"]
    write_list(tmp_path / "all_photo_filelist_zero.txt", rows)
    write_list(tmp_path / "photo_tx_000000000000_ready_filelist_zero.txt", own)  # all_photo has them too
    data = unseen("sketchy_c100", tmp_path)
    assert [photo.file for photo in data.published] == [tmp_path / row for row in rows]
    assert [photo.name for photo in data.photos] == ["ext_1", "n1_0", "n1_1"]
    assert all(photo.file.is_relative_to(tmp_path / PHOTO) for photo in data.photos[1:])


@pytest.mark.parametrize("below", [".", "Sketchy"])
def test_lists_of_another_data_set_say_nothing(below: str, tmp_path: Path) -> None:
    write_sketchy(tmp_path / below, ["windmill"], ready="_ready")
    write_tuberlin(tmp_path, ["windmill"])
    write_quickdraw(tmp_path, ["windmill"])
    lists = tmp_path / below / "zeroshot1"
    write_list(lists / "all_photo_filelist_zero.txt", [f"{PHOTO}/Windmill/n1_0.jpg"])
    write_list(lists / "sketch_tx_000000000000_ready_filelist_zero.txt", [f"{SKETCH}/Windmill/n1_0-1.png"])
    for name in ("tuberlin", "quickdraw"):
        data = unseen(name, tmp_path)
        assert len(data.queries) == len(data.photos) == 1
        assert not any("lists" in problem for problem in data.collection.problems)
    assert len(unseen("sketchy", tmp_path).queries) == 1


def test_lists_within_another_copy_of_the_set_or_a_class_are_not_found(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["banana"])
    write_tuberlin(tmp_path / "copy", ["banana"])
    for folder in ("copy", "png", "png/Banana", "a/b/c"):
        write_list(tmp_path / folder / "png_filelist_zero.txt", ["png/Banana/gone.png"])
    assert len(unseen("tuberlin", tmp_path).queries) == 1
    write_list(tmp_path / "a/b/png_filelist_zero.txt", ["png/Banana/gone.png"])
    with pytest.raises(TrainingError, match="no unseen class"):
        unseen("tuberlin", tmp_path)


def test_the_folder_that_the_lists_name_is_taken(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["frying_pan"])
    for number in range(3):
        picture(tmp_path / f"png_ready/frying_pan/{number}.png")
    write_list(tmp_path / "png_ready_filelist_zero.txt", [f"png_ready/frying-pan/{n}.png" for n in range(3)])
    data = unseen("tuberlin", tmp_path)
    assert [sketch.file.parent for sketch in data.queries] == [tmp_path / "png_ready/frying_pan"] * 3
    assert len(data.photos) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("sketch_zero.txt", "all_photo_zero.txt"),
        ("QuickDraw_sketches_final_filelist_zero.txt", "QuickDraw_images_final_filelist_zero.txt"),
        ("sketch_filelist_zero.txt", "photo_filelist_zero.txt"),
    ],
)
def test_lists_of_quickdraw_are_found_under_each_of_their_names(
    names: tuple[str, str], tmp_path: Path
) -> None:
    write_quickdraw(tmp_path, ["bat", "zebra"])
    write_list(tmp_path / "zeroshot" / names[0], ["QuickDraw_sketches_final/bat/1.png"])
    write_list(tmp_path / "zeroshot" / names[1], ["QuickDraw_images_final/bat/1.jpg"])
    data = unseen("quickdraw", tmp_path)
    assert [one.label for one in (*data.queries, *data.photos)] == ["bat", "bat"]


def test_a_list_of_unseen_classes_alone_leaves_the_seen_ones_whole(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["banana", "pig"])
    picture(tmp_path / "png/Banana/2.png")
    write_list(tmp_path / "png_filelist_zero.txt", ["png/Banana/1.png"])
    data = find(PROTOCOLS["tuberlin"], tmp_path)
    assert {label: [one.name for one in some] for label, some in data.collection.sketches.items()} == {
        "banana": ["1"],
        "pig": ["1"],
    }


@pytest.mark.parametrize(
    "line",
    [
        "png/Banana/1.png\t0",
        "png\\Banana\\1.png 0\r",
        "/home/who/my sets/png/Banana/1.png   0",
        "\ufeffpng/Banana/1.png 0",
    ],
)
def test_lines_are_read_however_they_are_written(line: str, tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["banana"])
    picture(tmp_path / "png/Banana/2.png")
    (tmp_path / "png_filelist_zero.txt").write_text(f"{line}\n", "utf-8")
    (tmp_path / "cname_cid_zero.txt").write_text("banana\t0\n", "utf-8")
    assert [sketch.name for sketch in unseen("tuberlin", tmp_path).queries] == ["1"]


def test_names_that_swap_the_folders_are_not_believed(tmp_path: Path) -> None:
    classes = ["banana", "bus", "bread", "windmill"]
    write_tuberlin(tmp_path, classes)
    folders = [class_folder(label) for label in classes]
    write_list(tmp_path / "png_filelist_zero.txt", [f"png/{folder}/1.png" for folder in folders])
    for names, swapped in (("banana bus windmill bread", True), ("banana bus loaf windmill", False)):
        numbered = [f"{name} {number}\n" for number, name in enumerate(names.split())]
        (tmp_path / "cname_cid.txt").write_text("".join(numbered), "utf-8")
        archive = read_archive(tmp_path, "tuberlin")
        assert archive is not None
        labels = {one.file.parent.name: label for label, (one,) in archive.collection.sketches.items()}
        assert labels["Bread"] == ("bread" if swapped else "loaf")


def test_what_lists_name_in_vain_is_said_with_its_side_and_an_example(tmp_path: Path) -> None:
    write_tuberlin(tmp_path, ["banana"])
    write_list(tmp_path / "png_filelist_zero.txt", [f"png/Banana/{n}.png" for n in (1, 7, 8)])
    write_list(tmp_path / "ImageResized_filelist_zero.txt", ["ImageResized/Banana/a.JPEG"])
    problems = unseen("tuberlin", tmp_path).collection.problems
    said = f"The lists in {tmp_path} name 2 sketches that are not there, as banana/7.png."
    assert [problem for problem in problems if "lists" in problem] == [said]


@pytest.mark.parametrize(("foreign", "used"), [(["Bee"], True), (["Bee", "Pig"], False)])
def test_lists_are_used_unless_most_of_their_unseen_classes_are_others(
    foreign: list[str], used: bool, tmp_path: Path
) -> None:
    write_tuberlin(tmp_path, ["banana"])
    picture(tmp_path / "png/Banana/2.png")
    paths = [f"png/{label}/1.png" for label in ("Banana", *foreign)]
    write_list(tmp_path / "png_filelist_zero.txt", paths)
    assert [one.name for one in unseen("tuberlin", tmp_path).queries] == (["1"] if used else ["1", "2"])
