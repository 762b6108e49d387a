import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from engine import Encoder, Library, Stroke
from engine.paths import ASSETS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def scenes() -> ModuleType:
    """The painter of the documents' pictures."""
    spec = importlib.util.spec_from_file_location("painted_photos", ROOT / "docs" / "painted_photos.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pictures(scenes: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of painted things, two of each."""
    folder = tmp_path_factory.mktemp("painted") / "pictures"
    scenes.paint(folder, each=2)
    return folder


@pytest.mark.parametrize("which", ["default", "small"])
def test_a_shipped_encoder_finds_the_painted_thing_that_was_drawn(
    which: str, scenes: ModuleType, pictures: Path
) -> None:
    encoder = getattr(Encoder, which)()
    library = Library(pictures, encoder)
    for _ in library.refresh():
        pass
    hits = library.search([Stroke.through(points) for points in scenes.UMBRELLA], k=2)
    library.close()
    assert [hit.path.stem.split()[0] for hit in hits] == ["umbrella"] * 2


@pytest.mark.parametrize("which", ["default", "small"])
def test_a_shipped_encoder_says_what_it_is(which: str) -> None:
    encoder = getattr(Encoder, which)()
    described = encoder.metadata
    assert {"classes", "date", "commit", "minutes", "machine", "pretrained", "config"} <= described.keys()
    assert len(described["classes"]) > 100
    assert encoder.dim == described["dim"]
    card = (ASSETS / "weights" / "README.md").read_text("utf-8")
    assert encoder.model_id in card


def test_the_assets_stay_small() -> None:
    sizes = [file.stat().st_size for file in ASSETS.rglob("*") if file.is_file()]
    assert sum(sizes) < 40 * 10**6


def test_the_two_encoders_are_not_mixed() -> None:
    ids = {Encoder.default().model_id, Encoder.small().model_id}
    assert len(ids) == 2
