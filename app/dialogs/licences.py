"""Whose work is inside: licences of the code, the weights, and the packages it is built on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from engine.paths import ASSETS

_LONGEST = 80  # characters; longer ones are the licence's whole text
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Licence:
    """One package inside, and its licence as its makers name it."""

    package: str
    version: str
    licence: str


def packages() -> list[Licence]:
    """Return what the program is built on, by name; none in a bare checkout.

    A frozen bundle says itself what is inside, Python and libraries of the system included.
    """
    if (index := licence_texts() / "index.json").is_file():
        return [Licence(**one) for one in json.loads(index.read_text("utf-8"))]
    found: dict[str, Distribution] = {}
    waiting = ["ffmln"]
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            found[key] = distribution(name)
        except PackageNotFoundError:
            continue
        waiting += [_name(line) for line in found[key].requires or [] if "extra ==" not in line]
    found.pop("ffmln", None)
    return [Licence(one.metadata["Name"], one.version, licence_of(one)) for _, one in sorted(found.items())]


def licence_texts() -> Path:
    """Return the folder in which a frozen bundle has the licences of what is inside (packaging/inside.py)."""
    return ASSETS.parent / "licences"


def own_licence() -> str:
    """Return the licence of the program's code."""
    try:
        return licence_of(distribution("ffmln"))
    except PackageNotFoundError:
        return "see LICENSE"


def weights_notice() -> str:
    """Return what is to be known of the shipped weights, a paragraph or an entry of a list a line."""
    text = (ASSETS / "weights" / "NOTICE").read_text("utf-8")
    return re.sub(r"(?<=\S)\n(?![\n-]) *", " ", text)


def licence_of(package: Distribution) -> str:
    """Return a package's licence: the expression, the name or the classifiers it declares; perhaps none."""
    metadata = package.metadata
    for key in ("License-Expression", "License"):
        text = str((metadata.get_all(key) or [""])[0]).strip()
        if text and text.upper() != "UNKNOWN":
            first = text.partition("\n")[0].strip()
            if len(first) <= _LONGEST:
                return first
    classes = [one for one in metadata.get_all("Classifier") or [] if one.startswith("License ::")]
    return ", ".join(one.rpartition(" :: ")[2] for one in classes)


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found.group() if found else ""
