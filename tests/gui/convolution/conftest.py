"""The lab in a window without an engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from gui import app
from gui.arguments import Arguments
from gui.labs.convolution import LAB
from gui.labs.convolution.lab import ConvolutionLab
from gui.labs.convolution.scene import LabScene
from gui.window import Window


@pytest.fixture
def make_window(qtbot: QtBot) -> Callable[..., Window]:
    """Makes windows with the lab open."""

    def make(size: tuple[int, int] = (1600, 1000), theme: str = "dark") -> Window:
        _, window = app.create(Arguments(size=size, theme=theme), entries=(LAB,))
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        window.open_lab("convolution")
        return window

    return make


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    return make_window()


@pytest.fixture
def lab(window: Window) -> ConvolutionLab:
    assert isinstance(window.lab, ConvolutionLab)
    return window.lab


def scene_of(lab: ConvolutionLab) -> LabScene:
    assert isinstance(lab.player.scene, LabScene)
    return lab.player.scene


def place_of(lab: ConvolutionLab, part: str, *index: int) -> QPoint:
    """Where a number stands on the stage."""
    target = scene_of(lab).target_of(part, index, lab.player.index)
    assert target is not None, f"{part}{index} is not on the stage"
    return target.rect.center().toPoint()


def click(qtbot: QtBot, lab: ConvolutionLab, part: str, *index: int) -> None:
    qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=place_of(lab, part, *index))


def hover(qtbot: QtBot, lab: ConvolutionLab, point: QPoint) -> None:
    """Move the mouse there; offscreen there is none, so the event is sent."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    stage = lab.player.stage
    place = QPointF(point)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, stage.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(stage, event)
