"""Brings the translations up to date with the texts in app/: collects the texts, compiles what is translated.

    python packaging/translate.py

New texts appear in assets/translations/ffmln_de.ts as unfinished; write their German there, by hand or with
Qt Linguist, take the mark "unfinished" away, and run this again. Exits 1 while a text has no German.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "assets" / "translations"
LANGUAGES = ("de",)


def main() -> int:
    """Update and compile every language."""
    missing = 0
    for language in LANGUAGES:
        texts = TRANSLATIONS / f"ffmln_{language}.ts"
        collect_texts(texts)
        compile_texts(texts, texts.with_suffix(".qm"))
        without = find_untranslated(texts)
        missing += len(without)
        print(f"{texts.relative_to(ROOT)}: {len(without)} texts have no translation")
        for text in without:
            print(f"  {text!r}")
    return 1 if missing else 0


def collect_texts(texts: Path) -> None:
    """Put every text of app/ into this .ts file, and drop those that are gone; translations stay."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py"))
    _run("lupdate", *sources, "-locations", "none", "-no-obsolete", "-ts", str(texts))


def compile_texts(texts: Path, compiled: Path) -> None:
    """Write the .qm file that the program loads, of finished translations alone."""
    _run("lrelease", str(texts), "-qm", str(compiled))


def find_untranslated(texts: Path) -> list[str]:
    """Return the texts whose translation is missing, unfinished, or lacks a plural."""
    return [
        message.findtext("source", "")
        for message in ElementTree.parse(texts).iter("message")
        if not _is_finished(message)
    ]


def _is_finished(message: ElementTree.Element) -> bool:
    translation = message.find("translation")
    if translation is None or translation.get("type") is not None:
        return False
    forms = translation.findall("numerusform") if message.get("numerus") == "yes" else [translation]
    return bool(forms) and all(form.text for form in forms)


def _run(tool: str, *arguments: str) -> None:
    """Run one of Qt's tools; it is quiet unless something is wrong."""
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    result = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"{tool} failed: {result.stdout}{result.stderr}")


if __name__ == "__main__":
    sys.exit(main())
