"""Trunks of the libraries, random weights, from fit to what the window runs."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import Encoder
from training.cli import main
from training.config import Config
from training.export.onnx_file import export
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.start import read_start

from .conftest import SMALL_RUN, options

pytestmark = pytest.mark.slow

CHANGES: dict[str, dict[str, object]] = {
    "timm:test_vit": {"prompts": 2, "tuning": "norms", "weights": "none"},
    "timm:test_convnext": {"weights": "none"},
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_trunk_goes_from_fit_to_evaluate_to_the_program(
    name: str, shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {**SMALL_RUN, "batch_contours": 0, "images": 32, "validations": 0, "train_size": 32}
    settings |= {"backbone": name, "attention": "none", **CHANGES[name]}
    run, data = tmp_path / "run", ["--data", str(shapes)]
    assert main(["fit", *data, "--out", str(run), *options(settings), "--single"]) == 0
    reports = []
    assert main(["export", str(run), "--to", str(tmp_path), "--name", "tiny", "--weights-type", "fp32"]) == 0
    for model in (run, tmp_path / "tiny.onnx"):
        capsys.readouterr()
        assert main(["evaluate", str(model), *data, "--measures", "sketch,haystack", "--json"]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0] == reports[1]
    encoder = Encoder.load(tmp_path / "tiny.onnx")
    assert ":" not in encoder.model_id
    assert encoder.embed_photos([Image.radial_gradient("L")] * 3).shape == (3, 16)
    start = read_start(run)
    assert start.form["prompts"] == settings.get("prompts", 0)
    again = NetworkEncoder(start.network()).embed_photos([Image.radial_gradient("L")])
    np.testing.assert_allclose(again, encoder.embed_photos([Image.radial_gradient("L")]), atol=1e-4)


def squares(count: int) -> list[Image.Image]:
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    return [Image.fromarray(tones).resize((64, 64), Image.Resampling.BICUBIC) for tones in coarse]


def test_a_transformer_in_8_bits_is_smaller_and_nearly_the_same(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    changes = {"backbone": "timm:test_vit", "attention": "none", "prompts": 2}
    run = Run(Config(**{**small_run, **changes}), ["a", "b"])
    small = export(run, tmp_path / "small.onnx", stored="int8", squares=squares(8))
    halves = 2 * sum(parameter.numel() for parameter in run.network.parameters())  # bytes
    assert small.stat().st_size < 0.8 * halves
    one, other = (
        model.embed_photos(squares(4)) for model in (NetworkEncoder(run.averaged), Encoder.load(small))
    )
    assert (one * other).sum(axis=1).mean() > 0.98


@pytest.mark.skipif(importlib.util.find_spec("open_clip") is None, reason="open_clip is an extra")
def test_a_clip_of_open_clip_becomes_an_encoder(
    small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import open_clip

    vision = {"image_size": 64, "layers": 4, "width": 64, "patch_size": 16, "head_width": 16}
    text = {"context_length": 8, "vocab_size": 64, "width": 32, "heads": 2, "layers": 1}
    tiny = {"embed_dim": 24, "vision_cfg": vision, "text_cfg": text}
    (tmp_path / "tiny-clip.json").write_text(json.dumps(tiny), "utf-8")
    open_clip.add_model_config(tmp_path / "tiny-clip.json")
    changes = {"backbone": "open_clip:tiny-clip", "attention": "none", "prompts": 2, "train_size": 32}
    run = Run(Config(**{**small_run, **changes}), ["a", "b"])
    assert run.network.towers[0].fusion.width == 3 * 64 + 24
    encoder = Encoder.load(export(run, tmp_path / "clip.onnx", stored="fp16"))
    pictures = squares(3)
    mine = NetworkEncoder(run.averaged).embed_sketches(pictures)
    np.testing.assert_allclose(encoder.embed_sketches(pictures), mine, atol=5e-3)
