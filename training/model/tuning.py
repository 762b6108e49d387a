"""What of a pretrained trunk learns, and batch norm folded away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.errors import TrainingError
from training.model.vision import Tokens

_STAGES = ("stage", "layer", "blocks", "transformer.resblocks", "trunk")
"""Beginnings of the names of what comes after the stem, inside most networks of the libraries."""
_BEHIND = (
    "norm",
    "fc_norm",
    "head",
    "attn_pool",
    "ln_post",
    "proj",
    "final_conv",
    "transition",
    "incre_modules",
)
_SAME = 1e-3  # of the largest number: how far folding may move outputs, by rounding


def restrict(extractor: nn.Module, *, frozen: str, tuning: str, size: int) -> nn.Module:
    """Let only some layers of a trunk learn; return it. Prompts always do.

    Args:
        extractor: the trunk.
        frozen: `none`, `stem` or `c3`, of a library's network.
        tuning: `full`, `norms` or `none`.
        size: side of its pictures.

    Raises:
        TrainingError: nothing in it normalises, and only that should learn; or its stem is to be frozen, and
            which layers that is cannot be told.
    """
    if frozen == "stem" and tuning == "full":
        for parameter in _stem(extractor, size):
            parameter.requires_grad_(False)
    elif frozen == "c3" and tuning == "full":
        for parameter in _below_c3(extractor, size):
            parameter.requires_grad_(False)
    if tuning != "full":
        norms = {id(parameter) for parameter in _norms(extractor)} if tuning == "norms" else set()
        if tuning == "norms" and not norms:
            raise TrainingError(
                "--tuning norms: nothing in the trunk normalises; --batch-norm train keeps it."
            )
        for parameter in extractor.parameters():
            parameter.requires_grad_(parameter.requires_grad and id(parameter) in norms)
    prompts = getattr(extractor, "prompts", None)
    if prompts is not None:
        prompts.requires_grad_(True)
    return extractor


def _stem(extractor: nn.Module, size: int) -> list[nn.Parameter]:
    """Return the parameters of a network of a library that come before its stages.

    Where stages are called so, it is what is not called as they are; else what the first one's input depends
    on.

    Raises:
        TrainingError: that would be all that learns, or nothing says what its stages are.
    """
    learning = [one for one in extractor.parameters() if one.requires_grad]
    named = {name.removeprefix("net."): one for name, one in extractor.named_parameters()}
    inside = {name.removeprefix("model."): one for name, one in named.items()}  # of what timm wraps
    stem = [one for name, one in inside.items() if not name.startswith((*_STAGES, *_BEHIND))]
    first = None if any(name.startswith(_STAGES) for name in named) else _first_stage(extractor)
    if first is not None and learning[0].device.type == "meta":
        return []
    if first is not None:
        entering = _entering(first, extractor, torch.zeros(1, 3, size, size, device=learning[0].device))
        stem = _dependencies(entering, learning)
    if learning and {id(one) for one in learning} <= {id(one) for one in stem}:
        raise TrainingError("It cannot be told which layers of this trunk are its stem: use --frozen none.")
    return stem


def _first_stage(extractor: nn.Module) -> nn.Module | None:
    """Return the first stage that a network of timm lists as giving features; None if it lists none.

    Some list what is in their stem too: it is called so, or is one layer. Where all are single layers, as the
    activations at the stages' ends are, it is the first.
    """
    modules, found = dict(extractor.named_modules()), list[nn.Module]()
    for part in modules.values():
        listed: Any = getattr(part, "feature_info", None)
        for told in getattr(listed, "info", listed) or ():
            name = str(told.get("module", ""))
            ends = {f".{name}", f".{name.replace('.', '_')}"} if name else set()
            paths = [path for path in modules if any(f".{path}".endswith(end) for end in ends)]
            if not paths:
                continue
            found.append(modules[min(paths, key=len)])
            matrices = sum(one.ndim > 1 for one in found[-1].parameters())
            if not name.startswith("stem") and matrices > 1:
                return found[-1]
    return found[0] if found else None


class _EnteredError(Exception):
    """The forward pass need not go on."""


def _entering(stage: nn.Module, extractor: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return the sum of what a stage is given of images; of a mere list, the first of its layers to run."""
    given: list[torch.Tensor] = []

    def note(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        given.extend(one for one in _flat(inputs) if one.is_floating_point())
        raise _EnteredError

    hooks = [part.register_forward_pre_hook(note) for part in stage.modules()]
    try:
        with suppress(_EnteredError), _trying(extractor):
            extractor(images)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack([images.new_zeros(()), *(one.sum() for one in given)]).sum()


@contextmanager
def _trying(extractor: nn.Module) -> Iterator[None]:
    """Let a trunk run so that it can be asked for gradients, and batch statistics stay as they are."""
    training = extractor.training
    extractor.eval()
    try:
        with torch.enable_grad():
            yield
    finally:
        extractor.train(training)


def _flat(inputs: Any) -> Iterator[torch.Tensor]:
    if isinstance(inputs, torch.Tensor):
        return iter((inputs,))
    return chain.from_iterable(map(_flat, inputs)) if isinstance(inputs, (list, tuple)) else iter(())


def _dependencies(number: torch.Tensor, parameters: list[nn.Parameter]) -> list[nn.Parameter]:
    """Return those parameters that a number depends on."""
    if not number.requires_grad:
        return []
    gradients = torch.autograd.grad(number, parameters, allow_unused=True)
    return [one for one, gradient in zip(parameters, gradients, strict=True) if gradient is not None]


def _norms(module: nn.Module) -> list[nn.Parameter]:
    """Return the parameters of what normalises: layers, batches or groups."""
    found: list[nn.Parameter] = []
    for part in module.modules():
        if "norm" in type(part).__name__.lower():
            found += part.parameters(recurse=False)
    return found


def _below_c3(extractor: nn.Module, size: int) -> list[nn.Parameter]:
    """Return the parameters that C3 depends on, what normalises the levels of a transformer aside."""
    shared = set()
    if isinstance(extractor, Tokens):  # its last norm makes each level
        shared = {
            id(one)
            for name, one in extractor.named_parameters()
            if name.startswith(("net.norm.", "net.ln_post."))
        }
    parameters = [one for one in extractor.parameters() if one.requires_grad]
    device = parameters[0].device
    if device.type == "meta":
        return []
    with _trying(extractor):
        level = extractor(torch.zeros(1, 3, size, size, device=device))["c3"]
    return [one for one in _dependencies(level.sum(), parameters) if id(one) not in shared]


def fold_batch_norm(module: nn.Module) -> None:
    """Fold each batch norm into the convolution before it, in place; the module must be in eval mode."""
    before: tuple[str, nn.Conv2d] | None = None
    for name, child in list(module.named_children()):
        if isinstance(child, nn.BatchNorm2d) and before is not None:
            folded = fuse_conv_bn_eval(before[1], child)
            setattr(module, before[0], folded.requires_grad_(True))  # its new bias would stay frozen
            setattr(module, name, getattr(child, "act", nn.Identity()))  # timm's have an activation in them
        fold_batch_norm(child)
        before = (name, child) if isinstance(child, nn.Conv2d) else None


@torch.no_grad()
def fold_and_compare(extractor: nn.Module, size: int) -> None:
    """Fold a library's network, whose layers may not run in the order they are listed in, and compare.

    Raises:
        TrainingError: the outputs are not the same.
    """
    extractor.eval()
    if not any(isinstance(part, nn.BatchNorm2d) for part in extractor.modules()):
        return
    device = next(extractor.parameters()).device
    images = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(0)).to(device)
    before = extractor(images)
    fold_batch_norm(extractor)
    after = extractor(images)
    if device.type == "meta":
        return
    for name, expected in before.items():
        difference, largest = (after[name] - expected).abs().max(), expected.abs().max()
        if not (difference <= _SAME * largest):
            raise TrainingError("Batch norm of this trunk cannot be folded: use --batch-norm train.")
