"""Another encoder, as `ffmln-train` makes them, in place of the one that ships."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.dialogs.choosing import choose_file
from app.dialogs.questions import ask
from app.folder.session import Session
from app.state.settings import Settings
from app.threads.background import Task
from app.threads.ending import left_s
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
        self._task: Task[str] | None = None
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
            load = Task(lambda: Encoder.load(model).model_id, self)
            self._task = load.begin(partial(self._ask, model), self._fail)

    def _fail(self, reason: str) -> None:
        self._task = None
        self.said.emit(reason)

    def _ask(self, model: Path, model_id: str) -> None:
        """Ask once it is known to work, with what it costs."""
        self._task = None
        if self._session.encoder is not None and model_id == self._session.encoder.model_id:
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

    def _keep(self, model: Path) -> None:
        self._settings.model = model
        self._shipped.setEnabled(True)
        text = self.tr("%1 is used from the next start on.")
        self.said.emit(text.replace("%1", visible(model.name)))

    def _return(self) -> None:
        self._settings.model = None
        self._shipped.setEnabled(False)
        self.said.emit(self.tr("The encoder that ships is used from the next start on."))
