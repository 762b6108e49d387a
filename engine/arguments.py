"""What the command lines of `ffmln` and `ffmln-train` share: a parser that raises, and types of arguments."""

from __future__ import annotations

import argparse
import calendar
import math
import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.days import DAY_S
from engine.errors import EngineError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


_MOST_DAYS = 36_500
_MOST_MB = 1_000_000


class UsageError(EngineError):
    """The words of the command line make no command."""


class ArgumentParser(argparse.ArgumentParser):
    """argparse's parser, which raises what is wrong in place of printing it and leaving the program.

    `--help` still prints and exits. Parsers of sub-commands are of this class too.
    """

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong, and where help is.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message}; see {self.prog} --help.")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; argparse's own way would not tell if that fails."""
        if file is not None:
            file.write(message)


def path_argument(text: str) -> Path:
    """Return the path of this text; as `type` of an argument.

    Not every shell puts the home in place of a `~` at its beginning, and none does after `--option=`.
    """
    path = Path(text)
    if not text.startswith("~") or os.path.lexists(path.parts[0]):  # a file may be called so
        return path
    return Path(os.path.expanduser(text))


def path_or_word_argument(text: str) -> str:
    """Return this text, with the home in it as `path_argument` has it; as `type` of an argument.

    Any other text stays as it is: it may be a word, and no path.
    """
    return str(path_argument(text)) if text.startswith("~") else text


def folder_argument(text: str) -> Path:
    """Return the folder of this name; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: the name is empty, as from an unset variable; Path takes the current
            folder for it.
        UsageError: it is named from the working folder, and that is not there any more.
    """
    if not text:
        raise argparse.ArgumentTypeError("its name is empty")
    folder = path_argument(text)
    try:
        folder.absolute()
    except OSError:
        raise UsageError(
            f"The working folder is not there any more: give the whole path of {text}."
        ) from None
    return folder


def count_argument(text: str) -> int:
    """Return the number these digits make; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is no whole number, or below 1.
    """
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return number


def days_argument(text: str) -> int:
    """Return the number these digits make; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is no whole number, or more than a hundred years.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= _MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 0 to {_MOST_DAYS}")
    return int(text)


def megabytes_argument(text: str) -> int:
    """Return the number these digits make; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is no whole number, or more than a terabyte.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= _MOST_MB):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of megabytes from 0 to {_MOST_MB}")
    return int(text)


def share_argument(text: str) -> float:
    """Return the number from 0 to 1 that this says; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is no number, or another one.
    """
    share = _number(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return share


def seconds_argument(text: str) -> float:
    """Return the number of seconds that this says; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is no number from 1 to a day.
    """
    seconds = _number(text)
    if not 1 <= seconds <= DAY_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 1 to {DAY_S}")
    return seconds


def _number(text: str) -> float:
    """Return the number that this says, as people write it; NaN, which is within no bounds, for none."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def first_day_argument(text: str) -> date:
    """Return the day, or the first day of the month or year, that this says; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: there is no such day.
    """
    return _days(text)[0]


def last_day_argument(text: str) -> date:
    """Return the day, or the last day of the month or year, that this says; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: there is no such day.
    """
    return _days(text)[1]


def _days(text: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day: 2019, 2019-07, 2019-07-21."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text, re.ASCII)
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        first = date(int(year), int(month or 1), int(day or 1))
        if day:
            return first, first
        last = first.replace(month=int(month or 12))
        return first, last.replace(day=calendar.monthrange(last.year, last.month)[1])
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a day such as 2019-07-21, a month such as 2019-07 or a year"
        ) from None
