"""How fast training is here: what the loader makes a second, and what the steps take.

    uv run --extra train python benchmarks/training_speed.py --data DATA              # the loader, a core
    uv run --extra train python benchmarks/training_speed.py --data DATA --steps 60 --precisions bf16,fp16

The first part prints random views a second that one core makes, by kind and side, and how many cores make the
2,000 pictures a second that four GPUs take, in batches of the usual mixture. The second part trains so many
steps with each precision, worker processes beside it, and prints pictures a second and the share of the time
spent waiting for the loader; the first fifth of the steps is not counted. `--compile` does each with
torch.compile too. Nothing is kept of these trainings.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import torch
from one_line import exit_with

from training.config import Config
from training.data.augment import photo_view, sketch_view, strokes_view
from training.data.batches import Batches
from training.data.collection import Collection, StrokeDrawing
from training.data.feed import Feed
from training.data.plan import Item
from training.data.reading import read_collection
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.guards import FiniteCheck
from training.fit.loop import prepare, take_step
from training.fit.precision import precision_of
from training.fit.schedule import set_rates

_SECONDS = 4.0  # for each kind of picture
_PHOTOS = "photos"
_GPU_TAKES = 2000  # pictures a second: four GPUs


def main() -> int:
    """Print the figures, and write them as JSON if asked to."""
    options = _options()
    collection = read_collection(options.data)
    config = Config(images=10**6, device=options.device, workers=options.workers, backbone=options.backbone)
    figures: dict[str, Any] = {"loader": _print_loader(collection, config, options.sizes)}
    if options.steps:
        figures["steps"] = [
            _print_steps(collection, replace(config, precision=name, compile=compiled), options.steps)
            for name in options.precisions
            for compiled in ((False, True) if options.compile else (False,))
        ]
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="as `ffmln-train fit` takes it")
    parser.add_argument("--sizes", type=_numbers, default=[160, 224], help="sides of the pictures, in pixels")
    parser.add_argument("--steps", type=int, default=0, help="steps to train with each precision")
    parser.add_argument("--precisions", type=_words, default=["auto"], help="with commas between")
    parser.add_argument("--compile", action="store_true", help="each of them compiled too")
    parser.add_argument("--backbone", default="inception_v3", help="random weights: only the time counts")
    parser.add_argument("--device", default="auto", help="as `ffmln-train fit` takes it")
    parser.add_argument("--workers", type=int, default=-1, help="as `ffmln-train fit` takes it")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _words(text: str) -> list[str]:
    return text.split(",")


def _print_loader(collection: Collection, config: Config, sizes: Sequence[int]) -> dict[str, float]:
    """Print and return views a second by kind and side, and those of whole batches."""
    rng = random.Random(0)
    batches = Batches(collection, config)
    kinds: dict[str, list[Any]] = {_PHOTOS: [], "raster sketches": [], "stroke drawings": []}
    for label in batches.classes:
        kinds[_PHOTOS] += batches._photos[label]
        for items in batches._kinds[label]:
            for item in items:
                name = "stroke drawings" if isinstance(item, StrokeDrawing) else "raster sketches"
                kinds[name].append(item)
    figures = {}
    for size in sizes:
        for name, items in kinds.items():
            if items:
                rate = _rate(partial(_view, name, items, size, rng))
                figures[f"{name} at {size}"] = rate
                print(f"{name + f' at {size} pixels':32} {rate:8.0f} a second and core")
        sized = Batches(collection, replace(config, train_size=size, input_size=size))
        rate = len(sized[0].labels) * _rate(partial(next, map(sized.__getitem__, count())))
        figures[f"batches at {size}"] = rate
        need = f"{_GPU_TAKES / rate:.0f} cores make {_GPU_TAKES}"
        print(f"{f'batches at {size} pixels':32} {rate:8.0f} a second and core; {need}")
    return figures


def _rate(work: Callable[[], object]) -> float:
    """Return how often something can be done a second."""
    work()
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < _SECONDS:
        work()
        done += 1
    return done / (time.perf_counter() - start)


def _view(kind: str, items: Sequence[Item], size: int, rng: random.Random) -> object:
    item = rng.choice(items)
    if isinstance(item, StrokeDrawing):
        return strokes_view(item.strokes, size, flip=False, rng=rng, unfinished=0.5)
    image = item.open()
    if kind == _PHOTOS:
        return photo_view(image, size, flip=False, least=0.4, rng=rng)
    return sketch_view(image, size, flip=False, rng=rng, holes=0.3)


def _print_steps(collection: Collection, config: Config, steps: int) -> dict[str, Any]:
    """Train so many steps; print and return pictures a second, and the share of waiting."""
    batches = Batches(collection, replace(config, finish_share=1.0))
    run, ranks = Run(batches.config, batches.classes), Ranks()
    prepare(run, ranks)
    precision = precision_of(config.precision, run.device)
    set_rates(run.optimizer, batches.config, batches.config.steps - 1)  # all layers learn
    wrapped, watch = Wrapped(run.network, ranks), FiniteCheck(ranks, at_once=run.device.type == "cpu")
    feed = Feed(batches.loader(0, pin=run.device.type == "cuda"))
    if run.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(run.device)
    skipped, pictures, waited, start = max(steps // 5, 1), 0, 0.0, 0.0
    for step in range(steps):
        if step == skipped:
            _finish(run.device)
            start, pictures, waited = time.perf_counter(), 0, 0.0
        asked = time.perf_counter()
        batch = next(feed).to(run.device)
        waited += time.perf_counter() - asked
        take_step(run, [batch], precision, None, wrapped, watch)
        run.step += 1
        pictures += len(batch.labels)
    _finish(run.device)
    seconds = time.perf_counter() - start
    name = f"{config.precision}{', compiled' if config.compile else ''}"
    figures = {"name": name, "images_s": pictures / seconds, "waiting": waited / seconds, "on": run.machine}
    if run.device.type == "cuda":
        figures["gib"] = torch.cuda.max_memory_allocated(run.device) / 2**30
    print(f"{name:20} {pictures / seconds:8.0f} pictures a second, {waited / seconds:.0%} of it waiting")
    return figures


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    exit_with(main)
