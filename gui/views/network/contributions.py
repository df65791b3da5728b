"""Says why no lines light up where a unit, class or map is pointed at: only the strongest contributions are drawn."""

from __future__ import annotations

from engine.messages import Links, Snapshot
from gui.views.network.columns import Kind
from gui.views.network.hits import Hit, What
from gui.views.network.places import Layout

_TAKES = (Kind.DENSE, Kind.OUTPUT)


def missing(layout: Layout, snapshot: Snapshot | None, hit: Hit) -> str:
    """Which of a hit's contributions are not among the strongest; "" where all that can have lines has some."""
    if snapshot is None:
        return ""
    into = _links(layout, snapshot, hit.place) if hit.what in (What.UNIT, What.CLASS) else None
    out = _links(layout, snapshot, hit.place + 1) if hit.what in (What.UNIT, What.CELL) else None
    column = layout.places[hit.place].column
    no_into = into is not None and not (into.targets == hit.map).any()
    no_out = False
    if out is not None and column.kind is not Kind.INPUT:
        cells = 1 if hit.what is What.UNIT else column.height * column.width
        no_out = not (out.sources // cells == hit.map).any()
    if no_into and no_out:
        return "No lines: none of its contributions is among the strongest"
    if no_into:
        return "No lines into it: none is among the layer's strongest"
    return "No lines out of it: none is among the strongest" if no_out else ""


def _links(layout: Layout, snapshot: Snapshot, place: int) -> Links | None:
    """The contributions into a column; None of one that has no lines, or whose lines nobody asked for."""
    if not 0 < place < len(layout.places) or layout.places[place].column.kind not in _TAKES:
        return None
    return next((snapshot.links[name] for name in layout.places[place].column.nodes if name in snapshot.links), None)
