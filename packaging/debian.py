"""Packs the frozen bundle as a .deb: /opt/ffmln, a launcher, and what a desktop wants beside it."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from email.utils import formatdate
from pathlib import Path

LIBRARIES = (
    "libegl1", "libgl1", "libopengl0", "libx11-6", "libx11-xcb1", "libxkbcommon0", "libxkbcommon-x11-0",
    "libxcb1", "libxcb-cursor0", "libxcb-glx0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1",
    "libxcb-randr0", "libxcb-render0", "libxcb-render-util0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1",
    "libxcb-util1", "libxcb-xfixes0", "libxcb-xkb1", "libwayland-client0", "libwayland-cursor0",
    "libwayland-egl1", "libfontconfig1", "libfreetype6", "libdbus-1-3", "libglib2.0-0", "libgssapi-krb5-2",
    "libbrotli1", "libdrm2", "libzstd1", "libgcc-s1", "libstdc++6 (>= 12)", "zlib1g",
    "fonts-dejavu-core | fonts-freefont-ttf | fonts-noto-core",
)  # fmt: skip
"""What Qt and the rest of the bundle take from the system, by Debian's names; and fonts."""

_MAINTAINER = "The authors of FFMLN <authors@ffmln.example>"  # an address of whoever publishes it
_DESCRIPTION = """\
Description: draw, and find your own photos
 You draw in a window; while the pen still moves, the photos in your own folders
 that match come up. Offline: nothing leaves the computer, and photos are only
 ever read. Several folders are searched as one, by drawing, by a photo or by
 both, in a window or in the terminal.
 .
 The package brings its own Python, Qt and ONNX Runtime, and runs on the
 processor.
"""
_COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: FFMLN
Comment: The licences of the packages inside lie in /opt/ffmln/_internal/licences,
 and the terms of what the weights learned from in
 /opt/ffmln/_internal/assets/weights/NOTICE: some of it was given for research.

Files: *
Copyright: 2026 The authors of FFMLN
License: Apache-2.0
 On Debian systems the text of the Apache License 2.0 lies in
 /usr/share/common-licenses/Apache-2.0.
"""
_CHANGES = """\
ffmln ({version}) unstable; urgency=medium

  * What changed stands in NEWS.md.gz beside this file.

 -- {maintainer}  {date}
"""
_OVERRIDES = """\
# A bundle that brings its own libraries belongs in /opt, and its files are not Debian's to split.
ffmln: dir-or-file-in-opt
ffmln: embedded-library
ffmln: custom-library-search-path
ffmln: unstripped-binary-or-object
ffmln: library-not-linked-against-libc
ffmln: shared-library-lacks-prerequisites
# PyInstaller's starter comes built.
ffmln: hardening-no-pie
# It tells where the command comes from, which is the Python package.
ffmln: spare-manual-page
"""


def make_deb(bundle: Path, *, share: Path, tree: Path, out: Path, version: str, built: int) -> Path:
    """Write ffmln_VERSION_ARCHITECTURE.deb; return it.

    Args:
        bundle: the frozen bundle.
        share: what belongs under share/.
        tree: the source, for its changes.
        out: the folder to write into; a folder beside it is used meanwhile.
        version: the program's.
        built: the time every file gets, in seconds since 1970.
    """
    root = out / "debian-root"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root / "opt" / "ffmln", symlinks=True)
    shutil.copytree(share, root / "usr" / "share", symlinks=True)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "ffmln").symlink_to("/opt/ffmln/ffmln")
    for page in (root / "usr" / "share" / "man" / "man1").glob("*.1"):
        _pack(page, page.read_bytes())
        page.unlink()
    about = root / "usr" / "share" / "doc" / "ffmln"
    about.mkdir(parents=True)
    (about / "copyright").write_text(_COPYRIGHT, "utf-8")
    _pack(about / "NEWS.md", (tree / "CHANGELOG.md").read_bytes())
    changes = _CHANGES.format(version=version, maintainer=_MAINTAINER, date=formatdate(built))
    _pack(about / "changelog", changes.encode())
    overrides = root / "usr" / "share" / "lintian" / "overrides"
    overrides.mkdir(parents=True)
    (overrides / "ffmln").write_text(_OVERRIDES, "utf-8")
    _set_rights(root, built)
    architecture = _output("dpkg", "--print-architecture")
    _write_control(root, version, architecture, built)
    file = out / f"ffmln_{version}_{architecture}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(built)}
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(file)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)
    return file


def oldest_libc(bundle: Path) -> str:
    """Return the oldest version of glibc that every program and library of the bundle runs on."""
    found = {(2, 17)}
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if content.startswith(b"\x7fELF"):
                found |= {(2, int(minor)) for minor in re.findall(rb"GLIBC_2\.(\d{1,2})\b", content)}
    return ".".join(map(str, max(found)))


def _write_control(root: Path, version: str, architecture: str, built: int) -> None:
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files) // 1024
    needs = ", ".join([f"libc6 (>= {oldest_libc(root / 'opt')})", *LIBRARIES])
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    fields = {
        "Package": "ffmln",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(size),
        "Depends": needs,
        "Section": "graphics",
        "Priority": "optional",
    }
    control.write_text("".join(f"{name}: {text}\n" for name, text in fields.items()) + _DESCRIPTION, "utf-8")
    sums = [
        f"{_output('md5sum', str(path)).split()[0]}  {path.relative_to(root).as_posix()}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and control.parent not in path.parents
    ]
    (control.parent / "md5sums").write_text("".join(sums), "utf-8")
    _set_rights(control.parent, built)


def _pack(file: Path, content: bytes) -> None:
    """Write FILE.gz the same way whenever it is written."""
    file.with_name(file.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _set_rights(root: Path, built: int) -> None:
    """Give every file plain rights and one time; programs and folders may be entered by all."""
    for path in [*root.rglob("*"), root]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _is_program(path) else 0o644)
        os.utime(path, (built, built), follow_symlinks=False)


def _is_program(path: Path) -> bool:
    """Return whether a file is to be run: some wheels call texts so too."""
    if not path.stat().st_mode & 0o100 or ".so" in path.name:
        return False
    with path.open("rb") as content:
        return content.read(4).startswith((b"\x7fELF", b"#!"))


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
