"""What a step learns from: every loss of the settings, weighed."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.batch import Batch
from training.fit import fine_grained, losses
from training.fit.checkpoint import Run
from training.fit.distributed import Wrapped
from training.fit.guide import guiding
from training.fit.precision import autocast
from training.fit.relation_loss import relation_loss
from training.fit.schedule import triplet_ramp
from training.model import Network

_PIECES = 4  # of a picture, 2 by 2


def objective(
    run: Run, batch: Batch, precision: torch.dtype, guide: Network | None, wrapped: Wrapped
) -> tuple[dict[str, Tensor], Tensor]:
    """Return each loss, weighed, and the unit embeddings of the whole batch."""
    config, ranks = run.config, wrapped.ranks
    count = len(batch.labels)
    mine = ranks.rows(count)
    pixels, domains = batch.images if batch.part else batch.images[mine], batch.domains[mine]
    host_labels, host_domains, host_pairs, host_photos = batch.on_host
    of_classes = {"labels": host_labels, "domains": host_domains}
    images = run.network.normalise(pixels).to(memory_format=torch.channels_last)
    with autocast(run.device, precision):
        if run.network.relation is None:
            projected = wrapped(images, host_domains[mine] if len(run.network.towers) > 1 else domains)
        else:  # of one process, see `refuse_what_cannot_be`
            projected, tokens = run.network.see(images, domains)
    projected = ranks.gather(projected.float(), count)
    unit = F.normalize(projected, dim=1)
    parts: dict[str, Tensor] = {}
    separated = []
    if config.triplet == "instance" or config.separation_loss:
        separated = fine_grained.separations(unit, **of_classes, pairs=host_pairs, shown=host_photos)
    if config.ns:
        parts["ns"] = config.ns * losses.normalised_softmax(unit, run.heads.proxies, batch.labels)
    if config.cls:
        parts["cls"] = config.cls * F.cross_entropy(run.heads.scores(projected, unit), batch.labels)
    if config.dat and config.triplet != "ce":
        if config.triplet == "instance":
            triplet = fine_grained.instance_triplet(separated, config.margin, unit.new_zeros(()))
        else:
            triplet = losses.triplets(
                unit, labels=batch.labels, domains=batch.domains, margin=config.margin, variant=config.triplet
            )
        parts["dat"] = config.dat * triplet_ramp(config, run.step) * triplet
    if config.pair_loss:
        paired = losses.pair_contrast(unit, batch.pairs, smoothing=config.pair_smoothing)
        parts["pair"] = config.pair_loss * paired
    if config.teacher_loss:
        taught = losses.distillation(run.heads.teach(projected), batch.teacher)
        parts["teacher"] = config.teacher_loss * taught
    if config.name_loss:
        meant = losses.name_contrast(run.heads.name(unit), run.heads.names, batch.labels)
        parts["name"] = config.name_loss * meant
    if config.separation_loss:
        uneven = fine_grained.uneven_separation(separated, unit.new_zeros(()))
        parts["separation"] = config.separation_loss * uneven
    if config.patch_loss:
        parts["patches"] = config.patch_loss * _patch_order(run, images, batch, precision)
    if run.network.relation is not None:
        seed = f"{config.seed}/{run.step}/relation"
        with autocast(run.device, precision):
            related = relation_loss(run.network.relation, tokens, **of_classes, seed=seed)
        parts["relation"] = config.relation_loss * related
    if guide is not None:
        guided = ranks.gather(guiding(guide, pixels, domains), count)
        parts["guide"] = config.guide_loss * losses.imitation(unit, guided)
    if unit.requires_grad and not any(part.requires_grad for part in parts.values()):
        name = next(iter(parts))  # of a batch that has nothing for any loss: the step then changes little
        parts[name] = parts[name] + 0 * unit.sum()
    return parts, unit


def _patch_order(run: Run, images: Tensor, batch: Batch, precision: torch.dtype) -> Tensor:
    """Return the loss over sketches and their photos in pieces; 0 where no sketch has its photo here."""
    pairs = batch.on_host[2]
    sketches = torch.nonzero(pairs >= 0).squeeze(1)
    if not len(sketches):
        return images.new_zeros(())
    photos = pairs[sketches]
    orders = fine_grained.draw_orders(len(sketches), _PIECES, f"{run.config.seed}/{run.step}/pieces")
    first, second = (order.to(images.device) for order in orders)
    shown = torch.cat([sketches, photos, photos]).to(images.device)
    pieces = fine_grained.shuffle_pieces(images[shown], torch.cat([first, first, second]))
    with autocast(run.device, precision):
        projected = run.network(pieces.to(memory_format=torch.channels_last), batch.domains[shown])
    drawn, same, others = F.normalize(projected.float(), dim=1).chunk(3)
    return fine_grained.patch_order(drawn, same=same, others=others, margin=run.config.margin)
