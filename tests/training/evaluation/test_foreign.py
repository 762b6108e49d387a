import csv
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.cli import main
from training.data import likeness
from training.data.teacher import Teacher
from training.errors import TrainingError
from training.evaluation import retrieval
from training.evaluation.breakdown import write_breakdown
from training.evaluation.foreign import read_embeddings

GALLERY = 150


def arrays(seed: int = 0) -> dict[str, np.ndarray]:
    """Vectors of any length, five kinds of things."""
    rng = np.random.default_rng(seed)
    kinds = rng.standard_normal((5, 12))
    found = {}
    for name, count in (("sketch", 20), ("photo", GALLERY)):
        labels = rng.integers(0, 5, count)
        noise = rng.standard_normal((count, 12))
        found[f"{name}_labels"] = labels
        found["sketches" if name == "sketch" else "photos"] = (kinds[labels] + noise) * rng.uniform(1, 9)
    return found


def naive(found: dict[str, np.ndarray], distance: str) -> list[dict[str, float]]:
    """Return the measures of each query, one photo after the other."""
    report = []
    for sketch, label in zip(found["sketches"], found["sketch_labels"], strict=True):
        scores = []
        for photo in found["photos"]:
            product = float(sketch @ photo)
            if distance == "cosine":
                product /= float(np.linalg.norm(sketch) * np.linalg.norm(photo))
            scores.append(-float(np.linalg.norm(sketch - photo)) if distance == "euclidean" else product)
        order = sorted(range(GALLERY), key=lambda place: -scores[place])
        relevant = [found["photo_labels"][place] == label for place in order]
        hits, summed = 0, 0.0
        for rank, right in enumerate(relevant, start=1):
            hits += right
            summed += hits / rank * right
        report.append({"AP": 100 * summed / hits, "P@100": 100 * sum(relevant[:100]) / 100})
    return report


@pytest.mark.parametrize("distance", ["cosine", "euclidean", "inner"])
def test_another_programs_vectors_are_measured_as_one_by_one(
    distance: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = arrays()
    np.savez(tmp_path / "vectors.npz", **found)
    words = ["evaluate", "--embeddings", str(tmp_path / "vectors.npz"), "--distance", distance, "--json"]
    words += ["--per-query", str(tmp_path / "queries.csv"), "--per-class", str(tmp_path / "classes.csv")]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    expected = naive(found, distance)
    assert (report["queries"], report["photos"]) == (20, GALLERY)
    assert report["plain"]["mAP"] == pytest.approx(np.mean([one["AP"] for one in expected]), abs=0.006)
    assert report["plain"]["P@100"] == pytest.approx(np.mean([one["P@100"] for one in expected]), abs=0.006)
    with (tmp_path / "queries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == [str(label) for label in found["sketch_labels"]]
    assert [float(row["AP"]) for row in rows] == pytest.approx([one["AP"] for one in expected], abs=1e-3)
    with (tmp_path / "classes.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["class"]: row for row in csv.DictReader(file)}
    assert list(classes) == ["0", "1", "2", "3", "4"]
    mine = [one["AP"] for one, label in zip(expected, found["sketch_labels"], strict=True) if label == 3]
    assert float(classes["3"]["mAP"]) == pytest.approx(np.mean(mine), abs=0.006)
    assert int(classes["3"]["queries"]) == len(mine)
    assert int(classes["3"]["photos"]) == np.count_nonzero(found["photo_labels"] == 3)


def test_the_hand_check_of_the_field(tmp_path: Path) -> None:
    ranked = np.array([1, 0, 1, 1, 0, 1])  # one more positive further down
    photos = np.stack([np.array([1.0, 0.1 * place]) for place in range(6)])
    found = {"sketches": np.array([[1.0, 0.0]]), "sketch_labels": np.array(["cat"]), "photos": photos}
    np.savez(tmp_path / "v.npz", **found, photo_labels=np.where(ranked == 1, "cat", "dog"))
    sketches, gallery = read_embeddings(tmp_path / "v.npz")
    order = np.argsort(-(sketches.vectors @ gallery.vectors.T), axis=1, kind="stable")
    assert (gallery.labels[order[0]] == "cat").astype(int).tolist() == ranked.tolist()
    assert sketches.items == ("0",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"photos": None}, "lacks the array photos"),
        ({"photos": np.zeros((GALLERY, 7))}, "vectors of different lengths"),
        ({"photos": np.full((GALLERY, 12), np.nan)}, "something else than finite numbers"),
        ({"photo_labels": np.zeros(3, int)}, "150 photos and 3 labels"),
        ({"photo_labels": np.zeros(GALLERY)}, "neither words nor whole numbers"),
        ({"sketches": np.zeros(20)}, "sketches has the shape"),
        ({"photos": np.full((GALLERY, 12), 1e300)}, "not finite in single precision"),
        ({"photos": np.eye(GALLERY, 12)}, "138 rows of photos are zero"),
        ({"photo_labels": np.array([b"\xff"] * GALLERY)}, "holds bytes that are no UTF-8"),
        ({"sketch_names": np.array(["a"])}, "not as many as the sketches"),
        ({"photo_labels": np.full(GALLERY, 9)}, "No sketch has a photo of its class"),
        ({"sketch_labels": np.array([{}] * 20, object)}, "no .npz file that can be read"),
    ],
)
def test_arrays_that_do_not_go_together_are_one_sentence(
    changes: dict[str, np.ndarray | None], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {name: value for name, value in {**arrays(), **changes}.items() if value is not None}
    np.savez(tmp_path / "vectors.npz", **found)
    assert main(["evaluate", "--embeddings", str(tmp_path / "vectors.npz")]) == 2
    assert sentence in capsys.readouterr().err


def test_what_is_no_file_of_arrays_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.npz").write_text("no arrays", "utf-8")
    np.save(tmp_path / "one.npy", np.zeros(3))
    for name in ("text.npz", "one.npy"):
        with pytest.raises(TrainingError, match=r"no \.npz file that can be read"):
            read_embeddings(tmp_path / name)
    assert main(["evaluate", "model.onnx", "--embeddings", "x.npz"]) == 2
    assert "give one or the other" in capsys.readouterr().err
    assert main(["evaluate"]) == 2
    assert "evaluate needs MODEL and --data, or --embeddings FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", ["--bits 64", "--generalised", "--cross", "--measures sketch", "--protocol sketchy", "--anew"]
)
def test_options_of_models_are_refused_for_vectors(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "vectors.npz", **arrays())
    assert main(["evaluate", "--embeddings", str(tmp_path / "vectors.npz"), *given.split()]) == 2
    name = given.partition(" ")[0]
    assert capsys.readouterr().err == f"ffmln-train: {name}: for a MODEL, not for --embeddings.\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "--measures explore --per-class c.csv",
            "--per-class, --per-query and --save-embeddings are for the measures sketch",
        ),
        (
            "--measures instance --per-query q.csv",
            "--per-class, --per-query and --save-embeddings are for the measures sketch",
        ),
        ("--distance inner", "--distance is for --embeddings."),
    ],
)
def test_what_a_models_measures_do_not_have_is_refused_before_they_are_made(
    given: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "model.onnx", "--data", str(tmp_path), *given.split()]) == 2
    assert capsys.readouterr().err.startswith(f"ffmln-train: {said}")


def test_a_table_of_no_query_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there is no query of the measures asked for"):
        write_breakdown({}, per_class=tmp_path / "classes.csv", per_query=None, find=retrieval.per_query)


@pytest.mark.parametrize(
    ("read", "names"),
    [
        (read_embeddings, ["sketches", "sketch_labels", "photos", "photo_labels"]),
        (lambda file: Teacher.read(file, ["cat"]), ["photo", "index", "probability"]),
        (lambda file: likeness._read(file), ["names", "index", "likeness"]),
    ],
    ids=["embeddings", "teacher", "likeness"],
)
def test_a_damaged_compressed_file_is_one_sentence(
    read: Callable[[Path], object], names: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "vectors.npz"
    np.savez_compressed(file, **{name: np.arange(9) for name in names})
    content = bytearray(file.read_bytes())
    name, extra = struct.unpack("<HH", content[26:30])  # lengths in the first file's header
    content[30 + name + extra] = 255  # no block that deflate has
    file.write_bytes(content)
    with pytest.raises(TrainingError, match=r"can be read|cannot be read"):
        read(file)


def test_a_file_of_another_kind_or_none_is_told_without_advice_to_unpickle_it(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("measure,class,query\n", "utf-8")
    with pytest.raises(
        TrainingError, match=r"table.csv is no .npz file that can be read, of arrays of numbers"
    ):
        read_embeddings(tmp_path / "table.csv")
    with pytest.raises(TrainingError, match=r"none.npz cannot be read: No such file or directory\.$"):
        read_embeddings(tmp_path / "none.npz")


def test_names_in_bytes_are_words(tmp_path: Path) -> None:
    found = arrays() | {"sketch_names": np.array([f"dög-{place}".encode() for place in range(20)])}
    np.savez(tmp_path / "vectors.npz", **found)
    sketches, _ = read_embeddings(tmp_path / "vectors.npz")
    assert sketches.items[3] == "dög-3"
