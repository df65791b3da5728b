"""The curves' widget: what it draws, how seldom, and what wheel, mouse and its controls do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.messages import HeldOutPoint, Point, TrainPoint
from gui.theme import DARK, LIGHT
from gui.views import drawing
from gui.views.curves import CurvesView
from tests.gui.dock.examples import hover


def points(first: int, last: int, steps_per_epoch: int = 100) -> list[Point]:
    """A run that learns: a point a step, an evaluation every ten."""
    found: list[Point] = []
    for step in range(first, last):
        loss = 2.0 / (1 + step / 20)
        found.append(TrainPoint(step, step / steps_per_epoch, loss * (1.2 if step % 2 else 0.8), 1 - loss / 3, 0.0))
        if step % 10 == 0:
            found.append(HeldOutPoint(step, step / steps_per_epoch, loss, 1 - loss / 4, 1000, False, 0.0))
    return found


class Counting(CurvesView):
    """Counts how often the curves are drawn."""

    drawings = 0

    def _draw_curves(self) -> QPixmap:
        self.drawings += 1
        return super()._draw_curves()


@pytest.fixture
def view(qtbot: QtBot) -> Counting:
    widget = Counting()
    qtbot.addWidget(widget)
    widget.resize(335, 211)
    widget.reset(100, 5)
    widget.show()
    return widget


def shown(view: CurvesView) -> QImage:
    return view.grab().toImage()


def has(image: QImage, color: QColor, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether a pixel of about this colour (lines are antialiased) lies in a rectangle."""
    rows, columns = range(round(top), round(bottom)), range(round(left), round(right))
    pixels = [image.pixelColor(x, y) for x in columns for y in rows]
    wanted = np.array(color.getRgb()[:3])
    return any(np.abs(np.array(pixel.getRgb()[:3]) - wanted).max() < 48 for pixel in pixels)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(("density", "size"), [("large", (335, 211)), ("small", (315, 191))])
def test_the_held_out_curve_is_where_its_values_are(view: Counting, theme, density, size) -> None:
    view.set_theme(theme)
    view.set_density(density)
    view.resize(*size)
    view.add_points(points(0, 300))
    view._redraw()
    image = shown(view)
    plot = view.plot
    for step in (100, 150, 200):
        x = plot.x_of(step / 100)
        y = plot.accuracy_axis.at(1 - 2.0 / (1 + step / 20) / 4, plot.accuracy_box)
        assert has(image, theme.accent, x - 2, y - 3, x + 3, y + 3)
    for value, _ in plot.loss_axis.ticks:
        y = round(plot.loss_axis.at(value, plot.loss_box))
        assert image.pixelColor(round(plot.loss_box.right()) - 2, y) == theme.border
    assert plot.loss_box.left() == 48
    assert plot.accuracy_box.bottom() < size[1] - 20


def test_points_are_kept_at_once_but_drawn_seldom(view: Counting, qtbot: QtBot) -> None:
    shown(view)
    before = view.drawings
    for start in range(0, 500, 5):
        view.add_points(points(start, start + 5))
    assert len(view.history.train) == 500
    assert view.drawings == before
    assert view._timer.isActive()
    view._timer.setInterval(0)
    view._timer.start()
    qtbot.waitUntil(lambda: view.drawings == before + 1)
    assert not view._timer.isActive()
    for _ in range(5):
        view.repaint()
    assert view.drawings == before + 1


def test_hidden_it_draws_nothing_and_shown_again_everything(view: Counting, qtbot: QtBot) -> None:
    shown(view)
    view.hide()
    before = view.drawings
    view.add_points(points(0, 100))
    assert not view._timer.isActive()
    assert view.drawings == before
    view.show()
    qtbot.waitUntil(lambda: view.drawings == before + 1)


def test_no_points_are_no_news(view: Counting) -> None:
    view.add_points([])
    assert not view._timer.isActive()


def test_a_hundred_thousand_points_are_drawn_as_a_few_hundred(view: Counting) -> None:
    rng = np.random.default_rng(0)
    losses = np.abs(rng.normal(0.1, 0.05, 100_000)) + 1e-4
    view.add_points([TrainPoint(step, step / 1000, float(loss), 0.9, 0.0) for step, loss in enumerate(losses)])
    view._redraw()
    shown(view)
    assert len(view.history.smooth) == 100_000
    assert view.span[1] >= 100


def test_rewinding_empties_it(view: Counting) -> None:
    empty = shown(view)
    view.add_points(points(0, 100))
    view._redraw()
    assert shown(view) != empty
    view.reset(100, 5)
    assert view.history.empty
    assert shown(view) == empty


def test_hovering_reads_all_curves_at_that_step(view: Counting) -> None:
    view.add_points(points(0, 300))
    view._redraw()
    quiet = shown(view)
    plot = view.plot
    hover(view, QPoint(round(plot.x_of(1.5)), round(plot.loss_box.center().y())))
    assert abs(plot.epoch_at(view._hover) - 1.5) < 0.02
    image = shown(view)
    assert image != quiet
    assert image.pixelColor(round(plot.x_of(1.5)), round(plot.accuracy_box.bottom()) - 2) == DARK.text_3
    hover(view, QPoint(5, 5))
    assert shown(view) == quiet


def test_the_logarithm_can_be_switched_off(view: Counting, qtbot: QtBot) -> None:
    view.add_points(points(0, 300))
    qtbot.mouseClick(view._chip, Qt.MouseButton.LeftButton)
    assert not view.log
    assert view.plot.loss_axis.low == 0
    assert not view.plot.loss_axis.log
    view.set_log(True)
    assert view._chip.isChecked()
    assert view.plot.loss_axis.log


def test_the_slider_smooths_and_tells_so(view: Counting, qtbot: QtBot) -> None:
    view.add_points(points(0, 300))
    with qtbot.waitSignal(view.smoothing_changed) as told:
        qtbot.mouseClick(view._slider, Qt.MouseButton.LeftButton, pos=QPoint(view._slider.width() - 1, 10))
    assert told.args == [0.99]
    assert view.history.smoothing == 0.99
    with qtbot.waitSignal(view.smoothing_changed) as told:
        qtbot.keyClick(view._slider, Qt.Key.Key_Home)
    assert told.args == [0.0]
    assert view.history.smooth[0].tolist() == view.history.train[2].tolist()
    with qtbot.assertNotEmitted(view.smoothing_changed):
        view.set_smoothing(0.5)
    assert view._slider.value == 0.5


def test_a_double_click_on_the_title_or_its_button_enlarges(view: Counting, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.enlarge):
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(30, 20))
    with qtbot.waitSignal(view.enlarge):
        qtbot.mouseClick(view._button, Qt.MouseButton.LeftButton)


def wheel(view: CurvesView, x: float, turn: int) -> None:
    at = QPointF(x, view.plot.loss_box.center().y())
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_the_wheel_zooms_about_the_cursor_and_a_drag_moves(view: Counting, qtbot: QtBot) -> None:
    view.add_points(points(0, 300))
    view._redraw()
    whole = view.span
    x = view.plot.x_of(1.0)
    wheel(view, x, 600)
    low, high = view.span
    assert high - low < whole[1]
    assert view.plot.x_of(1.0) == pytest.approx(x, abs=0.01)
    y = round(view.plot.loss_box.center().y())
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, y))
    hover(view, QPoint(180, y), Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(180, y))
    assert view.span[0] > low
    assert view.span[1] - view.span[0] == pytest.approx(high - low)
    shown(view)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, y))
    assert view.span == whole
    for _ in range(40):
        wheel(view, x, 600)
    low, high = view.span
    assert high - low == pytest.approx(0.1)  # never less than ten steps
    shown(view)
    for _ in range(40):
        wheel(view, x, -600)
    assert view.span == whole


def test_read_outs_find_room_when_the_last_epoch_is_over(view: Counting) -> None:
    view.add_points(points(0, 501))
    view._redraw()
    plot = view.plot
    assert plot.x_of(5.0) <= plot.loss_box.right() - 80
    shown(view)


def test_a_loss_that_is_no_number_is_survived(view: Counting) -> None:
    for step, loss in ((0, float("nan")), (50, float("inf"))):
        view.add_points([TrainPoint(step, step / 100, loss, 0.1, 0.0)])
        view.add_points([HeldOutPoint(step, step / 100, -loss, 0.1, 10, True, 0.0)])
        view.add_points(points(step + 1, step + 50))
    for log in (True, False):
        view.set_log(log)
        shown(view)


@pytest.mark.parametrize("size", [(335, 211), (315, 191), (260, 160), (1528, 672), (2400, 1100)])
def test_its_controls_never_cover_each_other(view: Counting, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.add_points(points(0, 300))
    view._redraw()
    shown(view)
    parts = [part.geometry() for part in (view._button, view._slider, view._chip)]
    for part, following in itertools.pairwise(parts):
        assert part.right() < following.left()
    legend = view._legend_width(lines=view._legend_lines) if view._legend_shown else 0
    assert parts[-1].right() < size[0] - 16 - legend


def test_epochs_far_ahead_are_left_out_until_they_come_near(view: Counting) -> None:
    view.reset(100, 50)
    assert view.span == (0.0, 50.0)
    view.add_points(points(0, 100))
    view._redraw()
    assert view.span == (0.0, 2.0)
    view.add_points(points(100, 350))
    view._redraw()
    assert view.span == (0.0, 10.0)


def test_a_moment_that_is_looked_at_takes_the_line_and_the_values(view: Counting) -> None:
    view.add_points(points(0, 400))
    now = shown(view)
    view.set_moment(1.5)
    x, top = round(view.plot.x_of(1.5)), view.plot.loss_box.top()
    then = shown(view)
    accent, panel = (np.array(color.getRgb()[:3]) for color in (DARK.accent, DARK.panel))
    line = QColor(*(int(value) for value in 0.6 * accent + 0.4 * panel))
    assert has(then, line, x, top - 3, x + 1, top)
    assert not has(now, line, x, top - 3, x + 1, top)
    view.set_moment(None)
    assert shown(view) == now


def test_a_held_out_value_of_earlier_says_of_which_step_it_is(view: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write = drawing.write
    monkeypatch.setattr(drawing, "write", lambda *given: (written.append(given[3]), write(*given))[1])
    view.add_points(points(0, 291))  # an evaluation with the very last step
    shown(view)
    assert not [text for text in written if text.startswith("at step")]
    view.add_points(points(291, 298))
    view._redraw()
    shown(view)
    assert "at step 290" in written
