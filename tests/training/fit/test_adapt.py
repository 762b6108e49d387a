"""A network adapted to a person's drawings."""

import copy
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import Encoder
from engine.paths import ASSETS
from engine.preprocess import photo_square
from engine.taught.pairs import alike
from training import adapting
from training.adapting import Wish, adapt_to, export_as, measure_retrieval
from training.all_settings import FORM
from training.cli import main
from training.config import Config
from training.data import pairs as pairs_module
from training.data.pairs import Pairs, named_pairs, read_pairs
from training.errors import TrainingError
from training.export import onnx_file
from training.fit import adapt as adapt_module
from training.fit.adapt import Adapting, Recipe, adapt
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.start import Start, read_start
from training.model import Network

SMALL = ASSETS / "weights" / "ffmln-small.onnx"
RECIPE = Recipe(steps=8, drawings=12, photos=4, views=1, anchor=10.0, share=0.5)
KINDS = ("square", "star_ball", "triangle")


@pytest.fixture(scope="module")
def start() -> Start:
    """The shipped encoder for slow machines."""
    return read_start(SMALL)


@pytest.fixture(scope="module")
def pairs(shapes: Path) -> Pairs:
    """Drawings and photos of three kinds, six of each."""
    return read_pairs([one for one in named_pairs(shapes) if one.kind in KINDS])


@pytest.fixture(scope="module")
def adapted(start: Start, pairs: Pairs) -> Network:
    """The encoder adapted to them."""
    return adapt(start, pairs, (), learn=range(18), recipe=RECIPE)


@pytest.mark.slow
def test_drawings_come_to_the_photos_they_were_meant_to_find(
    start: Start, adapted: Network, pairs: Pairs
) -> None:
    before, after = (
        measure_retrieval(one, pairs, (), places=range(18)) for one in (start.network(), adapted)
    )
    assert after["mAP"] > before["mAP"] + 2


@pytest.mark.slow
def test_only_the_last_stage_the_fusion_and_the_projection_learn(start: Start, adapted: Network) -> None:
    state = adapted.state_dict()
    changed = {name for name, one in state.items() if not torch.equal(one, start.state[name])}
    stage = [name for name in changed if ".trunk." in name]
    parts = {".".join(name.split(".")[3:5]).removesuffix(".weight").removesuffix(".bias") for name in stage}
    assert parts == {"blocks.5", "blocks.6", "conv_head"}
    assert {name.split(".")[2] for name in changed - set(stage)} == {"project"}


@pytest.mark.slow
def test_photos_stay_where_they_were_the_more_the_anchor_weighs(
    start: Start, adapted: Network, pairs: Pairs
) -> None:
    free = adapt(start, pairs, (), learn=range(18), recipe=replace(RECIPE, anchor=0.0))
    was, held, moved = (
        NetworkEncoder(one).embed_photos(pairs.photos) for one in (start.network(), adapted, free)
    )
    assert (1 - (was * held).sum(axis=1)).mean() < (1 - (was * moved).sum(axis=1)).mean() / 2


def test_what_does_not_learn_is_computed_once_and_gives_the_same_vectors(start: Start, pairs: Pairs) -> None:
    adapting_now = Adapting(start, RECIPE)
    squares = [photo_square(photo, start.form["input_size"]) for photo in pairs.photos[:5]]
    maps = adapting_now.maps(squares, range(5))
    whole = NetworkEncoder(start.network()).embed_photos(pairs.photos[:5])
    np.testing.assert_allclose(maps.before.numpy(), whole, atol=1e-5)
    with torch.no_grad():
        kept = adapting_now.embed(*maps.at(torch.arange(5))).numpy()
    assert (kept * whole).sum(axis=1).min() > 0.999  # half precision


@pytest.mark.slow
def test_photos_that_may_show_the_same_are_no_wrong_answers(
    start: Start, pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapt_module, "contour_view", lambda *_, **__: None)  # not looked at here
    adapting_now = Adapting(start, RECIPE)
    nameless = Pairs(**{**vars(pairs), "kinds": ("",) * len(pairs.kinds)})
    count, others = len(pairs.photos), pairs.photos[:6]
    for of_kinds, some in ((True, pairs), (False, nameless)):
        material = adapt_module._material(adapting_now, some, others, range(6), RECIPE)
        before = material.shown.before[: count + 6].numpy()
        near = np.argsort(-(before @ before.T), axis=1)[:, : alike(count + 6)]
        for drawing in range(6):
            photos = np.flatnonzero(pairs.right[drawing])
            wanted = set(near[photos].ravel().tolist()) - set(photos.tolist())
            wanted = {one for one in wanted if one >= count} if of_kinds else wanted
            assert set(torch.nonzero(material.doubtful[drawing]).flatten().tolist()) == wanted


@pytest.fixture(scope="module")
def own(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same pairs in a folder."""
    folder = tmp_path_factory.mktemp("own")
    for kind in ("square", "star ball", "triangle"):
        for domain in ("sketch", "photo"):
            shutil.copytree(shapes / domain / kind, folder / domain / kind)
    return folder


@pytest.mark.slow
def test_the_command_measures_before_and_after_and_exports(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--steps", "8", "--share", "0.5", "--json"]
    assert main(["adapt", str(own), "--small", "--out", str(tmp_path), *options]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["drawings"], report["held_out"], report["photos"], report["others"]) == (14, 4, 18, 0)
    assert set(report["before"]) == set(report["after"]) == {"mAP", "P@10", "hit@10", "R@10"}
    assert report["after"]["mAP"] >= report["before"]["mAP"]
    assert report["model"] == str(tmp_path / "ffmln-adapted.onnx")
    told, shipped = Encoder(report["model"]).metadata, Encoder(SMALL).metadata
    assert set(told["config"]) == set(FORM)  # nothing of a training that did not take place
    assert told["weights_type"] == shipped["weights_type"]
    assert [told["adapted"][name] for name in ("steps", "share", "drawings")] == [8, 0.5, 14]
    assert told["pretrained"] == told["history"][-1]["model_id"] == shipped["model_id"]
    assert told["classes"] == shipped["classes"]
    assert str(own) not in json.dumps(told)
    again = read_start(Path(report["model"]))
    assert again.history[-1]["adapted"]["drawings"] == 14


def test_where_less_is_found_than_before_nothing_is_written(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = iter([{"mAP": 50.0}, {"mAP": 49.9}])
    monkeypatch.setattr(adapting, "measure_retrieval", lambda *_, **__: next(figures))
    monkeypatch.setattr(adapting, "adapt", lambda start, *_, **__: start.network())
    with pytest.raises(TrainingError, match=r"less is found than before \(mAP 49\.9, before 50\.0\)"):
        adapt_to(named_pairs(own), Wish(SMALL, (), tmp_path / "a.onnx", steps=1), progress=False)
    assert not list(tmp_path.iterdir())


def test_neither_drawings_nor_photos_of_their_kinds_are_further_photos(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [("square", "own/photo/square"), ("square", "own/sketch/square"), ("hexagon", "rows")]
    for kind, place in (*places, ("octagon", "own/photo/octagon")):
        domain = "sketch" if "sketch" in place else "photo"
        shutil.copytree(shapes / domain / kind, tmp_path / place)
    for file in (shapes / "sketch" / "hexagon").iterdir():
        shutil.copy(file, tmp_path / "rows")
    rows = [f"sketchy_{number}-1.png,sketchy_{number}.jpg" for number in range(4)]
    (tmp_path / "rows/pairs.csv").write_text("\n".join(rows), "utf-8")
    monkeypatch.setattr(pairs_module, "MOST_READ", 3)
    found = list[int]()

    def seen(*_: object, **__: object) -> None:
        found.append(len(others[-1]))
        raise TrainingError("seen")

    others = list[list[object]]()
    real = adapting.other_photos
    monkeypatch.setattr(adapting, "other_photos", lambda *a, **b: others.append(real(*a, **b)) or others[-1])
    monkeypatch.setattr(adapting, "within_room", seen)
    for pairs in (tmp_path / "own", tmp_path / "rows/pairs.csv"):
        with pytest.raises(TrainingError, match="seen"):
            adapt_to(named_pairs(pairs), Wish(SMALL, (), tmp_path / "a.onnx"), progress=False)
    # a kind that nobody drew; beside the rows, two photos and two drawings that no row names
    assert found == [6, 4]


def test_figures_that_are_100_whatever_is_learned_are_said_to_be(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class ReachedError(Exception):
        pass

    def seen(*_: object, **__: object) -> None:
        raise ReachedError

    monkeypatch.setattr(adapting, "measure_retrieval", seen)
    monkeypatch.setattr(adapting, "_FEWEST", 4)
    monkeypatch.setattr(adapting, "other_photos", lambda *_, **__: [])
    for domain in ("sketch", "photo"):
        shutil.copytree(own / domain / "square", tmp_path / "one kind" / domain / "square")
    for folder, said in ((own, 0), (tmp_path / "one kind", 1)):
        caplog.clear()
        wish = Wish(SMALL, (), tmp_path / "a.onnx", held_out=0.5)
        with pytest.raises(ReachedError):
            adapt_to(named_pairs(folder), wish, progress=False)
        assert caplog.text.count("mAP, P@10 and hit@10 are 100 before and after") == said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Give either PAIRS or --shelf"),
        (["DATA", "--shelf"], "Give either PAIRS or --shelf"),
        (["DATA", "--small", "--start", "x.onnx"], "Give either --start or --small"),
        (["DATA", "--held-out", "1"], "argument --held-out: '1' is not a number from 0 to below 1; see "),
        (["DATA", "--small", "--held-out", "0.99"], "--held-out 0.99 leaves 0 of 36 drawings"),
        (["DATA", "--seed", str(2**70)], "argument --seed: '1180591620717411303424' is not a whole number"),
        (
            ["DATA", "--steps", "0"],
            "argument --steps: '0' is not a whole number from 1 up; see ffmln-train adapt --help.",
        ),
        (["DATA", "--share", "0"], "argument --share: '0' is not a number above 0 to 1; see "),
        (["DATA", "--start", "nowhere.onnx"], "no model file"),
        (["DATA", "--photos", "nowhere"], "nowhere is no folder"),
        (["DATA", "--name", "photo/cat/a"], "cannot be read or written: Is a directory"),
    ],
)
def test_wishes_that_make_no_sense_are_told(
    words: list[str], told: str, shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo/cat/a.onnx").mkdir(parents=True)
    words = [str(shapes) if word == "DATA" else word for word in words]
    assert main(["adapt", *words, "--out", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_a_file_whose_integers_change_the_vectors_is_written_in_half_precision(
    pairs: Pairs, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(onnx_file, "_INT8_COSINE", 2.0)
    run = Run(Config(**small_run), ("square",))  # type: ignore[arg-type]
    squares = [photo_square(photo, 64) for photo in pairs.photos[:4]]
    file = export_as(run, tmp_path / "a.onnx", "int8", squares)
    assert Encoder(file).metadata["weights_type"] == "fp16"
    assert "8-bit integers change the embeddings" in caplog.text
    assert "The file is written so" in caplog.text


def test_pictures_are_embedded_a_few_at_a_time(
    start: Start, pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[int]()

    def embed(_: object, images: Sequence[object]) -> np.ndarray:
        seen.append(len(images))
        return np.eye(len(images), 20, dtype=np.float32)

    for name in ("embed_photos", "embed_sketches"):
        monkeypatch.setattr(NetworkEncoder, name, embed)
    measure_retrieval(start.network(), pairs, pairs.photos, places=range(18))
    assert seen == [16, 16, 4, 16, 2]


@pytest.mark.slow
def test_each_weight_ends_between_what_it_was_and_what_it_became(start: Start, adapted: Network) -> None:
    whole = {name: weight.clone() for name, weight in adapted.state_dict().items()}
    half = adapt_module.between(start, copy.deepcopy(adapted), 0.5).state_dict()
    name = "towers.0.project.weight"
    assert not torch.equal(whole[name], start.state[name])
    torch.testing.assert_close(half[name], (whole[name] + start.state[name]) / 2)
