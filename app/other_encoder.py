"""Another encoder, as `ffmln-train` makes them, in place of the one that ships."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.choosing import choose_file
from app.ending import left_s
from app.folder.session import Session
from app.folder.worker import Task
from app.questions import ask
from app.settings import Settings
from app.words import phrases
from app.words.file_kinds import file_kinds
from engine.encoding.encoder import Encoder
from engine.visible import visible


class OtherEncoder(QObject):
    """Lets another encoder be chosen, which is used from the next start on."""

    said = Signal(str)
    """What came of a choice, as one sentence."""

    def __init__(self, actions: Actions, settings: Settings, session: Session, window: QWidget) -> None:
        """Follow the two commands.

        Args:
            actions: the commands.
            settings: where the choice is kept.
            session: the open library, which tells what a choice costs.
            window: where questions are asked.
        """
        super().__init__(window)
        self._settings, self._session, self._window = settings, session, window
        self._shipped = actions.shipped_encoder
        self._task: Task | None = None
        actions.other_encoder.triggered.connect(self._choose)
        self._shipped.triggered.connect(self._return)
        self._shipped.setEnabled(settings.model is not None)

    def check(self) -> None:
        """Say it, where the one that was chosen here is to be used and is not there."""
        model = self._settings.model
        if model is not None and not os.path.isfile(model):
            text = self.tr("The encoder %1 is not there: the one that ships is used.")
            self.said.emit(text.replace("%1", visible(str(model))))

    def stop(self) -> None:
        """End what is under way; a thread that hangs, as on a drive that is away, is left behind."""
        if self._task is not None:
            self._task.wait(left_s())

    def _choose(self) -> None:
        title, kind = self.tr("Use another encoder"), file_kinds(self.tr("Encoders"), ("onnx",))
        model = choose_file(self._window, title, kind)
        if model is not None and self._task is None:
            self._task = Task(lambda: Encoder.load(model).model_id, self)
            self._task.finished.connect(lambda: self._ask(model))
            self._task.start()

    def _ask(self, model: Path) -> None:
        """Ask once it is known to work, with what it costs."""
        task, self._task = self._task, None
        if task is None:
            return
        if task.error is not None:
            self.said.emit(task.error)
        elif self._session.encoder is not None and task.result == self._session.encoder.model_id:
            if self._settings.model == model:
                self.said.emit(self.tr("This encoder is in use already."))
            else:  # it costs nothing
                self._keep(model)
        else:
            question = self.tr(
                "Use %1 from the next start on? It sees photos differently: they are then indexed with it "
                "(%2), unless they were before. What is known now is kept."
            )
            count = phrases.photos(self._session.state.photos)
            name = visible(model.name)
            question = question.replace("%2", count).replace("%1", name)
            ask(self._window, question, lambda: self._keep(model))
        task.deleteLater()

    def _keep(self, model: Path) -> None:
        self._settings.model = model
        self._shipped.setEnabled(True)
        text = self.tr("%1 is used from the next start on.")
        self.said.emit(text.replace("%1", visible(model.name)))

    def _return(self) -> None:
        self._settings.model = None
        self._shipped.setEnabled(False)
        self.said.emit(self.tr("The encoder that ships is used from the next start on."))
