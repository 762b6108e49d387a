"""The options that set a run: one for each of its settings, a file of them, and what was given."""

from __future__ import annotations

import argparse
import types
import typing
from collections.abc import Mapping
from dataclasses import fields

from engine.arguments import ArgumentParser, path_argument, path_or_word_argument
from training.config import Config
from training.methods import METHODS
from training.settings import option, setting_of
from training.settings_file import FileSettings, read_settings

_METAVARS = {bool: "{true,false}", int: "N", float: "X", str: "TEXT"}


def add_settings(
    verb: ArgumentParser, *, shown: Mapping[str, typing.Any] = types.MappingProxyType({})
) -> None:
    """Add an option for each field of Config; one that is not given is None.

    Args:
        verb: where to add them.
        shown: what help says the defaults are; they are decided later.
    """
    verb.add_argument(
        "--config",
        type=path_argument,
        metavar="FILE",
        help="settings as JSON: what a run wrote as config.json, or part of it; options override it",
    )
    hints, group = typing.get_type_hints(Config), verb.add_argument_group()
    for field in fields(Config):
        kind, known = hints[field.name], setting_of(field.metadata)
        if known.group:
            group = verb.add_argument_group(known.group)
        default = _default_text(shown.get(field.name, "the recipe's"))
        group.add_argument(
            option(field.name),
            type=path_or_word_argument if known.path else _type_of(kind),
            choices=known.choices or None,
            metavar=None if known.choices else _METAVARS[kind],
            help=f"{known.help} (default: {default})".replace("%", "%%"),
        )


def settings_in(options: argparse.Namespace) -> dict[str, typing.Any]:
    """Return what the command line, a file or a method says of the fields of Config; no defaults.

    Raises:
        TrainingError: the file cannot be read, or names no settings; or a value makes no sense.
    """
    return settings_and_asked(options)[0]


def settings_and_asked(options: argparse.Namespace) -> tuple[dict[str, typing.Any], set[str]]:
    """Return settings as `settings_in` does, and which of them were meant, as a second training has them.

    Those are what the command line has, and what a file changes. What a run wrote as config.json names all
    settings, most of them as they always are. What a mean wrote tells more: where its two trainings have the
    same value, that was asked for, also if it is as always.

    Raises:
        TrainingError: as of `settings_in`.
    """
    file = read_settings(options.config) if options.config else FileSettings({})
    words = {field.name: getattr(options, field.name) for field in fields(Config)}
    words = {name: value for name, value in words.items() if value is not None}
    given = file.given | words
    if "images" in words and "epochs" not in words:  # then no epochs of the file
        given.pop("epochs", None)
    method = getattr(options, "method", None)
    given = METHODS[method].merge_settings(given) if method else given
    for field in fields(Config):
        if field.name in given:
            setting_of(field.metadata).check(field.name, given[field.name])
    asked = {
        name
        for name, value in given.items()
        if name in words or value != getattr(Config, name) or name in file.shared
    }
    return given, asked


def _type_of(kind: type) -> typing.Callable[[str], object]:
    """Return what makes a field's value of a word of the command line."""
    return _truth if kind is bool else kind


def _truth(text: str) -> bool:
    """Return what `true` or `false` says; `bool` would take any word for true."""
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is not true or false")
    return text.lower() == "true"


def _default_text(default: object) -> str:
    """Return a default as help has it."""
    return str(default).lower() if isinstance(default, bool) else str(default) or "not given"
