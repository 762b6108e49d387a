import numpy as np

from engine.state.catalog import Catalog
from engine.unit_vectors import Space

from ..conftest import photo

DIM = 4


def test_starts_take_turns_at_the_rows_and_find_what_is_damaged(tmp_path):
    catalog = Catalog(tmp_path)
    root = catalog.add_root(b"/photos")
    photos = [photo(b"%d" % n, b"%d" % n, np.full(DIM, n + 1, np.float32)) for n in range(5)]
    contents = catalog.store(root, "m", photos, [])
    [path] = (tmp_path / "vectors").iterdir()
    rows = np.fromfile(path, "<f2").reshape(5, DIM)
    rows[3] = 9
    path.write_bytes(rows.tobytes())

    def look(count):
        return [one for some in catalog.seals.find_spoiled_in_turn(Space("m", DIM), count) for one in some]

    damaged = [contents[3]]
    assert [look(2) for _ in range(5)] == [[], damaged, [], [], damaged]
    assert look(5) == damaged  # all at once
    next(catalog.seals.find_spoiled_in_turn(Space("m", DIM), 2))  # and stopped there: it comes again
    assert [look(2) for _ in range(3)] == [[], [], damaged]
    catalog.close()
