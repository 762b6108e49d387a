from dataclasses import replace
from pathlib import Path

import pytest

from training.config import Config
from training.errors import TrainingError
from training.experiments.costs import describe_run
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.resuming import resume
from training.model import trunks
from training.model.trunks import LIBRARY, weights_name


@pytest.mark.parametrize(
    ("backbone", "name"),
    [
        ("resnet50", "torchvision:resnet50.IMAGENET1K_V2"),
        ("cse_resnet50", "timm:seresnet50.a1_in1k"),
        ("timm:test_vit", "timm:test_vit.r160_in1k"),
        ("timm:resnet50.tv_in1k", "timm:resnet50.tv_in1k"),
    ],
)
def test_a_librarys_weights_are_called_what_the_library_calls_them(backbone: str, name: str) -> None:
    assert weights_name(LIBRARY, backbone) == name


def test_a_run_says_which_of_a_librarys_weights_it_began_from_and_goes_on_where_it_did_not(
    small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trunks, "_from_library", lambda known: known.make(False))
    base = Config(**{**small_run, "backbone": "efficientnet_lite0", "dim": 4, "weights": LIBRARY})  # type: ignore[arg-type]
    run, name = Run(base, ["a"], LIBRARY), "timm:tf_efficientnet_lite0.in1k"
    assert describe_run(run, NetworkEncoder(run.averaged), 10)["pretrained"] == name
    run.pretrained = "library"
    run.save(tmp_path)
    assert resume(tmp_path, base, ["a"], name) is not None
    with pytest.raises(TrainingError, match="begun with other weights"):
        resume(tmp_path, replace(base, weights="my.safetensors"), ["a"], "my.safetensors")
