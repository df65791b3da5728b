"""Zoom and pan: wheel, buttons, keys, dragging."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import DARK, colormaps
from gui.views.network import NetworkView
from tests.gui import samples
from tests.gui.network.stage import Make, image_of, point_of


def _wheel(view: NetworkView, at: QPoint, dy: int, modifiers: Qt.KeyboardModifier) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(at), QPointF(view.canvas.mapToGlobal(at)), QPoint(), QPoint(0, dy), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.canvas, event)
    return event


def test_the_wheel_with_ctrl_zooms_about_the_cursor(qtbot: QtBot, make: Make) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot)
    at = point_of(view, "conv2", 8, 5, 6)
    with qtbot.waitSignal(view.zoom_changed):
        _wheel(view, at, 480, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom() > 1.8
    hit = view.canvas.hit(QPointF(at))
    assert hit is not None
    assert (hit.node, hit.map, hit.row, hit.column) == ("conv2", 8, 5, 6)
    view.canvas.forget_pointer()
    table = colormaps.lut(DARK, "activation_signed")
    image = image_of(view)
    for index, row, column in ((8, 5, 6), (8, 0, 0), (9, 9, 9)):
        point = point_of(view, "conv2", index, row, column)
        assert image.pixel(point) == table[snapshot.maps["conv2"].pixels[index, row, column]]
    assert view.header.zoom_out.isVisible()


def test_zoom_in_out_fit_by_buttons_keys_and_calls(qtbot: QtBot, make: Make) -> None:
    view = make()
    qtbot.mouseClick(view.header.zoom_in, Qt.MouseButton.LeftButton)
    assert view.zoom() == 1.25
    qtbot.keyClick(view.canvas, Qt.Key.Key_Plus)
    assert view.zoom() == 1.5
    qtbot.keyClick(view.canvas, Qt.Key.Key_Minus)
    assert view.zoom() == 1.25
    qtbot.mouseClick(view.header.fit, Qt.MouseButton.LeftButton)
    assert view.zoom() == 1.0
    view.set_zoom(40)
    assert view.zoom() == 8.0
    view.set_zoom(0.001)
    assert view.zoom() == 0.25
    assert not view.switch.isVisible()  # it would be larger than the picture
    view.fit()
    assert view.switch.isVisible()


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_dragging_pans_and_does_not_pin(qtbot: QtBot, make: Make, button: Qt.MouseButton) -> None:
    view = make()
    view.set_zoom(3.0)
    before = view.canvas.camera
    with qtbot.assertNotEmitted(view.pinned):
        qtbot.mousePress(view.canvas, button, pos=QPoint(700, 300))
        qtbot.mouseMove(view.canvas, QPoint(680, 300))
        qtbot.mouseMove(view.canvas, QPoint(640, 260))
        qtbot.mouseRelease(view.canvas, button, pos=QPoint(640, 260))
    after = view.canvas.camera
    assert (after.x - before.x, after.y - before.y) == (-60, -40)


def test_at_100_per_cent_there_is_nothing_to_pan(qtbot: QtBot, make: Make) -> None:
    view = make()
    before = view.canvas.camera
    with qtbot.assertNotEmitted(view.pinned):  # what was meant as a drag is no click
        qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(460, 300))
        qtbot.mouseMove(view.canvas, QPoint(400, 300))
        qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert view.canvas.camera == before
    event = _wheel(view, QPoint(700, 300), 120, Qt.KeyboardModifier.NoModifier)
    assert not event.isAccepted()


def test_scrolling_pans_when_zoomed(make: Make) -> None:
    view = make()
    view.set_zoom(3.0)
    before = view.canvas.camera
    _wheel(view, QPoint(700, 300), 120, Qt.KeyboardModifier.NoModifier)
    assert view.canvas.camera.y == before.y + 60
    _wheel(view, QPoint(700, 300), 120, Qt.KeyboardModifier.ShiftModifier)
    assert view.canvas.camera.x == before.x + 60


def test_what_does_not_fit_is_shown_smaller_until_the_user_zooms(make: Make) -> None:
    graph = samples.deep_graph((64, 128, 256, 512), size=64, classes=100)
    view = make(graph, samples.snapshot(graph), size=(1100, 500), density="small")
    assert view.zoom() < 1.0
    layout = view.canvas.layout_now
    assert layout is not None
    assert layout.width * view.zoom() <= 1101
    view.resize(3000, 900)
    assert view.zoom() == 1.0
    view.set_zoom(2.0)
    view.resize(2900, 900)
    assert view.zoom() == 2.0
