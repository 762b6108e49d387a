"""Tries a model nobody vouches for, in a process of its own: it may run without end, or take all memory."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PIL import Image

from engine.child import limit_this_process
from engine.encoding.encoder import Encoder
from engine.encoding.vetting import REFUSED, SECONDS
from engine.errors import ModelError

_MEMORY = 8 << 30  # bytes of address space; the shipped models, with all libraries, take a quarter of it


def main(arguments: Sequence[str]) -> int:
    """Load the model of this name and show it two blank pages; say on stdout why it cannot be used."""
    limit_this_process(seconds=2 * int(SECONDS), memory=_MEMORY)
    try:
        Encoder(arguments[0]).embed_sketches([Image.new("L", (64, 64), 255)] * 2)
    except ModelError as error:
        os.write(1, str(error).encode("utf-8", "surrogatepass"))  # a pipe: what `try_model` reads
        return REFUSED
    return 0
