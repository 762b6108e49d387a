import gc
import json
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine import Encoder
from training.cli import main
from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.export.onnx_file import export
from training.fit import loop as train
from training.fit import rehearsal, soup
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.loop import CONFIG, fit
from training.fit.resuming import LOCK
from training.fit.soup import FOLDERS, SHARE, average, can_average, fit_both, trainings
from training.model import trunks

pytestmark = pytest.mark.slow


@pytest.fixture
def config(small_run: dict[str, object]) -> Config:
    return Config(**{**small_run, "images": 50})


def test_the_mean_of_two_trainings_is_kept_and_an_interrupted_one_goes_on(
    shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, trained, real = read_collection(shapes), [], train.take_step

    def step(run: Run, *rest: object) -> object:
        trained.append(run.config)
        if len(trained) == config.steps + 1:
            raise KeyboardInterrupt
        return real(run, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(train, "take_step", step)
    with pytest.raises(KeyboardInterrupt):
        fit_both(collection, config, tmp_path, weights=None)
    assert not (tmp_path / CHECKPOINT).exists()
    trained.clear()
    fit_both(collection, config, tmp_path, weights=None)
    first, second = trainings(config)
    assert set(map(repr, trained)) == {repr(second)}  # the first was finished
    assert (second.dat, second.images) == (3.0, round(config.images * SHARE))
    mean, *members = (Run.load(folder) for folder in (tmp_path, *(tmp_path / name for name in FOLDERS)))
    assert members[0].config == mean.config == first
    states = [run.averaged.state_dict() for run in members]
    for name, tensor in mean.averaged.state_dict().items():
        torch.testing.assert_close(tensor, (states[0][name] + states[1][name]) / 2)
        assert name.endswith(("mean", "std")) or not torch.equal(states[0][name], states[1][name])
    said = json.loads((tmp_path / CONFIG).read_text("utf-8"))
    assert [member["config"]["dat"] for member in said["mean_of"]] == [config.dat, 3.0]
    assert mean.images == members[0].images + members[1].images
    assert len(mean.validation) == 1
    described = Encoder.load(export(mean, tmp_path / "mean.onnx", stored="fp32")).metadata
    assert [member["config"]["dat"] for member in described["mean_of"]] == [config.dat, 3.0]
    assert described["images"] == mean.images


def test_a_mean_and_a_single_training_are_not_taken_for_one_another(
    shapes: Path, config: Config, tmp_path: Path
) -> None:
    collection, short = read_collection(shapes), replace(config, images=20)
    fit_both(collection, short, tmp_path / "both", weights=None)
    with pytest.raises(TrainingError, match="both holds the mean of two trainings"):
        fit(collection, short, tmp_path / "both", weights=None)
    fit(collection, short, tmp_path / "single", weights=None)
    with pytest.raises(TrainingError, match=r"single holds a single training; .* --single"):
        fit_both(collection, short, tmp_path / "single", weights=None)


def test_networks_of_two_forms_have_no_mean(config: Config) -> None:
    with pytest.raises(TrainingError, match="one form"):
        average([Run(config, ["a"]), Run(replace(config, dim=8), ["a"])])


@pytest.mark.parametrize(
    ("options", "weights", "called"),
    [([], trunks.LIBRARY, "both"), (["--single"], trunks.LIBRARY, "one"), ([], None, "one")],
)
def test_two_are_trained_where_a_mean_makes_sense_and_is_not_refused(
    options: list[str],
    weights: str | None,
    called: str,
    shapes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(trunks, "find_weights", lambda *_: weights)
    monkeypatch.setattr(train, "fit", lambda *_, **__: calls.append("one"))
    monkeypatch.setattr(soup, "fit_both", lambda *_, **__: calls.append("both"))
    assert main(["fit", "--data", str(shapes), "--out", str(tmp_path), *options]) == 0
    assert calls == [called]


def test_a_dry_run_tries_both_and_sees_a_single_training_in_the_folder(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[tuple[str, int]] = []

    def plan(_: object, config: Config, out: Path, **__: object) -> str:
        tried.append((out.name, config.batch_contours))
        return "a plan"

    monkeypatch.setattr(trunks, "find_weights", lambda *_: trunks.LIBRARY)
    monkeypatch.setattr(rehearsal, "plan", plan)
    command = ["fit", "--data", str(shapes), "--out", str(tmp_path), "--dry-run"]
    assert main(command) == 0
    assert tried == [("first", 0), ("second", 12)]
    asked = [*command, "--batch-contours", "4"]
    assert main(asked) == 0
    (tmp_path / "second").mkdir()
    torch.save({"config": {"batch_contours": 12}}, tmp_path / "second" / CHECKPOINT)
    assert main(asked) == 0  # the one that is begun goes on as it is
    assert tried[2:] == [("first", 4), ("second", 4), ("first", 4), ("second", 12)]
    for members, said in (([], "holds a single training"), ([1], "holds a mean whose trainings are gone")):
        torch.save({"members": members}, tmp_path / CHECKPOINT)
        capsys.readouterr()
        assert main(command) == 2
        assert said in capsys.readouterr().err


def test_batch_statistics_have_no_mean() -> None:
    assert can_average(Config(), trunks.LIBRARY)
    assert not can_average(Config(batch_norm="train"), trunks.LIBRARY)


def same_recipe(made: dict[str, object], settings: Config) -> bool:
    watched = {"validations": settings.validations}  # changes nothing
    return Config.from_dict({**made, **watched}).what_counts() == settings.what_counts()


def test_the_default_encoder_that_ships_is_what_fit_makes_without_options() -> None:
    members = Encoder.default().metadata["mean_of"]
    for member, settings in zip(members, trainings(Config(classes="all")), strict=True):
        assert same_recipe(member["config"], settings)
        assert settings.images - settings.step_size < member["images"] <= settings.images


def test_the_small_encoder_that_ships_is_what_the_model_card_says() -> None:
    described = Encoder.small().metadata
    settings = Config(classes="all", backbone="efficientnet_lite0", images=60_000)
    assert same_recipe(described["config"], settings)
    assert described["distilled"]
    assert settings.images - settings.step_size < described["images"] <= settings.images


def test_the_first_training_is_let_go_before_the_second(
    shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, left = list[weakref.ref[Run]](), list[int]()

    def short(_: object, settings: Config, out: Path, **__: object) -> Run:
        gc.collect()
        left.append(sum(one() is not None for one in begun))
        run = Run(settings, ["square"])
        run.save(out)
        begun.append(weakref.ref(run))
        return run

    monkeypatch.setattr(soup, "fit", short)
    fit_both(read_collection(shapes), config, tmp_path, weights=None)
    assert left == [0, 0]
    assert Run.load(tmp_path).members


@pytest.mark.parametrize("count", [0, 1])
def test_a_mean_is_validated_where_its_trainings_are(
    count: int, shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = list[Run]()
    monkeypatch.setattr(soup, "fit", lambda _, settings, out, **__: Run(settings, ["square"]).save(out))
    monkeypatch.setattr(soup, "validate", lambda run, *_: measured.append(run))
    fit_both(read_collection(shapes), replace(config, validations=count), tmp_path, weights=None)
    assert len(measured) == count


def test_nobody_else_trains_in_the_folder_of_a_mean_meanwhile(
    shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, refused = read_collection(shapes), list[str]()

    def short(_: object, settings: Config, out: Path, **__: object) -> None:
        with pytest.raises(TrainingError, match=f"holds {tmp_path / LOCK}"):
            fit(collection, settings, tmp_path, weights=None)
        refused.append(out.name)
        Run(settings, ["square"]).save(out)

    monkeypatch.setattr(soup, "fit", short)
    fit_both(collection, config, tmp_path, weights=None)
    assert refused == [*FOLDERS]
