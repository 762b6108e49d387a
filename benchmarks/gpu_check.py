"""All that can only be tried on a GPU, in ten minutes on one: speed, precisions, repeatability, several GPUs.

    uv run --all-extras python benchmarks/gpu_check.py --data DATA

A line a check, and exit status 1 if one failed; without a CUDA device 2. The trainings begin from the
pretrained weights that `ffmln-train fit` finds, and are thrown away.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from engine.encoding.encoder import Encoder
from training.config import Config
from training.export.onnx_file import sample_pictures
from training.fit.checkpoint import Run
from training.fit.log import LOG

_STEPS = 40
_PICTURES = Config().step_size
_LOSS = 0.02  # largest relative difference of a loss between one process and two
_COMPARED = 32  # pictures
_COSINE = 0.999  # least likeness of an embedding by the GPU and by the processor


class _Failure(Exception):
    """A check did not hold: why."""


class Checks:
    """The checks, in a folder of their own."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._data, self._folder = data, folder

    def all(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Yield what each check shows, and the check, which returns what it found."""
        yield "speed by precision", self.speed
        yield "the same run twice gives the same weights", self.repeat
        yield "fp16 trains", lambda: self.trains("fp16")
        yield "tf32 trains", lambda: self.trains("tf32")
        yield "the fastest ways train", lambda: self.trains("auto", "--deterministic", "false")
        yield "compiled, it trains", lambda: self.trains("auto", "--compile", "true")
        if torch.cuda.device_count() > 1:
            yield "two processes do what one does", self.two_processes
        yield "the exported encoder runs on the GPU as on the processor", self.encoder
        yield "the program itself runs on the GPU, without PyTorch's libraries", self.program

    def speed(self) -> str:
        """Measure the loader, and steps by precision."""
        tool = Path(__file__).with_name("training_speed.py")
        words = ["--data", str(self._data), "--steps", str(_STEPS), "--precisions", "bf16,fp16,tf32,fp32"]
        return "\n" + self._run(sys.executable, str(tool), *words, "--compile")

    def repeat(self) -> str:
        """Train twice with one seed."""
        one, two = self._fit("one"), self._fit("two")
        for name, tensor in one.network.state_dict().items():
            if not torch.equal(tensor, two.network.state_dict()[name]):
                raise _Failure(f"{name} differs")
        return f"{one.step} steps"

    def trains(self, precision: str, *options: str) -> str:
        """Train a little, and see the loss fall, all of whose weights stay as they are."""
        name = "-".join([precision, *(word.strip("-") for word in options)])
        self._fit(name, "--precision", precision, *options)
        losses = self._losses(name)
        if not losses[-1] < losses[0]:
            raise _Failure(f"the loss went from {losses[0]:.2f} to {losses[-1]:.2f}")
        return f"loss {losses[0]:.2f} to {losses[-1]:.2f}"

    def two_processes(self) -> str:
        """Compare the losses of one process with those of two."""
        self._fit("alone", "--precision", "fp32")
        launcher = [
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc-per-node",
            "2",
            "-m",
            "training.cli",
        ]
        self._fit("both", "--precision", "fp32", launcher=launcher)
        alone, both = np.array(self._losses("alone")), np.array(self._losses("both"))
        worst = float(np.abs(both / alone - 1).max())
        if not worst < _LOSS:
            raise _Failure(f"a loss differs by {worst:.1%}")
        return f"losses differ by {worst:.2%} at most"

    def encoder(self) -> str:
        """Export what was trained, and compare its embeddings on both devices."""
        self._cli("export", str(self._folder / "one"), "--to", str(self._folder), "--weights-type", "fp32")
        file = next(self._folder.glob("*.onnx"))
        pictures, encoder = sample_pictures(_COMPARED), Encoder.load(file)
        if encoder.provider != "CUDAExecutionProvider":
            raise _Failure(f"it runs on {encoder.provider}")
        gpu = encoder.embed_photos(pictures)
        start = time.perf_counter()
        encoder.embed_photos(pictures)
        rate = len(pictures) / (time.perf_counter() - start)
        cosines = (gpu * Encoder.load(file, on_processor=True).embed_photos(pictures)).sum(axis=1)
        if not float(cosines.min()) > _COSINE:
            raise _Failure(f"the least cosine is {cosines.min():.4f}")
        return f"least cosine {cosines.min():.5f}, {rate:.0f} photos a second"

    def program(self) -> str:
        """Ask the program, in a process that has not loaded what PyTorch brings along."""
        said = self._run(sys.executable, "-m", "app", "--version").strip().splitlines()
        if "runs on the GPU" not in said:
            raise _Failure("; ".join(said[-2:]))
        return said[-2]

    def _fit(self, name: str, *options: str, launcher: list[str] | None = None) -> Run:
        out, images = self._folder / name, str(_STEPS * _PICTURES)
        words = ["fit", "--data", str(self._data), "--out", str(out), "--images", images]
        words += ["--validations", "0", "--single", "--ramped", "false", *options]
        self._run(sys.executable, *(launcher or ["-m", "training.cli"]), *words)
        return Run.load(out, device="cpu")

    def _losses(self, name: str) -> list[float]:
        with (self._folder / name / LOG).open(newline="", encoding="utf-8") as file:
            return [float(row["value"]) for row in csv.DictReader(file) if row["name"] == "loss/total"]

    def _cli(self, *words: str) -> str:
        return self._run(sys.executable, "-m", "training.cli", *words)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise _Failure(done.stderr.strip().rpartition("\n")[2])
        return done.stdout


def main() -> int:
    """Print a line a check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="as `ffmln-train fit` takes it")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.stderr.write("gpu_check: There is no CUDA device.\n")
        return 2
    print(f"{torch.cuda.device_count()} x {torch.cuda.get_device_name()}, torch {torch.__version__}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for shown, check in Checks(options.data, Path(folder)).all():
            start = time.monotonic()
            try:
                found, verdict = check(), "ok"
            except _Failure as failure:
                found, verdict, failed = str(failure), "FAILED", failed + 1
            print(f"{verdict:6} {shown} ({time.monotonic() - start:.0f} s): {found}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
