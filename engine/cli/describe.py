"""`describe`: a network layer by layer."""

from __future__ import annotations

import argparse
import contextlib
import sys
from dataclasses import replace
from typing import cast

from engine import networks
from engine.cli.output import print_json, print_table
from engine.cli.usage import UsageError
from engine.messages import Graph


def describe(arguments: argparse.Namespace) -> int:
    """Print a network as a table or JSON; status 0. UsageError, after what ran, where forward() stops."""
    with contextlib.redirect_stdout(sys.stderr):  # what somebody's forward() prints
        graph, stopped = _graph(arguments.network, tuple(arguments.input or ()))
    if arguments.json:
        print_json(graph.to_json())
    else:
        _print(graph)
    if stopped:
        raise UsageError(f"{stopped}; what ran before is described")
    return 0


def _graph(name: str, shapes: tuple[tuple[int, ...], ...]) -> tuple[Graph, str]:
    """A network's graph, and what stopped it: nothing where it is of the catalogue."""
    from engine.graph import trace_graph

    if not networks.is_file_reference(name):
        if len(shapes) > 1:
            raise UsageError(f"{name} takes one input, not {len(shapes)}")
        shape = shapes[0] if shapes else networks.input_shape(name)
        if problem := networks.fit_problem(name, shape):
            raise networks.NetworkError(problem)
        module = networks.skeleton(name, input_shape=cast("tuple[int, int, int]", shape))
        title = next(entry.title for entry in networks.catalogue() if entry.name == name)
        return trace_graph(module, shape, name=name, title=title, strict=True), ""
    return _own(name, shapes)


def _own(name: str, shapes: tuple[tuple[int, ...], ...]) -> tuple[Graph, str]:
    """The graph of a module of the user's own, as far as it got, and what stopped it; inputs are guessed as in the app.

    UsageError where nothing that was guessed is taken.
    """
    from engine.networks.inputs import AskShapeError, fit
    from engine.networks.programs import program_examples

    module = networks.open_module(name)
    title = type(module).__name__
    try:
        fitting = fit(module, name=name, title=title, shapes=shapes)
    except AskShapeError as error:
        raise UsageError(f"{error}; give it, such as --input 3x32x32, once for each input") from error
    graph = fitting.heard.graph
    if not shapes and not program_examples(module):
        text = ", ".join("x".join(map(str, shape)) or "one number" for shape in fitting.shapes)
        graph = replace(graph, notes=(*graph.notes, f"the input {text} was guessed; --input says otherwise"))
    return graph, "" if fitting.heard.stopped is None else f"{title} {fitting.heard.stopped}"


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
