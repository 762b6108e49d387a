"""Which of the files that PyInstaller collects go into the bundle; ffmln.spec asks."""

from __future__ import annotations

import os
import sys

_UNUSED_LIBRARIES = (
    "onnxruntime_providers_cuda", "onnxruntime_providers_tensorrt",  # the GPU's
    "cudart", "cublas", "cudnn", "cufft", "curand", "nvrtc",  # and what they need, where this machine has it
    "libQt6Qml", "libQt6Quick", "libQt6Pdf", "libQt6VirtualKeyboard",  # no QML, no PDF
    "platforminputcontexts/libqtvirtualkeyboard", "imageformats/libqpdf",
    "platforms/libqlinuxfb", "platforms/libqvkkhrdisplay", "platforms/libqeglfs", "platforms/libqminimalegl",
    "egldeviceintegrations/", "libQt6EglF",  # screens without a desktop
)  # fmt: skip
_SYSTEM = ("/usr/lib/", "/lib/", "/usr/lib64/", "/lib64/")
"""On Linux, what Qt takes from the system stays the system's (packaging/debian.py)."""
_PYTHON_NEEDS = (
    "libpython", "libssl", "libcrypto", "libsqlite3", "libffi", "liblzma", "libbz2", "libuuid", "libexpat",
    "libmpdec", "libz.",
)  # fmt: skip
"""But for what a system's own Python is made of; uv's Pythons bring it along."""
_UNUSED_TRANSLATIONS = ("PySide6/Qt/translations/", "PySide6/translations/")
_SPOKEN = ("qtbase_de.qm",)  # what Qt says itself, in the languages of app/words/languages.py


def is_used(entry: tuple[str, str, str]) -> bool:
    """Return whether anything that the program does needs a collected file.

    Args:
        entry: as PyInstaller lists it: its place in the bundle, where it comes from, and its kind.
    """
    place = entry[0].replace(os.sep, "/")
    if sys.platform == "linux" and entry[1].startswith(_SYSTEM) and entry[2] in ("BINARY", "SYMLINK"):
        return place.startswith(_PYTHON_NEEDS)
    if any(folder in place for folder in _UNUSED_TRANSLATIONS):
        return place.endswith(_SPOKEN)
    return not any(name in place for name in _UNUSED_LIBRARIES)
