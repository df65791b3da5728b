"""Units and edges: which units are shown, which weights are asked for, where edges lie, what a click tells."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from pytestqt.qtbot import QtBot

from engine.messages import Operation
from gui.theme import DARK, LIGHT
from gui.views.units import UnitsView
from gui.views.units.layers import edges_wanted, layers, shown_units
from gui.views.units.layout import arranged
from gui.views.units.paint import edge_pen, share
from tests.gui import samples
from tests.gui.drawings import graphs


def test_all_units_are_shown_where_there_is_room_else_the_first_and_the_last() -> None:
    assert shown_units(10, 12) == (tuple(range(10)), -1)
    units, gap = shown_units(84, 12)
    assert units == (0, 1, 2, 3, 4, 5, 6, 7, 8, 82, 83)
    assert gap == 9
    assert len(units) + 1 == 12
    units, gap = shown_units(1000, 3)
    assert units == (0, 999)
    assert gap == 1


def test_layers_take_their_activations_along_and_maps_count_as_units() -> None:
    found = layers(samples.lenet_graph())
    assert [(one.node, one.shown, one.count) for one in found] == [
        ("input", "input", 1), ("conv1", "act1", 6), ("pool1", "pool1", 6), ("conv2", "act2", 16),
        ("pool2", "pool2", 16), ("dense1", "act3", 120), ("dense2", "act4", 84), ("output", "softmax", 10),
    ]  # fmt: skip
    assert [one.column for one in found] == list(range(8))
    assert [one.joins for one in found if one.joins] == ["one", "one"]
    branched = layers(graphs.branches())
    assert max(one.column for one in branched) < len(branched) - 3


def test_weights_are_asked_for_between_shown_units_and_for_all_cells_of_maps() -> None:
    found = layers(samples.lenet_graph())
    units = {index: shown_units(layer.count, 12)[0] for index, layer in enumerate(found)}
    wanted = {part.node: part for part in edges_wanted(found, units)}
    assert set(wanted) == {"conv1", "conv2", "dense1", "dense2", "output"}
    assert wanted["dense1"].inputs == ()  # the cells of all maps count
    assert wanted["dense1"].units == units[5]
    assert wanted["dense2"].inputs == units[5]
    assert wanted["conv1"].inputs == wanted["conv1"].units == ()
    assert wanted["output"].units == ()


@pytest.mark.parametrize("size", [(1232, 460), (1528, 632), (2488, 1072)])
def test_units_of_a_layer_stand_apart_and_inside(size: tuple[int, int]) -> None:
    for graph in (samples.mlp_graph((128, 64)), samples.lenet_graph(), graphs.branches()):
        seats, extent = arranged(layers(graph), width=size[0], height=size[1])
        for seat in seats:
            middles = [seat.place(unit) for unit in seat.units]
            assert all(middle is not None and extent.contains(middle) for middle in middles)
            if not seat.picture:
                gaps = [b.y() - a.y() for a, b in itertools.pairwise(middles)]  # type: ignore[union-attr]
                assert all(gap >= seat.size for gap in gaps)
            assert seat.place(10**6) is None or seat.picture


def test_a_stronger_weight_is_wider_and_less_transparent_and_its_sign_is_a_colour() -> None:
    weak, strong = edge_pen(DARK, 3, True), edge_pen(DARK, 15, True)
    assert strong.widthF() > weak.widthF()
    assert strong.color().alphaF() > weak.color().alphaF()
    rose, azure = strong.color(), edge_pen(DARK, 15, False).color()
    assert rose.red() > rose.blue()
    assert azure.blue() > azure.red()
    assert share(0.0, 2.0) == 0.0
    assert share(-4.0, 2.0) == share(2.0, 2.0) == 1.0
    assert share(float("nan"), 2.0) == 1.0


@pytest.fixture
def view(qtbot: QtBot) -> UnitsView:
    graph = samples.mlp_graph((12, 84))
    widget = UnitsView()
    qtbot.addWidget(widget)
    widget.resize(1200, 600)
    widget.set_graph(graph, samples.facts(graph))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_the_first_snapshot_asks_for_weights_and_a_later_one_of_the_same_moment_does_not(
    view: UnitsView, qtbot: QtBot
) -> None:
    graph = samples.mlp_graph((12, 84))
    asked: list[object] = []
    view.weights_wanted.connect(asked.append)
    view.set_snapshot(samples.snapshot(graph))
    assert len(asked) == 1
    assert {part.node for part in asked[0]} == {"dense1", "dense2", "output"}  # type: ignore[attr-defined]
    view.set_snapshot(samples.snapshot(graph, seed=2))
    assert len(asked) == 1
    bare = view.grab().toImage()
    view.set_weights(graphs.edges(graph, view.wanted()))
    assert view.grab().toImage() != bare
    qtbot.waitUntil(lambda: not view._timer.isActive())
    assert len(asked) == 1


def test_a_unit_is_pinned_by_a_click_and_opened_by_a_double_click(view: UnitsView, qtbot: QtBot) -> None:
    seat = next(seat for seat in view.seats if seat.layer.node == "dense1")
    middle = seat.place(3)
    assert middle is not None
    with qtbot.waitSignal(view.pinned) as pinned:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert pinned.args == ["act1", 3, 0, 0]
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert opened.args == ["act1"]
    assert view.pin("dense1", 5)
    assert not view.pin("dense2", 50)  # behind the ellipsis


def test_hovering_lights_a_units_own_edges_up(view: UnitsView, qtbot: QtBot) -> None:
    graph = samples.mlp_graph((12, 84))
    view.set_snapshot(samples.snapshot(graph))
    view.set_weights(graphs.edges(graph, view.wanted()))
    before = view.grab().toImage()
    seat = next(seat for seat in view.seats if seat.layer.node == "output")
    middle = seat.place(2)
    assert middle is not None
    qtbot.mouseMove(view, middle.toPoint() + QPoint(1, 0))
    qtbot.mouseMove(view, middle.toPoint())
    assert view.hover == f"{seat.index}:2"
    assert view.grab().toImage() != before


def test_it_paints_as_vectors_in_both_themes(view: UnitsView, tmp_path) -> None:  # type: ignore[no-untyped-def]
    graph = samples.mlp_graph((12, 84))
    view.set_snapshot(samples.snapshot(graph))
    view.set_weights(graphs.edges(graph, view.wanted()))
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        path = tmp_path / f"{theme.name}.svg"
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(view.size())
        with QPainter(generator) as painter:
            view.paint(painter)
        written = path.read_text()
        assert "84 units" in written
        assert "Dense 1" in written


def test_networks_of_other_forms_are_drawn(qtbot: QtBot) -> None:
    widget = UnitsView()
    qtbot.addWidget(widget)
    widget.resize(1000, 560)
    tiny = samples.chain(
        "xor", "XOR", (2,),
        (("a", Operation.LINEAR, {"out_features": 3}), ("t", Operation.TANH, {}),
         ("b", Operation.LINEAR, {"out_features": 1})),
    )  # fmt: skip
    for graph in (tiny, graphs.branches(), graphs.residuals()):
        widget.set_graph(graph, None)
        widget.set_weights(graphs.edges(graph, widget.wanted()[:4]))
        assert not widget.grab().isNull()
        assert widget.seats


def test_a_long_network_starts_at_its_left_readable_and_keys_lead_along_it(qtbot: QtBot) -> None:
    widget = UnitsView()
    qtbot.addWidget(widget)
    widget.resize(1200, 600)
    widget.set_graph(graphs.residuals((3, 8, 36, 3)), None)
    with qtbot.waitExposed(widget):
        widget.show()
    assert widget.zoom == 1.0
    assert widget.extent.width() > 3 * widget.width()
    seen = widget.watch_nodes()
    for _ in range(30):
        qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget.watch_nodes() != seen
    assert widget.visible().left() > 0


def test_a_projector_gets_the_same_figure_larger(view: UnitsView) -> None:
    before = view.seats[0].rect
    view.set_presenting(True)
    assert view.magnified == view.zoom == 1.25
    assert view.extent.width() * view.zoom <= view.width() + 1
    assert view.to_figure(QPointF(125, 250)) == QPointF(100, 200)
    assert view.seats[0].rect != before
    view.set_presenting(False)
    assert view.zoom == 1.0
    assert view.seats[0].rect == before
