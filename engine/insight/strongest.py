"""The samples that activate a map most, and where in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.insight.subject import InsightError, Material, Subject, map_of
from engine.messages import Graph, Node
from engine.messages.insight import AskStrongest, Strongest
from engine.traces import receptive

_SECONDS = 20.0
_LEAST = 32
_TELL_SECONDS = 0.7


def strongest(
    subject: Subject, material: Material, question: AskStrongest, *, clock: Callable[[], float] = perf_counter
) -> Iterator[Strongest | None]:
    """Answers, each over more samples; None where a slice of the work is done. Raises InsightError."""
    node = subject.check(question.node, question.map)
    indices = material.spread(max(1, question.samples))
    if not len(indices):
        raise InsightError("There are no samples to look at.")
    size = subject.batch_size()
    values, cells = np.zeros(0, np.float32), np.zeros(0, np.int64)
    spent = told = 0.0
    for start in range(0, len(indices), size):
        began = clock()
        inputs, _ = material.inputs(indices[start : start + size])
        with torch.inference_mode():
            peaks, places = _peaks(subject.run(inputs, node.name)[0], question.map)
        values, cells = np.append(values, peaks), np.append(cells, places)
        spent += clock() - began
        if spent >= _SECONDS and len(values) >= _LEAST:
            break
        if spent - told >= _TELL_SECONDS and start + size < len(indices):
            told = spent
            yield _answer(subject.graph, node, material, question, indices[: len(values)], values, cells)
        else:
            yield None
    yield _answer(subject.graph, node, material, question, indices[: len(values)], values, cells)


def _peaks(values: Tensor, map: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Each sample's largest value in a map, and in which of its cells."""
    found = map_of(values, map).float().nan_to_num(nan=-torch.inf).max(1)
    return found.values.cpu().numpy(), found.indices.cpu().numpy()


def _answer(
    graph: Graph,
    node: Node,
    material: Material,
    question: AskStrongest,
    indices: NDArray[np.int64],
    values: NDArray[np.float32],
    cells: NDArray[np.int64],
) -> Strongest:
    def field(row: int, column: int) -> tuple[int, int, int, int]:
        if len(graph.input_shape) == 3:
            return box(graph, node, question.map, row, column)
        height, width = material.pictures.shape[-2:]
        return 0, height - 1, 0, width - 1  # what is no picture is only drawn as one

    order = np.argsort(-values, kind="stable")[: max(question.count, 0)]
    rows, columns = np.divmod(cells[order], node.output_shape[-1] if len(node.output_shape) > 1 else 1)
    found = indices[order]
    return Strongest(
        question=question,
        split=material.split,
        seen=len(values),
        indices=found,
        labels=material.labels[found],
        pictures=material.pictures[found],
        values=values[order],
        cells=np.stack([rows, columns], 1).astype(np.int64),
        fields=np.array([field(int(r), int(c)) for r, c in zip(rows, columns, strict=True)], np.int64),
    )


def box(graph: Graph, node: Node, map: int, row: int, column: int) -> tuple[int, int, int, int]:
    """First and last row, first and last column of the input that reach a cell of a map; all of it for a dense unit."""
    height, width = ((1, 1, *graph.input_shape)[-2:]) if graph.input_shape else (1, 1)
    axes = len(node.output_shape) - 1
    cell: tuple[int, ...] = (row, column) if axes == 2 else (column,) if axes == 1 else ()
    if axes > 2:
        return 0, height - 1, 0, width - 1
    name, channel, cell = receptive.unflattened(graph, node.name, map, cell)
    region = receptive.project(graph, name, cell, graph.nodes[0].name, channel)
    if region is None or len(region) != 2:
        return 0, height - 1, 0, width - 1
    (top, bottom), (left, right) = region
    return top, bottom, left, right
