"""How activations, weights and gradients are spread, and which maps are dead or saturated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.insight.spread import Spreads
from engine.insight.subject import InsightError, Material, Subject, map_of
from engine.messages import Graph, Node, Operation
from engine.messages.insight import AskDistribution, Distribution, Histogram

# Of a large network fewer samples are looked at: so many seconds' worth, but not fewer than this.
_SECONDS = 8.0
_LEAST = 8
# How often what is known so far is told.
_TELL_SECONDS = 0.7
# A cell is at an end of its function where the slope is a fifth of the steepest or less: sigmoid < .05 or > .95.
_ENDS = {Operation.SIGMOID: (0.05, 0.95), Operation.HARD_SIGMOID: (0.05, 0.95), Operation.TANH: (-0.9, 0.9)}
# A map is saturated if so many of its cells are.
_SATURATED = 0.95
_RECTIFIERS = frozenset({Operation.RELU})


def distribution(
    subject: Subject,
    material: Material,
    question: AskDistribution,
    *,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[Distribution | None]:
    """Answers, each over more samples; None where a slice of the work is done. Raises InsightError."""
    node = subject.check(question.node, question.map)
    indices = material.spread(max(1, question.samples))
    if not len(indices):
        raise InsightError("There are no samples to look at.")
    work = _Work(subject, node, question)
    size = subject.batch_size(backward=True)
    spent, told = 0.0, 0.0
    for start in range(0, len(indices), size):
        began = clock()
        work.add(*material.inputs(indices[start : start + size]))
        spent += clock() - began
        if spent >= _SECONDS and work.samples >= _LEAST:
            break
        if spent - told >= _TELL_SECONDS and start + size < len(indices):
            told = spent
            yield work.answer()
        else:
            yield None
    yield work.answer()


class _Work:
    """What has been counted so far."""

    def __init__(self, subject: Subject, node: Node, question: AskDistribution) -> None:
        self._subject, self._node, self._question = subject, node, question
        self._activations, self._gradients = Spreads(), Spreads()
        maps = node.output_shape[0]
        self._above = np.zeros(maps, np.int64)
        self._ends = np.zeros(maps, np.int64)
        self._highest = np.full(maps, -np.inf)
        self._lowest = np.inf
        self._cells = 0
        self._weight_key = node.weights.get("weight", "")
        self._weight_gradient: Tensor | None = None
        self.samples = 0

    def add(self, inputs: Tensor, labels: Tensor) -> None:
        """Count a batch."""
        subject, chosen = self._subject, self._question.map
        weight = subject.tensors.get(self._weight_key)
        with torch.enable_grad():
            names = (self._node.name, subject.logits) if subject.classifies else (self._node.name,)
            values, *rest = subject.run(inputs.requires_grad_(), *names)
            # The sum over the samples: each activation's gradient is then that of its own sample's loss.
            wanted = [values] if weight is None or not weight.requires_grad else [values, weight]
            found: tuple[Tensor | None, ...] = (None,) * len(wanted)
            if rest and values.requires_grad and rest[0].requires_grad:
                logits = rest[0].reshape(len(inputs), -1)
                known = torch.where(labels < 0, logits.detach().argmax(1), labels)  # a photograph has no label
                loss = F.cross_entropy(logits.float(), known.clamp(max=logits.shape[1] - 1), reduction="sum")
                found = torch.autograd.grad(loss, wanted, allow_unused=True)
        values = values.detach()
        self.samples += len(inputs)
        self._activations.add(values, map_of(values, chosen))
        if subject.classifies:
            gradient = torch.zeros_like(values) if found[0] is None else found[0]
            self._gradients.add(gradient, map_of(gradient, chosen))
        if len(found) > 1 and found[1] is not None:
            self._weight_gradient = found[1] if self._weight_gradient is None else self._weight_gradient + found[1]
        self._count(values.reshape(len(values), values.shape[1], -1).float())

    def _count(self, cells: Tensor) -> None:
        """(batch, maps, cells) of activations."""
        self._cells += cells.shape[0] * cells.shape[2]
        self._above += (cells > 0).sum((0, 2)).cpu().numpy()
        self._highest = np.maximum(self._highest, cells.amax((0, 2)).cpu().numpy())
        self._lowest = min(self._lowest, float(cells.min()))
        if (ends := _ENDS.get(self._node.operation)) is not None:
            self._ends += ((cells < ends[0]) | (cells > ends[1])).sum((0, 2)).cpu().numpy()

    def answer(self) -> Distribution:
        node, cells = self._node, max(self._cells, 1)
        silent = self._lowest >= 0 or _only_rectified(self._subject.graph, node)
        dead = tuple(np.flatnonzero(self._highest <= 0).tolist()) if silent else None
        saturated, saturation = None, None
        if node.operation in _ENDS:
            shares = self._ends / cells
            saturated = tuple(np.flatnonzero(shares > _SATURATED).tolist())
            saturation = float(shares.mean())
        weights, weight_gradients = self._of_weights()
        return Distribution(
            question=self._question,
            samples=self.samples,
            activations=self._activations.histogram(),
            gradients=self._gradients.histogram() if self._subject.classifies else None,
            weights=weights,
            weight_gradients=weight_gradients,
            active=(self._above / cells).astype(np.float32),
            dead=dead,
            saturated=saturated,
            saturation=saturation,
        )

    def _of_weights(self) -> tuple[Histogram | None, Histogram | None]:
        weight = self._subject.tensors.get(self._weight_key)
        if weight is None:
            return None, None
        found: list[Histogram | None] = []
        gradient = None if self._weight_gradient is None else self._weight_gradient / max(self.samples, 1)
        for values in (weight, gradient):
            if values is None:
                found.append(None)
                continue
            spreads = Spreads()
            spreads.add(values, filter_of(self._node, values, self._question.map))
            found.append(spreads.histogram())
        return found[0], found[1]


def filter_of(node: Node, weight: Tensor, map: int) -> Tensor:
    """The part of a node's weight that makes one of its maps: its filter, row or factor."""
    if "transpose" not in node.operation.value:
        return weight[map]
    outputs = weight.shape[1]  # (inputs, outputs of a group, …): each group of inputs makes its own maps
    groups = max(int(node.attributes.get("groups", 1)), 1)
    inputs = weight.shape[0] // groups
    group = map // outputs
    return weight[group * inputs : (group + 1) * inputs, map % outputs]


def _only_rectified(graph: Graph, node: Node) -> bool:
    """Whether nobody sees the node's output but ReLU: then what is never above zero is silent."""
    consumers = [other for other in graph.nodes if node.name in other.inputs]
    return bool(consumers) and all(other.operation in _RECTIFIERS for other in consumers)
