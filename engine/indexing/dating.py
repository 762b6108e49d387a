"""Looks up when photos were taken that are known already: those of a catalog that did not keep dates."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path

from engine.folders.folder import Found
from engine.indexing.decoder import Decoder
from engine.indexing.section import Section
from engine.pictures.dates import is_of_camera, resolve
from engine.progress import TICK_S
from engine.search.gallery import GalleryPhoto
from engine.state.catalog import Catalog

_BATCH = 128  # dates committed at a time
_WINDOW = 2 * _BATCH  # files asked for ahead
_HANGS_S = 120.0  # no file answered for so long, as on a network drive that went away


def look_up_dates(
    folder: Path,
    root: int,
    *,
    catalog: Catalog,
    gallery: Section,
    is_held: Callable[[], bool] = lambda: False,
) -> Generator[tuple[int, int], None, None]:
    """Look up the dates of a folder's photos that were not looked at yet, from their headers.

    One file of each content is opened, and another where that one is not to be had. What is not to be had at
    all now, or has changed meanwhile, waits for the next time; so does the rest where files do not answer.

    Yields:
        How many contents are done, of how many. Closing the generator stops it, and what is done stays done.

    Raises:
        CatalogError: the catalog cannot be written.
    """
    undated = catalog.photos_without_date(root)
    if not undated:
        return
    untried = {content: deque(photos) for content, photos in undated.items()}
    waiting, asked, done, silent_s = deque(undated), dict[bytes, int](), 0, 0.0
    reader = Decoder(folder, side=None, known=lambda _: False, is_held=is_held)
    try:
        while (waiting or asked) and silent_s <= _HANGS_S:
            while waiting and len(asked) < _WINDOW:
                content = waiting.popleft()
                photo = untried[content].popleft()
                asked[photo.name] = content
                reader.request([photo])
            answers = reader.take(min(_BATCH, len(asked)), within_s=TICK_S)
            silent_s = 0.0 if answers or is_held() else silent_s + TICK_S
            dates = dict[int, int]()
            for answer in answers:
                content = asked.pop(answer.found.name)
                if answer.taken is not None:
                    dates[content] = answer.taken
                elif untried[content]:
                    waiting.append(content)
                    continue
                done += 1
            if dates:
                catalog.store_dates(dates)
                _tell(gallery, undated, dates)
            yield done, len(undated)
    finally:
        reader.close()


def _tell(gallery: Section, photos: Mapping[int, Sequence[Found]], dates: Mapping[int, int]) -> None:
    """Let the gallery know the dates of the files it has."""
    gallery.put(
        [
            GalleryPhoto(photo.name, content, None, resolve(taken, photo.mtime_ns), is_of_camera(taken))
            for content, taken in dates.items()
            for photo in photos[content]
            if gallery.content(photo.name) == content
        ]
    )
