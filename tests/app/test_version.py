import subprocess
from importlib.metadata import PackageNotFoundError, version

import onnxruntime
import pytest

from app.__main__ import main
from app.version import commit, running
from engine import Encoder


def printed(words, capsys) -> tuple[int, list[str], str]:
    status = main(["--version", *words])
    said = capsys.readouterr()
    return status, said.out.splitlines(), said.err


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one commit, which the program takes for its own; a function that runs git there."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "file").write_text("one", "utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    monkeypatch.setattr("app.version.ASSETS", tmp_path / "assets")
    return git


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


def test_the_commit_is_the_checkouts_and_changes_are_told(checkout, tmp_path):
    head = checkout("rev-parse", "HEAD")
    assert commit() == head[:12]
    (tmp_path / "assets" / "file").write_text("two", "utf-8")
    assert commit() == f"{head[:12]}-dirty"


def test_what_the_build_noted_counts_before_the_checkout(checkout, tmp_path):
    (tmp_path / "assets" / "commit.txt").write_text("abc123\n", "ascii")
    assert commit() == "abc123"


def test_a_checkout_around_the_program_is_not_its_own(checkout, tmp_path, monkeypatch):
    (tmp_path / "deep" / "assets").mkdir(parents=True)
    monkeypatch.setattr("app.version.ASSETS", tmp_path / "deep" / "assets")
    assert commit() == "unknown"


def test_without_git_the_commit_is_unknown(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert commit() == "unknown"


def test_a_tree_that_was_never_installed_has_a_version_too(capsys, monkeypatch):
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("app.version.version", missing)
    assert printed([], capsys)[1][0] == "ffmln unknown"
