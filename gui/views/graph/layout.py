"""All of a diagram at 100 %: boxes of nodes and modules, wires between them, level within level."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from engine.messages import Operation
from gui.views.graph import texts
from gui.views.graph.layers import IN, OUT, Net
from gui.views.graph.level import DISC, Arranged, Cell, Wish, arrange
from gui.views.graph.modules import Leaf, Module, Network, Part

WIDE, NARROW, STRIP = 112.0, 68.0, 16.0
TALL, SHORT = 166.0, 98.0
HEAD, FOOT, PAD = 36.0, 30.0, 10.0
_NARROW = frozenset(
    {Operation.FLATTEN, Operation.DROPOUT, Operation.BATCH_NORM, Operation.LAYER_NORM}
) | texts.FUNCTIONS  # fmt: skip


class Look(Enum):
    """How a box is drawn."""

    CARD = "card"
    STRIP = "strip"  # a concatenation
    DISC = "disc"  # a sum
    GROUP = "group"  # an open module


@dataclass(frozen=True, eq=False)
class Box:
    """A part of the network at its place. `face` is the node whose values it shows; `tall` has three rows of maps."""

    key: str
    part: Part
    look: Look
    x: float
    y: float
    width: float
    height: float
    level: int
    face: int
    tall: bool = True

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def is_module(self) -> bool:
        return isinstance(self.part, Module)

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.key, self.part, self.look, self.x + dx, self.y + dy, self.width, self.height, self.level + 1,
                   self.face, self.tall)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Edge:
    """A wire at its place. `flows` are the node pairs that it carries; `ends` says whether it ends in an arrow."""

    points: tuple[tuple[float, float], ...]
    flows: tuple[tuple[int, int], ...]
    net: str
    source: int  # the node whose output it carries first
    skip: bool
    starts: bool  # at the box that makes it (and not at the frame of a module)
    ends: bool
    level: int

    def moved(self, dx: float, dy: float) -> Edge:
        points = tuple((x + dx, y + dy) for x, y in self.points)
        return Edge(points, self.flows, self.net, self.source, self.skip, self.starts, self.ends, self.level + 1)


@dataclass(frozen=True, eq=False)
class Layout:
    """Boxes (modules before what is in them) and edges; `enter` and `leave` are where the input and output join."""

    network: Network
    opened: frozenset[str]
    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    enter: tuple[float, float]
    leave: tuple[float, float]
    by_key: Mapping[str, Box] = field(default_factory=dict)

    def box_of(self, node: int) -> Box | None:
        """The smallest box that holds a node."""
        name = self.network.nodes[node].name
        if (own := self.by_key.get(name)) is not None:
            return own
        around = self.network.around(name)
        return next((self.by_key[one.key] for one in around if one.key in self.by_key
                     and self.by_key[one.key].look is not Look.GROUP), None)  # fmt: skip


@dataclass
class _Flows:
    """What runs on one level: by net its source (part key, or IN) and, by target, the node pairs."""

    nets: dict[str, tuple[str | int, dict[str | int, list[tuple[int, int]]]]] = field(default_factory=dict)

    def add(self, net: str, source: str | int, target: str | int, pair: tuple[int, int]) -> None:
        self.nets.setdefault(net, (source, {}))[1].setdefault(target, []).append(pair)


@dataclass(frozen=True)
class _Inner:
    arranged: Arranged
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


Header = Callable[[Module], float]


def lay_out(network: Network, opened: frozenset[str], *, fit: tuple[float, float], header: Header) -> Layout:
    """The layout with these modules open, so that all of it is seen well in `fit` (width, height in pixels).

    `header` measures what the head of an open module takes.
    """
    steps = steps_of(network, opened, fit=fit, header=header)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Layout = done.value
            return result


def steps_of(
    network: Network, opened: frozenset[str], *, fit: tuple[float, float], header: Header
) -> Generator[None, None, Layout]:
    """`lay_out` in steps of some milliseconds, for a thread that has other things to do as well."""
    chains = _chains(network, opened)
    flows = _flows(network, chains)
    yield
    inner = yield from _level(network, network.root, opened, flows, fit=fit, header=header)
    arranged = inner.arranged
    enter = (0.0, next(iter(arranged.ins.values()), arranged.height / 2))
    leave = (arranged.width, next(iter(arranged.outs.values()), arranged.height / 2))
    return Layout(network, opened, arranged.width, arranged.height, inner.boxes, inner.edges, enter, leave,
                  {box.key: box for box in inner.boxes})  # fmt: skip


def _chains(network: Network, opened: frozenset[str]) -> list[tuple[str, ...]]:
    """For each node the boxes that hold it, from the outermost to its own (or the closed module's)."""
    found: list[tuple[str, ...]] = [("#input",)] * len(network.nodes)

    def walk(module: Module, chain: tuple[str, ...]) -> None:
        for part in module.shown:
            own = (*chain, part.key)
            if isinstance(part, Module) and part.key in opened:
                walk(part, own)
            else:
                for index in range(part.first, part.last + 1):
                    found[index] = own

    walk(network.root, ())
    return found


def _flows(network: Network, chains: list[tuple[str, ...]]) -> dict[str, _Flows]:
    """What runs on each level, by the key of the open module (the network itself: "")."""
    found: dict[str, _Flows] = {}
    for target, sources in enumerate(network.inputs):
        to = chains[target]
        for source in dict.fromkeys(sources):
            come = chains[source]
            if come == to:
                continue
            net, pair = come[-1], (source, target)
            common = 0
            while common < min(len(come), len(to)) - 1 and come[common] == to[common]:
                common += 1
            for at in range(common + 1, len(come)):
                found.setdefault(come[at - 1], _Flows()).add(net, come[at], OUT, pair)
            level = come[common - 1] if common else ""
            start: str | int = IN if come[common] == "#input" else come[common]
            found.setdefault(level, _Flows()).add(net, start, to[common], pair)
            for at in range(common + 1, len(to)):
                found.setdefault(to[at - 1], _Flows()).add(net, IN, to[at], pair)
    last = len(network.nodes) - 1
    if last > 0:
        chain = chains[last]
        for at in range(len(chain)):
            found.setdefault(chain[at - 1] if at else "", _Flows()).add(chain[-1], chain[at], OUT, (last, last))
    return found


def _level(
    network: Network, module: Module, opened: frozenset[str], flows: dict[str, _Flows], *,
    fit: tuple[float, float] | None, header: Header,
) -> Generator[None, None, _Inner]:  # fmt: skip
    parts = module.shown
    inners: dict[str, _Inner] = {}
    cells: list[Cell] = []
    own = flows.get(module.key, _Flows())
    comes: dict[str | int, list[str]] = {}
    for net, (_, targets) in own.nets.items():
        for target in targets:
            comes.setdefault(target, []).append(net)
    for part in parts:
        if isinstance(part, Module) and part.key in opened:
            inners[part.key] = yield from _level(network, part, opened, flows, fit=None, header=header)
            cells.append(_group(part, inners[part.key]))
        else:
            cells.append(_cell(network, part, own, comes.get(part.key, [])))
    place = {part.key: index for index, part in enumerate(parts)}
    nets = [
        Net(net, IN if source == IN else place[str(source)],
            tuple(OUT if goal == OUT else place[str(goal)] for goal in targets))
        for net, (source, targets) in own.nets.items()
    ]  # fmt: skip
    least = header(module) if module.key else 0.0
    arranged = arrange(cells, nets, Wish(fit=fit, least=least))
    yield
    boxes, edges = [], []
    for part, (x, y, width, height), alone in zip(parts, arranged.boxes, arranged.alone, strict=True):
        face = network.face(part) if isinstance(part, Module) else part.first
        box = Box(part.key, part, _look(network, part, opened), x, y, width, height, 0, face, alone)
        boxes.append(box)
        if (inner := inners.get(part.key)) is not None:
            boxes += [one.moved(x, y + HEAD) for one in inner.boxes]
            edges += [one.moved(x, y + HEAD) for one in inner.edges]
    for wire in arranged.wires:
        target = OUT if wire.target == OUT else parts[wire.target].key
        pairs = tuple(own.nets[wire.net][1][target])
        arrow = wire.target >= 0 and parts[wire.target].key not in inners
        ends_in = network.nodes[parts[wire.target].first].operation if arrow else None
        skip = wire.over > 0 and arrow and isinstance(parts[wire.target], Leaf) and ends_in in (
            Operation.ADD, Operation.CONCAT)  # fmt: skip
        starts = wire.source >= 0 and parts[wire.source].key not in inners
        edges.append(Edge(wire.points, pairs, wire.net, pairs[0][0], skip, starts, arrow, 0))
    return _Inner(arranged, tuple(boxes), tuple(edges))


def _look(network: Network, part: Part, opened: frozenset[str]) -> Look:
    if isinstance(part, Module):
        return Look.GROUP if part.key in opened else Look.CARD
    operation = network.nodes[part.first].operation
    if operation is Operation.ADD:
        return Look.DISC
    return Look.STRIP if operation is Operation.CONCAT else Look.CARD


def _group(module: Module, inner: _Inner) -> Cell:
    arranged = inner.arranged
    height = HEAD + arranged.height + FOOT
    ins = {net: HEAD + y - height / 2 for net, y in arranged.ins.items()}
    outs = {net: HEAD + y - height / 2 for net, y in arranged.outs.items()}
    return Cell(module.key, arranged.width, (height, height), ins, outs)


def _cell(network: Network, part: Part, own: _Flows, comes: list[str]) -> Cell:
    if isinstance(part, Module):
        return Cell(part.key, WIDE, (TALL, SHORT))
    node = network.nodes[part.first]
    if node.operation is Operation.ADD:
        return Cell(part.key, DISC, (DISC, DISC), disc=True)
    if node.operation is Operation.CONCAT:
        return _strip(network, part, own, comes)
    narrow = not node.parameters and (node.operation in _NARROW or "pool" in node.operation.value)
    return Cell(part.key, NARROW if narrow or node.operation in _NARROW else WIDE, (TALL, SHORT))


def segments(network: Network, node: int) -> list[tuple[int, int]]:
    """What a concatenation is made of, as it is drawn: (node, channels) from the top down."""
    found = []
    for source in network.inputs[node]:
        shape = network.nodes[source].output_shape
        found.append((source, shape[0] if shape else 1))
    return found


def strip_height(network: Network, node: int) -> float:
    """3 px a channel, 2 or 1 where they are many, but no higher than a few cards."""
    total = sum(size for _, size in segments(network, node))
    scale = 3.0 if total <= 110 else 2.0 if total <= 160 else 1.0
    height = min(max(total * scale, 84.0), 330.0 if len(network.inputs[node]) > 2 else 166.0)
    return 2.0 * round(height / 2)


def segment_spans(network: Network, node: int, height: float) -> list[tuple[int, float, float]]:
    """(node, top, bottom) of each part of a strip, from its top; 4 px apart where there is room."""
    parts = segments(network, node)
    if not parts:
        return []
    apart = 4.0 if height > 10 * len(parts) else 1.0
    room = height - apart * (len(parts) - 1)
    total = sum(size for _, size in parts)
    least = min(5.0, room / len(parts) / 2)
    sizes = [max(room * size / total, least) for _, size in parts]
    scale = room / sum(sizes)
    y, found = 0.0, []
    for (source, _), size in zip(parts, sizes, strict=True):
        found.append((source, y, y + size * scale))
        y += size * scale + apart
    return found


def _strip(network: Network, part: Leaf, own: _Flows, comes: list[str]) -> Cell:
    height = strip_height(network, part.first)
    spans = {source: (top + bottom) / 2 - height / 2
             for source, top, bottom in segment_spans(network, part.first, height)}  # fmt: skip
    ins = {}
    for net in comes:
        heights = [spans[source] for source, _ in own.nets[net][1][part.key] if source in spans]
        ins[net] = float(round(sum(heights) / len(heights))) if heights else 0.0
    return Cell(part.key, STRIP, (height, height), ins)


def cards(layout: Layout) -> Iterator[Box]:
    """All boxes but the open modules."""
    return (box for box in layout.boxes if box.look is not Look.GROUP)
