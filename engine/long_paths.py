"""Paths that Windows does not reach, and calls absent: nobody should take what lies there for gone."""

from __future__ import annotations

import os
import sys

TOO_LONG = "its path is too long for Windows"
"""Why such a file or folder cannot be read."""

_MOST = 259  # units of UTF-16, where long paths were not switched on for the whole system
_TO_LIST = 4  # more, as a folder is listed by "\*.*"
_UNLIMITED = "\\\\?\\"


def is_too_long(path: object, *, to_list: bool = False) -> bool:
    """Return whether a path is too long for Windows, unless somebody has switched that on: a reason to doubt.

    Args:
        path: absolute; what is no path is none.
        to_list: it is a folder's, which is to be listed.
    """
    if sys.platform != "win32" or not isinstance(path, str | bytes | os.PathLike):
        return False
    text = os.fsdecode(path)
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return length > _MOST - _TO_LIST * to_list and not text.startswith(_UNLIMITED)
