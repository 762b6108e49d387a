"""The last stage of a trunk on its own: what a few pictures can teach, while all before it stays."""

from __future__ import annotations

from torch import fx, nn

from training.errors import TrainingError


def upper_stage(trunk: nn.Module) -> nn.Module:
    """Return the part of a trunk that makes C5 (n, c5, h, w) out of C4 (n, c4, h, w).

    It shares its weights with the trunk.

    Args:
        trunk: as `trunks.build` returns it.

    Raises:
        TrainingError: C5 is made of more than C4.
    """
    if not isinstance(trunk, fx.GraphModule):
        raise TrainingError(
            "Only a trunk of this program's own that treats sketches and photos alike can be adapted."
        )
    output = next(node for node in trunk.graph.nodes if node.op == "output")
    maps = output.args[0]
    upper = fx.Graph()
    known = {maps["c4"]: upper.placeholder("c4")}

    def make(node: fx.Node) -> fx.Node:
        if node.op == "placeholder":
            raise TrainingError("The last stage of this trunk is made of more than the level before it.")
        return known[node]

    for node in _between(maps["c4"], maps["c5"]):
        known[node] = upper.node_copy(node, make)
    upper.output(known[maps["c5"]])
    return fx.GraphModule(trunk, upper)


def _between(first: fx.Node, last: fx.Node) -> list[fx.Node]:
    """Return what is computed for `last`, in order, without `first` and what that needs."""
    wanted, waiting = set[fx.Node](), [last]
    while waiting:
        node = waiting.pop()
        if node not in wanted and node is not first:
            wanted.add(node)
            waiting += node.all_input_nodes
    return [node for node in first.graph.nodes if node in wanted]
