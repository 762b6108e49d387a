"""How long a start takes until its window is painted, from the checkout and from a built bundle beside it.

    uv run python benchmarks/starting.py                                # this checkout alone
    uv run python packaging/build.py bundle                             # on Linux, into build/frozen/ffmln
    uv run python benchmarks/starting.py --bundle build/frozen/ffmln --json figures.json
    uv run python benchmarks/starting.py --bundle /usr/bin/ffmln --starts 20

Needs Xvfb, which keeps its screen in a file: the window is seen there, so that the program is asked nothing
and nobody's desktop is used. A start ends when more of the screen has changed than a pointer covers: what is
painted first is the whole window, ready to be drawn in, and photos follow. The programs take turns, each with
a folder of photos that it has indexed before; the first start of each is not counted. Ratios of one run
compare, whatever else the machine does; seconds do not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from live import generate_photos

_ROOT = Path(__file__).resolve().parent.parent
_SCREEN = "1280x800x24"
_EVERY = 64  # bytes of the screen, of which one is looked at
_SEEN = 0.02  # share of the screen that differs once a window is painted; a pointer is smaller
_LOOK_S = 0.003
_PATIENCE_S = 120


@dataclass(frozen=True)
class Program:
    """A program that is started.

    Attributes:
        name: what its row is called.
        command: its words, without a folder.
        state: its data folder.
    """

    name: str
    command: tuple[str, ...]
    state: Path

    def environment(self, display: str) -> dict[str, str]:
        """Return its variables: a screen, a data folder, nothing that slows Python."""
        own = {"DISPLAY": display, "FFMLN_DATA_DIR": str(self.state), "QT_QPA_PLATFORM": "xcb"}
        return {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class VirtualScreen:
    """A screen in a file.

    Attributes:
        display: as in DISPLAY.
        file: holds its pixels, behind a head that does not change.
    """

    display: str
    file: Path

    def look(self) -> np.ndarray:
        """Return a sample of its pixels, as it is now."""
        return np.array(np.memmap(self.file, np.uint8, "r")[::_EVERY])


def main() -> int:
    """Print a row for each program; return the exit status."""
    options = _options()
    if shutil.which("Xvfb") is None:
        print("starting.py: it needs Xvfb, from the package xvfb.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch, virtual_screen(Path(scratch)) as screen:
        place = Path(scratch)
        photos = generate_photos(place / "photos", options.photos)
        programs = [Program("checkout", (sys.executable, "-m", "app"), place / "checkout")]
        if options.bundle is not None:
            programs.append(Program("bundle", (str(options.bundle),), place / "bundle"))
        for program in programs:
            _index(program, photos, screen)
        took = measure(programs, photos, screen, options.starts)
    figures = summarize(took)
    for name, figure in figures.items():
        print(f"{name:24} {figure:8.2f}")
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure how long a start takes until the window is painted."
    )
    parser.add_argument("--bundle", type=Path, metavar="DIR_OR_EXE", help="a frozen bundle, or its program")
    parser.add_argument("--starts", type=int, default=10, help="counted starts of each (default: 10)")
    parser.add_argument("--photos", type=int, default=200, help="photos to generate (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    if options.starts < 1:
        parser.error("--starts has to be 1 or more")
    if options.bundle is not None:
        program = options.bundle / "ffmln" if options.bundle.is_dir() else options.bundle
        if not program.is_file():
            parser.error(f"there is no program {program}")
        options.bundle = program.absolute()
    return options


@contextmanager
def virtual_screen(place: Path) -> Iterator[VirtualScreen]:
    """Run Xvfb meanwhile, with its screen in a file of this folder; it stays when nobody uses it."""
    told, tell = os.pipe()
    words = [
        "-displayfd",
        str(tell),
        "-screen",
        "0",
        _SCREEN,
        "-fbdir",
        str(place),
        "-noreset",
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(["Xvfb", *words], pass_fds=[tell], stderr=subprocess.DEVNULL) as server:
        os.close(tell)
        try:
            with os.fdopen(told) as number:
                display = number.readline().strip()
            if not display:
                raise SystemExit("starting.py: Xvfb does not start here.")
            yield VirtualScreen(f":{display}", place / "Xvfb_screen0")
        finally:
            server.terminate()


def _index(program: Program, photos: Path, screen: VirtualScreen) -> None:
    command = [*program.command, "index", str(photos)]
    quiet = subprocess.DEVNULL
    subprocess.run(
        command, cwd=_ROOT, env=program.environment(screen.display), check=True, stdout=quiet, stderr=quiet
    )


def measure(
    programs: list[Program], photos: Path, screen: VirtualScreen, starts: int
) -> dict[str, list[float]]:
    """Return the seconds of each start, by the program's name; they take turns, and change who is first."""
    took: dict[str, list[float]] = {program.name: [] for program in programs}
    for turn in range(starts + 1):
        for program in programs[:: 1 if turn % 2 else -1]:
            seconds = start_once(program, photos, screen)
            if turn:
                took[program.name].append(seconds)
    return took


def start_once(program: Program, photos: Path, screen: VirtualScreen) -> float:
    """Start a program, wait until it is seen, close it; return the seconds until it was seen."""
    empty = screen.look()

    def is_seen() -> bool:
        return float(np.mean(screen.look() != empty)) > _SEEN

    began = time.perf_counter()
    command = [*program.command, str(photos)]
    with subprocess.Popen(command, cwd=_ROOT, env=program.environment(screen.display)) as window:
        try:
            while not is_seen():
                if window.poll() is not None or time.perf_counter() - began > _PATIENCE_S:
                    raise SystemExit(f"starting.py: no window of the {program.name} came.")
                time.sleep(_LOOK_S)
            seconds = time.perf_counter() - began
        finally:
            window.terminate()
    while is_seen():  # until the server has cleared its screen
        time.sleep(_LOOK_S)
    return seconds


def summarize(took: dict[str, list[float]]) -> dict[str, float]:
    """Return the seconds of each program, and how many times the checkout's a bundle's are, turn by turn."""
    figures: dict[str, float] = {}
    for name, seconds in took.items():
        figures[f"{name}, median, s"] = statistics.median(seconds)
        figures[f"{name}, least, s"] = min(seconds)
        figures[f"{name}, most, s"] = max(seconds)
    if "bundle" in took:
        ratios = [ours / theirs for ours, theirs in zip(took["bundle"], took["checkout"], strict=True)]
        figures["bundle / checkout, median"] = statistics.median(ratios)
        figures["bundle / checkout, least"] = min(ratios)
        figures["bundle / checkout, most"] = max(ratios)
    return figures


if __name__ == "__main__":
    sys.exit(main())
