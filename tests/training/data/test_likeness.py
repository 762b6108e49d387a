from pathlib import Path

import numpy as np
import pytest

from training.data.likeness import IMAGENET, LIKENESS_FILE, likeness
from training.data.teacher import Teacher
from training.errors import TrainingError

PIZZA, STRAINER = 963, 828  # of ImageNet's classes


def test_the_table_says_which_of_imagenets_classes_a_name_is_like(tmp_path: Path) -> None:
    rows = likeness(["pizza", "no such thing"], tmp_path)
    assert list(rows) == ["pizza"]
    assert rows["pizza"].shape == (IMAGENET,)
    assert rows["pizza"][PIZZA] == pytest.approx(1, abs=1e-3)
    assert rows["pizza"][STRAINER] == 0
    assert 0 < np.count_nonzero(rows["pizza"]) <= 20


def write(file: Path, likest: float) -> None:
    np.savez(file, names=["Pizza"], index=np.array([[3, 7]]), likeness=np.array([[likest, 0.25]]))


def test_a_file_in_the_data_folder_comes_before_the_table(tmp_path: Path) -> None:
    write(tmp_path / LIKENESS_FILE, 1.0)
    row = likeness(["pizza", "cat"], tmp_path)["pizza"]
    assert (row[3], row[7], row.sum()) == (1.0, 0.25, 1.25)


def test_a_file_of_something_else_is_refused_in_one_sentence(tmp_path: Path) -> None:
    write(tmp_path / LIKENESS_FILE, 1.5)
    with pytest.raises(TrainingError, match="holds no likeness, 0 to 1, to 1000 classes"):
        likeness(["pizza"], tmp_path)
    (tmp_path / LIKENESS_FILE).write_bytes(b"nothing")
    with pytest.raises(TrainingError, match="needs the arrays names, index, likeness"):
        likeness(["pizza"], tmp_path)


def test_the_teacher_is_the_softmax_of_logits_and_likeness_as_in_sake(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=20)
    probability = np.exp(logits) / np.exp(logits).sum()
    index = rng.permutation(IMAGENET)[:20]
    file = tmp_path / "teacher.npz"
    np.savez(file, photo=["photo/cat/a.jpg"], index=index[None], probability=probability[None])
    like = rng.uniform(size=IMAGENET).astype(np.float32)
    raised = {"cat": np.exp(0.3 * like)}
    teacher = Teacher.read(file, ["cat"], power=1.0, raised=raised)
    assert teacher is not None
    wanted = np.exp(logits + 0.3 * like[index])
    taught = teacher.target("cat", "a")
    assert taught is not None
    np.testing.assert_allclose(taught[index], wanted / wanted.sum(), rtol=1e-5)
    assert taught.sum() == pytest.approx(1)
