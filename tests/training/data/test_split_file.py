"""Which classes of a data folder are learned, chosen by and reported on."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from training import cli
from training.config import Config
from training.data.batches import Batches
from training.data.collection import Collection
from training.data.protocols import PROTOCOLS, find
from training.data.reading import read_collection
from training.errors import TrainingError
from training.experiments import runs
from training.experiments.job import Job
from training.fit import soup
from training.fit.setting_out import begin, tell
from training.fit.validation import advice, explain_held_back

from ..conftest import options, write_tuberlin


@pytest.fixture
def undecided(own_shapes: Path) -> Path:
    """Data of many classes, without a split."""
    (own_shapes / "split.json").unlink()
    for number in range(14):
        for domain in ("photo", "sketch"):
            folder = own_shapes / domain / f"extra{number}"
            folder.mkdir()
            source = next((own_shapes / domain / "square").iterdir())
            (folder / source.name).write_bytes(source.read_bytes())
    return own_shapes


def test_without_a_split_some_classes_are_held_out(undecided: Path) -> None:
    collection = read_collection(undecided)
    split = collection.split
    assert len(split["val"]) == 2
    assert not set(split["train"]) & set(split["val"])
    (said,) = explain_held_back(collection, Config())
    assert said == f"Held out to choose by, not learned: {', '.join(split['val'])}."
    assert explain_held_back(collection, Config(classes="all")) == []
    (undecided / "split.json").write_text(json.dumps(split), "utf-8")
    assert explain_held_back(read_collection(undecided), Config()) == []


def test_of_a_protocol_a_tenth_of_the_seen_classes_is_named_that_is_held_out(tmp_path: Path) -> None:
    protocol = PROTOCOLS["tuberlin"]
    write_tuberlin(tmp_path, [*protocol.seen_classes()[:20], protocol.unseen_classes()[0]])
    (tmp_path / "split.json").write_text("{}", "utf-8")  # which is for other data
    collection, config = find(protocol, tmp_path).collection, Config(protocol="tuberlin")
    (said,) = explain_held_back(collection, config)
    assert said == f"Held out to choose by, not learned: {', '.join(collection.split['val'])}."
    assert len(collection.split["val"]) == 2
    assert advice(config) == "--classes all learns them too, as the papers do."
    assert explain_held_back(collection, replace(config, classes="all")) == []


def test_no_class_is_held_out_alone_as_nothing_is_chosen_by_one(undecided: Path) -> None:
    shutil.rmtree(undecided / "photo" / "extra0")
    split = read_collection(undecided).split
    assert split["val"] == []
    assert len(split["train"]) == 19


def test_what_is_advised_where_classes_are_held_out_is_said_once_and_not_by_tables(
    undecided: Path,
    small_run: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def told(collection: Collection, config: Config, *_: object, **__: object) -> None:
        run = begin(config, collection.learned_labels(config), None)
        tell(run, collection, Batches(collection, config))

    monkeypatch.setattr(soup, "fit_both", lambda *all, **more: [told(*all) for _ in range(2)])
    monkeypatch.setattr(runs, "fit", told)
    words = ["--data", str(undecided), "--out", str(tmp_path / "run"), *options(small_run)]
    assert cli.main(["fit", *words, "--weights", "library"]) == 0
    way = "--classes all"
    assert caplog.text.count("Held out to choose by") == caplog.text.count(way) == 1
    caplog.clear()
    with pytest.raises(TrainingError, match="no run"):
        runs.Study(undecided, tmp_path).run(Job("one", Config(**small_run)))  # type: ignore[arg-type]
    assert "Held out to choose by" in caplog.text
    assert way not in caplog.text


@pytest.mark.parametrize(
    "content",
    ["[]", '{"train": []}', '{"train": null}', '{"train": [1], "val": [], "unseen": []}'],
)
def test_a_split_without_its_lists_of_names_is_refused_in_one_sentence(
    own_shapes: Path, content: str
) -> None:
    (own_shapes / "split.json").write_text(content, "utf-8")
    with pytest.raises(TrainingError, match="needs the lists train, val and unseen, of class names"):
        read_collection(own_shapes)


def test_a_split_that_is_no_json_says_where(own_shapes: Path) -> None:
    (own_shapes / "split.json").write_text('{"train": ["square",],\n "val": []}', "utf-8")
    with pytest.raises(TrainingError, match=r"split.json is no JSON: .*line 1 column 2\d"):
        read_collection(own_shapes)


def test_names_to_hold_out_that_no_picture_has_are_told(own_shapes: Path) -> None:
    split = {"train": ["square"], "val": ["octagn"], "unseen": ["star ball", "trapezium"]}
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    (told,) = read_collection(own_shapes).problems
    assert told == (
        "split.json holds out what has no picture here: octagn, trapezium. A class that is spelt otherwise "
        "there is trained on."
    )


def test_a_class_may_be_chosen_by_or_reported_not_both(own_shapes: Path) -> None:
    split = {"train": ["square", "octagon"], "val": ["octagon"], "unseen": ["Square"]}
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    assert not {"square", "octagon"} & {*read_collection(own_shapes).training_labels("train")}
    split["val"] = ["square"]
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    with pytest.raises(TrainingError, match="has square in val and in unseen"):
        read_collection(own_shapes)
