"""What watching costs at rest, and how soon it tells: by the system's events, and by looking now and then.

    uv run python benchmarks/watching.py
    uv run python benchmarks/watching.py --photos 100000 --folders 1000 --seconds 60

Makes a tree of empty photos in the temporary folder, watches it with nothing going on, and measures the
processor time of the whole process meanwhile; then moves photos in and measures how long until that is told.
"""

from __future__ import annotations

import argparse
import json
import queue
import statistics
import tempfile
import time
from pathlib import Path

from engine.folders.excludes import Excludes
from engine.folders.scope import Change
from engine.folders.watching import FolderWatch


def main() -> None:
    """Print one line for each way of watching."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=100_000, help="in the tree (default: 100000)")
    parser.add_argument("--folders", type=int, default=1000, help="they lie in (default: 1000)")
    parser.add_argument("--seconds", type=float, default=60, help="at rest (default: 60)")
    parser.add_argument("--times", type=int, default=10, help="photos that come (default: 10)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options, figures = parser.parse_args(), {}
    with tempfile.TemporaryDirectory() as name:
        folder, outside = Path(name) / "photos", Path(name) / "outside"
        outside.mkdir()
        make_tree(folder, options.photos, options.folders)
        for polls in (False, True):
            told: queue.Queue[Change] = queue.Queue()
            watch = FolderWatch(folder, Excludes(), changed=told.put, polls=polls)
            began = time.monotonic()
            watch.start()
            watch.wait_until_ready(600)
            ready_s = time.monotonic() - began
            share = at_rest(options.seconds)
            delays = [delay(told, folder, outside, number) for number in range(options.times)]
            watch.stop()
            watch.join(60)
            way = "looked at" if polls else "watched"
            figures[way] = {
                "ready_s": ready_s,
                "share_of_a_core": share,
                "told_s": statistics.median(delays),
                "told_most_s": max(delays),
            }
            print(
                f"{way:10} ready after {ready_s:.2f} s, at rest {share:.3%}"
                f" of a core, told after {statistics.median(delays):.2f} s, at most {max(delays):.2f} s"
            )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")


def make_tree(folder: Path, photos: int, folders: int) -> None:
    """Spread so many empty files over so many folders, two deep."""
    for number in range(folders):
        place = folder / f"{number % 10}" / f"{number}"
        place.mkdir(parents=True)
        for photo in range(photos // folders):
            (place / f"{photo}.jpg").touch()


def at_rest(seconds: float) -> float:
    """Return which part of a core this process takes while nothing happens."""
    began, spent = time.monotonic(), time.process_time()
    time.sleep(seconds)
    return (time.process_time() - spent) / (time.monotonic() - began)


def delay(told: queue.Queue[Change], folder: Path, outside: Path, number: int) -> float:
    """Return how long it takes until a photo that is moved in is told, in seconds."""
    photo = outside / f"new {number}.jpg"
    photo.touch()
    began = time.monotonic()
    photo.rename(folder / "0" / "0" / f"{folder.stat().st_mtime_ns} {number}.jpg")
    told.get(timeout=120)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
