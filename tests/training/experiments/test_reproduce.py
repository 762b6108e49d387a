import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.cli import main
from training.config import Config
from training.data.protocols import PROTOCOLS, digits_of, find
from training.errors import TrainingError
from training.experiments import reproduce as module
from training.experiments import runs as study
from training.experiments.published_tables import PLANS, published_config
from training.experiments.reproduce import reproduce

from ..conftest import write_sketchy, write_tuberlin

pytestmark = pytest.mark.slow


@pytest.fixture
def base(small_run: dict[str, object]) -> Config:
    return Config(**{**small_run, "images": 20, "attention": "slim"})


def test_an_interrupted_reproduction_goes_on_where_it_stopped(
    shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, real = [], study.fit

    def counting(collection: object, config: Config, *rest: object, **more: object) -> object:
        ran.append(config)
        if len(ran) == 3:
            raise KeyboardInterrupt
        return real(collection, config, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(study, "fit", counting)
    with pytest.raises(KeyboardInterrupt):
        reproduce(shapes, tmp_path, base, tables=["2", "4"])
    halfway = (tmp_path / "table-4.md").read_text("utf-8")
    assert "not run yet" in halfway
    page = reproduce(shapes, tmp_path, base, tables=["2", "4"])
    assert [config.dim for config in ran] == [64, 16, 16, 16]  # 512 is set to 16 here; the third ran twice
    alone = {"cls": 0.0, "dat": 0.0, "teacher_loss": 0.0, "name_loss": 0.0}
    alone |= {"pair_loss": 0.0, "pair_smoothing": 0.0}
    assert ran[2] == ran[3] == replace(base, fusion="egff", protocol="split", **alone)
    table = (tmp_path / "table-2.md").read_text("utf-8")
    assert f"not run: Sketchy not found in {shapes}" in table
    assert "sketches in 6 photos of protocol `split`" in table
    assert "Pretrained by tiny: none; trained on " in table
    assert "53.6/62.4" in table
    assert "not run yet" not in table
    line = next(line for line in table.splitlines() if line.startswith("| FFMLN, 512"))
    mean, first_ten = line.split("|")[-2].strip().split("/")
    assert 0 < float(mean) <= 100
    assert 0 < float(first_ten) <= 100
    text = page.read_text("utf-8")
    assert text.count("data:image/webp;base64,") == 3 * 3  # three runs, three pictures each
    links = re.findall('href="([^"]*)"', text)
    assert len(links) == 9
    assert all((tmp_path / link).is_file() for link in links)
    assert "`" not in text
    assert "<code>printed</code>" in text
    assert len(text) < 9 * 60_000
    assert (tmp_path / "table-4.csv").is_file()
    assert "56.19" in (tmp_path / "README.md").read_text("utf-8")
    assert not list(tmp_path.rglob("checkpoint.pt"))


def test_a_published_protocol_is_run_where_its_archive_lies(base: Config, tmp_path: Path) -> None:
    protocol = PROTOCOLS["tuberlin"]
    write_tuberlin(tmp_path / "data", [*protocol.seen_classes(), *protocol.unseen_classes()])
    reproduce(tmp_path / "data", tmp_path / "out", base, tables=["4"])
    lines = (tmp_path / "out" / "table-4.md").read_text("utf-8").splitlines()
    ffmln = next(line for line in lines if line.startswith("| FFMLN |"))
    _, printed, here, subset, *costs = (cell.strip() for cell in ffmln.strip("|").split("|"))
    assert printed == "49.3"
    figure, sizes = here.split(" ", 1)
    assert 0 < float(figure) <= 100
    assert sizes == "(30 queries in 30 photos)"
    assert subset.startswith("not run: ")
    assert costs[0] == "290.1"
    assert all(float(cost) > 0 for cost in costs[1::2] if cost != "0.0")


@pytest.mark.parametrize(
    ("galleries", "sizes", "said"),
    [
        (["as published", "each photo once"], (12_694, 12_553), "each photo once 13.3; lenient mAP@200 45.0"),
        (["each photo once"], (12_694, 12_553), "each photo once; lenient mAP@200 45.0"),
        (["each photo once"], (4, 3), "each photo once; lenient mAP@200 45.0; 4 queries in 3 photos"),
    ],
)
def test_figures_stand_with_what_they_are_to_be_read_with(
    galleries: list[str],
    sizes: tuple[int, int],
    said: str,
    base: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures = {name: {"mAP@200": 12.3 + n, "mAP@200 (lenient)": 45} for n, name in enumerate(galleries)}
    report = {"figures": figures, "queries": sizes[0], "photos": sizes[1]}
    monkeypatch.setattr(study.Study, "report", lambda *_: report)
    line = next(line for line in PLANS["2"].lines if line.changes is not None)
    cell = module._cell(line, "sketchy", ["mAP@200"], study.Study(tmp_path, tmp_path), base)
    assert cell == f"12.3 ({said})"


def test_a_trunk_at_hand_takes_the_place_of_one_that_cannot_be_fetched(
    own_shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    def fetch(name: str) -> None:
        tried.append(name)
        raise TrainingError("It could not be fetched.")

    monkeypatch.setattr(study, "fetch", fetch)
    base, runs = published_config(), study.Study(own_shapes, tmp_path)
    assert module._at_hand(base, runs) == base  # there is none
    (own_shapes / "mobilenet_v2_imagenet.safetensors").touch()
    found = module._at_hand(base, runs)
    assert found == replace(base, backbone="mobilenet_v2")
    assert tried == ["seresnet50"]  # once
    assert "It could not be fetched. The trunk is mobilenet_v2 instead." in caplog.text
    assert "Backbone mobilenet_v2, for want of weights of seresnet50," in module._preface(found, base)
    asked = replace(base, weights="none")
    assert module._at_hand(asked, runs) == asked


def test_a_trunk_at_hand_whose_batch_norm_came_folded_is_folded(
    own_shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    norm = {"running_mean": torch.zeros(2), "running_var": torch.full((2,), 0.999), "bias": torch.ones(2)}
    file = own_shapes / "mobilenet_v2_imagenet.safetensors"
    save_file({f"bn.{name}": tensor for name, tensor in norm.items()}, file)
    asked, runs = (
        replace(base, backbone="seresnet50", batch_norm="train", weights=""),
        study.Study(own_shapes, tmp_path),
    )
    monkeypatch.setattr(runs, "no_weights", lambda _: "It could not be fetched")
    found = module._at_hand(asked, runs)
    assert found == replace(asked, backbone="mobilenet_v2", batch_norm="fold")
    assert "for want of weights of seresnet50, with batch norm folded, as" in module._preface(found, asked)


def test_a_report_is_not_for_another_published_gallery(tmp_path: Path) -> None:
    protocol = PROTOCOLS["sketchy"]
    write_sketchy(tmp_path, [*protocol.seen_classes(), *protocol.unseen_classes()])
    data = find(protocol, tmp_path)
    label, rows = protocol.unseen_classes()[0], data.archive.published
    fewer = replace(data, archive=replace(data.archive, published=rows | {label: rows[label][1:]}))
    assert fewer.photos == data.photos
    assert digits_of(fewer) != digits_of(data) == digits_of(find(protocol, tmp_path))


def test_what_cannot_be_had_is_said_in_the_cell(shapes: Path, base: Config, tmp_path: Path) -> None:
    wanting = replace(base, weights=str(tmp_path))  # a folder without weights
    reproduce(shapes, tmp_path / "out", wanting, tables=["4"])
    text = (tmp_path / "out" / "table-4.md").read_text("utf-8")
    file = tmp_path / "tiny_imagenet.safetensors"
    assert f"not run: There is no file {file} of pretrained weights of tiny" in text


def test_the_papers_system_is_what_the_paper_says() -> None:
    config = published_config()
    assert (config.backbone, config.attention, config.batch_size, config.epochs) == (
        "seresnet50",
        "published",
        64,
        10,
    )
    assert (config.backbone_rate, config.proxy_rate, config.cls, config.dat) == (1e-5, 1e-1, 1, 1)
    for plan in PLANS.values():
        for line in plan.lines:
            replace(config, **(line.changes or {}))  # no line sets what does not exist


def test_wrong_tables_are_one_sentence(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["reproduce", "--data", str(shapes), "--out", str(tmp_path), "--tables", "7"]
    assert main(command) == 2
    assert capsys.readouterr().err == "ffmln-train: There is no table 7; there are 1, 2, 3, 4, 5, 6.\n"
    with pytest.raises(TrainingError, match="There is no data folder"):
        reproduce(shapes / "nowhere", tmp_path, Config(), tables=["1"])


@pytest.mark.parametrize("given", ["split", "tuberlin", "file"])
def test_a_protocol_of_its_own_is_refused(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.json").write_text('{"protocol": "quickdraw"}', "utf-8")
    said = ["--config", str(tmp_path / "settings.json")] if given == "file" else ["--protocol", given]
    assert main(["reproduce", "--data", str(tmp_path), "--out", str(tmp_path), *said]) == 2
    sentence = "The tables of reproduce say which protocols are run: leave out --protocol."
    assert capsys.readouterr().err == f"ffmln-train: {sentence}\n"


@pytest.mark.parametrize(
    ("given", "images", "epochs", "validations"),
    [
        ([], Config().images, 10, 10),
        (["--images", "500"], 500, 0, 1),
        (["--epochs", "2"], Config().images, 2, 10),
    ],
)
def test_a_budget_in_images_takes_the_place_of_the_papers_epochs(
    given: list[str],
    images: int,
    epochs: float,
    validations: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bases: list[Config] = []
    monkeypatch.setattr(module, "reproduce", lambda _, out, base, **__: bases.append(base) or out)
    assert main(["reproduce", "--data", str(tmp_path), "--out", str(tmp_path), *given]) == 0
    assert (bases[0].images, bases[0].epochs, bases[0].validations) == (images, epochs, validations)
