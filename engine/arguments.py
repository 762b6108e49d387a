"""What the command lines of `ffmln` and `ffmln-train` share: a parser that raises, and types of arguments."""

from __future__ import annotations

import argparse
import calendar
import math
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.errors import EngineError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


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


def whole(least: int, most: float = math.inf, what: str = "a whole number") -> Callable[[str], int]:
    """Return what makes the number of its digits; as `type` of an argument.

    What it returns raises argparse.ArgumentTypeError where they make no whole number within these bounds.

    Args:
        least: the least that is taken.
        most: the most; without, any.
        what: what the number is called in the sentence that refuses another one.
    """
    bounds = f"from {least} up" if most == math.inf else f"from {least} to {most}"

    def parse(text: str) -> int:
        try:
            made = int(text) if re.fullmatch(r"-?\d+", text, re.ASCII) else None
        except ValueError:  # of thousands of digits
            made = None
        if made is None or not least <= made <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not {what} {bounds}")
        return made

    return parse


def number(
    least: float, most: float, what: str = "a number", *, above: bool = False, below: bool = False
) -> Callable[[str], float]:
    """Return what makes the number that its text says, as people write it; else as of `whole`.

    Args:
        least: the least that is taken.
        most: the most.
        what: what the number is called in the sentence that refuses another one.
        above: whether it must be more than the least.
        below: whether it must be less than the most.
    """
    bounds = f"{'above' if above else 'from'} {least} to {'below ' if below else ''}{most}"

    def parse(text: str) -> float:
        try:
            made = float(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            made = math.nan
        is_open = (above and made == least) or (below and made == most)
        if is_open or not least <= made <= most:  # nor is NaN within them
            raise argparse.ArgumentTypeError(f"{text!r} is not {what} {bounds}")
        return made

    return parse


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
