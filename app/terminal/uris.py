"""Folders as command lines name them: by paths, and by the file:// addresses that file managers hand over."""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

from engine.arguments import folder_argument


def folder_or_uri(text: str) -> Path:
    """Return the folder of this path or file:// address; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: the name is empty, or the address is of another machine or no path.
        UsageError: it is named from the working folder, and that is not there any more.
    """
    if not text.lower().startswith("file:") or os.path.exists(text):  # a folder may be called so
        return folder_argument(text)
    try:
        address = urlsplit(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a folder") from error
    if address.netloc.lower() not in ("", "localhost", socket.gethostname().lower()):
        raise argparse.ArgumentTypeError(f"{text!r} is a folder of another machine: mount it first")
    if os.name == "nt":
        return folder_argument(url2pathname(address.path))
    path = os.fsdecode(unquote_to_bytes(address.path))  # names need not be valid text
    if not path.startswith("/") or "\0" in path:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a folder")
    return folder_argument(path)
