"""From a graph to the volumes that a figure draws: which nodes are boxes, which words, and what is said only once.

A volume is what an operation hands on that changes the shape, with the activations, normalizations and the like that
follow it. Long networks are told in fewer boxes: blocks that repeat are drawn once with "×N", branching blocks by what
they hand on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.messages import Graph, Node, Operation
from gui.views import words
from gui.views.network import wording
from gui.views.network.receptive import windows

# Names that say nothing without the module that they are in.
_GENERIC = frozenset({"conv", "pool", "relu", "norm", "bn", "add", "cat", "linear", "flatten", "branch"})
_CONVOLUTIONS = ("conv", "conv_transpose")


class Kind(StrEnum):
    """How a volume is drawn."""

    INPUT = "input"
    MAPS = "maps"
    FLAT = "flat"
    SUM = "sum"  # an addition: a disc


@dataclass(frozen=True)
class Volume:
    """One box. `node` names it and is what a double-click opens, `shown` is the node whose values are on it.

    `sources` are indices of volumes before it. `kernel` is the window (height, width) that slides over its source;
    `dense` whether every unit sees all of the source. `inside` counts the nodes that a folded block stands for.
    """

    node: str
    shown: str
    title: str
    kind: Kind
    channels: int
    height: int
    width: int
    sources: tuple[int, ...]
    words: tuple[str, ...]
    nodes: tuple[str, ...]
    kernel: tuple[int, int] | None = None
    weighted: bool = False
    dense: bool = False
    inside: int = 0


@dataclass(frozen=True)
class Piece:
    """Volumes between two places that every path passes; the last of them is the second place.

    `times`: from here, `span` pieces stand for so many repetitions of themselves; 1 where they are told once. `module`
    is the path that the names of its volumes begin with, where there are several.
    """

    volumes: tuple[int, ...]
    times: int = 1
    span: int = 1
    module: str = ""


@dataclass(frozen=True)
class Figure:
    """Volumes in the order in which they run, and the pieces that they fall into."""

    volumes: tuple[Volume, ...]
    pieces: tuple[Piece, ...]
    folded: bool = False

    def columns(self) -> tuple[int, ...]:
        """The column of each volume: one behind the last of its sources."""
        found: list[int] = []
        for volume in self.volumes:
            found.append(max((found[source] + 1 for source in volume.sources), default=0))
        return tuple(found)


def figures(graph: Graph) -> Iterator[Figure]:
    """Figures of a graph, each told in less than the one before: all of it first."""
    whole = _pieces(_volumes(graph))
    before = 0
    for attempt in (_as_is, _repeats, _fold_large, _fold_all, _fold_runs):
        told = attempt(graph, whole)
        if len(told.volumes) != before:
            yield told
        before = len(told.volumes)


def figure(graph: Graph, *, most: int = 26) -> Figure:
    """The figure of a graph in about `most` columns: as much as there is room for, the rest folded."""
    for told in figures(graph):
        if max(told.columns(), default=0) < most:
            return told
    return told


def _sheet(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Channels, height and width of an output; a signal's length stands upright."""
    if len(shape) == 1:
        return shape[0], 1, 1
    if len(shape) == 2:
        return shape[0], shape[1], 1
    maps = 1
    for size in shape[:-2]:
        maps *= size
    return maps, shape[-2], shape[-1]


def _is_volume(graph: Graph, node: Node) -> bool:
    if node.operation in (Operation.INPUT, Operation.LINEAR, Operation.ADD, Operation.CONCAT, Operation.LSTM):
        return True
    if node.operation.value.startswith("conv") or "pool" in node.operation.value or len(node.inputs) != 1:
        return True
    before = graph[node.inputs[0]].output_shape
    return node.output_shape != before and not _is_flattening(node, before)


def _is_flattening(node: Node, before: tuple[int, ...]) -> bool:
    size = 1
    for axis in before:
        size *= axis
    return node.operation is Operation.FLATTEN or node.output_shape == (size,)


def _volumes(graph: Graph) -> list[Volume]:
    by_name = {node.name: node for node in graph.nodes}
    titles = words.titles(graph)
    owner: dict[str, int] = {}
    found: list[Volume] = []
    for node in graph.nodes:
        inputs = [name for name in node.inputs if name in owner]
        if inputs and not _is_volume_of(by_name, node):
            place = owner[node.name] = owner[inputs[0]]
            known = found[place]
            same = node.output_shape == by_name[known.shown].output_shape and known.shown in node.inputs
            said = known.words
            if node.operation not in (Operation.FLATTEN, Operation.OTHER):
                said = (*said, wording.short(wording.operation(node)))
            found[place] = replace(
                known, words=said, nodes=(*known.nodes, node.name), shown=node.name if same else known.shown
            )
            continue
        owner[node.name] = len(found)
        found.append(_volume(node, titles[node.name], tuple(dict.fromkeys(owner[name] for name in inputs))))
    return found


def _is_volume_of(by_name: dict[str, Node], node: Node) -> bool:
    if len(node.inputs) == 1 and node.inputs[0] in by_name:
        part = Graph("", "", (by_name[node.inputs[0]], node))
        return _is_volume(part, node)
    return True


def _volume(node: Node, title: str, sources: tuple[int, ...]) -> Volume:
    channels, height, width = _sheet(node.output_shape)
    slides = windows(node)
    kernel = None
    if slides:
        sizes = [slide.size for slide in slides]
        kernel = (sizes[-2], sizes[-1]) if len(sizes) > 1 else (sizes[0], 1)
    kind = Kind.MAPS
    if node.operation is Operation.INPUT:
        kind = Kind.INPUT if len(node.output_shape) > 1 else Kind.FLAT
    elif node.operation is Operation.ADD:
        kind = Kind.SUM
    elif len(node.output_shape) == 1:
        kind = Kind.FLAT
    text = "" if node.operation is Operation.INPUT else wording.operation(node)
    return Volume(
        node=node.name,
        shown=node.name,
        title=title,
        kind=kind,
        channels=channels,
        height=height,
        width=width,
        sources=sources,
        words=(text,) if text else (),
        nodes=(node.name,),
        kernel=kernel,
        weighted=node.operation.value.startswith(_CONVOLUTIONS),
        dense=node.operation is Operation.LINEAR,
    )


def _pieces(volumes: list[Volume]) -> Figure:
    """Cut where every path passes: no edge from before a cut leads beyond it."""
    pieces: list[Piece] = []
    start, reach = 0, 0
    last_use = list(range(len(volumes)))
    for index, volume in enumerate(volumes):
        for source in volume.sources:
            last_use[source] = max(last_use[source], index)
    for index in range(len(volumes)):
        if reach <= index:
            pieces.append(Piece(tuple(range(start, index + 1))))
            start = index + 1
        reach = max(reach, last_use[index])
    if start < len(volumes):
        pieces.append(Piece(tuple(range(start, len(volumes)))))
    named = []
    for piece in pieces:
        module = _module([volumes[index].node for index in piece.volumes]) if len(piece.volumes) > 1 else ""
        for index in piece.volumes:
            volumes[index] = replace(volumes[index], title=short_title(volumes[index].title, module))
        named.append(replace(piece, module=module))
    return Figure(tuple(volumes), tuple(named))


def short_title(title: str, module: str = "") -> str:
    """A path without the module that is named beside it, else its last step that says something."""
    if module and title.startswith(f"{module}."):
        return title.removeprefix(f"{module}.")
    steps = title.split(".")
    kept = 1
    while kept < len(steps) and (steps[-kept].isdigit() or steps[-kept] in _GENERIC):
        kept += 1
    return ".".join(steps[-kept:])


def _as_is(graph: Graph, whole: Figure) -> Figure:
    return whole


def _repeats(graph: Graph, whole: Figure) -> Figure:
    """Say pieces that repeat only once."""
    signatures = [_signature(whole, piece) for piece in whole.pieces]
    kept: list[Piece] = []
    origin: dict[int, int] = {}  # the volume that stands for one that is left out
    index = 0
    while index < len(signatures):
        span, times = _longest(signatures, index)
        group = whole.pieces[index : index + span]
        kept.append(replace(group[0], times=times, span=span) if times > 1 else group[0])
        kept += group[1:]
        for turn in range(1, times):
            for own, other in zip(group, whole.pieces[index + turn * span : index + (turn + 1) * span], strict=True):
                origin.update(zip(other.volumes, own.volumes, strict=True))
        index += span * times
    return _only(whole, kept, origin)


def _longest(signatures: Sequence[object], start: int) -> tuple[int, int]:
    """(pieces, times) of the repetition from `start` on that leaves out the most."""
    best, saved = (1, 1), 0
    for span in range(1, 7):
        pattern = signatures[start : start + span]
        times = 1
        while len(pattern) == span and signatures[start + times * span : start + (times + 1) * span] == pattern:
            times += 1
        if (times - 1) * span > saved:
            best, saved = (span, times), (times - 1) * span
    return best


def _signature(whole: Figure, piece: Piece) -> object:
    first = piece.volumes[0]
    return tuple(
        (
            volume.kind, volume.words, volume.kernel, volume.channels, volume.height, volume.width,
            tuple(max(source - first, -1) for source in volume.sources),
        )
        for volume in (whole.volumes[index] for index in piece.volumes)
    )  # fmt: skip


def _only(whole: Figure, kept: Sequence[Piece], origin: dict[int, int]) -> Figure:
    """The figure of the kept pieces; who leads on from a volume that is left out leads on from what stands for it."""
    places: dict[int, int] = {}
    volumes: list[Volume] = []
    for piece in kept:
        for index in piece.volumes:
            places[index] = len(volumes)
            volumes.append(whole.volumes[index])

    def place(source: int) -> int:
        return places[origin.get(source, source)]

    volumes = [
        replace(volume, sources=tuple(dict.fromkeys(place(source) for source in volume.sources))) for volume in volumes
    ]
    pieces = [replace(piece, volumes=tuple(places[index] for index in piece.volumes)) for piece in kept]
    return Figure(tuple(volumes), tuple(pieces), folded=True)


def _fold_large(graph: Graph, whole: Figure) -> Figure:
    """Draw blocks of many layers by what they hand on."""
    return _repeats(graph, _fold(graph, whole, least=6))


def _fold_all(graph: Graph, whole: Figure) -> Figure:
    """Draw every block by what it hands on."""
    return _repeats(graph, _fold(graph, whole, least=2))


def _fold_runs(graph: Graph, whole: Figure) -> Figure:
    """And layers of one shape in a row as one volume."""
    folded = _repeats(graph, _fold(graph, whole, least=2))
    kept: list[Piece] = []
    origin: dict[int, int] = {}
    volumes = list(folded.volumes)
    for piece in folded.pieces:
        last = volumes[piece.volumes[-1]]
        before = volumes[kept[-1].volumes[-1]] if kept else None
        single = len(piece.volumes) == 1 and before is not None and len(kept[-1].volumes) == 1
        if single and before is not None and (before.channels, before.height, before.width, before.kind) == (
            last.channels, last.height, last.width, last.kind
        ):  # fmt: skip
            place = kept[-1].volumes[-1]
            count = max(before.inside, 1) * kept[-1].times + max(last.inside, 1) * piece.times
            nodes = (*before.nodes, *last.nodes)
            volumes[place] = replace(before, nodes=nodes, inside=count, words=(f"{count} layers",))
            kept[-1] = replace(kept[-1], times=1)
            origin[piece.volumes[-1]] = place
        else:
            kept.append(replace(piece, span=1) if piece.times == 1 else piece)
    return _only(replace(folded, volumes=tuple(volumes)), kept, origin)


def _fold(graph: Graph, whole: Figure, *, least: int) -> Figure:
    volumes = list(whole.volumes)
    kept: list[Piece] = []
    for piece in whole.pieces:
        inner = [volumes[index] for index in piece.volumes]
        if len(inner) < least:
            kept.append(piece)
            continue
        end = piece.volumes[-1]
        entry = tuple(sorted({source for one in inner for source in one.sources if source < piece.volumes[0]}))
        nodes = tuple(name for one in inner for name in one.nodes)
        last = inner[-1]
        volumes[end] = replace(
            last,
            kind=Kind.FLAT if last.kind is Kind.FLAT else Kind.MAPS,
            title=short_title(_module([one.node for one in inner[:-1]])) or last.title,
            sources=entry,
            words=_block_words(inner, entry),
            nodes=nodes,
            kernel=None,
            dense=False,
            inside=len(inner),
        )
        kept.append(Piece((end,)))
    return _only(replace(whole, volumes=tuple(volumes)), kept, {})


def _block_words(inner: Sequence[Volume], entry: tuple[int, ...]) -> tuple[str, ...]:
    """What a folded block is: "residual block, 3 convs", "4 branches", "24 layers"."""
    weighted = sum(1 for one in inner if one.weighted or one.dense)
    layers = f"{weighted} convs" if weighted > 1 else f"{len(inner)} operations"
    if inner[-1].kind is Kind.SUM:
        return ("residual block", layers)
    heads = sum(1 for one in inner if set(one.sources) & set(entry) and one.kind is not Kind.SUM)
    joins = sum(1 for one in inner if one.words[:1] == ("Concat",))
    if joins == 1 and heads > 1:
        return (f"{heads} branches", layers)
    return ("dense block" if joins > 2 else "block", layers)


def _module(nodes: Sequence[str]) -> str:
    """The module that most of the nodes are in, as a path; "" if they share none."""
    split = [name.split(".") for name in nodes if "." in name]
    if not split:
        return ""
    path = split[0]
    for other in split[1:]:
        path = path[: next((i for i, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), len(path))]
    return ".".join(path[: max(len(one) for one in split)]) if path else ""
