"""Runs of open_clip's networks that computed with another activation than their pretrained weights have."""

import importlib.util
import json
from pathlib import Path

import pytest
import torch

from training.config import Config
from training.errors import TrainingError
from training.experiments.run_key import run_key
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.resuming import resume
from training.model import any_trunk

needs_clip = pytest.mark.skipif(importlib.util.find_spec("open_clip") is None, reason="open_clip is an extra")


@pytest.fixture
def tiny_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import open_clip

    vision = {"image_size": 32, "layers": 4, "width": 32, "patch_size": 16, "head_width": 16}
    text = {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 2, "layers": 1}
    known = {"embed_dim": 24, "vision_cfg": vision, "text_cfg": text}
    (tmp_path / "tiny-quick.json").write_text(json.dumps(known), "utf-8")
    open_clip.add_model_config(tmp_path / "tiny-quick.json")
    tags = {"openai": {"quick_gelu": True}, "laion2b": {"quick_gelu": False}}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "tiny-quick", tags)


def without_mark(file: Path) -> None:
    """Make of a checkpoint what an earlier version wrote."""
    state = torch.load(file, weights_only=True)
    del state["quick_gelu"]
    torch.save(state, file)


@needs_clip
@pytest.mark.usefixtures("tiny_quick")
def test_a_run_that_computed_with_another_activation_is_neither_read_nor_gone_on_with(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    for tag in ("openai", "laion2b"):
        changes = {"backbone": f"open_clip:tiny-quick/{tag}", "attention": "none", "input_size": 32}
        config = Config(**{**small_run, **changes, "train_size": 32})
        Run(config, ["a", "b"]).save(tmp_path / tag)
        assert Run.load(tmp_path / tag).quick_gelu == (tag == "openai")
        without_mark(tmp_path / tag / CHECKPOINT)
        if tag == "laion2b":
            assert resume(tmp_path / tag, config, ["a", "b"], "") is not None
            continue
        for read in (Run.load, lambda folder, config=config: resume(folder, config, ["a", "b"], "")):
            with pytest.raises(TrainingError, match="tiny-quick/openai another activation than its pretra"):
                read(tmp_path / tag)


@needs_clip
def test_tables_take_no_row_that_computed_with_another_activation(monkeypatch: pytest.MonkeyPatch) -> None:
    configs = {
        name: Config(backbone=name, weights="mine.safetensors")
        for name in (
            "open_clip:ViT-B-32/openai",
            "open_clip:ViT-B-32",
            "open_clip:ViT-B-32/laion2b_s34b_b79k",
            "open_clip:ViT-B-32-quickgelu/openai",
            "timm:test_vit",
        )
    }
    now = {name: run_key(config) for name, config in configs.items()}
    monkeypatch.setattr("training.experiments.run_key.has_quick_gelu", lambda _: False)
    same = [name for name, config in configs.items() if run_key(config) == now[name]]
    assert same == list(configs)[2:]


def test_openai_s_activation_is_known_without_open_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "open_clip", None)
    names = ("ViT-B-32/openai", "ViT-B-32-quickgelu/openai", "ViT-B-32/laion2b_s34b_b79k")
    assert [any_trunk.has_quick_gelu(f"open_clip:{name}") for name in names] == [True, False, False]
