"""Whether a window can open here at all: where it cannot, Qt would abort the program, or wait for ever."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.child import run_apart

_LIBRARIES = (
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libgthread-2.0.so.0", "libglib2.0-0"),
    ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
)
_X11_LIBRARIES = (
    ("libxcb.so.1", "libxcb1"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
)
_WAYLAND_LIBRARIES = (
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libwayland-cursor.so.0", "libwayland-cursor0"),
)
_PATIENCE_S = 5.0  # for a screen to answer
_ATTEMPTS, _BETWEEN_S = 3, 0.1  # a server that begins anew is back after a tenth of a second
_PLUGIN_PATIENCE_S = 15.0  # for Qt to start on an unusual platform
_WITHOUT_A_SCREEN = ("offscreen", "minimal")
_VARIABLES = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
FOREIGN_PLUGINS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH")
"""Variables by which Qt would load plugins of another Qt."""

_held: list[ctypes.c_void_p] = []  # what `let_go` closes


@dataclass(frozen=True)
class Screen:
    """Where a window can open.

    Attributes:
        trouble: why it can open nowhere, as one sentence; None where it can.
        platform: what to tell Qt of it, where Qt might choose what does not answer; None otherwise.
    """

    trouble: str | None = None
    platform: str | None = None


def find_screen(
    environment: Mapping[str, str],
    platform: str = sys.platform,
    load: Callable[[str], object] = ctypes.CDLL,
    ask: Callable[[str, Mapping[str, str]], bool] | None = None,
) -> Screen:
    """Look for a screen that answers.

    Args:
        environment: the process's variables.
        platform: as `sys.platform`.
        load: loads a shared library by its name, or raises OSError.
        ask: returns whether `xcb`, `wayland` or, by its own name, another platform is there; None asks in
            earnest.
    """
    if platform != "linux":
        return Screen()
    lacking = _lacking(_LIBRARIES, load)
    if lacking is not None:
        return Screen(lacking)
    chosen = environment.get("QT_QPA_PLATFORM", "")
    foreign = any(environment.get(name) for name in FOREIGN_PLUGINS)
    kinds = _kinds(chosen) if chosen else [kind for kind in _VARIABLES if environment.get(_VARIABLES[kind])]
    if not kinds:
        return Screen("There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set.")
    troubles = [_trouble(kind, environment, load, ask or _answers) for kind in kinds]
    if None not in troubles:
        return Screen(troubles[0])
    if foreign and not (ask or _answers)(chosen or "qt", environment):
        return Screen("No window can be opened with the Qt plugins that QT_PLUGIN_PATH and its like name.")
    return Screen(platform=kinds[troubles.index(None)] if any(troubles) and not chosen else None)


def _kinds(chosen: str) -> list[str]:
    """Return what QT_QPA_PLATFORM stands for: the one platform it names, or the whole of what it says."""
    name = chosen.partition(":")[0]
    if name.startswith("wayland") and ";" not in chosen:
        return ["wayland"]
    return [name if name in (*_VARIABLES, *_WITHOUT_A_SCREEN) and ";" not in chosen else chosen]


def _trouble(
    kind: str,
    environment: Mapping[str, str],
    load: Callable[[str], object],
    ask: Callable[[str, Mapping[str, str]], bool],
) -> str | None:
    if kind in _WITHOUT_A_SCREEN:
        return None
    if kind not in _VARIABLES:
        return None if ask(kind, environment) else f"No window can be opened with QT_QPA_PLATFORM={kind}."
    name = _VARIABLES[kind]
    if kind == "wayland" and ask(kind, environment):
        return _lacking(_WAYLAND_LIBRARIES, load)
    if kind == "xcb":  # asked through one of its libraries
        lacking = _lacking(_X11_LIBRARIES, load)
        if lacking is not None or ask(kind, environment):
            return lacking
    value = environment.get(name, "")
    return f"The screen {value} does not answer: check {name}." if value else f"{name} is not set."


def _lacking(libraries: tuple[tuple[str, str], ...], load: Callable[[str], object]) -> str | None:
    for name, package in libraries:
        try:
            load(name)
        except OSError:
            return f"The system library {name} is missing; install the package {package}."
    return None


def _answers(kind: str, environment: Mapping[str, str]) -> bool:
    """Return whether there is someone at the other end, within seconds."""
    if kind == "wayland":
        return _wayland_answers(environment)
    if kind == "xcb":
        return _x11_answers(environment.get("DISPLAY", ""))
    return run_apart("app.start.qt_trial", seconds=_PLUGIN_PATIENCE_S).status == 0


def _x11_answers(display: str) -> bool:
    """Connect as Qt would, with the person's right to the screen, and stay so until `let_go`.

    A server may begin anew when its last client leaves, and then drops whoever is just coming: so it is tried
    again, and Qt finds a server that has a client.
    """
    began = time.monotonic()
    for attempt in range(_ATTEMPTS):
        time.sleep(attempt * _BETWEEN_S)
        connection = _connect(display)
        if connection is not None:
            _held.append(connection)
            return True
        if time.monotonic() - began > _PATIENCE_S:
            break
    return False


def let_go() -> None:
    """Close the connection that `find_screen` made, once Qt has one of its own."""
    while _held:
        _xcb().xcb_disconnect(_held.pop())


def _connect(display: str) -> ctypes.c_void_p | None:
    """Return a connection made in a thread, which is left waiting where nobody answers; None without one."""
    connected: list[ctypes.c_void_p] = []

    def connect() -> None:
        connection = ctypes.c_void_p(_xcb().xcb_connect(os.fsencode(display), None))
        if _xcb().xcb_connection_has_error(connection) == 0:
            connected.append(connection)
        else:
            _xcb().xcb_disconnect(connection)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(_PATIENCE_S)
    return connected[0] if connected else None


def _xcb() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    return xcb


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    """Ask the compositor for a sign of life, `wl_display.sync`."""
    if environment.get("WAYLAND_SOCKET"):  # already connected, and good for one use
        return True
    name = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    place = Path(environment.get("XDG_RUNTIME_DIR", ""), name)
    if not place.is_absolute():
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as ear:
            ear.settimeout(_PATIENCE_S)
            ear.connect(os.fsencode(place))
            ear.sendall(struct.pack("=III", 1, 12 << 16, 2))
            return bool(ear.recv(8))
    except OSError:
        return False
