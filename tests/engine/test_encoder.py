import json
import threading

import numpy as np
import onnx
import pytest
from onnx import helper

from engine.encoder import METADATA_KEY, Encoder
from engine.errors import ModelError


def test_the_vectors_are_unit_rows(tiny_encoder, draw_picture):
    pictures = [draw_picture("circle", "red"), draw_picture("cross", "blue", (300, 40))]
    for vectors in (tiny_encoder.embed_photos(pictures), tiny_encoder.embed_sketches(pictures)):
        assert vectors.shape == (2, tiny_encoder.dim)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_pictures_give_no_rows(tiny_encoder):
    assert tiny_encoder.embed_photos([]).shape == (0, tiny_encoder.dim)


def test_a_batch_gives_the_same_vectors_as_one_at_a_time(tiny_encoder, draw_picture):
    pictures = [draw_picture(s, c) for s in ("circle", "cross") for c in ("red", "blue", "lime")] * 4
    together = tiny_encoder.embed_photos(pictures)
    alone = np.concatenate([tiny_encoder.embed_photos([one]) for one in pictures])
    assert np.abs(together - alone).max() < 1e-5


def test_the_network_is_never_given_more_than_sixteen_pictures_at_a_time(
    tiny_encoder, draw_picture, monkeypatch
):
    given, run = [], tiny_encoder._run
    monkeypatch.setattr(tiny_encoder, "_run", lambda pixels: given.append(len(pixels)) or run(pixels))
    tiny_encoder.embed_photos([draw_picture("circle", "red")] * 40)
    assert given == [16, 16, 8]


def test_the_file_describes_the_encoder(tiny_encoder):
    assert (tiny_encoder.model_id, tiny_encoder.dim, tiny_encoder.input_size) == ("tiny", 32, 32)


def test_several_threads_may_encode_at_once(tiny_encoder, draw_picture):
    photo, results = draw_picture("circle", "red"), []
    expected = tiny_encoder.embed_photos([photo])
    threads = [
        threading.Thread(target=lambda: results.append(tiny_encoder.embed_photos([photo]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [np.allclose(result, expected) for result in results] == [True] * 4


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"absent\.onnx"):
        Encoder.load(tmp_path / "absent.onnx")


@pytest.mark.parametrize("content", [b"", b"no model", bytes(5000)])
def test_a_broken_file_is_refused(tmp_path, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.onnx"):
        Encoder.load(path)


def test_a_truncated_model_is_refused(tmp_path, tiny_model):
    path = tmp_path / "cut.onnx"
    path.write_bytes(tiny_model.read_bytes()[:-2000])
    with pytest.raises(ModelError):
        Encoder.load(path)


SOUND = {"model_id": "x", "dim": 32, "input_size": 32, "mean": [0.5] * 3, "std": [0.5] * 3}
NAN, INF = float("nan"), float("inf")
UNSOUND = [
    *({"mean": [0.5, 0.5, number]} for number in (NAN, INF, -INF)),
    *({"std": [0.5, 0.5, number]} for number in (NAN, INF, 0.0, -0.5)),
    *({"mean": [0.5] * 2}, {"std": [0.5] * 4}, {"dim": 0}, {"input_size": -1}, {"dim": 3.5}, {"model_id": 7}),
]


@pytest.mark.parametrize(
    "about",
    [None, "not json", "[]", json.dumps({"model_id": "x"}), *(json.dumps(SOUND | x) for x in UNSOUND)],
)
def test_a_model_without_a_sound_description_is_refused(tmp_path, tiny_model, about):
    model = onnx.load(str(tiny_model))
    del model.metadata_props[:]
    if about is not None:
        helper.set_model_props(model, {METADATA_KEY: about})
    onnx.save(model, str(tmp_path / "foreign.onnx"))
    with pytest.raises(ModelError, match="ffmln-train"):
        Encoder.load(tmp_path / "foreign.onnx")


def test_a_broken_model_prints_nothing(tmp_path, capfd):
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError):
        Encoder.load(tmp_path / "broken.onnx")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [("dim", 33, "vectors of another shape"), ("input_size", 40, "cannot be run")],
)
def test_a_model_that_is_not_what_it_says_is_one_sentence(
    tmp_path, tiny_model, draw_picture, name, value, sentence
):
    model = onnx.load(str(tiny_model))
    about = {**json.loads(model.metadata_props[0].value), name: value}
    del model.metadata_props[:]
    helper.set_model_props(model, {METADATA_KEY: json.dumps(about)})
    onnx.save(model, str(tmp_path / "liar.onnx"))
    with pytest.raises(ModelError, match=sentence):
        Encoder.load(tmp_path / "liar.onnx").embed_photos([draw_picture("circle", "red")])


def test_a_gpu_that_cannot_run_the_model_gives_way_to_the_processor(tiny_encoder, draw_picture, monkeypatch):
    class Failing:
        def run(self, *_):
            raise RuntimeError("CUDA out of memory")

    photo = draw_picture("circle", "red")
    expected = tiny_encoder.embed_photos([photo])
    monkeypatch.setattr(tiny_encoder, "_session", Failing())
    monkeypatch.setattr(tiny_encoder, "provider", "CUDAExecutionProvider")
    assert np.allclose(tiny_encoder.embed_photos([photo]), expected)
    assert tiny_encoder.provider == "CPUExecutionProvider"
