"""A trunk up to its last level, as a graph of its layers that gives the levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torchvision
from timm.layers.norm_act import BatchNormAct2d
from torch import fx, nn

_WHOLE = (BatchNormAct2d, torchvision.ops.Conv2dNormActivation)  # what normalises is still found in the graph


class _Tracer(fx.Tracer):
    """Follows a picture through a network; remembers what some of its modules give."""

    def __init__(self, wanted: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__()
        self.given: dict[str, Any] = {}
        self._wanted = wanted

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Return whether a module is one step of the graph."""
        return isinstance(m, _WHOLE) or super().is_leaf_module(m, module_qualified_name)

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Call a module, and remember what it gives if that is wanted."""
        given = super().call_module(m, forward, args, kwargs)
        name = self._wanted.get(self.path_of_module(m))
        if name is not None:
            self.given[name] = given.node
        return given


def levels_of(whole: nn.Module, levels: Mapping[str, str]) -> fx.GraphModule:
    """Return what gives the outputs of some modules, in the order in which they come, and holds no more.

    As torchvision's `create_feature_extractor`, which takes five times as long and follows the network again
    for training: up to the levels no trunk does anything else there.

    Args:
        whole: the network.
        levels: names of modules, and what their outputs are to be called.

    Raises:
        ValueError: the network has or uses no module of one of these names.
    """
    tracer = _Tracer(levels)
    graph = tracer.trace(whole)
    if missing := [name for name, level in levels.items() if level not in tracer.given]:
        raise ValueError(f"the network has no level {', '.join(missing)}")
    [end] = (node for node in graph.nodes if node.op == "output")
    graph.erase_node(end)
    graph.output(tracer.given)
    for node in reversed(graph.nodes):
        if not node.users and node.op not in ("placeholder", "output"):
            graph.erase_node(node)
    return fx.GraphModule(whole, graph)
