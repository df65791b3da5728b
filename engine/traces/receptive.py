"""Receptive fields: which cells of an earlier layer a cell comes from, exactly, from the attributes of a graph.

Cells go back window by window, and at every layer those that don't exist fall away: padding comes from nowhere.
Araujo, Norris, Sim: Computing receptive fields of convolutional neural networks, Distill 2019, section "General".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.messages import ACTIVATIONS, Graph, Node, Operation

Range = tuple[int, int]  # first and last cell along one axis, both included
Region = tuple[Range, ...]  # one Range an axis
_Cells = tuple[NDArray[np.int_], ...]  # sorted positions, one array an axis

_CONVOLUTIONS = frozenset({Operation.CONV1D, Operation.CONV2D, Operation.CONV3D})
_TRANSPOSED = frozenset({Operation.CONV_TRANSPOSE1D, Operation.CONV_TRANSPOSE2D, Operation.CONV_TRANSPOSE3D})
_POOLS = frozenset(
    {
        Operation.MAX_POOL1D,
        Operation.MAX_POOL2D,
        Operation.MAX_POOL3D,
        Operation.AVG_POOL1D,
        Operation.AVG_POOL2D,
        Operation.AVG_POOL3D,
    }
)
_ADAPTIVE = frozenset({Operation.ADAPTIVE_AVG_POOL, Operation.ADAPTIVE_MAX_POOL})
_EACH_CELL = ACTIVATIONS | {Operation.DROPOUT, Operation.BATCH_NORM, Operation.ADD, Operation.CONCAT}


@dataclass(frozen=True)
class Window:
    """How an operation slides along one axis: cell i covers i * stride - before + dilation * (0 … size - 1)."""

    size: int
    stride: int
    before: int
    dilation: int = 1

    @property
    def reach(self) -> int:
        """Cells from the first that is covered to the last, holes of the dilation included."""
        return self.dilation * (self.size - 1) + 1


@dataclass(frozen=True)
class Field:
    """The receptive field of a node's cells on the network's input, one entry a spatial axis.

    Cell i covers `size` input cells from `start + i * stride` on; what of it lies outside the input is padding.
    `everything` where each cell sees the whole input (behind a dense layer): size is the input's, stride and start 0.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    start: tuple[int, ...]
    everything: bool = False


def per_axis(value: Any, axes: int) -> tuple[int, ...]:
    """An attribute that is one whole number, or one an axis, as one an axis."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        sizes = tuple(int(entry) for entry in value)
        return sizes if len(sizes) == axes else (sizes[0],) * axes
    return (int(value),) * axes


def spatial(shape: Sequence[int]) -> tuple[int, ...]:
    """The spatial part of a shape (channels, *spatial); () of a flat one."""
    return tuple(int(size) for size in shape[1:])


def windows(node: Node) -> tuple[Window, ...]:
    """The windows of a convolution or pooling, one an axis; () of any other operation."""
    axes = len(node.output_shape) - 1
    if node.operation not in _CONVOLUTIONS | _TRANSPOSED | _POOLS or axes < 1:
        return ()
    attributes: Mapping[str, Any] = node.attributes
    size = per_axis(attributes.get("kernel_size", 1), axes)
    pooling = node.operation in _POOLS
    stride_of = attributes.get("stride")
    stride = per_axis(stride_of, axes) if stride_of not in (None, []) else (size if pooling else (1,) * axes)
    dilation = per_axis(attributes.get("dilation", 1), axes)
    padding = attributes.get("padding", 0)
    if padding == "same":
        before = tuple(d * (k - 1) // 2 for k, d in zip(size, dilation, strict=True))
    elif padding == "valid":
        before = (0,) * axes
    else:
        before = per_axis(padding, axes)
    return tuple(Window(*of_axis) for of_axis in zip(size, stride, before, dilation, strict=True))


def _whole(sizes: Sequence[int]) -> _Cells:
    return tuple(np.arange(size) for size in sizes)


def _back(node: Node, cells: _Cells, onto: Sequence[int]) -> _Cells | None:
    """The cells of an input of spatial shape `onto` that cells of the node's output come from; None where none are.

    Cells are listed one array an axis. Holes of strides and dilations are kept, so that the ends are exact.
    """
    if len(cells) != len(onto) or not cells:
        return _whole(onto)
    found: list[NDArray[np.int_]] = []
    if node.operation in _CONVOLUTIONS | _POOLS:
        found = [_slid(places, w) for places, w in zip(cells, windows(node), strict=True)]
    elif node.operation in _TRANSPOSED:
        found = [_solved(places, w) for places, w in zip(cells, windows(node), strict=True)]
    elif node.operation in _ADAPTIVE:
        for places, size, out in zip(cells, onto, spatial(node.output_shape), strict=True):
            first, last = places * size // out, -(-(places + 1) * size // out) - 1
            found.append(np.arange(first.min(), last.max() + 1))
    elif node.operation in _EACH_CELL:
        found = list(cells)
    else:
        return _whole(onto)
    return _real(found, onto)


def _ahead(node: Node, cells: _Cells) -> _Cells | None:
    """The cells of a node's output that cells of its input reach; None where they reach none."""
    sizes = spatial(node.output_shape)
    if len(cells) != len(sizes) or not cells:
        return _whole(sizes)
    found: list[NDArray[np.int_]] = []
    if node.operation in _CONVOLUTIONS | _POOLS:
        found = [_solved(places, w) for places, w in zip(cells, windows(node), strict=True)]
    elif node.operation in _TRANSPOSED:
        found = [_slid(places, w) for places, w in zip(cells, windows(node), strict=True)]
    elif node.operation in _EACH_CELL:
        found = list(cells)
    else:
        return _whole(sizes)
    return _real(found, sizes)


def _slid(places: NDArray[np.int_], w: Window) -> NDArray[np.int_]:
    """What the windows at `places` cover."""
    return np.unique(places[:, None] * w.stride - w.before + w.dilation * np.arange(w.size))


def _solved(places: NDArray[np.int_], w: Window) -> NDArray[np.int_]:
    """The windows that cover one of `places`."""
    starts = np.unique(places[:, None] + w.before - w.dilation * np.arange(w.size))
    whole: NDArray[np.int_] = starts[starts % w.stride == 0] // w.stride
    return whole


def _real(cells: Sequence[NDArray[np.int_]], sizes: Sequence[int]) -> _Cells | None:
    """The cells that exist; None if an axis has none."""
    kept = tuple(places[(places >= 0) & (places < size)] for places, size in zip(cells, sizes, strict=True))
    return kept if all(len(places) for places in kept) else None


def _joined(one: _Cells | None, other: _Cells) -> _Cells:
    if one is None or len(one) != len(other):
        return other
    return tuple(np.union1d(a, b) for a, b in zip(one, other, strict=True))


def _region(cells: _Cells) -> Region:
    return tuple((int(places[0]), int(places[-1])) for places in cells)


def reached(graph: Graph, node: str, cell: Sequence[int], onto: str) -> Region | None:
    """The cells of `onto` that a cell of `node` reaches, first and last included; None where it reaches none.

    As `project`, but forward. Where paths meet again it is the hull of what they reach.
    """
    graph[onto]
    found: dict[str, _Cells] = {node: _one_cell(graph[node], cell)}
    for current in graph.nodes:
        for name in current.inputs:
            if name in found and current.name != node and (cells := _ahead(current, found[name])) is not None:
                found[current.name] = _joined(found.get(current.name), cells)
    return _region(found[onto]) if onto in found else None


def _one_cell(node: Node, cell: Sequence[int]) -> _Cells:
    axes = len(spatial(node.output_shape))
    if len(cell) != axes:
        raise ValueError(f"A cell of {node.name} has {axes} positions, not {len(cell)}.")
    return tuple(np.array([int(place)]) for place in cell)


def regions(graph: Graph, node: str, cell: Sequence[int], channel: int | None = None) -> dict[str, Region]:
    """For every node that a cell comes from, the region of its spatial axes that does, the node itself included.

    `cell` is the position along the node's spatial axes (row, column); () of a dense unit, which every cell of the
    layer before it reaches. A region's ends are exact; where paths meet again (a sum, a concatenation) it is the hull.
    With `channel` only paths count that lead to it: behind a concatenation not all do.
    """
    by_name = {each.name: each for each in graph.nodes}
    found: dict[str, _Cells] = {node: _one_cell(by_name[node], cell)}
    leading = {} if channel is None else sources(graph, node, channel)
    for current in reversed(graph.nodes):
        cells = found.get(current.name)
        if cells is None:
            continue
        for name, channels in _inputs(current, by_name, leading.get(current.name)):
            before = (
                _back(current, cells, spatial(by_name[name].output_shape)) if channels is None or channels else None
            )
            if before is not None:
                found[name] = _joined(found.get(name), before)
    return {name: _region(cells) for name, cells in found.items()}


def project(graph: Graph, node: str, cell: Sequence[int], onto: str, channel: int | None = None) -> Region | None:
    """The rows and columns of `onto` that a cell of `node` comes from, first and last included, clipped to real cells.

    `cell` and the result have one entry a spatial axis: (rows, columns) for pictures, () where a layer is flat.
    `channel`: see `regions`.
    None where `onto` is no ancestor of the node or only padding lies between. KeyError for an unknown node.
    """
    graph[onto]
    return regions(graph, node, cell, channel).get(onto)


def unflattened(graph: Graph, node: str, channel: int, cell: Sequence[int] = ()) -> tuple[str, int, tuple[int, ...]]:
    """(node, channel, cell) of the cell of a map that a unit is, where only flattening and functions of single cells
    lie between; else what is given."""
    current, unit = graph[node], channel
    while len(current.output_shape) == 1 and len(current.inputs) == 1:
        source = graph[current.inputs[0]]
        if current.operation is Operation.FLATTEN and len(source.output_shape) > 1:
            found, *places = (int(place) for place in np.unravel_index(unit, source.output_shape))
            return source.name, found, tuple(places)
        if current.operation not in _EACH_CELL | {Operation.FLATTEN}:
            break
        current = source
    return node, channel, tuple(cell)


def field(graph: Graph, node: str, channel: int | None = None) -> Field:
    """Size, stride and start of a node's receptive field on the network's input (its first node), by the longest path
    (of those that lead to `channel`).

    Behind a dense layer, a flattening or an adaptive pooling every cell is taken to see the whole input.
    """
    return fields(graph, until=node, channel=channel)[node]


def fields(graph: Graph, *, until: str | None = None, channel: int | None = None) -> dict[str, Field]:
    """`field` of all nodes, or of those up to `until`, at once; `channel` is one of `until`."""
    leading = {} if channel is None or until is None else sources(graph, until, channel)
    by_name = {each.name: each for each in graph.nodes} if leading else {}
    whole = spatial(graph.input_shape)
    axes = len(whole)
    found: dict[str, Field] = {graph.nodes[0].name: Field((1,) * axes, (1,) * axes, (0,) * axes)}
    everything = Field(whole, (0,) * axes, (0,) * axes, everything=True)
    for current in graph.nodes[1:]:
        before = [found[name] for name in current.inputs if name in found]
        if current.name in leading:
            inputs = _inputs(current, by_name, leading[current.name])
            before = [found[name] for name, channels in inputs if channels and name in found]
        if not before:
            found[current.name] = everything
            continue
        base = max(before, key=lambda known: (known.everything, known.size))
        slides = windows(current)
        if base.everything or len(spatial(current.output_shape)) != axes or current.operation in _TRANSPOSED:
            found[current.name] = everything
        elif slides:
            found[current.name] = Field(
                size=tuple(s + (w.reach - 1) * j for s, j, w in zip(base.size, base.stride, slides, strict=True)),
                stride=tuple(j * w.stride for j, w in zip(base.stride, slides, strict=True)),
                start=tuple(a - w.before * j for a, j, w in zip(base.start, base.stride, slides, strict=True)),
            )
        elif current.operation in _EACH_CELL:
            found[current.name] = base
        else:
            found[current.name] = everything
        if current.name == until:
            break
    return found


def sources(graph: Graph, node: str, channel: int) -> dict[str, frozenset[int]]:
    """For every node that channel `channel` (of a dense layer: unit) of `node` comes from, which channels reach it."""
    by_name = {each.name: each for each in graph.nodes}
    found: dict[str, frozenset[int]] = {node: frozenset({channel})}
    for current in reversed(graph.nodes):
        channels = found.get(current.name)
        if channels is None:
            continue
        for name, before in _inputs(current, by_name, channels):
            if before:
                found[name] = found.get(name, frozenset()) | before
    return found


def _inputs(
    node: Node, by_name: Mapping[str, Node], channels: frozenset[int] | None
) -> Iterator[tuple[str, frozenset[int] | None]]:
    """Each input of a node, with those of its channels that reach `channels` (None: nobody asks)."""
    offset = 0
    for name in node.inputs:
        size = by_name[name].output_shape[0]
        yield name, None if channels is None else _channels_back(node, channels, size, offset)
        offset += size


def _channels_back(node: Node, channels: frozenset[int], size: int, offset: int) -> frozenset[int]:
    if node.operation is Operation.CONCAT:
        return frozenset(channel - offset for channel in channels if offset <= channel < offset + size)
    if node.operation in _CONVOLUTIONS | _TRANSPOSED:
        groups = int(node.attributes.get("groups", 1))
        inputs, outputs = size // groups, node.output_shape[0] // groups
        if groups > 1 and inputs and outputs:
            wanted = {channel // outputs for channel in channels}
            return frozenset(i for group in wanted for i in range(group * inputs, (group + 1) * inputs))
        return frozenset(range(size))
    if node.operation in _POOLS | _ADAPTIVE | _EACH_CELL and node.output_shape[0] == size:
        return channels
    return frozenset(range(size))
