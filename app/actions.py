"""Every command of the program: its words, keys and icon in one place, and the menus that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.state.settings import APPEARANCES
from app.style.icons import icon
from app.words.languages import LANGUAGES, NAMES

_ICONS = ("pen", "eraser", "stroke_eraser", "lasso", "undo", "redo", "clear")
_Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class Actions:
    """The program's commands; the window connects them."""

    choose: QAction
    add_folder: QAction
    folders: QAction
    collection: QAction
    recent: QMenu
    open_sketch: QAction
    save_sketch: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    clear: QAction
    copy_sketch: QAction
    paste: QAction
    choose_all: QAction
    mirror: QAction
    pen: QAction
    eraser: QAction
    stroke_eraser: QAction
    lasso: QAction
    thicker: QAction
    thinner: QAction
    pen_pressure: QAction
    trace: QAction
    untrace: QAction
    keep_drawings: QAction
    clear_shelf: QAction
    learn: QAction
    forget_learned: QAction
    index: QAction
    read_again: QAction
    rules: QAction
    skipped: QAction
    forget_missing: QAction
    forget_folder: QAction
    gentle: QAction
    other_encoder: QAction
    shipped_encoder: QAction
    different_first: QAction
    best_first: QAction
    shortcuts: QAction
    log: QAction
    licences: QAction
    newest_first: QAction
    wider_paper: QAction
    wider_photos: QAction
    about: QAction
    appearance: QActionGroup
    language: QActionGroup

    def refresh_icons(self, window: QMainWindow) -> None:
        """Draw the tools' icons in the window's present palette."""
        for name in _ICONS:
            getattr(self, name).setIcon(icon(name, window.palette()))

    def allow(self, *, folder: bool, is_open: bool, busy: bool) -> None:
        """Enable what can be done with the folders now.

        Args:
            folder: one is chosen.
            is_open: its library can be asked.
            busy: it is being indexed.
        """
        self.index.setEnabled(folder and not busy)
        for action in (self.read_again, self.forget_missing):
            action.setEnabled(is_open and not busy)
        for action in (self.skipped, self.rules, self.forget_folder):
            action.setEnabled(is_open)


def make_actions(window: QMainWindow) -> Actions:
    """Return the commands, belonging to this window, and fill its menu bar with them."""

    def action(text: str, keys: list[QKeySequence | _Keys | str], tip: str = "") -> QAction:
        result = QAction(text, window)
        result.setShortcuts([QKeySequence(key) for key in keys])
        shown = result.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        words = tip or text.replace("&", "").removesuffix("…")
        result.setToolTip(f"{words} ({shown})" if shown else words)
        result.setAutoRepeat(False)  # a key that is held is one command, but for those named in `_set_roles`
        window.addAction(result)
        return result

    translate = QCoreApplication.translate
    actions = Actions(
        choose=action(translate("actions", "&Choose photo folder…"), [_Keys.Open]),
        add_folder=action(translate("actions", "A&dd photo folder…"), ["Ctrl+Shift+A"]),
        folders=action(translate("actions", "&Folders of the library…"), ["Ctrl+L"]),
        collection=action(
            translate("actions", "Shared c&ollection…"),
            [],
            translate("actions", "Search the photos of several machines too"),
        ),
        recent=QMenu(translate("actions", "&Recent folders"), window),
        open_sketch=action(translate("actions", "Open &picture as sketch…"), ["Ctrl+Shift+O"]),
        save_sketch=action(translate("actions", "&Save sketch as SVG…"), [_Keys.Save]),
        quit=action(translate("actions", "&Quit"), ["Ctrl+Q"]),
        undo=action(translate("actions", "&Undo"), [_Keys.Undo]),
        redo=action(translate("actions", "&Redo"), ["Ctrl+Shift+Z", "Ctrl+Y"]),
        clear=action(translate("actions", "&Clear paper"), ["Ctrl+Backspace"]),
        copy_sketch=action(translate("actions", "C&opy sketch"), [_Keys.Copy]),
        paste=action(translate("actions", "&Paste picture"), [_Keys.Paste]),
        choose_all=action(translate("actions", "Select &all strokes"), [_Keys.SelectAll]),
        mirror=action(translate("actions", "&Mirror"), ["H"]),
        pen=action(translate("actions", "P&en"), ["P"]),
        eraser=action(translate("actions", "E&raser"), ["E"]),
        stroke_eraser=action(translate("actions", "Erase &whole strokes"), ["Shift+E"]),
        lasso=action(translate("actions", "&Select strokes"), ["S"]),
        thicker=action(translate("actions", "&Thicker"), ["]"], translate("actions", "Thicker pen")),
        thinner=action(translate("actions", "T&hinner"), ["["], translate("actions", "Thinner pen")),
        pen_pressure=action(
            translate("actions", "Pen &pressure"),
            [],
            translate("actions", "Let the line's width follow how hard the pen presses"),
        ),
        trace=action(translate("actions", "Trace a ph&oto…"), []),
        untrace=action(translate("actions", "T&ake the traced photo away"), []),
        keep_drawings=action(translate("actions", "&Keep the last drawings"), []),
        clear_shelf=action(translate("actions", "Remo&ve all kept drawings…"), []),
        learn=action(
            translate("actions", "&Learn from my drawings"),
            [],
            translate(
                "actions", "Find better what you have drawn and found before; it all stays on this computer"
            ),
        ),
        forget_learned=action(translate("actions", "&Forget what was learned…"), []),
        index=action(translate("actions", "&Look for new photos"), [_Keys.Refresh]),
        read_again=action(
            translate("actions", "&Read all photos again"),
            [],
            translate("actions", "Read every photo, for changes that do not show in its size and date"),
        ),
        rules=action(translate("actions", "&What is left out and kept…"), []),
        skipped=action(translate("actions", "&Skipped files…"), []),
        forget_missing=action(translate("actions", "Forget &missing photos now"), []),
        forget_folder=action(translate("actions", "&Forget this folder…"), []),
        gentle=action(
            translate("actions", "Index &gently"),
            [],
            translate("actions", "Leave half of the computer to other programs, as on battery"),
        ),
        other_encoder=action(translate("actions", "Use another &encoder…"), []),
        shipped_encoder=action(translate("actions", "Use the s&hipped encoder"), []),
        different_first=action(translate("actions", "&Different guesses first"), []),
        best_first=action(
            translate("actions", "&Best first"),
            ["B"],
            translate("actions", "Show the best matches first, rather than different guesses"),
        ),
        shortcuts=action(translate("actions", "&Keyboard shortcuts"), [_Keys.HelpContents]),
        log=action(translate("actions", "&Log"), []),
        licences=action(translate("actions", "L&icences"), []),
        newest_first=action(
            translate("actions", "&Newest first"),
            ["N"],
            translate("actions", "Show the best matches by date, newest first"),
        ),
        wider_paper=action(translate("actions", "&Wider paper"), ["F8"]),
        wider_photos=action(translate("actions", "Wider &photos"), ["F7"]),
        about=action(translate("actions", "&About FFMLN"), []),
        appearance=QActionGroup(window),
        language=QActionGroup(window),
    )
    _set_roles(window, actions)
    _offer_looks(actions)
    _fill_menus(window, actions)
    return actions


def _set_roles(window: QMainWindow, actions: Actions) -> None:
    """Tell the system which commands it may move, and which exclude each other."""
    actions.quit.setMenuRole(QAction.MenuRole.QuitRole)
    actions.about.setMenuRole(QAction.MenuRole.AboutRole)
    tools = QActionGroup(window)
    for tool in (actions.pen, actions.eraser, actions.stroke_eraser, actions.lasso):
        tool.setCheckable(True)
        tools.addAction(tool)
    actions.pen.setChecked(True)
    wider = actions.wider_paper, actions.wider_photos
    for repeated in (actions.undo, actions.redo, actions.thicker, actions.thinner, *wider):
        repeated.setAutoRepeat(True)
    for on_paper in (actions.copy_sketch, actions.choose_all, actions.mirror):
        on_paper.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    actions.pen_pressure.setCheckable(True)
    actions.keep_drawings.setCheckable(True)
    actions.learn.setCheckable(True)
    actions.gentle.setCheckable(True)
    actions.clear_shelf.setEnabled(False)
    orders = QActionGroup(window)
    for order in (actions.different_first, actions.best_first, actions.newest_first):
        order.setCheckable(True)
        orders.addAction(order)
    actions.undo.setEnabled(False)
    actions.redo.setEnabled(False)


def _offer_looks(actions: Actions) -> None:
    """Let appearance and language be chosen."""
    translate = QCoreApplication.translate
    system = translate("actions", "Like the &system")
    schemes = (system, translate("actions", "&Light"), translate("actions", "&Dark"))
    _add_choices(actions.appearance, dict(zip(APPEARANCES, schemes, strict=True)))
    _add_choices(actions.language, {LANGUAGES[0]: system, **NAMES})


def _add_choices(group: QActionGroup, texts: Mapping[str, str]) -> None:
    """Let one of these be chosen: texts by what they stand for."""
    for name, text in texts.items():
        choice = group.addAction(text)
        choice.setCheckable(True)
        choice.setData(name)


def _fill_menus(window: QMainWindow, actions: Actions) -> None:
    bar, translate = window.menuBar(), QCoreApplication.translate
    _menu(
        bar.addMenu(translate("actions", "&File")),
        actions.choose,
        actions.add_folder,
        actions.folders,
        actions.collection,
        actions.recent.menuAction(),
        None,
        actions.open_sketch,
        actions.save_sketch,
        None,
        actions.quit,
    )
    _menu(
        bar.addMenu(translate("actions", "&Edit")),
        actions.undo,
        actions.redo,
        None,
        actions.copy_sketch,
        actions.paste,
        actions.clear,
        None,
        actions.choose_all,
        actions.mirror,
    )
    _menu(
        bar.addMenu(translate("actions", "&Draw")),
        actions.pen,
        actions.eraser,
        actions.stroke_eraser,
        actions.lasso,
        None,
        actions.thicker,
        actions.thinner,
        actions.pen_pressure,
        None,
        actions.trace,
        actions.untrace,
        None,
        actions.keep_drawings,
        actions.clear_shelf,
        None,
        actions.learn,
        actions.forget_learned,
    )
    _menu(
        bar.addMenu(translate("actions", "&Photos")),
        actions.index,
        actions.read_again,
        actions.gentle,
        None,
        actions.rules,
        actions.skipped,
        None,
        actions.forget_missing,
        actions.forget_folder,
        None,
        actions.other_encoder,
        actions.shipped_encoder,
    )
    view = bar.addMenu(translate("actions", "&View"))
    _menu(view, actions.different_first, actions.best_first, actions.newest_first, None)
    _menu(view, actions.wider_paper, actions.wider_photos, None)
    view.addMenu(translate("actions", "&Appearance")).addActions(actions.appearance.actions())
    view.addMenu(translate("actions", "&Language")).addActions(actions.language.actions())
    _menu(
        bar.addMenu(translate("actions", "&Help")),
        actions.shortcuts,
        actions.log,
        None,
        actions.licences,
        actions.about,
    )


def _menu(menu: QMenu, *entries: QAction | None) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry)
