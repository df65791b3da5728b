"""What insight looks at: a copy of a network that nobody trains, and the samples that it is asked about."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.insight.ablation import AblatedTwin, Off
from engine.messages import Bytes, Graph, Node, Operation
from engine.twin import Twin

# A batch is so large that a forward pass of it takes about as many multiply-adds as this: a few hundredths of a second.
_MULTIPLY_ADDS = 250_000_000
_LARGEST_BATCH = 64
_MOST_IN_DOUBLE = 1_000_000_000
"""Multiply-adds of a network that is run in float64: two passes are about a second."""


class InsightError(ValueError):
    """A question that has no answer. The message is meant for the user."""


@dataclass(frozen=True, eq=False)
class Material:
    """Samples that a network can be asked about: uint8 (n, channels, height, width), and labels int64 (n,).

    The network sees (picture / 255 - mean) / std, on `device`.
    """

    pictures: Bytes
    labels: NDArray[np.int64]
    mean: Sequence[float]
    std: Sequence[float]
    device: torch.device
    split: str = "test"

    def __len__(self) -> int:
        return len(self.labels)

    def inputs(self, indices: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """(float32 (n, channels, height, width) as the network sees them, int64 labels (n,))."""
        labels = torch.tensor(self.labels[indices], device=self.device)
        return self.seen(self.pictures[indices]), labels

    def seen(self, pictures: Bytes) -> Tensor:
        """uint8 (n, channels, height, width) as the network sees them."""
        values = torch.tensor(np.ascontiguousarray(pictures)).to(torch.float32)
        return ((values / 255.0 - self._column(self.mean)) / self._column(self.std)).to(self.device)

    def shown(self, values: Tensor) -> Bytes:
        """What the network sees, (channels, height, width), as a uint8 picture; what exceeds 0 … 255 is cut off."""
        picture = (values.detach().cpu().float() * self._column(self.std)[0] + self._column(self.mean)[0]) * 255.0
        return picture.round().clamp(0, 255).to(torch.uint8).numpy()

    def bounds(self) -> tuple[Tensor, Tensor]:
        """What the network sees of black and of white: (1, channels, 1, 1) each."""
        mean, std = self._column(self.mean), self._column(self.std)
        return (-mean / std).to(self.device), ((1 - mean) / std).to(self.device)

    def spread(self, count: int) -> NDArray[np.int64]:
        """The indices of so many samples, evenly spread over all."""
        size = len(self)
        if count >= size:
            return np.arange(size)
        return np.unique(np.linspace(0, size - 1, count).round().astype(np.int64))

    @staticmethod
    def _column(values: Sequence[float]) -> Tensor:
        return torch.tensor(list(values), dtype=torch.float32).view(1, -1, 1, 1)


class Subject:
    """A copy of `module`, in evaluation mode, with the maps in `off` switched off.

    Weights are those of the moment at which it was made: the module may be trained on. A module that cannot be copied
    is looked at as it is. `one_by_one`: it takes no batch. Raises TwinError where its forward cannot be followed.
    """

    def __init__(
        self,
        *,
        module: nn.Module,
        graph: Graph,
        off: Off | None = None,
        one_by_one: bool = False,
        twin_of: Callable[[nn.Module, Graph], Twin] = Twin,
    ) -> None:
        with suppress(Exception):  # a module of the user's may hold anything: then it is read in place
            module = copy.deepcopy(module)
        self.graph = graph
        self._module = module
        self._double: Subject | None = None
        self._one_by_one = one_by_one
        self._twin_of = twin_of
        self._twin = AblatedTwin(twin_of(module, graph), off or {})
        self.tensors = self._twin.tensors
        last = graph.nodes[-1]
        self._softmax = last.name if last.operation is Operation.SOFTMAX and last.name not in self._twin else ""
        self.logits = last.inputs[0] if self._softmax else last.name
        self._runs: dict[tuple[str, ...], nn.Module] = {}

    @property
    def classifies(self) -> bool:
        """Whether it gives a number for each of several classes: then there is a loss of a label."""
        shape = self.graph[self.logits].output_shape
        return len(shape) == 1 and shape[0] > 1

    def node(self, name: str) -> Node:
        """The node of that name. Raises InsightError if there is none that computes something."""
        try:
            node = self.graph[name]
        except KeyError:
            raise InsightError(f"There is no layer {name} in this network.") from None
        if node.operation is not Operation.INPUT and name != self._softmax and name not in self._twin:
            raise InsightError(f"{name} cannot be looked into: it is no step of its own in this network's forward.")
        return node

    def check(self, name: str, map: int) -> Node:
        """The node, if it has that map. Raises InsightError if not."""
        node = self.node(name)
        count = node.output_shape[0] if node.output_shape else 0
        if not 0 <= map < count:
            raise InsightError(f"{name} has no map {map}: there are {count}.")
        return node

    def run(self, inputs: Tensor, *names: str) -> tuple[Tensor, ...]:
        """The outputs (batch, …) of these nodes, in the caller's grad mode."""
        if self._one_by_one and len(inputs) > 1:
            parts = [self.run(one, *names) for one in torch.split(inputs, 1)]
            return tuple(torch.cat(values) for values in zip(*parts, strict=True))
        wanted = tuple(self.logits if name == self._softmax else name for name in names)
        alone = len(wanted) == 1 and wanted[0] != self.logits
        if wanted not in self._runs:
            self._runs[wanted] = self._twin.tapped(wanted, {wanted[0]: _Enough()} if alone else None)
        try:
            found = self._runs[wanted](inputs)
        except _Found as enough:  # nothing that comes behind it was computed
            found = (enough.values,)
        for name, values in zip(names, found, strict=True):
            if not values.dim() or len(values) != len(inputs):
                raise InsightError(f"{name} is of a whole batch: it says nothing of a single sample.")
        return tuple(
            torch.softmax(values.reshape(len(values), -1), 1) if name == self._softmax else values
            for name, values in zip(names, found, strict=True)
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        return self.run(inputs, self.logits)[0].reshape(len(inputs), -1)

    def hooked(self, name: str) -> tuple[nn.Module, nn.Module]:
        """(a module from inputs to logits, a part of it through which the output of node `name` passes)."""
        layer = nn.Identity()
        return _Flat(self._twin.tapped((self.logits,), {name: layer})), layer

    def moved(self, picture: Tensor, *, node: str, map: int, cell: int, by: float) -> Tensor:
        """Logits (classes,) when a cell of a map (counted in reading order) is so much larger than it is."""
        if node == self.graph.nodes[0].name:
            picture = picture.clone()
            picture[0, map].view(-1)[cell] += by
            return self.forward(picture)[0]
        return _Flat(self._twin.tapped((self.logits,), {node: _Nudge(map, cell, by)}))(picture)[0]

    def is_off(self, node: str, map: int) -> bool:
        """Whether that map is switched off."""
        return map in self._twin.off.get(node, ())

    def in_double(self) -> Subject | None:
        """The same in float64; None of a large network, or where that cannot be."""
        if self.graph.multiply_adds > _MOST_IN_DOUBLE or self.graph.parameters > _MOST_IN_DOUBLE // 40:
            return None
        if self._double is None:
            with suppress(Exception):  # no float64 on this device, a module that makes float32 numbers of its own
                made = Subject(
                    module=self._module, graph=self.graph, off=self._twin.off, one_by_one=self._one_by_one,
                    twin_of=self._twin_of,
                )  # fmt: skip
                if made._module is self._module:
                    return None  # it could not be copied
                for one in made.tensors.values():  # those that its twin runs on, too
                    if one.is_floating_point():
                        one.data = one.data.double()
                self._double = made
        return self._double

    def batch_size(self, *, backward: bool = False) -> int:
        """How many samples a slice of work takes at a time."""
        cost = max(self.graph.multiply_adds, 1) * (3 if backward else 1)
        return max(1, min(_LARGEST_BATCH, _MULTIPLY_ADDS // cost))


class _Nudge(nn.Module):
    """Adds a number to one cell of a map."""

    def __init__(self, map: int, cell: int, by: float) -> None:
        super().__init__()
        self.map, self.cell, self.by = map, cell, by

    def forward(self, values: Tensor) -> Tensor:
        values = values.clone(memory_format=torch.contiguous_format)
        values[0, self.map].reshape(-1)[self.cell] += self.by
        return values


class _Found(BaseException):
    """Ends a forward pass whose one wanted value is there. No error: no `except Exception` of a user's may stop it."""

    def __init__(self, values: Tensor) -> None:
        super().__init__()
        self.values = values


class _Enough(nn.Module):
    def forward(self, values: Tensor) -> Tensor:
        raise _Found(values)


class _Flat(nn.Module):
    """The first output of a tapped twin as logits (batch, classes)."""

    def __init__(self, tapped: nn.Module) -> None:
        super().__init__()
        self.tapped = tapped

    def forward(self, inputs: Tensor) -> Tensor:
        return self.tapped(inputs)[0].reshape(len(inputs), -1)


def map_of(values: Tensor, map: int) -> Tensor:
    """One map of (batch, maps, …) as (batch, cells)."""
    return values[:, map].reshape(len(values), -1)


def sheet(values: Tensor) -> Tensor:
    """One map of a sample, of any number of axes, as (rows, columns)."""
    if values.dim() == 0:
        return values.reshape(1, 1)
    return values.reshape(-1, values.shape[-1])
