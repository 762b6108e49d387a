"""The last stage of a trunk on its own."""

import pytest
import torch

from training.errors import TrainingError
from training.model.trunks import build
from training.model.upper import upper_stage


@pytest.mark.parametrize("name", ["inception_v3", "mobilenet_v2", "efficientnet_lite0"])
def test_it_makes_the_last_level_out_of_the_one_before_with_the_same_weights(name: str) -> None:
    trunk = build(name, None).eval()
    stage = upper_stage(trunk)
    with torch.no_grad():
        maps = trunk(torch.rand(1, 3, 96, 96))
        assert torch.equal(stage(maps["c4"]), maps["c5"])
    own, whole = set(stage.parameters()), set(trunk.parameters())
    assert own < whole


def test_a_trunk_that_knows_the_domain_has_none() -> None:
    with pytest.raises(TrainingError, match="treats sketches and photos alike"):
        upper_stage(torch.nn.Identity())
