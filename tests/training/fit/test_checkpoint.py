from pathlib import Path

import pytest
import torch

from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.loop import fit


@pytest.fixture
def small_run(small_run: dict[str, object]) -> dict[str, object]:
    """Such a run that begins at once, without a look at features."""
    return {**small_run, "standardised": False}


def test_a_checkpoint_describes_itself_and_loads_without_pickle(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 20})
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    state = torch.load(tmp_path / CHECKPOINT, weights_only=True)
    assert Config.from_dict(state["config"]) == config
    assert tuple(state["classes"]) == run.classes
    again = Run.load(tmp_path)
    for mine, theirs in zip(run.averaged.parameters(), again.averaged.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_all_that_a_run_notes_of_itself_is_in_its_checkpoint(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    run = Run(Config(**{**small_run, "dim": 4}), ["a"])
    otherwise = {"config", "classes", "device", "network", "heads", "averaged", "optimizer", "scaler"}
    otherwise |= {"adapted"}  # such a run is exported, and not gone on with
    values = {
        str: "x",
        bool: True,
        int: 3,
        float: 0.5,
        list: [{"step": 3}],
        tuple: ("x", "y"),
        dict: {"x": [0.5]},
    }
    noted = {name: values[type(one)] for name, one in vars(run).items() if name not in otherwise}
    for name, value in noted.items():
        setattr(run, name, value)
    run.save(tmp_path)
    again = Run.load(tmp_path)
    assert {name: getattr(again, name) for name in noted} == noted


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_broken_checkpoint_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(TrainingError, match="cannot be read"):
        Run.load(tmp_path)
    with pytest.raises(TrainingError, match="holds no run"):
        Run.load(tmp_path / "nowhere")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is a device of Linux")
def test_a_full_disk_names_the_checkpoint(
    small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.whole_files.secrets.token_hex", lambda _: "0")
    (tmp_path / ".0.tmp").symlink_to("/dev/full")
    with pytest.raises(OSError, match=rf"No space left on device: '.*{CHECKPOINT}'"):
        Run(Config(**small_run), ["a", "b"]).save(tmp_path)


def test_every_parameter_has_its_learning_rate(small_run: dict[str, object]) -> None:
    run = Run(Config(**small_run), ["a", "b"])
    grouped = [p for group in run.optimizer.param_groups for p in group["params"]]
    expected = [*run.network.parameters(), *run.heads.parameters()]
    assert {id(p) for p in grouped} == {id(p) for p in expected}
    assert len(grouped) == len(expected)


def test_settings_of_another_version_are_named() -> None:
    with pytest.raises(TrainingError, match="sets colour"):
        Config.from_dict({"colour": 1})
    with pytest.raises(TrainingError, match="--attention is 'much'; it can be none, slim, published"):
        Config(attention="much")


def test_a_device_that_is_none_is_one_sentence(small_run: dict[str, object]) -> None:
    with pytest.raises(TrainingError, match="--device is 'toaster'; it can be auto, cpu"):
        Run(Config(**{**small_run, "device": "toaster"}), ["a"])


@pytest.mark.parametrize("name", ["mps", "meta", "cuda:99"])
def test_a_device_that_is_not_here_is_one_sentence(name: str, small_run: dict[str, object]) -> None:
    with pytest.raises(TrainingError, match=r"--device is '|There is no (CUDA )?device"):
        Run(Config(**{**small_run, "device": name}), ["a"])
