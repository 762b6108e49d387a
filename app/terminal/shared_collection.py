"""What the verbs do with a collection that several machines share: `--store`. Without Qt."""

from __future__ import annotations

import argparse
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.collection.chosen import note_name, own_names, this_machine
from app.terminal.output import follow, remark, tell
from app.terminal.reports import check_outside_photos
from app.terminal.summaries import count_in_words, order_of, print_hits
from engine.arguments import UsageError, folder_argument
from engine.errors import StoreError
from engine.visible import visible

if TYPE_CHECKING:
    from engine.collection.store import Store
    from engine.encoding.encoder import Encoder
    from engine.search.query import Query


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add what says which collection is meant."""
    verb.add_argument(
        "--store",
        metavar="ADDRESS",
        help="the collection of several machines, http://HOST:19530 of a Milvus server, whose token is read "
        "from FFMLN_STORE_TOKEN; or one of this machine alone, a file ending in .db or a folder",
    )
    several = verb.prog.endswith("search")
    verb.add_argument(
        "--host",
        action="append" if several else "store",
        default=[] if several else None,
        metavar="NAME",
        help="with --store: only photos of this machine; repeatable"
        if several
        else "with --store: what the machine is called there (default: this one's own name)",
    )
    if not several and verb.prog.endswith("index"):
        verb.add_argument(
            "--thumbnails-to",
            type=folder_argument,
            metavar="DIR",
            help="with --store: a folder that the machines share, where thumbnails are left for windows",
        )


def is_searched(arguments: argparse.Namespace) -> bool:
    """Return whether a search goes to a collection, and so needs no folder.

    Raises:
        UsageError: it has one all the same, or something that a collection cannot do.
    """
    if arguments.verb != "search" or arguments.store is None:
        return False
    if arguments.folders:
        raise UsageError("--store searches the whole collection: give --within in place of FOLDER.")
    if arguments.exclude or arguments.exclude_nothing or arguments.no_index:
        raise UsageError("--store indexes nothing: --exclude, --exclude-nothing, --no-index go without it.")
    return True


def check(arguments: argparse.Namespace, encoder: Encoder) -> None:
    """Find out whether the collection of an `index` answers, if one is named.

    Raises:
        StoreError: it does not, or this machine's name cannot stand in it.
        EngineError: it, or the thumbnails for it, would lie in a photo folder.
        UsageError: thumbnails are to be left for a collection that is not named.
    """
    if arguments.store is None and arguments.thumbnails_to is not None:
        raise UsageError("--thumbnails-to goes with --store.")
    if arguments.store is not None:
        from engine.collection.stores import local_place

        _host(arguments)
        for place in (local_place(arguments.store), arguments.thumbnails_to):
            if place is not None:
                check_outside_photos(place, arguments.folders)
        with _open(arguments, encoder, make=True):
            pass


def send(folder: Path, arguments: argparse.Namespace, encoder: Encoder) -> None:
    """Bring the collection up to date with a folder that was just indexed, if one is named, and say so.

    Raises:
        StoreError: it does not answer; what it took is there, and the next run goes on from there.
    """
    if arguments.store is None:
        return
    from engine.collection.sharing import share, share_thumbnails

    left, host = 0, _host(arguments)
    note_name(host)
    try:
        with (
            _open(arguments, encoder, make=True) as store,
            closing(share(folder, store, host)) as work,
        ):
            shared = follow(work, lambda step: ("sending", *step), leave=True)
        if arguments.thumbnails_to is not None:
            left = share_thumbnails(folder, arguments.thumbnails_to, encoder)
    except StoreError as error:
        kept = "What was indexed is kept, and the next run sends what the collection lacks."
        raise StoreError(f"{error} {kept}") from error
    news = [
        f"{count:,} {what}"
        for count, what in (
            (shared.sent, "sent"),
            (shared.withdrawn, "withdrawn"),
            (left, "thumbnail" + "s" * (left != 1)),
        )
        if count
    ]
    tell(", ".join([f"  {count_in_words(shared.photos, 'photo')} in {arguments.store}", *news]))


def search(query: Query, arguments: argparse.Namespace, encoder: Encoder) -> int:
    """Print what a collection has for a query; return the exit status.

    Raises:
        StoreError: it does not answer, or is not there.
    """
    from engine.collection.shared import SharedFinder
    from engine.collection.store import MOST

    if arguments.k > MOST:
        remark(f"a collection gives the best {MOST:,} photos at most.")
    with _open(arguments, encoder) as store:
        finder = SharedFinder(store, encoder, this_machine())
        order, group = order_of(arguments), arguments.group
        hits = finder.search(query, arguments.k, hosts=arguments.host, order=order, group=group)
        if not hits and not store.count():
            remark(f"there are no photos in {arguments.store} yet: send some with ffmln index --store.")
        elif not _doubt(arguments.host, store) and not hits:
            remark("there are no such photos in the collection.")
    print_hits(hits, arguments)
    return 0


def withdraw(arguments: argparse.Namespace, encoder: Encoder) -> int:
    """Take a folder's photos out of a collection; return the exit status.

    Raises:
        StoreError: it does not answer, or is not there.
    """
    from engine.collection import sharing
    from engine.collection.stores import local_place

    if arguments.missing:
        raise UsageError("--missing goes without --store: ffmln index --store takes out what disappeared.")
    host = _host(arguments)
    is_here = host in own_names() or local_place(arguments.store) is not None
    with _open(arguments, encoder) as store:
        count = sharing.withdraw(arguments.folder, store, host, is_here=is_here)
        if not count:
            _doubt([host], store)
    print(visible(f"took {count_in_words(count, 'photo')} of {arguments.folder} out of {arguments.store}"))
    return 0


def _doubt(hosts: Sequence[str], store: Store) -> bool:
    """Say which of these machines a collection does not know; return whether there are any."""
    known = store.hosts() if hosts else []
    strangers = [host for host in hosts if host not in known]
    if strangers:
        others = f": --host takes {', '.join(known)}" if known else ""
        remark(f"no photos of {' or '.join(strangers)} are in the collection{others}.")
    return bool(strangers)


@contextmanager
def _open(
    arguments: argparse.Namespace, encoder: Encoder, *, make: bool = False
) -> Generator[Store, None, None]:
    from engine.collection.stores import open_store  # late, so that --help and errors come at once

    store = open_store(arguments.store, encoder.model_id, encoder.dim, make=make)
    with closing(store):
        yield store


def _host(arguments: argparse.Namespace) -> str:
    """Return what this machine is called.

    Raises:
        StoreError: it cannot be called so.
    """
    from engine.collection.store import check_host

    return check_host(this_machine() if arguments.host is None else arguments.host)
