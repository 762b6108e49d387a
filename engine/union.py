"""Several libraries searched as one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import FolderError
from engine.finder import Finder
from engine.folder import local_path, relative_name
from engine.gallery import Gallery
from engine.index import VectorIndex
from engine.library import Library


class Union(Finder):
    """The photos of several folders as they are now; a photo in two of them is one. Search is exact."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        """Put together what these have, which may be closed afterwards.

        Args:
            libraries: at least one, all with the same encoder and of one catalog.

        Raises:
            FolderError: the folders have none above them all, as on two drives.
        """
        folders = [str(one.folder) for one in libraries]
        try:
            above = Path(os.path.commonpath(folders))
        except ValueError as error:
            where = " and ".join(folders)
            raise FolderError(f"{where} lie on different drives: search one at a time.") from error
        encoder = libraries[0].encoder
        gallery = Gallery(VectorIndex(encoder.dim))
        for library in libraries:
            gallery.put(
                [replace(one, name=_name(library.folder, one.name, above)) for one in library.photos()]
            )
        super().__init__(above, encoder, gallery)


def _name(folder: Path, name: bytes, above: Path) -> bytes:
    return relative_name(str(local_path(folder, name).relative_to(above)))
