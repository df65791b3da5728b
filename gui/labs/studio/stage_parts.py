"""Parts of the stage: which view suits a network, the other drawings, and the heading above them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.messages import Graph, Operation, Snapshot
from gui.labs.studio.state import Drawing
from gui.theme import Theme, numbers
from gui.theme.controls import Segmented
from gui.views import drawing
from gui.views.stage_header import StageHeader
from gui.views.zoom_buttons import ZoomButtons

EDGE = 24
PATIENCE = 20_000
"""Milliseconds that a picture waits for values that may never come."""
_NEEDS_NODES = (Operation.ADD, Operation.CONCAT, Operation.LSTM, Operation.OTHER)
"""What a chain has no column for."""
_LONGEST = 16
"""Nodes of a chain that are still shown side by side, each with all of its maps."""


def is_short_chain(graph: Graph) -> bool:
    """Whether every node takes from the one before it alone, there are few, and they end in classes."""
    nodes = graph.nodes
    if len(nodes) > _LONGEST or len(graph.input_shape) == 1 or any(node.operation in _NEEDS_NODES for node in nodes):
        return False
    if any(note.startswith("stopped") for note in graph.notes):
        return False  # a chain ends in classes; where it stopped there are none
    if len(nodes[-1].output_shape) != 1 or nodes[-1].output_shape[0] < 2:
        return False  # pictures, or a single number, of which there is no choice
    return all(node.inputs == (before.name,) for before, node in itertools.pairwise(nodes))


def other_view(which: Drawing, theme: Theme, parent: QWidget) -> Any:
    """A view for a drawing that is not the maps; what it needs is imported now."""
    if which is Drawing.VOLUMES:
        from gui.views.volumes import VolumesView

        return VolumesView(theme, parent)
    if which is Drawing.UNITS:
        from gui.views.units import UnitsView

        return UnitsView(theme, parent)
    from gui.views.table import TableView

    return TableView(theme, parent)


def brings(graph: Graph, snapshot: Snapshot, wanted: Sequence[str], *, patient: bool) -> bool:
    """Whether a snapshot has the values of the wanted nodes; of a module that stopped on its way, and of a run that
    something else writes once the `patient` time is over, those of half: the rest may never come."""
    stopped = any(note.startswith("stopped") for note in graph.notes)
    least = len(wanted) / 2 if stopped or not patient else len(wanted)
    return sum(name in snapshot.maps for name in wanted) >= least


_HINTS = {
    Drawing.MAPS: "Click a map to pin it, double-click a node to open it; Enter opens or closes a module, "
    "Esc goes one level up, / finds a layer",
    Drawing.VOLUMES: "Click a volume to pin its layer, double-click for its page; the wheel zooms",
    Drawing.UNITS: "Point at a unit to see its edges, click to pin it",
    Drawing.TABLE: "Click a title to sort, a row to pin its layer; Ctrl+C copies as CSV",
}


def hint(which: Drawing, *, modules: bool) -> str:
    """What the pointer and keys do with a drawing; "" where it is the maps of a chain, which has its own."""
    return _HINTS[which] if which is not Drawing.MAPS or modules else ""


def pin(view: Any, node: str, index: int, row: int, column: int) -> None:
    """Show a pin in a view; one that has no cells selects its node."""
    if hasattr(view, "pin"):
        view.pin(node, index, row, column)
    else:
        view.select(node)


def unpin(view: Any) -> None:
    """Show no pin in a view."""
    if hasattr(view, "unpin"):
        view.unpin()
    else:
        view.select(None)


def place_controls(forms: Segmented, zoom_buttons: ZoomButtons, header: StageHeader, *, width: int) -> None:
    """Put the switch between drawings where a header leaves room for it, and the zoom of those that have none of their
    own at the right edge of a row that is `width` wide."""
    size = forms.sizeHint()
    header.set_reserved(size.width())
    if header.width() != width:  # it was never seen, or not since the window changed
        header.resize(width, header.row_height)
    right, top = header.slot.right() + 1, header.row_height // 2 - size.height() // 2
    forms.setGeometry(right - size.width(), top, size.width(), size.height())
    forms.raise_()
    zoom_buttons.move(width - round(18 * forms.grown) - zoom_buttons.width(), top)


def paint_heading(
    painter: QPainter, theme: Theme, graph: Graph, note: str, *, height: int, right: int, grown: float
) -> None:
    """Name and cost of a network, and a note on its weights, in a row that is `height` high, up to `right`: what does
    not fit is left out. All is `grown` times larger than usual."""
    baseline, x, gap = height / 2 + 4.5 * grown, float(round(EDGE * grown)), round(16 * grown)
    small = drawing.ui(round(12 * grown))
    words = [
        (graph.title, drawing.ui(round(13 * grown), 600), theme.text_1),
        (note, small, theme.bias),
        (graph.subtitle, small, theme.text_2),
        (f"{numbers.count(graph.parameters)} parameters", small, theme.text_3),
        (f"{numbers.count(graph.multiply_adds)} multiply-adds", small, theme.text_3),
    ]
    words += [(said, small, theme.bias) for said in graph.notes]
    if x + sum(ink.width(text) + gap for text, ink, _ in words if text) > right:
        del words[2]  # costs say more
    for text, ink, color in words:
        if text and x + ink.width(text) < right:
            x = drawing.write(painter, x, baseline, text, ink, color) + gap
