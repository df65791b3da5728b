"""Maps that come averaged, because they are larger than anyone could draw, are painted and pointed at like others."""

from __future__ import annotations

import numpy as np

from engine.messages import Graph, Maps, Node, Operation
from gui.views.graph.layout import Layout
from gui.views.graph.live import fits


class _Laid:
    """As much of a layout as `fits` asks for."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.network = Graph("net", "Net", (Node("conv", Operation.CONV2D, (), shape),))


def maps(shape: tuple[int, int, int], step: int) -> Maps:
    return Maps(np.zeros(shape, np.uint8), np.ones(shape[0], np.float32), False, step)


def test_averages_of_the_nodes_shape_fit_and_others_do_not() -> None:
    layout: Layout = _Laid((8, 224, 223))  # type: ignore[assignment]
    assert fits(maps((8, 224, 223), 1), layout, 0)
    assert fits(maps((8, 112, 112), 2), layout, 0)
    assert not fits(maps((8, 112, 112), 1), layout, 0)
    assert not fits(maps((8, 224, 223), 2), layout, 0)
