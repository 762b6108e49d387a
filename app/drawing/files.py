"""Sketches that come from files and go there, and to the clipboard; photos to trace."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.actions import Actions
from app.dialogs.choosing import choose_file, choose_files, choose_new_file
from app.dialogs.questions import ask
from app.drawing.beside.print_reading import Arrivals, read_sketches
from app.drawing.canvas import Canvas
from app.drawing.loading import load_underlay
from app.drawing.paper.document import Document
from app.drawing.paper.snapshot import Underlay
from app.drawing.saving import for_the_clipboard, save_svg, with_ending
from app.drawing.turns import Read, Turns
from app.pictures.sketches import ENDINGS
from app.words.engine_sentences import in_own_language
from app.words.file_kinds import file_kinds
from engine.errors import EngineError
from engine.pictures.formats import FORMATS
from engine.visible import visible

__all__ = ["SketchFiles", "save_svg"]

_PHOTOS = tuple(ending for one in FORMATS if one.is_read for ending in one.endings)
_Result = Arrivals | Underlay


class SketchFiles(QObject):
    """Brings sketches onto the canvas, one after the other, and saves what is on it."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._turns = Turns.on(canvas)

    def join(self, actions: Actions) -> None:
        """Do what these commands ask for."""
        actions.open_sketch.triggered.connect(self.choose)
        actions.save_sketch.triggered.connect(self.save)
        actions.copy_sketch.triggered.connect(self.copy)
        actions.trace.triggered.connect(self.choose_trace)
        actions.untrace.triggered.connect(lambda: self._canvas.trace(None))

    # --- onto the paper ------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for picture files and lay them on the paper."""
        title, kinds = self.tr("Open a picture as sketch"), file_kinds(self.tr("Pictures"), ENDINGS)
        if chosen := choose_files(self._canvas.window(), title, kinds):
            self.open(*chosen)

    def open(self, *paths: Path) -> None:
        """Lay these files' sketches on the paper, a step each, once all are read, after earlier ones."""
        self._begin(partial(read_sketches, paths))

    def choose_trace(self) -> None:
        """Ask for a photo to trace."""
        title, kinds = self.tr("Trace a photo"), file_kinds(self.tr("Pictures"), _PHOTOS)
        if (chosen := choose_file(self._canvas.window(), title, kinds)) is not None:
            self.trace(chosen)

    def trace(self, path: Path) -> None:
        """Lay this photo faint under the drawing, once it is read."""
        self._begin(lambda _: load_underlay(path))

    # --- off the paper -------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the drawing on the clipboard."""
        QGuiApplication.clipboard().setMimeData(for_the_clipboard(self._canvas.document))

    def save(self) -> None:
        """Ask for a file and save what is on the paper as an SVG."""
        title, kind = self.tr("Save sketch"), self.tr("SVG drawing") + " (*.svg)"
        chosen = choose_new_file(self._canvas.window(), title, name=self.tr("sketch.svg"), kinds=kind)
        if chosen is None:
            return
        path = with_ending(chosen)
        if path != chosen and path.exists():  # the file dialog asked about the name without its ending
            question = self.tr("{name} exists already. Replace it?").replace("{name}", visible(path.name))
            ask(self._canvas.window(), question, partial(self._save, path), loses=True)
        else:
            self._save(path)

    def _save(self, path: Path) -> None:
        try:
            save_svg(self._canvas.document, path)
        except EngineError as error:
            self.failed.emit(in_own_language(str(error)))

    # --- reading -------------------------------------------------------------------------------------

    def _begin(self, read: Read[_Result]) -> None:
        self._turns.begin(read, self._place, self.failed.emit)

    def _place(self, read: _Result) -> None:
        if isinstance(read, Underlay):
            self._canvas.trace(read)
            return

        def lay(document: Document) -> None:
            for _, sketch in read.sketches:
                document.place(sketch)

        self._canvas.change(lay)  # all at once: what lay there for no moment is kept nowhere
        if told := read.describe_problems():
            self.failed.emit(told)
