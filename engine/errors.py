"""What the engine raises. Each message is one sentence a person can act on."""

import errno

_CAUSES = {
    errno.EACCES: "Permission denied",
    errno.EBUSY: "Device or resource busy",
    errno.EFBIG: "File too large",
    errno.EIO: "Input/output error",
    errno.EISDIR: "Is a directory",
    errno.ELOOP: "Too many levels of symbolic links",
    errno.EMFILE: "Too many open files",
    errno.ENAMETOOLONG: "File name too long",
    errno.ENODEV: "No such device",
    errno.ENOENT: "No such file or directory",
    errno.ENOMEM: "Cannot allocate memory",
    errno.ENOSPC: "No space left on device",
    errno.ENOTDIR: "Not a directory",
    errno.EPERM: "Operation not permitted",
    errno.EROFS: "Read-only file system",
    errno.ETIMEDOUT: "Connection timed out",
}
"""As Linux says them. The system says others in its own language, once Qt has asked for that."""


def cause(error: OSError) -> str:
    """Return why the system refused something; in English, whatever its language, for what is usual."""
    return _CAUSES.get(error.errno or 0) or error.strerror or "unknown error"


class EngineError(Exception):
    """Something the person can be told about in one sentence."""


class ImageError(EngineError):
    """An image file that cannot be used: unreadable, truncated, too large or not an image."""


class UnavailableError(ImageError):
    """An image file that could not be read now through no fault of its own: another try may succeed."""


class ModelError(EngineError):
    """An ONNX file that is missing, broken, or was not exported by `ffmln-train`."""


class FolderError(EngineError):
    """A photo folder that does not exist, is no folder, or cannot be read."""


class WatchError(EngineError):
    """A folder of whose changes the system does not tell: it is looked at every few seconds instead."""


class PatternError(EngineError):
    """A pattern of what is to be left out that has no meaning."""


class CatalogError(EngineError):
    """A catalog that cannot be opened, written or understood."""


class BusyCatalogError(CatalogError):
    """Another process, or another library in this one, is indexing."""


class NewerCatalogError(CatalogError):
    """A catalog written by a newer version of the program; it is left untouched."""


class LessonsError(EngineError):
    """What was learned from the person's drawings, where it cannot be read or written."""


class StoreError(EngineError):
    """A shared collection that does not answer, refuses, or lacks a package to speak to it."""
