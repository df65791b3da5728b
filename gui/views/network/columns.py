"""From a graph to what the stage shows of it: which nodes are columns, and which are words on the arrow between two.

Convolutions are shown before their activation (signed), pools as they are, dense layers behind their activation, the
last layer as classes with logits and probabilities. Everything else is an operation that the arrow names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.messages import ACTIVATIONS, Graph, Node, Operation
from gui.views.network import wording
from gui.views.network.receptive import per_axis

CONVOLUTIONS = frozenset({Operation.CONV1D, Operation.CONV2D})
_TRANSPOSED = frozenset({Operation.CONV_TRANSPOSE1D, Operation.CONV_TRANSPOSE2D})
POOLS = frozenset(
    {
        Operation.MAX_POOL1D,
        Operation.MAX_POOL2D,
        Operation.AVG_POOL1D,
        Operation.AVG_POOL2D,
        Operation.ADAPTIVE_AVG_POOL,
        Operation.ADAPTIVE_MAX_POOL,
    }
)
_NEVER_NEGATIVE = frozenset({Operation.RELU, Operation.SIGMOID, Operation.HARD_SIGMOID, Operation.SOFTPLUS})
_KEEPS_UNITS = ACTIVATIONS | {Operation.DROPOUT, Operation.BATCH_NORM, Operation.LAYER_NORM}
_MAPS = CONVOLUTIONS | _TRANSPOSED | POOLS | {Operation.ADD, Operation.CONCAT, Operation.OTHER}
_FEW_CHANNELS = 4  # as many input channels have their kernels side by side in front of each map


class Kind(StrEnum):
    """How a column is drawn."""

    INPUT = "input"
    MAPS = "maps"
    DENSE = "dense"
    OUTPUT = "output"


@dataclass(frozen=True)
class Word:
    """One operation on an arrow, and the node that it stands for; `note` are parameters worth a word."""

    text: str
    node: str
    note: str = ""

    @property
    def full(self) -> str:
        return f"{self.text}, {self.note}" if self.note else self.text

    @property
    def short(self) -> str:
        return wording.short(self.text)


@dataclass(frozen=True)
class Kernels:
    """The kernels in front of a column of maps.

    `each_map`: every map has its own kernels before it (few input channels). Else one map's kernels are shown at a
    time, one for each map of the layer before. `inputs` are the input channels of one map.
    """

    node: str
    height: int
    width: int
    inputs: int
    groups: int
    each_map: bool


@dataclass(frozen=True)
class Column:
    """One column of the stage.

    `node` is whose values it shows, `layer` the node whose name and facts it bears (the dense layer of an activation),
    `maps` x `height` x `width` its values, `above` and `below` the words over and under the arrow that leads to it,
    `signed` whether negative values are to be expected, `keeps_maps` whether map i is made from map i of the column
    before alone.
    """

    kind: Kind
    node: str
    layer: str
    title: str
    shape: str
    maps: int
    height: int
    width: int
    above: tuple[Word, ...] = ()
    below: tuple[Word, ...] = ()
    note: str = ""
    signed: bool = True
    keeps_maps: bool = False
    kernels: Kernels | None = None
    nodes: tuple[str, ...] = ()  # all nodes behind the column before, up to this one


def _sheet(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Maps, height and width of a node's output, as `Maps.pixels` holds them."""
    if len(shape) == 1:
        return shape[0], 1, 1
    if len(shape) == 2:
        return shape[0], 1, shape[1]
    maps = 1
    for size in shape[:-2]:
        maps *= size
    return maps, shape[-2], shape[-1]


def columns(graph: Graph) -> tuple[Column, ...]:
    """The columns of a graph, from its input to its output. Its nodes are taken in the order in which they run."""
    nodes = graph.nodes
    maps, height, width = _sheet(nodes[0].output_shape)
    first = nodes[0].name
    found = [
        Column(
            Kind.INPUT, first, first, "Input", wording.shape(nodes[0].output_shape), maps, height, width,
            signed=False, nodes=(first,),
        )
    ]  # fmt: skip
    counts: dict[str, int] = {}
    pending: list[Node] = []
    output = _output_at(graph)
    index = 1
    while index < len(nodes):
        node = nodes[index]
        pending.append(node)
        index += 1
        if output is not None and index > output:
            pending.extend(nodes[index:])
            found.append(_output_column(graph, pending, nodes[output]))
            break
        if node.operation is Operation.LINEAR and len(node.output_shape) == 1:
            while index < len(nodes) and nodes[index].operation in _KEEPS_UNITS and index != output:
                pending.append(nodes[index])
                index += 1
        elif node.operation not in _MAPS or len(node.output_shape) < 2:
            continue
        found.append(_column(graph, pending, node, counts, before=found[-1], after=nodes[index:]))
        pending = []
    return tuple(found)


def _output_at(graph: Graph) -> int | None:
    """Where the node with the logits stands: the last but a softmax, if it is a flat vector."""
    last = len(graph.nodes) - 1
    if last > 0 and graph.nodes[last].operation is Operation.SOFTMAX:
        last -= 1
    return last if last > 0 and len(graph.nodes[last].output_shape) == 1 else None


def _output_column(graph: Graph, pending: list[Node], logits: Node) -> Column:
    above, below, note = _words(pending)
    softmax = pending[-1].name if pending[-1].operation is Operation.SOFTMAX else logits.name
    return Column(
        Kind.OUTPUT, logits.name, softmax, "Output", wording.shape(logits.output_shape), logits.output_shape[0], 1, 1,
        above, below, note, nodes=tuple(node.name for node in pending),
    )  # fmt: skip


def _column(
    graph: Graph, pending: list[Node], layer: Node, counts: dict[str, int], *, before: Column, after: tuple[Node, ...]
) -> Column:
    above, below, note = _words(pending)
    shown = pending[-1]
    maps, height, width = _sheet(shown.output_shape)
    dense = layer.operation is Operation.LINEAR
    family = wording.family(layer.operation)
    counts[family] = counts.get(family, 0) + 1
    path = [node.operation for node in pending]
    unsigned_before = before.kind is Kind.INPUT or not before.signed
    acts = [operation for operation in path if operation in ACTIVATIONS]
    if dense:
        signed = not (acts and acts[-1] in _NEVER_NEGATIVE)
    elif layer.operation in POOLS:
        signed = not (acts[-1] in _NEVER_NEGATIVE if acts else unsigned_before)
    else:
        signed = True
    return Column(
        Kind.DENSE if dense else Kind.MAPS,
        shown.name,
        layer.name,
        "Dense" if dense else f"{family} {counts[family]}",
        wording.shape(shown.output_shape),
        maps,
        height,
        width,
        above,
        below,
        note,
        signed=signed,
        keeps_maps=layer.operation in POOLS and maps == before.maps and before.kind is not Kind.INPUT,
        kernels=_kernels(graph, layer),
        nodes=tuple(node.name for node in pending),
    )


def _kernels(graph: Graph, layer: Node) -> Kernels | None:
    if layer.operation not in CONVOLUTIONS or "weight" not in layer.weights:
        return None
    groups = int(layer.attributes.get("groups", 1))
    channels = graph[layer.inputs[0]].output_shape[0]
    sizes = per_axis(layer.attributes.get("kernel_size", 1), len(layer.output_shape) - 1)
    height, width = (1, sizes[0]) if len(sizes) == 1 else (sizes[0], sizes[1])
    inputs = channels // groups
    from_input = graph[layer.inputs[0]].operation is Operation.INPUT
    each_map = (from_input and inputs <= _FEW_CHANNELS) or inputs == 1
    return Kernels(layer.name, height, width, inputs, groups, each_map)


def _words(pending: list[Node]) -> tuple[tuple[Word, ...], tuple[Word, ...], str]:
    """The operations on an arrow: above it, below it, and what is written below where only one operation stands."""
    words = [Word(wording.operation(node), node.name) for node in pending]
    main = next((i for i, node in enumerate(pending) if node.operation in _MAPS | {Operation.LINEAR}), len(words) - 1)
    note = wording.parameters(pending[main])
    if len(words) == 1:
        return (words[0],), (), note
    cut = max(main, 1)
    below = words[cut:]
    if note and main >= cut:
        place = main - cut
        below[place] = Word(below[place].text, below[place].node, note)
    return tuple(words[:cut]), tuple(below), ""
