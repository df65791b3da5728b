"""From a cell of the network to the trace that made it, and from an input of that to the cell before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from engine import traces
from engine.messages import Focus, Graph, Node, Opened, Operation
from gui.labs.studio.state import Page, StudioState
from gui.views import words

Played: TypeAlias = "traces.Trace | traces.Stamping"
_MOST_STAMPED = 50_000_000
"""Multiplications of a canvas: about half a second."""

if TYPE_CHECKING:
    from gui.views.player import Names


@dataclass(frozen=True)
class Place:
    """A cell: `index` is (unit,) or (channel, row, column), as the node's output is laid out."""

    node: str
    index: tuple[int, ...]


def clipped(node: Node, *, map: int, row: int, column: int) -> Place:
    """The cell of a node that is nearest to a map, row and column."""
    shape = node.output_shape
    wanted = (map, row, column)[: len(shape)] if len(shape) <= 3 else (map, *[0] * (len(shape) - 1))
    return Place(node.name, tuple(min(max(place, 0), size - 1) for place, size in zip(wanted, shape, strict=True)))


def fitted(state: StudioState, graph: Graph) -> StudioState:
    """The state with a pin that exists in the graph, or with none. A module's name stands for its last node."""
    if not state.node:
        return state
    names = [node.name for node in graph.nodes]
    if state.node not in names:
        inside = [name for name in names if name.startswith(f"{state.node}.")]
        if inside:
            return fitted(replace(state, node=inside[-1]), graph)
        return replace(state, node="", map=0, row=0, column=0, page=Page.NETWORK)
    place = clipped(graph[state.node], map=state.map, row=state.row, column=state.column)
    map, row, column = (*place.index, 0, 0)[:3]
    return replace(state, map=map, row=row, column=column)


def can_step(node: Node) -> bool:
    """Whether there is a trace for the node's operation."""
    return node.operation not in (Operation.INPUT, Operation.OTHER)


def trace(graph: Graph, focus: Focus) -> Played:
    """The trace of the node in focus, on its exact numbers. TraceError if the operation has none.

    A transposed convolution is played stamp by stamp, unless it is so large that one canvas takes a while.
    """
    made = traces.of_node(graph[focus.node], focus.inputs, focus.weights)
    if isinstance(made, traces.TransposedConvolution):
        stamping = traces.Stamping(made)
        if stamping.channels_each * prod(made.kernel_size) * prod(stamping.canvas_shape) <= _MOST_STAMPED:
            return stamping
    return made


def first_step(trace: Played, place: Place) -> int:
    """The step that makes a cell: of stamps the last one that reaches it."""
    if isinstance(trace, traces.Stamping):
        return trace.last_reaching(place.index)
    return trace.position_of(place.index)


def made_by(trace: Played, step: int, before: tuple[int, ...]) -> tuple[int, ...]:
    """The output cell of a step; of the many that a stamp reaches the one of `before`, else the middle one."""
    if not isinstance(trace, traces.Stamping):
        return tuple(trace.index_of(step))
    stamp = trace[step]
    reached = [trace.output_index(stamp.filter, cell) for cell in trace.reached(step)]
    kept = [cell for cell in reached if cell is not None]
    return before if before in kept or not kept else kept[len(kept) // 2]


def before(graph: Graph, place: Place, input_index: tuple[int, ...], which: int = 0) -> Place | None:
    """The cell that an input of a step is; None if it is a pixel of the picture."""
    node = graph[place.node]
    if which >= len(node.inputs):
        return None
    source = graph[node.inputs[which]]
    if source.operation is Operation.INPUT or len(input_index) != len(source.output_shape):
        return None
    return Place(source.name, input_index)


def names(opened: Opened, node_name: str) -> Names:
    """What the parts of a node's trace are called in the step player."""
    from gui.views.player import Names

    graph = opened.graph
    node = graph[node_name]
    sources = [graph[name] for name in node.inputs]
    flat = sources[0] if sources and sources[0].operation is Operation.FLATTEN else None
    fold = graph[flat.inputs[0]].output_shape if flat is not None else ()
    at_the_end = words.is_output(graph, node) or node.operation is Operation.SOFTMAX
    return Names(
        title=words.title(graph, node),
        inputs=tuple(words.title(graph, source) for source in sources),
        output=words.title(graph, node),
        map="map",
        picture=bool(sources) and sources[0].operation is Operation.INPUT,
        classes=opened.dataset.classes if at_the_end else (),
        fold=fold if len(fold) == 3 and fold[1] * fold[2] > 1 else None,
    )
