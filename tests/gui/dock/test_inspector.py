"""The inspector's widget: what it paints, what mouse and keys do, and that it paints no more often than it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent
from pytestqt.qtbot import QtBot

from engine.messages import Focus, Graph, Operation
from gui.theme import DARK, LIGHT, colormaps
from gui.views import drawing
from gui.views.inspector import InspectorView
from gui.views.inspector.convolution import ConvolutionFigure
from gui.views.inspector.dense import LinearFigure
from gui.views.inspector.facts import Pin
from tests.gui.dock.examples import CLASSES, Example, hover, node, until_all_is_painted

SIZES = {"large": (903, 211), "small": (655, 191)}


class Counting(InspectorView):
    """Counts how often it is painted."""

    paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        super().paintEvent(event)


@pytest.fixture
def view(qtbot: QtBot, example: Example) -> Counting:
    widget = Counting()
    qtbot.addWidget(widget)
    widget.resize(*SIZES["large"])
    widget.set_graph(example.graph, CLASSES)
    return widget


def shown(view: InspectorView) -> QImage:
    return view.grab().toImage()


def look(view: InspectorView, example: Example, name: str, channel: int, row: int = 0, column: int = 0) -> None:
    view.pin(name, channel, row, column)
    view.set_snapshot(example.snapshot(name))


def in_cell(view: InspectorView, row: int, column: int) -> QPoint:
    assert view.shown_map is not None
    return view.shown_map.cell_of(row, column).center().toPoint()


@pytest.mark.parametrize("density", ["large", "small"])
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_maps_cells_have_the_colours_of_their_values(view: Counting, example: Example, theme, density) -> None:
    view.set_theme(theme)
    view.set_density(density)
    view.resize(*SIZES[density])
    look(view, example, "conv2", 8, 5, 6)
    image = shown(view)
    values = example.values["conv2"]
    limit = float(np.abs(values).max())
    table = colormaps.lut(theme, "activation_signed")
    for row, column in ((0, 0), (3, 9), (9, 2), (5, 6)):
        entry = int(drawing.quantized(values[8, row : row + 1, column], limit, signed=True)[0])
        assert image.pixelColor(in_cell(view, row, column)) == QColor.fromRgb(int(table[entry]))
    corner = view.shown_map.pinned.topLeft().toPoint()
    assert image.pixelColor(corner) == theme.output


@pytest.mark.parametrize("density", ["large", "small"])
def test_all_six_input_maps_of_conv_2_have_their_column(view: Counting, example: Example, density) -> None:
    view.set_density(density)
    view.resize(*SIZES[density])
    look(view, example, "conv2", 8, 5, 6)
    figure = view.figure
    assert isinstance(figure, ConvolutionFigure)
    assert figure.shown.tolist() == [0, 1, 2, 3, 4, 5]
    assert figure.hidden == 0
    assert figure.value == example.values["conv2"][8, 5, 6]
    assert figure.cell == (8 if density == "large" else 7)
    image = shown(view)
    patch = example.values["pool1"][:, 5:10, 6:11]
    limit = float(example.values["pool1"].max())
    table = colormaps.lut(DARK, "activation")
    for channel in (0, 5):
        rect = figure._rects(channel)[0]
        at = rect.topLeft() + QPointF(2.5 * figure.cell, 3.5 * figure.cell)
        entry = int(drawing.quantized(patch[channel, 3:4, 2], limit, signed=False)[0])
        assert image.pixelColor(at.toPoint()) == QColor.fromRgb(int(table[entry]))
        assert image.pixelColor(rect.topLeft().toPoint() - QPoint(1, 1)) == DARK.input
    assert view.fact_rows[-1][0] in ("Wins in Pool 2", "Loses in Pool 2")


def wide(example: Example) -> tuple[Graph, Focus]:
    """A convolution over 40 maps: more than can be shown."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 6, 6)).astype(np.float32)
    weight = rng.normal(size=(2, 40, 3, 3)).astype(np.float32)
    output = np.stack([sum(_valid(x[c], weight[o, c]) for c in range(40)) for o in range(2)]).astype(np.float32)
    graph = Graph(
        "wide",
        "Wide",
        (
            node("input", Operation.INPUT, (), (40, 6, 6)),
            node("conv", Operation.CONV2D, "input", (2, 4, 4), parameters=722, attributes={"kernel_size": [3, 3]}),
        ),
    )
    return graph, Focus("conv", (x,), output, {"weight": weight, "bias": np.zeros(2, np.float32)})


def _valid(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return np.array([[(x[r : r + 3, c : c + 3] * kernel).sum() for c in range(4)] for r in range(4)])


def test_of_too_many_maps_the_strongest_are_shown_and_the_rest_summed(view: Counting, example: Example) -> None:
    graph, focus = wide(example)
    view.set_graph(graph)
    view.pin("conv", 1, 2, 3)
    view.set_snapshot(example.snapshot(focus=focus))
    figure = view.figure
    assert isinstance(figure, ConvolutionFigure)
    assert figure.sum is not None
    assert 3 < len(figure.shown) < 40
    assert figure.hidden == 40 - len(figure.shown)
    size = np.abs(figure.sum.sums)
    assert size[figure.shown].min() >= np.delete(size, figure.shown).max()
    assert figure.sum.sums[figure.shown].sum() + figure.hidden_sum() == pytest.approx(figure.value, abs=1e-4)
    before = figure.shown.tolist()
    shaken = replace(focus, inputs=(focus.inputs[0] * 1.02,))
    view.set_snapshot(example.snapshot(focus=shaken))
    assert figure.shown.tolist() == before  # columns don't dance while numbers move a little
    shown(view)


def test_hidden_maps_of_a_larger_inspector_come_into_view(view: Counting, example: Example) -> None:
    graph, focus = wide(example)
    view.set_graph(graph)
    view.pin("conv", 1, 2, 3)
    view.set_snapshot(example.snapshot(focus=focus))
    few = len(view.figure.shown)
    view.resize(1600, 300)
    shown(view)
    assert len(view.figure.shown) > few


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("input", (0, 8, 9)), ("conv1", (2, 0, 27)), ("act1", (2, 4, 5)), ("pool1", (0, 13, 0)), ("pool2", (3, 2, 2)),
        ("flatten", (203, 0, 0)), ("dense1", (34, 0, 0)), ("act3", (34, 0, 0)), ("output", (7, 0, 0)),
        ("softmax", (7, 0, 0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("density", ["large", "small"])
def test_every_kind_of_lenet_shows_its_value(view: Counting, example: Example, name: str, cell, density) -> None:
    view.set_density(density)
    view.resize(*SIZES[density])
    look(view, example, name, *cell)
    blank = shown(view)
    shape = example.graph[name].output_shape
    assert view.figure.value == example.values[name][cell[: len(shape)]]
    view.set_theme(LIGHT)
    assert shown(view) != blank


def test_a_pin_on_the_input_shows_the_picture_itself(view: Counting, example: Example) -> None:
    look(view, example, "input", 0, 7, 9)
    image = shown(view)
    assert example.picture[0, 7, 12] == 250
    assert image.pixelColor(in_cell(view, 7, 12)) == QColor.fromRgb(int(colormaps.lut(DARK, "input")[250]))


def test_a_click_moves_the_pin_and_a_double_click_opens_the_cell(
    view: Counting, example: Example, qtbot: QtBot
) -> None:
    look(view, example, "conv2", 8, 5, 6)
    with qtbot.waitSignal(view.pinned) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=in_cell(view, 2, 9))
    assert chosen.args == ["conv2", 8, 2, 9]
    assert view.figure.value == example.values["conv2"][8, 2, 9]
    with qtbot.waitSignal(view.cell_activated) as opened:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=in_cell(view, 0, 1))
    assert opened.args == ["conv2", (8, 0, 1)]


def test_a_click_into_a_patch_walks_back_to_the_layer_before(view: Counting, example: Example, qtbot: QtBot) -> None:
    look(view, example, "conv2", 8, 5, 6)
    rect = view.figure._rects(3)[0]
    at = (rect.topLeft() + QPointF(1.5 * view.figure.cell, 2.5 * view.figure.cell)).toPoint()
    with qtbot.waitSignal(view.pinned) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == ["pool1", 3, 7, 7]
    view.set_snapshot(example.snapshot("pool1"))
    assert view.figure.value == example.values["pool1"][3, 7, 7]


def test_a_click_on_a_contribution_walks_back_through_flattening(
    view: Counting, example: Example, qtbot: QtBot
) -> None:
    look(view, example, "dense1", 34)
    figure = view.figure
    assert isinstance(figure, LinearFigure)
    feature = int(figure.shown[0])
    with qtbot.waitSignal(view.pinned) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=figure._row(0).center().toPoint())
    name, channel, row, column = chosen.args
    assert name == "pool2"
    assert np.ravel_multi_index((channel, row, column), (16, 5, 5)) == feature
    listed = float(figure.sum.products[figure.shown].sum())
    assert listed + figure.rest() + figure.sum.bias == pytest.approx(figure.value, abs=1e-4)


def test_keys_move_the_pin_within_the_map_and_from_map_to_map(view: Counting, example: Example, qtbot: QtBot) -> None:
    look(view, example, "conv2", 0, 0, 0)
    moved: list[tuple] = []
    view.pinned.connect(lambda *cell: moved.append(cell))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        qtbot.keyClick(view, key)
    assert moved == [("conv2", 0, 0, 1), ("conv2", 0, 1, 1), ("conv2", 1, 1, 1), ("conv2", 0, 1, 1)]
    with qtbot.waitSignal(view.cell_activated) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["conv2", (0, 1, 1)]


def test_a_dense_unit_is_activated_by_its_own_index(view: Counting, example: Example, qtbot: QtBot) -> None:
    look(view, example, "act3", 34)
    with qtbot.waitSignal(view.cell_activated) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["act3", (34,)]


def test_hovering_shows_a_value_and_leaving_hides_it(view: Counting, example: Example) -> None:
    look(view, example, "conv2", 8, 5, 6)
    quiet = shown(view)
    hover(view, in_cell(view, 1, 1))
    assert view.shown_map.value_at((8, 1, 1)) == example.values["conv2"][8, 1, 1]
    assert shown(view) != quiet
    hover(view, view.figure._rects(2)[1].center().toPoint())
    assert view.figure.tip(view.figure._rects(2)[1].center()) is not None
    assert shown(view) != quiet
    hover(view, QPoint(450, 10))
    assert shown(view) == quiet


def test_it_paints_only_for_other_numbers_of_the_pinned_node(view: Counting, example: Example, qtbot: QtBot) -> None:
    with qtbot.waitExposed(view):
        view.show()
    look(view, example, "conv2", 8, 5, 6)
    qtbot.waitUntil(lambda: view.paints > 0)
    shot = example.snapshot("conv2")
    view.set_snapshot(shot)
    until_all_is_painted(qtbot)
    count = view.paints
    for serial in range(20):
        view.set_snapshot(replace(shot, serial=serial))
    view.set_snapshot(example.snapshot("conv1"))
    view.set_snapshot(example.snapshot())
    view.pin("conv2", 8, 5, 6)
    until_all_is_painted(qtbot)
    assert view.paints == count
    view.set_snapshot(example.snapshot("conv2"))
    qtbot.waitUntil(lambda: view.paints == count + 1)


@pytest.mark.parametrize("name", ["conv2", "pool2", "act2", "dense1", "softmax"])
def test_what_is_no_number_is_shown_as_such(view: Counting, example: Example, name: str) -> None:
    focus = example.focus(name)
    output, inputs = focus.output.copy(), focus.inputs[0].copy()
    output.reshape(-1)[:] = np.nan
    output.reshape(-1)[1] = np.inf
    inputs.reshape(-1)[::3] = np.inf
    inputs.reshape(-1)[::5] = np.nan
    view.pin(name, 0)
    view.set_snapshot(example.snapshot(focus=replace(focus, output=output, inputs=(inputs,)), maps={}, kernels={}))
    image = shown(view)
    assert np.isnan(view.figure.value)
    if not view.shown_map.bars:
        assert image.pixelColor(in_cell(view, *divmod(2, view.shown_map.columns))) == DARK.error


def test_huge_sums_of_a_diverging_run_stay_readable(view: Counting, example: Example) -> None:
    focus = example.focus("conv2")
    huge = replace(focus, inputs=(focus.inputs[0] * np.float32(1e30),), output=focus.output * np.float32(1e30))
    view.pin("conv2", 8, 5, 6)
    view.set_snapshot(example.snapshot(focus=huge))
    shown(view)
    assert len(view.figure.shown) >= 3


def test_numbers_of_another_node_or_network_are_not_taken(view: Counting, example: Example) -> None:
    view.pin("conv2", 8, 5, 6)
    view.set_snapshot(example.snapshot("conv1"))
    assert not view.figure.ready
    shown(view)  # says that it waits
    wrong = replace(example.focus("conv2"), output=np.zeros((16, 3, 3), np.float32))
    view.set_snapshot(example.snapshot(focus=wrong))
    assert not view.figure.ready


def test_pins_that_another_network_lacks_are_dropped(view: Counting, example: Example) -> None:
    with pytest.raises(ValueError, match="no cell 16"):
        view.pin("conv2", 16, 0, 0)
    with pytest.raises(ValueError, match="nowhere"):
        view.pin("nowhere", 0)
    look(view, example, "conv2", 8, 5, 6)
    view.set_graph(wide(example)[0])
    assert view.figure is None
    view.set_graph(None)
    shown(view)


def test_without_a_pin_it_tells_of_the_network_and_of_a_layer(view: Counting, example: Example) -> None:
    overview = shown(view)
    view.show_layer("conv2")
    layer = shown(view)
    assert layer != overview
    view.show_layer(None)
    assert shown(view) == overview
    look(view, example, "conv2", 8, 5, 6)
    view.unpin()
    assert shown(view) == overview


def test_the_focus_of_a_pin_is_taken_from_the_snapshot_that_is_there(view: Counting, example: Example) -> None:
    view.set_snapshot(example.snapshot("pool2"))
    view.pin("pool2", 3, 1, 1)
    assert view.figure.value == example.values["pool2"][3, 1, 1]
    assert view._pin == Pin("pool2", 3, 1, 1)


@pytest.mark.parametrize("name", ["conv2", "pool2", "act2", "dense1", "softmax", "input"])
def test_what_was_painted_before_the_numbers_came_goes(
    view: Counting, example: Example, qtbot: QtBot, name: str
) -> None:
    view.pin(name, 0)
    waiting = shown(view)
    view.set_snapshot(example.snapshot(name))
    afterwards = shown(view)
    fresh = Counting()
    qtbot.addWidget(fresh)
    fresh.resize(view.size())
    fresh.set_graph(example.graph, CLASSES)
    look(fresh, example, name, 0)
    assert afterwards == shown(fresh)
    assert afterwards != waiting
