"""What is told of the node or wire under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.messages import Operation
from gui.theme import Theme, numbers
from gui.views.graph import texts
from gui.views.graph.layout import Box, Edge
from gui.views.graph.modules import Module, Network
from gui.views.network.cards import paint_facts
from gui.views.network.facts import Facts, facts

_NAMES = 3


def box_facts(network: Network, box: Box) -> Facts:
    """The facts of a node, with its parameters written out, or of a module."""
    if isinstance(box.part, Module):
        return _module_facts(network, box.part, box.face)
    node = network.nodes[box.part.first]
    found = facts(network.graph, node.name, texts.operation(node).capitalize())
    rows = list(found.rows)
    if node.operation in (Operation.CONCAT, Operation.ADD):
        rows.insert(0, ("Inputs", _listed([f"{name} ({_channels(network, name)})" for name in node.inputs])))
    if box.part.first in network.shared:
        own = set(node.weights.values())
        others = [other.name for other in network.nodes if other is not node and own & set(other.weights.values())]
        rows.append(("Parameters shared with", _listed(others)))
    if box.part.first in network.unused:
        rows.append(("Unused", "nothing takes its output"))
    return Facts(found.title, found.name, tuple(rows))


def _module_facts(network: Network, module: Module, face: int) -> Facts:
    rows = [
        ("Holds", network.kind(module)),
        ("Layers", numbers.count(module.last - module.first + 1)),
        ("Shape", texts.shape(network.nodes[face].output_shape)),
        ("Parameters", _share(network.parameters(module), network.graph.parameters)),
        ("Multiply-adds", _share(network.multiply_adds(module), network.graph.multiply_adds)),
    ]
    return Facts(module.label, module.key, tuple(rows))


def _share(value: int, total: int) -> str:
    text = numbers.count(value)
    return f"{text}, {numbers.percent(value / total, 1)} of all" if total and value else text


def _channels(network: Network, name: str) -> str:
    shape = network.nodes[network.numbers[name]].output_shape if name in network.numbers else ()
    return str(shape[0]) if shape else "?"


def _listed(names: list[str]) -> str:
    if len(names) <= _NAMES + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"


def edge_facts(network: Network, edge: Edge) -> Facts:
    """What a wire carries, from where to where."""
    source = network.nodes[edge.source]
    targets = list(dict.fromkeys(network.nodes[target].name for _, target in edge.flows if target != edge.source))
    rows = [("Shape", texts.shape(source.output_shape)), ("From", source.name)]
    if targets:
        rows.append(("To", _listed(targets)))
    return Facts("skip" if edge.skip else "Output", source.name, tuple(rows))


def paint(painter: QPainter, theme: Theme, found: Facts, *, near: QPointF, bounds: QRectF, hint: str) -> None:
    paint_facts(painter, theme, found, near=near, bounds=bounds, hint=hint)
