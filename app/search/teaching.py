"""The program learns from what the person finds: in a thread of its own, and only if they let it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.dialogs.questions import ask
from app.drawing.canvas import Canvas
from app.drawing.saving import saved_sketch
from app.folder.session import Session
from app.state.settings import Settings
from app.threads.background import Task
from app.threads.ending import left_s
from app.words.engine_sentences import in_own_language
from engine.errors import CatalogError, LessonsError
from engine.library import Learned, Library, Report
from engine.paths import data_dir
from engine.taught.lessons import Lessons


class Teaching(QObject):
    """Keeps what was drawn and found as lessons, and learns from them whenever there is a new one.

    What is learned serves the next search; photos on the screen do not move for it.

    Attributes:
        learned: what is known of the open library's lessons.
    """

    changed = Signal()
    """Something else was learned than before."""
    failed = Signal(str)
    """What was learned cannot be read or written: why, as one sentence."""

    def __init__(
        self, session: Session, canvas: Canvas, actions: Actions, settings: Settings, window: QWidget
    ) -> None:
        """Begin to follow what is opened.

        Args:
            session: the open library.
            canvas: the paper.
            actions: the commands.
            settings: whether drawings are kept at all.
            window: where questions are asked.
        """
        super().__init__(window)
        self._session, self._canvas, self._settings, self._window = session, canvas, settings, window
        self._actions, self._lessons = actions, Lessons(data_dir())
        self.learned = Learned()
        self._waiting = deque[tuple[Callable[[], object], Library | None]]()
        self._of: Library | None = None  # what the task works on, if on a library
        self._is_learning = False  # what the task does
        self._outdated = False  # whether there is something to learn, once nothing else waits
        self._task: Task[object] | None = None
        self._told = False
        session.opened.connect(self._learn_soon)
        session.indexed.connect(self._take_report)
        session.left.connect(self._take_nothing)
        actions.learn.triggered.connect(self._choose)
        actions.forget_learned.triggered.connect(self._forget)
        self._do(self._look)

    def note_found(self, photos: Sequence[Path]) -> None:
        """Note that a person took these photos: they are what the drawing on the paper was meant to find."""
        query = self._canvas.document.query()
        by_photos = query is not None and query.is_by_photos(photos)  # one that is liked lies there already
        if self._actions.learn.isChecked() and self._settings.keep_drawings and not by_photos:
            self._tell(Library.note_found, photos)

    def note_refused(self, photos: Sequence[Path]) -> None:
        """Note that the drawing on the paper is not like these photos: it was not meant to find them."""
        self._tell(Library.note_refused, photos)

    def _tell(self, deed: Callable[..., object], photos: Sequence[Path]) -> None:
        """Have this done with the drawing on the paper and these photos."""
        query, library = self._canvas.document.query(), self._session.library
        if library is None or query is None or not query.has_drawing or query.drawing is None:
            return
        snapshot = self._canvas.document.snapshot
        states = saved_sketch(snapshot.strokes, snapshot.picture).states()
        self._do(partial(deed, library, query.drawing, list(photos), states=states), library)
        self._learn_soon()

    def stop(self) -> None:
        """Note what waits, as what was found before counts; what hangs is left behind."""
        before, waiting = self._task, [deed for deed, library in self._waiting if self._is_open(library)]
        self._waiting.clear()
        self._outdated = False
        last = Task(partial(self._finish, None if self._is_learning else before, waiting), self)
        last.start()
        last.wait(left_s())

    # --- in the thread ---------------------------------------------------------------------------------

    def _finish(self, before: Task[object] | None, deeds: Iterable[Callable[[], object]]) -> None:
        """Do the last deeds, once the one before them is done."""
        if before is not None:
            before.wait()
        for deed in deeds:
            with suppress(LessonsError, CatalogError):  # nobody is there any more to be told
                deed()

    def _look(self) -> bool:
        """Return whether the person lets the program learn."""
        return self._lessons.are_used

    # --- in the GUI thread -----------------------------------------------------------------------------

    def _learn_soon(self) -> None:
        self._outdated = True
        self._next()

    def _take_report(self, report: Report) -> None:
        if report.changed:
            self._learn_soon()

    def _do(self, deed: Callable[[], object], library: Library | None = None) -> None:
        self._waiting.append((deed, library))
        self._next()

    def _next(self) -> None:
        library = self._session.library
        if self._task is not None:
            return
        self._is_learning = not self._waiting
        if self._waiting:
            deed, self._of = self._waiting.popleft()
        elif self._outdated and library is not None:
            deed, self._of, self._outdated = library.learn, library, False
        else:
            return
        self._task = Task(deed, self).begin(self._take, self._fail)

    def _take(self, result: object) -> None:
        self._task = None
        if isinstance(result, bool):
            self._actions.learn.setChecked(result)
        elif isinstance(result, Learned):
            self._show(result)
        self._next()

    def _fail(self, reason: str) -> None:
        """Tell it once, as it would be the same each time, and not of a library that was closed meanwhile."""
        self._task = None
        if not self._told and self._is_open(self._of):
            self._told = True
            self.failed.emit(reason)
        self._next()

    def _is_open(self, library: Library | None) -> bool:
        return library in (None, self._session.library)

    def _take_nothing(self) -> None:
        self._show(Learned())

    def _show(self, learned: Learned) -> None:
        self.learned = learned
        self.changed.emit()

    def _choose(self, learns: bool) -> None:
        """Learn from now on, or not; what was learned stays for when it is wanted again."""
        if self._try(lambda: setattr(self._lessons, "are_used", learns)):
            self._learn_soon()
        else:
            self._actions.learn.setChecked(not learns)

    def _forget(self) -> None:
        """Forget all lessons, after a question."""
        question = self.tr("Forget everything that was learned from your drawings?")
        ask(self._window, question, self._forget_now, loses=True)

    def _forget_now(self) -> None:
        self._waiting = deque(one for one in self._waiting if one[1] is None)  # no lessons any more
        self._told = False
        self._do(self._lessons.forget)
        self._learn_soon()

    def _try(self, deed: Callable[[], object]) -> bool:
        try:
            deed()
        except (LessonsError, CatalogError) as error:
            self.failed.emit(in_own_language(str(error)))
            return False
        return True
