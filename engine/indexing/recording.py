"""What a look at a folder found, recorded in the catalog before anything is read."""

from __future__ import annotations

from collections.abc import Mapping

from engine.indexing.moves import Moves
from engine.indexing.nested import mark_missing
from engine.indexing.plan import Plan
from engine.state.catalog import Catalog
from engine.state.records import Entry


def record(
    todo: Plan,
    known: Mapping[bytes, Entry],
    missing: Mapping[bytes, Entry],
    moves: Moves,
    *,
    catalog: Catalog,
    root: int,
) -> None:
    """Record what is gone, what goes by another name, what is back, and what is left out no more.

    What goes by another name is stored by that first: whoever is killed in between has it twice, and the next
    look parts with the one that is gone.

    Args:
        todo: what a look found.
        known: the photos that were there before, but for those that stay as they are; by name.
        missing: those that were not.
        moves: what came and went in the folder; is told too.
        catalog: takes it.
        root: the folder's number.
    """
    for name in todo.gone:
        moves.lose(name, known[name].content)
    catalog.whereabouts.note_moved(root, [one.entry for one in todo.moved.values()])
    before = [one.before for one in todo.moved.values() if not one.was_missing]
    mark_missing(catalog, moves.folder, root, (*todo.gone, *before, *todo.stale))
    catalog.restate(root, todo.restated)
    catalog.drop_refusals(root, todo.outdated)
    for name, one in todo.moved.items():
        if one.was_missing:
            moves.take(name, one.entry.content, is_known=True, was_missing=False)
        else:
            moves.rename(one.before, name)
    for name in todo.back:
        moves.take(name, missing[name].content, is_known=True, was_missing=True)
