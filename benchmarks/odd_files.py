"""Reads damaged files of all formats as the program does, and tells what came of it.

    python benchmarks/odd_files.py --mutants 6000

Small pictures of each format are written, then flipped, cut, lengthened and given other numbers in their
headers. Each such file is read by the engine's decoder in a process of its own, which is started anew if it
dies or hangs. Printed for each format: how many were read, read in part, refused, and put off; the slowest;
how much memory the process took beyond what it had at rest, and how much of that was not foreseen.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import random
import struct
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from PIL import Image

from engine.folders.folder import Found
from engine.indexing.decoder import Decoded, Decoder
from engine.pictures.formats import HEIC, JXL, is_present
from engine.pictures.memory import BUDGET
from engine.pictures.photos import UnavailableError

_SIDE = 336
_HANGS_S = 60.0
_ODD = (
    0,
    1,
    2,
    7,
    8,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 24,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
)
_SEEDS: dict[str, tuple[tuple[str, dict[str, object]], ...]] = {  # file ending: Pillow's format and options
    "jpg": (("JPEG", {}), ("JPEG", {"progressive": True, "subsampling": 0})),
    "mpo": (("MPO", {"save_all": True}),),
    "png": (("PNG", {}), ("PNG", {"bits": 8})),
    "webp": (("WEBP", {}), ("WEBP", {"lossless": True}), ("WEBP", {"save_all": True})),
    "gif": (("GIF", {}), ("GIF", {"save_all": True})),
    "bmp": (("BMP", {}),),
    "tif": tuple(
        ("TIFF", {"compression": kind})
        for kind in (None, "tiff_lzw", "tiff_deflate", "jpeg", "packbits", "zstd", "group4")
    ),
    "tga": (("TGA", {}), ("TGA", {"compression": "tga_rle"})),
    "ppm": (("PPM", {}),),
    "jp2": (("JPEG2000", {}), ("JPEG2000", {"tile_size": (64, 64)})),
    "avif": (("AVIF", {"speed": 10}),),
    "heic": (("HEIF", {}),),
    "jxl": (("JXL", {"effort": 1}),),
    "psd": (("PSD", {}),),
}


def main() -> int:
    """Run; return 1 if a file stopped or hung the decoder."""
    parser = argparse.ArgumentParser(description="Read damaged files of all formats.")
    parser.add_argument("--mutants", type=int, default=1500, help="files in all (default: 1500)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that stopped or hung the decoder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _report(list(_run(Path(folder), options.mutants, options.seed, options.keep)))


def mutant(data: bytes, chance: random.Random) -> bytes:
    """Return a file with one to four things changed, mostly near its start, where the numbers are."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        reach = len(changed) if chance.random() < 0.4 else min(len(changed), 512)
        at = chance.randrange(max(reach, 1))
        kind = chance.choice(("flip", "flip", "cut", "insert", "number", "number", "remove", "repeat"))
        if kind == "flip":
            changed[at : at + 1] = bytes((chance.randrange(256),))
        elif kind == "cut":
            del changed[max(16, len(changed) * chance.randrange(100) // 100) :]
        elif kind == "insert":
            changed[at:at] = chance.randbytes(chance.choice((1, 2, 16, 300)))
        elif kind == "number":
            form = chance.choice(("<I", ">I", "<H", ">H"))
            number = chance.choice(_ODD) & (0xFFFFFFFF if form[1] == "I" else 0xFFFF)
            changed[at : at + struct.calcsize(form)] = struct.pack(form, number)
        elif kind == "remove":
            del changed[at : at + chance.choice((1, 2, 64))]
        else:
            changed[at:at] = changed[at : at + 64]
    return bytes(changed)


def seeds() -> dict[str, list[bytes]]:
    """Return sound files of each format, by ending; without those whose packages are not here."""
    noise = np.random.default_rng(0).integers(0, 255, (12, 16, 3), np.uint8)
    picture = Image.fromarray(noise).resize((256, 192), Image.Resampling.BILINEAR)
    missing = {ending for ending, extra in (("heic", HEIC), ("jxl", JXL)) if not is_present(extra)}
    return {
        ending: [_encode(picture, kind, options) for kind, options in kinds]
        for ending, kinds in _SEEDS.items()
        if ending not in missing
    }


def _encode(picture: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    if kind == "PSD":
        return _psd(picture)
    file, options = io.BytesIO(), dict(options)
    if options.get("compression") == "group4":
        picture = picture.convert("1")
    if options.get("save_all"):
        options["append_images"] = [picture.rotate(90, expand=False), picture.rotate(180)]
    if "bits" in options:
        picture = picture.convert("P")
    picture.save(file, kind, **options)
    return file.getvalue()


def _psd(picture: Image.Image) -> bytes:
    """Return a Photoshop file without layers: its composite alone."""
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, picture.height, picture.width, 8, 3)
    planes = b"".join(band.tobytes() for band in picture.split())
    return header + bytes(12) + bytes(2) + planes


def _run(folder: Path, count: int, seed: int, keep: Path | None) -> Iterator[dict[str, object]]:
    kinds = [(ending, data) for ending, files in seeds().items() for data in files]
    worker: _Worker | None = None
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        endings = sorted({ending for ending, _ in kinds})
        ending = endings[number % len(endings)]
        data = mutant(chance.choice([one for kind, one in kinds if kind == ending]), chance)
        path = folder / f"{number}.{ending}"
        path.write_bytes(data)
        worker = worker or _Worker(folder)
        result = worker.read(path.name)
        if result["outcome"] in ("died", "hung"):
            worker = None
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / path.name).write_bytes(data)
        path.unlink()
        yield {"ending": ending, "number": number, **result}
        if (number + 1) % 500 == 0:
            print(f"{number + 1} files", file=sys.stderr, flush=True)


class _Worker:
    """A process that reads one file after the other."""

    def __init__(self, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, folder), daemon=True)
        self._process.start()
        other.close()

    def read(self, name: str) -> dict[str, object]:
        """Have a file read; a process that dies or hangs meanwhile is given up."""
        try:
            self._pipe.send(name)
            if self._pipe.poll(_HANGS_S):
                result: dict[str, object] = json.loads(self._pipe.recv())
                return result
            self._process.kill()
            return {"outcome": "hung"}
        except (EOFError, OSError):
            self._process.join()
            return {"outcome": "died", "said": f"exit code {self._process.exitcode}"}


def _serve(pipe: Connection, folder: Path) -> None:
    decoder = Decoder(folder, side=_SIDE, known=lambda _: False)
    while True:
        try:
            name = pipe.recv()
        except EOFError:
            return
        details = (folder / name).stat()
        BUDGET.peak = 0
        before, start = _resident(reset=True), time.monotonic()
        decoder.request([Found(name.encode(), details.st_size, details.st_mtime_ns)])
        [decoded] = decoder.take(1, within_s=10 * _HANGS_S)
        taken = time.monotonic() - start
        peak = _resident() - before
        said = {"outcome": _outcome(decoded), "said": str(decoded.error or "")}
        pipe.send(json.dumps({**said, "s": taken, "peak": peak, "beyond": peak - BUDGET.peak}))


def _outcome(decoded: Decoded) -> str:
    if decoded.error is None:
        return "in part" if decoded.remark else "read"
    return "put off" if isinstance(decoded.error, UnavailableError) else "refused"


def _resident(*, reset: bool = False) -> int:
    """Return the most memory this process has had since the last reset, in bytes; 0 where nobody tells."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _report(results: list[dict[str, object]]) -> int:
    outcomes = ("read", "in part", "refused", "put off", "died", "hung")
    by_ending: dict[str, list[dict[str, object]]] = defaultdict(list)
    for one in results:
        by_ending[str(one["ending"])].append(one)
    print(f"{'':6}" + "".join(f"{outcome:>9}" for outcome in outcomes) + "  slowest     peak  unforeseen")
    for ending, rows in [*sorted(by_ending.items()), ("all", results)]:
        count = Counter(str(one["outcome"]) for one in rows)
        slowest, peak, beyond = (_most(rows, key) for key in ("s", "peak", "beyond"))
        counts = "".join(f"{count[one]:9}" for one in outcomes)
        print(f"{ending:6}{counts}{slowest:7.2f} s{peak / 2**20:6.0f} MB{beyond / 2**20:9.0f} MB")
    for key, text in (("s", "slowest"), ("peak", "largest"), ("beyond", "least foreseen")):
        worst = max(results, key=lambda one: float(str(one.get(key, 0))))
        print(f"{text}: {worst['number']}.{worst['ending']}, {worst['outcome']}: {worst.get('said', '')}")
    stopped = [one for one in results if one["outcome"] in ("died", "hung")]
    for one in stopped:
        print(f"{one['number']}.{one['ending']} {one['outcome']} {one.get('said', '')}")
    return 1 if stopped else 0


def _most(rows: list[dict[str, object]], key: str) -> float:
    return max((float(str(one.get(key, 0))) for one in rows), default=0.0)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())
