"""What passes between program and desktop: photos to open, show, copy; what is dropped. No file changes."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QImage

from app.pictures.images import to_qimage
from engine.elsewhere import here
from engine.errors import EngineError
from engine.pictures.photos import open_photo
from engine.visible import visible

PHOTOS_TYPE = "application/x-ffmln-photos"
"""What photos that are copied or dragged here carry: they are found ones, and no drawings to search by."""

_LIBRARY_PATH, _LIBRARY_PATH_BEFORE = "LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG"
_COPIED_SIDE = 1600  # pixels of the short side; enough for a document, small enough for the clipboard


def open_url(url: QUrl) -> bool:
    """Open an address with the program the desktop uses for it; return whether there is one."""
    with _library_path_before():
        return QDesktopServices.openUrl(url)


@contextmanager
def _library_path_before() -> Iterator[None]:
    """Let what is started load the system's libraries: those of a frozen bundle are its own alone.

    What starts a bundle on Linux leads the loader to the bundle's libraries, and keeps what was set before.
    """
    if sys.platform != "linux" or not getattr(sys, "frozen", False):
        yield
        return
    own = os.environ.get(_LIBRARY_PATH)
    _set_library_path(os.environ.get(_LIBRARY_PATH_BEFORE))
    try:
        yield
    finally:
        _set_library_path(own)


def _set_library_path(value: str | None) -> None:
    os.environ.pop(_LIBRARY_PATH, None)
    if value is not None:
        os.environ[_LIBRARY_PATH] = value


def open_file(path: Path) -> None:
    """Open a photo with the program the desktop uses for it.

    Raises:
        EngineError: it is not there, or no program takes it.
    """
    path = must_exist(path)
    if not open_url(QUrl(path.as_uri())):
        text = QCoreApplication.translate("desktop", "No program on this computer opens {name}.")
        raise EngineError(text.format(name=visible(path.name)))


def open_folder(folder: Path) -> None:
    """Open a folder with the desktop's file manager.

    Raises:
        EngineError: no file manager opens it.
    """
    if not open_url(QUrl(folder.as_uri())):
        text = QCoreApplication.translate("desktop", "No file manager opens the folder {folder}.")
        raise EngineError(text.format(folder=visible(str(folder))))


def no_folder(folder: Path) -> str:
    """Return the sentence that says that a folder is gone."""
    text = QCoreApplication.translate("desktop", "The folder {folder} is not there now.")
    return text.format(folder=visible(str(folder)))


def show_in_folder(path: Path) -> None:
    """Open the photo's folder, with the photo selected where the system can do that.

    Raises:
        EngineError: it is not there, or no file manager opens.
    """
    path = must_exist(path)
    command = reveal_command(path, sys.platform)
    if command is not None:
        subprocess.Popen(command)
    else:
        open_folder(path.parent)


def selects_files(platform: str) -> bool:
    """Return whether the file manager may be asked to show several files; see `app.desktop.file_manager`."""
    return reveal_command(Path(), platform) is None


def reveal_command(path: Path, platform: str) -> str | list[str] | None:
    """Return the command that shows a file in its folder; None where opening the folder is all there is."""
    if platform == "win32":
        return f'explorer /select,"{path}"'  # explorer parses its line itself; a quoted whole would fail
    if platform == "darwin":
        return ["open", "-R", str(path)]
    return None


def picture_to_paste(path: Path) -> QImage:
    """Return a photo's pixels for the clipboard; safe off the GUI thread.

    Raises:
        EngineError: the photo cannot be read.
    """
    return to_qimage(open_photo(path, side=_COPIED_SIDE))


def files_to_paste(paths: Sequence[Path], picture: QImage | None) -> QMimeData:
    """Return what the clipboard is to hold: files for file managers and mails, paths as text, and pixels."""
    data, addresses = QMimeData(), [path.as_uri() for path in paths]
    data.setUrls([QUrl(address) for address in addresses])
    data.setText("\n".join(map(str, paths)))
    data.setData(PHOTOS_TYPE, b"")
    data.setData("x-special/gnome-copied-files", "\n".join(["copy", *addresses]).encode("ascii"))
    if picture is not None:
        data.setImageData(picture)
    return data


def picture_library() -> Path | None:
    """Return the person's picture library, if there is one."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    is_home = Path(folder) == Path(os.path.expanduser("~"))  # `Path.home` raises where there is none
    return Path(folder) if folder and Path(folder).is_dir() and not is_home else None


def paths_in(data: QMimeData) -> list[Path]:
    """Return the folders and files that are dropped or copied, without asking their drives for them."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def not_here() -> str:
    """Return the sentence on what is given by an address that is no file, as pages of a browser give it."""
    return QCoreApplication.translate(
        "desktop", "It is not a file on this computer: copy the picture and paste it, or save it first."
    )


def must_exist(path: Path) -> Path:
    """Return the photo's file; of one that another machine has, the same file here, if there is.

    Raises:
        EngineError: the photo is gone, or lies on another machine alone.
    """
    path = here(path)
    if not os.path.isfile(path):
        text = QCoreApplication.translate("desktop", "{name} is not in its folder any more.")
        raise EngineError(text.format(name=visible(path.name)))
    return path
