"""The `ffmln` command: the window, or one of the engine's verbs without one."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from app import cli
from app.terminal.output import need_no_stdout, open_streams, print_to_the_end
from app.terminal.uris import folder_or_uri
from app.version import program_version, running
from engine.arguments import ArgumentParser, UsageError, number
from engine.child import WORD, serve
from engine.days import DAY_S
from engine.errors import EngineError
from engine.folders.patience import Kind, kind_of, no_folder
from engine.version import commit


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status.

    Args:
        argv: the words after the program's name; None takes the process's own.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [WORD]:
        return serve(words[1:])
    open_streams()
    if words and words[0] in cli.VERBS:
        return cli.main(words)
    status = print_to_the_end(lambda: _open_window(_parse(words)))
    if argv is None:
        _end(status)
    return status


def _end(status: int) -> None:
    """End the process at once where a thread is left behind, which must not run while all else ends."""
    if threading.active_count() > 1:
        logging.shutdown()
        os._exit(status)


def window_parser() -> ArgumentParser:
    """Return the command line of the window."""
    parser = ArgumentParser(
        prog="ffmln",
        description="Draw, and find your own photos.",
        epilog="`ffmln index`, `ffmln search`, `ffmln status`, `ffmln export`, `ffmln forget` and "
        "`ffmln formats` work without a window; see `ffmln index --help`.",
    )
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        type=folder_or_uri,
        help="photo folders to open as one library; those of the last time if left out",
    )
    cli.add_model_options(parser)
    parser.add_argument(
        "--new-window", action="store_true", help="open another window, though one is open already"
    )
    parser.add_argument(
        "--kiosk",
        action="store_true",
        help="for a public place: full screen, for fingers, keeps nothing, opens nothing; captions come from "
        "a file captions.csv beside the pictures",
    )
    parser.add_argument(
        "--leave",
        default="Ctrl+Alt+Shift+Q",
        metavar="KEYS",
        help='with --kiosk: the keys that end it, as "Ctrl+Alt+Q" or "Q, U, I, T" (default: %(default)s)',
    )
    parser.add_argument(
        "--rest",
        type=number(1, DAY_S, "a number of seconds"),
        default=60.0,
        metavar="SECONDS",
        help="with --kiosk: without a touch for so long, it clears itself (default: 60)",
    )
    parser.add_argument(
        "--version",
        action="store_true",
        help="print the version, the commit, the encoder, the runtime and whether the GPU is used, and exit",
    )
    return parser


def _parse(words: Sequence[str]) -> argparse.Namespace:
    options, strange = window_parser().parse_known_args(words)
    several = len(options.folders) + len(strange) > 1
    if several and options.folders and _is_nowhere(options.folders[0]):
        raise UsageError(f"{options.folders[0]} is neither a folder nor one of {', '.join(cli.VERBS)}.")
    if strange:
        raise UsageError(f"unrecognized arguments: {' '.join(strange)}; see ffmln --help.")
    return options


def _open_window(options: argparse.Namespace) -> int:
    if options.version:
        return _print_version(options)
    need_no_stdout()
    folders: list[Path] = options.folders
    for folder in folders:
        _check(folder)
    if options.kiosk and len(folders) != 1:
        raise UsageError("--kiosk needs a FOLDER of pictures, and no more than one; see ffmln --help.")
    if options.model is not None and not os.path.isfile(options.model):
        raise EngineError(f"There is no model file {options.model}.")
    from app.start.screen import find_screen

    screen = find_screen(os.environ)
    if screen.trouble is not None:
        raise EngineError(screen.trouble)
    if screen.platform is not None:
        os.environ["QT_QPA_PLATFORM"] = screen.platform
    import engine.encoding.encoder  # noqa: F401  before Qt: on Windows, ONNX Runtime must find its own DLLs first
    from app.program import run, run_kiosk

    if options.kiosk:
        return run_kiosk(
            folder=folders[0],
            model=options.model,
            small=options.small,
            leave=options.leave,
            rest=options.rest,
        )
    return run(folders=folders, model=options.model, small=options.small, new_window=options.new_window)


def _print_version(options: argparse.Namespace) -> int:
    """Say the version first: it is asked for most where the rest does not run."""
    print(f"ffmln {program_version()}\ncommit {commit()}", flush=True)
    from engine.encoding.encoder import Encoder

    encoder = Encoder.load_or_default(options.model, small=options.small)
    print(*running(encoder.warm_up()), sep="\n")
    return 0


def _is_nowhere(path: Path) -> bool:
    return kind_of(path) is Kind.NOTHING


def _check(folder: Path) -> None:
    """Find out whether a folder can be opened: it is there, or was indexed before."""
    kind = kind_of(folder)
    if kind is not Kind.FOLDER and (kind is Kind.OTHER or not _is_known(folder)):
        raise EngineError(no_folder(folder, kind))


def _is_known(folder: Path) -> bool:
    """Return whether a folder that is not there was indexed before, as that of a drive."""
    from engine.upkeep import Upkeep  # late: most folders are there

    with Upkeep(folder) as upkeep:
        return upkeep.is_known


if __name__ == "__main__":
    sys.exit(main())
