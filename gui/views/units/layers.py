"""Which layers of a network are columns of units, and which of their units are shown: the first, …, the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.messages import Graph, Node, Operation
from engine.messages.weights import EdgesOf
from gui.views import words
from gui.views.network import wording
from gui.views.volumes.figure import short_title

_MOST_EDGES = 240
_KEEPS = ("pool", "adaptive")


@dataclass(frozen=True)
class Layer:
    """One column, or a part of one where branches run side by side.

    `node` has the weights, `shown` the values. `count` units, each one map of `rows` x `columns` (1 x 1: a circle).
    `per_input` is how many inputs of a dense layer one map of the layer before stands for. `sources` are indices.
    """

    node: str
    shown: str
    title: str
    word: str
    count: int
    rows: int
    columns: int
    sources: tuple[int, ...]
    column: int
    weighted: bool
    joins: str = ""  # "one": unit i comes from unit i alone; "add", "concat"
    is_input: bool = False
    is_output: bool = False

    @property
    def is_map(self) -> bool:
        return self.rows * self.columns > 1

    @property
    def size(self) -> int:
        """Values of the layer."""
        return self.count * self.rows * self.columns


def layers(graph: Graph) -> tuple[Layer, ...]:
    """The layers of a graph, in the order in which they run; activations and the like belong to the one before."""
    titles = words.titles(graph)
    owner: dict[str, int] = {}
    found: list[dict[str, object]] = []
    said: list[list[str]] = []
    for node in graph.nodes:
        inputs = [owner[name] for name in node.inputs if name in owner]
        if inputs and not _is_layer(graph, node):
            place = owner[node.name] = inputs[0]
            known = graph[str(found[place]["shown"])]
            if node.output_shape == known.output_shape and known.name in node.inputs:
                found[place]["shown"] = node.name
            if node.operation not in (Operation.FLATTEN, Operation.DROPOUT):
                said[place].append(wording.short(wording.operation(node)))
            continue
        owner[node.name] = len(found)
        count, rows, columns = _sheet(node.output_shape)
        sources = tuple(dict.fromkeys(inputs))
        column = max((int(str(found[source]["column"])) + 1 for source in sources), default=0)
        found.append(
            {
                "node": node.name, "shown": node.name, "title": short_title(titles[node.name]), "count": count,
                "rows": rows,
                "columns": columns, "sources": sources, "column": column, "weighted": "weight" in node.weights,
                "joins": _joins(node), "is_input": node.operation is Operation.INPUT,
                "is_output": words.is_output(graph, node),
            }
        )  # fmt: skip
        said.append([] if node.operation is Operation.INPUT else [wording.short(wording.operation(node))])
    return tuple(Layer(word=", ".join(line), **one) for one, line in zip(found, said, strict=True))  # type: ignore[arg-type]


def _is_layer(graph: Graph, node: Node) -> bool:
    if node.operation in (Operation.INPUT, Operation.LINEAR, Operation.ADD, Operation.CONCAT):
        return True
    if node.operation.value.startswith("conv") or "pool" in node.operation.value or len(node.inputs) != 1:
        return True
    before, size = graph[node.inputs[0]].output_shape, 1
    for axis in before:
        size *= axis
    return node.operation is not Operation.FLATTEN and node.output_shape not in (before, (size,))


def _joins(node: Node) -> str:
    if node.operation is Operation.ADD:
        return "add"
    if node.operation is Operation.CONCAT:
        return "concat"
    return "one" if "pool" in node.operation.value else ""


def _sheet(shape: tuple[int, ...]) -> tuple[int, int, int]:
    if len(shape) == 1:
        return shape[0], 1, 1
    if len(shape) == 2:
        return shape[0], 1, shape[1]
    maps = 1
    for size in shape[:-2]:
        maps *= size
    return maps, shape[-2], shape[-1]


def shown_units(count: int, room: int) -> tuple[tuple[int, ...], int]:
    """(the units that are shown, after how many of them the gap is): all, or the first ones and the last.

    `room` places there are; the gap, which says how many there are, takes one of them. Without a gap it is -1.
    """
    if count <= max(room, 1):
        return tuple(range(count)), -1
    places = max(room - 1, 2)
    last = 1 if places < 6 else places // 4
    first = places - last
    return (*range(first), *range(count - last, count)), first


def edges_wanted(found: tuple[Layer, ...], units: Mapping[int, tuple[int, ...]]) -> tuple[EdgesOf, ...]:
    """What to ask the engine for: the weights into the shown units of each layer, from the shown ones before.

    A picture before a dense layer is shown whole, so all of its pixels count; so do the cells of the maps before one.
    """
    wanted = []
    for index, layer in enumerate(found):
        if not layer.weighted or index not in units or not layer.sources:
            continue
        before = found[layer.sources[0]]
        shown = units.get(layer.sources[0], ())
        inputs: tuple[int, ...] = ()
        some = len(shown) < before.count and not (before.is_input and before.is_map)
        if some and (layer.is_map or not before.is_map):
            inputs = shown
        own = units[index] if len(units[index]) < layer.count else ()
        wanted.append(EdgesOf(layer.node, own, inputs, _MOST_EDGES))
    return tuple(wanted)
