"""Writes what a release needs beside its packages: SHA256SUMS and, for a tag, NOTES.md from CHANGELOG.md.

    python packaging/release.py dist                  # checksums of this version's packages in dist/
    python packaging/release.py dist --tag v0.2.0     # and the notes; the tag has to be the version's
    python packaging/release.py --check               # what its publisher still has to put in

A tag is refused while one of `PLACEHOLDERS` stands in packaging/.

Needs nothing but Python. `sha256sum --check SHA256SUMS` compares.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENDINGS = (".whl", ".tar.gz", ".deb", ".AppImage", ".flatpak", "-setup.exe", ".dmg")

PLACEHOLDERS = {
    "authors@ffmln.example": "the maintainer's address",
    "io.github.ffmln.ffmln": "the program's identifier",  # whoever owns this name takes the line out
}
"""What stands in packaging/ until somebody publishes the program, and what it stands for."""


def main() -> int:
    """Write the files; 2 with one line on stderr where something does not fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, help="where the packages lie")
    parser.add_argument("--check", action="store_true", help="look for placeholders, and write nothing")
    parser.add_argument("--tag", help="the tag that is released, as v0.2.0")
    options = parser.parse_args()
    if options.check == (options.folder is not None):
        parser.error("it takes a folder, or --check")
    try:
        if options.check or options.tag:
            refuse_placeholders(ROOT)
        if options.check:
            return 0
        print(write_sums(options.folder, ROOT))
        if options.tag:
            print(write_notes(options.folder, options.tag, ROOT))
    except ValueError as error:
        print(f"release.py: {error}", file=sys.stderr)
        return 2
    return 0


def refuse_placeholders(root: Path) -> None:
    """Look through packaging/ of this checkout for what its publisher has to put in.

    Raises:
        ValueError: something is still to be put in; it names the files.
    """
    found: dict[str, list[str]] = {}
    for file in sorted((root / "packaging").rglob("*")):
        if not file.is_file() or file.suffix in (".md", ".pyc") or file.name == Path(__file__).name:
            continue
        content = file.read_bytes()
        for text in PLACEHOLDERS:
            if text.encode() in content:
                found.setdefault(text, []).append(file.relative_to(root).as_posix())
    if found:
        told = [
            f"{PLACEHOLDERS[text]} is still {text} in {', '.join(files)}" for text, files in found.items()
        ]
        raise ValueError(f"{'; '.join(told)}. Put in those of whoever publishes it.")


def version_of(root: Path) -> str:
    """Return the version that pyproject.toml of this checkout says."""
    version: str = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return version


def write_sums(folder: Path, root: Path) -> Path:
    """Write the SHA-256 of every package of pyproject's version into SHA256SUMS, as sha256sum reads it.

    Returns:
        The file.

    Raises:
        ValueError: there is no package of that version.
    """
    version, endings = version_of(root), "|".join(map(re.escape, ENDINGS))
    named = re.compile(rf"ffmln[-_]{re.escape(version)}([-_].*)?({endings})")
    packages = sorted(file for file in folder.iterdir() if named.fullmatch(file.name))
    if not packages:
        raise ValueError(f"{folder} holds no packages of version {version}.")
    lines = []
    for file in packages:
        with file.open("rb") as content:
            lines.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(lines), "utf-8", newline="\n")
    return sums


def write_notes(folder: Path, tag: str, root: Path) -> Path:
    """Write what CHANGELOG.md says of the tag's version into NOTES.md; return the file.

    Raises:
        ValueError: the tag is not pyproject's version, or CHANGELOG.md has no section of it.
    """
    version = version_of(root)
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, and pyproject.toml says {version}.")
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    found = re.search(
        rf"^## \[?{re.escape(version)}\b.*?\n(.*?)(?=^## |\Z)", changes, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise ValueError(f"CHANGELOG.md has no section {version}.")
    notes = folder / "NOTES.md"
    notes.write_text(found[1].strip() + "\n", "utf-8", newline="\n")
    return notes


if __name__ == "__main__":
    sys.exit(main())
