"""Which shared collection the window searches, in a file that the terminal reads too. Without Qt."""

from __future__ import annotations

import json
import logging
import platform
import re
from dataclasses import asdict, dataclass

from engine.paths import data_dir
from engine.whole_files import replacing

_NAME = "collection.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChosenCollection:
    """What the person chose.

    Attributes:
        address: as of `engine.collection.stores.open_store`; empty before one was chosen.
        thumbnails: the folder where machines leave thumbnails for each other; empty for none.
        host: what this machine is called in the collection; empty for its own name.
        on: whether it is searched.
    """

    address: str = ""
    thumbnails: str = ""
    host: str = ""
    on: bool = False

    @property
    def own_host(self) -> str:
        """What this machine is called in the collection."""
        return self.host or this_machine()


def this_machine() -> str:
    """Return this machine's own name, what cannot stand in a record left out."""
    return re.sub(r"[^\w.-]", "-", platform.node())[:200] or "localhost"


def read_collection() -> ChosenCollection:
    """Return what was chosen last; nothing where the file is missing or damaged.

    Raises:
        EngineError: there is no data folder.
    """
    try:
        words = json.loads((data_dir() / _NAME).read_text(encoding="utf-8"))
        texts = {name: str(words.get(name, "")) for name in ("address", "thumbnails", "host")}
        return ChosenCollection(**texts, on=words.get("on") is True and bool(texts["address"]))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("What was chosen about a shared collection cannot be read: %s", error)
    return ChosenCollection()


def keep_collection(chosen: ChosenCollection) -> None:
    """Remember this; where the disk does not take it, the log says so.

    Raises:
        EngineError: there is no data folder.
    """
    file = data_dir() / _NAME
    try:
        with replacing(file) as new:
            new.write_text(json.dumps(asdict(chosen), indent=1), encoding="utf-8")
    except OSError as error:
        _log.warning("What was chosen about a shared collection is not remembered: %s", error)
