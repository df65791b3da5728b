"""Digits where a stage has no room for them, and a way through many channels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import traces
from gui.theme import DARK
from gui.views.player import PlayerView
from gui.views.player.scenes.convolution_scene import ConvolutionScene
from tests.gui.player.cases import maps, weights


@pytest.fixture
def player(qtbot: QtBot) -> PlayerView:
    view = PlayerView(DARK)
    qtbot.addWidget(view)
    view.resize(1232, 500)
    view.set_trace(traces.convolution(maps(6, 14, 14), weights(16, 6, 5, 5)))
    view.show()
    return view


def scene_of(player: PlayerView) -> ConvolutionScene:
    assert isinstance(player.scene, ConvolutionScene)
    return player.scene


def point_at(player: PlayerView, place: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    stage = player.stage
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, stage.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(stage, event)


def test_the_mouse_brings_the_digits_of_a_small_product(player: PlayerView) -> None:
    scene = scene_of(player)
    assert scene.magnifies(0)
    before = player.stage.grab().toImage()
    for number in (0, 5):
        block = scene.layout.blocks[number]
        point_at(player, block.products.cell(2, 2).center())
        assert player.stage.hit is not None
        assert player.stage.hit.lines == ()
        after = player.stage.grab().toImage()
        side = block.input.rect
        x = int(side.right() + 40 if number == 0 else side.left() - 40)
        changed = [y for y in range(60, 300) if before.pixel(x, y) != after.pixel(x, y)]
        assert len(changed) > 150  # a box beside the block


def test_large_products_need_no_magnifier(player: PlayerView) -> None:
    player.set_trace(traces.convolution(np.round(maps(1, 6, 6)), np.round(weights(1, 1, 3, 3))))
    scene = scene_of(player)
    assert not scene.magnifies(0)
    point_at(player, scene.layout.blocks[0].products.cell(1, 1).center())
    assert player.stage.hit is not None
    assert player.stage.hit.lines


def test_keys_turn_to_other_channels(player: PlayerView, qtbot: QtBot) -> None:
    player.set_trace(traces.convolution(maps(64, 14, 14), weights(8, 64, 3, 3)))
    scene = scene_of(player)
    room = len(scene.layout.blocks)
    assert room < 64
    seen: set[int] = set()
    for _ in range(-(-64 // room)):
        qtbot.keyClick(player, Qt.Key.Key_Down)
        assert len(scene.shown(0)) == room
        seen.update(scene.shown(0))
    assert seen == set(range(64))
    assert scene.turned(0)
    first = scene.shown(0)
    qtbot.keyClick(player, Qt.Key.Key_Up)
    assert scene.shown(0) != first
    assert not player.stage.grab().isNull()


def test_few_channels_have_nothing_to_turn_to(player: PlayerView) -> None:
    assert not player.stage.turn_over(1)
