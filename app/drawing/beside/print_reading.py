"""Pictures from elsewhere, read in threads: photos for beside the drawing, told from drawings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QCoreApplication

from app.drawing.loading import load_data, load_saved, load_sketch, sketch_of
from app.drawing.paper.prints import Print
from app.drawing.paper.snapshot import Opened
from app.pictures.sketches import read_data, read_sketch
from app.words.engine_sentences import as_sentence, in_own_language
from app.words.phrases import more_failed
from engine.elsewhere import here
from engine.errors import ImageError
from engine.pictures.formats import is_photo
from engine.pictures.guess import is_drawing
from engine.pictures.photos import open_photo, unusable_photo
from engine.preprocess import on_white
from engine.visible import visible

_READ_SIDE = 512  # short side of a photo from elsewhere; what is guessed and searched by

GivenUp = Callable[[], bool]


@dataclass
class Arrivals:
    """What was read: photos as prints, drawings for the paper, and why the rest is neither.

    Attributes:
        prints: the photos.
        sketches: the drawings, each with the same as a photo where it may be one.
        errors: why files hold neither, a sentence each, as the engine says it.
        blank: pictures on which nothing is drawn: their files, None for one without.
    """

    prints: list[Print] = field(default_factory=list)
    sketches: list[tuple[Print | None, Opened]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    blank: list[Path | None] = field(default_factory=list)

    def describe_problems(self) -> str:
        """Return what a person should know: what could not be used, and that a drawing is incomplete.

        Of several failures the first is told, and how many more there are.
        """
        remarks = [sketch.remark for _, sketch in self.sketches if sketch.remark]
        failures = [in_own_language(error) for error in self.errors] + list(map(_nothing_drawn, self.blank))
        sentences = [as_sentence(failure) for failure in failures[:1]]
        if len(failures) > 1:
            sentences.append(more_failed(len(failures) - 1))
        sentences += [as_sentence(in_own_language(remark)) for remark in remarks[:1]]
        return " ".join(sentences)

    def add_print(self, one: Print) -> None:
        """Take a photo."""
        one.encode()
        self.prints.append(one)

    def add_sketch(self, one: Print | None, sketch: Opened | None, path: Path | None = None) -> None:
        """Take a drawing, and what it is as a photo; None is a picture without ink, of this file."""
        if sketch is None:
            self.blank.append(path)
            return
        if one is not None:
            one.encode()
        self.sketches.append((one, sketch))


def read_files(paths: Sequence[Path], known: Sequence[Path], given_up: GivenUp, *, guess: bool) -> Arrivals:
    """Read pictures; tell photos from drawings, if that is to be guessed.

    Args:
        paths: the files.
        known: those of them that belong to the library.
        given_up: asked now and then; once true, the reading ends.
        guess: whether some may be drawings.
    """
    arrivals = Arrivals()
    for path in paths:
        if given_up():
            break
        try:
            _read_one(path, arrivals, given_up, known=path in known, guess=guess)
        except ImageError as error:
            arrivals.errors.append(str(error))
    return arrivals


def _read_one(path: Path, arrivals: Arrivals, given_up: GivenUp, *, known: bool, guess: bool) -> None:
    """Add what one file holds.

    Raises:
        ImageError: nothing reads it; the message names it.
    """
    strokes = load_saved(path) if guess else None
    if strokes is not None:  # of this program, so that it is no photo
        arrivals.add_sketch(None, strokes)
        return
    try:
        photo = open_photo(path, side=_READ_SIDE)
    except ImageError as error:
        if not guess and is_photo(path.name):
            raise unusable_photo(path, error) from error
        try:
            painted = read_sketch(path, given_up=given_up)  # an SVG, or what comes through a pipe, perhaps
        except ImageError:
            if guess:
                raise
            raise unusable_photo(path, error) from error
        photo = _as_photo(painted)
        if guess:
            arrivals.add_sketch(Print(path, photo), sketch_of(painted), path)
        else:
            arrivals.add_print(Print(path, photo))
        return
    photo = _as_photo(photo)
    one = Print(path, None if known else photo)
    if guess and is_drawing(photo):
        arrivals.add_sketch(one, sketch_of(read_sketch(path, given_up=given_up)), path)
    else:
        arrivals.add_print(one)


def read_sketches(paths: Sequence[Path], given_up: GivenUp) -> Arrivals:
    """Read files as sketches, whatever they show."""
    arrivals = Arrivals()
    for path in paths:
        if given_up():
            break
        try:
            arrivals.add_sketch(None, load_sketch(path, given_up=given_up), path)
        except ImageError as error:
            arrivals.errors.append(str(error))
    return arrivals


def read_picture(image: Image.Image, *, guess: bool) -> Arrivals:
    """Read a picture without a file; tell whether it is a drawing, if that is to be guessed."""
    arrivals, photo = Arrivals(), _as_photo(image)
    one = Print(None, photo)
    if guess and is_drawing(photo):
        arrivals.add_sketch(one, sketch_of(image))
    else:
        arrivals.add_print(one)
    return arrivals


def read_svg_data(data: bytes, given_up: GivenUp, *, guess: bool) -> Arrivals:
    """Read an SVG without a file: a drawing, unless it is known to be meant as a photo.

    Raises:
        ImageError: it cannot be used; the message is the reason.
    """
    arrivals = Arrivals()
    if guess:
        arrivals.add_sketch(None, load_data(data, given_up=given_up))
    else:
        arrivals.add_print(Print(None, _as_photo(read_data(data, given_up=given_up))))
    return arrivals


def read_as_sketch(one: Print, given_up: GivenUp) -> Arrivals:
    """Read a print as a sketch; of a file that is gone, the picture that was kept.

    Raises:
        EngineError: it cannot be used, or lies on another machine; the message names it.
    """
    sketch = one.picture
    if one.path is not None:
        try:
            sketch = read_sketch(here(one.path), given_up=given_up)
        except ImageError:
            if sketch is None:
                raise
    assert sketch is not None
    arrivals = Arrivals()
    arrivals.add_sketch(one, sketch_of(sketch), one.path)
    return arrivals


def _nothing_drawn(path: Path | None) -> str:
    if path is None:
        return QCoreApplication.translate("PrintFiles", "There is nothing drawn on this picture.")
    text = QCoreApplication.translate("PrintFiles", "There is nothing drawn on {name}.")
    return text.replace("{name}", visible(path.name))


def _as_photo(image: Image.Image) -> Image.Image:
    """Return a picture as it is guessed and searched by: RGB, and small."""
    photo = on_white(image).convert("RGB")
    photo.thumbnail((2 * _READ_SIDE, 2 * _READ_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return photo
