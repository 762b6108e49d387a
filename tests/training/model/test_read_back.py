"""What was exported is read back: the same network, as near as its numbers were stored."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import Encoder
from engine.paths import ASSETS
from training.config import Config
from training.errors import TrainingError
from training.export.onnx_file import export
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.start import read_start
from training.model.read_back import read_back

from ..conftest import SMALL_RUN

pytestmark = pytest.mark.slow

SHIPPED = ASSETS / "weights"


def pictures() -> list[Image.Image]:
    tones = np.random.default_rng(1).integers(0, 256, (6, 9, 9, 3), dtype=np.uint8)
    return [Image.fromarray(one).resize((120, 90), Image.Resampling.BICUBIC) for one in tones]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A network, and the file it was exported to."""
    run = Run(Config(**{**SMALL_RUN, "attention": "slim"}), ("circle", "square"))  # type: ignore[arg-type]
    with torch.no_grad():
        for parameter in run.averaged.parameters():
            if parameter.ndim == 1:  # biases begin at 0, and would not be missed
                parameter.add_(torch.randn(parameter.shape) / 10)
        run.averaged.centre.normal_(std=0.01)
    return run, export(run, tmp_path_factory.mktemp("exported") / "a.onnx", stored="fp32")


def test_each_weight_comes_back_as_it_was(exported: tuple[Run, Path]) -> None:
    run, file = exported
    state = read_back(file, run.network)
    for name, tensor in run.averaged.state_dict().items():
        torch.testing.assert_close(state[name], tensor, rtol=0, atol=0, msg=name)


@pytest.mark.parametrize(
    ("name", "cosine"),
    [("small", 0.99999), ("default", 0.99)],  # half precision; a trunk of 8-bit integers
)
def test_what_ships_is_read_back_and_gives_the_same_vectors(name: str, cosine: float) -> None:
    file = SHIPPED / f"ffmln-{name}.onnx"
    encoder, start = Encoder(file), read_start(file)
    ours, read = encoder.embed_photos(pictures()), NetworkEncoder(start.network()).embed_photos(pictures())
    assert (ours * read).sum(axis=1).min() > cosine
    assert start.name == encoder.model_id
    assert [one["model_id"] for one in start.history] == [encoder.model_id]
    assert len(start.history[0]["classes"]) == 355


def test_a_file_of_another_form_is_refused_by_the_weight_it_lacks(exported: tuple[Run, Path]) -> None:
    other = Run(Config(**{**SMALL_RUN, "attention": "none"}), ("circle",))  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match=r"a\.onnx cannot be read back: its weight towers\.0\.project"):
        read_back(exported[1], other.network)


def test_a_network_that_trained_batch_norm_is_begun_from_by_the_folder_of_its_run(tmp_path: Path) -> None:
    run = Run(Config(**{**SMALL_RUN, "batch_norm": "train"}), ("circle",))  # type: ignore[arg-type]
    file = export(run, tmp_path / "a.onnx", stored="fp32")
    with pytest.raises(TrainingError, match=r"weight .* was not found: begin from the folder of its run\."):
        read_start(file)


def test_a_model_that_does_not_say_how_it_was_trained_is_refused(tiny_model: Path) -> None:
    with pytest.raises(TrainingError, match="does not say how it was trained"):
        read_start(tiny_model)
