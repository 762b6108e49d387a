"""What the tests of the found photos share."""

import pytest

from app.photos.grid import PhotoGrid
from engine.library import Hit


@pytest.fixture
def grid(qtbot):
    """An empty grid on the screen."""
    view = PhotoGrid()
    qtbot.addWidget(view)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.thumbnails.stop()


@pytest.fixture
def hits(photo_folder):
    """The twelve pictures as an answer."""
    paths = sorted(path for path in photo_folder.rglob("*") if path.is_file())
    return [Hit(path, 0.9 - 0.05 * rank) for rank, path in enumerate(paths)]
