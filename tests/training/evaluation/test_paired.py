"""Two models held against each other, query by query."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from training.atomic_files import write_atomically
from training.cli import main
from training.evaluation.paired import interval


def write(file: Path, values: list[float], *, head: str = "AP") -> Path:
    """Write a table of queries, two of each of three classes."""
    rows = [
        ["sketch", f"class {place // 2}", f"q{place}", f"{value:.4f}"] for place, value in enumerate(values)
    ]
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["measure", "class", "query", head], *rows])
    return file


def test_the_difference_is_that_of_each_query_and_its_interval_that_of_classes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = write(tmp_path / "a.csv", [10, 20, 30, 40, 50, 60])
    second = write(tmp_path / "b.csv", [12, 24, 30, 39, 50, 61])
    assert main(["compare", str(first), str(second), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["sketch"]
    assert (found["queries"], found["classes"]) == (6, 3)
    # the classes' means are 3, -0.5 and 0.5: with three of them the ends are one class drawn three times
    assert found["AP"] == {
        "first": 35.0, "second": 36.0, "difference": 1.0, "low": -0.5, "high": 3.0, "better": 3, "worse": 1,
    }  # fmt: skip
    assert main(["compare", str(first), str(second)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "sketch: 6 queries, 3 classes"
    assert " ".join(said[1].split()) == "AP 35.0 -> 36.0 +1.0 (-0.5 to +3.0) better 3, worse 1"


def test_an_interval_of_one_class_is_none_and_one_of_many_holds_the_spread_of_means() -> None:
    assert interval(np.arange(5.0), np.zeros(5, int)) == (None, None)
    rng = np.random.default_rng(1)
    classes = np.repeat(np.arange(100), 10)
    low, high = interval(rng.normal(size=100)[classes], classes)
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx(2 * 1.96 / 10, rel=0.25)  # not 2 * 1.96 / sqrt(1000)


def test_queries_of_one_table_alone_are_left_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = write(tmp_path / "a.csv", [10, 20, 30]), write(tmp_path / "b.csv", [11, 21])
    assert main(["compare", str(first), str(second)]) == 0
    assert "sketch: 2 queries, 1 class" in capsys.readouterr().out
    assert "1 query in one of the tables alone" in caplog.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no table of queries"),
        ("measure,class,queries,photos,mAP\nsketch,cat,3,4,10\n", "is no table of queries"),
        ("measure,class,query,AP\nsketch,cat,one,nan\n", "line 2 does not hold 1 numbers behind its query"),
        ("measure,class,query,AP\nsketch,cat,one\n", "line 2 does not hold 1 numbers behind its query"),
        ("measure,class,query,AP\nsketch,dog,one,3\n", "have no query in common"),
        (
            "measure,class,query,P@1\nsketch,class 0,q0,3\n",
            "have no query in common, or none of their figures",
        ),
    ],
)
def test_what_is_no_such_table_is_refused_in_one_line(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = write(tmp_path / "a.csv", [10, 20]), tmp_path / "b.csv"
    second.write_text(text, "utf-8")
    assert main(["compare", str(first), str(second)]) == 2
    assert said in capsys.readouterr().err
    assert main(["compare", str(tmp_path / "none.csv"), str(first)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("measures", ["sketch,quickdraw", "quickdraw"])
def test_saved_embeddings_measure_as_the_model_they_are_of(
    measures: str, shapes: Path, tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, queries = tmp_path / "vectors.npz", tmp_path / "queries.csv"
    words = ["evaluate", str(tiny_model), "--data", str(shapes), "--measures", measures, "--json"]
    assert main([*words, "--save-embeddings", str(saved), "--per-query", str(queries)]) == 0
    report = json.loads(capsys.readouterr().out)
    again = tmp_path / "again.csv"
    assert main(["evaluate", "--embeddings", str(saved), "--json", "--per-query", str(again)]) == 0
    first = measures.split(",")[0]
    assert json.loads(capsys.readouterr().out)["plain"]["mAP"] == report[first]["mAP"]
    with queries.open(newline="") as one, again.open(newline="") as other:
        before = [row | {"measure": ""} for row in csv.DictReader(one) if row["measure"] == first]
        assert [row | {"measure": ""} for row in csv.DictReader(other)] == before
        assert np.mean([float(row["P@10"]) for row in before]) == pytest.approx(
            report[first]["P@10"], abs=0.01
        )
    with np.load(saved) as stored:
        assert ("drawings" in stored.files) == ("," in measures)
        assert len(stored["photo_names"]) == len(stored["photos"]) == 6
    assert main(["evaluate", "--embeddings", str(saved), "--save-embeddings", "x.npz"]) == 2
    assert capsys.readouterr().err == "ffmln-train: --save-embeddings: for a MODEL, not for --embeddings.\n"


def test_names_that_are_no_text_are_read_back_as_they_were_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    write_atomically(file, "measure,class,query,AP\nsketch,cup,caf\udce9.png,10\n")
    assert main(["compare", str(file), str(file)]) == 0
    assert "sketch: 1 query, 1 class" in capsys.readouterr().out


def test_tables_of_one_measure_each_are_compared_whatever_it_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = write(tmp_path / "a.csv", [10, 20]), write(tmp_path / "b.csv", [11, 21])
    second.write_text(second.read_text(encoding="utf-8").replace("sketch", "embeddings"), encoding="utf-8")
    assert main(["compare", str(first), str(second)]) == 0
    assert "sketch / embeddings: 2 queries, 1 class" in capsys.readouterr().out
    assert not caplog.text
