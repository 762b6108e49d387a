"""What a step learns from: every loss of the settings, weighed."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.batches import Batch
from training.fit import losses
from training.fit.checkpoint import Run, autocast
from training.fit.distributed import Wrapped
from training.fit.guide import guiding
from training.fit.schedule import triplet_ramp
from training.model import Network


def objective(
    run: Run, batch: Batch, precision: torch.dtype, guide: Network | None, wrapped: Wrapped
) -> tuple[dict[str, Tensor], Tensor]:
    """Return each loss, weighed, and the unit embeddings of the whole batch."""
    config, ranks = run.config, wrapped.ranks
    count = len(batch.labels)
    mine = ranks.rows(count)
    pixels, domains = batch.images[mine], batch.domains[mine]
    images = run.network.normalise(pixels).to(memory_format=torch.channels_last)
    with autocast(run.device, precision):
        if run.network.relation is None:
            projected = wrapped(images, domains)
        else:  # of one process, see `refuse_what_cannot_be`
            projected, tokens = run.network.see(images, domains)
    projected = ranks.gather(projected.float(), count)
    unit = F.normalize(projected, dim=1)
    parts: dict[str, Tensor] = {}
    if config.ns:
        parts["ns"] = config.ns * losses.normalised_softmax(unit, run.heads.proxies, batch.labels)
    if config.cls:
        parts["cls"] = config.cls * F.cross_entropy(run.heads.scores(projected, unit), batch.labels)
    if config.dat and config.triplet != "ce":
        triplet = losses.triplets(
            unit, batch.labels, batch.domains, margin=config.margin, variant=config.triplet
        )
        parts["dat"] = config.dat * triplet_ramp(config, run.step) * triplet
    if config.pair_loss:
        parts["pair"] = config.pair_loss * losses.pair_contrast(unit, batch.pairs)
    if config.teacher_loss:
        parts["teacher"] = config.teacher_loss * losses.distillation(
            run.heads.teach(projected), batch.teacher
        )
    if config.name_loss:
        meant = losses.name_contrast(run.heads.name(unit), run.heads.names, batch.labels)
        parts["name"] = config.name_loss * meant
    if run.network.relation is not None:
        seed = f"{config.seed}/{run.step}/relation"
        with autocast(run.device, precision):
            related = losses.relation(run.network.relation, tokens, batch.labels, domains, seed=seed)
        parts["relation"] = config.relation_loss * related
    if guide is not None:
        guided = ranks.gather(guiding(guide, pixels, domains, precision), count)
        parts["guide"] = config.guide_loss * losses.imitation(unit, guided)
    return parts, unit
