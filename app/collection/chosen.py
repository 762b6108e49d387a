"""Which shared collection the window searches, in a file that the terminal reads too. Without Qt."""

from __future__ import annotations

import logging
import platform
import re
from dataclasses import asdict, dataclass

from app.state.state_file import UNREADABLE, keep_json, read_json

_NAME, _SENT_AS = "collection.json", "sent_as.json"
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


def own_names() -> set[str]:
    """Return what this machine is called in collections: its own name, the chosen one, those it sent by.

    Raises:
        EngineError: there is no data folder.
    """
    return {this_machine(), read_collection().own_host, *_names_sent()}


def note_name(host: str) -> None:
    """Remember that this machine sends photos by this name.

    Raises:
        EngineError: there is no data folder.
    """
    if host not in own_names():
        names = sorted({host, *_names_sent()})
        keep_json(_SENT_AS, {"names": names}, trouble="What this machine is called is not remembered")


def _names_sent() -> set[str]:
    try:
        return {name for name in (read_json(_SENT_AS) or {}).get("names", ()) if isinstance(name, str)}
    except UNREADABLE as error:
        _log.warning("What this machine was called in collections cannot be read: %s", error)
        return set()


def read_collection() -> ChosenCollection:
    """Return what was chosen last; nothing where the file is missing or damaged.

    Raises:
        EngineError: there is no data folder.
    """
    try:
        words = read_json(_NAME) or {}
        texts = {name: str(words.get(name, "")) for name in ("address", "thumbnails", "host")}
        return ChosenCollection(**texts, on=words.get("on") is True and bool(texts["address"]))
    except UNREADABLE as error:
        _log.warning("What was chosen about a shared collection cannot be read: %s", error)
        return ChosenCollection()


def keep_collection(chosen: ChosenCollection) -> None:
    """Remember this; where the disk does not take it, the log says so.

    Raises:
        EngineError: there is no data folder.
    """
    keep_json(_NAME, asdict(chosen), trouble="What was chosen about a shared collection is not remembered")
