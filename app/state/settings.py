"""What the program remembers between runs, in an INI file beside its other state."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from app.words.languages import LANGUAGES
from engine.paths import data_dir
from engine.sketches.drawing import PEN_WIDTH, THICKEST, THINNEST

APPEARANCES = ("system", "light", "dark")


Value = TypeVar("Value")


class _Setting(Generic[Value]):
    """One thing that is remembered."""

    def __init__(
        self, default: Value, read: Callable[[Any], Value], doc: str, *, by_any_window: bool = False
    ) -> None:
        """Say what it is and means.

        Args:
            default: what it is where nobody chose, or the file is spoilt.
            read: makes it of what the file holds, or raises LookupError, TypeError or ValueError.
            doc: what it means.
            by_any_window: what any window chose counts now.
        """
        self._default, self._read, self.__doc__ = default, read, doc
        self._by_any_window = by_any_window

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        self._key = name

    def __get__(self, settings: Settings, owner: type[Settings]) -> Value:
        if self._by_any_window:
            settings._store.sync()
        try:
            return self._read(settings._store.value(self._key))
        except (LookupError, TypeError, ValueError):
            return self._default

    def __set__(self, settings: Settings, value: Value) -> None:
        kept = str(value or "") if value is None or isinstance(value, Path) else value
        settings._store.setValue(self._key, kept)


def _on(value: object) -> bool:
    return {"true": True, "false": False}[str(value).lower()]


def _bytes(value: object) -> QByteArray:
    if not isinstance(value, QByteArray):
        raise TypeError(value)
    return value


def _path(value: object) -> Path | None:
    return Path(value) if isinstance(value, str) and value else None


def _width(value: str | float) -> float:
    if not THINNEST <= float(value) <= THICKEST:
        raise ValueError(value)
    return float(value)


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    return lambda value: names[names.index(value)]


class Settings:
    """Typed access to the settings file; unreadable values read as their defaults."""

    pen_pressure = _Setting(True, _on, "Whether lines follow how hard the pen presses.")
    best_first = _Setting(False, _on, "Whether the best matches come first, rather than different guesses.")
    gentle = _Setting(False, _on, "Whether indexing leaves half of the machine to other programs.")
    keep_drawings = _Setting(
        True, _on, "Whether the last drawings are kept on the shelf.", by_any_window=True
    )
    follow_first = _Setting(False, _on, "Whether the view shows the first hit of each answer.")
    newest_first = _Setting(False, _on, "Whether the best matches come newest first.")
    model = _Setting(None, _path, "The ONNX file used in place of the shipped encoder; None for that one.")
    geometry = _Setting(QByteArray(), _bytes, "The window's place and size; empty at first.")
    splitter = _Setting(QByteArray(), _bytes, "Where paper and photos meet; empty at first.")
    pen_width = _Setting(PEN_WIDTH, _width, "The pen's width, as a share of the paper's side.")
    tile_size = _Setting(0, int, "How large the photos are at least, in pixels; 0 while nobody chose that.")
    appearance = _Setting(APPEARANCES[0], _one_of(APPEARANCES), "One of APPEARANCES.")
    language = _Setting(LANGUAGES[0], _one_of(LANGUAGES), "One of LANGUAGES.")

    def __init__(self) -> None:
        """Open the file in the data folder.

        Raises:
            EngineError: there is no data folder to keep it in.
        """
        self._store = QSettings(str(data_dir() / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def folder(self) -> Path | None:
        """The folder that was open last in versions that knew one at a time; see `app.library.chosen`."""
        return _path(self._store.value("folder"))

    @property
    def recent(self) -> list[tuple[Path, ...]]:
        """The folders that were open together, those of the last time first, by any window."""
        self._store.sync()
        try:
            entries = json.loads(str(self._store.value("recent", "[]")))
        except ValueError:
            return []
        if not isinstance(entries, list):
            return []
        groups = [entry if isinstance(entry, list) else [entry] for entry in entries]
        paths = [tuple(Path(name) for name in group if isinstance(name, str) and name) for group in groups]
        return [group for group in paths if group]

    @recent.setter
    def recent(self, folders: Sequence[tuple[Path, ...]]) -> None:
        self._store.setValue("recent", json.dumps([[str(one) for one in group] for group in folders]))

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()
