"""`--store`: what files and folders of other machines are called."""

from contextlib import closing, nullcontext
from dataclasses import replace

from app.collection.chosen import ChosenCollection, keep_collection, note_name, own_names, this_machine
from engine.collection.stores import open_store
from engine.paths import data_dir


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


def test_a_folder_goes_by_all_its_names_where_the_machine_is_this_one(
    run, photo_folder, tmp_path, tiny_model, monkeypatch
):
    store, link, model = tmp_path / "shared", tmp_path / "link", ("--model", tiny_model)
    link.symlink_to(photo_folder)
    run("index", photo_folder, "--store", store, "--host", "anna")
    assert run("forget", link, "--store", store, "--host", "anna", *model)[1].startswith("took 12 photos")
    asked = []
    monkeypatch.setattr("app.terminal.shared_collection._open", lambda *_, **__: nullcontext())
    monkeypatch.setattr("engine.collection.sharing.withdraw", lambda *_, is_here: asked.append(is_here) or 1)
    for host in ("anna", "ben"):  # of a server, which other machines use too
        run("forget", link, "--store", "http://127.0.0.1:1", "--host", host, *model)
    assert asked == [True, False]


def test_the_names_by_which_photos_were_sent_are_this_machines():
    keep_collection(ChosenCollection(host="desk"))
    for name in ("desk", "anna", "anna", "ben"):
        note_name(name)
    assert own_names() == {this_machine(), "desk", "anna", "ben"}
    (data_dir() / "sent_as.json").write_text('{"names": 7}', encoding="utf-8")
    assert own_names() == {this_machine(), "desk"}
