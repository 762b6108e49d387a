import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.comparison import compare, held_out
from training.config import PROTOCOL_NAMES, Config
from training.protocols import PROTOCOLS, data_of, find, learnt_from
from training.retrieval import METRICS
from training.train import fit

from .conftest import ARCHIVE_WRITERS


class Tones:
    """An encoder for pictures of one tone a class: each tone has a direction of its own."""

    def embed_sketches(self, images: Sequence[Image.Image]) -> np.ndarray:
        tones = np.array([np.asarray(image.convert("L")).mean() for image in images], np.float64)
        angles = tones[:, None] * np.linspace(0.01, 0.7, 40)
        rows = np.concatenate([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_photos = embed_sketches


def written(name: str, root: Path) -> Path:
    protocol = PROTOCOLS[name]
    ARCHIVE_WRITERS[protocol.data](root, [*protocol.seen_classes(), *protocol.unseen_classes()])
    return root


def test_the_names_on_the_command_line_are_the_protocols() -> None:
    assert ("split", *PROTOCOLS) == PROTOCOL_NAMES


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_a_protocol_is_measured_on_all_queries_and_galleries_it_defines(name: str, tmp_path: Path) -> None:
    protocol = PROTOCOLS[name]
    data = find(protocol, written(name, tmp_path))
    found = compare(held_out(Tones(), data), data, bits=16)
    per_class = (4, 3) if protocol.data == "sketchy" else (1, 1)
    assert (found.queries, found.photos) == tuple(n * protocol.unseen for n in per_class)
    galleries = ["as published", "each photo once"] if protocol.doubled else ["each photo once"]
    assert list(found.figures) == [*galleries, *(f"{one}, 16 bits" for one in galleries)]
    assert all(figures.keys() == METRICS.keys() for figures in found.figures.values())
    assert found.figures["each photo once"]["mAP"] > 40
    assert found.figures["each photo once"]["mAP"] >= found.figures["each photo once, 16 bits"]["mAP"]


def test_a_run_learns_from_an_archive_and_is_measured_on_it(
    tmp_path: Path, small_run: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    data = written("tuberlin", tmp_path / "data")
    config = Config(**{**small_run, "images": 40, "protocol": "tuberlin"})
    run = fit(learnt_from(data_of("tuberlin", data)), config, tmp_path / "run", weights=None)
    assert len(run.classes) == 220 - 22
    assert run.validation[0]["sketch/mAP"] > 0
    capsys.readouterr()
    command = ["evaluate", str(tmp_path / "run"), "--data", str(data), "--protocol", "tuberlin"]
    assert main([*command, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["queries"] == report["photos"] == 30
    assert 0 < report["each photo once"]["mAP"] <= 100
    assert main([*command[:-1], "quickdraw"]) == 2
    assert capsys.readouterr().err == f"ffmln-train: quickdraw was not found in {data}.\n"
