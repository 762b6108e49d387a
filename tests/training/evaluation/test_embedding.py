from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.cli import main
from training.config import Config
from training.data.collection import Picture
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation import embedding
from training.evaluation.embedding import EmbedOptions, embed_items
from training.fit.checkpoint import CHECKPOINT, Run


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_an_embedding_that_is_not_finite_or_zero_is_refused(value: float, shapes: Path) -> None:
    photos = read_collection(shapes).photos["square"]

    def embed(images: Sequence[Image.Image]) -> np.ndarray:
        rows = np.ones((len(images), 4), np.float32)
        rows[1] = value
        return rows

    with pytest.raises(TrainingError, match=r"^1 of 6 embeddings are not finite or are zero"):
        embed_items(photos, embed, Picture.open)


def test_a_run_with_a_nan_has_no_figures(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Run(Config(**small_run), read_collection(shapes).training_labels("train")).save(tmp_path)
    state = torch.load(tmp_path / CHECKPOINT, weights_only=True)
    state["averaged"]["centre"][0] = torch.nan
    torch.save(state, tmp_path / CHECKPOINT)
    assert main(["evaluate", str(tmp_path), "--data", str(shapes), "--measures", "sketch"]) == 2
    said = capsys.readouterr()
    assert "embeddings are not finite or are zero: the model cannot be measured" in said.err
    assert said.out == ""


@pytest.mark.parametrize("workers", [0, 2])
def test_of_large_pictures_few_are_in_memory_at_once(
    workers: int, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = [photo for some in read_collection(shapes).photos.values() for photo in some]
    monkeypatch.setattr(embedding, "_PIXELS", 4 * 128 * 128)
    opened, embedded, most = list[Picture](), list[int](), list[int]()

    def load(photo: Picture) -> Image.Image:
        opened.append(photo)
        return photo.open()

    def embed(images: Sequence[Image.Image]) -> np.ndarray:
        most.append(len(opened) - sum(embedded))
        embedded.append(len(images))
        return np.ones((len(images), 4), np.float32)

    found = embed_items(photos, embed, load, how=EmbedOptions(workers=workers))
    assert found.items == tuple(photos)
    assert embedded == [4] * (len(photos) // 4)
    assert max(most) <= 4 + (4 if workers else 0)
