import numpy as np
import pytest
from PIL import Image

from training.experiments.page import page


@pytest.mark.slow
def test_the_page_of_a_whole_reproduction_stays_under_5_mb_and_its_pictures_open(tmp_path):
    rng = np.random.default_rng(0)
    folder = tmp_path / "runs" / "a run"
    folder.mkdir(parents=True)
    photos = rng.integers(0, 256, (60, 48, 3), dtype=np.uint8)
    Image.fromarray(photos).resize((1336, 1640), Image.Resampling.BICUBIC).save(folder / "rankings.png")
    for name in ("map.png", "curves.png"):
        dots = np.where(rng.random((120, 160, 1)) < 0.02, rng.integers(0, 256, (120, 160, 3)), 255)
        Image.fromarray(dots.astype(np.uint8)).resize((1280, 960)).save(folder / name)
    text = page("# Tables\n\nOf a run.", [], [("a run", folder)], tmp_path)
    assert 60 * len(text) < 5_000_000  # as many runs as there are lines, each on every archive
    assert text.count('<a href="runs/a%20run/') == text.count("<img ") == 3
