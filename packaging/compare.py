"""Compares two frozen bundles, or other folders, file by file.

    python packaging/compare.py ONE OTHER

Prints every file that is in one alone, or differs in content, rights or target; exits 1 if one does.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def main() -> int:
    """Compare the folders named on the command line."""
    one, other = (describe_tree(Path(word)) for word in sys.argv[1:3])
    differing = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    for name in differing:
        print(name)
    print(f"{len(one)} files, {len(differing)} differ")
    return 1 if differing else 0


def describe_tree(folder: Path) -> dict[str, str]:
    """Return what each file of a folder holds: its hash and rights, or where it leads to."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"to {os.readlink(path)}"
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[name] = f"{content} {path.stat().st_mode & 0o777:o}"
    return found


if __name__ == "__main__":
    sys.exit(main())
