"""Why no lines light up: only the strongest contributions are drawn."""

from __future__ import annotations

import numpy as np

from engine.messages import Links
from gui.views.network.contributions import missing
from gui.views.network.hits import Hit, What
from tests.gui import samples
from tests.gui.network.stage import Make, place_of


def _links(sources: list[int], targets: list[int]) -> Links:
    count = len(sources)
    return Links(np.array(sources), np.array(targets), np.ones(count, np.float32))


def test_a_unit_without_lines_says_on_which_side(make: Make) -> None:
    graph = samples.lenet_graph()
    links = {"dense1": _links([0, 1], [5, 6]), "dense2": _links([5, 7], [0, 0]), "output": _links([0], [3])}
    snapshot = samples.snapshot(graph, links=links)
    view = make(graph, snapshot)
    layout = view.canvas.layout_now
    assert layout is not None
    index = layout.places.index(place_of(view, "dense1"))

    def said(unit: int) -> str:
        return missing(layout, snapshot, Hit(What.UNIT, "dense1", index, unit))

    assert said(5) == ""
    assert said(6).startswith("No lines out of it")
    assert said(7).startswith("No lines into it")
    assert said(8).startswith("No lines: none")
    assert missing(layout, None, Hit(What.UNIT, "dense1", index, 8)) == ""


def test_a_map_before_a_convolution_has_no_lines_to_miss(make: Make) -> None:
    graph = samples.lenet_graph()
    snapshot = samples.snapshot(graph)
    view = make(graph, snapshot)
    layout = view.canvas.layout_now
    assert layout is not None
    index = layout.places.index(place_of(view, "conv1"))
    assert missing(layout, snapshot, Hit(What.CELL, "conv1", index, 0, 3, 3)) == ""
