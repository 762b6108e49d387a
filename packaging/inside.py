"""Says what is inside a frozen bundle: licence texts, and a bill of materials in CycloneDX's JSON.

    python packaging/inside.py dist/ffmln

Run it with the Python that built the bundle. The spec noted where every file of it came from, in
collected.json beside the bundle; each belongs to a Python package, to Python, or to a package of the
system. Writes `_internal/licences/` and `_internal/sbom.cdx.json`, and exits 1 where a licence is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bill import bill_of_materials
from parts import Part, system_part, write_licences

from app.dialogs.licences import licence_of

_TEXTS = re.compile(r"(licen[cs]e|copying|notice|third.?party|authors)[^/]*$", re.IGNORECASE)
_OWN = "ffmln"
_COMMON = Path(__file__).resolve().parent / "licence_texts"


def main() -> int:
    """Write both into the bundle named on the command line; say what has no licence text."""
    bundle = Path(sys.argv[1])
    noted = [Path(line) for line in json.loads((bundle.parent / "collected.json").read_text("utf-8"))]
    parts = sorted(parts_of(noted), key=lambda part: (part.name.lower(), part.purl))
    inside = bundle / "_internal"
    shutil.rmtree(inside / "licences", ignore_errors=True)
    write_licences(parts, inside / "licences")
    version = distribution(_OWN).version
    (inside / "sbom.cdx.json").write_text(bill_of_materials(_OWN, version, parts), "utf-8")
    without = [part.name for part in parts if not part.texts]
    print(f"{len(parts)} packages inside; without a licence text: {', '.join(without) or 'none'}")
    strange = strangers(noted)
    if strange:
        print(f"of no package that is known: {', '.join(map(str, strange))}", file=sys.stderr)
    return 1 if without or strange else 0


def parts_of(files: Iterable[Path]) -> list[Part]:
    """Return the packages that these files come from: Python's, the system's, and Python itself."""
    owners = _owners()
    packages: dict[str, Distribution] = {}
    system: dict[str, Part] = {}
    for file in {path.resolve() for path in files}:
        if (one := owners.get(file)) is not None:
            packages[one.metadata["Name"]] = one
        elif file.is_relative_to("/usr") and (part := system_part(file)) is not None:
            system[part.purl] = part  # what is left is Python's own, or the program's
    packages.pop(_OWN, None)
    packages["pyinstaller"] = distribution("pyinstaller")  # its bootloader starts the program
    return [_python(), *map(_python_part, packages.values()), *system.values()]


def strangers(files: Iterable[Path]) -> list[Path]:
    """Return those that are of nobody known, whose terms nobody knows then; on Linux alone."""
    if sys.platform != "linux":
        return []
    owned = _owners()
    ours = [
        Path(__file__).resolve().parents[2],
        *map(Path, map(sysconfig.get_path, ("stdlib", "platstdlib"))),
    ]
    return [
        file
        for file in {path.resolve() for path in files if path.is_absolute()}  # others are links' names
        if file not in owned
        and not any(file.is_relative_to(place.resolve()) for place in ours)
        and not file.name.startswith("libpython")
        and system_part(file) is None
    ]


@cache
def _owners() -> dict[Path, Distribution]:
    """Return whose each file of the Python packages here is."""
    return {path: one for one in distributions() for path in _files(one)}


def _files(one: Distribution) -> list[Path]:
    return [_resolve(str(one.locate_file(file))) for file in one.files or []]


def _resolve(file: str) -> Path:
    """Return a file's place without links; that of its folder is asked for once."""
    folder, name = os.path.split(file)
    return Path(file).resolve() if os.path.islink(file) else Path(_folder(folder), name)


@cache
def _folder(folder: str) -> str:
    return os.path.realpath(folder)


def _python_part(one: Distribution) -> Part:
    name, texts = one.metadata["Name"], [path for path in _files(one) if _TEXTS.search(path.name)]
    metadata = [path for path in _files(one) if path.name == "METADATA"]
    purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{one.version}"
    licence = licence_of(one) or "see its files"
    inside = [path for path in texts if ".dist-info" in str(path)] or texts or metadata + _common(licence)
    return Part(name, one.version, licence, purl, tuple(sorted(inside)))


def _common(licence: str) -> list[Path]:
    """Return the texts of what this names, from licence_texts/: some wheels, as Qt's, bring none."""
    plain = licence.replace(" ", "-")
    wanted = [name for name in ("LGPL-3", "GPL-3", "GPL-2", "Apache-2.0") if name in plain]
    return [path for name in wanted if (path := _COMMON / name).is_file()]


def _python() -> Part:
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))  # the latter on Windows
    version = ".".join(map(str, sys.version_info[:3]))
    texts = [path for place in places if (path := place / "LICENSE.txt").is_file()]
    return Part("Python", version, "PSF-2.0", f"pkg:generic/python@{version}", tuple(texts[:1]))


if __name__ == "__main__":
    sys.exit(main())
