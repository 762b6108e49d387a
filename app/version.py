"""Which version of the program this is, and on what it runs here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.encoding.encoder import Encoder

_RUNTIMES = ("onnxruntime-gpu", "onnxruntime")
_PROCESSOR = "CPUExecutionProvider"


def program_version() -> str:
    """Return the installed version; "unknown" in a tree that was never installed."""
    return _version("ffmln") or "unknown"


def running(encoder: Encoder) -> tuple[str, ...]:
    """Return lines on what searches here: the encoder, the runtime, and whether it is the GPU that computes.

    Args:
        encoder: one that has run once, since a GPU may fail only then.
    """
    runtime = next((found for name in _RUNTIMES if (found := _version(name))), "unknown")
    device = "the processor" if encoder.provider == _PROCESSOR else "the GPU"
    return (
        f"encoder {encoder.model_id}",
        f"runtime ONNX Runtime {runtime}, {encoder.provider}",
        f"runs on {device}",
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
