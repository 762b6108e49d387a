"""Lays out what a Linux desktop wants beside the program: entry, description, icons, menus, man pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from icon_files import paint

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
"""Sides of the icon, in pixels."""

PLACES = {
    "ffmln.desktop": "applications",
    "ffmln-symbolic.svg": "icons/hicolor/symbolic/apps",
    "ffmln-servicemenu.desktop": "kio/servicemenus",  # Dolphin's
    "nautilus_ffmln.py": "nautilus-python/extensions",
}
"""Where files of packaging/linux go under share/, as they are."""


def lay_out(tree: Path, share: Path, version: str, built: int) -> None:
    """Write everything that belongs under share/.

    Args:
        tree: the source, whose files these are.
        share: the folder to fill.
        version: the program's.
        built: the time that files and pages name, in seconds since 1970.
    """
    linux = tree / "packaging" / "linux"
    for name, place in PLACES.items():
        (share / place).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(linux / name, share / place / name)
    text = (linux / "ffmln.metainfo.xml").read_text("utf-8")
    text = text.replace("@VERSION@", version).replace("@DATE@", time.strftime("%Y-%m-%d", time.gmtime(built)))
    (share / "metainfo").mkdir(parents=True, exist_ok=True)
    (share / "metainfo" / "ffmln.metainfo.xml").write_text(text, "utf-8")
    write_icons(tree / "assets" / "icons" / "ffmln.svg", share / "icons" / "hicolor")
    variables = {**os.environ, "SOURCE_DATE_EPOCH": str(built), "PYTHONPATH": str(tree)}
    command = [sys.executable, str(tree / "packaging" / "man_pages.py"), str(share / "man" / "man1")]
    subprocess.run(command, check=True, env=variables)


def write_icons(drawing: Path, theme: Path) -> None:
    """Write the icon into an icon theme: as it was drawn, and in each of `SIZES`."""
    (theme / "scalable" / "apps").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(drawing, theme / "scalable" / "apps" / drawing.name)
    for side in SIZES:
        folder = theme / f"{side}x{side}" / "apps"
        folder.mkdir(parents=True, exist_ok=True)
        paint(drawing, side).save(folder / f"{drawing.stem}.png", optimize=True)
