"""Packs the frozen bundle as a .tar.gz that runs from wherever it is unpacked."""

from __future__ import annotations

import gzip
import io
import platform
import tarfile
import textwrap
from pathlib import Path

from debian import LIBRARIES


def make_tarball(bundle: Path, *, share: Path, tree: Path, out: Path, version: str, built: int) -> Path:
    """Write ffmln-VERSION-linux-MACHINE.tar.gz; return it.

    Args:
        bundle: the frozen bundle.
        share: what belongs under share/.
        tree: the source, for its licence and the scripts beside the program.
        out: the folder to write into.
        version: the program's.
        built: the time every file gets, in seconds since 1970.
    """
    file = out / f"ffmln-{version}-linux-{platform.machine()}.tar.gz"
    top = f"ffmln-{version}"
    extra = {"LICENSE": tree / "LICENSE", "NOTICE": tree / "assets" / "weights" / "NOTICE"}
    extra["menu.sh"] = tree / "packaging" / "linux" / "menu.sh"
    readme = _readme((tree / "packaging" / "linux" / "README.txt").read_text("utf-8"))
    with (
        file.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, mtime=built) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for name, source in [*_below(bundle, top), *_below(share, f"{top}/share")]:
            _add(archive, name, source, built)
        for name, source in extra.items():
            _add(archive, f"{top}/{name}", source, built)
        entry = tarfile.TarInfo(f"{top}/README.txt")
        entry.size, entry.mtime, entry.uname, entry.gname = len(readme), built, "root", "root"
        archive.addfile(entry, io.BytesIO(readme))
    return file


def _readme(template: str) -> bytes:
    """Return what stands beside the program, with the libraries it takes from the system."""
    names = " ".join(name.split(" ")[0] for name in LIBRARIES)
    lines = textwrap.wrap(f"    apt install {names}", 76, subsequent_indent=" " * 8, break_on_hyphens=False)
    return template.replace("@LIBRARIES@", " \\\n".join(lines)).encode()


def _below(folder: Path, top: str) -> list[tuple[str, Path]]:
    """Return every file and link of a folder with its name in the archive, in one order everywhere."""
    files = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return [(f"{top}/{path.relative_to(folder).as_posix()}", path) for path in files]


def _add(archive: tarfile.TarFile, name: str, source: Path, built: int) -> None:
    """Add one file: nobody's, of one time, and with plain rights."""
    entry = archive.gettarinfo(str(source), name)
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = built
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    if entry.isreg():
        with source.open("rb") as content:
            archive.addfile(entry, content)
    else:
        archive.addfile(entry)
