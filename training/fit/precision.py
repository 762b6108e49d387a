"""In which numbers products are computed."""

from __future__ import annotations

import torch

from training.errors import TrainingError


def precision_of(name: str, device: torch.device) -> torch.dtype:
    """Return the type that products are given in.

    `auto` takes bf16 where the hardware multiplies it; else a GPU takes fp16, a processor fp32. TF32 is fp32
    for all but a GPU's multipliers, see `allow_tf32`.
    """
    if name == "auto":
        cuda = device.type == "cuda"
        fast = (
            torch.cuda.is_bf16_supported(including_emulation=False)
            if cuda
            else torch.cpu._is_avx512_bf16_supported()
        )
        name = "bf16" if fast else "fp16" if cuda else "fp32"
    return {"bf16": torch.bfloat16, "fp16": torch.float16}.get(name, torch.float32)


def autocast(device: torch.device, precision: torch.dtype) -> torch.autocast:
    """Return a context in which products are computed in `precision`, and the rest as it needs."""
    return torch.autocast(device.type, precision, enabled=precision != torch.float32)


def scaler_for(precision: torch.dtype, device: torch.device) -> torch.amp.GradScaler:
    """Return what scales a loss so that its gradients fit into fp16; with any other type it does nothing.

    Reference: Micikevicius and others, Mixed precision training, ICLR 2018.
    """
    return torch.amp.GradScaler(device.type, enabled=precision == torch.float16)


def require_scale(scaler: torch.amp.GradScaler, step: int) -> None:
    """Stop a run whose gradients fit into fp16 by no scale: each of its steps is left out.

    Raises:
        TrainingError: the scale has fallen below 1.
    """
    if scaler.is_enabled() and scaler.get_scale() < 1:
        raise TrainingError(
            f"Training stopped at step {step}: the gradients are not finite numbers in fp16, whatever they "
            "are scaled by; what was saved before is kept. Go on with --precision fp32."
        )


def allow_tf32(allowed: bool) -> None:
    """Let a GPU round the factors of fp32 products to ten bits of mantissa, or forbid it."""
    torch.set_float32_matmul_precision("high" if allowed else "highest")
    torch.backends.cudnn.allow_tf32 = allowed
