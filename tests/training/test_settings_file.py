import json
import os
from pathlib import Path

import pytest

from training import cli
from training.config import Config
from training.errors import TrainingError
from training.options import parser
from training.setting_options import settings_and_asked, settings_in
from training.settings_file import read_settings


def written(tmp_path: Path, said: object) -> Path:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(said), "utf-8")
    return file


def test_what_a_run_wrote_is_read_whole(tmp_path: Path) -> None:
    config = Config(backbone="timm:test_vit", dat=2, batching="shuffle", standardised=False)
    found = read_settings(written(tmp_path, {**config.as_dict(), "pretrained": "some.safetensors"})).given
    assert Config(**found) == config
    mean = {"mean_of": [{"config": {"dim": 64}}, {"config": {"dim": 32}}], "pretrained": ""}
    assert read_settings(written(tmp_path, mean)).given == {"dim": 64, "pair_smoothing": 0.0}, (
        "as it was then"
    )


def test_options_come_before_the_file_and_the_file_before_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, {"dim": 64, "images": 500, "pair": 0.25})
    words = ["--data", str(tmp_path), "--out", str(tmp_path), "--config", str(file), "--images", "700"]
    found = settings_in(parser().parse_args(["fit", *words]))
    assert found == {"dim": 64, "images": 700, "pair_loss": 0.25}
    bases: list[Config] = []

    def ablate(_: Path, base: Config, out: Path, **__: object) -> Path:
        bases.append(base)
        (out / "ablation.md").touch()
        return out / "ablation.md"

    monkeypatch.setattr("training.experiments.ablation.ablate", ablate)
    assert cli.main(["ablate", *words[:-2]]) == 0
    assert (bases[0].images, bases[0].validations, bases[0].dim) == (500, 1, 64)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"colour": 1, "dim": 3}, "name colour, which no run has"),
        ({"dim": "64"}, "have '64' for --dim"),
        ({"backbone": 5}, "have 5 for --backbone"),
        ({"standardised": 1}, "have 1 for --standardised"),
        ({"dat": True}, "have True for --dat"),
        ([1], "are no JSON object"),
        ({"mean_of": ["x"]}, "are no JSON object"),
        ({"mean_of": 5}, "name mean_of, which no run has"),
    ],
)
def test_what_is_no_setting_is_one_sentence(said: object, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=sentence):
        read_settings(written(tmp_path, said))


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", "utf-8")
    for name in ("broken.json", "nowhere.json"):
        with pytest.raises(TrainingError, match="cannot be read"):
            read_settings(tmp_path / name)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--images", "700"], {"images": 700}),
        (["--epochs", "2"], {"images": 500, "epochs": 2}),
        (["--images", "700", "--epochs", "2"], {"images": 700, "epochs": 2}),
        ([], {"images": 500, "epochs": 5}),
    ],
)
def test_images_on_the_command_line_come_before_the_files_epochs(
    words: list[str], expected: dict[str, float], tmp_path: Path
) -> None:
    file = written(tmp_path, {"images": 500, "epochs": 5.0})
    line = ["fit", "--data", str(tmp_path), "--out", str(tmp_path), "--config", str(file), *words]
    assert settings_in(parser().parse_args(line)) == expected


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system gives open files no names")
def test_the_file_may_be_a_pipe(tmp_path: Path) -> None:
    end, begin = os.pipe()
    os.write(begin, b'{"dim": 64, "dat": 6.0}')
    os.close(begin)
    words = ["fit", "--data", str(tmp_path), "--out", str(tmp_path), "--config", f"/dev/fd/{end}"]
    try:
        assert settings_and_asked(parser().parse_args(words)) == ({"dim": 64, "dat": 6.0}, {"dim"})
    finally:
        os.close(end)


def test_a_home_that_the_shell_leaves_is_put_in_place_and_words_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    words = ["fit", "--data", "d", "--out", "o", "--start=~/s.onnx", "--guide=~/g", "--weights=~/w"]
    found = settings_in(parser().parse_args(words))
    assert found == {
        name: str(tmp_path / file) for name, file in (("start", "s.onnx"), ("guide", "g"), ("weights", "w"))
    }
    for word in ("library", "none", "", "./library"):
        assert settings_in(parser().parse_args([*words[:5], "--weights", word])) == {"weights": word}


@pytest.mark.parametrize("verb", ["fit", "evaluate"])
def test_only_what_resumes_says_so_when_it_is_stopped(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, f"_{verb}", stop)
    words = {"fit": ["--data", str(tmp_path), "--out", str(tmp_path)], "evaluate": []}[verb]
    assert cli.main([verb, *words]) == 130
    assert ("resumes" in capsys.readouterr().err) == (verb == "fit")


def test_options_that_change_nothing_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, sentence in (
        (
            ["export", "run", "--to", str(tmp_path), "--data", str(tmp_path)],
            "--data is for --weights-type int8",
        ),
        (["evaluate", "m.onnx", "--data", "x", "--measures", "explore", "--rerank"], "--rerank is for the"),
        (
            ["evaluate", "m.onnx", "--data", "x", "--checkpoint", "last"],
            "--checkpoint is for the folder of a run",
        ),
        (
            ["evaluate", "m.onnx", "--data", "x", "--workers", "-5"],
            "'-5' is not a whole number from -1 up",
        ),
    ):
        assert cli.main(words) == 2
        assert sentence in capsys.readouterr().err
