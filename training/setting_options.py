"""The options that set a run: one for each of its settings, a file of them, and what was given."""

from __future__ import annotations

import argparse
import types
import typing
from collections.abc import Mapping
from dataclasses import fields

from engine.arguments import ArgumentParser, path_argument
from training.config import Config
from training.methods import METHODS
from training.settings import HEADINGS, option, setting_of
from training.settings_file import read_settings

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
        if field.name in HEADINGS:
            group = verb.add_argument_group(HEADINGS[field.name])
        kind, known = hints[field.name], setting_of(field.metadata)
        default = _default_text(shown.get(field.name, "the recipe's"))
        group.add_argument(
            option(field.name),
            type=_truth if kind is bool else kind,
            choices=known.choices or None,
            metavar=None if known.choices else _METAVARS[kind],
            help=f"{known.help} (default: {default})".replace("%", "%%"),
        )


def settings_in(options: argparse.Namespace) -> dict[str, typing.Any]:
    """Return what the command line, a file or a method says of the fields of Config; no defaults.

    Raises:
        TrainingError: the file cannot be read, or names no settings.
    """
    file = read_settings(options.config) if options.config else {}
    said = {field.name: getattr(options, field.name) for field in fields(Config)}
    given = {name: value for name, value in said.items() if value is not None}
    if "images" in given:  # then no epochs of the file
        file.pop("epochs", None)
    method = getattr(options, "method", None)
    return METHODS[method].given(file | given) if method else file | given


def _truth(text: str) -> bool:
    """Return what `true` or `false` says; `bool` would take any word for true."""
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is not true or false")
    return text.lower() == "true"


def _default_text(default: object) -> str:
    """Return a default as help has it."""
    return str(default).lower() if isinstance(default, bool) else str(default) or "not given"
