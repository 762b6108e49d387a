"""What one of several processes does, tried in one; what two do together: test_distributed."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm as BatchNorm
from torch.nn.parallel import DistributedDataParallel

from training.config import Config
from training.data.batch import Batch
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.loop import prepare


def test_several_processes_call_a_network_that_waits_as_a_whole(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    run = Run(Config(**small_run), ["a", "b"])  # type: ignore[arg-type]
    wrapped, images = Wrapped(run.network.eval(), Ranks(0, 2)), torch.rand(2, 3, 64, 64)
    domains = torch.tensor([0, 1])
    store = f"file://{tmp_path / 'store'}"
    distributed.init_process_group("gloo", init_method=store, rank=0, world_size=1)
    try:
        for learns in (False, True):
            run.network.requires_grad_(learns)
            assert torch.equal(wrapped(images, domains), run.network(images, domains))
            assert isinstance(wrapped._module, DistributedDataParallel) == learns
    finally:
        distributed.destroy_process_group()


@pytest.mark.parametrize("backbone", ["resnet50", "efficientnet_lite0", "timm:test_efficientnet"])
def test_norms_of_the_whole_batch_keep_their_activations(small_run: dict[str, object], backbone: str) -> None:
    run = Run(Config(**{**small_run, "backbone": backbone, "batch_norm": "train"}), ["a", "b"])  # type: ignore[arg-type]
    images, domains = torch.rand(2, 3, 64, 64), torch.tensor([0, 1])
    expected = run.network.eval()(images, domains)
    prepare(run, Ranks(0, 2))
    norms = [part for part in run.network.modules() if isinstance(part, BatchNorm)]
    assert norms
    assert all(isinstance(part, nn.SyncBatchNorm) for part in norms)
    torch.testing.assert_close(run.network(images, domains), expected)


def test_the_processor_knows_what_another_process_could_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, domains, pairs = (
        torch.tensor([0, 1, 0, 1]),
        torch.tensor([0, 0, 1, 1]),
        torch.tensor([2, 3, -1, -1]),
    )
    photos = torch.tensor([-1, -1, 3, 4])
    batch = Batch(torch.zeros(2, 3, 8, 8), labels, domains, pairs, photos, torch.zeros(4, 5), part=True)
    batch = replace(batch, host=(labels, domains, pairs, photos))
    other = torch.tensor([[0], [7]])  # of class 7 is what stands for the last photo

    def gather(parts: list[torch.Tensor], mine: torch.Tensor) -> None:
        for part, rows in zip(parts, (mine, other if mine.shape[1] == 1 else mine), strict=True):
            part.copy_(rows)

    monkeypatch.setattr(distributed, "all_gather", gather)
    monkeypatch.setattr(distributed, "all_reduce", lambda tensor, _: tensor[1:2].fill_(-1))
    found = Ranks(0, 2).whole(batch, on_host=True)
    assert [one.tolist() for one in found.on_host] == [
        [0, 1, 0, 7],
        [0, 0, 1, 1],
        [2, -1, -1, -1],
        [-1, -1, 0, 7],
    ]
    assert torch.equal(found.labels, found.on_host[0])
