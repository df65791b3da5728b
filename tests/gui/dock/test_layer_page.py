"""A layer, large: its sheet, its colours, clicks and keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from engine.messages import DatasetFacts, Graph, Maps, Operation
from gui.theme import DARK, LIGHT, colormaps
from gui.views.layer_page import LayerPage
from gui.views.layer_sheet import bars_sheet, maps_sheet
from tests.gui.dock.examples import CLASSES, Example, hover, node

FACTS = DatasetFacts("mnist", "MNIST", CLASSES, (1, 28, 28), 60_000, 10_000)


@pytest.fixture
def page(qtbot: QtBot, example: Example) -> LayerPage:
    widget = LayerPage()
    qtbot.addWidget(widget)
    widget.resize(1528, 672)
    widget.set_graph(example.graph, FACTS)
    widget.show_all(True)
    widget.show()
    return widget


def look(page: LayerPage, example: Example, name: str) -> None:
    page.set_node(name)
    page.set_snapshot(example.snapshot(name))


def shown(page: LayerPage) -> QImage:
    return page.canvas.grab().toImage()


def cell(page: LayerPage, channel: int, row: int, column: int) -> QPoint:
    tile, scale = page.canvas.tile(channel), page.canvas.sheet.scale
    return (tile.topLeft() + QPointF((column + 0.5) * scale, (row + 0.5) * scale)).toPoint()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_maps_and_kernels_have_the_colours_of_their_values(page: LayerPage, example: Example, theme) -> None:
    page.set_theme(theme)
    look(page, example, "conv2")
    image = shown(page)
    shot = example.snapshot()
    table = colormaps.lut(theme, "activation_signed")
    for channel, row, column in ((0, 0, 0), (7, 4, 9), (15, 9, 9)):
        pixel = int(shot.maps["conv2"].pixels[channel, row, column])
        assert image.pixelColor(cell(page, channel, row, column)) == QColor.fromRgb(int(table[pixel]))
    sheet = page.canvas.sheet
    rect = sheet.kernels[9][4]
    weight = int(shot.kernels["conv2"].pixels[9 * 6 + 4, 0, 0])
    at = (rect.topLeft() + QPointF(24 + sheet.kernel_cell / 2, sheet.kernel_cell / 2)).toPoint()
    assert image.pixelColor(at) == QColor.fromRgb(int(colormaps.lut(theme, "weight_signed")[weight]))


@pytest.mark.parametrize("size", [(1232, 500), (1528, 672), (2400, 1100)])
@pytest.mark.parametrize("name", ["conv1", "conv2", "pool2", "act1"])
def test_all_maps_fit_at_whole_scales_and_never_overlap(page: LayerPage, example: Example, size, name: str) -> None:
    page.resize(*size)
    look(page, example, name)
    shown(page)
    sheet = page.canvas.sheet
    assert sheet.scale == int(sheet.scale) >= 4
    assert len(sheet.tiles) == example.graph[name].output_shape[0]
    rects = [*sheet.tiles, *(rect for kernels in sheet.kernels for rect in kernels)]
    for index, rect in enumerate(rects):
        assert rect.right() <= size[0] - 48 - 76
        assert not any(rect.intersects(other) for other in rects[index + 1 :])
    assert sheet.height <= size[1]
    if name == "conv2":
        assert all(len(kernels) == 6 for kernels in sheet.kernels)


def test_many_small_maps_are_drawn_large_enough_and_scrolled() -> None:
    sheet = maps_sheet(count=512, size=(7, 7), kernels=512, kernel_size=(3, 3), width=1400, height=600)
    assert sheet.scale * 7 >= 40
    assert sheet.height > 600
    assert max(tile.right() for tile in sheet.tiles) <= 1400
    assert all(0 < len(kernels) <= 512 for kernels in sheet.kernels)


def test_units_go_down_first_and_fill_the_width() -> None:
    sheet = bars_sheet(count=10, width=1480, height=600)
    assert {tile.left() for tile in sheet.tiles} == {0.0}
    many = bars_sheet(count=120, width=1480, height=600)
    assert len({tile.left() for tile in many.tiles}) == 5
    assert many.height <= 600
    thousands = bars_sheet(count=5000, width=1480, height=600)
    assert max(tile.right() for tile in thousands.tiles) <= 1480
    assert thousands.height > 600


def test_a_click_pins_a_cell_and_a_double_click_steps_it(page: LayerPage, example: Example, qtbot: QtBot) -> None:
    look(page, example, "conv2")
    with qtbot.waitSignal(page.pinned) as chosen:
        qtbot.mouseClick(page.canvas, Qt.MouseButton.LeftButton, pos=cell(page, 8, 5, 6))
    assert chosen.args == ["conv2", 8, 5, 6]
    tile = page.canvas.tile(8).toRect()
    assert shown(page).pixelColor(tile.left() - 1, tile.top() + 3) == DARK.output
    with qtbot.waitSignal(page.cell_activated) as opened:
        qtbot.mouseDClick(page.canvas, Qt.MouseButton.LeftButton, pos=cell(page, 3, 0, 9))
    assert opened.args == ["conv2", (3, 0, 9)]


def test_arrow_keys_go_from_map_to_map_and_enter_steps(page: LayerPage, example: Example, qtbot: QtBot) -> None:
    look(page, example, "conv2")
    page.pin(0, 5, 6)
    told: list[tuple] = []
    page.pinned.connect(lambda *place: told.append(place))
    per_row = page.canvas.sheet.per_row
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(page.canvas, key)
    assert [place[1] for place in told] == [1, 1 + per_row, 1]
    assert all(place[2:] == (5, 6) for place in told)
    with qtbot.waitSignal(page.cell_activated) as opened:
        qtbot.keyClick(page.canvas, Qt.Key.Key_Return)
    assert opened.args == ["conv2", (1, 5, 6)]


def test_units_can_be_sorted_and_are_still_themselves(page: LayerPage, example: Example, qtbot: QtBot) -> None:
    look(page, example, "dense1")
    values = example.values["dense1"]
    page.canvas.set_order("value")
    strongest = int(np.argmax(np.abs(values)))
    assert page.canvas.tile(strongest).top() == page.canvas.sheet.tiles[0].top()
    with qtbot.waitSignal(page.pinned) as chosen:
        qtbot.mouseClick(page.canvas, Qt.MouseButton.LeftButton, pos=page.canvas.tile(strongest).center().toPoint())
    assert chosen.args == ["dense1", strongest, 0, 0]
    with qtbot.waitSignal(page.cell_activated) as opened:
        qtbot.keyClick(page.canvas, Qt.Key.Key_Return)
    assert opened.args == ["dense1", (strongest,)]


def test_bars_go_from_zero_to_both_sides_and_the_largest_class_is_green(page: LayerPage, example: Example) -> None:
    look(page, example, "output")
    image = shown(page)
    values = example.values["output"]
    best = int(np.argmax(values))
    row = page.canvas.tile(best)
    line = [image.pixelColor(x, round(row.center().y())) for x in range(round(row.left()), round(row.right()))]
    assert DARK.output in line
    worst = page.canvas.tile(int(np.argmin(values)))
    line = [image.pixelColor(x, round(worst.center().y())) for x in range(round(worst.left()), round(worst.right()))]
    assert DARK.output not in line
    assert colormaps.color(colormaps.lut(DARK, "activation_signed"), 0.18) in line


def test_hovering_names_values_and_weights(page: LayerPage, example: Example) -> None:
    look(page, example, "conv2")
    quiet = shown(page)
    hover(page.canvas, cell(page, 2, 3, 4))
    assert page.canvas._hit() == (2, 3, 4)
    assert shown(page) != quiet
    rect = page.canvas.sheet.kernels[9][4].translated(24, 0)
    hover(page.canvas, rect.center().toPoint())
    assert page.canvas._kernel_hit()[:2] == (9, 4)
    assert shown(page) != quiet
    hover(page.canvas, QPoint(2, 2))
    assert shown(page) == quiet


def test_esc_and_the_cross_close_it(page: LayerPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.closed):
        qtbot.mouseClick(page._close, Qt.MouseButton.LeftButton)


def test_the_header_says_what_the_layer_is(page: LayerPage) -> None:
    page.set_node("conv2")
    assert page._title.text() == "Conv 2"
    assert "16 × (6 × 5 × 5 + 1) = 2,416 parameters" in page._facts.text()
    with pytest.raises(KeyError):
        page.set_node("nowhere")


def test_without_values_yet_and_with_nonsense_it_stands(page: LayerPage, example: Example) -> None:
    page.set_node("conv2")
    shown(page)
    page.set_node("output")
    focus = replace(example.focus("output"), output=np.full(10, np.nan, np.float32))
    page.set_snapshot(example.snapshot(focus=focus))
    shown(page)


def test_the_same_numbers_are_not_painted_again(page: LayerPage, example: Example, qtbot: QtBot) -> None:
    look(page, example, "conv2")
    shot = example.snapshot("conv2")
    page.set_snapshot(shot)
    picture = page.canvas._picture
    page.set_snapshot(replace(shot, serial=2))
    assert page.canvas._picture is picture
    other = Maps(255 - shot.maps["conv2"].pixels, shot.maps["conv2"].limits, True)
    page.set_snapshot(replace(shot, maps={"conv2": other}))
    assert page.canvas._picture is not picture


def test_a_sequence_is_stepped_by_its_own_index(page: LayerPage, example: Example, qtbot: QtBot) -> None:
    graph = Graph(
        "sequence",
        "Sequence",
        (
            node("input", Operation.INPUT, (), (2, 9)),
            node("conv", Operation.CONV1D, "input", (3, 7), parameters=21, attributes={"kernel_size": [3]}),
        ),
    )
    page.set_graph(graph, FACTS)
    page.set_node("conv")
    assert len(page.canvas.sheet.kernels[0]) == 2
    with qtbot.waitSignal(page.cell_activated) as opened:
        qtbot.mouseDClick(page.canvas, Qt.MouseButton.LeftButton, pos=cell(page, 1, 0, 4))
    assert opened.args == ["conv", (1, 4)]
