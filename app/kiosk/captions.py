"""What is said of pictures: captions from a table beside them."""

from __future__ import annotations

import csv
import io
import logging
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.threads.background import Task

NAME = "captions.csv"
"""The table, in the folder of the pictures or in one above."""

_FILES = frozenset(
    {"file", "filename", "file name", "name", "path", "image", "photo", "picture", "datei", "bild"}
)
_TEXTS = frozenset({"caption", "captions", "title", "text", "description", "titel", "beschreibung"})
_MOST_BYTES = 20_000_000
_LONGEST = 600  # characters of a caption
_log = logging.getLogger(__name__)


class Captions(QObject):
    """The captions of one folder of pictures and those in it. Tables are read when first needed."""

    told = Signal(object, str)
    """The picture, a path, that was asked for last, and its caption."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that is shown."""
        super().__init__()
        self._folder = folder
        self._tables: dict[Path, Mapping[str, str]] = {}
        self._lock = threading.Lock()
        self._wanted: Path | None = None
        self._looks = False  # a thread does

    def ask(self, path: Path) -> None:
        """Have a picture's caption looked up, by one thread at a time: its drive may never answer."""
        self._wanted = path
        if not self._looks:
            self._look()

    def _look(self) -> None:
        """Look up what is wanted, if anything is."""
        path, self._wanted = self._wanted, None
        self._looks = path is not None
        if path is not None:
            Task(partial(self.of, path), self).begin(partial(self._tell, path), lambda _: self._look())

    def _tell(self, path: Path, text: str) -> None:
        self.told.emit(path, text)
        self._look()

    def look_again(self) -> None:
        """Look for tables again where there were none: pictures have come, or their drive has."""
        with self._lock:
            self._tables = {folder: table for folder, table in self._tables.items() if table}

    def of(self, path: Path) -> str:
        """Return a picture's caption; empty where no table has one. The nearest table counts."""
        for folder in path.parents:
            if not folder.is_relative_to(self._folder):
                break
            name = path.relative_to(folder).as_posix()
            table = self._table(folder)
            for key in (name, name.rpartition(".")[0], path.name, path.stem):
                if text := table.get(_key(key), ""):
                    return text
        return ""

    def _table(self, folder: Path) -> Mapping[str, str]:
        with self._lock:
            table = self._tables.get(folder)
        if table is None:
            table = read_table(folder / NAME)
            with self._lock:
                self._tables[folder] = table
        return table


def read_table(file: Path) -> dict[str, str]:
    """Return the captions in a table by file name, as `Captions` looks them up; none where there is no table.

    The first row names the columns, as in "file,caption"; without such names the first column is the file,
    and the second its caption. Commas, semicolons and tabulators separate them; the text is UTF-8, or
    Windows' own.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            _log.warning("%s is too large for a table of captions.", file)
            return {}
        data = file.read_bytes()
    except OSError:
        return {}
    rows = list(_rows(_text(data)))
    if not rows:
        return {}
    head = [cell.strip().casefold() for cell in rows[0]]
    name, text = _place(head, _FILES), _place(head, _TEXTS)
    if name is None or text is None:
        name, text = 0, 1
    else:
        rows = rows[1:]
    return {_key(row[name]): caption for row in rows if (caption := _caption(row, name, text))}


def _place(head: Sequence[str], words: frozenset[str]) -> int | None:
    return next((place for place, word in enumerate(head) if word in words), None)


def _caption(row: Sequence[str], name: int, text: int) -> str:
    if len(row) <= max(name, text) or not row[name].strip():
        return ""
    return " ".join(row[text].split())[:_LONGEST]


def _key(name: str) -> str:
    """Return a file's name as it is compared: however it is composed, and whichever way slashes lean."""
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/").removeprefix("./")).casefold()


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        _log.warning("The table of captions ends early: %s.", error)
