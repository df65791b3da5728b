"""The diagram as it is used: modules that open, pins, search, keys, what is watched, and what is painted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPicture
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.messages import Graph, Node, Operation, Quantity
from gui.theme import DARK, LIGHT, Theme
from gui.views.graph import GraphView
from gui.views.graph.finder import matches
from gui.views.graph.layout import Box, Look
from gui.views.graph.modules import ALL, network
from gui.views.graph.tips import box_facts
from tests.gui.graph import networks

Make = Callable[..., GraphView]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def maker(graph: Graph, *, size: tuple[int, int] = (1528, 640), theme: Theme = DARK) -> GraphView:
        view = GraphView(theme)
        qtbot.addWidget(view)
        view.canvas.animated = False
        view.resize(*size)
        view.show()
        view.set_graph(graph, networks.facts(graph))
        qtbot.waitUntil(lambda: view.canvas.is_laid_out)
        view.set_snapshot(networks.snapshot(graph, view.watch_nodes()))
        return view

    return maker


def _box(view: GraphView, key: str) -> Box:
    layout = view.canvas.layout_now
    assert layout is not None
    return layout.by_key[key]


def _point(view: GraphView, key: str, dx: float = 0.5, dy: float = 0.1) -> QPoint:
    """A point of a box, by its share of width and height."""
    box = _box(view, key)
    x, y = view.canvas.camera.view(box.x + box.width * dx, box.y + box.height * dy)
    return QPoint(round(x), round(y))


def _settle(qtbot: QtBot, view: GraphView) -> None:
    qtbot.waitUntil(lambda: view.canvas.is_laid_out and view.canvas.motion is None and not view.canvas.moving)


def _image(view: GraphView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def test_depth_is_what_can_be_read_at_once(make: Make) -> None:
    assert make(networks.catalogue("googlenet-small")).canvas.shown_depth == 1
    deep = make(networks.catalogue("resnet152"))
    assert deep.canvas.shown_depth < 3
    assert deep.zoom() >= 0.42
    assert deep.header.levels.value == str(deep.canvas.shown_depth)


def test_double_click_opens_a_module_and_closes_it(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    with qtbot.waitSignal(view.modules_changed):
        qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, "inception3b"))
    _settle(qtbot, view)
    assert _box(view, "inception3b").look is Look.GROUP
    assert view.open_modules == ("inception3b",)
    assert view.chosen_depth == 1
    with qtbot.waitSignal(view.modules_changed):
        qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, "inception3b", 0.5, 0.03))
    _settle(qtbot, view)
    assert _box(view, "inception3b").look is Look.CARD
    assert view.open_modules == ()


def test_opening_moves_smoothly_and_can_be_stopped(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    view.canvas.animated = True
    view.canvas.toggle("inception3b")
    qtbot.waitUntil(lambda: view.canvas.motion is not None)
    before = _image(view)
    view.canvas.finish()
    assert view.canvas.motion is None
    assert _image(view) != before
    view.canvas.toggle("inception3b")
    qtbot.waitUntil(lambda: view.canvas.motion is not None)
    qtbot.waitUntil(lambda: view.canvas.motion is None)
    assert _box(view, "inception3b").look is Look.CARD


def test_keys_walk_open_and_go_up(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    first = view.canvas.selected
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    assert view.canvas.selected != first
    view.canvas.select("inception3b")
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    _settle(qtbot, view)
    assert view.open_modules == ("inception3b",)
    view.canvas.select("inception3b.branch1")
    assert [word.text for word in view.header.words()][1:3] == ["inception3b", "branch1"]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.canvas.selected == "inception3b"
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.canvas.selected == ""


def test_click_pins_the_map_under_the_pointer(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    box = _box(view, "conv2")
    node = view.canvas.layout_now.network.nodes[box.face].name  # type: ignore[union-attr]
    with qtbot.waitSignal(view.pinned) as told:
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, "conv2", 0.5, 0.31))
    name, index, row, column = told.args
    assert name == node
    assert index == 1, "the second of the maps, the strongest first"
    rows, columns = view.canvas.network.nodes[box.face].output_shape[1:]  # type: ignore[union-attr]
    assert abs(row - rows // 2) <= rows // 3
    assert abs(column - columns // 2) <= columns // 3
    assert view.pinned_cell() == tuple(told.args)
    with qtbot.waitSignal(view.unpinned):
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(view.canvas.sides.left + 6, 60))
    assert view.pinned_cell() is None


def test_double_click_on_a_layer_opens_its_page(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("resnet-small"))
    with qtbot.waitSignal(view.layer_activated) as told:
        qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, "conv1"))
    assert told.args == ["conv1"]


def test_search_finds_opens_and_goes_there(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("resnet152"))
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Slash)
    finder = view.header.finder
    qtbot.waitUntil(finder.hasFocus)
    qtbot.keyClicks(finder, "layer3.30.conv2")
    assert finder.list is not None
    assert finder.list.item(0).data(Qt.ItemDataRole.UserRole) == "layer3.30.conv2"
    qtbot.keyClick(finder, Qt.Key.Key_Return)
    _settle(qtbot, view)
    assert view.canvas.selected == "layer3.30.conv2"
    box = _box(view, "layer3.30.conv2")
    x, y = view.canvas.camera.view(box.x + box.width / 2, box.y + box.height / 2)
    assert view.canvas.sides.stage.contains(QPoint(round(x), round(y)))
    assert "layer3.30.conv2" in view.watch_nodes()
    assert view.minimap.isVisible()


def test_search_knows_names_and_operations() -> None:
    net = network(networks.catalogue("googlenet"))
    assert matches(net, "inception4c")[0][0] == "inception4c"
    assert {key for key, _ in matches(net, "5x5 conv", most=99)} <= set(net.numbers) | set(net.modules)
    assert all("max" in what for _, what in matches(net, "max pool", most=99))
    assert matches(net, "4c branch2 conv")[0][0] == "inception4c.branch2.0.conv"
    net = network(networks.catalogue("resnet50"))
    assert matches(net, "layer3 5 conv2")[0][0] == "layer3.5.conv2"
    assert matches(net, "") == []
    assert matches(net, "no such thing") == []


def test_only_what_is_seen_is_watched(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("resnet152"))
    view.canvas.set_depth(ALL)
    qtbot.waitUntil(lambda: view.canvas.is_laid_out)
    assert view.watch_nodes() == (), "too small for maps"
    view.set_zoom(1.0)
    _settle(qtbot, view)
    near = view.watch_nodes()
    assert 0 < len(near) < 80
    with qtbot.waitSignal(view.watch_changed):
        view.canvas.pan(-3000, 0)
    assert view.watch_nodes() != near
    view.set_quantity(Quantity.GRADIENTS)
    assert view.watch_nodes()[0] == "input"


def test_zoom_keeps_the_point_under_the_pointer_and_fit_shows_all(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet"))
    about = QPointF(700, 300)
    before = view.canvas.camera.stage(about)
    view.set_zoom(2.0, about)
    after = view.canvas.camera.stage(about)
    assert abs(before[0] - after[0]) < 1
    assert abs(before[1] - after[1]) < 1
    qtbot.keyClick(view.canvas, Qt.Key.Key_F)
    left, top, right, bottom = view.canvas.camera.clip(view.canvas.sides.stage)
    layout = view.canvas.layout_now
    assert layout is not None
    assert left <= 0
    assert top <= 0
    assert right >= layout.width
    assert bottom >= layout.height
    _settle(qtbot, view)


def test_drag_pans_and_does_not_click(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet"))
    view.set_zoom(2.0)
    _settle(qtbot, view)
    told: list[object] = []
    view.pinned.connect(lambda *args: told.append(args))
    before = view.canvas.camera
    start = QPoint(700, 300)
    qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.canvas, start + QPoint(30, 0))
    qtbot.mouseMove(view.canvas, start + QPoint(60, 10))
    qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 10))
    assert view.canvas.camera != before
    assert not told
    _settle(qtbot, view)


def test_maps_are_painted_inside_the_cards(make: Make) -> None:
    view = make(networks.catalogue("googlenet-small"))
    point = _point(view, "conv1", 0.2, 0.31)
    assert _image(view).pixelColor(point) != QColor(DARK.panel)
    graph = networks.catalogue("googlenet-small")
    first = _image(view)
    empty = networks.snapshot(graph, ())
    view.set_snapshot(empty)
    assert _image(view) != first


def test_hover_lights_inputs_and_outputs(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    plain = _image(view)
    place = QPointF(_point(view, "inception3a"))
    everywhere = view.canvas.mapToGlobal(place)
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        view.canvas,
        QMouseEvent(QEvent.Type.MouseMove, place, everywhere, none, none, Qt.KeyboardModifier.NoModifier),
    )
    assert view.canvas.hovered_box is not None
    lit = _image(view)
    greens = [
        (x, y) for x in range(0, lit.width(), 2) for y in range(60, 600, 3)
        if lit.pixelColor(x, y) == DARK.output and plain.pixelColor(x, y) != DARK.output
    ]  # fmt: skip
    assert greens
    view.canvas.forget_pointer()
    assert view.canvas.hovered_box is None


def test_facts_write_parameters_out() -> None:
    net = network(networks.catalogue("resnet18"))
    box = Box("x", net.part("layer1.0.conv1"), Look.CARD, 0, 0, 1, 1, 0, net.numbers["layer1.0.conv1"])  # type: ignore[arg-type]
    rows = dict(box_facts(net, box).rows)
    assert rows["Parameters"] == "64 × 64·3·3 = 36,864"
    module = Box("y", net.modules["layer1"], Look.CARD, 0, 0, 1, 1, 0, 0)
    rows = dict(box_facts(net, module).rows)
    assert rows["Holds"] == "2 residual blocks"
    assert "of all" in rows["Parameters"]


def test_themes_and_roles_change_every_pixel_that_they_should(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    dark = _image(view)
    view.header.role.setChecked(True)
    coloured = _image(view)
    assert coloured != dark
    view.set_theme(LIGHT)
    light = _image(view)
    assert light.pixelColor(view.canvas.sides.left + 2, 70) == LIGHT.stage
    view.set_theme(DARK)
    assert _image(view) == coloured


def test_export_writes_lines_and_text(make: Make) -> None:
    view = make(networks.catalogue("googlenet-small"))
    picture = QPicture()
    painter = QPainter(picture)
    view.paint_to(painter, QRect(0, 0, 1528, 640))
    painter.end()
    assert picture.size() > 20_000


def test_svg_has_text_as_text(make: Make, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from PySide6.QtSvg import QSvgGenerator

    view = make(networks.catalogue("googlenet-small"))
    path = tmp_path / "diagram.svg"
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(view.size())
    painter = QPainter(generator)
    view.paint_to(painter, view.rect())
    painter.end()
    text = path.read_text(encoding="utf-8")
    assert "inception3b" in text
    assert "<path" in text or "<polyline" in text


def test_state_of_modules_can_be_set_and_read(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    view.set_modules(0, ("inception3b", "no such module"))
    qtbot.waitUntil(lambda: view.canvas.is_laid_out)
    assert view.open_modules == ("inception3b",)
    assert _box(view, "inception3b").look is Look.GROUP
    view.show_node("inception3b.branch2.1.conv")
    _settle(qtbot, view)
    assert view.canvas.selected == "inception3b.branch2.1.conv"
    assert _box(view, "inception3b.branch2.1").look is Look.GROUP
    assert view.pin("inception3b.branch2.1.conv", 3, 1, 1)
    assert view.pinned_cell() == ("inception3b.branch2.1.conv", 3, 1, 1)
    assert not view.pin("nothing", 0)


def test_controls_tell_what_the_user_wants(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("googlenet-small"))
    with qtbot.waitSignal(view.sample_requested) as told:
        view.strip.following.click()
    assert told.args == [1]
    with qtbot.waitSignal(view.draw_toggled):
        qtbot.mouseClick(view.switch, Qt.MouseButton.LeftButton, pos=QPoint(view.switch.width() - 10, 14))
    assert view.input_rect().width() >= 112


def test_graphs_that_are_no_pictures_are_drawn_too(make: Make) -> None:
    made = networks.graph(
        [("a", Operation.LINEAR, ["input"]), ("b", Operation.LINEAR, ["input"]), ("sum", Operation.ADD, ["a", "b"])],
        shape=(12,),
    )
    view = make(made)
    assert view.input_rect().height() >= 28  # a strip of its twelve numbers
    assert view.watch_nodes()[0] == "input"  # how far they reach is written over it
    assert view.canvas.is_laid_out
    assert _image(view).pixelColor(_point(view, "a", 0.5, 0.02)) != DARK.stage


@pytest.mark.parametrize("kind", ["nothing", "one", "other shapes", "deep names"])
def test_odd_graphs_are_drawn_as_far_as_they_go(make: Make, qtbot: QtBot, kind: str) -> None:
    """A module that stopped at once, values without axes or with four, names with many steps."""
    made = {
        "nothing": networks.graph([]),
        "one": networks.graph([("only", Operation.OTHER, ["input"])]),
        "other shapes": Graph(
            "odd", "Odd", (
                Node("input", Operation.INPUT, (), (3, 4, 8, 8)),
                Node("a", Operation.OTHER, ("input",), (2, 4, 8, 8)),
                Node("b", Operation.OTHER, ("a",), ()),
                Node("c", Operation.OTHER, ("a",), (7, 5)),
            ), notes=("stopped in c: no reason",),
        ),
        "deep names": networks.graph(
            [(".".join("abcdefgh"[: 2 + i]) + f".n{i}", Operation.CONV2D, ["input"]) for i in range(6)]
        ),
    }[kind]  # fmt: skip
    view = make(made)
    for depth in (1, 2, ALL):
        view.canvas.set_depth(depth)
        qtbot.waitUntil(lambda: view.canvas.is_laid_out)
        assert not _image(view).isNull()
    view.set_zoom(3.0)
    _settle(qtbot, view)
    assert not _image(view).isNull()
    for key in list(view.canvas.layout_now.by_key):  # type: ignore[union-attr]
        view.canvas.select(key)
        assert not _image(view).isNull()
    if kind == "other shapes":
        assert any(word.role == "warning" for word in view.header.words())


def test_hidden_node_is_marked_on_the_smallest_box_that_holds_it(make: Make, qtbot: QtBot) -> None:
    view = make(networks.catalogue("densenet-small"))
    view.canvas.set_depth(2)
    qtbot.waitUntil(lambda: view.canvas.is_laid_out)
    assert view.pin("features.denseblock2.denselayer2.conv1", 0)
    box = view.canvas.selected_box()
    assert box is not None
    assert box.key == "features.denseblock2"
    _settle(qtbot, view)
