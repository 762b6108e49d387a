"""The open folders at work: their library is opened, indexed, searched and closed, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.folder.indexing import Indexing
from app.folder.searcher import Searcher
from app.folder.state import FolderState, Phase, ShownFolder
from app.folder.watcher import Watcher
from app.threads.background import Task
from app.threads.ending import left_s
from app.words.engine_sentences import in_own_language
from engine.encoding.encoder import Encoder
from engine.errors import EngineError
from engine.library import Library, Query
from engine.search.far_photos import NO_MATCHES, FarMatches, FarNewest


class Session(QObject):
    """One library at a time, of one or several folders, and the encoder that serves them all.

    Lives in the GUI thread. A library is opened only once the one before it has let go of the catalog.

    Attributes:
        state: what is known of the open folders now.
        library: their library, None while there is none.
        searcher: answers queries, and goes on with answers.
        indexing: brings the library up to date.
        watcher: notices changes in its folders.
    """

    state_changed = Signal(object)
    """The new `FolderState`."""
    encoder_loaded = Signal()
    """`encoder` is there."""
    opened = Signal()
    """`library` can be searched; indexing has begun where a folder is there, and the person lets it."""
    indexed = Signal(object)
    """The `Report` of an indexing that came to its end."""
    indexing_ended = Signal()
    """Indexing ended, for whatever reason."""
    closed = Signal(object)
    """The library was let go of; these folders are opened next, if any."""
    stopped = Signal()
    """Every thread has ended, and nothing is opened any more."""
    left = Signal()
    """The folders were closed on request; none is open now."""
    grown = Signal()
    """There are other photos to search than before; at most once a second."""
    answered = Signal(object)
    """What was `Found` for the newest answered query."""

    def __init__(self, load_encoder: Callable[[], Encoder], parent: QObject | None = None) -> None:
        """Begin loading the encoder; folders opened meanwhile wait for it."""
        super().__init__(parent)
        self.state = FolderState()
        self.library: Library | None = None
        self._folders: tuple[Path, ...] = ()
        self._encoder: Encoder | None = None
        self._opening: Task[Library] | None = None
        self._outdated = False  # the folders asked for are others than those being opened or open
        self._no_encoder, self._held, self._trouble = False, False, ""
        self.searcher = Searcher(self)
        self.searcher.answered.connect(self.answered)
        self.searcher.start()
        self.indexing = Indexing(self)
        self.indexing.changed.connect(self._publish)
        self.indexing.indexed.connect(self.indexed)
        self.indexing.ended.connect(self._finish_indexing)
        self.indexing.grown.connect(self.grown)
        self.watcher = Watcher(self)
        self.watcher.changed.connect(self.indexing.look_at)
        self.indexing.settling = self.watcher.settling
        self.indexing.get_ready = self.watcher.wait_until_ready
        self._load_encoder = load_encoder
        self._loading = self._load()

    # --- what the window asks for ----------------------------------------------------------------------

    def open(self, *folders: Path) -> None:
        """Open these folders, searched as one, instead of the present ones."""
        self._turn_to(folders)

    def leave(self) -> None:
        """Close the folders and open none; `left` tells when that is done."""
        self._turn_to(())

    def hold(self) -> None:
        """Open nothing until `release`: for who works on the catalog between two libraries."""
        self._held = True

    def release(self) -> None:
        """Open what was asked for meanwhile."""
        self._held = False
        self._advance()

    def retry(self) -> None:
        """Look at the folders again: for new photos, or whether they have come back."""
        if self.library is not None:
            self.index()
        elif self._folders:
            self.open(*self._folders)

    def index(self, *, recheck: bool = False) -> None:
        """Look for new, changed and removed photos, or read all again; ignored while that goes on."""
        if not self.indexing.is_running:
            self._trouble = ""
            if self.library is not None:  # what is left out may be something else than before
                self.watcher.watch(self.library)
            self.indexing.begin(recheck=recheck)

    def look_anew(self) -> None:
        """Look at the folders from the start, also while that goes on: something else is left out now."""
        if self.library is None:
            self.retry()
            return
        self._trouble = ""
        self.watcher.watch(self.library)
        self.indexing.begin_anew()

    def search(
        self,
        query: Query | None,
        *,
        stamp: int = 0,
        far: FarMatches = NO_MATCHES,
        listed: FarNewest | None = None,
    ) -> None:
        """Search for this, see `Searcher.ask`; None drops every query so far."""
        if query is None or self.library is None or self._outdated:
            self.searcher.forget()
        else:
            self.searcher.ask(self.library, query, stamp=stamp, far=far, listed=listed)

    @property
    def encoder(self) -> Encoder | None:
        """What makes the vectors; None while it is being loaded."""
        return self._encoder

    def fail(self, reason: str) -> None:
        """Let the state say that something went wrong, until the folders are looked at again."""
        self._trouble = reason
        self._publish()

    def stop(self) -> None:
        """End every thread, close the library, and open none any more.

        What hangs is left behind, as threads of searching and watching on a drive that does not answer; with
        indexing that hangs, the library: the process ends as if it was killed, which loses nothing.
        """
        self._outdated, self._held = False, True
        self.watcher.leave()
        self.searcher.leave()
        has_let_go = self.indexing.stop()
        for thread in (self._opening, self._loading):
            if thread is not None:
                thread.wait(left_s())
        self.searcher.stop()
        self.watcher.stop()
        opened = [self.library, None if self._opening is None else self._opening.result]
        self.library = self._opening = None
        for library in opened:
            if has_let_go and isinstance(library, Library):
                closing = Task(library.close, self)
                closing.start()
                closing.wait(left_s())
        self.closed.emit(())
        self.stopped.emit()

    # --- how it gets there -----------------------------------------------------------------------------

    def _turn_to(self, folders: tuple[Path, ...]) -> None:
        self._folders, self._outdated, self._trouble = folders, True, ""
        self.searcher.forget()
        self.watcher.leave()
        self.indexing.leave()
        if self._no_encoder:  # perhaps its file is there by now
            self._no_encoder, self._loading = False, self._load()
        self._advance()
        self._publish()

    def _publish(self) -> None:
        """Make one value of everything that is known, and tell of it if it is another one."""
        phase, indexing = self._phase(), self.indexing
        at_work = phase in (Phase.INDEXING, Phase.PAUSED)
        state = FolderState(
            self._shown_folders(),
            phase,
            photos=self._photo_count(),
            skipped=indexing.skipped,
            obstacle=indexing.obstacle,
            progress=indexing.progress if at_work else None,
            seconds_left=indexing.seconds_left if at_work else None,
            trouble=self._trouble or indexing.trouble,
        )
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _shown_folders(self) -> tuple[ShownFolder, ...]:
        """Return each open folder as it is now; of those still to be opened, only which they are."""
        library = self.library
        if library is None or self._outdated:
            return tuple(ShownFolder(folder) for folder in self._folders)
        step = self.indexing.progress
        at_work = dict(step.folders) if step is not None and self.indexing.is_running else {}
        return tuple(
            ShownFolder(
                one.folder, one.photos, one.offline, in_own_language(one.trouble), at_work.get(one.folder)
            )
            for one in library.folders
        )

    def _phase(self) -> Phase:
        if not self._folders:
            return Phase.NONE
        if self._no_encoder:
            return Phase.FAILED
        if self._outdated or self._opening is not None:
            return Phase.OPENING
        if self.library is None:
            return Phase.FAILED
        return self.indexing.phase(is_offline=self.library.offline)

    def _photo_count(self) -> int:
        """Return how many photos of the folders asked for can be found."""
        return 0 if self.library is None or self._outdated else self.library.photo_count

    def _advance(self) -> None:
        """Open the folders asked for, once nothing is in their way."""
        busy = self.indexing.is_running or self._opening is not None or self._held
        if not self._outdated or busy or (self._encoder is None and self._folders):
            return
        self._close_library()
        self.closed.emit(self._folders)
        if self._held:
            return
        self._outdated = False
        folders, encoder = self._folders, self._encoder
        if not folders or encoder is None:
            self.left.emit()
            return
        opening = Task(lambda: Library(folders, encoder), self)
        self._opening = opening.begin(self._take_library, self._miss_library)

    def _close_library(self) -> None:
        if self.library is not None:
            self.searcher.settle()
            self.library.close()
            self.library = None

    def _load(self) -> Task[Encoder]:
        return Task(lambda: self._load_encoder().warm_up(), self).begin(
            self._take_encoder, self._miss_encoder
        )

    def _take_encoder(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.encoder_loaded.emit()
        self._advance()

    def _miss_encoder(self, reason: str) -> None:
        self._no_encoder = True
        self.fail(reason)

    def _take_library(self, library: Library) -> None:
        if self._opening is None:  # stopped meanwhile
            return
        self._opening, self.library = None, library
        if self._outdated:
            self._advance()
            return
        try:
            self.indexing.take(library)
        except EngineError as error:  # a catalog of which a page is damaged
            self._close_library()
            self.fail(in_own_language(str(error)))
            return
        if library.offline or self.indexing.is_halted:
            self.watcher.watch(library, indexes=False)
            self._publish()
        else:
            self.index()
        self.opened.emit()

    def _miss_library(self, reason: str) -> None:
        if self._opening is None:
            return
        self._opening = None
        if self._outdated:
            self._advance()
        else:
            self.fail(reason)

    def _finish_indexing(self) -> None:
        self._advance()
        self.watcher.look_again()
        if not self.indexing.is_waiting:
            self.indexing_ended.emit()
        self._publish()
