"""The stage of the Studio: the view that suits a network, the switch between drawings, and its place in links."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui import links
from gui.labs.studio import drawing_file
from gui.labs.studio.stage import Stage
from gui.labs.studio.stage_parts import brings, is_short_chain
from gui.labs.studio.state import Drawing, StudioState
from gui.views.figure_view import FigureView
from gui.views.graph import GraphView
from gui.views.network import NetworkView
from gui.views.table import TableView
from tests.gui import samples
from tests.gui.graph import networks


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    made = Stage()
    qtbot.addWidget(made)
    made.resize(1528, 672)
    made.show()
    return made


def _show(stage: Stage, name: str, qtbot: QtBot) -> None:
    graph = networks.catalogue(name)
    stage.set_graph(graph, networks.facts(graph))
    qtbot.waitUntil(lambda: stage.is_laid_out)
    stage.set_snapshot(networks.snapshot(graph, stage.watch_nodes()))


def test_short_chains_keep_their_own_view(stage: Stage, qtbot: QtBot) -> None:
    lenet = samples.lenet_graph()
    assert is_short_chain(lenet)
    stage.set_graph(lenet, samples.facts(lenet, samples.DIGITS))
    assert isinstance(stage.current, NetworkView)
    assert stage.chosen_depth == 0
    for name in ("resnet-small", "densenet-small", "googlenet-small", "vgg16"):
        assert not is_short_chain(networks.catalogue(name))
    for shape in ((1,), (1, 28, 28)):  # of one number, and of a picture, there is no choice
        assert not is_short_chain(
            replace(lenet, nodes=(*lenet.nodes[:-1], replace(lenet.nodes[-1], output_shape=shape)))
        )
    _show(stage, "googlenet-small", qtbot)
    assert isinstance(stage.current, GraphView)
    assert stage.current.isVisible()
    assert not stage.chain_view.isVisible()
    stage.set_graph(lenet, samples.facts(lenet, samples.DIGITS))
    assert stage.current is stage.chain_view
    assert stage.chain_view.isVisible()


@pytest.mark.parametrize("which", [Drawing.VOLUMES, Drawing.UNITS, Drawing.TABLE])
def test_switch_brings_the_other_drawings(stage: Stage, qtbot: QtBot, which: Drawing) -> None:
    _show(stage, "googlenet-small", qtbot)
    rects = stage.forms.segment_rects()
    place = rects[list(Drawing).index(which)].center().toPoint()
    with qtbot.waitSignal(stage.place_changed):
        qtbot.mouseClick(stage.forms, Qt.MouseButton.LeftButton, pos=place)
    assert stage.drawing is which
    assert stage.current.isVisible()
    assert not stage.maps.isVisible()
    assert stage.input_rect().isEmpty()
    shown = stage.grab().toImage()
    assert shown.pixelColor(stage.forms.x() + 6, stage.forms.y() + 14) != stage.theme.stage
    stage.set_place(Drawing.MAPS, 0, ())
    assert stage.maps.isVisible()


def test_switch_lies_in_the_header_without_covering_words(stage: Stage, qtbot: QtBot) -> None:
    for size in ((1232, 500), (1528, 672), (2488, 1100)):
        stage.resize(*size)
        stage.set_density("large" if size[0] > 1400 else "small")
        for name in ("googlenet-small", "alexnet-small"):
            _show(stage, name, qtbot)
            header = stage.maps.header
            assert header.slot.right() == stage.forms.geometry().right()
            for part in (header.scale, header.zoom_out, header.fit):
                assert part.isHidden() or not part.geometry().intersects(stage.forms.geometry())


def test_pin_follows_into_every_drawing(stage: Stage, qtbot: QtBot) -> None:
    _show(stage, "googlenet-small", qtbot)
    assert stage.pin("conv1.conv", 2, 1, 1)
    assert stage.pinned_cell() == ("conv1.conv", 2, 1, 1)
    for which in Drawing:
        stage.set_place(which, 0, ())
        stage.pin("conv2.conv", 1, 0, 0)
    stage.unpin()
    assert stage.pinned_cell() is None


def test_place_is_told_when_the_user_opens_modules_and_not_when_set(stage: Stage, qtbot: QtBot) -> None:
    _show(stage, "googlenet-small", qtbot)
    told: list[int] = []
    stage.place_changed.connect(lambda: told.append(1))
    stage.set_place(Drawing.MAPS, 1, ("inception3b",))
    qtbot.waitUntil(lambda: stage.is_laid_out)
    assert stage.open_modules == ("inception3b",)
    assert not told
    view = stage.current
    assert isinstance(view, GraphView)
    view.canvas.animated = False
    view.canvas.toggle("inception3a")
    qtbot.waitUntil(lambda: bool(told))
    assert stage.open_modules == ("inception3a", "inception3b")


def test_sketch_belongs_to_the_maps(stage: Stage, qtbot: QtBot) -> None:
    _show(stage, "googlenet-small", qtbot)
    stage.set_place(Drawing.TABLE, 0, ())
    stage.set_drawing(True)
    assert stage.drawing is Drawing.MAPS
    assert stage.input_rect().contains(stage.input_rect().center())


def test_links_carry_drawing_depth_and_modules() -> None:
    state = replace(
        StudioState(), network="googlenet-small", drawing=Drawing.VOLUMES, depth=2, opened=("inception3a", "layer1.0")
    )
    link = links.to_link("studio", state)
    assert "draw=volumes" in link
    assert "depth=2" in link
    lab, found, messages = links.read(link, {"studio": lambda: StudioState})
    assert lab == "studio"
    assert found == state
    assert not messages


def test_parts_that_lessons_name_are_found(stage: Stage, qtbot: QtBot) -> None:
    _show(stage, "googlenet-small", qtbot)
    for part in ("input", "output", "facts", "layer-conv1.conv"):
        places = stage.part_places(part)
        assert len(places) == 1, part
        assert places[0][1].width() > 5
    assert stage.part_places("layer-nothing") == []


@pytest.mark.parametrize("which", list(Drawing))
def test_every_drawing_is_larger_when_presenting(stage: Stage, qtbot: QtBot, which: Drawing) -> None:
    stage.resize(1920, 1080)
    _show(stage, "googlenet-small", qtbot)
    stage.set_place(which, 1, ())
    view = stage.current

    def size() -> float:
        if isinstance(view, GraphView):
            qtbot.waitUntil(lambda: stage.is_laid_out)
            return view.canvas.sides.output.height()
        if isinstance(view, TableView):
            return view.table.verticalHeader().defaultSectionSize()
        assert isinstance(view, FigureView)
        return view.magnified

    before = size()
    stage.set_presenting(True)
    assert size() >= 1.2 * before
    stage.set_presenting(False)
    assert size() == before


@pytest.mark.parametrize(
    ("name", "which"), [("lenet", Drawing.MAPS), *(("googlenet-small", drawing) for drawing in Drawing)]
)
def test_a_drawing_is_written_alone(stage: Stage, qtbot: QtBot, tmp_path: Path, name: str, which: Drawing) -> None:
    _show(stage, name, qtbot)
    stage.set_place(which, 0, ())
    size = drawing_file.size_of(stage)
    picture = QImage(str(drawing_file.save(stage, tmp_path / "plain")))
    assert picture.size() == 2 * size
    colors = {picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in range(0, picture.height(), 9)}
    assert len(colors) > 12
    text = drawing_file.save(stage, tmp_path / "drawing.svg").read_text("utf-8")
    assert f'viewBox="0 0 {size.width()} {size.height()}"' in text
    written = set(re.findall(r">([^<>]+)</text>", text))
    assert networks.catalogue(name).title in written, "text stays text"
    assert written & {"conv1", "Conv 1", "conv1.conv"}


def test_where_a_drawing_cannot_be_written_it_says_so(stage: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    _show(stage, "googlenet-small", qtbot)
    with pytest.raises(OSError, match="cannot be written"):
        drawing_file.save(stage, tmp_path / "nowhere" / "a.png")


def test_volumes_and_units_are_zoomed_by_buttons(stage: Stage, qtbot: QtBot) -> None:
    _show(stage, "googlenet-small", qtbot)
    assert not stage.zoom_buttons.isVisible(), "the header of the maps has its own"
    for which in (Drawing.VOLUMES, Drawing.UNITS):
        stage.set_place(which, 0, ())
        before = stage.zoom()
        assert not stage.zoom_buttons.geometry().intersects(stage.forms.geometry())
        qtbot.mouseClick(stage.zoom_buttons.zoom_in, Qt.MouseButton.LeftButton)
        assert stage.zoom() > before
        qtbot.mouseClick(stage.zoom_buttons.fit, Qt.MouseButton.LeftButton)
        assert stage.zoom() == before


def test_every_drawing_says_whose_weights_are_shown(stage: Stage, qtbot: QtBot) -> None:
    _show(stage, "googlenet-small", qtbot)
    stage.set_place(Drawing.TABLE, 0, ())
    before = stage.grab().toImage()
    stage.maps.header.set_note("random weights")
    after = stage.grab().toImage()
    row = [before.pixel(x, y) != after.pixel(x, y) for x in range(700) for y in range(stage.heading_height)]
    assert any(row)


def test_a_picture_waits_for_all_values_but_not_for_ever() -> None:
    graph = networks.catalogue("googlenet-small")
    names = [node.name for node in graph.nodes][1:9]
    most, few = networks.snapshot(graph, names[:6]), networks.snapshot(graph, names[:2])
    assert not brings(graph, most, names, patient=True)
    assert brings(graph, networks.snapshot(graph, names), names, patient=True)
    assert brings(graph, most, names, patient=False), "a run that something else writes may not have them all"
    assert not brings(graph, few, names, patient=False)
    stopped = replace(graph, notes=("stopped in conv2",))
    assert brings(stopped, most, names, patient=True)
