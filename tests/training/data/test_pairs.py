"""A person's own pairs, from a folder, a CSV file or the window's shelf."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import training.data.pairs as pairs_module
from app.drawing.ink.svg_strokes import SavedSketch, to_svg
from app.pictures.sketches import read_drawing
from app.shelf.store import Shelf
from engine.content_hash import content_hash
from engine.elsewhere import Place, address
from engine.preprocess import clean_sketch, sketch_square
from engine.sketches.drawing import Stroke
from engine.sketches.svg_reader import WHOLE
from training.data.pairs import named_pairs, other_photos, read_pairs, shelf_pairs
from training.errors import TrainingError

LINE = Stroke(np.array([[0.2, 0.2], [0.8, 0.7]], np.float32))


def draw(file: Path, tone: int = 0) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    page = Image.new("L", (90, 90), 255)
    ImageDraw.Draw(page).line((10, 10, 80, 60), fill=tone, width=3)
    page.save(file)
    return file


def shoot(file: Path, colour: str = "navy") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (80, 60), colour).save(file)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("rex", "ivy"):
        shoot(tmp_path / f"own/photo/My Dog/{name}.jpg")
    shoot(tmp_path / "own/photo/cat/tom.png", "olive")
    draw(tmp_path / "own/sketch/my dog/rex-2.png")
    draw(tmp_path / "own/sketch/my dog/any.png")
    draw(tmp_path / "own/sketch/cat/tom.png")
    return tmp_path / "own"


def test_in_a_folder_a_drawing_belongs_to_its_kind_and_to_the_photo_of_its_name(folder: Path) -> None:
    pairs = read_pairs(named_pairs(folder))
    assert [file.name for file in pairs.files] == ["tom.png", "ivy.jpg", "rex.jpg"]
    assert pairs.kinds == ("cat", "my_dog", "my_dog")
    assert pairs.right.tolist() == [[True, False, False], [False, True, True], [False, True, True]]
    assert pairs.own.tolist() == [0, -1, 2]


def test_photos_below_the_folders_of_kinds_are_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    shoot(folder / "photo/cat/2020/tim.jpg")
    for name in ("photo", "sketch", "sketch/cat/early"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "drawn.svg").touch()
    assert "tim.jpg" not in {one.photo.name for one in named_pairs(folder)}
    assert "3 pictures are passed over: they lie above or below the folders of the classes" in caplog.text


def test_of_a_folder_of_very_many_some_are_read_and_the_very_photos_are_among_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(12):
        shoot(folder / f"photo/cat/more{number}.jpg")
        shoot(folder / f"photo/my dog/more{number}.jpg")
        draw(folder / f"sketch/cat/more{number}.png")
    monkeypatch.setattr(pairs_module, "MOST_READ", 10)
    named = named_pairs(folder)
    drawings, photos = {one.drawing for one in named}, {one.photo for one in named}
    assert (len(drawings), len(photos)) == (10, 10)
    assert "Of 15 drawings and 27 photos 10 and 10 are read" in caplog.text
    own = {one.drawing for one in named if one.is_own}
    assert {file for file in drawings if file.stem != "any"} == own
    assert [(one.drawing, one.photo) for one in named] == [
        (one.drawing, one.photo) for one in named_pairs(folder)
    ]


def test_rows_of_a_table_are_pairs_with_paths_from_where_it_lies(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        shoot(tmp_path / f"photos/{name}.jpg")
        draw(tmp_path / f"drawn/{name}.png")
    table = tmp_path / "pairs.csv"
    table.write_text(
        "drawing,photo,kind\ndrawn/a.png,photos/a.jpg,Boat\n\n"
        f"drawn/b.png,{tmp_path}/photos/b.jpg,boat\ndrawn/c.png,photos/c.jpg\n",
        "utf-8",
    )
    pairs = read_pairs(named_pairs(table))
    assert pairs.kinds == ("boat", "boat", "")
    assert pairs.right.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
    assert pairs.own.tolist() == [0, 1, 2]


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_may_have_semicolons_or_tabs(tmp_path: Path, between: str) -> None:
    rows = [("drawing", "photo", "kind"), ("a.png", "a.jpg", "boat"), ("b.png", '"b; c,\td.jpg"', "")]
    (tmp_path / "pairs.csv").write_text("\n".join(map(between.join, rows)), "utf-8")
    assert [(one.drawing.name, one.photo.name, one.kind) for one in named_pairs(tmp_path / "pairs.csv")] == [
        ("a.png", "a.jpg", "boat"), ("b.png", "b; c,\td.jpg", ""),
    ]  # fmt: skip


def test_a_first_row_whose_files_are_gone_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "pairs.csv").write_text("gone.png,away.jpg\na.png,a.jpg\n", "utf-8")
    with pytest.raises(TrainingError, match="At least 2 drawings"):
        read_pairs(named_pairs(tmp_path / "pairs.csv"))
    assert "away.jpg is left out" in caplog.text


@pytest.mark.parametrize("row", ["one.png", "a,b,c,d", ",photo.jpg"])
def test_a_row_that_is_no_pair_is_told_by_its_number(tmp_path: Path, row: str) -> None:
    (tmp_path / "pairs.csv").write_text(f"drawing,photo\n{row}\n", "utf-8")
    with pytest.raises(TrainingError, match=r"Row 2 of .*pairs\.csv is not: drawing, photo"):
        named_pairs(tmp_path / "pairs.csv")


def test_drawings_on_the_shelf_belong_to_the_photos_they_found(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    photos = [shoot(tmp_path / f"photos/{name}.jpg") for name in ("a", "b")]
    shelf.put(SavedSketch((LINE,)), photos)
    shelf.put(SavedSketch((LINE,)), photos[1:])
    shelf.put(SavedSketch((LINE,)), [])
    pairs = read_pairs(shelf_pairs(tmp_path))
    assert pairs.right.tolist() == [[True, True], [False, True]]
    assert pairs.kinds == ("", "")
    assert [pairs.files[place].name for place in pairs.own] == ["a.jpg", "b.jpg"]


def test_of_a_drawing_on_the_shelf_the_newest_state_counts_alone(tmp_path: Path) -> None:
    shelf, photos = Shelf(tmp_path / "shelf"), [shoot(tmp_path / f"photos/{name}.jpg") for name in "ab"]
    first = shelf.put(SavedSketch((LINE,)), photos)
    data = first.file.read_bytes()
    now = shelf.put(SavedSketch((LINE, LINE)), photos[1:], instead_of=first)
    assert shelf._successors.wait(60)
    first.file.write_bytes(data)  # as a process that ended before the disk had the newer one leaves it
    assert [(one.drawing, one.photo) for one in shelf_pairs(tmp_path)] == [(now.file, photos[1])]


def pasted(place: tuple[float, float, float] = WHOLE, strokes: tuple[Stroke, ...] = ()) -> SavedSketch:
    """Return a saved sketch with a picture on it, of which more than half is ink."""
    page = Image.new("L", (60, 60), 255)
    page.paste(0, (5, 5, 50, 50))
    png = io.BytesIO()
    page.save(png, "PNG")
    return SavedSketch(strokes, png.getvalue(), place)


def test_a_picture_on_the_paper_is_learned_from_as_search_takes_it(tmp_path: Path) -> None:
    shelf, photos = Shelf(tmp_path / "shelf"), [shoot(tmp_path / f"photos/{name}.jpg") for name in "ab"]
    kept = [shelf.put(pasted(), photos[:1]), shelf.put(pasted((0.1, 0.1, 0.8), (LINE,)), photos[1:])]
    table = tmp_path / "pairs.csv"
    rows = [f"{one.file},{photo}" for one, photo in zip(kept, photos, strict=True)]
    table.write_text("\n".join(rows), "utf-8")
    for named in (shelf_pairs(tmp_path), named_pairs(table)):
        for one, drawing in zip(kept, read_pairs(named).drawings, strict=True):
            wanted = read_drawing(one.file)
            assert isinstance(wanted, Image.Image)
            assert np.array_equal(*(np.asarray(sketch_square(one, 64)) for one in (drawing, wanted)))


def test_an_svg_that_holds_no_drawing_is_told_by_what_it_lacks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = {"damaged": to_svg((), picture=b"no PNG"), "foreign": b"<svg/>", "blank": to_svg(())}
    for name, data in files.items():
        (tmp_path / f"{name}.svg").write_bytes(data)
    shoot(tmp_path / "a.jpg")
    (tmp_path / "pairs.csv").write_text("".join(f"{one}.svg,a.jpg\n" for one in (*files, "gone")), "utf-8")
    with pytest.raises(TrainingError, match="At least 2 drawings"):
        read_pairs(named_pairs(tmp_path / "pairs.csv"))
    for told in (
        "damaged.svg is left out: it is not an SVG drawing this program can read",
        "foreign.svg is left out: it is no SVG that this program drew",
        "blank.svg is left out: nothing is drawn on it",
        "gone.svg is left out: there is no such file",
    ):
        assert told in caplog.text


def test_a_photo_of_another_machine_is_taken_where_the_same_file_is_here(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, shelf = shoot(tmp_path / "photos/a.jpg"), Shelf(tmp_path / "shelf")
    gone = address(Place("attic", "/pictures/b.jpg", b"12"))
    shelf.put(SavedSketch((LINE,)), [gone])
    with pytest.raises(TrainingError, match="All photos that drawings on the shelf have found lie on other"):
        shelf_pairs(tmp_path)
    shelf.put(SavedSketch((LINE,)), [address(Place("attic", file.as_posix(), content_hash(file)))])
    assert [one.photo for one in shelf_pairs(tmp_path)] == [file]
    assert "attic:/pictures/b.jpg is left out: b.jpg lies on another machine, attic" in caplog.text


def test_without_pairs_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="No drawing on the shelf has found a photo yet"):
        shelf_pairs(tmp_path)
    with pytest.raises(TrainingError, match="holds no pairs"):
        named_pairs(tmp_path)
    with pytest.raises(TrainingError, match="There are no pairs at"):
        named_pairs(tmp_path / "nowhere")


def test_what_cannot_be_read_is_told_and_left_out(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "photo/cat/tom.png").write_bytes(b"no picture")
    Image.new("L", (60, 60), 255).save(folder / "sketch/my dog/any.png")
    draw(folder / "sketch/my dog/other.png")
    pairs = read_pairs(named_pairs(folder))
    assert [file.name for file in pairs.files] == ["ivy.jpg", "rex.jpg"]
    assert len(pairs.drawings) == 2
    assert "tom.png is left out" in caplog.text
    assert "any.png is left out: nothing is drawn on it." in caplog.text


def test_one_pair_is_too_few(tmp_path: Path) -> None:
    shoot(tmp_path / "photo/cat/a.jpg")
    draw(tmp_path / "sketch/cat/a.png")
    with pytest.raises(TrainingError, match="At least 2 drawings and 2 photos"):
        read_pairs(named_pairs(tmp_path))


def test_other_photos_are_any_but_those_of_the_pairs(folder: Path) -> None:
    taken = folder / "photo/cat/tom.png"
    assert len(other_photos([folder / "photo"], 10, without=[taken], seed=1)) == 2
    assert len(other_photos([folder / "photo", folder / "photo/cat"], 10, without=[], seed=1)) == 3
    assert len(other_photos([folder / "photo"], 1, without=[taken], seed=1)) == 1


def test_further_photos_are_of_none_of_the_kinds_of_a_folder_of_pairs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("photo/cat/more.jpg", "photo/My Dog/more.jpg", "photo/cat/2019/old.jpg"):
        shoot(folder / place)
    shoot(folder / "photo/boat/a.jpg")  # which nobody drew
    monkeypatch.setattr(pairs_module, "MOST_READ", 3)
    named = named_pairs(folder)
    assert len({one.photo for one in named}) == 3
    kinds = {one for pair in named for one in pair.of_kind}
    assert kinds == {folder / "photo/cat", folder / "photo/My Dog"}
    assert len(other_photos([folder / "photo"], 10, without=kinds, seed=1)) == 1


def test_photos_as_phones_keep_them_are_pairs_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("a.avif", "b.tif", "c.jpe"):
        shoot(tmp_path / "photo/cat" / name)
    (tmp_path / "photo/cat/d.heic").write_bytes(b"no picture")
    (tmp_path / "photo/cat/._a.jpg").write_bytes(b"of macOS")
    for name in ("a.tif", "b.png"):
        draw(tmp_path / "sketch/cat" / name)
    assert [file.name for file in read_pairs(named_pairs(tmp_path)).files] == ["a.avif", "b.tif", "c.jpe"]
    assert "d.heic is left out" in caplog.text


def test_folders_that_cannot_be_listed_are_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not other_photos([folder / "photo/cat/tom.png"], 9, without=[], seed=1)
    assert "tom.png is left out: not a directory" in caplog.text.lower()


def test_further_photos_that_cannot_be_read_are_counted(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "photo/cat/tom.png").write_bytes(b"no picture")
    assert len(other_photos([folder / "photo"], 9, without=[], seed=1)) == 2
    assert "1 of the further photos could not be read" in caplog.text


def test_a_table_of_headings_alone_and_a_name_that_begins_with_a_tilde(tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("drawing,photo\n", "utf-8")
    with pytest.raises(TrainingError, match="rows of drawing, photo, perhaps kind, are looked for"):
        named_pairs(table)
    table.write_text("~x.png,~y.jpg\n~x.png,~y.jpg\n", "utf-8")
    assert named_pairs(table)[0].photo == tmp_path / "~y.jpg"


def test_a_clean_drawing_of_thin_lines_is_not_cleaned_once_it_is_small(tmp_path: Path) -> None:
    page = Image.new("L", (2000, 2000), 255)
    for x in range(300, 1700, 20):
        ImageDraw.Draw(page).line((x, 300, x, 1700), fill=0, width=2)
    for folder in ("sketch/grid", "photo/grid"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("one", "two"):
        page.save(tmp_path / "sketch" / "grid" / f"{name}.png")
        Image.new("RGB", (64, 64), "red").save(tmp_path / "photo" / "grid" / f"{name}.png")
    drawing = read_pairs(named_pairs(tmp_path)).drawings[0]
    assert max(drawing.size) == 512
    assert clean_sketch(drawing) is drawing
