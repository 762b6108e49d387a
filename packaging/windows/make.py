"""Makes the installer for Windows: freezes the last commit, tries it, and calls Inno Setup's compiler.

    uv run --group package python packaging/windows/make.py

Untried, but for what tests/test_recipes.py looks at. Needs Windows, git, uv, the Visual C++ build tools (for
hnswlib) and Inno Setup 6.3 or newer. With SIGN set to a command that signs the file `$f`, which is put there
in quotation marks, program, installer and uninstaller are signed by it, as
    signtool sign /sha1 THUMBPRINT /fd SHA256 /tr TIMESTAMP_SERVER /td SHA256 $f
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BUNDLE = ROOT / "build" / "frozen" / "ffmln"
_SOURCE = ROOT / "build" / "source"
_PROGRAMS = ("ffmln.exe", "ffmln-window.exe")


def main() -> int:
    """Write dist/ffmln-VERSION-setup.exe; 2 with one line on stderr where that cannot be."""
    compiler = find_compiler()
    if sys.platform != "win32" or compiler is None:
        wanting = "Inno Setup's ISCC.exe" if sys.platform == "win32" else "Windows"
        print(f"make.py: {wanting} is needed, and not here.", file=sys.stderr)
        return 2
    subprocess.run([sys.executable, str(ROOT / "packaging" / "build.py"), "bundle"], check=True)
    sign = os.environ.get("SIGN", "")
    if sign:
        for name in _PROGRAMS:
            subprocess.run(sign.replace("$f", f'"{_BUNDLE / name}"'), check=True)
    subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "smoke.py"), str(_BUNDLE / _PROGRAMS[0])], check=True
    )
    subprocess.run(command(compiler, version(), sign), check=True)
    return 0


def find_compiler() -> Path | None:
    """Return Inno Setup's compiler; None where it is not installed."""
    if (found := shutil.which("ISCC")) is not None:
        return Path(found)
    homes = [os.environ.get(name) for name in ("ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA")]
    places = [Path(home, *more, "Inno Setup 6") for home in homes if home for more in ((), ("Programs",))]
    return next((place / "ISCC.exe" for place in places if (place / "ISCC.exe").is_file()), None)


def version() -> str:
    """Return the version that is built."""
    text = (_SOURCE / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def command(compiler: Path, version: str, sign: str = "") -> list[str]:
    """Return the call of the compiler.

    Args:
        compiler: ISCC.exe.
        version: the program's.
        sign: the command that signs a file `$f`; empty to leave it unsigned.
    """
    defined = {"Version": version, "Bundle": _BUNDLE, "Root": _SOURCE, "Out": ROOT / "dist"}
    words = [f"/D{name}={value}" for name, value in defined.items()]
    if sign:  # $q is a quotation mark there
        words += ["/DSign", "/Ssign=" + sign.replace('"', "$q")]
    return [str(compiler), "/Qp", *words, str(ROOT / "packaging" / "windows" / "ffmln.iss")]


if __name__ == "__main__":
    sys.exit(main())
