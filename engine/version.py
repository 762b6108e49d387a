"""Which commit this program was built from, or is run from."""

from __future__ import annotations

import subprocess

from engine.paths import ASSETS

_PATIENCE_S = 5.0  # for git


def commit() -> str:
    """Return the commit this is built from: what the build noted, else the checkout's; else "unknown".

    A checkout with changes that are not committed has "-dirty" behind it.
    """
    noted = ASSETS / "commit.txt"
    if noted.is_file():
        return noted.read_text("ascii").strip()
    if not (ASSETS.parent / ".git").exists():  # git would answer for a checkout around this folder
        return "unknown"
    describe = ("describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    command = ["git", "-C", str(ASSETS.parent), *describe]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return answer.stdout.strip() or "unknown"
