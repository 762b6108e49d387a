"""Watches a photo folder: tells, a moment after, that a walk would find something else in it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.errors import WatchError
from engine.folders import patience
from engine.folders.excludes import Excludes
from engine.folders.folder import identity
from engine.folders.mounts import is_remote, list_mounts_below
from engine.folders.polling import Polled
from engine.folders.scope import EVERYTHING, NOTHING, Change, Scope
from engine.folders.settling import Settling
from engine.folders.there import is_away
from engine.folders.tree_events import tree_events
from engine.folders.wanted import TreeEvents, on_network

_QUIET_S = 1.0  # after the last event of many
_LONGEST_S = 4.0  # after the first one, whether more come or not
_FOLLOW_EVERY_S = 0.2  # at the most often, while folders come and go
_FOLLOW_SHARE = 1 / 5  # of the time, at most, goes into that
_MOST_ENDS = 3  # of watches of one folder, which the system ends by itself; then it is looked at
_THERE_EVERY_S = 2.0  # between two looks whether the folder is there, and what is mounted in it


class FolderWatch:
    """One folder, in a thread of its own, so that a drive that does not answer holds up no other.

    The folder may be away, come back, or be another one in its place: each is told as a change.

    Attributes:
        folder: absolute, there or not.
        excludes: what is left out of it.
    """

    def __init__(
        self,
        folder: Path,
        excludes: Excludes,
        *,
        changed: Callable[[Change], None],
        said: Callable[[str], None] = lambda _: None,
        settling: Settling | None = None,
        polls: bool = False,
        away: bool = False,
    ) -> None:
        """Take the folder; nothing is watched before `start`.

        Args:
            folder: absolute, there or not.
            excludes: what is left out; it is not watched.
            changed: called with what is to be looked at, in the thread of the watch.
            said: called with a sentence, once, where the folder can only be looked at now and then.
            settling: is told which files are whole.
            polls: look at it now and then although the system could tell.
            away: whoever looked at it last found nothing there; what is there by now is told as a change.
        """
        self.folder, self.excludes = folder, excludes
        self._changed, self._said, self._polls = changed, said, polls
        self._settling = settling or Settling()
        self._wake = threading.Condition()
        self._away, self._was_silent = away, False
        self._stopping = self._is_late = self._has_said = False
        self._folders = False  # the tree is to be followed
        self._told = set[str]()  # folders in it that are said to have changed
        self._first = self._last = 0.0  # event that was not told yet; 0 for none
        self._scope = NOTHING  # of these events
        self._ends = 0  # of its watch, by itself
        self._identity: tuple[int, int] | None = None
        self._mounts: tuple[str, ...] = ()
        self._events: TreeEvents | None = None
        self._polled: Polled | None = None
        self._next_look = self._next_there = self._next_follow = 0.0
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {folder.name}", daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether the thread is at work."""
        return self._thread.is_alive()

    @property
    def is_polling(self) -> bool:
        """Whether the folder is looked at now and then, rather than watched."""
        return self._polled is not None

    def start(self) -> None:
        """Begin, in the thread."""
        self._thread.start()

    def wait_until_ready(self, within_s: float) -> bool:
        """Wait until what happens from now on is noticed; if that is not in time, a change is told then."""
        if self._is_ready.wait(within_s):
            return True
        self._is_late = True
        if self._is_ready.is_set():  # just now
            self._note()
        return False

    def stop(self) -> None:
        """Let it end; nothing is told from now on. Returns at once, see `join`."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()

    def join(self, within_s: float) -> None:
        """Wait for the end of the thread; one whose drive does not answer is left behind."""
        self._thread.join(within_s)

    # --- what the tree tells, in any thread ------------------------------------------------------------

    def photo_changed(self, path: Path, *, is_whole: bool) -> None:
        """Note it; it is told when it has become quiet."""
        if is_whole:
            self._settling.close(path)
        above = os.path.relpath(path.parent, self.folder)
        self._note(Scope.of(["" if above == os.curdir else above]))

    def folders_changed(self, name: str) -> None:
        """Note that the tree is to be followed, and this folder in it looked at."""
        self._note_folders(name, NOTHING)

    def changes_missed(self) -> None:
        """Note that the tree is to be followed, and all of it looked at."""
        self._note_folders("", EVERYTHING)

    def _note_folders(self, name: str, scope: Scope) -> None:
        with self._wake:
            self._folders = True
            self._told.add(name)
            self._wake.notify_all()
        self._note(scope)

    # --- the thread ------------------------------------------------------------------------------------

    def _note(self, scope: Scope = EVERYTHING, *, at_once: bool = False) -> None:
        """Note a change, to be told when it has become quiet."""
        with self._wake:
            self._scope |= scope
            now = time.monotonic()
            self._last = now - _QUIET_S if at_once else now
            if not self._first:
                self._first = now
                self._wake.notify_all()

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._look_whether_there()
                self._follow()
                self._look()
                self._get_ready()
                due = self._take_due()
                if due is not None:
                    self._changed(Change(self.folder, due))
                with self._wake:
                    if not self._stopping:
                        self._wake.wait(max(0.0, self._next_s() - time.monotonic()))
        finally:
            self._let_go()

    def _get_ready(self) -> None:
        if not self._is_ready.is_set():
            self._is_ready.set()
            if self._is_late:
                self._note()

    def _next_s(self) -> float:
        """Return when there is something to do."""
        due = [self._next_there]
        if self._folders:
            due.append(self._next_follow)
        elif self._first:
            due.append(min(self._last + _QUIET_S, self._first + _LONGEST_S))
        if self._polled is not None:
            due.append(self._next_look)
        return min(due)

    def _take_due(self) -> Scope | None:
        """Return where changes are to be told of now, None if nowhere; they are told by that."""
        with self._wake:
            now = time.monotonic()
            if self._stopping or self._folders or not self._first:
                return None
            if now < min(self._last + _QUIET_S, self._first + _LONGEST_S):
                return None
            self._first = 0.0
            scope, self._scope = self._scope, NOTHING
            return EVERYTHING if self._events is not None and self._events.take_missed() else scope

    def _look_whether_there(self) -> None:
        """Watch anew what is in the folder's place, when that is something else than before."""
        if time.monotonic() < self._next_there and not self._folders:
            return
        asked = time.monotonic()
        there, mounts = identity(self.folder), list_mounts_below(self.folder)
        now = time.monotonic()
        self._next_there = now + _THERE_EVERY_S
        begins = not self._is_ready.is_set()
        was_silent, self._was_silent = self._was_silent, now - asked > patience.ANSWERS_S
        if there is not None and self._was_silent and not was_silent:
            self._note()  # whoever asked meanwhile took it for away
        has_ended = self._events is not None and self._events.has_ended
        if there != self._identity or has_ended or (begins and there is not None):
            self._ends = self._ends + 1 if has_ended and there == self._identity else 0
            self._let_go()
            self._identity = there
            if there is not None:
                self._begin()
        elif mounts != self._mounts:
            self._folders = True
        else:
            self._folders |= self._events is not None and not self._events.has_root
            return
        self._mounts = mounts
        if not begins or (self._away and not is_away(self.folder)):
            self._note()

    def _begin(self) -> None:
        self._folders = False
        make = tree_events()
        if make is None or self._polls or self._ends > _MOST_ENDS:
            self._poll()
            return
        try:
            if is_remote(self.folder):
                raise on_network(self.folder)
            self._events = make(self.folder, self.excludes, self)
            self._events.start()
        except WatchError as error:
            self._poll_because(error)

    def _follow(self) -> None:
        """Take folders in that are new."""
        began = time.monotonic()
        if not self._folders or began < self._next_follow:
            return
        with self._wake:
            self._folders, told, self._told = False, self._told, set()
        if self._events is not None:
            had_root = self._events.has_root
            try:
                others = self._events.follow(told)
                if self._events.has_root and not had_root:  # its rights were put right
                    self._note()
            except WatchError as error:
                others = EVERYTHING
                self._poll_because(error)
            with self._wake:
                self._scope |= others
        now = time.monotonic()
        self._next_follow = now + max(_FOLLOW_EVERY_S, (now - began) / _FOLLOW_SHARE)

    def _poll_because(self, error: WatchError) -> None:
        if not self._has_said and not self._stopping:
            self._said(str(error))
        self._has_said = True
        self._let_go()
        self._poll()

    def _poll(self) -> None:
        self._polled = Polled(self.folder, self.excludes)
        self._polled.start()
        self._next_look = time.monotonic() + self._polled.interval_s

    def _look(self) -> None:
        if self._polled is not None and time.monotonic() >= self._next_look:
            if self._polled.look():
                self._note(at_once=True)
            self._next_look = time.monotonic() + self._polled.interval_s

    def _let_go(self) -> None:
        events, self._events, self._polled = self._events, None, None
        if events is not None:
            events.stop()
