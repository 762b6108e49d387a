"""The processes of a run: one, or as many as `torchrun` started."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from training.data.batch import Batch
from training.errors import TrainingError
from training.model import Network

_COMPILER = ("torch._dynamo", "torch._inductor")
_PATIENCE = timedelta(hours=2)  # while the first process validates, the others wait


@dataclass(frozen=True)
class Ranks:
    """This process's place among all: each computes its rows of a batch, and the losses of the whole of it.

    Attributes:
        rank: from 0.
        size: how many processes there are.
    """

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this process writes, logs and validates."""
        return self.rank == 0

    def rows(self, count: int) -> slice:
        """Return which of `count` rows are this process's: a stretch; the last may be short or empty."""
        each = -(-count // self.size)
        return slice(min(self.rank * each, count), min((self.rank + 1) * each, count))

    def gather(self, mine: Tensor, count: int) -> Tensor:
        """Return the rows (count, d) of all processes in order, of which gradients reach mine.

        A loss of all rows, computed by each process, gives each the gradient of its own rows. The gradients
        of the weights are later averaged over the processes, where they should be summed: hence the factor.

        Args:
            mine: this process's rows, as `rows` has them.
            count: of all of them.
        """
        if self.size == 1:
            return mine
        each = -(-count // self.size)
        padded = torch.zeros(each, mine.shape[1], dtype=mine.dtype, device=mine.device)
        padded[: len(mine)] = mine.detach()
        parts = [torch.empty_like(padded) for _ in range(self.size)]
        dist.all_gather(parts, padded)
        if mine.requires_grad:
            mine.register_hook(lambda gradient: gradient * self.size)  # type: ignore[no-untyped-call]
        whole = torch.cat(parts)[:count]
        place = self.rows(count)
        return torch.cat([whole[: place.start], mine, whole[place.stop :]])

    def whole(self, batch: Batch, *, on_host: bool = False) -> Batch:
        """Return a part of a batch with what every process knows of its own rows.

        A picture that cannot be read is replaced where it is loaded, perhaps by one of another class, and no
        sketch is drawn from it any more.

        Args:
            batch: on this process's device.
            on_host: whether the processor is to know this too; it then waits for a GPU.
        """
        if not batch.part:
            return batch
        count = len(batch.labels)
        mine, pairs = self.rows(count), batch.pairs.clone()
        dist.all_reduce(pairs, dist.ReduceOp.MIN)
        labels = self.gather(batch.labels[mine, None], count).squeeze(1)
        photos = self.gather(batch.photos[mine, None], count).squeeze(1)
        host = (labels.cpu(), batch.on_host[1], pairs.cpu(), photos.cpu()) if on_host else batch.host
        teacher = self.gather(batch.teacher[mine], count)
        return replace(batch, labels=labels, pairs=pairs, photos=photos, teacher=teacher, host=host)

    def agree(self, number: int) -> bool:
        """Tell whether all processes say the same number."""
        if self.size == 1:
            return True
        said: list[int | None] = [None] * self.size
        dist.all_gather_object(said, number)
        return len(set(said)) == 1

    def say(self, truth: bool) -> bool:
        """Return what the first process says; what the others do does not matter."""
        if self.size == 1:
            return truth
        said = [truth]
        dist.broadcast_object_list(said, src=0)
        return said[0]

    def all_true(self, flags: Tensor) -> Tensor:
        """Return where all processes have true; flags (n,) are bool."""
        if self.size == 1:
            return flags
        least = flags.to(torch.uint8)
        dist.all_reduce(least, dist.ReduceOp.MIN)
        return least.bool()

    def wait(self) -> None:
        """Return once all processes have come here."""
        if self.size > 1:
            dist.barrier()


class Wrapped:
    """The network as it is called: compiled if asked for, among several processes in DistributedDataParallel.

    Which layers learn changes once, when the head start is over, and must be known when it is wrapped.
    """

    def __init__(self, network: Network, ranks: Ranks) -> None:
        self.ranks, self._network = ranks, network
        self._module: nn.Module = network
        self._called: Callable[..., Tensor] = network
        self._learning: tuple[bool, ...] = ()

    def __call__(self, images: Tensor, domains: Tensor) -> Tensor:
        """Return p (n, dim).

        Raises:
            TrainingError: the network is to be compiled and cannot be.
        """
        if self.ranks.size > 1:
            learning = tuple(parameter.requires_grad for parameter in self._network.parameters())
            if learning != self._learning:
                self._learning = learning
                self._called = self._module = self._share() if any(learning) else self._network
        if not self._network.config.compile:
            return self._called(images, domains)
        if self._called is self._module:
            self._called = torch.compile(self._module)
        try:
            return self._called(images, domains)
        except Exception as error:
            if not type(error).__module__.startswith(_COMPILER):
                raise
            said = str(error).strip().partition("\n")[0]
            raise TrainingError(
                f"The network cannot be compiled here, train without --compile: {said}"
            ) from error

    def _share(self) -> DistributedDataParallel:
        """Return the network as its processes share it; at least one layer has to learn."""
        # a stretch of a batch may hold no sketch, or no photo: its tower then learns nothing
        # and not every network of a library uses all it has
        config = self._network.config
        unused = config.towers == "siamese" or ":" in config.backbone
        return DistributedDataParallel(self._network, find_unused_parameters=unused)

    def no_sync(self) -> contextlib.AbstractContextManager[None]:
        """Return a context in which gradients are not exchanged yet: more are to be added to them."""
        if isinstance(self._module, DistributedDataParallel):
            return self._module.no_sync()
        return contextlib.nullcontext()


def refuse_what_cannot_be(device: str, *, batch_norm: str, pairs: bool = False) -> None:
    """Refuse, before the processes meet, what no number of them can do; the first one says so for all.

    Raises:
        TrainingError: several processes are to train batch norm without GPUs, to see pictures in pairs, or to
            share a GPU.
        SystemExit: the same, in the others.
    """
    cuda = device != "cpu" and torch.cuda.is_available()
    reason, place = "", "RANK"
    here = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    if cuda and here > torch.cuda.device_count():
        reason = f"There are {torch.cuda.device_count()} GPUs for {here} processes: lower --nproc-per-node."
        place = "LOCAL_RANK"  # other machines may have enough
    elif batch_norm == "train" and not cuda:
        reason = "Several processes need GPUs for --batch-norm train; fold works without."
    elif pairs:
        reason = "--relation-loss and --patch-loss are for one process."
    if processes() > 1 and reason:
        if os.environ.get(place, "0") != "0":
            raise SystemExit(2)
        raise TrainingError(reason)


def processes() -> int:
    """Return how many processes `torchrun` started, or 1."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Tell, before the processes meet, whether this is the one that writes."""
    return processes() == 1 or os.environ.get("RANK", "0") == "0"


def join(device: str) -> tuple[Ranks, str]:
    """Join the processes that `torchrun` started, if it did; return the place, and the device to use.

    Raises:
        TrainingError: the processes cannot find each other.
    """
    size = processes()
    if size == 1:
        return Ranks(), device
    cuda = device != "cpu" and torch.cuda.is_available()
    if cuda:
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        torch.cuda.set_device(device)
    if not dist.is_initialized():
        try:
            dist.init_process_group("nccl" if cuda else "gloo", timeout=_PATIENCE)
        except (RuntimeError, ValueError) as error:
            raise TrainingError(f"The processes of the run cannot find each other: {error}.") from error
    return Ranks(dist.get_rank(), size), device if cuda else "cpu"


def leave() -> None:
    """Let go of the other processes."""
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
