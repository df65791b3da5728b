"""The pooling lab in a window of its own, without an engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import app
from gui.arguments import Arguments
from gui.labs.pooling import LAB
from gui.labs.pooling.lab import PoolingLab
from gui.window import Window

MakeLab = Callable[..., PoolingLab]


@pytest.fixture
def make_window(qtbot: QtBot) -> Callable[..., Window]:
    """Makes a window with the pooling lab alone."""

    def make(size: tuple[int, int] = (1600, 1000), theme: str = "dark", link: str = "receptive://pooling") -> Window:
        QCursor.setPos(QPoint(0, 0))
        arguments = Arguments(size=size, theme=theme, link=link)
        _, window = app.create(arguments, entries=(LAB,))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
        return window

    return make


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    return make_window()


@pytest.fixture
def lab(window: Window) -> PoolingLab:
    """The lab at its first preset."""
    from gui.labs.pooling.presets import preset

    found = window.lab
    assert isinstance(found, PoolingLab)
    found.open_preset(preset("max"))
    return found


def at(point: QPointF) -> QPoint:
    return QPoint(round(point.x()), round(point.y()))


def send_mouse(widget: QWidget, kind: QEvent.Type, point: QPoint, buttons: Qt.MouseButton) -> None:
    """A mouse event as the window system sends one; offscreen the mouse itself stands still."""
    place = QPointF(point)
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
