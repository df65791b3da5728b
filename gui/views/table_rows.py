"""A network's layers as rows of numbers: what a table lists, sorts and copies."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.messages import Graph, Node
from engine.traces.receptive import Field, fields, windows
from gui.theme import numbers
from gui.theme.numbers import TIMES
from gui.views import words
from gui.views.network import wording

_BYTES = 4  # of a value: float32


@dataclass(frozen=True)
class Row:
    """One layer. Shapes are (channels, *spatial), window sizes one an axis; `memory` is of its output, in bytes."""

    index: int
    node: str
    title: str
    operation: str
    inputs: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    parameters: int
    multiply_adds: int
    field: Field | None
    memory: int


@dataclass(frozen=True)
class Column:
    """`text` is what a cell says, `order` what it is sorted by, `plain` what a program reads in the CSV."""

    title: str
    tip: str
    text: Callable[[Row], str]
    order: Callable[[Row], Any]
    plain: Callable[[Row], object]
    numeric: bool = True
    share: Callable[[Row], int] | None = None  # what its bar is a share of the total of


def rows(graph: Graph) -> tuple[Row, ...]:
    """All nodes of a graph, in the order in which they run."""
    seen = fields(graph)
    by_name = {node.name: node for node in graph.nodes}
    titles = words.titles(graph)
    return tuple(
        _row(index, node, titles[node.name], by_name, seen.get(node.name)) for index, node in enumerate(graph.nodes)
    )


def _row(index: int, node: Node, title: str, by_name: dict[str, Node], seen: Field | None) -> Row:
    slides = windows(node)
    return Row(
        index=index,
        node=node.name,
        title=title,
        operation=wording.operation(node),
        inputs=tuple(by_name[name].output_shape for name in node.inputs if name in by_name),
        output=node.output_shape,
        kernel=tuple(slide.size for slide in slides),
        stride=tuple(slide.stride for slide in slides),
        padding=tuple(slide.before for slide in slides),
        parameters=node.parameters,
        multiply_adds=node.multiply_adds,
        field=seen,
        memory=_BYTES * math.prod(node.output_shape),
    )


def _each(sizes: Sequence[int]) -> str:
    if not sizes:
        return ""
    return str(sizes[0]) if len(set(sizes)) == 1 else TIMES.join(map(str, sizes))


def _square(sizes: Sequence[int]) -> str:
    return TIMES.join(map(str, sizes))


def _inputs(row: Row) -> str:
    shapes = [wording.shape(shape) for shape in row.inputs]
    if len(shapes) > 2:
        return f"{shapes[0]} + {len(shapes) - 1} more"
    return " + ".join(shapes)


def _field(row: Row) -> str:
    if row.field is None or not row.field.size:
        return ""
    return "all" if row.field.everything else _square(row.field.size)


def _of_field(row: Row, part: str) -> tuple[int, ...]:
    if row.field is None or row.field.everything:
        return ()
    found: tuple[int, ...] = getattr(row.field, part)
    return found


def _offset(row: Row) -> str:
    starts = _of_field(row, "start")
    if not starts:
        return ""
    alike = starts[:1] if len(set(starts)) == 1 else starts
    return ", ".join(numbers.text(start, 0) for start in alike)


def _with(sizes: Sequence[int]) -> str:
    return "x".join(map(str, sizes))


COLUMNS = (
    Column("#", "Place in the order of running", lambda r: str(r.index), lambda r: r.index, lambda r: r.index),
    Column("Name", "Its name in the code", lambda r: r.node, lambda r: r.node.lower(), lambda r: r.node, False),
    Column(
        "Operation", "What it computes", lambda r: r.operation, lambda r: r.operation, lambda r: r.operation, False
    ),
    Column(
        "Input", "Height × width × channels of what enters", _inputs,
        lambda r: sum(math.prod(shape) for shape in r.inputs), lambda r: " ".join(map(_with, r.inputs)), False,
    ),
    Column(
        "Output", "Height × width × channels of what comes out", lambda r: wording.shape(r.output),
        lambda r: math.prod(r.output), lambda r: _with(r.output), False,
    ),
    Column("Kernel", "Size of the window", lambda r: _square(r.kernel), lambda r: r.kernel, lambda r: _with(r.kernel)),
    Column("Stride", "Step of the window", lambda r: _each(r.stride), lambda r: r.stride, lambda r: _with(r.stride)),
    Column(
        "Padding", "Cells added before the first", lambda r: _each(r.padding), lambda r: r.padding,
        lambda r: _with(r.padding),
    ),
    Column(
        "Parameters", "Weights and biases; the bar is the share of all",
        lambda r: numbers.count(r.parameters) if r.parameters else "", lambda r: r.parameters,
        lambda r: r.parameters, share=lambda r: r.parameters,
    ),
    Column(
        "Multiply-adds", "For one sample; the bar is the share of all",
        lambda r: numbers.count(r.multiply_adds) if r.multiply_adds else "", lambda r: r.multiply_adds,
        lambda r: r.multiply_adds, share=lambda r: r.multiply_adds,
    ),
    Column(
        "Receptive field", "Input cells that reach one of its cells", _field,
        lambda r: (r.field is not None and r.field.everything, r.field.size if r.field is not None else ()),
        lambda r: _with(r.field.size) if r.field is not None else "",
    ),
    Column(
        "Jump", "Input cells from one receptive field to the next", lambda r: _each(_of_field(r, "stride")),
        lambda r: _of_field(r, "stride"), lambda r: _with(_of_field(r, "stride")),
    ),
    Column(
        "Offset", "Where the first receptive field starts on the input; below 0 in the padding", _offset,
        lambda r: _of_field(r, "start"), lambda r: " ".join(map(str, _of_field(r, "start"))),
    ),
    Column(
        "Memory", "Of its output, for one sample in float32", lambda r: numbers.size_in_bytes(r.memory),
        lambda r: r.memory, lambda r: r.memory, share=lambda r: r.memory,
    ),
)  # fmt: skip


def matches(row: Row, query: str) -> bool:
    """Whether all words of a query are in what a row says."""
    text = f"{row.node} {row.title} {row.operation} {wording.shape(row.output)}".lower()
    return all(word in text for word in query.lower().replace("x", TIMES).split()) or all(
        word in text for word in query.lower().split()
    )


def as_csv(found: Sequence[Row]) -> str:
    """The rows for a spreadsheet or a program: sizes as 28x28, numbers without thousands, memory in bytes."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([column.title if column.title != "Memory" else "Memory (bytes)" for column in COLUMNS])
    for row in found:
        writer.writerow([column.plain(row) for column in COLUMNS])
    return target.getvalue()
