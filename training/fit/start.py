"""What a training begins from in place of ImageNet: a network that was trained before."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from torch import Tensor

from engine.encoding.encoder import Encoder
from training.all_settings import FORM
from training.config import Config
from training.errors import TrainingError
from training.fit.checkpoint import Run
from training.model import Network
from training.model.read_back import read_back
from training.settings import option

RECIPE: dict[str, Any] = {
    "images": 30_000,
    "backbone_rate": 2e-5,
    "attention_rate": 5e-5,
    "finish_share": 1.0,
}
"""What such a training sets where nothing else is asked for: it is shorter, and takes smaller steps."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_TOLD = ("model_id", "weights_type", "config", "images", "minutes", "classes", "mean_of", "adapted", "date")


@dataclass(frozen=True, eq=False)
class Start:
    """A network to begin from.

    Attributes:
        name: its model id, or what its run's folder is called; of a link, what the link is.
        form: the settings FORM.
        state: its weights, for `Network.load_state_dict`.
        history: how it was trained, the first training first; each with the classes it saw.
    """

    name: str
    form: dict[str, Any]
    state: dict[str, Tensor]
    history: Sequence[Mapping[str, Any]]

    def config(self, given: Mapping[str, Any], *, of_method: Mapping[str, Any] = _NOTHING) -> Config:
        """Return the settings of a training that begins here.

        Args:
            given: what was asked for, without defaults.
            of_method: what of it a published method may have said.

        Raises:
            TrainingError: another form of network was asked for, or a value makes no sense.
        """
        others = [name for name in FORM if name in given and given[name] != self.form[name]]
        named = ", ".join(map(option, others))
        if any(of_method.get(name) == given[name] for name in others):
            raise TrainingError(
                f"{self.name} is not the network of --method: it has another {named}; leave out --method or "
                "--start."
            )
        if others:
            raise TrainingError(f"{self.name} has another {named}; leave it out with --start.")
        return Config(**{**RECIPE, **given, **self.form})

    @property
    def classes(self) -> tuple[str, ...]:
        """All classes that it was trained on."""
        return tuple(dict.fromkeys(name for one in self.history for name in one.get("classes", ())))

    def begin(self, config: Config, classes: Sequence[str]) -> Run:
        """Return a run at step 0 whose network is this one."""
        run = Run(config, classes)
        for network in (run.network, run.averaged):  # what judges pairs begins anew
            own = network.state_dict()
            network.load_state_dict({name: self.state.get(name, own[name]) for name in own})
        run.pretrained, run.history = self.name, list(self.history)
        return run

    def with_network(self, network: Network, told: Mapping[str, Any], *, minutes: float) -> Run:
        """Return a run, to be exported, whose network was adapted from this one; `told` says how."""
        run = self.begin(Config(**self.form), self.classes)
        run.averaged.load_state_dict(network.state_dict())
        run.adapted, run.minutes = dict(told), minutes
        return run

    def network(self) -> Network:
        """Return the network itself."""
        network = Network(Config(**self.form))
        network.load_state_dict({name: self.state[name] for name in network.state_dict()})
        return network.eval()


def read_start(model: Path) -> Start:
    """Return what an .onnx file, or the folder of a run, holds to begin from.

    Raises:
        TrainingError: it holds no network of this program's, or none that can be read back.
        ModelError: the file is no model.
    """
    return _of_run(model) if model.is_dir() else _of_file(model)


def _of_run(folder: Path) -> Start:
    run, name = Run.load(folder, device="cpu", which="best"), Path(os.path.abspath(folder)).name
    told = {
        **run.description(),
        "model_id": name,
        "classes": [*dict.fromkeys((*run.classes, *run.guide_classes))],
    }
    return Start(name, _form(run.config), dict(run.averaged.state_dict()), [*run.history, told])


def _of_file(file: Path) -> Start:
    known = Encoder.load(file).metadata
    settings = known.get("config")
    if not isinstance(settings, dict):
        raise TrainingError(f"{file.name} does not say how it was trained, and cannot be begun from.")
    form = _form(Config.from_dict({name: one for name, one in settings.items() if name in FORM}))
    told = {name: known[name] for name in _TOLD if name in known}
    try:
        state = read_back(file, Network(Config(**form)))
    except TrainingError as error:
        library, colon, _ = form["backbone"].partition(":")
        if colon:
            why = f"{file.name} has a trunk of {library}, whose weights an .onnx file does not give back"
        else:
            why = str(error).rstrip(".")
        raise TrainingError(f"{why}: begin from the folder of its run.") from error
    return Start(known["model_id"], form, state, [*known.get("history", ()), told])


def _form(config: Config) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in fields(Config) if field.name in FORM}
