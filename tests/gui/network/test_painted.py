"""What the stage paints: values in their colours, kernels, bars, lines, numbers, files."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.messages import Maps, Quantity, Snapshot
from gui.theme import DARK, LIGHT, Theme, colormaps
from gui.views.network import NetworkView
from tests.gui import samples
from tests.gui.network.stage import Make, grid_of, hover, image_of, place_of, point_of


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(("size", "density"), [((1528, 672), "large"), ((1232, 500), "small")])
def test_tiles_show_the_values_in_the_colours_of_the_map(
    make: Make, theme: Theme, size: tuple[int, int], density: str
) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot, theme=theme, size=size, density=density)
    image = image_of(view)
    rng = np.random.default_rng(3)
    for node, kind in (("conv1", "activation_signed"), ("pool1", "activation"), ("conv2", "activation_signed")):
        table, maps = colormaps.lut(theme, kind), snapshot.maps[node]  # type: ignore[arg-type]
        count, height, width = maps.pixels.shape
        for _ in range(40):
            index, row, column = rng.integers(count), rng.integers(height), rng.integers(width)
            color = image.pixel(point_of(view, node, int(index), int(row), int(column)))
            assert color == table[maps.pixels[index, row, column]], (node, index, row, column)
    table = colormaps.lut(theme, "activation")
    for unit in range(0, 120, 7):
        color = image.pixel(point_of(view, "act3", unit))
        assert color == table[snapshot.maps["act3"].pixels[unit, 0, 0]]
    table = colormaps.lut(theme, "input")
    for row, column in ((0, 0), (6, 14), (20, 10)):
        assert image.pixel(point_of(view, "input", 0, row, column)) == table[snapshot.sample.picture[0, row, column]]


def test_kernels_are_those_of_each_map_and_of_the_map_at_hand(qtbot: QtBot, make: Make) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot)
    table = colormaps.lut(DARK, "weight_signed")

    def color(image: QImage, node: str, tile: int, row: int, column: int) -> int:
        grid = place_of(view, node).kernels
        assert grid is not None
        spot = grid.cells(tile, (row, row), (column, column))
        assert spot is not None
        return image.pixel(int(spot.center_x), int(spot.center_y))

    image = image_of(view)
    for tile in range(6):
        assert color(image, "conv1", tile, 2, 3) == table[snapshot.kernels["conv1"].pixels[tile, 2, 3]]
        assert color(image, "conv2", tile, 4, 1) == table[snapshot.kernels["conv2"].pixels[tile, 4, 1]]
    hover(qtbot, view, point_of(view, "conv2", 8, 5, 6))
    image = image_of(view)
    for tile in range(6):
        assert color(image, "conv2", tile, 4, 1) == table[snapshot.kernels["conv2"].pixels[8 * 6 + tile, 4, 1]]


def test_a_colour_picture_keeps_its_colours(make: Make) -> None:
    graph = samples.lenet_graph(channels=3, size=32)
    snapshot = samples.snapshot(graph)
    view = make(graph, snapshot, theme=LIGHT)
    red, green, blue = (int(value) for value in snapshot.sample.picture[:, 8, 12])
    assert QColor(image_of(view).pixel(point_of(view, "input", 0, 8, 12))).getRgb()[:3] == (red, green, blue)


def test_a_new_snapshot_changes_the_pictures(make: Make) -> None:
    view = make()
    other = samples.lenet_snapshot(seed=5)
    before = image_of(view)
    view.set_snapshot(other)
    image = image_of(view)
    point = point_of(view, "conv2", 3, 4, 4)
    assert image.pixel(point) == colormaps.lut(DARK, "activation_signed")[other.maps["conv2"].pixels[3, 4, 4]]
    heading = QRect(0, 0, 1528, 92)
    assert image.copy(heading) == before.copy(heading)


def test_a_snapshot_of_another_network_leaves_the_maps(make: Make) -> None:
    view = make()
    before = image_of(view)
    view.set_snapshot(samples.snapshot(samples.lenet_graph(channels=3, size=32), seed=9))
    grid = grid_of(view, "conv1")
    assert image_of(view).copy(QRect(*grid.rect)) == before.copy(QRect(*grid.rect))


def test_bars_ticks_and_verdict(make: Make) -> None:
    snapshot = samples.lenet_snapshot(label=3, predicted=7)
    view = make(snapshot=snapshot)
    classes = place_of(view, "output").classes
    assert classes is not None
    image = image_of(view)
    for row in range(10):
        bar = classes.bar(row)
        filled = round(float(snapshot.probabilities[row]) * bar.width)
        y = int(classes.middle(row))
        if filled > 6:
            assert image.pixelColor(bar.x + filled // 2, y) == DARK.output
        if filled < bar.width - 6:
            assert image.pixelColor(bar.right - 4, y) == DARK.track
        tick = image.pixelColor(bar.right, y - 5)
        assert tick == (DARK.error if row == 3 else DARK.stage)
    box = classes.verdict
    colors = {image.pixel(x, y) for x in range(box.x, box.right) for y in range(box.y, box.bottom)}
    assert DARK.error.rgb() in colors  # "wrong, target 3"
    for label in (None, 7):  # nothing is wrong where there is no label, or the right one
        view.set_snapshot(samples.lenet_snapshot(label=label, predicted=7))
        image = image_of(view)
        colors = {image.pixel(x, y) for x in range(box.x, box.right) for y in range(box.y, box.bottom)}
        assert DARK.error.rgb() not in colors


def test_gradients_show_the_input_s_too_and_are_framed_in_violet(make: Make) -> None:
    snapshot = samples.lenet_snapshot(quantity=Quantity.GRADIENTS)
    view = make(snapshot=snapshot)
    image = image_of(view)
    table = colormaps.lut(DARK, "activation_signed")
    assert image.pixel(point_of(view, "input", 0, 9, 9)) == table[snapshot.maps["input"].pixels[0, 9, 9]]
    tile = grid_of(view, "conv1").tile(0)
    assert tile is not None
    frame = image.pixelColor(tile.x - 1, tile.y + 10)
    assert frame.blue() > frame.green() + 20
    assert image.pixelColor(tile.x - 2, tile.y + 10) == DARK.stage


def test_lines_are_painted_again_only_for_other_links(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = []
    from gui.views.network import live

    real = live.paint_lines
    monkeypatch.setattr(live, "paint_lines", lambda *a, **k: (painted.append(a[2].column.node), real(*a, **k)))
    first = samples.lenet_snapshot()
    view = make(snapshot=first)
    view.grab()
    assert painted == ["act3", "act4", "output"]
    view.set_snapshot(samples.lenet_snapshot(seed=1, links=first.links))
    view.grab()
    assert painted == ["act3", "act4", "output"]
    view.set_snapshot(samples.lenet_snapshot(seed=2))
    view.grab()
    assert painted == ["act3", "act4", "output"] * 2


def test_numbers_follow_later_but_surely(qtbot: QtBot, make: Make) -> None:
    first = samples.lenet_snapshot()
    view = make(snapshot=first)
    view.grab()
    bar = place_of(view, "conv1").bar
    assert bar is not None
    below = QRect(bar.x, bar.bottom + 4, bar.width, 12)
    before = image_of(view).copy(below)
    maps = dict(first.maps)
    old = maps["conv1"]
    maps["conv1"] = Maps(old.pixels, old.limits * 7, old.signed)
    later = Snapshot(**{**first.__dict__, "maps": maps, "serial": 2})
    view.set_snapshot(later)
    qtbot.waitUntil(lambda: image_of(view).copy(below) != before)


def test_export_paints_at_any_size(make: Make) -> None:
    view = make()
    picture = QImage(1000, 600, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.magenta)
    painter = QPainter(picture)
    view.paint_to(painter, QRect(0, 0, 1000, 600))
    painter.end()
    assert picture.pixelColor(2, 2) == DARK.stage
    colors = {picture.pixel(x, 300) for x in range(1000)}
    assert len(colors) > 20
    assert QColor(Qt.GlobalColor.magenta).rgb() not in colors


def test_without_a_network_it_says_so(qtbot: QtBot) -> None:
    view = NetworkView(LIGHT)
    qtbot.addWidget(view)
    view.resize(800, 400)
    assert len({image_of(view).pixel(x, 200) for x in range(800)}) > 1
    assert view.watch_nodes() == ()
    assert view.input_rect().isEmpty()
    assert not view.pin("conv1", 0)
