"""What of a pretrained trunk learns, and batch norm folded away."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.errors import TrainingError
from training.model.vision import Tokens

_STAGES = ("stages", "layer", "blocks", "layers", "transformer.resblocks", "trunk")
"""Beginnings of the names of what comes after the stem, inside a network of a library."""
_BEHIND = ("norm", "fc_norm", "head", "attn_pool", "ln_post", "proj")
_SAME = 1e-3  # of the largest number: how far folding may move outputs, by rounding


def restrict(extractor: nn.Module, *, frozen: str, tuning: str, size: int) -> nn.Module:
    """Let only some layers of a trunk learn; return it. Prompts always do.

    Args:
        extractor: the trunk.
        frozen: `none`, `stem` or `c3`, of a library's network.
        tuning: `full`, `norms` or `none`.
        size: side of its pictures.

    Raises:
        TrainingError: nothing in it normalises, and only that should learn.
    """
    if frozen == "stem" and tuning == "full":
        for name, parameter in extractor.named_parameters():
            if not name.removeprefix("net.").startswith((*_STAGES, *_BEHIND)):
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
    level = extractor(torch.zeros(1, 3, size, size, device=device))["c3"]
    gradients = torch.autograd.grad(level.sum(), parameters, allow_unused=True)
    pairs = zip(parameters, gradients, strict=True)
    return [one for one, gradient in pairs if gradient is not None and id(one) not in shared]


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
