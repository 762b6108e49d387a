"""The pages of the Help menu: keys, what went wrong, and whose work is inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QAction, QFontDatabase, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.desktop.desktop import open_url
from app.dialogs.dialogs import AboutDialog, close_button
from app.dialogs.licences import Licence, licence_texts, own_licence, packages, weights_notice
from app.state.log import log_file
from app.style.text_room import be_roomy, room
from engine.errors import EngineError
from engine.visible import visible

_MOST_SHOWN = 200_000  # characters of the log, from its end


def keys_of(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    """Return what each of these does and its keys, in the system's words; without those that have none."""
    rows = []
    for action in actions:
        keys = [one.toString(QKeySequence.SequenceFormat.NativeText) for one in action.shortcuts()]
        if any(keys):
            rows.append((action.text().replace("&", "").removesuffix("…"), ", ".join(filter(None, keys))))
    return rows


class ShortcutsDialog(QDialog):
    """Every key there is, menu by menu, and what it does."""

    def __init__(
        self,
        menus: QMenuBar,
        *,
        photos: Sequence[tuple[str, str]],
        drawing: Sequence[tuple[str, str]],
        looking: Sequence[tuple[str, str]],
        around: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        """Collect the keys.

        Args:
            menus: the window's.
            photos: what can be done with chosen photos, and its keys.
            drawing: what no command stands for, while one draws: what it does, its keys.
            looking: the same, while one looks at a photo.
            around: the same, for what stands around the paper and the photos.
            parent: its owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        be_roomy(self, 460, 560)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("What"), self.tr("Keys")])
        self.list.setRootIsDecorated(False)
        self.list.setItemsExpandable(False)
        self.list.setAccessibleName(self.windowTitle())
        for menu in menus.findChildren(QMenu):
            self._add(menu.title().replace("&", ""), keys_of(menu.actions()))
        self._add(self.tr("Chosen photos"), photos)
        self._add(self.tr("While drawing"), drawing)
        self._add(self.tr("While looking at a photo"), looking)
        self._add(self.tr("Around the paper and the photos"), around)
        self.list.expandAll()
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(close_button(self))

    def _add(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        if not rows:
            return
        group = QTreeWidgetItem(self.list, [title])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        for words in rows:
            QTreeWidgetItem(group, list(words))


def _arrows() -> str:
    return QCoreApplication.translate("HelpPages", "Arrow keys, Shift+arrow keys")


def _around(enter: str, delete: str) -> tuple[tuple[str, str], ...]:
    """Return what keys do to prints, kept drawings, time and folders."""
    translate = QCoreApplication.translate
    return (
        (translate("HelpPages", "What can be done with a photo beside the drawing"), enter),
        (translate("HelpPages", "Take off a photo beside the drawing"), delete),
        (translate("HelpPages", "Draw on with a kept drawing"), enter),
        (translate("HelpPages", "Remove a kept drawing"), delete),
        (translate("HelpPages", "Choose the folders that are looked into"), enter),
        (translate("HelpPages", "Choose a span of time"), translate("HelpPages", "Drag")),
        (translate("HelpPages", "Move the span of time, and widen it"), _arrows()),
        (translate("HelpPages", "Show less time, and more"), translate("HelpPages", "+, -, wheel")),
        (translate("HelpPages", "Show all time"), translate("HelpPages", "Home, double click")),
        (translate("HelpPages", "Look at all times"), translate("HelpPages", "Esc, Del")),
        (translate("HelpPages", "Look into all folders"), translate("HelpPages", "Esc")),
    )


def _let_keys_select(text: QPlainTextEdit) -> None:
    """Let a text that is only read be selected by keys too."""
    keys = Qt.TextInteractionFlag.TextSelectableByKeyboard
    text.setTextInteractionFlags(text.textInteractionFlags() | keys)


class LogDialog(QDialog):
    """What the program noted, for whoever reports a fault; selectable, and its file can be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Log"))
        be_roomy(self, 760, 480)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        _let_keys_select(self.text)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.windowTitle())
        self.text.setPlainText(self._read_log() or self.tr("Nothing was noted yet."))
        self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())
        words = QLabel(self.tr("It names files and folders of yours: look through it before you pass it on."))
        words.setWordWrap(True)
        buttons = close_button(self)
        folder = buttons.addButton(self.tr("Show its folder"), QDialogButtonBox.ButtonRole.ActionRole)
        folder.clicked.connect(lambda: open_url(QUrl.fromLocalFile(str(log_file().parent))))
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)

    def _read_log(self) -> str:
        try:
            return log_file().read_text("utf-8", "replace")[-_MOST_SHOWN:].strip()
        except (OSError, EngineError):
            return ""


class LicencesDialog(QDialog):
    """The program's licence, the weights' notice, and the licences of what it is built on."""

    def __init__(
        self, own: str, notice: str, others: Sequence[Licence], parent: QWidget | None = None
    ) -> None:
        """Show them.

        Args:
            own: the licence of the program's code.
            notice: what is to be known of the shipped weights.
            others: the packages inside.
            parent: its owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Licences"))
        be_roomy(self, 720, 560)
        code = QLabel(self.tr("The code of FFMLN: {licence}.").replace("{licence}", own))
        weights = QPlainTextEdit(notice.strip())
        weights.setReadOnly(True)
        _let_keys_select(weights)
        weights.setAccessibleName(self.tr("The weights"))
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("Package"), self.tr("Version"), self.tr("Licence")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName(self.tr("Packages inside"))
        for one in others:
            licence = visible(one.licence) or self.tr("see its own files")
            item = QTreeWidgetItem(self.list, [visible(one.package), one.version, licence])
            item.setToolTip(2, licence)
        self.list.header().resizeSection(0, room(self, 200))
        layout = QVBoxLayout(self)
        layout.addWidget(code)
        layout.addWidget(QLabel(self.tr("The weights")))
        layout.addWidget(weights, 1)
        layout.addWidget(QLabel(self.tr("Packages inside")))
        layout.addWidget(self.list, 1)
        buttons = close_button(self)
        if licence_texts().is_dir():
            texts = buttons.addButton(self.tr("Show their texts"), QDialogButtonBox.ButtonRole.ActionRole)
            texts.clicked.connect(lambda: open_url(QUrl.fromLocalFile(str(licence_texts()))))
        layout.addWidget(buttons)


class HelpPages:
    """Opens the pages of the Help menu over a window."""

    def __init__(self, window: QMainWindow, actions: Actions, grid: QWidget) -> None:
        """Follow the commands of the Help menu.

        Args:
            window: whose menus and keys are explained.
            actions: the commands.
            grid: the photos, with what can be done with them.
        """
        self._window, self._grid = window, grid
        actions.shortcuts.triggered.connect(self._show_shortcuts)
        actions.log.triggered.connect(lambda: LogDialog(window).open())
        actions.licences.triggered.connect(self._show_licences)
        actions.about.triggered.connect(lambda: AboutDialog(window).open())

    def _show_shortcuts(self) -> None:
        translate = QCoreApplication.translate
        enter, delete = translate("HelpPages", "Enter"), translate("HelpPages", "Del")
        drawing = (
            (translate("HelpPages", "Drop the stroke in progress"), translate("HelpPages", "Esc")),
            (translate("HelpPages", "Straight line"), translate("HelpPages", "Shift while drawing")),
            (translate("HelpPages", "Empty the paper, or delete what is chosen"), delete),
            (
                translate("HelpPages", "Choose the whole drawing"),
                translate("HelpPages", "Ctrl+A, double click"),
            ),
            (translate("HelpPages", "Move what is chosen, and move it farther"), _arrows()),
        )
        looking = (
            (translate("HelpPages", "Next and previous hit"), translate("HelpPages", "Arrow keys")),
            (translate("HelpPages", "First and last hit"), translate("HelpPages", "Home, End")),
            (translate("HelpPages", "Closer, and further away"), translate("HelpPages", "+, -, wheel")),
            (translate("HelpPages", "The whole photo, and its real pixels"), "0, 1"),
            (translate("HelpPages", "Move an enlarged photo"), translate("HelpPages", "Ctrl+arrow keys")),
            (translate("HelpPages", "Open it"), enter),
            (translate("HelpPages", "Back to all photos"), translate("HelpPages", "Esc, Space")),
        )
        opens = translate("HelpPages", "Open in its program"), translate("HelpPages", "Enter, double click")
        photos, menus = [opens, *keys_of(self._grid.actions())], self._window.menuBar()
        ShortcutsDialog(
            menus,
            photos=photos,
            drawing=drawing,
            looking=looking,
            around=_around(enter, delete),
            parent=self._window,
        ).open()

    def _show_licences(self) -> None:
        LicencesDialog(own_licence(), weights_notice(), packages(), self._window).open()
