"""What is known of a cell or a layer without its values: receptive field, window, parameters, what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine import traces
from engine.messages import ACTIVATIONS, Floats, Graph, Node, Operation
from gui.theme import numbers
from gui.views import words
from gui.views.inspector import sums
from gui.views.network import receptive

Fact = tuple[str, str]
_PASSING = (*ACTIVATIONS, Operation.DROPOUT)


@dataclass(frozen=True)
class Pin:
    """A cell of a node as `sums.as_maps` numbers them: units of a dense layer are maps of one cell."""

    node: str
    map: int
    row: int
    column: int


def span(first: int, last: int) -> str:
    """Positions from first to last: 8–21, or one alone."""
    return f"{first}–{last}" if last != first else f"{first}"


def of_cell(graph: Graph, pin: Pin) -> list[Fact]:
    """The facts of a pinned cell that hold as long as the network does."""
    node = graph[pin.node]
    found: list[Fact] = []
    spatial = len(node.output_shape) - 1
    name, channel, cell = receptive.unflattened(graph, pin.node, pin.map, (pin.row, pin.column)[max(2 - spatial, 0) :])
    if spatial < 3 and len(cell) in (1, 2) and node.operation is not Operation.INPUT:
        field = receptive.field(graph, name, channel)
        region = receptive.project(graph, name, cell, graph.nodes[0].name, channel)
        size = "whole input" if field.everything else numbers.TIMES.join(map(str, field.size))
        whole = tuple((0, side - 1) for side in graph.input_shape[1:])
        if field.everything and region is not None and region != whole:  # behind a transposed convolution, say
            size = numbers.TIMES.join(str(last - first + 1) for first, last in region)
        found.append(("Receptive field", size))
        if region is not None and not (field.everything and region == whole):
            labels = ("Input rows", "Input columns")[-len(region) :]
            found += [(label, span(*ends)) for label, ends in zip(labels, region, strict=False)]
        if region is not None and not field.everything:
            found.append(("Input stride", _one_or_all(field.stride)))
    elif spatial == 0 and node.operation is not Operation.INPUT:
        found.append(("Receptive field", "whole input"))
    return found + list(_own(graph, node))


def _own(graph: Graph, node: Node) -> Iterator[Fact]:
    """What a node's operation itself has to tell of one of its maps or units."""
    if node.operation in sums.POOLS:
        slides = receptive.windows(node)
        if slides:
            yield "Window", numbers.TIMES.join(str(slide.size) for slide in slides)
        else:
            yield "Window", "adaptive"
    elif node.operation is Operation.LINEAR:
        yield "Inputs", numbers.count(_size(graph[node.inputs[0]].output_shape))
        yield "Parameters", numbers.count(node.parameters // max(node.output_shape[-1], 1))
    elif node.parameters:
        yield "Parameters", numbers.count(node.parameters // max(node.output_shape[0], 1))
    elif node.operation is Operation.INPUT:
        yield "Size", numbers.shape(node.output_shape)


def of_layer(graph: Graph, node: Node) -> list[Fact]:
    """The facts of a whole layer, with the sum of its parameters written out."""
    found: list[Fact] = [("Output", numbers.shape(node.output_shape))]
    slides = receptive.windows(node)
    if slides:
        name = "Window" if node.operation in sums.POOLS else "Kernel"
        found.append((name, numbers.TIMES.join(str(slide.size) for slide in slides)))
        found.append(("Stride", _one_or_all(tuple(slide.stride for slide in slides))))
        if any(slide.before for slide in slides):
            found.append(("Padding", _one_or_all(tuple(slide.before for slide in slides))))
    found.append(("Parameters", numbers.count(node.parameters)))
    if written := parameter_sum(graph, node):
        found.append(("", written))
    if node.multiply_adds:
        found.append(("Multiply-adds", numbers.count(node.multiply_adds)))
    return found


def parameter_sum(graph: Graph, node: Node) -> str:
    """How a layer's parameters are counted: "16 × (6 × 5 × 5 + 1)"; empty where it has none or another form."""
    times = f" {numbers.TIMES} "
    bias = " + 1" if "bias" in node.weights else ""
    if node.operation is Operation.LINEAR:
        inner = str(node.attributes.get("in_features") or _size(graph[node.inputs[0]].output_shape))
        outer = node.output_shape[-1]
    elif node.operation in (Operation.CONV1D, Operation.CONV2D, Operation.CONV3D):
        groups = int(node.attributes.get("groups", 1))
        inputs = graph[node.inputs[0]].output_shape[0] // groups
        inner = times.join(map(str, (inputs, *(slide.size for slide in receptive.windows(node)))))
        outer = node.output_shape[0]
    else:
        return ""
    return f"{outer}{times}({inner}{bias})" if bias else f"{outer}{times}{inner}"


class Fate:
    """What becomes of a cell in the pool behind its layer: whether it wins there, and where.

    Only activations may lie between. Found once for a pin; `fact` then looks at the values of the moment.
    """

    def __init__(self, graph: Graph, pin: Pin) -> None:
        self._pin = pin
        self._passed: list[Node] = []
        self.pool: Node | None = None
        self._windows: dict[tuple[int, int], sums.Window] = {}
        node = graph[pin.node]
        if len(node.output_shape) not in (2, 3):
            return
        current = node
        while True:
            consumers = [other for other in graph.nodes if current.name in other.inputs]
            if len(consumers) != 1:
                return
            current = consumers[0]
            if current.operation in _PASSING:
                self._passed.append(current)
            elif current.operation in sums.POOLS:
                break
            else:
                return
        self._title = words.title(graph, current)
        for row, column in _covering(current, node.output_shape, pin):
            place = sums.window(current, node.output_shape, row, column)
            if pin.row in place.rows and pin.column in place.columns:
                self._windows[row, column] = place
        if self._windows:
            self.pool = current

    @property
    def likely(self) -> Fact:
        """A fact as wide as any that `fact` may tell."""
        averages = self.pool is not None and self.pool.operation in sums.AVERAGE_POOLS
        return f"{'Counts' if averages else 'Loses'} in {self._title}", self._cell(next(iter(self._windows)))

    def _cell(self, place: tuple[int, int]) -> str:
        row, column = place
        return f"({row}, {column})" if self.pool is None or len(self.pool.output_shape) == 3 else f"({column})"

    def fact(self, output: Floats) -> Fact | None:
        """What becomes of the cell, given its node's output (as the Focus holds it)."""
        if self.pool is None:
            return None
        first = next(iter(self._windows))
        if self.pool.operation in sums.AVERAGE_POOLS:
            return f"Counts in {self._title}", self._cell(first)
        maps = sums.as_maps(output)[self._pin.map : self._pin.map + 1]
        for cell, place in self._windows.items():
            if self._winner(maps, place) == (self._pin.row, self._pin.column):
                return f"Wins in {self._title}", self._cell(cell)
        return f"Loses in {self._title}", self._cell(first)

    def _winner(self, maps: Floats, place: sums.Window) -> tuple[int, int] | None:
        patch = place.cut(maps, np.nan)[0]
        for node in self._passed:
            if node.operation in ACTIVATIONS:
                patch = traces.activation(patch, node.operation.value, **activation_parameters(node)).output
        patch = np.where(np.isnan(patch), -np.inf, patch)
        best = int(np.argmax(patch))
        return int(place.rows[best // patch.shape[1]]), int(place.columns[best % patch.shape[1]])


def activation_parameters(node: Node) -> dict[str, object]:
    """The attributes of an activation node that `traces.activation` takes."""
    known = ("negative_slope", "alpha", "approximate", "beta", "threshold")
    return {name: node.attributes[name] for name in known if name in node.attributes}


def _covering(pool: Node, shape: tuple[int, ...], pin: Pin) -> Iterator[tuple[int, int]]:
    """Output cells of a pool whose window may hold the pinned cell."""
    rows, columns = (1, pool.output_shape[1]) if len(pool.output_shape) == 2 else pool.output_shape[1:3]
    slides = receptive.windows(pool)
    if not slides:
        yield from ((row, column) for row in range(rows) for column in range(columns))
        return
    ranges = []
    axes = zip(slides, (pin.row, pin.column)[-len(slides) :], (rows, columns)[-len(slides) :], strict=True)
    for slide, at, count in axes:
        first = max(-(-(at + slide.before - slide.reach + 1) // slide.stride), 0)
        ranges.append(range(first, min((at + slide.before) // slide.stride, count - 1) + 1))
    for row in ranges[0] if len(ranges) == 2 else (0,):
        for column in ranges[-1]:
            yield row, column


def _one_or_all(values: tuple[int, ...]) -> str:
    return str(values[0]) if len(set(values)) == 1 else numbers.TIMES.join(map(str, values))


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total
