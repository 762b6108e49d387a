"""Starts Qt and the window; kept apart so that the verbs never load Qt."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

from app.kiosk.window import KioskWindow
from app.library.chosen import ChosenFolders, read_chosen
from app.start.application import Application
from app.start.first_window import FirstWindow, hand_over, one_at_a_time, server_name
from app.start.screen import let_go
from app.state.log import keep_log
from app.state.settings import Settings
from app.style import motion
from app.style.icons import app_icon
from app.style.portal import MotionPortal
from app.window import MainWindow
from app.words.languages import speak
from engine.encoding.encoder import Encoder
from engine.errors import EngineError

_MOST_KEYS = 4  # Qt has no longer sequences
_SWITCH_S = 0.0005  # how long one thread may keep the others from running Python


def run(*, folders: Sequence[Path], model: Path | None, small: bool, new_window: bool = False) -> int:
    """Show the window until it is closed; return the exit status.

    Where a window with the same encoder is open already, that one is given the folders.

    Args:
        folders: to open as one library; none opens that of the last time, if it is known.
        model: an ONNX file to use instead of a shipped one.
        small: use the small shipped model.
        new_window: open a window of its own in any case.

    Raises:
        EngineError: there is no place for the program's state.
    """
    with keep_log():
        settings = Settings()
        take_turns()
        application = _application()
        by_choice = model is None and not small
        model = _kept_model(settings) if by_choice else model
        given = tuple(folder.absolute() for folder in folders)
        name = server_name(str(model.absolute()) if model is not None else "small" if small else "default")
        first = None
        if not new_window:  # a window beside the first one leaves later starts to that
            with one_at_a_time():
                if hand_over(name, given):
                    return 0
                first = FirstWindow(name)
        with speak(settings.language):
            window = MainWindow(
                lambda: Encoder.load_or_default(model, small=small), settings, resumes=not new_window
            )
            chosen = ChosenFolders(given) if given else read_chosen() or _read_earlier_choice(settings)
            window.folders.open(*chosen.folders, off=chosen.off)
            window.show()
            if by_choice:
                window.other_encoder.check()
            with (
                _take_wishes(window, application),
                _take_later_starts(window, first),
                _close_on_signals(window.close),
            ):
                return application.exec()


def run_kiosk(*, folder: Path, model: Path | None, small: bool, leave: str, rest: float) -> int:
    """Show the window for a public place until its keys are pressed; return the exit status.

    Args:
        folder: the pictures.
        model: an ONNX file to use instead of a shipped one.
        small: use the small shipped model.
        leave: the keys that end it.
        rest: seconds without a touch after which it clears itself.

    Raises:
        EngineError: there are no such keys, or no place for the program's state.
    """
    if not is_key_sequence(leave):
        raise EngineError(f"{leave} is no sequence of keys: write it as Ctrl+Alt+Q, or Q, U, I, T.")
    with keep_log():
        settings = Settings()
        take_turns()
        application = _application()
        with speak(settings.language):
            window = KioskWindow(
                lambda: Encoder.load_or_default(model, small=small), folder.absolute(), leave=leave, rest=rest
            )
            window.fill_screen()
            with _close_on_signals(window.leave):
                return application.exec()


def is_key_sequence(text: str) -> bool:
    """Return whether these are keys that can be pressed one after another, four at most."""
    pressed = [QKeySequence(one.strip()).toString() for one in text.split(",")]
    return len(pressed) <= _MOST_KEYS and all(pressed)


def take_turns() -> None:
    """Let painting, searching and the network share the processor without waiting for each other.

    Threads change often; and numpy's products stay on the thread that asks, since the helpers of its library
    go on turning for a while after each product, on the very cores the network wants next.
    """
    sys.setswitchinterval(_SWITCH_S)
    threadpool_limits(limits=1, user_api="blas")


def _kept_model(settings: Settings) -> Path | None:
    """Return the encoder that was chosen in the window, None where it is not there any more."""
    return settings.model if settings.model is not None and settings.model.is_file() else None


def _read_earlier_choice(settings: Settings) -> ChosenFolders:
    """Return the folder that a version chose which knew one at a time."""
    return ChosenFolders((settings.folder,) if settings.folder is not None else ())


def _application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QCoreApplication.setApplicationName("FFMLN")
    application = Application(["ffmln"])
    let_go()
    # After, since the X11 plugin turns it on; a quick line keeps all its points only without it.
    application.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application.setDesktopFileName("ffmln")
    application.setWindowIcon(app_icon())
    if sys.platform == "linux":
        QTimer.singleShot(0, application, lambda: MotionPortal(application, motion.wish.take))
    return application


@contextmanager
def _take_wishes(window: MainWindow, application: QApplication) -> Iterator[None]:
    """Meanwhile, open the folders that the desktop asks for, until the window begins to close."""
    if not isinstance(application, Application):
        yield
        return

    def open_them(wanted: tuple[Path, ...]) -> None:
        if not window.isHidden():
            _come_forward(window, wanted)

    asked = application.asked.connect(open_them)
    try:
        yield
    finally:
        application.asked.disconnect(asked)


@contextmanager
def _take_later_starts(window: MainWindow, first: FirstWindow | None) -> Iterator[None]:
    """Meanwhile, open the folders of later starts, until the window begins to close."""
    if first is None:
        yield
        return
    first.asked.connect(lambda folders: _come_forward(window, folders))
    window.closing.connect(first.close)
    first.begin()
    try:
        yield
    finally:
        first.close()


def _come_forward(window: MainWindow, folders: tuple[Path, ...]) -> None:
    """Open folders that another start was given, or the desktop asks for, in front of everything."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    if folders != window.session.state.paths:
        window.folders.open(*folders)


@contextmanager
def _close_on_signals(close: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl+C, and the end of the session, close the window like any other way to close it.

    It is closed at the event loop's next turn: a signal comes in the middle of anything.
    """

    def close_soon(*_: object) -> None:
        QTimer.singleShot(0, close)

    before = {told: signal.signal(told, close_soon) for told in (signal.SIGINT, signal.SIGTERM)}
    beat = QTimer(interval=300)  # lets Python see the signal
    beat.timeout.connect(lambda: None)
    beat.start()
    try:
        yield
    finally:
        beat.stop()
        for told, handler in before.items():
            signal.signal(told, handler)
