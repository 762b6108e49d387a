"""Where a person chooses the shared collection, and tries it first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.collection.asker import Looked, Target, look
from app.collection.chosen import ChosenCollection, this_machine
from app.collection.state import CollectionState
from app.dialogs.choosing import choose_folder
from app.dialogs.questions import choice_buttons
from app.style.text_room import room
from app.threads.background import Task
from app.words.engine_sentences import in_own_language
from app.words.spoken import announce
from engine.collection.store import check_host
from engine.encoding.encoder import Encoder
from engine.errors import EngineError
from engine.visible import visible

_WIDE = 460  # pixels
_FOR_EXAMPLE = "http://HOST:19530"


class CollectionDialog(QDialog):
    """Address, folder of thumbnails, this machine's name; whether it is searched; and a way to try it.

    Attributes:
        says: what a try found, as one sentence.
    """

    def __init__(
        self, chosen: ChosenCollection, encoder: Callable[[], Encoder | None], parent: QWidget | None = None
    ) -> None:
        """Show what is chosen.

        Args:
            chosen: what was chosen last.
            encoder: gives what vectors are by, None while it is not loaded.
            parent: its owner.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shared collection"))
        self._encoder, self._looking = encoder, ""
        words = QLabel(
            self.tr(
                "Photos of several machines, which `ffmln index --store` sends there. They are found "
                "together with your own. Photos stay on their machines."
            )
        )
        words.setWordWrap(True)
        words.setMinimumWidth(room(self, _WIDE))
        self.on = QCheckBox(self.tr("&Search this collection too"))
        self.on.setChecked(chosen.on or not chosen.address)
        self.address = QLineEdit(chosen.address)
        self.address.setPlaceholderText(_FOR_EXAMPLE)
        self.address.setToolTip(
            self.tr(
                "http://HOST:19530 of a Milvus server; for this machine alone, a file ending in .db "
                "or a folder"
            )
        )
        self.thumbnails, self.host = QLineEdit(chosen.thumbnails), QLineEdit(chosen.host)
        self.thumbnails.setToolTip(self.tr("Where `ffmln index --thumbnails-to` leaves them; may stay empty"))
        self.host.setPlaceholderText(this_machine())
        self.host.setToolTip(self.tr("As `ffmln index --host` calls it; by that, your own photos are known"))
        self.try_button, self.says = QPushButton(self.tr("&Try")), QLabel()
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.says.setMinimumHeight(3 * self.fontMetrics().height())
        self.says.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.try_button.clicked.connect(self.look)
        self.address.textChanged.connect(self._forget)
        self._build(words)

    def _build(self, words: QLabel) -> None:
        choose = QPushButton(self.tr("&Choose…"))
        choose.clicked.connect(self._choose)
        folder = QHBoxLayout()
        folder.addWidget(self.thumbnails, 1)
        folder.addWidget(choose)
        trial = QHBoxLayout()
        trial.addWidget(self.address, 1)
        trial.addWidget(self.try_button)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for text, field, row in (
            (self.tr("&Address"), self.address, trial),
            (self.tr("Folder of shared th&umbnails"), self.thumbnails, folder),
            (self.tr("This &machine is called"), self.host, None),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            form.addRow(label, field) if row is None else form.addRow(label, row)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addLayout(form)
        column.addWidget(self.says)
        column.addStretch(1)
        column.addWidget(self.on)
        column.addWidget(choice_buttons(self))
        self.address.setFocus()

    @property
    def chosen(self) -> ChosenCollection:
        """What was entered."""
        address = self.address.text().strip()
        host, thumbnails = self.host.text().strip(), self.thumbnails.text().strip()
        return ChosenCollection(address, thumbnails, host, on=self.on.isChecked() and bool(address))

    def accept(self) -> None:
        """Close, unless something cannot be so."""
        try:
            if self.chosen.host:
                check_host(self.chosen.host)
        except EngineError as error:
            self._say(in_own_language(str(error)))
        else:
            super().accept()

    def look(self) -> None:
        """Find out what is there, and say it in one sentence."""
        encoder, address = self._encoder(), self.chosen.address
        if not address:
            self._say(self.tr("Give an address first."))
        elif self._looking == address:
            return
        elif encoder is None:
            self._say(self.tr("The encoder is still being loaded: try again in a moment."))
        else:
            target = Target(address, encoder.model_id, encoder.dim)
            self._say(self.tr("Looking…"))
            self._looking = address
            Task(partial(look, target), self).begin(self._take, self._fail)

    def _take(self, looked: Looked) -> None:
        self._looking = ""
        if looked.target.address == self.chosen.address:
            trouble = in_own_language(looked.trouble) if looked.trouble else ""
            state = CollectionState(
                photos=looked.photos, hosts=looked.hosts, model=looked.target.model, trouble=trouble
            )
            self._say(state.found)

    def _fail(self, reason: str) -> None:
        self._looking = ""
        self._say(reason)

    def _forget(self) -> None:
        self._say("")

    def _say(self, sentence: str) -> None:
        self.says.setText(visible(sentence))
        self.says.setAccessibleName(sentence)
        if sentence:
            announce(self, visible(sentence))

    def _choose(self) -> None:
        title = self.tr("Folder of shared thumbnails")
        if folder := choose_folder(self, title, self.thumbnails.text().strip()):
            self.thumbnails.setText(folder)
