"""The verbs that tell what is known: `ffmln status` and `ffmln export`."""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.collection.chosen import ChosenCollection, read_collection
from app.library.chosen import read_chosen
from engine.arguments import UsageError
from engine.days import DAY_S
from engine.errors import EngineError, cause
from engine.visible import ANY_NAME, visible
from engine.whole_files import replacing, sweep_leftovers

if TYPE_CHECKING:
    from engine.inventory import FileFacts, FolderFacts, Inventory

COLUMNS = ("path", "state", "size", "modified", "content", "taken", "missing_since", "remark")
"""Of an exported table, in their order."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def status(arguments: argparse.Namespace) -> int:
    """Print what is known of all folders."""
    from engine.inventory import take_inventory  # late, so that --help comes at once

    inventory = take_inventory()
    chosen = read_collection()
    if arguments.json:
        collection = asdict(chosen) | {"host": chosen.own_host} if chosen.address else None
        print(json.dumps(_as_json(inventory) | {"collection": collection}, indent=1))
        return 0
    for line in (*_lines(inventory), *_collection(chosen)):
        print(visible(line))
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write what is known of every file, as the name's ending says."""
    from engine.inventory import files

    file: Path = arguments.file
    write = {".csv": _write_csv, ".json": _write_json}.get(file.suffix.lower())
    if write is None:
        raise UsageError(f"{file} ends in neither .csv nor .json; see ffmln export --help.")
    check_outside_photos(file)
    place = Path(os.path.realpath(file))
    sweep_leftovers(place.parent, older_s=DAY_S)
    try:
        with (
            replacing(place) as new,
            new.open("x", encoding="utf-8", errors=ANY_NAME, newline="") as out,
        ):
            count = write(out, files())
    except OSError as error:
        reason = cause(error).lower()
        raise EngineError(f"{file} cannot be written: {reason}.") from error
    print(visible(f"wrote {count:,} file{'s' * (count != 1)} to {file}"))
    return 0


def check_outside_photos(place: Path, folders: Iterable[Path] = ()) -> None:
    """Find out whether something may be written here: not where photos lie.

    Args:
        place: a file or folder, there or not.
        folders: photos lie there too, besides in the folders that are known, and in those of the window.

    Raises:
        EngineError: it lies in a photo folder.
    """
    from engine.folders.patience import resolve_path
    from engine.inventory import known_folders

    real = resolve_path(place)
    chosen = read_chosen()
    chosen_too = () if chosen is None else chosen.folders
    for folder in (*known_folders(), *map(resolve_path, (*chosen_too, *folders))):
        if real.is_relative_to(folder):
            raise EngineError(f"{place} would lie in {folder}: nothing is written to photo folders.")


def _lines(inventory: Inventory) -> Iterator[str]:
    if not inventory.folders:
        yield "no folder is known yet"
    for folder in inventory.folders:
        yield f"{folder.path}: {', '.join(_counts(folder))}"
    for model in inventory.models:
        used = "" if model.used is None else f", last used {_moment(model.used)[:10]}"
        yield f"model {model.model}: {model.contents:,} photos encoded{used}"
    if inventory.thumbnails.count:
        kept = inventory.thumbnails
        yield f"{kept.count:,} thumbnail{'s' * (kept.count != 1)} kept: {_size(kept.bytes)}"
    yield f"state in {inventory.state}: {_size(inventory.bytes)}"


def _collection(chosen: ChosenCollection) -> Iterator[str]:
    """Say which collection the window searches; it is not asked, which might take long."""
    if chosen.address:
        searched = "searched by the window" if chosen.on else "not searched now"
        yield f"shared collection {chosen.address}: {searched}, this machine is {chosen.own_host}"


def _counts(folder: FolderFacts) -> Iterator[str]:
    yield f"{folder.photos:,} photo{'s' * (folder.photos != 1)}"
    if folder.missing:
        yield f"{folder.missing:,} missing"
    yield f"{folder.skipped:,} skipped"
    if folder.offline:
        yield "not there now"


def _as_json(inventory: Inventory) -> dict[str, object]:
    return {
        "state": str(inventory.state),
        "bytes": inventory.bytes,
        "folders": [asdict(one) | {"path": str(one.path)} for one in inventory.folders],
        "models": [
            asdict(one) | {"used": None if one.used is None else _moment(one.used)}
            for one in inventory.models
        ],
        "thumbnails": asdict(inventory.thumbnails),
    }


def _row(file: FileFacts) -> dict[str, str | int | None]:
    missing = _moment_or_none(file.missing_since)
    taken = None if file.taken is None else _moment(file.taken).removesuffix("Z")  # on the wall clock there
    return {
        "path": str(file.path),
        "state": file.state,
        "size": file.size,
        "modified": _moment(file.modified),
        "content": file.content,
        "taken": taken,
        "missing_since": missing,
        "remark": file.remark,
    }


def _write_csv(out: TextIO, files: Iterable[FileFacts]) -> int:
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    count = 0
    for count, file in enumerate(files, 1):  # noqa: B007  it is what is returned
        table.writerow(_row(file))
    return count


def _write_json(out: TextIO, files: Iterable[FileFacts]) -> int:
    """Write a list, a file a line; what is no text in any language is escaped, as by `search --json`."""
    count = 0
    out.write("[")
    for count, file in enumerate(files, 1):
        out.write(("\n" if count == 1 else ",\n") + json.dumps(_row(file)))
    out.write("\n]\n")
    return count


def _moment_or_none(seconds: int | None) -> str | None:
    return None if seconds is None else _moment(seconds)


def _moment(seconds: int) -> str:
    """Return a moment as ISO 8601 has it; one that no calendar reaches as its number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return str(seconds)


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            return f"{count:,.0f} {unit}" if unit == _UNITS[0] else f"{count:,.1f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")
