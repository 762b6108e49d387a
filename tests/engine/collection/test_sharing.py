"""A collection follows what a machine has indexed: the difference, and nothing else."""

import os
import shutil
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

import engine.collection.sharing
from engine.collection.sharing import Shared, share, withdraw
from engine.collection.store import Where
from engine.collection.stores import open_store
from engine.elsewhere import Record
from engine.library import Library
from engine.paths import data_dir
from engine.state.catalog import Catalog

from ..conftest import drained, refreshed, spoil_first_vector


@pytest.fixture
def store(tmp_path, encoder):
    with closing(open_store(str(tmp_path / "shared"), encoder.model_id, encoder.dim)) as opened:
        yield opened


def send(folder, store, encoder, host="desk") -> Shared:
    with closing(Library(folder, encoder)) as library:
        refreshed(library)
    return drained(share(folder, store, host))[1]


def held(store, **where) -> set[str]:
    return {one.path for one in store.iter_held(Where(**where))}


def paths(folder) -> set[str]:
    return {path.as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_photos_are_sent_once(photo_folder, store, encoder):
    assert send(photo_folder, store, encoder) == Shared(12, 12, 0)
    assert held(store, hosts=("desk",)) == paths(photo_folder)
    assert send(photo_folder, store, encoder) == Shared(12, 0, 0)


def test_what_is_sent_is_what_the_catalog_holds(photo_folder, store, encoder):
    send(photo_folder, store, encoder)
    with closing(Library(photo_folder, encoder)) as library:
        photos = {photo.name: photo for photo in library.photos()}
    with closing(Catalog(data_dir())) as catalog:
        digests = {number: digest for digest, number in catalog.vectors.hashes(encoder.space).items()}
    for one in store.search(next(iter(photos.values())).vector, 99):
        photo = photos[os.fsencode(os.path.relpath(one.record.path, photo_folder))]
        np.testing.assert_allclose(one.record.vector, photo.vector, atol=1e-6)
        assert (one.record.taken, one.record.digest) == (photo.taken, digests[photo.content])


def test_a_photo_that_goes_is_withdrawn_and_one_that_comes_is_sent(
    photo_folder, store, encoder, draw_picture
):
    send(photo_folder, store, encoder)
    gone = next(path for path in photo_folder.rglob("*") if path.is_file())
    gone.unlink()
    draw_picture("cross", "black").save(photo_folder / "new.png")
    assert send(photo_folder, store, encoder) == Shared(12, 1, 1)
    assert held(store) == paths(photo_folder)


def test_a_photo_that_changes_or_gets_another_date_is_sent_again(photo_folder, store, encoder, draw_picture):
    send(photo_folder, store, encoder)
    one, other = sorted(path for path in photo_folder.rglob("*") if path.is_file())[:2]
    draw_picture("cross", "black").save(one)
    os.utime(other, (10**9, 10**9))
    assert send(photo_folder, store, encoder) == Shared(12, 2, 0)


def test_what_the_machine_has_encoded_is_not_encoded_again_for_a_collection(
    photo_folder, store, encoder, monkeypatch
):
    with closing(Library(photo_folder, encoder)) as library:
        refreshed(library)
    monkeypatch.setattr(encoder, "embed_photos", None)
    assert send(photo_folder, store, encoder).sent == 12
    withdraw(photo_folder, store, "desk")
    assert send(photo_folder, store, encoder).sent == 12


def test_other_machines_and_folders_are_left_alone(photo_folder, store, encoder, tmp_path):
    other = tmp_path / (photo_folder.name + " 2")
    shutil.copytree(photo_folder, other)
    send(photo_folder, store, encoder)
    send(photo_folder, store, encoder, host="lap")
    send(other, store, encoder)
    shutil.rmtree(photo_folder / next(path.name for path in photo_folder.iterdir() if path.is_dir()))
    send(photo_folder, store, encoder)
    assert held(store, hosts=("desk",)) == paths(photo_folder) | paths(other)
    assert store.count(Where(hosts=("lap",))) == 12


@pytest.mark.parametrize("folder", ["C:\\Users\\me\\Pictures", "C:/Users/me/Pictures", "/Users/me/Pictures"])
def test_the_photos_of_another_machine_are_taken_out_by_their_path_there(store, encoder, folder):
    drive = "C:" * folder.startswith("C:")
    vector = np.ones(encoder.dim, np.float32) / encoder.dim**0.5
    for name in ("a.jpg", "deep/b.jpg"):
        store.upsert(
            [Record("lap", f"{drive}/Users/me/Pictures/{name}", name.encode(), 0, store.model, vector)]
        )
    assert withdraw(folder, store, "lap", is_here=False) == 2


def test_links_and_earlier_names_of_this_machine_take_nothing_from_another_one(photo_folder, store, encoder):
    send(photo_folder, store, encoder)
    now = photo_folder.rename(photo_folder.with_name("now"))
    refreshed(library := Library(now, encoder))
    library.close()
    link = now.with_name("link")
    link.symlink_to(now)
    vector = np.ones(encoder.dim, np.float32) / encoder.dim**0.5
    folders = (photo_folder, now, link)
    for one in folders:
        store.upsert([Record("lap", f"{one.as_posix()}/a.jpg", b"a", 0, store.model, vector)])
    assert withdraw(link, store, "lap", is_here=False) == 1
    assert withdraw(now, store, "lap", is_here=False) == 1
    assert held(store, hosts=("lap",)) == {f"{photo_folder.as_posix()}/a.jpg"}
    assert withdraw(link, store, "desk") == 12


def test_photos_of_a_renamed_folder_are_held_by_their_new_paths_alone(photo_folder, store, encoder):
    send(photo_folder, store, encoder)
    now = photo_folder.rename(photo_folder.with_name("now"))
    assert send(now, store, encoder) == Shared(12, 12, 12)
    assert held(store) == paths(now)


def test_a_folder_inside_the_path_before_of_a_renamed_one_stays(photo_folder, store, encoder, photos_in):
    send(photo_folder, store, encoder)
    now = photo_folder.rename(photo_folder.with_name("now"))
    refreshed(library := Library(now, encoder))
    library.close()
    photo_folder.mkdir()
    inner = photos_in(2).rename(photo_folder / "inner")
    send(inner, store, encoder)
    assert withdraw(now, store, "desk") == 12
    assert held(store) == paths(inner)
    assert send(now, store, encoder) == Shared(12, 12, 0)
    assert held(store) == paths(inner) | paths(now)


def test_a_folder_inside_another_one_that_leaves_it_out_stays(photo_folder, store, encoder):
    hidden = photo_folder / ".private"
    (photo_folder / "older").rename(hidden)
    inside, outside = send(hidden, store, encoder), send(photo_folder, store, encoder)
    assert (inside.withdrawn, outside.withdrawn) == (0, 0)
    assert held(store) == paths(photo_folder)
    assert send(hidden, store, encoder).sent == 0


def test_photos_of_which_the_disk_does_not_say_whether_they_are_there_stay(
    photo_folder, store, encoder, tmp_path
):
    hidden, drive = photo_folder / ".private", tmp_path / "drive"
    (photo_folder / "older").rename(drive)
    hidden.mkdir()
    (hidden / "nas").symlink_to(drive)
    assert send(hidden, store, encoder).sent
    before = paths(hidden)
    (hidden / "nas").unlink()
    (hidden / "nas").symlink_to(
        "x" * 300
    )  # asking of what is below it is an error, as of a drive that is cut off
    assert send(photo_folder, store, encoder).withdrawn == 0
    assert held(store) >= before


def test_a_photo_that_goes_from_a_folder_that_was_once_indexed_by_itself_is_withdrawn(
    photo_folder, store, encoder
):
    inner = photo_folder / "older"
    send(inner, store, encoder)
    send(photo_folder, store, encoder)
    photo = next(inner.iterdir())
    photo.unlink()
    assert send(photo_folder, store, encoder).withdrawn == 1
    assert held(store) == paths(photo_folder)
    inner.rename(photo_folder / "newer")
    send(photo_folder, store, encoder)
    assert held(store) == paths(photo_folder)


def test_a_drive_inside_a_folder_that_is_away_keeps_its_photos_in_the_collection(
    photo_folder, store, encoder, tmp_path
):
    inner = photo_folder / "older"
    send(inner, store, encoder)
    send(photo_folder, store, encoder)
    before = held(store)
    inner.rename(tmp_path / "away")
    inner.mkdir()
    send(photo_folder, store, encoder)
    assert held(store) == before


def test_a_photo_whose_vector_is_damaged_is_not_counted_as_sent(photo_folder, store, encoder, state_folder):
    with closing(Library(photo_folder, encoder)) as library:
        refreshed(library)
    spoil_first_vector(state_folder)
    assert drained(share(photo_folder, store, "desk"))[1] == Shared(11, 11, 0)
    assert store.count() == 11


def test_a_folder_that_was_never_indexed_here_with_this_model_sends_nothing(photo_folder, store):
    assert drained(share(photo_folder, store, "desk"))[1] == Shared(0, 0, 0)


def test_work_that_is_stopped_goes_on_where_it_was(photo_folder, store, encoder, monkeypatch):
    monkeypatch.setattr(engine.collection.sharing, "_BATCH", 5)
    with closing(Library(photo_folder, encoder)) as library:
        refreshed(library)
    work = share(photo_folder, store, "desk")
    assert next(work) == (5, 12)
    work.close()
    assert store.count() == 5
    assert drained(share(photo_folder, store, "desk"))[1] == Shared(12, 7, 0)
    assert held(store) == paths(photo_folder)


KILLED = """
import os, signal, sys
import engine.collection.sharing
from engine.collection.stores import open_store
engine.collection.sharing._BATCH = 4
store = open_store(sys.argv[1], "tiny", int(sys.argv[3]))
for done, total in engine.collection.sharing.share(sys.argv[2], store, "desk"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("kind", ["shared", "shared.db"])
def test_a_machine_that_is_killed_while_it_sends_goes_on_with_the_next_run(
    photo_folder, tmp_path, encoder, kind
):
    if kind.endswith(".db"):
        pytest.importorskip("milvus_lite", reason="milvus-lite has no package for this system")
    with closing(Library(photo_folder, encoder)) as library:
        refreshed(library)
    address = str(tmp_path / kind)
    for _ in range(1 if kind.endswith(".db") else 2):  # a start with Milvus takes seconds
        command = [sys.executable, "-c", KILLED, address, str(photo_folder), str(encoder.dim)]
        assert subprocess.run(command, check=False).returncode < 0
    with closing(open_store(address, "tiny", encoder.dim)) as store:
        assert 4 <= store.count() < 12
        send(photo_folder, store, encoder)
        assert held(store) == paths(photo_folder)
        assert store.count() == 12


def test_photos_of_a_drive_that_is_away_stay(photo_folder, store, encoder, tmp_path):
    send(photo_folder, store, encoder)
    photo_folder.rename(tmp_path / "away")
    assert send(photo_folder, store, encoder) == Shared(12, 0, 0)


def test_a_folder_can_be_withdrawn(photo_folder, store, encoder):
    send(photo_folder, store, encoder)
    send(photo_folder, store, encoder, host="lap")
    assert withdraw(photo_folder, store, "desk") == 12
    assert withdraw(photo_folder, store, "desk") == 0
    assert store.count() == 12
