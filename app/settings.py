"""What the program remembers between runs, in an INI file beside its other state."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.words.languages import LANGUAGES
from engine.paths import data_dir
from engine.sketches.drawing import PEN_WIDTH, THICKEST, THINNEST

APPEARANCES = ("system", "light", "dark")


class _Flag:
    """A setting that is on or off."""

    def __init__(self, default: bool, doc: str, *, by_any_window: bool = False) -> None:
        """Take what it is where nobody chose, and what it means; perhaps what any window chose counts now."""
        self._default, self.__doc__, self._by_any_window = default, doc, by_any_window

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        self._key = name

    def __get__(self, settings: Settings, owner: type[Settings]) -> bool:
        if self._by_any_window:
            settings._store.sync()
        text = str(settings._store.value(self._key)).lower()
        return text == "true" if text in ("true", "false") else self._default

    def __set__(self, settings: Settings, value: bool) -> None:
        settings._store.setValue(self._key, value)


class Settings:
    """Typed access to the settings file; unreadable values read as their defaults."""

    pen_pressure = _Flag(True, "Whether lines follow how hard the pen presses.")
    best_first = _Flag(False, "Whether the best matches come first, rather than different guesses.")
    gentle = _Flag(False, "Whether indexing leaves half of the machine to other programs.")
    keep_drawings = _Flag(True, "Whether the last drawings are kept on the shelf.", by_any_window=True)
    follow_first = _Flag(False, "Whether the view shows the first hit of each answer.")
    newest_first = _Flag(False, "Whether the best matches come newest first.")

    def __init__(self) -> None:
        """Open the file in the data folder.

        Raises:
            EngineError: there is no data folder to keep it in.
        """
        self._store = QSettings(str(data_dir() / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def folder(self) -> Path | None:
        """The folder that was open last in versions that knew one at a time; see `app.chosen`."""
        text = self._store.value("folder")
        return Path(text) if isinstance(text, str) and text else None

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

    @property
    def model(self) -> Path | None:
        """The ONNX file used in place of the shipped encoder; None for that one."""
        text = self._store.value("model")
        return Path(text) if isinstance(text, str) and text else None

    @model.setter
    def model(self, file: Path | None) -> None:
        self._store.setValue("model", "" if file is None else str(file))

    @property
    def geometry(self) -> QByteArray:
        """The window's place and size; empty at first."""
        return self._bytes("geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    @property
    def splitter(self) -> QByteArray:
        """Where paper and photos meet; empty at first."""
        return self._bytes("splitter")

    @splitter.setter
    def splitter(self, value: QByteArray) -> None:
        self._store.setValue("splitter", value)

    @property
    def pen_width(self) -> float:
        """The pen's width, as a share of the paper's side."""
        try:
            width = float(str(self._store.value("pen_width", PEN_WIDTH)))
        except ValueError:
            return PEN_WIDTH
        return width if THINNEST <= width <= THICKEST else PEN_WIDTH

    @pen_width.setter
    def pen_width(self, width: float) -> None:
        self._store.setValue("pen_width", width)

    @property
    def tile_size(self) -> int:
        """How large the photos are at least, in pixels; 0 while nobody chose that."""
        try:
            return int(str(self._store.value("tile_size", 0)))
        except ValueError:
            return 0

    @tile_size.setter
    def tile_size(self, size: int) -> None:
        self._store.setValue("tile_size", size)

    @property
    def appearance(self) -> str:
        """One of APPEARANCES."""
        value = str(self._store.value("appearance", APPEARANCES[0]))
        return value if value in APPEARANCES else APPEARANCES[0]

    @appearance.setter
    def appearance(self, value: str) -> None:
        self._store.setValue("appearance", value)

    @property
    def language(self) -> str:
        """One of LANGUAGES."""
        value = str(self._store.value("language", LANGUAGES[0]))
        return value if value in LANGUAGES else LANGUAGES[0]

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
