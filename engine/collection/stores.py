"""Opens the store that an address names, whatever kind it is of."""

from __future__ import annotations

import os
from pathlib import Path

from engine.collection.store import Store
from engine.errors import StoreError
from engine.folders.mounts import is_on_network
from engine.folders.patience import resolve_path

_AT_A_SERVER = ("http://", "https://")


def open_store(address: str, model: str, dim: int, *, make: bool = True) -> Store:
    """Return what an address stands for; only what it needs is imported.

    Args:
        address: `http://HOST:PORT` of a Milvus server; a file that ends in `.db` for Milvus in this process;
            any other folder for SQLite and the search of the desktop. Both are of this machine alone, and do
            not lie on a network.
        model: whose vectors.
        dim: their length.
        make: whether to begin a collection where there is none of this model.

    Raises:
        StoreError: it does not answer, cannot be used, lacks a package, or is not there and not to be made.
    """
    place = local_place(address)
    if place is not None and address.startswith("~") and str(place).startswith("~"):
        raise StoreError(f"There is no home folder that {address} could lie in.")
    if place is not None and is_on_network(resolve_path(place)):  # SQLite's log reaches no other machine
        raise StoreError(
            f"{address} lies on a network: a collection there needs a server, http://HOST:19530."
        )
    if address.startswith(_AT_A_SERVER) or address.endswith(".db"):
        from engine.collection.milvus import MilvusStore

        return MilvusStore(address, model, dim, make=make)
    if place is None:
        raise StoreError(
            f"{address} is no collection's address: give http://HOST:19530, or for one machine a .db file "
            "or a folder."
        )
    from engine.collection.local_store import LocalStore

    return LocalStore(address, model, dim, make=make)


def local_place(address: str) -> Path | None:
    """Return the file or folder of this machine that an address means, None for a server's and for none."""
    return None if "://" in address or not address.strip() else Path(os.path.expanduser(address))
