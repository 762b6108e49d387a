"""Every command of the program: its words, keys and icon in one place, and the menus that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.icons import icon
from app.settings import APPEARANCES

_ICONS = {"pen": "pen", "eraser": "eraser", "undo": "undo", "redo": "redo", "clear": "clear"}
_Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class Actions:
    """The program's commands; the window connects them."""

    choose: QAction
    open_sketch: QAction
    save_sketch: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    clear: QAction
    paste: QAction
    pen: QAction
    eraser: QAction
    thicker: QAction
    thinner: QAction
    index: QAction
    skipped: QAction
    about: QAction
    appearance: QActionGroup

    def refresh_icons(self, window: QMainWindow) -> None:
        """Draw the tools' icons in the window's present palette."""
        for name, file in _ICONS.items():
            getattr(self, name).setIcon(icon(file, window.palette()))


def make_actions(window: QMainWindow) -> Actions:
    """Return the commands, belonging to this window, and fill its menu bar with them."""

    def action(text: str, keys: list[QKeySequence | _Keys | str], tip: str = "") -> QAction:
        result = QAction(text, window)
        result.setShortcuts([QKeySequence(key) for key in keys])
        shown = result.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        words = tip or text.replace("&", "").removesuffix("\N{HORIZONTAL ELLIPSIS}")
        result.setToolTip(f"{words} ({shown})" if shown else words)
        window.addAction(result)
        return result

    tr = window.tr
    actions = Actions(
        choose=action(tr("&Choose photo folder…"), [_Keys.Open]),
        open_sketch=action(tr("Open &picture as sketch…"), ["Ctrl+Shift+O"]),
        save_sketch=action(tr("&Save sketch as SVG…"), [_Keys.Save]),
        quit=action(tr("&Quit"), ["Ctrl+Q"]),
        undo=action(tr("&Undo"), [_Keys.Undo]),
        redo=action(tr("&Redo"), ["Ctrl+Shift+Z", "Ctrl+Y"]),
        clear=action(tr("&Clear paper"), ["Ctrl+Backspace"]),
        paste=action(tr("&Paste picture as sketch"), [_Keys.Paste]),
        pen=action(tr("P&en"), ["P"]),
        eraser=action(tr("E&raser"), ["E"]),
        thicker=action(tr("&Thicker"), ["]"], tr("Thicker pen")),
        thinner=action(tr("T&hinner"), ["["], tr("Thinner pen")),
        index=action(tr("&Look for new photos"), [_Keys.Refresh]),
        skipped=action(tr("&Skipped files…"), []),
        about=action(tr("&About FFMLN"), []),
        appearance=QActionGroup(window),
    )
    _set_roles(window, actions)
    for name, text in zip(APPEARANCES, (tr("Like the &system"), tr("&Light"), tr("&Dark")), strict=True):
        choice = actions.appearance.addAction(text)
        choice.setCheckable(True)
        choice.setData(name)
    _fill_menus(window, actions)
    return actions


def _set_roles(window: QMainWindow, actions: Actions) -> None:
    """Tell the system which commands it may move, and which exclude each other."""
    actions.quit.setMenuRole(QAction.MenuRole.QuitRole)
    actions.about.setMenuRole(QAction.MenuRole.AboutRole)
    tools = QActionGroup(window)
    for tool in (actions.pen, actions.eraser):
        tool.setCheckable(True)
        tools.addAction(tool)
    actions.pen.setChecked(True)
    for tool in (actions.thicker, actions.thinner):
        tool.setAutoRepeat(True)
    actions.undo.setEnabled(False)
    actions.redo.setEnabled(False)


def _fill_menus(window: QMainWindow, actions: Actions) -> None:
    bar, tr = window.menuBar(), window.tr
    _menu(
        bar.addMenu(tr("&File")),
        actions.choose,
        None,
        actions.open_sketch,
        actions.save_sketch,
        None,
        actions.quit,
    )
    _menu(bar.addMenu(tr("&Edit")), actions.undo, actions.redo, None, actions.paste, actions.clear)
    _menu(bar.addMenu(tr("&Draw")), actions.pen, actions.eraser, None, actions.thicker, actions.thinner)
    _menu(bar.addMenu(tr("&Photos")), actions.index, actions.skipped)
    view = bar.addMenu(tr("&View")).addMenu(tr("&Appearance"))
    view.addActions(actions.appearance.actions())
    _menu(bar.addMenu(tr("&Help")), actions.about)


def _menu(menu: QMenu, *entries: QAction | None) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry)
