"""Starts Qt and the window; kept apart so that the verbs never load Qt."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.icons import app_icon
from app.settings import Settings
from app.window import MainWindow
from engine.encoder import Encoder

SWITCH_S = 0.0005
"""How long one thread may keep the others from running Python: painting and searching take turns."""


def run(*, folder: Path | None, model: Path | None, small: bool) -> int:
    """Show the window until it is closed; return the exit status.

    Args:
        folder: to open; None opens the last one, if it is known.
        model: an ONNX file to use instead of a shipped one.
        small: use the small shipped model.

    Raises:
        EngineError: there is no place for the program's state.
    """
    settings = Settings()
    sys.setswitchinterval(SWITCH_S)
    application = _application()
    window = MainWindow(lambda: _encoder(model, small=small), settings)
    window.open_folder(folder.absolute() if folder is not None else settings.folder)
    window.show()
    _close_on_interrupt(window)
    return application.exec()


def _application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QCoreApplication.setApplicationName("FFMLN")
    application = QApplication(["ffmln"])
    # After, since the X11 plugin turns it on; a quick line keeps all its points only without it.
    application.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application.setDesktopFileName("ffmln")
    application.setWindowIcon(app_icon())
    return application


def _encoder(model: Path | None, *, small: bool) -> Encoder:
    if model is not None:
        return Encoder.load(model)
    return Encoder.small() if small else Encoder.default()


def _close_on_interrupt(window: MainWindow) -> None:
    """Let Ctrl+C in the terminal close the window like any other way to close it."""
    signal.signal(signal.SIGINT, lambda *_: window.close())
    beat = QTimer(window, interval=300)  # lets Python see the signal
    beat.timeout.connect(lambda: None)
    beat.start()
