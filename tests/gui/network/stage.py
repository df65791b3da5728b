"""What tests of the stage ask a view for: its picture, places, and points of cells."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.views.network import NetworkView
from gui.views.network.geometry import Grid
from gui.views.network.places import Place

Make = Callable[..., NetworkView]


def image_of(view: NetworkView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def place_of(view: NetworkView, node: str) -> Place:
    layout = view.canvas.layout_now
    assert layout is not None
    place = layout.place(node)
    assert place is not None
    return place


def grid_of(view: NetworkView, node: str) -> Grid:
    grid = place_of(view, node).grid
    assert grid is not None
    return grid


def point_of(view: NetworkView, node: str, index: int, row: int = 0, column: int = 0) -> QPoint:
    """The middle of a cell or unit, in the view."""
    place = place_of(view, node)
    if place.strip is not None:
        box = place.strip.unit(index)
    elif place.classes is not None:
        return QPoint(round(place.classes.bar_x + 20), round(place.classes.middle(index)))
    else:
        assert place.grid is not None
        box = place.grid.cells(index, (row, row), (column, column))  # type: ignore[assignment]
    assert box is not None
    camera = view.canvas.camera
    return QPoint(int(box.center_x * camera.zoom + camera.x), int(box.center_y * camera.zoom + camera.y))


def hover(qtbot: QtBot, view: NetworkView, point: QPoint) -> None:
    qtbot.mouseMove(view.canvas, point + QPoint(1, 1))
    qtbot.mouseMove(view.canvas, point)
