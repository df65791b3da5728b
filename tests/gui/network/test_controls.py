"""The controls around the picture: header, samples, drawing, names for those who listen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.messages import Graph, Maps, Quantity, Scale, Snapshot
from gui.theme import DARK, LIGHT, colormaps
from tests.gui import samples
from tests.gui.network.stage import Make, grid_of, hover, image_of, place_of, point_of


def test_the_header_tells_quantity_and_scale(qtbot: QtBot, make: Make) -> None:
    view = make()
    segment = view.header.quantity.segment_rects()[1].center().toPoint()
    with qtbot.waitSignal(view.quantity_changed) as told:
        qtbot.mouseClick(view.header.quantity, Qt.MouseButton.LeftButton, pos=segment)
    assert told.args == [Quantity.GRADIENTS]
    assert view.quantity is Quantity.GRADIENTS
    with qtbot.waitSignal(view.scale_changed) as told:
        view.header.scale.activated.emit(1)
    assert told.args == [Scale.MAP]
    with qtbot.assertNotEmitted(view.scale_changed), qtbot.assertNotEmitted(view.quantity_changed):
        view.set_scale(Scale.NETWORK)
        view.set_quantity(Quantity.ACTIVATIONS)
    assert (view.scale, view.quantity) == (Scale.NETWORK, Quantity.ACTIVATIONS)
    assert view.header_rect() == QRect(0, 0, 1528, 48)


def test_what_is_watched_follows_quantity_and_zoom(qtbot: QtBot, make: Make) -> None:
    view = make()
    everything = ("conv1", "pool1", "conv2", "pool2", "dense1", "act3", "dense2", "act4", "output")
    assert view.watch_nodes() == everything
    with qtbot.waitSignal(view.watch_changed) as told:
        segment = view.header.quantity.segment_rects()[1].center().toPoint()
        qtbot.mouseClick(view.header.quantity, Qt.MouseButton.LeftButton, pos=segment)
    assert told.args == [("input", *everything)]
    view.set_quantity(Quantity.ACTIVATIONS)
    view.set_zoom(8.0, QPointF(point_of(view, "conv2", 8, 5, 6)))
    assert view.watch_nodes() == ("conv2",)


def test_samples_buttons_and_thumbnails(qtbot: QtBot, make: Make) -> None:
    view = make(snapshot=samples.lenet_snapshot(index=34))
    view.set_gallery(samples.gallery(10, start=30))
    assert view.strip.thumbnails.chosen == 4
    assert view.strip.caption.shown == "Test 34 label 7"
    assert view.gallery_size == 10
    for button, direction in ((view.strip.previous, -1), (view.strip.following, 1)):
        with qtbot.waitSignal(view.sample_requested) as told:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert told.args == [direction]
    with qtbot.waitSignal(view.thumbnail_clicked) as told:
        center = view.strip.thumbnails.rect_of(7).center()
        qtbot.mouseClick(view.strip.thumbnails, Qt.MouseButton.LeftButton, pos=center)
    assert told.args == [37]
    with qtbot.waitSignal(view.edit_requested):
        qtbot.mouseClick(view.strip.edit, Qt.MouseButton.LeftButton)
    view.set_snapshot(samples.lenet_snapshot(index=2))
    assert view.strip.thumbnails.chosen == -1


def test_thumbnails_by_key(qtbot: QtBot, make: Make) -> None:
    view = make()
    view.set_gallery(samples.gallery(10, start=30))
    thumbs = view.strip.thumbnails
    qtbot.keyClick(thumbs, Qt.Key.Key_Down)
    qtbot.keyClick(thumbs, Qt.Key.Key_Left)
    with qtbot.waitSignal(view.thumbnail_clicked) as told:
        qtbot.keyClick(thumbs, Qt.Key.Key_Return)
    assert told.args == [38]


def test_thumbnails_show_the_pictures(make: Make) -> None:
    view = make(theme=LIGHT)
    gallery = samples.gallery(10, start=30)
    view.set_gallery(gallery)
    thumbs = view.strip.thumbnails
    image = thumbs.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rect = thumbs.rect_of(3)
    table = colormaps.lut(LIGHT, "input")
    for row, column in ((6, 12), (20, 9)):
        expected = table[gallery.pictures[3, 0, row, column]]
        assert image.pixel(rect.x() + column, rect.y() + row) == expected


def test_the_menu_of_samples(qtbot: QtBot, make: Make) -> None:
    view = make(classes=samples.FASHION)
    menu = view.strip.caption.menu()
    texts = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Random sample", "All classes", *samples.FASHION, "Only mistakes"]
    by_text = {action.text().split("\t")[0]: action for action in menu.actions()}
    with qtbot.waitSignal(view.sample_requested) as told:
        by_text["Random sample"].trigger()
    assert told.args == [0]
    with qtbot.waitSignal(view.filter_changed) as told:
        by_text["bag"].trigger()
    assert told.args == [8, False]
    with qtbot.waitSignal(view.filter_changed) as told:
        by_text["Only mistakes"].trigger()
    assert told.args == [8, True]
    menu.deleteLater()
    again = view.strip.caption.menu()
    checked = [action.text().split("\t")[0] for action in again.actions() if action.isChecked()]
    assert checked == ["bag", "Only mistakes"]
    again.deleteLater()
    view.set_filter(8, True)
    assert view.strip.caption.filter_text == "Only mistakes, of bag"
    view.set_filter(None, False)
    assert view.strip.caption.filter_text == ""


def test_drawing_leaves_the_input_to_the_sketch_pad(qtbot: QtBot, make: Make) -> None:
    view = make()
    assert view.input_rect() == QRect(24, 268, 196, 196)
    segment = view.switch.segment_rects()[1].center().toPoint()
    with qtbot.waitSignal(view.draw_toggled) as told:
        qtbot.mouseClick(view.switch, Qt.MouseButton.LeftButton, pos=segment)
    assert told.args == [True]
    assert image_of(view).pixelColor(100, 350) == DARK.stage
    with qtbot.assertNotEmitted(view.draw_toggled):
        view.set_drawing(False)
    assert view.switch.value == "samples"
    with qtbot.waitSignal(view.layout_changed):
        view.set_zoom(2.0, QPointF(0, 300))
    assert view.input_rect().width() == 392


def test_the_field_lies_over_the_sketch_pad(qtbot: QtBot, make: Make) -> None:
    view = make()
    view.set_drawing(True)
    pad = QWidget(view)
    pad.setAutoFillBackground(True)
    pad.setStyleSheet("background: #ffffff;")
    pad.setGeometry(view.input_rect())
    pad.show()
    pad.raise_()
    spot = grid_of(view, "input").cells(0, (8, 21), (10, 23))
    assert spot is not None
    assert image_of(view).pixelColor(int(spot.x) - 1, int(spot.y) + 30) == QColor("#ffffff")
    hover(qtbot, view, point_of(view, "conv2", 8, 5, 6))
    assert image_of(view).pixelColor(int(spot.x) - 1, int(spot.y) + 30) == DARK.input
    assert view.childAt(view.input_rect().center()) is pad  # the pen still reaches the pad
    view.canvas.forget_pointer()
    assert image_of(view).pixelColor(int(spot.x) - 1, int(spot.y) + 30) == QColor("#ffffff")


def test_a_narrow_header_keeps_name_and_cost(make: Make) -> None:
    graph = samples.lenet_graph()
    graph = Graph(graph.name, graph.title, graph.nodes, "a subtitle that is far too long for a small window " * 3)
    view = make(graph, size=(1232, 500), density="small")
    shown = [role for _, role, _ in view.header._fitting(330)]
    assert shown == ["title", "fact", "fact"]
    shown = [role for _, role, _ in view.header._fitting(700)]
    assert shown == ["title", "subtitle", "fact", "fact"]
    assert sum(ink.width(text) for text, _, ink in view.header._fitting(700)) <= 700
    assert [role for _, role, _ in view.header._fitting(60)] == ["title"]


def test_captions_of_pictures_of_the_user_s_own(make: Make) -> None:
    view = make()
    base = samples.lenet_snapshot(label=None)
    from engine.messages import Sample

    drawn = Snapshot(**{**base.__dict__, "sample": Sample(base.sample.picture, "drawing")})
    view.set_snapshot(drawn)
    assert view.strip.caption.shown == "Your drawing"
    assert view.strip.thumbnails.chosen == -1


def test_names_for_those_who_listen(make: Make) -> None:
    view = make()
    assert view.canvas.accessibleName() == "Network diagram"
    assert view.strip.caption.accessibleName() == "Test 34 label 7"
    for part in (view.header.zoom_in, view.header.zoom_out, view.header.fit, view.strip.previous, view.strip.edit):
        assert part.accessibleName()
        assert part.toolTip()
    view.pin("conv2", 8, 5, 6)
    assert view.canvas.accessibleName() == "Network diagram, Conv 2, map 8, row 5, column 6"
    view.unpin()
    assert view.canvas.accessibleName() == "Network diagram"
    assert "61,706 parameters" in view.header.accessibleDescription()


@pytest.mark.parametrize("size", [(1232, 500), (1528, 672), (2488, 1112)])
def test_a_change_of_theme_repaints_everything(make: Make, size: tuple[int, int]) -> None:
    density = "small" if size[0] < 1400 else "large"
    view = make(size=size, density=density)
    view.set_gallery(samples.gallery())
    dark = image_of(view)
    view.set_theme(LIGHT)
    light = image_of(view)
    assert dark.pixelColor(2, size[1] - 3) == DARK.stage
    assert light.pixelColor(2, size[1] - 3) == LIGHT.stage
    assert light.pixelColor(2, 2) == LIGHT.stage
    view.set_theme(DARK)
    assert image_of(view) == dark


def test_other_networks_can_be_shown_and_hovered(qtbot: QtBot, make: Make) -> None:
    for graph in (samples.mlp_graph(), samples.deep_graph(), samples.lenet_graph("sigmoid", channels=3, size=32)):
        view = make(graph, samples.snapshot(graph), size=(1368, 640), classes=samples.FASHION)
        layout = view.canvas.layout_now
        assert layout is not None
        for place in layout.places:
            row, column = place.column.height // 2, place.column.width // 2
            index = 5 if place.strip is not None else 0
            hover(qtbot, view, point_of(view, place.column.node, index, row, column))
            assert view.canvas.hovering is not None, place.column.title
            view.grab()
        view.hide()


def test_scaled_by_map_units_are_still_told_apart(make: Make) -> None:
    """Every unit is a map of its own to the engine, but a layer of full units would say nothing."""
    base = samples.lenet_snapshot()
    limits = np.linspace(1, 10, 120).astype(np.float32)
    maps = dict(base.maps) | {"act3": Maps(np.full((120, 1, 1), 255, np.uint8), limits, False)}
    view = make(snapshot=Snapshot(**{**base.__dict__, "maps": maps, "scale": Scale.MAP}))
    image = image_of(view)
    table = colormaps.lut(DARK, "activation")
    for unit in (0, 40, 119):
        expected = table[int(np.floor(255 * limits[unit] / 10 + 0.5))]
        assert image.pixel(point_of(view, "act3", unit)) == expected


def test_a_pin_on_a_pool_leads_back_through_its_convolution(make: Make) -> None:
    view = make()
    view.pin("pool2", 8, 2, 3)
    image = image_of(view)
    near = grid_of(view, "conv2").cells(8, (4, 5), (6, 7))
    assert near is not None
    assert image.pixelColor(int(near.x) - 1, int(near.center_y)) == DARK.input
    grid, kernels = grid_of(view, "pool1"), place_of(view, "conv2").kernels
    assert kernels is not None
    kernel, far = kernels.tile(1), grid.cells(1, (4, 9), (6, 11))
    assert kernel is not None
    assert far is not None
    middle = int(kernel.center_y + 0.5)
    assert image.pixelColor(kernel.x - 10, middle) == DARK.input
    assert image.pixelColor(int(far.x + far.width), int(far.center_y)) == DARK.input
    assert image.pixelColor(kernel.x - 2, middle - 6) == DARK.kernel


def test_the_header_tells_what_is_to_be_known_of_a_network(make: Make) -> None:
    graph = replace(samples.lenet_graph(), notes=("unused: 7 parameters (spare)",))
    view = make(graph)
    header = view.header
    assert ("unused: 7 parameters (spare)", "warning") in header.words()
    assert header.toolTip() == graph.notes[0]
