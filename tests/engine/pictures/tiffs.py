"""Files that tests write byte by byte."""

import struct
import zlib


def tiled_tiff(wide, high):
    """Ten pixels by ten in one tile of this size."""
    data = zlib.compress(bytes(100))
    entries = [
        (256, 10), (257, 10), (258, 8), (259, 8), (262, 1), (277, 1), (322, wide), (323, high), (324, 8),
        (325, len(data)),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return (
        b"II*\0"
        + struct.pack("<I", 8 + len(data))
        + data
        + struct.pack("<H", len(entries))
        + table
        + bytes(4)
    )
