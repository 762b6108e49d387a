"""A network's weights read back from the ONNX file it was exported to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper
from torch import Tensor, nn

from training.errors import TrainingError

_ROOT = "network."  # what stands before the names of the weights in an exported file
_KEPT_AS = ("_quantized", ".half")  # endings of the names of weights that are stored smaller


class _Graph:
    """The constants of an ONNX graph, by name, as they were before they were stored smaller."""

    def __init__(self, file: Path) -> None:
        graph = onnx.load(str(file)).graph
        self._stored = {tensor.name: tensor for tensor in graph.initializer}
        self._made_by = {name: node for node in graph.node for name in node.output}
        self._nodes = list(graph.node)

    def value(self, name: str) -> NDArray[Any] | None:
        """Return a constant, in single precision where it has a point; None where it is none."""
        if name in self._stored:
            return numpy_helper.to_array(self._stored[name])
        node = self._made_by.get(name)
        if node is None or node.op_type not in ("Cast", "DequantizeLinear", "Transpose", "Identity"):
            return None
        given = [self.value(one) for one in node.input]
        return None if any(one is None for one in given) else _compute(node, given)

    def weight(self, name: str) -> NDArray[Any] | None:
        """Return a weight by its name in the network, None if none of that name is there."""
        value = self.value(name)
        for ending in _KEPT_AS if value is None else ():
            makers = [node for node in self._users(name + ending) if node.op_type != "Reshape"]
            value = self.value(makers[0].output[0]) if makers else None
            if value is not None:
                break
        return value

    def matrix_before(self, bias: str) -> NDArray[Any] | None:
        """Return the (in, out) matrix of a linear layer, which has lost its name, by that of its bias."""
        for added in self._users(bias):
            for node in (self._made_by.get(name) for name in added.input):
                if node is not None and node.op_type == "MatMul":
                    return self.value(node.input[1])
        return None

    def _users(self, name: str) -> Iterator[NodeProto]:
        return (node for node in self._nodes if name in node.input)


def _compute(node: NodeProto, given: list[Any]) -> NDArray[Any]:
    """Return what a node makes of constants."""
    if node.op_type == "Cast":
        to = helper.get_attribute_value(node.attribute[0])
        return np.asarray(given[0].astype(helper.tensor_dtype_to_np_dtype(to)))
    if node.op_type == "Transpose":
        order = next((list(one.ints) for one in node.attribute if one.name == "perm"), None)
        return np.asarray(given[0].transpose(order))
    if node.op_type == "Identity":
        return np.asarray(given[0])
    axis = next((one.i for one in node.attribute if one.name == "axis"), 1)
    shape = [1] * given[0].ndim
    if given[1].ndim:  # one scale for each channel
        shape[axis] = -1
    whole = [np.asarray(one, np.float32).reshape(shape if np.ndim(one) else ()) for one in given[1:]]
    zero = whole[1] if len(whole) > 1 else np.float32(0)
    return np.asarray((given[0].astype(np.float32) - zero) * whole[0], np.float32)


def read_back(file: Path, network: nn.Module) -> dict[str, Tensor]:
    """Return the weights that a file holds for a network of the form it was exported from.

    Weights stored in half precision or as 8-bit integers are brought back to single precision; what was lost
    when they were stored stays lost.

    Args:
        file: the .onnx file, as `training.export` writes it.
        network: of the same form; it is not changed.

    Returns:
        A state for `network.load_state_dict`.

    Raises:
        TrainingError: a weight cannot be found in the file, or has another shape.
    """
    graph, state = _Graph(file), dict[str, Tensor]()
    for name, wanted in network.state_dict().items():
        if name.endswith(".num_batches_tracked"):  # of a batch norm, which no vector depends on
            state[name] = wanted.clone()
            continue
        value = next((one for known in _names(name) if (one := _find(graph, known)) is not None), None)
        if value is None and name == "centre":  # of a network that takes none off
            value = np.zeros(wanted.shape, np.float32)
        if value is None or value.size != wanted.numel():
            raise TrainingError(f"{file.name} cannot be read back: its weight {name} was not found.")
        whole = np.array(value, np.float32).reshape(wanted.shape)
        state[name] = torch.from_numpy(whole)
    return state


def _find(graph: _Graph, name: str) -> NDArray[Any] | None:
    """Return a weight by the name it has in a file."""
    value = graph.weight(name)
    if value is None and name.endswith(".weight"):
        matrix = graph.matrix_before(name.removesuffix("weight") + "bias")
        value = None if matrix is None else matrix.T
    return value


def _names(name: str) -> tuple[str, str]:
    """Return what a weight is called in files, now and in those of version 0.1, which had one tower."""
    return _ROOT + name, _ROOT + name.removeprefix("towers.0.").removeprefix("fusion.")
