"""`--store`: folders of several machines in one collection, from the command line."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from concurrent import futures
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import StoreError

from ..milvus_program import SERVE

NEEDS_LITE = pytest.mark.skipif(
    importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
)
NEEDS_CLIENT = pytest.mark.skipif(
    importlib.util.find_spec("pymilvus") is None, reason="the extra `server` is not here"
)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(params=["shared", pytest.param("shared.db", marks=NEEDS_LITE)])
def store(request, tmp_path):
    return str(tmp_path / request.param)


def found(run, store, *words):
    status, out, err = run("search", "--store", store, "--json", "-k", 99, *words)
    assert status == 0, err
    return json.loads(out)


def test_two_machines_index_into_one_collection_and_all_of_it_is_searched(
    run, photo_folder, sketch, store, tmp_path
):
    other = tmp_path / "other"
    shutil.copytree(photo_folder, other)
    status, out, _ = run("index", photo_folder, "--store", store, "--host", "anna")
    assert status == 0
    assert out.splitlines() == ["12 photos, 12 new, 0 skipped", f"  12 photos in {store}, 12 sent"]
    run("index", other, "--store", store, "--host", "ben")
    hits = found(run, store, "--sketch", sketch)
    assert {(hit["host"], Path(hit["path"]).parents[-len(tmp_path.parts) - 1].name) for hit in hits} == {
        ("anna", photo_folder.name),
        ("ben", "other"),
    }
    assert len(hits) == 24
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    own = json.loads(run("search", photo_folder, "--sketch", sketch, "--json", "-k", 99)[1])
    mine = [hit for hit in hits if hit["host"] == "anna"]
    assert {(hit["path"], round(hit["score"], 4)) for hit in mine} == {
        (hit["path"], round(hit["score"], 4)) for hit in own
    }
    assert len(found(run, store, "--sketch", sketch, "--host", "ben")) == 12
    assert len(found(run, store, "--sketch", sketch, "--within", other)) == 12
    assert len(found(run, store, "--like", next(other.rglob("*.jpg")), "--from", 2000)) == 24
    grouped = found(run, store, "--sketch", sketch, "--group", "--diverse")
    assert {copy["host"] for hit in grouped for copy in hit["copies"]} <= {"anna", "ben"}
    assert sum(1 + len(hit["copies"]) for hit in grouped) == 24
    assert {tuple(hit) for hit in grouped} == {("path", "host", "score", "copies", "behind")}
    assert {tuple(hit) for hit in own} == {("path", "score")}


def test_a_known_folder_whose_drive_is_mute_does_not_keep_another_from_being_sent(
    run, photo_folder, tmp_path, mute, draw_picture
):
    (tmp_path / "net").mkdir()
    draw_picture("circle", "black").save(tmp_path / "net" / "a.png")
    run("index", tmp_path / "net")
    mute(tmp_path / "net")
    status, out, _ = run("index", photo_folder, "--store", tmp_path / "shared")
    assert (status, out.splitlines()[-1]) == (0, f"  12 photos in {tmp_path / 'shared'}, 12 sent")


def test_a_collection_that_takes_nothing_keeps_no_folder_from_being_indexed(
    run, photo_folder, tmp_path, monkeypatch, draw_picture
):
    (tmp_path / "more").mkdir()
    draw_picture("circle", "black").save(tmp_path / "more" / "a.png")

    def refuse(*_):
        raise StoreError("It is full.")

    monkeypatch.setattr("engine.collection.local_store.LocalStore.upsert", refuse)
    status, out, err = run("index", photo_folder, tmp_path / "more", "--store", tmp_path / "shared")
    kept = "What was indexed is kept, and the next run sends what the collection lacks."
    said = [line for line in err.splitlines() if line.startswith("ffmln: ")]
    assert (status, said) == (2, [f"ffmln: It is full. {kept}"])
    assert out.splitlines() == ["12 photos, 12 new, 0 skipped", "1 photo, 1 new, 0 skipped"]


def test_a_file_that_disappears_leaves_the_collection(run, photo_folder, sketch, tmp_path):
    store = str(tmp_path / "shared")
    run("index", photo_folder, "--store", store)
    next(photo_folder.rglob("*.png")).unlink()
    assert run("index", photo_folder, "--store", store)[1].splitlines() == [
        "11 photos, 1 removed, 0 skipped",
        f"  11 photos in {store}, 1 withdrawn",
    ]
    assert len(found(run, store, "--sketch", sketch)) == 11


def test_hits_are_printed_with_their_machine(run, photo_folder, sketch, tmp_path):
    store = str(tmp_path / "shared")
    run("index", photo_folder, "--store", store, "--host", "anna")
    line = run("search", "--store", store, "--sketch", sketch, "-k", 1)[1]
    assert line.split(maxsplit=1)[1].startswith(f"anna:{photo_folder.as_posix()}/")


def test_a_folder_is_taken_out_again(run, photo_folder, tmp_path, tiny_model):
    store = str(tmp_path / "shared")
    run("index", photo_folder, "--store", store)
    out = run("forget", photo_folder, "--store", store, "--model", tiny_model)[1]
    assert out == f"took 12 photos of {photo_folder} out of {store}\n"
    run("index", photo_folder, "--store", store, "--host", "anna")
    out, err = run("forget", photo_folder, "--store", store, "--model", tiny_model)[1:]
    assert out == f"took 0 photos of {photo_folder} out of {store}\n"
    assert err.endswith(" are in the collection: --host takes anna.\n")
    assert run("index", photo_folder, "--store", store)[1].splitlines()[-1].endswith("12 sent")


def test_an_empty_collection_and_a_narrow_search_say_so(run, photo_folder, sketch, tmp_path):
    store, nothing = str(tmp_path / "shared"), tmp_path / "nothing"
    nothing.mkdir()
    run("index", nothing, "--store", store)
    status, out, err = run("search", "--store", store, "--sketch", sketch)
    assert (status, out) == (0, "")
    assert err == f"ffmln: there are no photos in {store} yet: send some with ffmln index --store.\n"
    run("index", photo_folder, "--store", store, "--host", "anna")
    err = run("search", "--store", store, "--sketch", sketch, "--host", "nobody")[2]
    assert err == "ffmln: no photos of nobody are in the collection: --host takes anna.\n"
    status, out, err = run("search", "--store", store, "--sketch", sketch, "--host", "anna", "--host", "ben")
    assert (status, len(out.splitlines())) == (0, 12)
    assert err == "ffmln: no photos of ben are in the collection: --host takes anna.\n"
    err = run("search", "--store", store, "--sketch", sketch, "--from", "1970", "--to", "1971")[2]
    assert err == "ffmln: there are no such photos in the collection.\n"


def test_a_machine_without_a_collection_makes_this_one_forget_nothing(run, photo_folder):
    run("index", photo_folder)
    assert run("forget", photo_folder, "--host", "anna")[0] == 2
    assert run("forget", photo_folder)[1].startswith("forgot 12 photos")


@pytest.mark.parametrize("verb", ["search", "forget"])
def test_a_collection_that_is_not_there_is_not_made_by_who_looks_for_it(
    run, photo_folder, sketch, tmp_path, tiny_model, verb
):
    store = tmp_path / "mistyped"
    given = ["--sketch", sketch] if verb == "search" else [photo_folder, "--model", tiny_model]
    status, out, err = run(verb, "--store", store, *given)
    assert (status, out) == (2, "")
    assert err.startswith(f"ffmln: There is no collection at {store} yet")
    assert not store.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--store", "{folder}"),
        ("--store", "{folder}/shared.db"),
        ("--store", "{other}/shared"),
        ("--store", "{tmp}/shared", "--thumbnails-to", "{link}"),
        ("--store", "{tmp}/shared", "--thumbnails-to", "{other}/small"),
    ],
)
def test_a_collection_and_its_thumbnails_are_kept_out_of_photo_folders(run, photo_folder, tmp_path, words):
    other, link = tmp_path / "other", tmp_path / "link"
    shutil.copytree(photo_folder, other)
    run("index", other)
    link.symlink_to(photo_folder)
    before = sorted(tmp_path.rglob("*.*")), sorted(photo_folder.iterdir()), sorted(other.iterdir())
    places = {"folder": photo_folder, "other": other, "link": link, "tmp": tmp_path}
    status, out, err = run("index", photo_folder, *(word.format(**places) for word in words))
    assert (status, out) == (2, "")
    assert err.endswith(": nothing is written to photo folders.\n")
    assert not (tmp_path / "shared").exists()
    assert before == (
        sorted(tmp_path.rglob("*.*")),
        sorted(photo_folder.iterdir()),
        sorted(other.iterdir()),
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("index", "{folder}", "--store", "{tmp}/s", "--thumbnails-to", ""), "its name is empty"),
        (
            ("search", "{folder}", "--store", "{tmp}/s", "--like", "{photo}"),
            "--store searches the whole collection",
        ),
        (("search", "--store", "ftp://x", "--like", "{photo}"), "is no collection's address"),
        (("index", "{folder}", "--store", "{tmp}/s", "--host", "a/b"), "a/b cannot name a machine"),
        (("index", "{folder}", "--host", "anna"), "--host goes with --store"),
        (("search", "{folder}", "--like", "{photo}", "--host", "anna"), "--host goes with --store"),
        (("forget", "{folder}", "--host", ""), "--host goes with --store"),
        (("forget", "{folder}", "--missing", "--store", "{tmp}/s"), "--missing goes without --store"),
        (("forget", "{folder}", "--store", "{tmp}/s", "--host", ""), "Nothing cannot name a machine"),
        (("index", "{folder}", "--store", "{tmp}/s", "--host", ""), "Nothing cannot name a machine"),
        (("index", "{folder}", "--store", "~nobody-here/s"), "There is no home folder that ~nobody-here/s"),
        (("search", "--store", "{tmp}/s", "--like", "{photo}", "--no-index"), "--store indexes nothing"),
        (("search", "--store", "{tmp}/s", "--like", "{photo}", "--exclude", "*"), "--store indexes nothing"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(run, photo_folder, tmp_path, words, said):
    photo = next(photo_folder.rglob("*.png"))
    words = [word.format(folder=photo_folder, photo=photo, tmp=tmp_path) for word in words]
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


@NEEDS_CLIENT
@pytest.mark.parametrize("mute", [False, True], ids=["closed", "mute"])
def test_a_server_that_does_not_answer_is_told_before_anything_is_indexed(
    run, photo_folder, mute, monkeypatch
):
    monkeypatch.setattr("engine.collection.milvus._CONNECT_S", 1.0)
    with closing(socket.socket()) as ear:
        ear.bind(("127.0.0.1", 0))
        if mute:
            ear.listen()
        address = f"http://127.0.0.1:{ear.getsockname()[1]}"
        status, out, err = run("index", photo_folder, "--store", address)
    assert (status, out) == (2, "")
    reason = "no Milvus server can be reached there"
    assert err == f"ffmln: The collection at {address} does not answer: {reason}.\n"


@NEEDS_CLIENT
def test_the_token_of_the_environment_is_shown_and_a_refusal_is_told(run, photo_folder, monkeypatch):
    import grpc

    seen = []

    class Gate(grpc.GenericRpcHandler):
        def service(self, call):
            seen.append(dict(call.invocation_metadata).get("authorization"))

            def refuse(_, context):
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you")

            return grpc.unary_unary_rpc_method_handler(refuse)

    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Gate()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("FFMLN_STORE_TOKEN", "anna:secret")
    status, _, err = run("index", photo_folder, "--store", f"http://127.0.0.1:{port}")
    server.stop(None).wait()
    assert status == 2
    assert len(err.splitlines()) == 1
    assert "check FFMLN_STORE_TOKEN" in err
    assert "secret" not in err
    assert "YW5uYTpzZWNyZXQ=" in seen  # anna:secret


@pytest.mark.slow
@NEEDS_LITE
def test_two_processes_index_at_the_same_time_into_one_server(
    run, photo_folder, tmp_path, sketch, tiny_model
):
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        server.stdin.write(f"{tmp_path / 'server'}\n".encode())
        server.stdin.flush()
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"
        machines = []
        for host in ("anna", "ben"):
            environment = os.environ | {"FFMLN_DATA_DIR": str(tmp_path / host), "PYTHONPATH": str(ROOT)}
            words = ["index", photo_folder, "--store", address, "--host", host, "--model", tiny_model]
            machines.append(
                subprocess.Popen(
                    [sys.executable, "-m", "app", *map(str, words)],
                    env=environment,
                    cwd=ROOT,
                    stdout=subprocess.DEVNULL,
                )
            )
        assert [machine.wait() for machine in machines] == [0, 0]
        hits = found(run, address, "--sketch", sketch)
        assert sorted(hit["host"] for hit in hits) == ["anna"] * 12 + ["ben"] * 12
        server.stdin.close()
        assert server.stdout.read() == b"ended\n"
    assert server.returncode == 0
    status, _, err = run("search", "--store", address, "--sketch", sketch)
    assert status == 2
    assert "does not answer" in err


@pytest.mark.slow
@NEEDS_LITE
@pytest.mark.parametrize("verb", ["index", "search"])
def test_milvus_and_what_it_is_made_of_say_nothing_on_stderr(run, photo_folder, tmp_path, tiny_model, verb):
    store = str(tmp_path / "shared.db")
    run("index", photo_folder, "--store", store)
    given = [photo_folder] if verb == "index" else ["--like", next(photo_folder.rglob("*.png"))]
    words = [verb, *given, "--store", store, "--model", tiny_model]
    answer = subprocess.run(
        [sys.executable, "-m", "app", *map(str, words)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in answer.stderr.splitlines() if line and "photos/s]" not in line]  # the bar
    assert lines == []
    assert len(answer.stdout.splitlines()) == (2 if verb == "index" else 12)
