"""Names as they may be shown: what would act on a terminal or turn a line around is written as an escape."""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata
from typing import TextIO

_PLAIN = re.compile(r"[\x20-\x7e]*")
_ACTING = ("Cc", "Cf", "Zl", "Zp")  # control, format (bidi, zero width), line and paragraph separators
_JOINERS = "\u200c\u200d"  # Persian words and families of emoji are spelled with them
_LOW_BYTES = range(0xDC80, 0xDCA0)  # bytes of no text that some terminals take for control codes
_BYTES = range(0xDC80, 0xDD00)  # as `os.fsdecode` keeps bytes that are no text

ANY_NAME = "ffmln.any-name"
"""Tells `open` and `encode` to write any name: bytes that are no text as such, half a pair as an escape."""


def visible(text: str) -> str:
    r"""Return the text in one line, with `\n`, `\x1b`, `\u202e` for what is no sign but an order.

    So is half of a pair, which names on Windows may have and no stream takes. Other text comes back as it is,
    as do bytes that are no text, as `os.fsdecode` keeps them, from 0xa0 up.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_escape(sign) if _acts(sign) else sign for sign in text)


class OneLine(logging.Formatter):
    """Keeps a message in its line, whatever the names in it; a traceback follows in lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the message with nothing in it that a terminal would obey."""
        return visible(super().formatMessage(record))


def accept_any_name(*streams: TextIO | None) -> None:
    """Let names that are no valid text be printed: as their bytes where a stream takes bytes."""
    for stream in streams:
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            utf8 = (getattr(stream, "encoding", "") or "").lower().replace("-", "") == "utf8"
            reconfigure(errors=ANY_NAME if utf8 else "backslashreplace")


def _acts(sign: str) -> bool:
    if sign in _JOINERS:
        return False
    category = unicodedata.category(sign)
    return category in _ACTING or (category == "Cs" and (ord(sign) not in _BYTES or ord(sign) in _LOW_BYTES))


def _escape(sign: str) -> str:
    if ord(sign) in _LOW_BYTES:
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape").decode("ascii")


def _encode(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    sign = error.object[error.start]
    written = bytes([ord(sign) - 0xDC00]) if ord(sign) in _BYTES else ascii(sign)[1:-1]
    return written, error.start + 1


codecs.register_error(ANY_NAME, _encode)
