"""Smoke test of an installed or frozen `ffmln`: it answers a search, opens its window, and refuses nonsense.

    python packaging/smoke.py dist/ffmln/ffmln

Needs nothing but Python and Pillow; the program under test brings the rest. Exits 0 if all is well.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw

_PATIENCE_S = 120
_WINDOW_S = 8  # a window that has not failed by then is open


def main() -> int:
    """Run every check against the program named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("program", type=Path, help="the ffmln executable")
    program = parser.parse_args().program.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        (home := place / "home").mkdir()
        environment = {**os.environ, "FFMLN_DATA_DIR": str(place / "state"), "HOME": str(home)}
        photos, sketch = _pictures(place)
        _check_translations(program)
        _check_version(program, environment)
        _check_search(program, photos, sketch, environment)
        _check_refusal(program, place / "nowhere", environment)
        _check_window(program, photos, environment)
        left = [path for path in home.rglob("*") if path.is_file()]
        assert not left, f"the program left files outside its folder: {left}"
    print("smoke test passed")
    return 0


def _pictures(place: Path) -> tuple[Path, Path]:
    """Make three photos and a drawing of one of them."""
    photos = place / "photos"
    photos.mkdir()
    for name, corners in (("triangle", 3), ("square", 4), ("disc", 60)):
        photo = Image.new("RGB", (320, 240), (90, 140, 90))
        ImageDraw.Draw(photo).polygon(_ring(corners, (160, 120)), fill=(200, 60, 40))
        photo.save(photos / f"{name}.jpg")
    (photos / "broken.jpg").write_bytes(b"not a photo")
    sketch = Image.new("L", (320, 240), 255)
    outline = _ring(3, (160, 120))
    ImageDraw.Draw(sketch).line([*outline, outline[0]], fill=0, width=5)
    sketch.save(place / "sketch.png")
    return photos, place / "sketch.png"


def _ring(corners: int, centre: tuple[int, int]) -> list[tuple[float, float]]:
    steps = [2 * math.pi * k / corners for k in range(corners)]
    return [(centre[0] + 80 * math.sin(a), centre[1] - 80 * math.cos(a)) for a in steps]


def _check_translations(program: Path) -> None:
    """Look for the window's German and Qt's own, where the program is a frozen bundle."""
    bundle = program.parent / "_internal"
    if bundle.is_dir():
        found = {file.name for file in bundle.rglob("*_de.qm")}
        assert {"ffmln_de.qm", "qtbase_de.qm"} <= found, found


def _check_version(program: Path, environment: dict[str, str]) -> None:
    command = [str(program), "--version"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("ffmln "), answer


def _check_search(program: Path, photos: Path, sketch: Path, environment: dict[str, str]) -> None:
    command = [str(program), "search", str(photos), "--sketch", str(sketch), "--json"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S)
    assert answer.returncode == 0, answer.stderr
    hits = json.loads(answer.stdout)
    assert {Path(hit["path"]).name for hit in hits} == {"triangle.jpg", "square.jpg", "disc.jpg"}, hits
    assert hits == sorted(hits, key=lambda hit: -hit["score"]), hits


def _check_refusal(program: Path, nowhere: Path, environment: dict[str, str]) -> None:
    command = [str(program), "index", str(nowhere)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S)
    assert answer.returncode == 2, answer
    assert answer.stderr.count("\n") == 1, answer.stderr


def _check_window(program: Path, photos: Path, environment: dict[str, str]) -> None:
    """Open the window, on the screen there is or on none, and close it again."""
    if sys.platform == "linux" and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment = {**environment, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([str(program), str(photos)], env=environment, stderr=subprocess.PIPE) as window:
        time.sleep(_WINDOW_S)
        early = window.poll()
        window.terminate()
        try:
            errors = window.communicate(timeout=_PATIENCE_S)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            window.kill()
            raise
    assert early is None, f"the window closed by itself with {early}: {errors}"
    if os.name == "posix":  # elsewhere it is ended, not asked
        assert window.returncode == 0, f"the window ended with {window.returncode}: {errors}"
    assert "Traceback" not in errors, errors


if __name__ == "__main__":
    sys.exit(main())
