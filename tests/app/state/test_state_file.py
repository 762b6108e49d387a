"""Small files that window and terminal read: missing, damaged, and where the disk does not take them."""

import pytest

from app.collection.chosen import ChosenCollection, keep_collection, read_collection
from app.library.chosen import ChosenFolders, keep_chosen, read_chosen


@pytest.mark.parametrize("text", ["{", "null", "[]", '"x"', "[" * 100_000])
def test_what_is_damaged_counts_as_not_chosen_and_is_noted(state_folder, caplog, text):
    state_folder.mkdir(exist_ok=True)
    for name in ("library.json", "collection.json"):
        (state_folder / name).write_text(text)
    assert read_chosen() is None
    assert read_collection() == ChosenCollection()
    assert len(caplog.records) == 2


def test_where_the_disk_takes_nothing_the_log_says_so(state_folder, caplog):
    for name in ("library.json", "collection.json"):
        (state_folder / name).mkdir(parents=True)
    keep_chosen(ChosenFolders())
    keep_collection(ChosenCollection())
    assert [one.getMessage().split(" not remembered")[0] for one in caplog.records] == [
        "The folders of the library are",
        "What was chosen about a shared collection is",
    ]
    assert not list(state_folder.glob(".*"))


def test_what_was_never_chosen_is_no_trouble(state_folder, caplog):
    assert read_chosen() is None
    assert read_collection() == ChosenCollection()
    assert not caplog.records
