"""What CLIP makes of class names: the classifier of runs with `--classifier text`.

References:
    Radford et al.: Learning Transferable Visual Models From Natural Language Supervision. ICML 2021.
    Sain et al.: CLIP for All Things Zero-Shot Sketch-Based Image Retrieval, Fine-Grained or Not. CVPR 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from training.errors import TrainingError
from training.model import any_trunk, library
from training.model.trunks import LIBRARY

_SENTENCE = "a photo of a {}"


@torch.no_grad()
def text_vectors(backbone: str, weights: Path | str | None, classes: Sequence[str]) -> Tensor:
    """Return (classes, d): the unit vector of each name's sentence over CLIP's temperature, t_c / tau.

    The score of class c for a unit embedding e of a picture is then e . t_c / tau.

    Args:
        backbone: as in the settings.
        weights: its weights, as in `trunks.build`; with None the sentences' network is random too.
        classes: their names.

    Raises:
        TrainingError: the backbone has no network for texts, or its weights cannot be had.
    """
    name, model = any_trunk.split_name(backbone)
    if name != "open_clip":
        raise TrainingError("--classifier text needs a backbone of open_clip, which has a network for texts.")

    def make() -> torch.nn.Module:
        whole: torch.nn.Module = any_trunk.whole_clip(model, weights)
        return whole

    if weights == LIBRARY:
        clip = library.fetch(name, model, make, "give --weights FILE, or --weights none")
    else:
        clip = make()
    return _encode(clip.eval(), model, classes)


def _encode(clip: torch.nn.Module, model: str, classes: Sequence[str]) -> Tensor:
    tokenizer = any_trunk.open_clip().get_tokenizer(any_trunk.split_tag(model)[0])
    sentences = [_SENTENCE.format(label.replace("_", " ")) for label in classes]
    encoded: Tensor = clip.encode_text(tokenizer(sentences))  # type: ignore[operator]
    scale: Tensor = clip.logit_scale.exp()  # type: ignore[operator]
    return F.normalize(encoded.float(), dim=1) * scale
