"""Takes pictures of the window, on pictures painted here, drawn in by real events.

uv run --extra train python docs/screenshots.py          # writes docs/pictures/, for README and guide
uv run python docs/screenshots.py --out DIR              # every state of the window, in every look
uv run python docs/screenshots.py --out DIR --look dark-de-1x-800x600 --only results,view
uv run python docs/screenshots.py --out DIR --folder ~/Pictures

It needs no screen. A look is light or dark, English or German, 1x or 2x, and a size; each is taken in a
process of its own, about a minute, into DIR/LOOK/, with DIR/LOOK.png to see all of it at once. The extra
`train` simulates a photographed page; without it, states that show one are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from painted_photos import paint, paint_page, spoil
from PIL import Image, ImageDraw

_HERE = Path(__file__).resolve().parent
_PICTURES = _HERE / "pictures"
_GUIDE = (
    "welcome", "indexing", "first-stroke", "results", "best-first", "print", "not-this", "view",
    "time-brushed", "folders-open", "library", "lasso", "underlay", "page", "page-read", "skipped",
    "left-out", "notice", "shelf", "draw-menu", "licences", "kiosk-results",
)  # fmt: skip
_SMALL, _ACROSS, _LINE = 480, 4, 22  # pixels of a picture on the sheet and of its name; pictures in a row


@dataclass(frozen=True)
class Look:
    """How the window is looked at; its name is as "dark-de-1x-800x600"."""

    appearance: str
    language: str
    scale: int
    width: int
    height: int

    @classmethod
    def by_name(cls, name: str) -> Look:
        """Return the look of this name."""
        appearance, language, scale, size = name.split("-")
        width, height = size.split("x")
        return cls(appearance, language, int(scale.removesuffix("x")), int(width), int(height))

    def __str__(self) -> str:
        return f"{self.appearance}-{self.language}-{self.scale}x-{self.width}x{self.height}"


LOOKS = [
    Look(appearance, language, scale, *size)
    for size, scale, language, appearance in product(
        ((1280, 800), (800, 600)), (1, 2), ("en", "de"), ("light", "dark")
    )
]
"""Every look there is."""


def main() -> int:
    """Take the pictures that are asked for; return the exit status."""
    options = _options()
    if options.out is None:
        return _take_for_documents(options)
    options.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for look in options.look or LOOKS:
        failed += _take_in_a_process(look, options, options.out) != 0
        _write_sheet(options.out / str(look))
        print(f"{look}: {options.out / f'{look}.png'}", flush=True)
    return int(failed > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="take every state into this folder")
    parser.add_argument("--only", default="", metavar="A,B", help="only these states")
    parser.add_argument("--look", type=Look.by_name, action="append", help="only this look; may come again")
    parser.add_argument("--folder", type=Path, help="these photos instead of painted ones")
    return parser.parse_args()


def _take_for_documents(options: argparse.Namespace) -> int:
    """Write what README and guide show into docs/pictures/, all of it or --only some."""
    names = [name for name in options.only.split(",") if name] or list(_GUIDE)
    options.only = ",".join(names)
    _PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        status = _take_in_a_process(Look("light", "en", 1, 1100, 700), options, Path(scratch))
        for file in Path(scratch).glob("*/*.png"):
            small = _PICTURES / f"{file.stem.partition('-')[2]}.webp"
            Image.open(file).convert("RGB").save(small, quality=80, method=6)
            print(small)
    return status


@contextmanager
def _home() -> Iterator[Path]:
    """Give a folder that is somebody's home, always of the same name, since pictures show it."""
    place = Path(tempfile.gettempdir()) / "anna"
    try:
        place.mkdir()
    except FileExistsError as error:
        raise SystemExit(
            f"{place} is there: another run is at work, or one was stopped; remove it."
        ) from error
    try:
        yield place
    finally:
        shutil.rmtree(place)


def _take_in_a_process(look: Look, options: argparse.Namespace, out: Path) -> int:
    """Take one look's pictures in a process of its own, since Qt reads its scale once."""
    with _home() as place:
        photos = options.folder or place / "Pictures" / "My pictures"
        if options.folder is None:
            photos.parent.mkdir()
            paint(photos)
            spoil(photos)
        has_page = paint_page(place / "page.jpg")
        width, height = look.width * look.scale, look.height * look.scale
        one = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
        (place / "screen.json").write_text(json.dumps({"screens": [one]}), "utf-8")
        task = {
            "photos": str(photos), "painted": options.folder is None,
            "page": str(place / "page.jpg") if has_page else None,
            "out": str(out / str(look)),
            "only": [name for name in options.only.split(",") if name],
            "appearance": look.appearance, "language": look.language,
            "width": look.width, "height": look.height,
        }  # fmt: skip
        environment = os.environ | {
            "FFMLN_DATA_DIR": str(place / "state"),
            "QT_QPA_PLATFORM": f"offscreen:configfile={place / 'screen.json'}",
            "QT_SCALE_FACTOR": str(look.scale),
        }
        if options.folder is None:
            environment["HOME"] = str(place)  # so that their place is ~/Pictures, on whatever machine
        command = [sys.executable, str(_HERE / "window_states.py"), json.dumps(task)]
        return subprocess.run(command, env=environment, check=False).returncode


def _write_sheet(folder: Path) -> None:
    """Put all pictures of a folder on one sheet, beside it, each with its name."""
    pictures = [(file.stem, Image.open(file).convert("RGB")) for file in sorted(folder.glob("*.png"))]
    if not pictures:
        return
    for _, picture in pictures:
        picture.thumbnail((_SMALL, _SMALL))
    high = max(picture.height for _, picture in pictures) + _LINE
    rows = -(-len(pictures) // _ACROSS)
    sheet = Image.new("RGB", (_ACROSS * _SMALL, rows * high), "white")
    brush = ImageDraw.Draw(sheet)
    for place, (name, picture) in enumerate(pictures):
        x, y = place % _ACROSS * _SMALL, place // _ACROSS * high
        brush.text((x + 6, y + 5), name, fill="black")
        sheet.paste(picture, (x, y + _LINE))
    sheet.save(folder.with_suffix(".png"))


if __name__ == "__main__":
    sys.exit(main())
