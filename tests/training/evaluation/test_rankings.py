from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from training.cli import main
from training.config import Config
from training.data.collection import Collection, Picture
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation.heldout import HeldOut
from training.evaluation.rankings import Ranking, choose, rankings, sheet
from training.fit.loop import fit

from ..conftest import Colours


@pytest.fixture(scope="module")
def collection(shapes: Path) -> Collection:
    return read_collection(shapes)


@pytest.fixture(scope="module")
def held(collection: Collection) -> HeldOut:
    return HeldOut.of_split(Colours(), collection, classes="val")


def test_a_ranking_holds_the_nearest_photos_and_the_average_precision(held: HeldOut) -> None:
    found = rankings(held)
    assert [one.query for one in found] == [*held.sketches, *held.drawings]
    scores = held.gallery.vectors @ held.sketch_queries.vectors[3]
    order = np.argsort(-scores, kind="stable")
    assert found[3].photos == tuple(held.gallery.items[place] for place in order[:10])
    right = [held.gallery.labels[place] == found[3].query.label for place in order]
    hits = [sum(right[: place + 1]) / (place + 1) for place in range(len(right)) if right[place]]
    assert found[3].precision == pytest.approx(np.mean(hits))


def test_a_few_queries_are_spread_over_all_of_them(held: HeldOut) -> None:
    most = len(held.sketches) - 1
    assert sum(one.query in held.sketches for one in rankings(held, most=most)) == most
    some = rankings(held, most=3)
    sketches = [one.query for one in some if one.query in held.sketches]
    assert 1 < len(sketches) <= 3
    assert sketches[-1] in held.sketches[len(held.sketches) // 2 :]
    every = {one.query: one for one in rankings(held)}
    assert all(every[one.query] == one for one in some)


def ranking(held: HeldOut, number: int, precision: float) -> Ranking:
    return Ranking(held.sketches[number], tuple(held.photos[:10]), precision)


def test_the_shown_ones_go_from_best_to_worst_or_are_the_worst_of_each_class(held: HeldOut) -> None:
    found = [ranking(held, number, precision) for number, precision in enumerate((0.2, 0.9, 0.5, 0.7))]
    assert [one.precision for one in choose(found, 3, worst=False)] == [0.9, 0.7, 0.2]
    worst = choose(found, 3, worst=True)
    labels = [one.query.label for one in worst]
    assert len(set(labels)) == len(labels)
    assert worst[-1].precision == 0.2


def test_right_photos_are_framed_in_green_and_wrong_ones_in_red(held: HeldOut) -> None:
    one = rankings(held)[0]
    page = sheet([one])
    frames = {page.getpixel((16 + place * 120 + 1, 8 + 16 + 1)) for place in range(1, len(one.photos) + 1)}
    rights = {photo.label == one.query.label for photo in one.photos}
    expected = {ImageColor.getrgb("#2e8b57" if right else "#c0392b") for right in rights}
    assert frames == expected


@pytest.mark.slow
def test_the_command_draws_a_picture_or_says_what_is_wrong(
    shapes: Path,
    collection: Collection,
    small_run: dict[str, object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fit(collection, Config(**{**small_run, "images": 20}), tmp_path / "run", weights=None)
    command = ["rankings", str(tmp_path / "run"), "--data", str(shapes), "--classes", "val", "--queries", "2"]
    capsys.readouterr()
    assert main([*command, "--to", str(tmp_path / "sheet.png"), "--worst"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as page:
        assert page.size == (8 + 11 * 120 + 8, 8 + 136 * len(collection.split["val"][:2]))
    assert main([*command, "--to", str(tmp_path / "new" / "sheet.png")]) == 0
    assert (tmp_path / "new" / "sheet.png").is_file()
    capsys.readouterr()
    assert main([*command, "--to", str(tmp_path / "sheet.png" / "sheet.png")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main([*command[:-1], "0", "--to", str(tmp_path / "sheet.png")]) == 2
    assert capsys.readouterr().err == (
        "ffmln-train: argument --queries: '0' is not a whole number from 1 up; "
        "see ffmln-train rankings --help.\n"
    )


def test_a_transparent_sketch_is_drawn_on_paper_and_a_picture_that_is_gone_is_named(
    tmp_path: Path, held: HeldOut
) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    clear = Picture("cat", "clear", tmp_path / "clear.png")
    assert sheet([Ranking(clear, (clear,), 1)]).getpixel((8 + 56, 24 + 56)) == (255, 255, 255)
    gone = Picture("cat", "gone", tmp_path / "gone.png")
    with pytest.raises(TrainingError, match=r"gone.png cannot be read"):
        sheet([Ranking(clear, (gone,), 1)])
