import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file

from training.config import Config
from training.errors import TrainingError
from training.fit.checkpoint import Run
from training.fit.guide import guide_of, read_guide
from training.fit.setting_out import begin
from training.model import any_trunk, trunks
from training.model.tuning import fold_and_compare, restrict
from training.model.vision import Stages, Tokens

needs_clip = pytest.mark.skipif(importlib.util.find_spec("open_clip") is None, reason="open_clip is an extra")
ANY = [
    "timm:test_vit",
    "timm:test_convnext",
    "timm:test_resnet",
    pytest.param("open_clip:ViT-B-32", marks=needs_clip),
    pytest.param("open_clip:RN50", marks=needs_clip),
    pytest.param("open_clip:ViT-B-16-SigLIP", marks=needs_clip),
]


@pytest.mark.parametrize("name", ANY)
def test_any_model_by_name_gives_three_levels(name: str, caplog: pytest.LogCaptureFixture) -> None:
    any_trunk.shape.cache_clear()
    trunks._of_library.cache_clear()
    known = trunks.trunk(name)
    assert all(channels > 0 for channels in known.channels)
    assert len(known.mean) == len(known.std) == 3
    assert known.transformer == ("vi" in name.lower() or "SigLIP" in name)
    assert (known.whole > 0) == known.transformer
    assert known.library == name.partition(":")[0]
    assert not caplog.records  # open_clip warned of random weights, which nobody uses


def test_what_is_no_model_is_one_sentence_with_what_there_is() -> None:
    with pytest.raises(TrainingError, match=r"timm has no model 'test_vi'; there are .*test_vit"):
        trunks.trunk("timm:test_vi")
    with pytest.raises(TrainingError, match=r"no backbone 'vit'; there are .* timm:NAME and open_clip:ARCH"):
        trunks.trunk("vit")
    if importlib.util.find_spec("open_clip"):
        with pytest.raises(TrainingError, match="open_clip has no model 'ViT-0'"):
            trunks.trunk("open_clip:ViT-0")


@needs_clip
@pytest.mark.parametrize(
    ("tag", "activation"), [("", "QuickGELU"), ("/openai", "QuickGELU"), ("/laion2b_s34b_b79k", "GELU")]
)
def test_a_clip_computes_with_the_activation_of_its_weights(tag: str, activation: str) -> None:
    name = f"ViT-B-32{tag}"  # whose settings in open_clip have GELU, for all weights
    with torch.device("meta"):
        whole = any_trunk.whole_clip(name, None)
        pictures = any_trunk.build(f"open_clip:{name}", None, size=224)
    for part in (whole.visual, whole.transformer, pictures):
        used = {type(one).__name__ for one in part.modules() if type(one).__name__.endswith("GELU")}
        assert used == {activation}


@needs_clip
def test_a_misspelt_tag_of_weights_is_refused_where_there_are_some(tmp_path: Path) -> None:
    import open_clip

    with pytest.raises(TrainingError, match="has no weights 'openia' of ViT-B-32; there are openai, "):
        trunks.trunk("open_clip:ViT-B-32/openia")
    with pytest.raises(TrainingError, match="has no weights 'openia' of ViT-B-32; there are openai, "):
        any_trunk.whole_clip("ViT-B-32/openia", tmp_path / "mine.safetensors")
    open_clip.add_model_config(tiny_clip(tmp_path / "tiny-tags.json"))
    with torch.device("meta"):
        any_trunk.whole_clip("tiny-tags/mine", None)
        any_trunk.whole_clip("ViT-B-32/OpenAI", None)  # as open_clip reads it


def tiny_clip(file: Path) -> Path:
    vision = {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16}
    text = {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 2, "layers": 1}
    file.write_text(json.dumps({"embed_dim": 24, "vision_cfg": vision, "text_cfg": text}), "utf-8")
    return file


def test_without_open_clip_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "open_clip", None)
    with pytest.raises(TrainingError, match="uv sync --extra train --extra clip"):
        any_trunk.build("open_clip:ViT-B-32", None, size=64)


def vit(**changes: object) -> Tokens:
    settings: dict[str, object] = {"frozen": "none", "size": 64, **changes}
    built = trunks.build("timm:test_vit", None, **settings)  # type: ignore[arg-type]
    assert isinstance(built, Tokens)
    return built.eval()


@torch.no_grad()
def test_a_transformers_levels_are_its_tokens_where_they_lie_and_whole_is_what_it_makes_itself() -> None:
    torch.manual_seed(0)
    built = vit()
    images = torch.randn(2, 3, 64, 64)
    maps = built(images)
    last, levels = built.net.forward_intermediates(images, indices=list(built.taken), norm=True)
    for name, expected in zip(("c3", "c4", "c5"), levels, strict=True):
        torch.testing.assert_close(maps[name], expected)
    assert built.taken == (2, 3, 5)  # half of six blocks, three quarters rounded, all
    torch.testing.assert_close(maps["whole"], built.net.forward_head(last, pre_logits=True))


@torch.no_grad()
def test_pictures_of_other_sizes_are_taken_too() -> None:
    assert vit()(torch.zeros(1, 3, 32, 32))["c5"].shape[2:] == (2, 2)
    fixed = Tokens(timm.create_model("test_vit", num_classes=0, img_size=64), fixed=64).eval()
    assert fixed(torch.zeros(1, 3, 32, 32))["c5"].shape[2:] == (4, 4)


@torch.no_grad()
def test_prompts_change_what_is_seen_and_stand_in_no_level() -> None:
    torch.manual_seed(0)
    built = vit(prompts=3)
    images = torch.randn(2, 3, 64, 64)
    before = built(images)
    assert before["c5"].shape == (2, 64, 4, 4)
    built.prompts.normal_()
    assert (built(images)["whole"] - before["whole"]).abs().max() > 1e-3
    with pytest.raises(TrainingError, match="--prompts is for plain vision transformers"):
        trunks.build("timm:test_convnext", None, prompts=2, size=64)
    with pytest.raises(TrainingError, match="--prompts is for plain vision transformers"):
        trunks.build("mobilenet_v2", None, prompts=2)


def learning(built: torch.nn.Module) -> set[str]:
    return {name for name, parameter in built.named_parameters() if parameter.requires_grad}


def test_only_what_is_to_learn_learns() -> None:
    every = learning(vit())
    norms = learning(vit(tuning="norms", prompts=2))
    assert "prompts" in norms
    assert norms - {"prompts"} == {name for name in every if "norm" in name}
    assert learning(vit(tuning="none", prompts=2)) == {"prompts"}
    stem = every - learning(vit(frozen="stem"))
    assert stem == {
        name for name in every if "patch_embed" in name or name in ("net.cls_token", "net.pos_embed")
    }
    below = every - learning(vit(frozen="c3"))
    assert stem < below
    assert {int(name.split(".")[2]) for name in below if ".blocks." in name} == {0, 1, 2}
    assert not any(name.startswith("net.norm.") for name in below)


def test_norms_of_a_convolutional_trunk_learn_where_they_are_kept() -> None:
    kept = trunks.build("timm:test_resnet", None, batch_norm="train", tuning="norms", size=64)
    norms = {name for name, part in kept.named_modules() if isinstance(part, torch.nn.BatchNorm2d)}
    assert {name.rpartition(".")[0] for name in learning(kept)} == norms
    with pytest.raises(TrainingError, match="--tuning norms: nothing in the trunk normalises"):
        trunks.build("mobilenet_v2", None, tuning="norms")


@torch.no_grad()
def test_folding_keeps_the_activations_that_timm_puts_into_its_norms() -> None:
    torch.manual_seed(0)
    built = any_trunk.build("timm:test_efficientnet", None, size=64).eval()
    for part in built.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.running_mean.uniform_(-0.1, 0.1)
            part.running_var.uniform_(0.5, 2)
    images = torch.randn(2, 3, 64, 64)
    before = built(images)
    fold_and_compare(built, 64)
    assert not any(isinstance(part, torch.nn.BatchNorm2d) for part in built.modules())
    torch.testing.assert_close(built(images)["c5"], before["c5"], rtol=1e-3, atol=1e-4)


def test_a_network_that_cannot_be_folded_is_refused() -> None:
    class Backwards(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = torch.nn.Conv2d(3, 3, 1), torch.nn.BatchNorm2d(3)
            self.norm.running_mean.fill_(3)

        def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
            return [self.conv(torch.relu(self.norm(images)))] * 3

    with pytest.raises(TrainingError, match="use --batch-norm train"):
        fold_and_compare(Stages(Backwards()), 8)


def test_weights_come_from_a_file_as_the_library_has_it(tmp_path: Path) -> None:
    torch.manual_seed(3)
    whole = timm.create_model("test_vit", num_classes=7)  # with a classifier, and for 160 pixels
    file = tmp_path / "test_vit.safetensors"
    save_file(whole.state_dict(), file)
    built = trunks.build("timm:test_vit", file, size=64)
    torch.testing.assert_close(built.net.blocks[3].mlp.fc1.weight, whole.blocks[3].mlp.fc1.weight)
    assert built.net.pos_embed.shape[1] == 1 + 4 * 4  # resampled
    config = Config(backbone="timm:test_vit")
    assert trunks.find_weights(config, tmp_path) == file
    assert trunks.find_weights(config, tmp_path / "nowhere") == trunks.LIBRARY
    half = {name: tensor for name, tensor in whole.state_dict().items() if "blocks.5" not in name}
    for tensors in (half, {"strange": torch.zeros(2)}):
        save_file(tensors, file)
        with pytest.raises(TrainingError, match=r"do not fit timm:test_vit: they lack net\."):
            trunks.build("timm:test_vit", file, size=64)
    file.write_bytes(b"no tensors")
    with pytest.raises(TrainingError, match="do not fit timm:test_vit"):
        trunks.build("timm:test_vit", file, size=64)


def test_prompts_learn_as_fast_as_new_layers_and_the_trunk_slowly(small_run: dict[str, object]) -> None:
    changes = {"backbone": "timm:test_vit", "prompts": 2, "tuning": "norms", "attention": "none"}
    run = Run(Config(**{**small_run, **changes}), ["a", "b"])
    rates = {id(one): group["rate"] for group in run.optimizer.param_groups for one in group["params"]}
    trunk = run.network.towers[0].trunk
    assert rates[id(trunk.prompts)] == run.config.attention_rate
    assert rates[id(trunk.net.norm.weight)] == run.config.backbone_rate
    assert id(trunk.net.blocks[0].mlp.fc1.weight) not in rates


def test_pictures_that_patches_do_not_divide_are_one_sentence(small_run: dict[str, object]) -> None:
    settings = {**small_run, "backbone": "timm:test_vit", "attention": "none", "input_size": 64}
    Run(Config(**{**settings, "train_size": 48}), ["a"]).network.require_sides()
    with pytest.raises(TrainingError, match="--train-size is 40; patches of 16 pixels need 32 or 48"):
        begin(Config(**{**settings, "train_size": 40}), ["a"], None)


def test_a_guide_whose_patches_do_not_divide_the_pictures_is_one_sentence(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    Run(Config(**{**small_run, "backbone": "timm:test_vit", "attention": "none"}), ["a"]).save(tmp_path)
    config = Config(**{**small_run, "train_size": 48, "guide": str(tmp_path)})
    assert guide_of(read_guide(config), config, torch.device("cpu")) is not None
    with pytest.raises(TrainingError, match="--train-size is 40; patches of 16 pixels need 32 or 48"):
        guide_of(read_guide(config), replace(config, train_size=40), torch.device("cpu"))


def test_egff_is_for_convolutional_trunks(small_run: dict[str, object]) -> None:
    with pytest.raises(TrainingError, match="--fusion egff is for convolutional trunks"):
        Run(Config(**{**small_run, "backbone": "timm:test_vit", "fusion": "egff"}), ["a"])


@pytest.mark.parametrize(
    ("name", "beginnings"),
    [
        pytest.param("beit_base_patch16_224", ("patch_embed.", "cls_token"), marks=pytest.mark.slow),
        ("regnetx_002", ("stem.",)),
        ("densenet121", ("features_conv0.", "features_norm0.")),
        ("pit_ti_224", ("patch_embed.", "pos_embed", "cls_token")),
        ("hrnet_w18_small", ("conv1.", "bn1.", "conv2.", "bn2.")),
        ("test_efficientnet", ("conv_stem.", "bn1.")),
        ("test_convnext", ("stem_0.", "stem_1.")),
        ("test_resnet", ("conv1.", "bn1.")),
    ],
)
def test_the_stem_is_what_comes_before_the_first_stage_whatever_it_is_called(
    name: str, beginnings: tuple[str, ...]
) -> None:
    built = any_trunk.build(f"timm:{name}", None, size=64)
    every = learning(built)
    start = next(
        (one for one in ("net.model.", "net.body.") if f"{one}{beginnings[0]}" in " ".join(every)), "net."
    )
    before = {key: tensor.clone() for key, tensor in built.state_dict().items()}
    frozen = every - learning(restrict(built, frozen="stem", tuning="full", size=64))
    assert frozen == {one for one in every if one.removeprefix(start).startswith(beginnings)}
    assert built.training
    assert all(torch.equal(tensor, before[key]) for key, tensor in built.state_dict().items())


def test_a_trunk_whose_stem_cannot_be_told_is_not_frozen_whole() -> None:
    with pytest.raises(TrainingError, match="which layers of this trunk are its stem: use --frozen none"):
        restrict(torch.nn.Sequential(torch.nn.Conv2d(3, 3, 1)), frozen="stem", tuning="full", size=64)
