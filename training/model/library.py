"""Pretrained weights of torchvision, timm and open_clip: whether they are here, or can be fetched.

Without a network the libraries try for a minute, host by host and file by file, before they give up.
"""

from __future__ import annotations

import contextlib
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import huggingface_hub
import torch
import torchvision
from huggingface_hub import constants
from torch import nn

from training.errors import TrainingError
from training.model import any_trunk

_PATIENCE_S = 5.0  # until a host that says nothing counts as away
_HUB_FILES = ("model.safetensors", "pytorch_model.bin", "open_clip_model.safetensors")


def fetch(library: str, name: str, make: Callable[[], nn.Module], otherwise: str) -> nn.Module:
    """Return a network with a library's weights: those on this machine, or fetched now.

    Args:
        library: `torchvision`, `timm` or `open_clip`.
        name: of the network, as the library has it.
        make: builds it with its weights.
        otherwise: what a person can do in place of it, the rest of a sentence.

    Raises:
        TrainingError: the weights are not here, and their host does not answer, or they cannot be had.
    """
    here, host = _state(library, name)
    if not (here or answers(host)):
        raise TrainingError(
            f"{library}'s pretrained weights could not be fetched, as {host} does not answer: {otherwise}."
        )
    try:
        with _asking_nobody() if here else contextlib.nullcontext():
            return make()
    except Exception as error:  # a network that breaks off fails in many ways
        raise TrainingError(f"{library}'s pretrained weights could not be fetched: {otherwise}.") from error


def require(library: str, *, name: str, otherwise: str) -> None:
    """See whether a library's weights are here, or their host answers; fetch nothing.

    Raises:
        TrainingError: neither is so.
    """
    here, host = _state(library, name)
    if not (here or answers(host)):
        raise TrainingError(
            f"{library}'s pretrained weights cannot be fetched, as {host} does not answer: {otherwise}."
        )


def weights_of(library: str, name: str) -> str:
    """Return what a library's pretrained weights of a network are called: `timm:seresnet50.a1_in1k`.

    Libraries have several of one network, and fetch the first unless a name says which.
    """
    if library == "torchvision":
        return f"{library}:{name}.{torchvision.models.get_model_weights(name).DEFAULT.name}"
    return f"{library}:{any_trunk.with_tag(library, name)}"


def answers(host: str) -> bool:
    """Tell within seconds whether an address of the web, such as https://huggingface.co, can be reached.

    The machine's proxies are used; the answer itself does not matter.
    """
    reached = threading.Event()

    def ask() -> None:
        request = urllib.request.Request(host, method="HEAD", headers={"User-Agent": "ffmln-train"})
        try:
            urllib.request.urlopen(request, timeout=_PATIENCE_S).close()
        except urllib.error.HTTPError:
            reached.set()
        except (OSError, ValueError):
            return
        else:
            reached.set()

    asking = threading.Thread(target=ask, daemon=True)  # looking up a name cannot be given up
    asking.start()
    asking.join(_PATIENCE_S)
    return reached.is_set()


def _state(library: str, name: str) -> tuple[bool, str]:
    """Return whether a network's weights are on this machine, and the host they come from."""
    if library == "torchvision":
        url = torchvision.models.get_model_weights(name).DEFAULT.url
        return _is_in_torchs_cache(url), _host(url)
    known, _, _ = any_trunk.source(f"{library}:{name}")
    if known.get("hf_hub_id"):
        return _is_in_hubs_cache(known["hf_hub_id"], known.get("hf_hub_filename")), constants.ENDPOINT
    url = known.get("url") or constants.ENDPOINT
    return _is_in_torchs_cache(url) or _is_in_clips_cache(url), _host(url)


def _is_in_torchs_cache(url: str) -> bool:
    return (Path(torch.hub.get_dir()) / "checkpoints" / Path(urlsplit(url).path).name).is_file()


def _is_in_clips_cache(url: str) -> bool:
    return (Path("~/.cache/clip").expanduser() / Path(urlsplit(url).path).name).is_file()


def _is_in_hubs_cache(repository: str, file: str | None) -> bool:
    found = (
        huggingface_hub.try_to_load_from_cache(repository, name) for name in ((file,) if file else _HUB_FILES)
    )
    return any(isinstance(place, str) for place in found)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@contextlib.contextmanager
def _asking_nobody() -> Iterator[None]:
    """Keep the hub from asking whether what is on this machine is the newest."""
    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
