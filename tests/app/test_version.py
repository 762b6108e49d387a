from importlib.metadata import PackageNotFoundError, version

import onnxruntime
import pytest

from app.__main__ import main
from app.version import running
from engine import Encoder
from engine.version import commit


def printed(words, capsys) -> tuple[int, list[str], str]:
    status = main(["--version", *words])
    said = capsys.readouterr()
    return status, said.out.splitlines(), said.err


def test_the_version_the_commit_the_encoder_and_what_runs_it_are_printed(capsys):
    status, lines, _ = printed([], capsys)
    encoder = Encoder.default()
    assert status == 0
    assert lines[:2] == [f"ffmln {version('ffmln')}", f"commit {commit()}"]
    assert lines[2] == f"encoder {encoder.model_id}"
    assert lines[3] == f"runtime ONNX Runtime {onnxruntime.__version__}, {encoder.provider}"
    assert len(lines) == 5


def test_the_small_encoder_is_named_where_it_is_asked_for(capsys):
    assert f"encoder {Encoder.small().model_id}" in printed(["--small"], capsys)[1]


@pytest.mark.parametrize(
    ("provider", "device"),
    [("CPUExecutionProvider", "the processor"), ("CUDAExecutionProvider", "the GPU")],
)
def test_it_is_said_whether_the_gpu_computes(provider, device, tiny_model):
    encoder = Encoder(tiny_model)
    encoder.provider = provider
    assert running(encoder)[-1] == f"runs on {device}"


def test_with_a_model_that_is_none_the_version_is_said_before_the_error(capsys, tmp_path):
    (tmp_path / "none.onnx").write_text("nonsense", "utf-8")
    status, lines, error = printed(["--model", str(tmp_path / "none.onnx")], capsys)
    assert status == 2
    assert [line.split()[0] for line in lines] == ["ffmln", "commit"]
    assert error.count("\n") == 1


def test_a_tree_that_was_never_installed_has_a_version_too(capsys, monkeypatch):
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("app.version.version", missing)
    assert printed([], capsys)[1][0] == "ffmln unknown"
