"""The engine's sentences in the person's language: the engine knows one language, and no Qt."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

SENTENCES = (
    # the folder
    QT_TRANSLATE_NOOP("engine", "There is no folder {folder}."),
    QT_TRANSLATE_NOOP("engine", "{folder} is not a folder."),
    QT_TRANSLATE_NOOP("engine", "The folder {folder} cannot be read: {reason}."),
    QT_TRANSLATE_NOOP("engine", "The folder {within} does not lie in {folder}."),
    QT_TRANSLATE_NOOP("engine", "{where} lie on different drives: search one at a time."),
    QT_TRANSLATE_NOOP("engine", "The folder {folder} does not answer: check its drive or network."),
    QT_TRANSLATE_NOOP(
        "engine", "The system watches no more folders: {folder} is looked at every few seconds instead."
    ),
    QT_TRANSLATE_NOOP("engine", "The folder {folder} lies on a network: it is looked at every few seconds."),
    # the program's state
    QT_TRANSLATE_NOOP("engine", "The data folder {folder} cannot be created: there is no such home folder."),
    QT_TRANSLATE_NOOP("engine", "The data folder {folder} cannot be created: {reason}."),
    QT_TRANSLATE_NOOP("engine", "The data folder {folder} cannot be written to."),
    QT_TRANSLATE_NOOP("engine", "The catalog {path} cannot be used: it is not a file."),
    QT_TRANSLATE_NOOP("engine", "The catalog {path} cannot be used: {reason}."),
    QT_TRANSLATE_NOOP(
        "engine", "The catalog {path} was made by a newer version of this program: please update."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "{path} is damaged or not a catalog of this program: move it away, and photos are indexed again.",
    ),
    QT_TRANSLATE_NOOP("engine", "The catalog {path} cannot be written: {reason}."),
    QT_TRANSLATE_NOOP("engine", "The vectors in {folder} cannot be written: {reason}."),
    QT_TRANSLATE_NOOP("engine", "The vectors in {path} cannot be read: {reason}."),
    QT_TRANSLATE_NOOP(
        "engine", "The catalog {path} was deleted, replaced or cut while it was in use: start again."
    ),
    QT_TRANSLATE_NOOP("engine", "The catalog {path} did not keep what was indexed: start again."),
    QT_TRANSLATE_NOOP("engine", "Nothing is remembered of the folder {folder}."),
    QT_TRANSLATE_NOOP("engine", "The photos in {folder} are remembered as part of {above}."),
    QT_TRANSLATE_NOOP("engine", "There is no home folder that {address} could lie in."),
    QT_TRANSLATE_NOOP("engine", "The pattern {pattern} means nothing: write it as in a .gitignore file."),
    QT_TRANSLATE_NOOP("engine", "The photo library is closed."),
    QT_TRANSLATE_NOOP("engine", "The lock file {path} cannot be used: {reason}."),
    QT_TRANSLATE_NOOP(
        "engine",
        "This program is indexing photos already, in another window or terminal: let it finish.",
    ),
    QT_TRANSLATE_NOOP("engine", "What was learned, {path}, cannot be used: {reason}."),
    # a shared collection
    QT_TRANSLATE_NOOP("engine", "The collection at {address} does not answer: {reason}."),
    QT_TRANSLATE_NOOP("engine", "The collection at {address} cannot be used: {reason}."),
    QT_TRANSLATE_NOOP("engine", "The collection at {address} does not let you in: check {variable}."),
    QT_TRANSLATE_NOOP(
        "engine", "The collection {address} is open in another program: let it finish, or use a server."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "{address} is no collection's address: give http://HOST:19530, or for one machine a .db file "
        "or a folder.",
    ),
    QT_TRANSLATE_NOOP(
        "engine", "{address} lies on a network: a collection there needs a server, http://HOST:19530."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "A collection in Milvus needs the optional package pymilvus: install ffmln with the extra `server`.",
    ),
    QT_TRANSLATE_NOOP(
        "engine", "A collection in a file needs the optional package milvus-lite: install it with pip."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "There is no collection at {address} yet: send photos there with `ffmln index --store`.",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "The collection at {address} holds photos by another encoder ({other}), and none by {model}, which "
        "is used here.",
    ),
    QT_TRANSLATE_NOOP("engine", "The collection cannot be used: {reason}."),
    QT_TRANSLATE_NOOP("engine", "There is no thumbnail of {name} here."),
    QT_TRANSLATE_NOOP("engine", "{name} lies on another machine, {host}, in {folder}."),
    QT_TRANSLATE_NOOP("engine", "Thumbnails cannot be left in {folder}: {reason}."),
    QT_TRANSLATE_NOOP("engine", "{name} cannot name a machine: use letters, digits, dots and hyphens."),
    # the model
    QT_TRANSLATE_NOOP("engine", "There is no model file {path}."),
    QT_TRANSLATE_NOOP("engine", "{path} is not a model this program can run."),
    QT_TRANSLATE_NOOP(
        "engine",
        "{path} cannot be used: it lacks the description that `ffmln-train export` writes into a model.",
    ),
    QT_TRANSLATE_NOOP("engine", "The model {model} cannot be run on a picture."),
    QT_TRANSLATE_NOOP("engine", "The model {model} gave vectors of another shape than its file declares."),
    QT_TRANSLATE_NOOP("engine", "The model {model} takes too long over one picture."),
    # a sketch from elsewhere
    QT_TRANSLATE_NOOP("engine", "it is not an SVG drawing this program can read."),
    QT_TRANSLATE_NOOP("engine", "this SVG drawing is too large or too deeply nested."),
    QT_TRANSLATE_NOOP(
        "engine", "SVG drawings cannot be painted here: a system library that Qt needs is missing."
    ),
    QT_TRANSLATE_NOOP("engine", "painting this SVG drawing takes too long."),
    QT_TRANSLATE_NOOP("engine", "more came through the pipe than a picture can hold."),
    QT_TRANSLATE_NOOP("engine", "the picture did not come through the pipe in time."),
    # a picture
    QT_TRANSLATE_NOOP("engine", "{path} cannot be used as a sketch: {reason}"),
    QT_TRANSLATE_NOOP("engine", "{path} cannot be used as a photo: {reason}"),
    QT_TRANSLATE_NOOP("engine", "it is a folder or a device, not a file."),
    QT_TRANSLATE_NOOP("engine", "the file is empty."),
    QT_TRANSLATE_NOOP("engine", "{format} files are not read: save the picture as JPEG or PNG."),
    QT_TRANSLATE_NOOP("engine", "PDF files are not read: save the page as JPEG or PNG."),
    QT_TRANSLATE_NOOP(
        "engine",
        "{format} files need the optional package {package}: install ffmln with the extra `{extra}`, or save "
        "the picture as JPEG.",
    ),
    QT_TRANSLATE_NOOP("engine", "{size} pixels are too many: reading them takes {need} MB."),
    QT_TRANSLATE_NOOP(
        "engine",
        "{size} pixels do not fit into memory now: reading them takes {need} MB, and {free} MB can be had.",
    ),
    QT_TRANSLATE_NOOP("engine", "there was not enough memory to read it."),
    QT_TRANSLATE_NOOP("engine", "it is not a picture this program can read."),
    QT_TRANSLATE_NOOP("engine", "there is no such file."),
    QT_TRANSLATE_NOOP("engine", "it cannot be read: {reason}."),
    QT_TRANSLATE_NOOP("engine", "the file is incomplete: its end is missing."),
    QT_TRANSLATE_NOOP("engine", "the file is incomplete: only {share}% of the picture is there."),
    QT_TRANSLATE_NOOP("engine", "the file is incomplete: {share}% of the picture is there."),
    QT_TRANSLATE_NOOP("engine", "the file is incomplete: all of the picture is there, in less detail."),
    QT_TRANSLATE_NOOP("engine", "the file is damaged."),
    QT_TRANSLATE_NOOP("engine", "the program stopped each time it read this photo."),
    QT_TRANSLATE_NOOP("engine", "it is in the cloud alone: download it first."),
    QT_TRANSLATE_NOOP("engine", "it changed while it was read; it is tried again with the next refresh."),
    QT_TRANSLATE_NOOP("engine", "reading it took too long; it is tried again with the next refresh."),
    QT_TRANSLATE_NOOP("engine", "decoding it took more than 20 minutes."),
    QT_TRANSLATE_NOOP("engine", "the folder cannot be listed: {reason}."),
    QT_TRANSLATE_NOOP("engine", "the encoder gave no usable vector for this photo."),
)
"""Every sentence the engine says; a gap in braces stands for any text, {reason} for a sentence or a cause."""

CAUSES = (
    QT_TRANSLATE_NOOP("engine", "it cannot be listed"),
    QT_TRANSLATE_NOOP("engine", "unknown error"),
    QT_TRANSLATE_NOOP("engine", "permission denied"),
    QT_TRANSLATE_NOOP("engine", "input/output error"),
    QT_TRANSLATE_NOOP("engine", "no space left on device"),
    QT_TRANSLATE_NOOP("engine", "read-only file system"),
    QT_TRANSLATE_NOOP("engine", "operation not permitted"),
    QT_TRANSLATE_NOOP("engine", "no such file or directory"),
    QT_TRANSLATE_NOOP("engine", "file too large"),
    QT_TRANSLATE_NOOP("engine", "file name too long"),
    QT_TRANSLATE_NOOP("engine", "is a directory"),
    QT_TRANSLATE_NOOP("engine", "not a directory"),
    QT_TRANSLATE_NOOP("engine", "too many levels of symbolic links"),
    QT_TRANSLATE_NOOP("engine", "too many open files"),
    QT_TRANSLATE_NOOP("engine", "cannot allocate memory"),
    QT_TRANSLATE_NOOP("engine", "device or resource busy"),
    QT_TRANSLATE_NOOP("engine", "no such device"),
    QT_TRANSLATE_NOOP("engine", "connection timed out"),
    QT_TRANSLATE_NOOP("engine", "database or disk is full"),
    QT_TRANSLATE_NOOP("engine", "disk I/O error"),
    QT_TRANSLATE_NOOP("engine", "unable to open database file"),
    QT_TRANSLATE_NOOP("engine", "attempt to write a readonly database"),
    QT_TRANSLATE_NOOP("engine", "its path is too long for Windows"),
    QT_TRANSLATE_NOOP("engine", "no Milvus server can be reached there"),
)
"""What the system and SQLite give as causes most often; other causes stay as they are."""

_GAP = re.compile(r"\{(\w+)\}")


def in_own_language(text: str) -> str:
    """Return what the engine said in the language of the program; what is unknown, unchanged."""
    for pattern, template in _patterns():
        if (match := pattern.fullmatch(text)) is not None:
            gaps = match.groupdict()
            if "reason" in gaps:
                gaps["reason"] = in_own_language(gaps["reason"])
            return _translate(template).format_map(gaps)
    return _cause(text)


def as_sentence(reason: str) -> str:
    """Return a reason, which the engine gives to follow a name, as a sentence of its own."""
    return reason[:1].upper() + reason[1:]


def _cause(text: str) -> str:
    """Return a cause, in whatever case the system gives it, with the full stop that may follow."""
    words = text.removesuffix(".")
    for cause in map(str, CAUSES):
        if words.lower() == cause.lower():
            return _translate(cause) + text[len(words) :]
    return text


def _translate(text: str) -> str:
    return QCoreApplication.translate("engine", text)


@lru_cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each sentence's pattern and the sentence, the one with the most words of its own first."""
    sentences = sorted(map(str, SENTENCES), key=lambda text: len(_GAP.sub("", text)), reverse=True)
    return tuple((_pattern(text), text) for text in sentences)


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of the sentence whose gaps take any text, line ends included."""
    parts = _GAP.split(text)  # words, name, words, name, ..., words
    words = [f"(?P<{part}>.+)" if number % 2 else re.escape(part) for number, part in enumerate(parts)]
    return re.compile("".join(words), re.DOTALL)
