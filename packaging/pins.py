"""Raises every pinned version: resolves all requirements anew and writes what came out into pyproject.toml.

    uv run python packaging/pins.py

The resolution is for all systems and all supported versions of Python. Run the tests afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_FROM = "# What the tests passed with: packaging/pins.py writes from here ...\n"
_TO = "# ... to here.\n"
_TO_BUILD = ("editables", "setuptools", "wheel", "numpy", "pybind11")  # an editable install, and hnswlib
_PLAIN = ("--no-annotate", "--no-header", "--quiet")


def main() -> int:
    """Rewrite the pins between the two comments; say how many there are."""
    before, rest = _PROJECT.read_text("utf-8").split(_FROM)
    after = rest.split(_TO)[1]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / _PROJECT.name).write_text(before + after, "utf-8")
        packages = _resolve(Path(folder))
        building = _resolve_build(Path(folder), packages)
    pins = _table("constraint-dependencies", packages) + _table("build-constraint-dependencies", building)
    _PROJECT.write_text(before + _FROM + pins + _TO + after, "utf-8", newline="\n")
    print(f"{len(packages)} versions pinned to run, {len(building)} to build")
    return 0


def _resolve(folder: Path) -> list[str]:
    """Return the pins of everything the project needs with all extras and groups."""
    _uv(folder, "lock", "--upgrade", "--quiet")
    everything = ("--all-extras", "--all-groups", "--no-emit-project", "--no-hashes")
    return _pins(_uv(folder, "export", "--frozen", *everything, *_PLAIN))


def _resolve_build(folder: Path, packages: list[str]) -> list[str]:
    """Return the pins of what builds the project and hnswlib, the same versions where `packages` has them."""
    needs = tomllib.loads((folder / _PROJECT.name).read_text("utf-8"))
    python = needs["project"]["requires-python"].split(",")[0].removeprefix(">=")
    (folder / "build.in").write_text("\n".join([*needs["build-system"]["requires"], *_TO_BUILD]), "utf-8")
    (folder / "pins.in").write_text("\n".join(packages), "utf-8")
    universal = ("--universal", "--python-version", python, "--upgrade", "--constraint", "pins.in")
    return _pins(_uv(folder, "pip", "compile", "build.in", *universal, *_PLAIN))


def _uv(folder: Path, *words: str) -> str:
    command = [os.environ.get("UV", "uv"), *words]
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def _pins(listed: str) -> list[str]:
    """Return a list's pins; a package with one version everywhere needs no marker."""
    versions: dict[str, dict[str, str]] = defaultdict(dict)
    for line in filter(None, map(str.strip, listed.splitlines())):
        pin, _, marker = line.partition(";")
        versions[pin.split("==")[0].strip()][pin.strip()] = marker.strip()
    return [
        f"{pin}; {marker}" if marker and len(pins) > 1 else pin
        for _, pins in sorted(versions.items())
        for pin, marker in pins.items()
    ]


def _table(name: str, pins: list[str]) -> str:
    return "\n".join([f"{name} = [", *(f'    "{pin}",' for pin in pins), "]\n"])


if __name__ == "__main__":
    sys.exit(main())
