"""A view of a network with values, made as each test wants it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.messages import Graph, Snapshot
from gui.theme import DARK, Theme
from gui.views.network import NetworkView
from tests.gui import samples
from tests.gui.network.stage import Make


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def maker(
        graph: Graph | None = None,
        snapshot: Snapshot | None = None,
        *,
        size: tuple[int, int] = (1528, 672),
        theme: Theme = DARK,
        density: str = "large",
        classes: tuple[str, ...] = samples.DIGITS,
    ) -> NetworkView:
        graph = graph or samples.lenet_graph()
        view = NetworkView(theme)
        qtbot.addWidget(view)
        view.set_density(density)
        view.resize(*size)
        view.set_graph(graph, samples.facts(graph, classes))
        view.set_snapshot(snapshot or samples.snapshot(graph))
        view.show()
        return view

    return maker
