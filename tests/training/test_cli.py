import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from inspect import signature
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from engine import Encoder
from engine.paths import ASSETS
from training.cli import main
from training.config import Config
from training.evaluation.split import evaluate
from training.export import onnx_file
from training.fit.adapt import Recipe
from training.fit.checkpoint import NetworkEncoder, Run
from training.options import parser
from training.settings import option, setting_of

from .conftest import options, write_sketchy


@pytest.fixture(scope="module")
def traced_once() -> Iterator[None]:
    """Trace the run's network for the first of the files that are made of it, not for each."""
    traced: list[bytes] = []
    trace = onnx_file._graph

    def graph(run: Run) -> onnx.ModelProto:
        if not traced:
            traced.append(trace(run).SerializeToString())
        return onnx.load_from_string(traced[0])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(onnx_file, "_graph", graph)
        yield


@pytest.fixture(scope="module")
def exported(shapes: Path, tmp_path_factory: pytest.TempPathFactory, traced_once: None) -> tuple[Path, Path]:
    """A run of a few steps and its ONNX file, both made by the command."""
    out = tmp_path_factory.mktemp("run")
    settings: dict[str, object] = {"backbone": "tiny", "weights": "none", "dim": 512, "images": 20}
    settings |= {"input_size": 64, "train_size": 64, "batch_classes": 3, "batch_samples": 2, "workers": 0}
    assert main(["fit", "--data", str(shapes), "--out", str(out), *options(settings)]) == 0
    assert main(["export", str(out), "--to", str(out / "onnx"), "--name", "tiny"]) == 0
    return out, out / "onnx" / "tiny.onnx"


@pytest.fixture(scope="module")
def single(exported: tuple[Path, Path]) -> Path:
    """The same run's ONNX file with weights in single precision."""
    run, _ = exported
    assert main(["export", str(run), "--to", str(run / "fp32"), "--weights-type", "fp32"]) == 0
    return run / "fp32" / "ffmln-default.onnx"


@pytest.mark.parametrize("count", [1, 17])
def test_the_exported_encoder_equals_the_run(exported: tuple[Path, Path], count: int) -> None:
    run, file = exported
    rng = np.random.default_rng(count)
    pictures = [Image.fromarray(rng.integers(0, 256, (50, 70, 3), np.uint8)) for _ in range(count)]
    network, encoder = NetworkEncoder(Run.load(run).averaged), Encoder.load(file)
    for one, other in (
        (network.embed_photos(pictures), encoder.embed_photos(pictures)),
        (network.embed_sketches(pictures), encoder.embed_sketches(pictures)),
    ):
        assert one.shape == other.shape == (count, 512)
        assert np.abs(one - other).max() < 5e-3  # weights are stored in half precision


def test_the_single_precision_export_equals_pytorch_to_1e_4(
    exported: tuple[Path, Path], single: Path
) -> None:
    run, _ = exported
    encoder = Encoder.load(single)
    picture = Image.radial_gradient("L")
    difference = NetworkEncoder(Run.load(run).averaged).embed_photos([picture]) - encoder.embed_photos(
        [picture]
    )
    assert np.abs(difference).max() <= 1e-4


def test_the_exported_file_describes_itself(exported: tuple[Path, Path]) -> None:
    _, file = exported
    metadata = Encoder.load(file).metadata
    assert metadata["classes"] == ["hexagon", "pentagon", "square", "triangle"]
    assert metadata["input_size"] == 64
    assert metadata["weights_type"] == "fp16"
    assert {"model_id", "dim", "mean", "std", "date", "commit", "minutes", "machine"} <= metadata.keys()
    assert metadata["model_id"].startswith("ffmln-tiny-none-512-")


def test_the_exported_file_names_no_path_of_this_machine(exported: tuple[Path, Path], shapes: Path) -> None:
    content = exported[1].read_bytes()
    assert str(Path(__file__).resolve().parents[2]).encode() not in content
    assert str(shapes).encode() not in content


def test_half_precision_halves_the_file(exported: tuple[Path, Path], single: Path) -> None:
    _, file = exported
    assert file.stat().st_size < 0.6 * single.stat().st_size
    onnx.checker.check_model(str(file))


def test_a_second_evaluation_says_the_same_and_embeds_nothing(
    exported: tuple[Path, Path],
    shapes: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    state_folder: Path,
) -> None:
    seen, real = [], NetworkEncoder.embed_photos
    monkeypatch.setattr(
        NetworkEncoder, "embed_photos", lambda self, images: seen.append(len(images)) or real(self, images)
    )
    words = ["evaluate", str(exported[0]), "--data", str(shapes), "--measures", "sketch,quickdraw", "--json"]
    words += ["--per-query", str(tmp_path / "queries.csv")]
    said, embedded = [], []
    for more in ([], [], ["--anew"]):
        capsys.readouterr()
        assert main([*words, *more]) == 0
        said.append((capsys.readouterr().out, (tmp_path / "queries.csv").read_text("utf-8")))
        embedded.append(sum(seen))
    assert said[0] == said[1] == said[2]
    assert embedded == [6, 6, 12]
    assert len(list((state_folder / "embeddings").glob("*.npz"))) == 1
    assert [row.split(",")[0] for row in said[0][1].splitlines()] == [
        "measure",
        *["sketch"] * 4,
        *["quickdraw"] * 6,
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_evaluate_prints_json_alone(
    exported: tuple[Path, Path], shapes: Path, capsys: pytest.CaptureFixture[str], which: int
) -> None:
    capsys.readouterr()
    assert main(["evaluate", str(exported[which]), "--data", str(shapes), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"sketch", "quickdraw", "instance", "haystack", "early"}


def test_evaluate_prints_a_line_a_part(
    exported: tuple[Path, Path], shapes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    arguments = [
        "evaluate",
        str(exported[1]),
        "--data",
        str(shapes),
        "--classes",
        "val",
        "--measures",
        "sketch,early",
    ]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["sketch", "early"]
    assert lines[1].split()[1::2] == ["0.25", "0.5", "0.75", "1.0", "area"]


def test_evaluate_tells_what_the_first_screen_shows_and_what_a_gesture_brings(
    exported: tuple[Path, Path], shapes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    arguments = ["evaluate", str(exported[1]), "--data", str(shapes), "--measures", "explore,feedback"]
    assert main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"explore", "feedback"}
    assert set(report["explore"]) == {"sketch", "quickdraw", "haystack", "plain"}
    assert set(report["explore"]["plain"]["haystack"]) == {"sketch", "quickdraw"}
    assert {"hit@5", "hit@10", "hit@20", "hit@40", "P@10", "R@10", "R@20"} == set(report["explore"]["sketch"])
    assert set(report["feedback"]["quickdraw"]) == {"P@10", "before", "asked", "plain"}
    assert main(arguments) == 0
    names = [line.split("  ")[0].rsplit(" ", 2)[0] for line in capsys.readouterr().out.splitlines()]
    assert "explore plain haystack quickdraw" in names
    assert "feedback sketch" in names


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evaluate", "nothing.onnx", "--data", "SHAPES"], "no model file"),
        (["evaluate", "EMPTY", "--data", "SHAPES"], "holds no run"),
        (["evaluate", "nothing.onnx", "--data", "SHAPES", "--measures", "taste"], "--measures has taste"),
        (["evaluate", "EMPTY", "--data", "SHAPES", "--generalised"], "in split the haystack is that"),
        (
            ["evaluate", "EMPTY", "--data", "SHAPES", "--bits", "-3"],
            "'-3' is not a whole number from 0 up",
        ),
        (["evaluate", "EMPTY", "--data", "SHAPES", "--bits", "64"], "--bits is for the published protocols"),
        (
            ["evaluate", "EMPTY", "--data", "SHAPES", "--protocol", "sketchy", "--classes", "val"],
            "--classes are for",
        ),
        (
            ["evaluate", "EMPTY", "--data", "SHAPES", "--protocol", "sketchy", "--measures", "early"],
            "--measures and",
        ),
        (["export", "EMPTY", "--to", "EMPTY"], "holds no run"),
        (
            ["evaluate", "MODEL", "--data", "SKETCHY"],
            "as its archives unpack: that is for --protocol sketchy",
        ),
        (["fit", "--data", "EMPTY/nowhere", "--out", "EMPTY"], "no data folder"),
        (
            ["fit", "--data", "SHAPES", "--out", "EMPTY", "--dim", "0"],
            "--dim is 0; it must be",
        ),
        (["fit", "--data", "SHAPES", "--out", "EMPTY", "--backbone", "vgg"], "no backbone 'vgg'"),
        (
            ["fit", "--data", "SHAPES", "--out", "EMPTY", "--weights", "gone"],
            "There is no file gone of pretrained weights of inception_v3",
        ),
        (
            ["fit", "--data", "SHAPES", "--out", "FILE", "--weights", "none"],
            "FILE cannot be read or written: ",
        ),
    ],
)
def test_errors_are_one_line_and_exit_2(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    places = {"SHAPES": str(shapes), "EMPTY": str(tmp_path), "SKETCHY": str(tmp_path / "archive")}
    places["FILE"] = str(tmp_path / "file")
    places["MODEL"] = str(ASSETS / "weights" / "ffmln-small.onnx")
    if "FILE" in arguments:
        Path(places["FILE"]).touch()
        sentence = sentence.replace("FILE", places["FILE"])
    if "SKETCHY" in arguments:
        write_sketchy(tmp_path / "archive", ["zebra"])
    for name, place in places.items():
        arguments = [argument.replace(name, place) for argument in arguments]
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fit"],
        ["fit", "--colour", "1"],
        ["evaluate", "x", "--protocol", "y"],
        ["data", ""],
        ["two\nlines"],
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("ffmln-train: ")


def test_fit_explains_every_setting_with_its_default_under_six_headings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "2000")  # no explanation is broken over lines
    with pytest.raises(SystemExit):
        parser().parse_args(["fit", "--help"])
    text = capsys.readouterr().out
    headings = re.findall(r"^(\w+):$", text, re.MULTILINE)
    groups = ["network", "budget", "batches", "losses", "optimisation", "housekeeping"]
    assert headings == ["options", *groups]
    for field in fields(Config):
        default = str(field.default).lower() if field.type == "bool" else field.default
        said = f"{setting_of(field.metadata).help} (default: {'not given' if default == '' else default})"
        assert re.search(rf"^  {option(field.name)} .*\s+{re.escape(said)}$", text, re.MULTILINE)


def test_the_help_tells_the_defaults_that_are_kept_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "2000")
    measures = ",".join(signature(evaluate).parameters["measures"].default)
    kept = {"adapt": [Recipe().steps, Recipe().share], "evaluate": [measures]}
    for verb, defaults in kept.items():
        with pytest.raises(SystemExit):
            parser().parse_args([verb, "--help"])
        text = capsys.readouterr().out
        assert [default for default in defaults if f"default: {default}" not in text] == []


@pytest.mark.slow
def test_the_verbs_start_without_scikit_learn() -> None:
    starts = "import sys, training.cli, training.experiments.reproduce, training.experiments.plots"
    child = [sys.executable, "-c", f"{starts}; sys.exit('sklearn' in sys.modules)"]
    assert subprocess.run(child, cwd=ASSETS.parent).returncode == 0
