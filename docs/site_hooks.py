"""Takes documents from outside docs/ into the site that mkdocs builds, and leads links to them."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ROOT = Path(__file__).resolve().parent.parent
_OUTSIDE = {
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "packaging/README.md": "project/packaging.md",
    "assets/weights/README.md": "project/model-card.md",
    "assets/weights/NOTICE": "project/NOTICE.txt",
    "training/data/splits/README.md": "project/class-lists.md",
    "LICENSE": "project/LICENSE.txt",
}
_INSIDE = {place: source for source, place in _OUTSIDE.items()}
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents from outside."""
    for source, place in _OUTSIDE.items():
        files.append(File.generated(config, place, content=(_ROOT / source).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to where the site has what they name."""
    place = page.file.src_uri
    source = posixpath.dirname(_INSIDE.get(place, f"docs/{place}"))

    def lead(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(source, link[1]))
        there = "index.md" if target == "README.md" else _OUTSIDE.get(target, target.removeprefix("docs/"))
        return "](" + posixpath.relpath(there, posixpath.dirname(place) or ".")

    return _LINK.sub(lead, markdown)
