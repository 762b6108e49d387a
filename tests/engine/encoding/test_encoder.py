import json
import os
import threading

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.cores import whole_cores
from engine.encoding import encoder as encoder_module
from engine.encoding import vetting
from engine.encoding.encoder import BLOCKS, METADATA_KEY, SPINNING, Encoder
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


def test_threads_that_wait_for_each_other_leave_their_cores_to_the_decoders(tiny_encoder):
    options = tiny_encoder._session.get_session_options()
    assert options.get_session_config_entry(SPINNING) == "0"
    assert int(options.get_session_config_entry(BLOCKS)) > 1


@pytest.mark.skipif(not whole_cores(), reason="here the system ties no thread, or tells nothing")
def test_no_thread_is_tied_to_one_core_so_that_it_need_not_wait_for_another(tiny_model):
    given, before = os.sched_getaffinity(0), set(os.listdir("/proc/self/task"))
    encoder = Encoder(tiny_model, on_processor=True)
    assert encoder._session.get_session_options().intra_op_num_threads == whole_cores()
    threads = set(os.listdir("/proc/self/task")) - before
    assert all(os.sched_getaffinity(int(thread)) == given for thread in threads)


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
    *({"mean": [0.5] * 2}, {"std": [0.5] * 4}, {"dim": 3.5}, {"mean": "123"}, {"mean": [0.5, 0.5, True]}),
    *({"std": [0.5, 0.5, number]} for number in (1e-300, 10**400)),
    *({"dim": number} for number in (0, -32, True, 10**9, [32])),
    *({"input_size": number} for number in (0, -1, True, 8, 10**6)),
    *({"model_id": name} for name in (7, "", "a\ud800", "a\x1b[2J", "a\u202eb", "two\nlines", "x" * 201)),
]
NESTED = "[" * 100_000 + "]" * 100_000


def described(path, tiny_model, about):
    """Write the tiny model with this description; without any where it is None."""
    model = onnx.load(str(tiny_model))
    del model.metadata_props[:]
    if about is not None:
        helper.set_model_props(model, {METADATA_KEY: about})
    onnx.save(model, str(path))
    return path


ABOUTS = [None, "not json", "[]", json.dumps({"model_id": "x"}), *(json.dumps(SOUND | x) for x in UNSOUND)]


@pytest.mark.parametrize("about", [*ABOUTS, NESTED], ids=lambda about: str(about)[:100])
def test_a_model_without_a_sound_description_is_refused(tmp_path, tiny_model, about):
    with pytest.raises(ModelError, match="ffmln-train"):
        Encoder(described(tmp_path / "foreign.onnx", tiny_model, about))


@pytest.mark.parametrize(
    "about", [None, json.dumps(SOUND | {"model_id": "a\ud800"}), NESTED], ids=["none", "half a pair", "deep"]
)
def test_the_process_that_tries_a_model_says_what_its_description_lacks(tmp_path, tiny_model, about):
    with pytest.raises(ModelError, match="ffmln-train"):
        vetting.try_model(described(tmp_path / "foreign.onnx", tiny_model, about))


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


def network(nodes, *, inputs=(("image", ["n", 3, 32, 32]),), rows="n", constants=()):
    """Return a model of 32 numbers whose nodes go from `pooled` to `embedding`."""
    weights = np.zeros((3 * 8 * 8, 32), np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("AveragePool", ["image"], ["small"], kernel_shape=[4, 4], strides=[4, 4]),
            helper.make_node("Flatten", ["small"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["pooled"]),
            *nodes,
        ],
        "network",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [rows, 32])],
        [numpy_helper.from_array(weights, "weights"), *constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {METADATA_KEY: json.dumps(SOUND)})
    return model


def endless():
    """Return a model whose loop goes round for longer than anyone lives."""
    float_, whole, truth = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["go_on"]), helper.make_node("Add", ["x", "x"], ["y"])],
        "body",
        [
            helper.make_tensor_value_info("i", whole, []),
            helper.make_tensor_value_info("on", truth, []),
            helper.make_tensor_value_info("x", float_, ["n", 32]),
        ],
        [
            helper.make_tensor_value_info("go_on", truth, []),
            helper.make_tensor_value_info("y", float_, ["n", 32]),
        ],
    )
    times = numpy_helper.from_array(np.array(2**62), "times")
    always = numpy_helper.from_array(np.array(True), "always")
    loop = helper.make_node("Loop", ["times", "always", "pooled"], ["embedding"], body=body)
    return network([loop], constants=(times, always))


THROUGH = [helper.make_node("Identity", ["pooled"], ["embedding"])]
NUMBERS = helper.make_node(
    "Constant", [], ["embedding"], value=numpy_helper.from_array(np.zeros((1, 32), "f"))
)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (network(THROUGH, inputs=(("image", ["n", 3, 40, 40]),)), "cannot be run|not a model"),
        (network(THROUGH, inputs=(("image", [1, 3, 32, 32]),), rows=1), "cannot be run on a picture"),
        (network(THROUGH, inputs=(("image", ["n", 3, 32, 32]), ("more", [1]))), "cannot be run on a picture"),
        (network([NUMBERS]), "another shape|not a model"),
    ],
    ids=["another side", "one picture at a time", "two inputs", "one row whatever comes"],
)
def test_a_network_of_another_make_is_refused_before_it_is_used(tmp_path, model, sentence):
    onnx.save(model, str(tmp_path / "odd.onnx"))
    with pytest.raises(ModelError, match=sentence):
        Encoder(tmp_path / "odd.onnx")


def test_a_network_for_one_picture_at_a_time_is_refused_before_it_runs(tmp_path):
    model = network(THROUGH, inputs=(("image", [1, 3, 32, 32]),), rows=1)
    onnx.save(model, str(tmp_path / "single.onnx"))
    with pytest.raises(ModelError, match="cannot be run on a picture"):
        Encoder(tmp_path / "single.onnx")


def test_a_network_without_inputs_is_refused(tmp_path):
    model = network(THROUGH)
    constant = numpy_helper.from_array(np.zeros((1, 32), np.float32))
    del model.graph.node[:], model.graph.input[:]
    model.graph.node.append(helper.make_node("Constant", [], ["embedding"], value=constant))
    onnx.save(model, str(tmp_path / "deaf.onnx"))
    with pytest.raises(ModelError, match="cannot be run on a picture"):
        Encoder(tmp_path / "deaf.onnx")


def test_a_description_that_is_no_text_is_refused(tmp_path):
    model = network(THROUGH)
    mark = b"no text"
    del model.metadata_props[:]
    helper.set_model_props(model, {METADATA_KEY: mark.decode()})
    (tmp_path / "bytes.onnx").write_bytes(model.SerializeToString().replace(mark, b"\xff" * len(mark)))
    with pytest.raises(ModelError):
        Encoder.load(tmp_path / "bytes.onnx")


@pytest.mark.slow
def test_a_model_without_end_is_given_up(tmp_path, monkeypatch):
    onnx.save(endless(), str(tmp_path / "endless.onnx"))
    monkeypatch.setattr(vetting, "SECONDS", 2.0)
    with pytest.raises(ModelError, match="takes too long"):
        Encoder.load(tmp_path / "endless.onnx")


def test_a_run_without_end_is_stopped_where_the_first_one_was_not(tmp_path, monkeypatch, draw_picture):
    onnx.save(endless(), str(tmp_path / "endless.onnx"))
    encoder = Encoder(tmp_path / "endless.onnx")
    monkeypatch.setattr(encoder_module, "_PATIENCE_S", 0.2)
    with pytest.raises(ModelError, match="takes too long"):
        encoder.embed_photos([draw_picture("circle", "red")])


def test_a_model_that_wants_all_memory_is_refused(tmp_path):
    nodes = [
        helper.make_node("ReduceMean", ["pooled"], ["one"], axes=[0, 1], keepdims=1),
        helper.make_node("Expand", ["one", "size"], ["large"]),
        helper.make_node("ReduceMean", ["large"], ["mean"], axes=[0, 1], keepdims=0),
        helper.make_node("Add", ["pooled", "mean"], ["embedding"]),
    ]
    size = numpy_helper.from_array(np.array([150_000, 150_000]), "size")
    onnx.save(network(nodes, constants=(size,)), str(tmp_path / "greedy.onnx"))
    with pytest.raises(ModelError, match=r"cannot be run|not a model"):
        Encoder.load(tmp_path / "greedy.onnx")


def test_a_model_is_tried_once_until_it_changes(tmp_path, make_model, monkeypatch):
    tried, run = [], vetting.run_apart
    monkeypatch.setattr(
        vetting, "run_apart", lambda *words, **options: tried.append(1) or run(*words, **options)
    )
    path = make_model(tmp_path / "model.onnx")
    for _ in range(2):
        Encoder.load(path)
    assert tried == [1]
    make_model(path, dim=16)
    assert Encoder.load(path).dim == 16
    assert tried == [1, 1]


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


def test_an_encoder_that_is_to_be_exact_leaves_a_gpu_alone(tmp_path, make_model, monkeypatch):
    def asked():
        raise AssertionError("a GPU was looked for")

    monkeypatch.setattr(encoder_module, "_provider_choices", asked)
    assert Encoder.load(make_model(tmp_path / "model.onnx"), on_processor=True).provider.startswith("CPU")
