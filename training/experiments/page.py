"""The tables of a reproduction on one HTML page, with small pictures of each run that open in full."""

from __future__ import annotations

import base64
import html
import io
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from training.experiments.tables import Table, as_html

_WIDTH = 320  # pixels of a small picture
_QUALITY = 60  # of WebP: sixty runs, a line of each table on each archive, take less than 5 MB

_PICTURES = {
    "rankings.png": "Queries from the best to the worst; green: right, red: wrong",
    "map.png": "Unseen classes by t-SNE; dots: photos, crosses: sketches",
    "curves.png": "Losses and validation",
}
_STYLE = """<!doctype html><meta charset="utf-8"><title>The published tables</title>
<style>
body{font:15px system-ui;margin:2em auto;max-width:75em;padding:0 1em}
table{border-collapse:collapse}
td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left}
img{max-width:100%}
figure{display:inline-block;margin:1em 1em 1em 0;vertical-align:top;width:20em}
</style>"""


def page(preface: str, tables: Sequence[Table], runs: Sequence[tuple[str, Path]], out: Path) -> str:
    """Return the page; it stands in `out`, from where its links lead to the pictures of the runs.

    Args:
        preface: Markdown, a heading and paragraphs.
        tables: in order.
        runs: names and folders, with the pictures that there are.
        out: the page's folder.
    """
    heading, *paragraphs = [part for part in preface.split("\n\n") if part.strip()]
    parts = [_STYLE, f"<h1>{as_html(heading.lstrip('# ').strip())}</h1>"]
    parts += [f"<p>{as_html(part.strip())}</p>" for part in paragraphs]
    parts += [table.html() for table in tables]
    for name, folder in runs:
        there = {file: says for file, says in _PICTURES.items() if (folder / file).is_file()}
        figures = [_figure(folder / file, says, out) for file, says in there.items()]
        if figures:
            parts += [f"<h2>{html.escape(name)}</h2>", *figures]
    return "\n".join(parts) + "\n"


def _figure(file: Path, says: str, out: Path) -> str:
    with Image.open(file) as picture:
        small = picture.convert("RGB")
    small.thumbnail((_WIDTH, 2 * _WIDTH))
    data = io.BytesIO()
    small.save(data, "WEBP", quality=_QUALITY)
    source = f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode()}"
    link = quote(Path(os.path.relpath(file, out)).as_posix())
    small_one = f'<a href="{link}"><img src="{source}" alt="{says}"></a>'
    return f"<figure>{small_one}<figcaption>{says}</figcaption></figure>"
