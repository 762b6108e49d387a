"""Where the program keeps its state and finds what it ships."""

import os
from pathlib import Path

from engine.errors import EngineError, cause

ASSETS = Path(__file__).resolve().parent.parent / "assets"
"""The shipped weights and icons: beside the packages in a checkout, a wheel and a frozen bundle alike."""


def data_dir() -> Path:
    """Return the folder that holds all state: `FFMLN_DATA_DIR`, else the platform's own place; create it.

    One that is created is for this person alone; the rights of one that is there stay as they are.

    Raises:
        EngineError: the folder cannot be made or written.
    """
    chosen = os.environ.get("FFMLN_DATA_DIR")
    try:
        if chosen:
            folder = Path(chosen).expanduser()
        else:
            from platformdirs import user_data_path  # here, so that training need not have it

            folder = user_data_path("ffmln", appauthor=False)
    except RuntimeError as error:  # a home folder is asked for, and there is none
        raise EngineError(
            f"The data folder {chosen} cannot be created: there is no such home folder."
        ) from error
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)  # others may not read names of photos
    except OSError as error:
        raise EngineError(f"The data folder {folder} cannot be created: {cause(error)}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EngineError(f"The data folder {folder} cannot be written to.")
    return folder.absolute()
