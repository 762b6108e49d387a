"""What is known of the shared collection at one moment: one immutable value, shown wherever it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from app.words import phrases


class Reach(Enum):
    """Whether the collection answers."""

    OFF = auto()
    """It is not searched."""
    CONNECTING = auto()
    """Nothing was heard of it yet."""
    CONNECTED = auto()
    """It answers."""
    SILENT = auto()
    """It does not, or cannot be used; it is tried again now and then."""


@dataclass(frozen=True)
class CollectionState:
    """The collection at one moment.

    Attributes:
        reach: whether it answers.
        address: where it is; empty before one was chosen.
        photos: how many photos it holds.
        hosts: how many machines they are of.
        model: the encoder they are by.
        trouble: why it cannot be searched, as one sentence.
    """

    reach: Reach = Reach.OFF
    address: str = ""
    photos: int = 0
    hosts: int = 0
    model: str = ""
    trouble: str = ""

    @property
    def words(self) -> str:
        """How it is, in a few words."""
        translate = QCoreApplication.translate
        if self.reach is Reach.SILENT:
            return translate("collection", "not reachable now: %1").replace("%1", self.trouble)
        if self.reach is Reach.CONNECTING:
            return translate("collection", "connecting…")
        if self.reach is Reach.CONNECTED:
            return translate("collection", "connected, %1").replace("%1", self.count)
        return (
            translate("collection", "not searched") if self.address else translate("collection", "not set up")
        )

    @property
    def count(self) -> str:
        """How many photos of how many machines it holds."""
        return f"{phrases.photos(self.photos)} {phrases.of_machines(self.hosts)}"

    @property
    def found(self) -> str:
        """What was found, as one sentence; or what is wrong."""
        if self.trouble:
            return self.trouble
        text = QCoreApplication.translate("collection", "It holds %1, by the encoder %2.")
        return text.replace("%1", self.count).replace("%2", self.model)

    @property
    def promise(self) -> str:
        """What the status bar says while it is searched."""
        translate = QCoreApplication.translate
        if self.reach is Reach.SILENT:
            return translate("collection", "Shared collection: not reachable now. It is tried again.")
        if self.reach is Reach.CONNECTING:
            return translate("collection", "Shared collection: connecting…")
        text = translate(
            "collection",
            "Shared collection: %1. It is told what you draw, in numbers; photos stay here.",
        )
        return text.replace("%1", self.count)
