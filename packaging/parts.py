"""Packages whose files are inside a bundle, those of the system among them, and their licence texts.

Needs nothing but Python.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """One package whose files are inside.

    Attributes:
        name: as its makers call it.
        version: of it.
        licence: an expression, a name, or where to look.
        purl: the package URL, which names it everywhere.
        texts: the files with its licence.
    """

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[Path, ...]


def write_licences(parts: Iterable[Part], folder: Path) -> None:
    """Write the texts, a folder for each package, and index.json for the window's page of licences.

    Those that are there already stay.
    """
    file = folder / "index.json"
    index = json.loads(file.read_text("utf-8")) if file.is_file() else []
    for part in parts:
        place = folder / f"{part.name}-{part.version}".replace("/", "-")
        place.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(part.texts):
            name = text.name if not (place / text.name).exists() else f"{number}-{text.name}"
            shutil.copyfile(text, place / name)
        index.append({"package": part.name, "version": part.version, "licence": part.licence})
    index.sort(key=lambda one: one["package"].lower())
    file.write_text(json.dumps(index, indent=1) + "\n", "utf-8")


def system_part(file: Path) -> Part | None:
    """Return the Debian package that a library of the system belongs to; None for others, and elsewhere."""
    if shutil.which("dpkg") is None:
        return None
    names = [str(file), str(file).removeprefix("/usr")]  # Debian lists some by the old place
    answer = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True, check=False).stdout
    owners = [line.split(": ")[0] for line in answer.splitlines() if line.split(": ")[-1] in names]
    if not owners:
        return None
    asked = ["dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}", owners[0].split(",")[0]]
    name, version, machine = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    text = Path("/usr/share/doc") / name / "copyright"
    purl = f"pkg:deb/debian/{name}@{version}?arch={machine}"
    return Part(name, version, _licences_in(text), purl, (text,) if text.is_file() else ())


def _licences_in(copyright_file: Path) -> str:
    """Return the licences that a Debian copyright file names for what is not its packaging."""
    if not copyright_file.is_file():
        return "see its files"
    text = copyright_file.read_text("utf-8", "replace")
    named = dict.fromkeys(re.findall(r"^License: *(\S[^\n]*)$", text, re.MULTILINE))
    return ", ".join(list(named)[:3]) or "see its files"
