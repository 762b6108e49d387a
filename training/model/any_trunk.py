"""Any vision model of timm or open_clip by name: `timm:NAME`, `open_clip:ARCH`, `open_clip:ARCH/TAG`."""

from __future__ import annotations

import contextlib
import difflib
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import timm
import torch
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from training.errors import TrainingError
from training.model.vision import LEVELS, ClipTokens, Stages, Tokens

LIBRARIES = ("timm", "open_clip")

_SIDE = 224  # of the picture that is tried
_SIZES: tuple[tuple[Callable[[int], dict[str, Any]], bool], ...] = (
    (lambda size: {"img_size": size, "dynamic_img_size": True}, False),
    (lambda size: {"img_size": size, "strict_img_size": False}, False),
    (lambda size: {"img_size": size}, True),
    (lambda _: {}, False),
)
"""How a network of timm may be told its size, and whether it then takes that one alone."""


def split_name(name: str) -> tuple[str, str]:
    """Return library and model of a backbone's name; the library is empty for this program's own."""
    library, colon, model = name.partition(":")
    return (library, model) if colon and library in LIBRARIES else ("", name)


@cache
def shape(name: str) -> tuple[tuple[int, int, int], int, bool]:
    """Return the channels of the levels, those of `whole` or 0, and whether it is a transformer.

    Raises:
        TrainingError: there is no such model, or it gives no three levels.
    """
    try:
        with torch.device("meta"):
            built = build(name, None, size=_SIDE)
            maps = built(torch.zeros(1, 3, _SIDE, _SIDE))
    except TrainingError:
        raise
    except Exception as error:  # models come from anywhere
        said = str(error).partition("\n")[0]
        raise TrainingError(f"{name} gives no three levels of features: {said}") from error
    channels = tuple(int(maps[level].shape[1]) for level in LEVELS)
    whole = int(maps["whole"].shape[1]) if "whole" in maps else 0
    return (channels[0], channels[1], channels[2]), whole, isinstance(built, Tokens)


def build(name: str, weights: Path | str | None, *, size: int, prompts: int = 0, sets: int = 1) -> nn.Module:
    """Return a network from images (n, 3, h, w) to its levels, see `training.model.vision`.

    Args:
        name: with the library.
        weights: a file as the library has it, `library`, or None for random ones.
        size: side of the pictures that it is to see in the end.
        prompts: learned tokens beside the picture's.
        sets: of them, see `vision.Tokens`.

    Raises:
        TrainingError: there is no such model, or prompts are for transformers of one form alone.
    """
    library, model = split_name(name)
    of_library = _of_timm if library == "timm" else _of_clip
    if not isinstance(weights, Path):
        built = of_library(model, weights, size, prompts, sets)
    else:
        built, random = (
            _make_seeded(of_library, model, given, size, prompts, sets) for given in (weights, None)
        )
        _must_be_loaded(built, random, weights, name)
    if prompts and not isinstance(built, Tokens):
        raise TrainingError(f"--prompts is for plain vision transformers, which {name} is not.")
    return built


def _make_seeded(of_library: Callable[..., nn.Module], model: str, *given: Any) -> nn.Module:
    """Return a model whose random numbers are always the same ones."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return of_library(model, *given)


def _must_be_loaded(built: nn.Module, random: nn.Module, file: Path, name: str) -> None:
    """Refuse a file that left weights at random: the libraries load what they find, and say nothing.

    Raises:
        TrainingError: a matrix is what it would be without the file.
    """
    begun = random.state_dict()
    left = [
        one
        for one, tensor in built.state_dict().items()
        if tensor.ndim > 1 and one != "prompts" and tensor.any() and torch.equal(tensor, begun[one])
    ]
    if left:
        raise TrainingError(f"The backbone weights {file} do not fit {name}: they lack {left[0]} and others.")


def _of_timm(model: str, weights: Path | str | None, size: int, prompts: int, sets: int) -> nn.Module:
    if not timm.is_model(model):
        close = ", ".join(timm.list_models(f"*{model.partition('.')[0]}*")[:5])
        raise TrainingError(f"timm has no model {model!r}" + (f"; there are {close}." if close else "."))
    given: dict[str, Any] = {"pretrained": weights is not None}
    if isinstance(weights, Path):
        given["pretrained_cfg_overlay"] = {"file": str(weights)}
    for told, fixed in _SIZES:
        sized = given | told(size)
        try:
            if _is_plain(model, told(size)):
                net = timm.create_model(model, num_classes=0, **sized)
                return Tokens(net, prompts=prompts, sets=sets, fixed=size if fixed else 0)
            net = timm.create_model(model, features_only=True, out_indices=(-3, -2, -1), **sized)
            return Stages(net, fixed=size if fixed else 0)
        except TypeError:  # it is not told its size so
            continue
    raise TrainingError(f"timm's {model} cannot be built.")


def _is_plain(model: str, sized: dict[str, Any]) -> bool:
    """Tell whether a model is timm's plain vision transformer.

    Raises:
        TypeError: it does not take these arguments.
    """
    with torch.device("meta"):
        return isinstance(timm.create_model(model, num_classes=0, **sized), VisionTransformer)


def _of_clip(model: str, weights: Path | str | None, size: int, prompts: int, sets: int) -> nn.Module:
    net = whole_clip(model, weights, force_image_size=size).visual
    if hasattr(net, "transformer") and hasattr(net, "_embeds"):
        return ClipTokens(net, prompts=prompts, sets=sets, fixed=size)
    if isinstance(getattr(net, "trunk", None), VisionTransformer):
        return Tokens(net.trunk, prompts=prompts, sets=sets, fixed=size)
    return _Intermediate(net, fixed=size)


def whole_clip(model: str, weights: Path | str | None, **how: Any) -> Any:
    """Return a model of open_clip, of pictures and texts; see `build`.

    It has the activation that the weights of its tag were trained with, whichever weights it is given:
    open_clip's own settings of an architecture know one alone.

    Raises:
        TrainingError: open_clip has no such architecture, or no such weights of it.
    """
    library = open_clip()
    architecture, tag = split_tag(model)
    if library.get_model_config(architecture) is None:
        raise TrainingError(f"open_clip has no model {architecture!r}.")
    _must_have(architecture, tag)
    tag = tag or _first_tag(architecture)
    known = str(weights) if isinstance(weights, Path) else tag
    told = library.get_pretrained_cfg(architecture, tag) or {}
    with _silence_warnings() if weights is None else contextlib.nullcontext():
        return library.create_model(
            architecture,
            pretrained=known if weights is not None else None,
            device=torch.get_default_device(),
            load_weights=weights is not None,
            force_quick_gelu=bool(told.get("quick_gelu")),
            **how,
        )


def _must_have(architecture: str, tag: str) -> None:
    """Refuse a tag that none of the weights of an architecture has; where there are none, any will do.

    Raises:
        TrainingError: it names those that are most like it.
    """
    library = open_clip()
    tags: list[str] = library.list_pretrained_tags_by_model(architecture)
    if tag and tags and not library.get_pretrained_cfg(architecture, tag):
        close = ", ".join(difflib.get_close_matches(tag, tags, n=5, cutoff=0.0))
        raise TrainingError(f"open_clip has no weights {tag!r} of {architecture}; there are {close}.")


def has_quick_gelu(name: str) -> bool:
    """Tell whether a backbone has QuickGELU for its tag's weights alone, and not by its architecture.

    Earlier versions computed with GELU there. Without open_clip, OpenAI's weights are known to have it.
    """
    of, model = split_name(name)
    if of != "open_clip":
        return False
    architecture, tag = split_tag(model)
    try:
        library = open_clip()
    except TrainingError:
        return tag == "openai" and not architecture.endswith("-quickgelu")
    told = library.get_pretrained_cfg(architecture, tag or _first_tag(architecture)) or {}
    own = library.get_model_config(architecture) or {}
    return bool(told.get("quick_gelu")) and not own.get("quick_gelu")


@contextlib.contextmanager
def _silence_warnings() -> Iterator[None]:
    """Let no library warn of weights that are random, where they are meant to be."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


class _Intermediate(Stages):
    """Another of open_clip's networks: its ResNets, and timm's that it has taken over."""

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Map images (n, 3, h, w) to the levels."""
        net: Any = self.net
        found = net.forward_intermediates(images, indices=len(LEVELS), intermediates_only=True)
        return dict(zip(LEVELS, found["image_intermediates"][-len(LEVELS) :], strict=True))


def split_tag(model: str) -> tuple[str, str]:
    """Return architecture and tag of pretrained weights of `ARCH/TAG`; the tag may be empty."""
    architecture, _, tag = model.partition("/")
    return architecture, tag


def _first_tag(architecture: str) -> str:
    tags: list[str] = open_clip().list_pretrained_tags_by_model(architecture)
    return "openai" if "openai" in tags else next(iter(tags), "")


def with_tag(library: str, model: str) -> str:
    """Return a model's name with that of the weights that the library has for it."""
    if library == "open_clip":
        architecture, tag = split_tag(model)
        return f"{architecture}/{tag or _first_tag(architecture)}".rstrip("/")
    known = timm.get_pretrained_cfg(model)
    tag = (known.tag if known else None) or ""
    return model if "." in model or not tag else f"{model}.{tag}"


def source(name: str) -> tuple[dict[str, Any], tuple[float, ...], tuple[float, ...]]:
    """Return where a library has a model's weights, and what its pictures are normalised by.

    Raises:
        TrainingError: there is no such model.
    """
    library, model = split_name(name)
    if library == "timm":
        if not timm.is_model(model):
            shape(name)  # says so
        known = _config_of(model)
        return known, tuple(known["mean"]), tuple(known["std"])
    clip = open_clip()
    architecture, tag = split_tag(model)
    told = clip.get_pretrained_cfg(architecture, tag or _first_tag(architecture)) or {}
    return (
        {"url": told.get("url"), "hf_hub_id": told.get("hf_hub", "").strip("/") or None},
        tuple(told.get("mean") or clip.OPENAI_DATASET_MEAN),
        tuple(told.get("std") or clip.OPENAI_DATASET_STD),
    )


def _config_of(model: str) -> dict[str, Any]:
    """Return what timm knows of a model and its weights."""
    known = timm.get_pretrained_cfg(model)
    if known is not None:
        return asdict(known)
    with torch.device("meta"):
        built: Any = timm.create_model(model)
    return dict(built.pretrained_cfg)


def open_clip() -> ModuleType:
    """Return the module.

    Raises:
        TrainingError: it is not installed.
    """
    try:
        import open_clip as library
    except ImportError as error:
        raise TrainingError("open_clip is not installed: uv sync --extra train --extra clip.") from error
    module: ModuleType = library
    return module
