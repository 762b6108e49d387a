"""Records as rows of Milvus, and what is looked at as its expressions; without Milvus itself."""

from __future__ import annotations

import hashlib
import json
import re

import numpy as np

from engine.collection.store import Where
from engine.elsewhere import Record

_ODD = re.compile(r"[\x00-\x1f\"'%\\\x7f\ud800-\udfff]")
_ESCAPED = re.compile(r"%([0-9a-f]{4})")


def key(host: str, path: str) -> str:
    """Return the primary key of a file."""
    return hashlib.sha256(f"{host}/{path}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def row(record: Record) -> dict[str, object]:
    """Return a record as Milvus takes it."""
    return {
        "id": key(record.host, record.path),
        "host": record.host,
        "path": escape(record.path),
        "digest": record.digest.hex(),
        "model": record.model,
        "taken": record.taken,
        "vector": record.vector.astype(np.float32),
    }


def escape(path: str) -> str:
    """Return a path as text that needs no care in an expression: what is odd as % and four hex digits."""
    return _ODD.sub(lambda odd: f"%{ord(odd[0]):04x}", path)


def unescape(text: str) -> str:
    """Return the path that `escape` made text of."""
    return _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)


def expression(where: Where) -> str:
    """Return Milvus's words for which records are looked at; empty for all."""
    parts = []
    if where.hosts:
        parts.append(f"host in {json.dumps(list(where.hosts), ensure_ascii=False)}")
    if where.folders:  # what begins with "a/" lies between "a/" and "a0", the character after "/"
        spans = [(prefix, prefix[:-1] + "0") for prefix in map(escape, where.prefixes)]
        parts.append("(" + " or ".join(f'(path >= "{low}" and path < "{end}")' for low, end in spans) + ")")
    if where.first is not None:
        parts.append(f"taken >= {where.first}")
    if where.end is not None:
        parts.append(f"taken < {where.end}")
    return " and ".join(parts)
