"""The inspector's empty state: how to pin a cell, and meanwhile the network's layers, or one of them, in numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from engine.messages import Graph, Node
from gui.theme import Theme, numbers
from gui.views import drawing, words
from gui.views.inspector import facts
from gui.views.network import wording

_ROW = 22.0


def paint(painter: QPainter, theme: Theme, graph: Graph, layer: Node | None, body: QRectF, small: bool) -> None:
    """The empty state, in a panel whose body (below the title) is `body`."""
    baseline = 24.0 if small else 25.0
    title = words.title(graph, layer) if layer is not None else "Layers"
    end = drawing.write(painter, body.left() - 1, baseline, title, drawing.ui(13, 600), theme.text_1)
    ink = drawing.ui(12)
    about = wording.operation(layer) if layer is not None else "of the network"
    end = drawing.write(painter, end + 8, baseline, about, ink, theme.text_2)
    hint = "Click a cell of a map to see where its number comes from"
    if end + 24 + ink.width(hint) <= body.right():
        drawing.write_right(painter, body.right(), baseline, hint, ink, theme.text_3)
    if layer is not None:
        _paint_layer(painter, theme, graph, layer, body)
    else:
        _paint_table(painter, theme, graph, body, small)


def _paint_layer(painter: QPainter, theme: Theme, graph: Graph, layer: Node, body: QRectF) -> None:
    y = body.top() + 12
    for label, text in facts.of_layer(graph, layer):
        if y > body.bottom() + 4:
            break
        drawing.write(painter, body.left(), y, label, drawing.ui(12), theme.text_2)
        drawing.write(painter, body.left() + 128, y, text, drawing.mono(12), theme.text_1 if label else theme.text_3)
        y += _ROW


def _paint_table(painter: QPainter, theme: Theme, graph: Graph, body: QRectF, small: bool) -> None:
    """Every layer that computes something of its own: shape, parameters with their sum, multiply-adds."""
    layers = [node for node in graph.nodes if node.parameters or node.multiply_adds]
    head, text, figure = drawing.ui(11), drawing.ui(12), drawing.mono(12)
    places = (0.0, 88.0, 196.0, 384.0, 500.0) if small else (0.0, 110.0, 260.0, 520.0, 680.0)
    names = [words.title(graph, node) for node in layers]
    wanted = max((text.width(name) for name in names), default=0.0) + 24 - places[1]
    more_room = min(max(wanted, 0.0), max(body.width() - places[4] - 40, 0.0))  # long names take what is free
    x = [body.left() + place + (more_room if column else 0.0) for column, place in enumerate(places)]
    y = body.top() + 8
    drawing.write(painter, x[0], y, "layer", head, theme.text_3)
    drawing.write(painter, x[1], y, "output", head, theme.text_3)
    drawing.write(painter, x[2], y, "parameters", head, theme.text_3)
    drawing.write_right(painter, x[4] + 40, y, "multiply-adds", head, theme.text_3)
    room = max(1, int((body.bottom() - y) / _ROW) - 1)
    for name, node in zip(names, layers[:room], strict=False):
        y += _ROW
        drawing.write(painter, x[0], y, _end_of(name, text, x[1] - x[0] - 8), text, theme.text_1)
        drawing.write(painter, x[1], y, numbers.shape(node.output_shape), figure, theme.text_2)
        drawing.write(painter, x[2], y, facts.parameter_sum(graph, node), figure, theme.text_3)
        drawing.write_right(painter, x[3] + 40, y, numbers.count(node.parameters), figure, theme.text_1)
        drawing.write_right(painter, x[4] + 40, y, numbers.count(node.multiply_adds), figure, theme.text_1)
    y += _ROW
    more = len(layers) - room
    label = f"and {more} more" if more > 0 else "all"
    drawing.write(painter, x[0], y, label, text, theme.text_3)
    drawing.write_right(painter, x[3] + 40, y, numbers.count(graph.parameters), figure, theme.text_1)
    drawing.write_right(painter, x[4] + 40, y, numbers.count(graph.multiply_adds), figure, theme.text_1)


def _end_of(name: str, ink: drawing.Ink, width: float) -> str:
    """As many of a name's last parts as fit: of a deep network's names these are what tells layers apart."""
    shown, parts = name, name.split(".")
    while ink.width(shown) > width and len(parts) > 1:
        parts = parts[1:]
        shown = "…" + ".".join(parts)
    return ink.elided(shown, width)
