import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.config import Config
from training.data.reading import read_collection
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks
from training.fit.loop import fit
from training.fit.soup import FOLDERS
from training.model import trunks

from ..conftest import SMALL_RUN, options
from .step_gradients import step_gradients

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


REAL = SMALL_RUN | {"backbone": "mobilenet_v2"}  # other processes do not know the tests' own trunk
SMALL = REAL | {"ramped": False, "train_size": 32}
TOWERS = {"batching": "shuffle", "shuffle_batch": 9, "towers": "siamese", "fusion": "pooled"}
GRADIENTS = [SMALL | {"accumulate": 2, "batch_contours": 1}, SMALL | TOWERS]  # 13 and 9 rows: 7 + 6, 5 + 4


@pytest.fixture(scope="module")
def trunk_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a trunk that pass for pretrained ones."""
    torch.manual_seed(0)
    trunk = trunks.TRUNKS["mobilenet_v2"]
    file = tmp_path_factory.mktemp("trunk") / trunk.file
    save_file(trunk.make(False).state_dict(), file)
    return file


@pytest.fixture(scope="module")
def settings(trunk_file: Path) -> dict[str, object]:
    """Those of a training of 4 steps, the first without the trunk."""
    changes = {"accumulate": 2, "images": 130, "head_start": 2, "weights": str(trunk_file)}
    changes["standardised"] = False  # features of an untrained trunk, blown up, blow up rounding too
    return REAL | changes


@dataclass(frozen=True)
class Two:
    """What two processes left, and said: `gradients`, the folder `fit`, and the folder `spoiled`."""

    folder: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def two(shapes: Path, settings: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Two:
    """All that is asked of two processes, which `torchrun` starts once: that alone takes half a minute."""
    folder = tmp_path_factory.mktemp("two")
    fitting = {"fit": settings, "spoiled": REAL}
    plan: dict[str, object] = {"gradients": [str(shapes), str(folder), GRADIENTS]}
    for name, changes in fitting.items():
        words = ["fit", "--data", str(shapes), "--out", str(folder / name), *options(changes)]
        plan[name] = [*words, "--single"] if name == "spoiled" else words
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    program = [str(Path(__file__).with_name("in_two_processes.py")), str(folder / "plan.json")]
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *program]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "TMPDIR": str(folder)}
    return Two(
        folder,
        subprocess.run(
            [sys.executable, *launch],
            capture_output=True,
            text=True,
            timeout=300,
            env=environment,
            check=False,
        ),
    )


@pytest.mark.parametrize("count", [1, 7, 8, 30])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_the_processes_rows_are_all_rows_in_order(count: int, size: int) -> None:
    rows = [list(range(count))[Ranks(rank, size).rows(count)] for rank in range(size)]
    assert list(itertools.chain(*rows)) == list(range(count))


def weights_of(run: Run) -> torch.Tensor:
    """Return all numbers of a run's state, those of the networks and of the heads."""
    states = [getattr(run, name).state_dict() for name in ("network", "averaged", "heads")]
    return torch.cat([tensor.flatten() for state in states for tensor in state.values()])


def assert_alike(one: Run, two: Run, start: Run) -> None:
    """Compare where two runs ended, as a whole: of a gradient near 0, Adam makes a step of rounding noise."""
    assert one.step == two.step == one.config.steps
    mine, theirs, before = map(weights_of, (one, two, start))
    difference, moved = mine - theirs, mine - before
    assert moved.abs().max() > 0.01
    assert (difference.abs() <= 1e-3).double().mean() > 0.999
    assert difference.norm() < 0.03 * moved.norm()
    assert one.validation[0]["sketch/mAP"] == pytest.approx(two.validation[0]["sketch/mAP"], abs=5)


def test_two_processes_end_where_one_does_and_keep_the_mean_of_two_trainings(
    two: Two, shapes: Path, settings: dict[str, object], trunk_file: Path, tmp_path: Path
) -> None:
    assert two.done.stdout.count("trained with 0") == 2, two.done.stderr[-3000:]
    config, out = Config(**settings), two.folder / "fit"  # type: ignore[arg-type]
    one = fit(read_collection(shapes), config, tmp_path / "one", weights=trunk_file)
    first, second, mean = (Run.load(folder) for folder in (*map(out.joinpath, FOLDERS), out))
    assert_alike(one, first, Run(config, one.classes, trunk_file))
    others = second.averaged.state_dict()
    for name, tensor in first.averaged.state_dict().items():
        torch.testing.assert_close(mean.averaged.state_dict()[name], (tensor + others[name]) / 2)
    assert len(mean.validation) == 1  # by one of the processes


def test_two_processes_have_the_gradients_of_one(two: Two, shapes: Path) -> None:
    for number, changes in enumerate(GRADIENTS):
        alone = step_gradients(shapes, Config(**changes))  # type: ignore[arg-type]
        for rank in (0, 1):
            shared = torch.load(two.folder / f"{number}-of-rank-{rank}.pt")
            assert shared.keys() == alone.keys()
            for name, gradient in alone.items():
                assert (gradient.norm() > 0) == ("teach" not in name), name  # there is no teacher
                torch.testing.assert_close(shared[name], gradient, rtol=1e-5, atol=1e-12, msg=name)


def test_all_processes_stop_where_one_has_a_number_that_is_none(two: Two) -> None:
    assert two.done.returncode != 0
    sentence = "ffmln-train: Training stopped at step 3: the loss ns is not a finite number"
    assert two.done.stderr.count(sentence) == 2, two.done.stderr[-3000:]
    assert Run.load(two.folder / "spoiled").step == 2
