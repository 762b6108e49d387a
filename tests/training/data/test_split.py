"""Which classes of a data folder are learned, chosen by and reported on."""

import json
from pathlib import Path

import pytest

from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit.validation import held_back


def test_without_a_split_some_classes_are_held_out(own_shapes: Path) -> None:
    (own_shapes / "split.json").unlink()
    for number in range(10):
        for domain in ("photo", "sketch"):
            folder = own_shapes / domain / f"extra{number}"
            folder.mkdir()
            source = next((own_shapes / domain / "square").iterdir())
            (folder / source.name).write_bytes(source.read_bytes())
    collection = read_collection(own_shapes)
    split = collection.split
    assert len(split["val"]) == 1
    assert not set(split["train"]) & set(split["val"])
    (said,) = held_back(collection, Config())
    names = f"{split['val'][0]}; name others in split.json, or --classes all."
    assert said == f"Held out to choose by, not learned: {names}"
    assert held_back(collection, Config(classes="all")) == []
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    assert held_back(read_collection(own_shapes), Config()) == []


@pytest.mark.parametrize(
    "content",
    ["[]", "{", '{"train": []}', '{"train": null}', '{"train": [1], "val": [], "unseen": []}'],
)
def test_a_split_without_its_lists_of_names_is_refused_in_one_sentence(
    own_shapes: Path, content: str
) -> None:
    (own_shapes / "split.json").write_text(content, "utf-8")
    with pytest.raises(TrainingError, match="needs the lists train, val and unseen, of class names"):
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
