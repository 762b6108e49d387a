"""`--store`: what files and folders of other machines are called."""

from contextlib import closing
from dataclasses import replace

from app.collection.chosen import ChosenCollection, keep_collection
from engine.collection.stores import open_store


def test_half_a_pair_in_the_name_of_another_machine_ends_no_list(
    run, photo_folder, sketch, tmp_path, tiny_encoder
):
    run("index", photo_folder, "--store", tmp_path / "shared")
    with closing(open_store(str(tmp_path / "shared"), tiny_encoder.model_id, tiny_encoder.dim)) as store:
        (one,) = store.newest(1)
        store.upsert([replace(one, host="anna", path="C:/cut \ud83d.png")])
    status, out, err = run("search", "--store", tmp_path / "shared", "--sketch", sketch, "-k", 99)
    assert (status, err, len(out.splitlines())) == (0, "", 13)
    assert "anna:C:/cut \\ud83d.png" in out


def test_a_link_of_this_machine_says_nothing_about_photos_of_another(run, photo_folder, tmp_path, tiny_model):
    store, link, model = tmp_path / "shared", tmp_path / "link", ("--model", tiny_model)
    link.symlink_to(photo_folder)
    run("index", photo_folder, "--store", store, "--host", "anna")
    assert run("forget", link, "--store", store, "--host", "anna", *model)[1].startswith("took 0 photos")
    keep_collection(ChosenCollection(host="anna"))
    assert run("forget", link, "--store", store, "--host", "anna", *model)[1].startswith("took 12 photos")
