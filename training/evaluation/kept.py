"""Embeddings kept between measurements, so that the second one of a model takes seconds."""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from engine import preprocess
from engine.pictures import colours, costs, photoshop, viewing
from training.atomic_files import fill_atomically
from training.data import collection

_log = logging.getLogger(__name__)

_ENGINE = Path(preprocess.__file__).parent
_LOCK = "kept.lock"
_PATIENCE_S = 120.0  # how long another one may write
_MOST = 4 << 30  # bytes of all files together
_ROOMS = [file for room in ("paper", "sketches") for file in sorted((_ENGINE / room).glob("*.py"))]
_CODE: tuple[str | Path, ...] = (
    preprocess.__file__, collection.__file__, colours.__file__, costs.__file__, photoshop.__file__,
    viewing.__file__, *_ROOMS,
)  # fmt: skip
"""What the network sees of a picture is decided there."""


class EmbeddingCache:
    """What one model made of pictures, by file and place in it, with the code that prepared them.

    A picture whose file has another size or date than when it was embedded counts as new. A file of vectors
    that cannot be read is made anew; the one that was used longest ago goes where all take more than 4 GiB.
    """

    def __init__(self, folder: Path, model: str) -> None:
        """Take the folder of all models, made if need be, and what tells this model from any other."""
        code = "".join(hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in _CODE)
        self._folder = folder
        self._file = folder / f"{_digest(model + code).hex()[:24]}.npz"
        self._states: dict[Path, str] = {}
        self._known = self._stamp()
        self._rows = self._read()

    def key(self, kind: str, item: Any) -> bytes | None:
        """Return what an item is known by: how it is shown to the model, and where it comes from.

        None for one whose file is not there.
        """
        if hasattr(item, "file"):
            state = self._state(item.file)
            if not state:
                return None
            source = f"{state}|{item.offset}|{item.size}"
        else:
            source = repr(item.raw)
        return _digest(f"{kind}|{source}")[:16]

    def get(self, key: bytes | None) -> NDArray[np.float32] | None:
        """Return the vector (d,) of a key, None if it is not known."""
        return None if key is None else self._rows.get(key)

    def add(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors, on the disk too; where that is not possible, the log says so."""
        if not vectors:
            return
        self._rows.update(vectors)
        try:
            with _alone_in(self._folder):
                if self._stamp() != self._known:
                    self._rows = self._read() | self._rows  # with what another measurement has added since
                keys = np.frombuffer(b"".join(self._rows), np.uint8).reshape(-1, 16)
                rows = np.stack(list(self._rows.values()))
                fill_atomically(self._file, lambda file: _write(file, keys, rows))
                self._known = self._stamp()
                self._trim()
        except OSError as error:
            _log.warning("Embeddings are not kept: %s", error)

    def _stamp(self) -> tuple[int, int] | None:
        """Return what tells the file from what another measurement makes of it; None where there is none."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size

    def _state(self, file: Path) -> str:
        if file not in self._states:
            try:
                found = file.stat()
                self._states[file] = f"{file.resolve()}|{found.st_mtime_ns}|{found.st_size}"
            except OSError:
                self._states[file] = ""
        return self._states[file]

    def _read(self) -> dict[bytes, NDArray[np.float32]]:
        """Return what the file holds; nothing where there is none, or it cannot be read."""
        if not self._file.is_file():
            return {}
        try:
            with self._file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
                keys, rows = stored["keys"], stored["vectors"]
            if keys.shape != (len(rows), 16) or rows.dtype != np.float32 or rows.ndim != 2:
                raise ValueError("another form")
            os.utime(self._file)
        except FileNotFoundError:  # another measurement has just trimmed it
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            _log.warning("Kept embeddings cannot be read and are made anew: %s", error)
            return {}
        return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}

    def _trim(self) -> None:
        found = list[tuple[int, int, Path]]()
        for file in self._folder.glob("*.npz"):
            with suppress(FileNotFoundError):  # somebody else has removed it
                details = file.stat()
                found.append((details.st_mtime_ns, details.st_size, file))
        total = sum(size for _, size, _ in found)
        for _, size, file in sorted(found):
            if total > _MOST and file != self._file:
                total -= size
                file.unlink(missing_ok=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other measurements from writing in a folder; where a file system has no locks, nothing does.

    Raises:
        OSError: the folder cannot be made, or another one writes for long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(folder / _LOCK, timeout=_PATIENCE_S, fallback_to_soft=False).acquire()
    except Timeout:
        raise
    except (OSError, NotImplementedError) as error:
        _log.info("Nothing keeps a second measurement from writing in %s: %s", folder, error)
        yield
        return
    with lock:
        yield


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()  # paths may be no text


def _write(file: Path, keys: NDArray[np.uint8], rows: NDArray[np.float32]) -> None:
    with file.open("wb") as out:
        np.savez(out, keys=keys, vectors=rows)


def identity(file: Path, means: Sequence[str] = ()) -> str:
    """Return what tells a file of weights, computed with by these means, from any other."""
    found = file.stat()
    return "|".join([str(file.resolve()), str(found.st_mtime_ns), str(found.st_size), *means])
