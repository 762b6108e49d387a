import gc
import weakref
from pathlib import Path

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection


def test_batches_and_their_collection_are_let_go_after_use(
    shapes: Path, small_run: dict[str, object]
) -> None:
    collection = read_collection(shapes)
    batches = Batches(collection, Config(**{**small_run, "batching": "shuffle", "shuffle_batch": 4}))
    assert batches.picture_count > 0
    batches[0]
    kept = [weakref.ref(one) for one in (batches, collection, collection.photos["square"][0])]
    del batches, collection
    gc.collect()
    assert [one() for one in kept] == [None, None, None]
