"""Dialogs that ask for files and folders; they begin where no drive keeps the window waiting."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from engine.folders.patience import awaiting, begin, to_the_end

_AT_ONCE_S = 0.5  # a drive that takes longer may take very long


class _Last:
    """Where files were chosen last. Qt remembers it too, and would ask its drive in the GUI thread."""

    folder = ""


def choose_files(window: QWidget, title: str, kinds: str) -> list[Path]:
    """Ask for files to read; none where the person does not want to."""
    chosen, _ = QFileDialog.getOpenFileNames(window, title, start_at(_Last.folder), kinds)
    return [_read_note(one) for one in chosen]


def choose_file(window: QWidget, title: str, kinds: str) -> Path | None:
    """Ask for one file to read."""
    chosen, _ = QFileDialog.getOpenFileName(window, title, start_at(_Last.folder), kinds)
    return _read_note(chosen) if chosen else None


def choose_new_file(window: QWidget, title: str, *, name: str, kinds: str) -> Path | None:
    """Ask for a file to write, which is called so unless the person wants otherwise."""
    proposed = os.path.join(start_at(_Last.folder), name)
    chosen, _ = QFileDialog.getSaveFileName(window, title, proposed, kinds)
    return _read_note(chosen) if chosen else None


def choose_folder(window: QWidget, title: str, place: str) -> str:
    """Ask for a folder, from this one on if it is there; empty where the person does not want to."""
    return QFileDialog.getExistingDirectory(window, title, start_at(place))


def start_at(place: str) -> str:
    """Return this folder if its drive says at once that it is there, else the person's home."""
    return place if place and _answers(place) else os.path.expanduser("~")


def _answers(folder: str) -> bool:
    try:
        answer = begin(partial(os.path.isdir, folder), name="look where a dialog begins")
    except RuntimeError:  # no thread, and so no word of its drive
        return False
    to_the_end(awaiting([answer], within_s=_AT_ONCE_S))
    return answer.done() and answer.result()


def _read_note(file: str) -> Path:
    _Last.folder = os.path.dirname(file)
    return Path(file)
