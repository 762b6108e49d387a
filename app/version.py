"""Which version of the program this is, and on what it runs here."""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from engine.paths import ASSETS

if TYPE_CHECKING:
    from engine.encoding.encoder import Encoder

_RUNTIMES = ("onnxruntime-gpu", "onnxruntime")
_PROCESSOR = "CPUExecutionProvider"
_PATIENCE_S = 5.0  # for git


def program_version() -> str:
    """Return the installed version; "unknown" in a tree that was never installed."""
    return _version("ffmln") or "unknown"


def commit() -> str:
    """Return the commit this is built from: what the build noted, else the checkout's; else "unknown".

    A checkout with changes that are not committed has "-dirty" behind it.
    """
    noted = ASSETS / "commit.txt"
    if noted.is_file():
        return noted.read_text("ascii").strip()
    if not (ASSETS.parent / ".git").exists():  # git would answer for a checkout around this folder
        return "unknown"
    command = [
        "git",
        "-C",
        str(ASSETS.parent),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=12",
        "--exclude=*",
    ]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return answer.stdout.strip() or "unknown"


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
