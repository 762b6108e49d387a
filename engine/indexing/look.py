"""A look at the folders of a library: whether what is gone may still turn up where nobody looked yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.folders.names import folder_of
from engine.folders.scope import EVERYTHING, Scope
from engine.indexing.plan import Plan
from engine.state.whereabouts import Whereabouts


class Look:
    """One after another, each from `start` to `end` unless it comes to none; in one thread at a time.

    The catalog is told once something has changed: where nothing did, nothing is written.
    """

    def __init__(self, whereabouts: Whereabouts) -> None:
        """Take what keeps in the catalog which looks came to no end."""
        self._whereabouts = whereabouts
        self._roots: Mapping[int, Scope] = {}
        self._open: set[int] = set()  # folders of which another look came to no end, as in a process killed
        self._newest, self._is_noted = 0, False
        self._waiting: set[int] = set()  # folders that were looked at before all files had been read
        self._left: dict[int, frozenset[bytes]] = {}  # those files, by the folder that they are in

    def start(self, roots: Mapping[int, Scope]) -> None:
        """Begin to look at folders, by their numbers in the catalog, each at these places."""
        self._roots, self._newest = roots, self._whereabouts.newest()
        self._waiting &= self._whereabouts.waiting()  # at the others somebody else has looked
        self._open = self._whereabouts.roots_unfinished() - self._waiting
        self._is_noted = False

    def note(self, root: int, scope: Scope, todo: Plan) -> None:
        """Note what was found in one of them, at these places, before anything of it is recorded."""
        if not self._is_noted and (todo.gone or todo.moved or todo.back or todo.jobs):
            self._whereabouts.begin_look(self._roots, self._newest)
            self._is_noted = True
        folders, before = scope.folders, self._left.get(root, frozenset())
        elsewhere = [name for name in before if folders is not None and folder_of(name) not in folders]
        self._left[root] = todo.left.union(elsewhere)

    def end(self, roots: Collection[int]) -> None:
        """Note that these of the folders were looked through: what is gone is nowhere else in them."""
        for root in self._roots.keys() - set(roots):
            self._left.pop(root, None)  # it is away, and what was being written in it with it
        roots = [one for one in roots if one not in self._open or self._roots[one] == EVERYTHING]
        if any(self._left.values()):
            self._waiting.update(roots)
            self._whereabouts.wait(self._waiting)
        else:  # whether this one or one before noted anything
            self._whereabouts.end_look({*roots, *self._waiting})
            self._waiting.clear()
