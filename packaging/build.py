"""Builds what people install, from the last commit: a wheel, an sdist, and for Linux a .deb and a .tar.gz.

    uv run python packaging/build.py                     # all of it, into dist/
    uv run python packaging/build.py wheel sdist
    uv run python packaging/build.py deb --bundle DIR    # of a frozen bundle that is there already
    uv run python packaging/build.py bundle              # the frozen bundle alone, on any system

What is not committed is not built. Files get the commit's time, so that two builds of one commit can be
compared file by file (packaging/compare.py). Needs a clone with git, uv, a C++ compiler and, with the
system's own Python, its headers; the .deb also dpkg-deb, and is left out where that is missing, unless it is
named.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from debian import make_deb
from icon_files import write_icns, write_ico
from shared_files import lay_out
from tarball import make_tarball

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("wheel", "sdist", "tar", "deb")
_ALONE = "bundle"


@dataclass(frozen=True)
class Source:
    """The commit that is built, laid out as files.

    Attributes:
        tree: the folder.
        version: the program's.
        commit: its short name.
        time: of the commit, in seconds since 1970.
    """

    tree: Path
    version: str
    commit: str
    time: int


def main() -> int:
    """Build what is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)} (default: all that can be made here)"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to (default: dist/)")
    parser.add_argument("--bundle", type=Path, help="a frozen bundle to pack, in place of building one")
    options = parser.parse_args()
    kinds = options.kinds or [kind for kind in KINDS if kind != "deb" or shutil.which("dpkg-deb")]
    if strange := set(kinds) - {*KINDS, _ALONE}:
        parser.error(f"{', '.join(sorted(strange))}: not one of {', '.join([*KINDS, _ALONE])}")
    if options.bundle is not None and not (options.bundle / "ffmln").is_file():
        parser.error(f"{options.bundle} holds no program ffmln")
    if not (ROOT / ".git").exists():
        parser.error("packages are built from a clone of the repository; this is none")
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    lock = hold(ROOT / "build" / "packaging.lock")
    if lock is None:
        print("build.py: another packaging is at work in this clone: let it finish.", file=sys.stderr)
        return 2
    with closing(lock):
        build(kinds, out, options.bundle)
    return 0


def hold(file: Path) -> sqlite3.Connection | None:
    """Return what keeps others out of `build/` while it is open, None if one is at work there.

    The lock is SQLite's, as in `engine.lock`: the same on every system, and gone with a killed process.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return None
        raise
    return lock


def build(kinds: list[str], out: Path, bundle: Path | None) -> None:
    """Build these kinds; print each file and its size."""
    source = check_out(ROOT / "build" / "source")
    made = [build_python(source, kind, out) for kind in ("wheel", "sdist") if kind in kinds]
    if _ALONE in kinds:
        print(freeze(source))
    if {"tar", "deb"} & set(kinds):
        made += build_linux(source, kinds, out, bundle)
    for file in made:
        print(f"{file.relative_to(out)}: {file.stat().st_size / 1e6:.1f} MB")


def check_out(tree: Path) -> Source:
    """Lay out the last commit in an empty folder, with a note which one it is."""
    if _output("git", "status", "--porcelain"):
        print("What is not committed is not built.", file=sys.stderr)
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-xf", "-", "-C", str(tree)], input=packed, check=True)
    commit = _output("git", "rev-parse", "--short=12", "HEAD")
    (tree / "assets" / "commit.txt").write_text(commit + "\n", "ascii")
    version = tomllib.loads((tree / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return Source(tree, version, commit, int(_output("git", "log", "-1", "--format=%ct")))


def build_python(source: Source, kind: str, out: Path) -> Path:
    """Build the wheel or the sdist; return it."""
    _run(source, "uv", "build", "--quiet", f"--{kind}", "--out-dir", str(out))
    pattern = f"ffmln-{source.version}-*.whl" if kind == "wheel" else f"ffmln-{source.version}.tar.gz"
    (file,) = out.glob(pattern)
    return file


def build_linux(source: Source, kinds: list[str], out: Path, bundle: Path | None) -> list[Path]:
    """Build the frozen bundle and pack it."""
    if bundle is None:
        bundle = freeze(source)
    share = ROOT / "build" / "share"
    shutil.rmtree(share, ignore_errors=True)
    lay_out(source.tree, share, source.version, source.time)
    return [
        make(bundle, share=share, tree=source.tree, out=out, version=source.version, built=source.time)
        for kind, make in (("tar", make_tarball), ("deb", make_deb))
        if kind in kinds
    ]


def freeze(source: Source) -> Path:
    """Build the frozen bundle in an environment that has what it needs and nothing else; return its folder.

    hnswlib is compiled without the instructions that only this machine has. In the end the program is started
    once, to say its version.
    """
    environment = ROOT / "build" / "environment"
    shutil.rmtree(environment, ignore_errors=True)
    only = ("--extra", "graph", "--group", "package", "--no-editable")
    portable = ("--reinstall-package", "hnswlib", "--no-binary-package", "hnswlib")
    _run(source, "uv", "sync", "--quiet", *only, *portable, UV_PROJECT_ENVIRONMENT=str(environment))
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    icons = source.tree / "assets" / "icons"
    if sys.platform == "win32":
        write_ico(icons / "ffmln.svg", icons / "ffmln.ico")
    elif sys.platform == "darwin":
        write_icns(icons / "ffmln.svg", icons / "ffmln.icns")
    work = ROOT / "build" / "frozen"
    shutil.rmtree(work, ignore_errors=True)
    spec, places = "packaging/ffmln.spec", ("--distpath", str(work), "--workpath", str(work / "work"))
    _run(source, str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *places, spec)
    strip(work / "ffmln")
    _run(source, str(python), "packaging/inside.py", str(work / "ffmln"))
    _run(source, str(work / "ffmln" / "ffmln"), "--version", FFMLN_DATA_DIR=str(work / "state"))
    return work / "ffmln"


def strip(bundle: Path) -> None:
    """Take what only debuggers read out of what was compiled here: Python's own libraries and hnswlib."""
    if sys.platform != "linux":
        return
    for path in bundle.rglob("*.so*"):
        if path.is_symlink() or not path.is_file():
            continue
        sections = subprocess.run(["readelf", "-SW", str(path)], check=True, stdout=subprocess.PIPE).stdout
        if b".debug_info" in sections:
            stripped = path.with_name(path.name + ".stripped")  # others may share this file
            subprocess.run(["strip", "--strip-unneeded", "-o", str(stripped), str(path)], check=True)
            stripped.replace(path)


def _run(source: Source, *command: str, **variables: str) -> None:
    """Run a step of the build in the commit's files, with what makes it give the same twice."""
    fixed = {"SOURCE_DATE_EPOCH": str(source.time), "PYTHONHASHSEED": "0", "HNSWLIB_NO_NATIVE": "1"}
    environment = {**os.environ, **fixed, **variables}
    environment.pop("VIRTUAL_ENV", None)
    subprocess.run(command, cwd=source.tree, check=True, env=environment)


def _output(*command: str) -> str:
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return answer.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
