"""All that is measured of the library, in one run: by size, indexing, and watching.

    uv run python benchmarks/library.py
    uv run python benchmarks/library.py --sizes 1000,10000,100000,1000000 --vectors EMBEDDINGS.npz

By size (`scale.py`): opening, memory, refresh, search and recall; lines that begin with "plain" are the same
vectors in memory with plain exact search. Indexing stands beside decoding alone and encoding alone with the
same threads and files (`indexing.py`), watching beside looking every few seconds (`watching.py`). A million
photos take about 5 GB of the disk, as much memory, and most of an hour.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def main() -> int:
    """Print a table a part, and write all of it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="how many photos, with commas between")
    parser.add_argument("--vectors", type=Path, help="embeddings to make the photos of")
    parser.add_argument("--photos", type=int, default=48, help="12-megapixel photos to index (default: 48)")
    parser.add_argument("--watched", type=int, default=100_000, help="photos to watch (default: 100000)")
    parser.add_argument("--seconds", type=float, default=60, help="to watch them at rest (default: 60)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    vectors = ["--vectors", str(options.vectors)] if options.vectors else []
    watching = ["--photos", str(options.watched), "--seconds", str(options.seconds)]
    figures = {
        "by size": run("scale", ["--sizes", options.sizes, *vectors]),
        "indexing, photos a second": run("indexing", ["--photos", str(options.photos)]),
        "watching": run("watching", watching),
    }
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")
    return 0


def run(name: str, options: Sequence[str]) -> Any:
    """Return the figures of a benchmark, which prints its table."""
    print(f"--- {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [sys.executable, str(_HERE / f"{name}.py"), *options, "--json", str(figures)]
        subprocess.run(command, check=True)
        return json.loads(figures.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
