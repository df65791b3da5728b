"""Volumes: what is a box, what is told once, how large it is drawn, what a click and a double-click tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from pytestqt.qtbot import QtBot

from engine.messages import Graph
from gui.theme import DARK, LIGHT
from gui.views.figure_limits import affordable
from gui.views.volumes import VolumesView
from gui.views.volumes.boxes import Box, Layout
from gui.views.volumes.figure import Kind, figure
from gui.views.volumes.layout import layout
from gui.views.volumes.scale import Law
from tests.gui import samples
from tests.gui.drawings import graphs


def placed(graph: Graph, width: int = 1528, height: int = 672) -> Layout:
    return layout(figure(graph), width=width, height=height, caption=lambda volume: 80.0)


def test_a_volume_is_what_an_operation_hands_on_with_what_follows_it() -> None:
    told = figure(samples.lenet_graph())
    assert [(one.node, one.shown) for one in told.volumes] == [
        ("input", "input"), ("conv1", "act1"), ("pool1", "pool1"), ("conv2", "act2"), ("pool2", "pool2"),
        ("dense1", "act3"), ("dense2", "act4"), ("output", "softmax"),
    ]  # fmt: skip
    assert [one.sources for one in told.volumes] == [(), (0,), (1,), (2,), (3,), (4,), (5,), (6,)]
    assert told.volumes[3].kernel == (5, 5)
    assert told.volumes[3].weighted
    assert not told.volumes[4].weighted
    assert told.volumes[5].dense
    assert [one.kind for one in told.volumes[-3:]] == [Kind.FLAT] * 3
    assert (told.volumes[3].channels, told.volumes[3].height, told.volumes[3].width) == (16, 10, 10)


def test_branches_stand_in_parallel_rows_between_the_places_that_all_pass() -> None:
    told = figure(graphs.branches())
    block = next(piece for piece in told.pieces if piece.module == "inception3a")
    assert len(block.volumes) == 8
    shown = placed(graphs.branches())
    boxes = {box.volume.node: box for box in shown.boxes}
    heads = [boxes[f"inception3a.{name}"].middle for name in ("branch1.conv", "branch2.0", "branch3.0", "branch4.0")]
    assert len({round(x) for x, _ in heads}) == 1
    assert [y for _, y in heads] == sorted(y for _, y in heads)
    joined, before = boxes["inception3a.cat"], boxes["pool1"]
    assert joined.middle[1] == pytest.approx(before.middle[1])
    assert boxes["res4.add"].volume.kind is Kind.SUM


def test_what_repeats_is_told_once_and_says_how_often() -> None:
    graph = graphs.residuals()
    told = figure(graph)
    times = [
        (told.volumes[piece.volumes[0]].node.rsplit(".", 1)[0], piece.times) for piece in told.pieces if piece.times > 1
    ]
    assert times == [("layer1.0", 3), ("layer2.1", 3), ("layer3.1", 5), ("layer4.1", 2)]
    drawn = sum(len(piece.volumes) * 1 for piece in told.pieces)
    assert drawn == len(told.volumes) < 40
    assert [bracket.times for bracket in placed(graph).brackets] == [3, 3, 5, 2]


def test_dense_blocks_are_folded_to_what_they_hand_on() -> None:
    told = figure(graphs.dense_blocks((6, 12)))
    folded = [one for one in told.volumes if one.inside]
    assert [one.title for one in folded] == ["denseblock1", "denseblock2"]
    assert all("dense block" in one.words for one in folded)
    assert all(source < index for index, one in enumerate(told.volumes) for source in one.sources)


def test_sizes_are_to_scale_where_they_can_be_and_the_figure_says_so_where_not() -> None:
    small = placed(samples.lenet_graph())
    boxes = {box.volume.node: box for box in small.boxes}
    assert small.laws.side is small.laws.depth is Law.LINEAR
    assert boxes["conv1"].height / boxes["pool1"].height == pytest.approx(2.0)
    assert boxes["conv2"].depth / boxes["conv1"].depth == pytest.approx(16 / 6)
    assert boxes["conv1"].depth / 6 == pytest.approx(boxes["conv1"].height / 28)
    assert small.laws.said(flat=True, one_unit=True).startswith("Width, height and depth to scale")
    large = placed(graphs.residuals())
    assert large.laws.depth is Law.ROOT
    assert "√channels" in large.laws.said(flat=True, one_unit=False)
    assert Law.LOG.of(1) == 1.0


@pytest.mark.parametrize("size", [(1232, 500), (1528, 672), (2488, 1112), (700, 420)])
@pytest.mark.parametrize("make", [samples.lenet_graph, samples.deep_graph, graphs.branches, graphs.residuals])
def test_boxes_stay_inside_and_apart(make, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    shown = placed(make(), *size)
    assert all(box.left >= 0 and box.right <= shown.width and box.top >= 0 for box in shown.boxes)
    assert all(box.y <= shown.height for box in shown.boxes)
    for one in range(len(shown.boxes)):
        for other in range(one + 1, len(shown.boxes)):
            assert not _seen(shown.boxes[one]).intersects(_seen(shown.boxes[other]))


def _seen(box: Box) -> QRectF:
    return QRectF(box.left, box.top, box.right - box.left, box.y - box.top).adjusted(1, 1, -1, -1)


@pytest.fixture
def view(qtbot: QtBot) -> VolumesView:
    graph = samples.lenet_graph()
    widget = VolumesView()
    qtbot.addWidget(widget)
    widget.resize(1528, 672)
    widget.set_graph(graph, samples.facts(graph))
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_snapshot(samples.snapshot(graph))
    return widget


def _box(view: VolumesView, node: str) -> Box:
    assert view.layout_now is not None
    return next(box for box in view.layout_now.boxes if box.volume.node == node)


def _inside(box: Box) -> QPoint:
    return QPoint(round(box.x + box.depth / 2), round(box.y - box.height / 2))


def test_a_click_pins_the_map_on_the_face_and_a_double_click_opens_the_layer(view: VolumesView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.pinned) as pinned:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=_inside(_box(view, "conv2")))
    node, index, row, column = pinned.args
    assert (node, row, column) == ("act2", 5, 5)
    assert 0 <= index < 16
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=_inside(_box(view, "conv2")))
    assert opened.args == ["conv2"]


def test_arrow_keys_walk_from_volume_to_volume(view: VolumesView, qtbot: QtBot) -> None:
    told: list[str] = []
    view.pinned.connect(lambda node, *_: told.append(node))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert told == ["input", "act1", "pool1", "act1"]
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["conv1"]


def test_the_faces_show_the_values_and_only_what_is_seen_is_watched(view: VolumesView, qtbot: QtBot) -> None:
    assert view.watch_nodes() == ("act1", "pool1", "act2", "pool2", "act3", "act4", "softmax")
    before = view.grab().toImage()
    view.set_snapshot(samples.snapshot(samples.lenet_graph(), seed=3))
    after = view.grab().toImage()
    face = _box(view, "conv1")
    across = [QPoint(*map(round, face.face(share, 0.7))) for share in np.linspace(0.1, 0.9, 20)]
    assert any(before.pixel(point) != after.pixel(point) for point in across)
    front = _inside(face)
    assert before.pixel(front) == after.pixel(front)
    view.set_zoom(8.0, QPoint(100, 300).toPointF())
    assert len(view.watch_nodes()) < 4
    view.fit()
    assert view.zoom == 1.0


def test_it_paints_text_as_text_in_both_themes(view: VolumesView, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        generator = QSvgGenerator()
        path = tmp_path / f"{theme.name}.svg"
        generator.setFileName(str(path))
        generator.setSize(view.size())
        with QPainter(generator) as painter:
            view.paint(painter)
        written = path.read_text()
        assert "Conv 2" in written
        assert "Max pool 2/2" in written
        assert "to scale" in written


def test_one_dimensional_and_odd_networks_are_drawn_as_well(qtbot: QtBot) -> None:
    widget = VolumesView()
    qtbot.addWidget(widget)
    widget.resize(900, 500)
    signal = samples.chain(
        "signal", "Signal", (2, 64),
        (("conv", samples.Operation.CONV1D, {"out_channels": 8, "kernel_size": 5}),
         ("flat", samples.Operation.FLATTEN, {}),
         ("out", samples.Operation.LINEAR, {"out_features": 3})),
    )  # fmt: skip
    units = samples.chain("units", "Units", (4,), (("out", samples.Operation.LINEAR, {"out_features": 3}),))
    for graph in (signal, units, graphs.dense_blocks()):
        widget.set_graph(graph, None)
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
        assert len(colors) > 4


def test_what_is_folded_for_want_of_room_can_be_unfolded(view: VolumesView, qtbot: QtBot) -> None:
    graph = graphs.residuals()
    view.set_graph(graph, None)
    assert view.unfold_button.isVisible()
    assert view.layout_now is not None
    few = len(view.layout_now.boxes)
    qtbot.mouseClick(view.unfold_button, Qt.MouseButton.LeftButton)
    assert len(view.layout_now.boxes) > few
    assert not view.layout_now.brackets
    assert view.extent.width() * view.zoom <= view.width() + 1
    qtbot.mouseClick(view.unfold_button, Qt.MouseButton.LeftButton)
    assert len(view.layout_now.boxes) == few
    view.set_graph(samples.lenet_graph(), None)
    assert not view.unfold_button.isVisible()


def test_of_large_networks_only_what_can_be_afforded_is_watched() -> None:
    whole = graphs.residuals()
    names = [node.name for node in whole.nodes]
    graph = replace(whole, nodes=tuple(replace(node, multiply_adds=0) for node in whole.nodes))
    kept = affordable(graph, names)
    assert "conv1" not in kept  # 64 maps of 112 x 112
    assert {"fc", "layer4.2.add"} <= set(kept)
    assert list(kept) == [name for name in names if name in kept]
    assert set(kept) < set(affordable(whole, names)), "a network that takes long to run may be looked at for longer"
    assert affordable(samples.lenet_graph(), ["conv1", "pool2"]) == ("conv1", "pool2")
