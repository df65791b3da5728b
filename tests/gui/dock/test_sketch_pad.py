"""The sketch pad: strokes to pictures, tools, undo, drops, and one picture a turn of the event loop."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, colormaps
from gui.views.sketch_pad import SketchPad
from gui.views.sketch_tools import COLOURS, PENS
from gui.views.strokes import Canvas, Stroke
from tests.gui.dock.examples import hover

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def pad(qtbot: QtBot) -> SketchPad:
    widget = SketchPad()
    qtbot.addWidget(widget)
    widget.resize(196, 196)
    widget.show()
    return widget


def stroke(qtbot: QtBot, pad: SketchPad, *points: tuple[int, int], button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(pad, button, pos=QPoint(*points[0]))
    for point in points[1:]:
        hover(pad, QPoint(*point), button)
    qtbot.mouseRelease(pad, button, pos=QPoint(*points[-1]))


def line(*points: tuple[float, float], width: float = 2.0, **rest: object) -> Stroke:
    return Stroke(width, points=list(points), **rest)  # type: ignore[arg-type]


def drawn(*strokes: Stroke, fitted: bool, shape: tuple[int, int, int] = (1, 28, 28)) -> np.ndarray:
    canvas = Canvas(shape)
    canvas.redraw(strokes)
    return canvas.picture(strokes, fitted=fitted)


def box_of(picture: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(picture[0].any(axis=1)), np.flatnonzero(picture[0].any(axis=0))
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def test_a_stroke_covers_as_many_pixels_as_its_pen_is_thick() -> None:
    picture = drawn(line((4.0, 14.0), (24.0, 14.0)), fitted=False)
    assert picture.shape == (1, 28, 28)
    assert picture.dtype == np.uint8
    assert picture[0, 13:15, 8].tolist() == [255, 255]
    assert picture[0, :, 10].astype(int).sum() / 255 == pytest.approx(2.0, abs=0.02)
    half = drawn(line((4.0, 13.5), (24.0, 13.5)), fitted=False)
    assert half[0, 12:15, 8].tolist() == pytest.approx([128, 255, 128], abs=3)  # antialiased, as MNIST's edges


@pytest.mark.parametrize("scale", [0.55, 0.8, 1.2])
@pytest.mark.parametrize(("x", "y"), [(-2.0, 3.0), (4.0, -3.0)])
def test_fitted_digits_fill_mnists_box_with_a_pen_as_thick_as_ever(scale: float, x: float, y: float) -> None:
    points = [(14 + x + (px - 14) * scale, 14 + y + (py - 14) * scale) for px, py in ((8, 5), (20, 5), (13, 23))]
    picture = drawn(line(*points, width=2.2), fitted=True)
    tall, wide = box_of(picture)
    assert max(tall, wide) in (20, 21)
    mass = picture[0].astype(float)
    middle = [(mass.sum(axis=1 - axis) * np.arange(28)).sum() / mass.sum() for axis in (0, 1)]
    assert middle == pytest.approx([13.5, 13.5], abs=0.6)
    assert mass.sum() / 255 / 2.2 == pytest.approx(31, rel=0.25)  # length of the path: the pen did not scale


def test_a_dot_remains_a_dot_and_nothing_remains_nothing() -> None:
    assert max(box_of(drawn(line((3.0, 20.0)), fitted=True))) <= 4
    assert not drawn(fitted=True).any()
    assert max(box_of(drawn(line((3.0, 20.0), (6.0, 20.0)), fitted=True))) <= 10  # enlarged no more than twice


def test_an_eraser_takes_ink_away_fitted_or_not() -> None:
    down = line((14.0, 4.0), (14.0, 24.0))
    across = line((4.0, 14.0), (24.0, 14.0), width=4.0, erases=True)
    for fitted in (True, False):
        with_gap = drawn(down, across, fitted=fitted)[0]
        assert with_gap[13:15].sum() < 0.1 * drawn(down, fitted=fitted)[0][13:15].sum()


def test_a_mass_far_from_the_middle_is_moved_but_never_off_the_picture() -> None:
    seven = line((4.0, 4.0), (24.0, 4.0), (10.0, 24.0))
    picture = drawn(seven, fitted=True)[0].astype(float)
    still = drawn(seven, fitted=False)[0].astype(float)
    assert picture.sum() == pytest.approx(still.sum(), rel=0.12)


def test_a_stroke_is_told_move_by_move_and_at_most_once_a_turn(pad: SketchPad, qtbot: QtBot) -> None:
    told: list[np.ndarray] = []
    pad.picture_changed.connect(told.append)
    qtbot.mousePress(pad, LEFT, pos=QPoint(60, 40))
    for y in range(44, 140, 4):
        hover(pad, QPoint(60, y), LEFT)
    assert not told
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0].shape == (1, 28, 28)
    assert told[0].any()
    hover(pad, QPoint(100, 140), LEFT)
    qtbot.waitUntil(lambda: len(told) == 2)
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(100, 140))


def test_what_is_drawn_is_seen_where_the_pen_was(pad: SketchPad, qtbot: QtBot) -> None:
    empty = pad.grab().toImage()
    stroke(qtbot, pad, (60, 60), (60, 120))
    image = pad.grab().toImage()
    assert image != empty
    assert image.pixelColor(60, 90) == QColor.fromRgb(int(colormaps.lut(DARK, "input")[255]))
    pad.set_theme(LIGHT)
    assert pad.grab().toImage().pixelColor(60, 90) == QColor.fromRgb(int(colormaps.lut(LIGHT, "input")[255]))
    pad.set_fitted(False)
    assert pad.picture()[0, 12, 8] == 255


def test_the_right_button_erases(pad: SketchPad, qtbot: QtBot) -> None:
    pad.set_fitted(False)
    stroke(qtbot, pad, (40, 100), (150, 100))
    before = pad.picture().sum()
    stroke(qtbot, pad, (98, 60), (98, 140), button=RIGHT)
    assert pad.picture().sum() < before


def test_undo_redo_and_clear(pad: SketchPad, qtbot: QtBot) -> None:
    stroke(qtbot, pad, (40, 60), (150, 60))
    one = pad.picture()
    stroke(qtbot, pad, (100, 40), (100, 150))
    two = pad.picture()
    qtbot.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(pad.picture(), one)
    pad.redo()
    assert np.array_equal(pad.picture(), two)
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert pad.empty
    assert not pad.picture().any()
    pad.undo()
    assert np.array_equal(pad.picture(), two)


def test_its_tools_choose_pen_and_fit_and_give_way_while_drawing(pad: SketchPad, qtbot: QtBot) -> None:
    qtbot.mouseClick(pad._pens, LEFT, pos=QPoint(50, 11))
    assert pad.pen == PENS[2]
    qtbot.keyClick(pad._pens, Qt.Key.Key_Left)
    assert pad.pen == PENS[1]
    stroke(qtbot, pad, (60, 60), (60, 100))
    fitted = pad.picture()
    qtbot.mouseClick(pad._fit_button, LEFT)
    assert not pad.fitted
    assert not np.array_equal(pad.picture(), fitted)
    qtbot.mousePress(pad, LEFT, pos=QPoint(90, 90))
    assert not pad._pens.isVisible()
    assert not pad._clear.isVisible()
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(90, 90))
    assert pad._pens.isVisible()
    qtbot.mouseClick(pad._clear, LEFT)
    assert pad.empty


def test_it_can_show_what_the_network_sees(pad: SketchPad, qtbot: QtBot) -> None:
    stroke(qtbot, pad, (30, 30), (30, 60))
    mine = pad.grab().toImage()
    qtbot.mouseClick(pad._seen_button, LEFT)
    image = pad.grab().toImage()
    assert image != mine
    picture = pad.picture()[0]
    row, column = np.unravel_index(int(np.argmax(picture)), picture.shape)
    color = QColor.fromRgb(int(colormaps.lut(DARK, "input")[picture[row, column]]))
    assert image.pixelColor(int(column) * 7 + 3, int(row) * 7 + 3) == color


def test_where_the_network_sees_colours_one_draws_in_colours(pad: SketchPad, qtbot: QtBot) -> None:
    pad.set_picture_shape((3, 32, 32))
    assert pad._swatches.isVisible()
    assert not pad._fit_button.isVisible()
    qtbot.mouseClick(pad._swatches, LEFT, pos=QPoint(13 * 4 + 6, 11))
    assert pad.color == COLOURS[4]
    stroke(qtbot, pad, (60, 98), (140, 98))
    picture = pad.picture()
    assert picture.shape == (3, 32, 32)
    assert tuple(picture[:, 16, 16]) == QColor(COLOURS[4]).getRgb()[:3]
    assert pad.grab().toImage().pixelColor(100, 98) == QColor(COLOURS[4])


def test_one_can_draw_on_a_sample(pad: SketchPad, qtbot: QtBot) -> None:
    sample = np.zeros((1, 28, 28), np.uint8)
    sample[0, 3:6, 3:6] = 200
    pad.start_from(sample)
    assert np.array_equal(pad.picture(), sample)
    stroke(qtbot, pad, (100, 150), (140, 150))
    assert pad.picture()[0, 4, 4] == 200  # not fitted: the sample stays where it is
    assert pad.picture().sum() > sample.sum()
    pad.clear()
    assert not pad.picture().any()


def test_pictures_are_dropped_and_pasted(pad: SketchPad, qtbot: QtBot, tmp_path) -> None:
    path = tmp_path / "seven.png"
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, buttons, keys = Qt.DropAction.CopyAction, LEFT, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, buttons, keys)
    QApplication.sendEvent(pad, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(pad.picture_dropped) as dropped:
        QApplication.sendEvent(pad, QDropEvent(QPointF(50, 50), copy, data, buttons, keys, QEvent.Type.Drop))
    assert dropped.args == [str(path)]
    QGuiApplication.clipboard().setImage(image)
    with qtbot.waitSignal(pad.picture_dropped) as pasted:
        qtbot.keyClick(pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert pasted.args[0].pixelColor(4, 4) == QColor(Qt.GlobalColor.red)
    QGuiApplication.clipboard().clear()


def test_another_input_size_starts_anew(pad: SketchPad, qtbot: QtBot) -> None:
    stroke(qtbot, pad, (60, 60), (60, 100))
    pad.set_picture_shape((1, 28, 28))
    assert not pad.empty  # the same size: nothing is lost
    pad.set_picture_shape((1, 14, 20))
    assert pad.empty
    assert pad.picture().shape == (1, 14, 20)
