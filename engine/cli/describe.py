"""`describe`: a network layer by layer."""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from engine import networks
from engine.cli.arguments import UsageError
from engine.cli.output import print_json, print_table
from engine.messages import Graph

if TYPE_CHECKING:
    from torch import nn

# Usual sizes of pictures, tried in this order where none is given.
_SIDES = (28, 32, 64, 224, 96, 128, 256)


def describe(arguments: argparse.Namespace) -> int:
    with contextlib.redirect_stdout(sys.stderr):  # what somebody's forward() prints
        graph = _graph(arguments.network, arguments.input)
    if arguments.json:
        print_json(graph.to_json())
    else:
        _print(graph)
    return 0


def _graph(name: str, shape: tuple[int, ...] | None) -> Graph:
    from engine.graph import trace_graph

    if not networks.is_file_reference(name):
        shape = shape or networks.input_shape(name)
        if problem := networks.fit_problem(name, shape):
            raise networks.NetworkError(problem)
        module: nn.Module = networks.skeleton(name, input_shape=cast("tuple[int, int, int]", shape))
        title = next(entry.title for entry in networks.catalogue() if entry.name == name)
        return trace_graph(module, shape, name=name, title=title, strict=True)
    module = networks.open_module(name)
    title = type(module).__name__
    if shape is None:
        graph = _guessed(module, name=name, title=title)
    else:
        graph = trace_graph(module, shape, name=name, title=title, strict=True)
    return graph


def _guessed(module: nn.Module, *, name: str, title: str) -> Graph:
    """The graph for the first usual input that the module takes. UsageError if it takes none of them."""
    from engine.graph import GraphError, trace_graph

    for shape in _guesses(module):
        try:
            graph = trace_graph(module, shape, name=name, title=title, strict=True)
        except GraphError:
            continue
        text = "x".join(map(str, shape))
        return replace(graph, notes=(*graph.notes, f"the input {text} was guessed; --input says otherwise"))
    raise UsageError(f"the shape of an input of {name} cannot be guessed: give it, such as --input 3x32x32")


def _guesses(module: nn.Module) -> Iterator[tuple[int, ...]]:
    """Inputs that the first layer with weights would take."""
    from torch import nn
    from torch.nn.modules.conv import _ConvNd

    from engine.networks.programs import program_examples

    if known := program_examples(module):
        yield known[0][0][1:]
        return
    first = next((part for part in module.modules() if part._parameters), None)
    if isinstance(first, _ConvNd):
        dims = len(first.kernel_size)
        for side in _SIDES[: 3 if dims == 3 else None]:
            yield (first.in_channels, *[side] * dims)
    elif isinstance(first, nn.Linear):
        yield (first.in_features,)
        for channels in (1, 3):
            side = math.isqrt(first.in_features // channels)
            if channels * side * side == first.in_features:
                yield channels, side, side
    elif isinstance(first, nn.RNNBase):
        yield 16, first.input_size
    elif isinstance(first, nn.Embedding):
        yield (16,)


def _print(graph: Graph) -> None:
    print(f"{graph.title} ({graph.name})" if graph.title != graph.name else graph.title)
    print()
    before = {node.name: previous.name for previous, node in zip(graph.nodes, graph.nodes[1:], strict=False)}
    rows = []
    for node in graph.nodes:
        straight = node.inputs == (before.get(node.name, ""),) or not node.inputs
        rows.append(
            (
                node.name,
                str(node.operation) if node.operation != "other" else node.module,
                "x".join(map(str, node.output_shape)) or "1",
                f"{node.parameters:,}" if node.parameters else "",
                f"{node.multiply_adds:,}" if node.multiply_adds else "",
                "" if straight else "from " + ", ".join(node.inputs),
            )
        )
    rows.append(("total", "", "", f"{graph.parameters:,}", f"{graph.multiply_adds:,}", ""))
    header = ("name", "operation", "output", "parameters", "multiply-adds", "")
    shown = len(header) if any(row[-1] for row in rows) else len(header) - 1
    print_table([row[:shown] for row in rows], header=header[:shown], right=(2, 3, 4))
    for note in graph.notes:
        print(f"\nNote: {note}.")
