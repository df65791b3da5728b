"""A network as a drawable graph: nodes in the order in which they run, with shapes, parameters and multiply-adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Operation(StrEnum):
    """What a node computes, in PyTorch's spelling. `OTHER` is anything that Receptive can draw but not step."""

    INPUT = "input"
    CONV1D = "conv1d"
    CONV2D = "conv2d"
    CONV3D = "conv3d"
    CONV_TRANSPOSE1D = "conv_transpose1d"
    CONV_TRANSPOSE2D = "conv_transpose2d"
    CONV_TRANSPOSE3D = "conv_transpose3d"
    MAX_POOL1D = "max_pool1d"
    MAX_POOL2D = "max_pool2d"
    MAX_POOL3D = "max_pool3d"
    AVG_POOL1D = "avg_pool1d"
    AVG_POOL2D = "avg_pool2d"
    AVG_POOL3D = "avg_pool3d"
    ADAPTIVE_AVG_POOL = "adaptive_avg_pool"
    ADAPTIVE_MAX_POOL = "adaptive_max_pool"
    LINEAR = "linear"
    FLATTEN = "flatten"
    SIGMOID = "sigmoid"
    TANH = "tanh"
    RELU = "relu"
    LEAKY_RELU = "leaky_relu"
    ELU = "elu"
    GELU = "gelu"
    SILU = "silu"
    SOFTPLUS = "softplus"
    HARD_SIGMOID = "hard_sigmoid"
    SOFTMAX = "softmax"
    DROPOUT = "dropout"
    BATCH_NORM = "batch_norm"
    LAYER_NORM = "layer_norm"
    ADD = "add"
    CONCAT = "concat"
    LSTM = "lstm"
    OTHER = "other"


ACTIVATIONS = frozenset(
    {
        Operation.SIGMOID,
        Operation.TANH,
        Operation.RELU,
        Operation.LEAKY_RELU,
        Operation.ELU,
        Operation.GELU,
        Operation.SILU,
        Operation.SOFTPLUS,
        Operation.HARD_SIGMOID,
    }
)
"""Functions of one number each. Softmax, which is made of many, is none."""


@dataclass(frozen=True, eq=False)
class Node:
    """One operation of a network.

    `attributes` holds plain JSON values in PyTorch's spelling (kernel_size, stride, padding, … as ints or lists of
    ints per axis). `weights` maps a role ("weight", "bias", "running_mean", …) to its state_dict key.
    Shapes have no batch axis. `multiply_adds` counts one sample; biases and activations count nothing.
    """

    name: str
    operation: Operation
    inputs: tuple[str, ...]
    output_shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    module: str = ""


@dataclass(frozen=True, eq=False)
class Graph:
    """A network as a directed graph, its nodes in the order in which they run; the first is the input."""

    name: str
    title: str
    nodes: tuple[Node, ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Node:
        """The node of that name; KeyError if there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """All (from, to) pairs of node names."""
        return tuple((source, node.name) for node in self.nodes for source in node.inputs)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.nodes[0].output_shape

    @property
    def parameters(self) -> int:
        return sum(node.parameters for node in self.nodes)

    @property
    def multiply_adds(self) -> int:
        return sum(node.multiply_adds for node in self.nodes)

    def to_json(self) -> dict[str, Any]:
        """The graph as plain JSON values; `from_json` turns it back. Programs get edges and totals beside the nodes."""
        return {
            "name": self.name,
            "title": self.title,
            "subtitle": self.subtitle,
            "notes": list(self.notes),
            "input_shape": list(self.input_shape),
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "nodes": [
                {
                    "name": node.name,
                    "operation": str(node.operation),
                    "inputs": list(node.inputs),
                    "output_shape": list(node.output_shape),
                    "parameters": node.parameters,
                    "multiply_adds": node.multiply_adds,
                    "attributes": dict(node.attributes),
                    "weights": dict(node.weights),
                    "module": node.module,
                }
                for node in self.nodes
            ],
            "edges": [list(edge) for edge in self.edges],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Graph:
        """The graph that `to_json` wrote. Raises ValueError where the data are not of that form."""
        try:
            nodes = tuple(
                Node(
                    name=str(node["name"]),
                    operation=Operation(node["operation"]),
                    inputs=tuple(map(str, node["inputs"])),
                    output_shape=tuple(map(int, node["output_shape"])),
                    parameters=int(node["parameters"]),
                    multiply_adds=int(node["multiply_adds"]),
                    attributes=dict(node["attributes"]),
                    weights=dict(node["weights"]),
                    module=str(node["module"]),
                )
                for node in data["nodes"]
            )
            return cls(
                name=str(data["name"]),
                title=str(data["title"]),
                nodes=nodes,
                subtitle=str(data["subtitle"]),
                notes=tuple(map(str, data["notes"])),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a graph: {error!r}") from error
