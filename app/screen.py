"""Whether a window can open here at all: where it cannot, Qt would abort the program."""

import ctypes
import sys
from collections.abc import Callable, Mapping

_LIBRARIES = (
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
)
_X11_LIBRARIES = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
)


def missing_screen(
    environment: Mapping[str, str], platform: str = sys.platform, load: Callable[[str], object] = ctypes.CDLL
) -> str | None:
    """Return why no window can open here, as one sentence; None where one can.

    Args:
        environment: the process's variables.
        platform: as `sys.platform`.
        load: loads a shared library by its name, or raises OSError.
    """
    if platform != "linux":
        return None
    plugin = environment.get("QT_QPA_PLATFORM", "")
    x11 = plugin == "xcb" if plugin else not environment.get("WAYLAND_DISPLAY")
    if not plugin and not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        return "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set."
    for name, package in (*_LIBRARIES, *(_X11_LIBRARIES if x11 else ())):
        try:
            load(name)
        except OSError:
            return f"The system library {name} is missing; install the package {package}."
    return None
