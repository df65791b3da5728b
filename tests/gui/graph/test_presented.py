"""Presented to a room: the first row and what stands around the input grow with the drawing, for chains and graphs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.labs.studio.stage import Stage
from gui.labs.studio.state import Drawing
from gui.theme import DARK
from tests.gui.graph.networks import catalogue

SIZES = [(1280, 800), (1920, 1080)]


def stage_of(qtbot: QtBot, name: str, size: tuple[int, int]) -> Stage:
    stage = Stage(DARK)
    qtbot.addWidget(stage)
    stage.resize(*size)
    stage.set_graph(catalogue(name))
    stage.show()
    qtbot.waitUntil(lambda: stage.is_laid_out)
    stage.finish()
    return stage


def ink_rows(part: QWidget) -> int:
    """How high what is written on a control is, in pixels."""
    picture = QImage(part.size(), QImage.Format.Format_Grayscale8)
    picture.fill(0)
    part.render(picture, QPoint())
    values = np.frombuffer(picture.constBits(), np.uint8).reshape(part.height(), -1)[:, : part.width()]
    inside = values[4:-4, 4:-4]
    return int((inside.max(axis=1) > 150).sum())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["lenet-relu", "googlenet-small"])
def test_the_first_row_and_the_samples_grow_with_the_drawing(qtbot: QtBot, name: str, size: tuple[int, int]) -> None:
    stage = stage_of(qtbot, name, size)
    view = stage.maps
    parts: tuple[QWidget, ...] = (stage.forms, view.header, view.switch, view.header.zoom, view.strip.caption)
    before = [part.height() for part in parts]
    written = ink_rows(stage.forms)
    stage.set_presenting(True)
    grown = view.header.grown
    assert grown == view.canvas.magnified >= 1.25
    assert [part.height() for part in parts] == [round(high * grown) for high in before]
    assert ink_rows(stage.forms) > written
    controls = [one for one in view.header.findChildren(QWidget) if one.isVisible() and one.parent() is view.header]
    places = sorted([one.geometry() for one in controls] + [stage.forms.geometry()], key=lambda one: one.x())
    assert all(left.right() < right.x() for left, right in itertools.pairwise(places))
    assert places[0].x() > 24
    assert places[-1].right() < stage.width()
    assert min(one.y() for one in places) >= 0
    assert max(one.bottom() for one in places) < view.header.height()
    stage.set_presenting(False)
    assert [part.height() for part in parts] == before
    assert ink_rows(stage.forms) == written


def test_layers_stay_below_the_larger_row(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, "lenet-relu", (560, 300))  # more than fits
    stage.set_presenting(True)
    canvas = stage.canvas
    assert canvas.zoom() < canvas.magnified
    top = min(canvas.view_rect(place.rect).y() for place in canvas.layout_now.places)
    assert top > canvas.header_height == stage.header.row_height


def test_what_a_search_found_does_not_stay_behind(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, "googlenet-small", (1280, 800))
    stage.set_presenting(True)
    finder = stage.header.finder
    finder.start()
    qtbot.keyClicks(finder, "conv")
    assert finder.list is not None
    stage.set_presenting(False)
    assert finder.list is None


def test_shortcuts_of_the_window_stay_its_own_while_one_types(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, "googlenet-small", (1280, 800))
    finder = stage.header.finder
    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    for key, held, own in (
        (Qt.Key.Key_N, none, True),
        (Qt.Key.Key_Escape, none, True),
        (Qt.Key.Key_A, control, True),  # all of what is typed
        (Qt.Key.Key_Q, control, False),
        (Qt.Key.Key_K, control, False),
        (Qt.Key.Key_F11, none, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held)
        event.ignore()
        QApplication.sendEvent(finder, event)
        assert event.isAccepted() is own, key


@pytest.mark.parametrize("which", [Drawing.VOLUMES, Drawing.UNITS, Drawing.TABLE])
def test_the_other_drawings_have_the_larger_row_as_well(qtbot: QtBot, which: Drawing) -> None:
    stage = stage_of(qtbot, "lenet-relu", (1280, 800))
    stage.set_presenting(True)
    stage.draw_as(which)
    assert stage.current.y() == stage.heading_height == 60
    assert stage.forms.height() == stage.zoom_buttons.height() == 35
    stage.set_presenting(False)
    assert stage.current.y() == stage.heading_height == 48
    assert stage.forms.height() == 28
