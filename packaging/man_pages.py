"""Writes the man pages of `ffmln` and `ffmln-train` from their command lines.

    python packaging/man_pages.py DIR

Every option and its help are argparse's; what is said around them stands here.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import cli
from app.__main__ import window_parser
from app.version import program_version
from training import options as training_options

_FILES = """\
.SH FILES
All state lies in one folder: the one that
.B FFMLN_DATA_DIR
names, else
.I ~/.local/share/ffmln
\\&. Photos are only ever read.
.SH ENVIRONMENT
.TP
.B FFMLN_DATA_DIR
the folder that holds all state, settings included
.TP
.B FFMLN_STORE_TOKEN
what a Milvus server asks for: a token, or user:password
.SH EXIT STATUS
0; 2 after an error, which is one line on stderr, or one for each folder that could not be indexed;
130 after Ctrl-C; 143 after SIGTERM.
"""
_TRAINING = """\
It needs PyTorch, and comes with the Python package and its extra
.BR train ,
not with the programs that bring their own Python.
"""


def main() -> int:
    """Write both pages into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    top, verbs, training = window_parser(), cli.parser(), training_options.parser()
    ffmln = [
        _head("ffmln", "draw, and find your own photos"),
        _synopsis(top, verbs),
        ".SH DESCRIPTION\nWithout a verb, a window opens: draw in it, and the photos of FOLDER\n"
        "that match come up while the pen moves. The verbs do without a window.\n",
        ".SH OPTIONS\n" + "".join(_options(top)),
        ".SH VERBS\n" + "".join(_verbs(verbs)),
        _FILES,
    ]
    train = [
        _head("ffmln-train", "train, measure and export the network behind ffmln"),
        _synopsis(training),
        ".SH DESCRIPTION\n" + _text(training.description or "") + "\n" + _TRAINING,
        ".SH VERBS\n" + "".join(_verbs(training)),
    ]
    for name, other, parts in (("ffmln", "ffmln-train", ffmln), ("ffmln-train", "ffmln", train)):
        page = "".join([*parts, f".SH SEE ALSO\n.BR {_text(other)} (1)\n"])
        (folder / f"{name}.1").write_text(page, "utf-8")
    return 0


def _head(name: str, what: str) -> str:
    built = time.gmtime(float(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    date = time.strftime("%Y-%m-%d", built)
    return f'.TH {name.upper()} 1 "{date}" "ffmln {program_version()}"\n.SH NAME\n{_text(name)} \\- {what}\n'


def _synopsis(*parsers: argparse.ArgumentParser) -> str:
    usages = [usage for parser in parsers for usage in _usages(parser)]
    return ".SH SYNOPSIS\n.nf\n" + "\n".join(map(_text, usages)) + "\n.fi\n"


def _usages(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield what can be typed: a line a verb, or one for the parser itself."""
    verbs = _subparsers(parser)
    for words, one in [(parser.prog, parser)] if verbs is None else verbs.choices.items():
        named = [_write(given) for given in one._actions if not given.option_strings]
        yield " ".join([parser.prog, *([words] if verbs else []), *named, "[OPTION...]"])


def _verbs(parser: argparse.ArgumentParser) -> Iterator[str]:
    verbs = _subparsers(parser)
    helps = {one.dest: one.help or "" for one in verbs._choices_actions} if verbs else {}
    for name, one in verbs.choices.items() if verbs else ():
        yield f".SS {_text(name)}\n{_text(helps[name])}.\n"
        yield from _options(one)
        if one.epilog:
            yield f".PP\n{_text(' '.join(one.epilog.split()))}\n"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield a paragraph an argument: how it is written, and its help."""
    for one in parser._actions:
        if (
            isinstance(one, argparse._HelpAction | argparse._SubParsersAction)
            or one.help == argparse.SUPPRESS
        ):
            continue
        names = ", ".join(one.option_strings)
        written = f"{names} {_write(one)}" if names and one.nargs != 0 else names or _write(one)
        yield f".TP\n.B {_text(written)}\n{_text(_help(parser, one))}\n"


def _write(argument: argparse.Action) -> str:
    """Return an argument's values as one types them: FILE, [FOLDER ...], {cosine,inner}."""
    return argparse.HelpFormatter("")._format_args(argument, argument.dest.upper())


def _help(parser: argparse.ArgumentParser, argument: argparse.Action) -> str:
    """Return an argument's help, its default filled in."""
    return parser._get_formatter()._expand_help(argument) if argument.help else ""


def _subparsers(
    parser: argparse.ArgumentParser,
) -> argparse._SubParsersAction[argparse.ArgumentParser] | None:
    found = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return found[0] if found else None


def _text(words: str) -> str:
    """Return plain words as roff reads them: no escapes, and no line that is taken for a command."""
    shown = words.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in shown.splitlines())


if __name__ == "__main__":
    sys.exit(main())
