"""The page of the curves: what pyqtgraph is given, how seldom, what mouse and controls do, and what is exported."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.messages import HeldOutPoint, TrainPoint
from gui.theme import DARK, LIGHT, Density
from gui.views import curves_csv
from gui.views.curves import CurvesView
from gui.views.curves_page import CurvesPage
from tests.gui.dock.examples import hover
from tests.gui.dock.test_curves import has, points

LEFT = Qt.MouseButton.LeftButton


class Counting(CurvesPage):
    """Counts how often it is drawn."""

    drawings = 0

    def _redraw(self) -> None:
        self.drawings += 1
        super()._redraw()


@pytest.fixture
def page(qtbot: QtBot) -> Counting:
    widget = Counting()
    qtbot.addWidget(widget)
    widget.resize(1000, 480)
    widget.reset(100, 5)
    widget.show()
    return widget


def learned(page: Counting, last: int = 300) -> None:
    page.add_points(points(0, last))
    page._redraw()
    QApplication.processEvents()


def place(page: CurvesPage, epoch: float, value: float, part: int = 0) -> QPoint:
    """Where a value of a plot's axis (a logarithm, a percentage) stands in the plots' widget."""
    return page.plots.mapFromScene(page.plots.halves[part].sight.mapViewToScene(QPointF(epoch, value)))


def wheel(page: CurvesPage, at: QPoint, turn: int, modifiers: Qt.KeyboardModifier) -> None:
    view = page.plots.viewport()
    event = QWheelEvent(
        QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("density", list(Density))
def test_the_curves_are_where_their_values_are(page: Counting, theme, density) -> None:
    page.set_theme(theme)
    page.set_density(density)
    learned(page)
    image = page.plots.grab().toImage()
    for step in (100, 150, 200):
        at = place(page, step / 100, 100 * (1 - 2.0 / (1 + step / 20) / 4), 1)
        assert has(image, theme.accent, at.x() - 2, at.y() - 3, at.x() + 3, at.y() + 3)
        at = place(page, step / 100, math.log10(2.0 / (1 + step / 20)))
        assert has(image, theme.accent, at.x() - 2, at.y() - 3, at.x() + 3, at.y() + 3)
    assert image.pixelColor(image.width() - 3, 3) == theme.panel
    right = place(page, page.plots.span[1], 0.0).x()
    row = place(page, 0.0, 0.0).y()  # the loss of 1
    assert has(image, theme.border, right - 6, row - 1, right - 5, row + 2)


def test_all_points_reach_the_plots_and_smoothing_is_the_shared_one(page: Counting) -> None:
    learned(page)
    small = CurvesView()
    small.add_points(points(0, 300))
    loss, accuracy = page.plots.halves
    epochs, smooth = loss.curves["smooth"].getOriginalDataset()
    assert np.array_equal(epochs, np.arange(300) / 100)
    assert np.array_equal(smooth, small.history.smooth[0])
    assert np.array_equal(accuracy.curves["smooth"].getOriginalDataset()[1], 100 * small.history.smooth[1])
    assert len(loss.curves["held"].getOriginalDataset()[0]) == 30
    assert loss.curves["best"].getOriginalDataset()[0].tolist() == [2.9]
    assert accuracy.label.isVisible()
    assert accuracy.label.toPlainText() == "best 96.8 %"
    small.deleteLater()


def test_points_are_drawn_seldom_and_only_while_it_is_seen(page: Counting, qtbot: QtBot) -> None:
    before = page.drawings
    for start in range(0, 500, 5):
        page.add_points(points(start, start + 5))
    assert len(page.history.train) == 500
    assert page.drawings == before
    assert page._timer.isActive()
    assert page._timer.interval() == 200
    page._timer.setInterval(0)
    page._timer.start()
    qtbot.waitUntil(lambda: page.drawings == before + 1)
    assert not page._timer.isActive()
    page.add_points(points(500, 505))
    page.hide()
    assert not page._timer.isActive()
    page.add_points(points(505, 600))
    page.set_smoothing(0.5)
    assert not page._timer.isActive()
    assert page.drawings == before + 1
    page.show()
    qtbot.waitUntil(lambda: page.drawings == before + 2)
    assert len(page.plots.loss.curves["raw"].getOriginalDataset()[0]) == 600


def test_a_hundred_thousand_points_are_drawn_as_a_few_thousand(page: Counting) -> None:
    rng = np.random.default_rng(0)
    losses = np.abs(rng.normal(0.1, 0.05, 100_000)) + 1e-4
    losses[50_000] = 40.0
    page.add_points([TrainPoint(step, step / 1000, float(loss), 0.9, 0.0) for step, loss in enumerate(losses)])
    page._redraw()
    page.plots.grab()
    for half in page.plots.halves:
        for name in ("raw", "smooth"):
            assert 500 < len(half.curves[name].getData()[0]) <= 4 * half.sight.width()
    assert page.plots.loss.curves["raw"].getData()[1].max() == pytest.approx(math.log10(40.0))  # a peak stays
    assert page.plots.span[1] >= 100


def test_values_without_a_place_on_the_axis_leave_a_gap(page: Counting) -> None:
    good = points(0, 50)
    bad = [TrainPoint(50, 0.5, math.nan, 0.5, 0.0), TrainPoint(51, 0.51, 0.0, 0.5, 0.0)]
    more = [TrainPoint(52, 0.52, math.inf, math.nan, 0.0), HeldOutPoint(52, 0.52, math.nan, math.nan, 9, False, 0.0)]
    page.add_points([*good, *bad, *more, *points(53, 80)])
    for log in (True, False):
        page.set_log(log)
        page._redraw()
        hover(page.plots.viewport(), place(page, 0.51, *page.plots.loss.sight.viewRange()[1][:1]) - QPoint(0, 20))
        page.grab()
    assert page.table.rows["raw"].values.note


def test_only_values_that_are_no_numbers_are_drawn_too(page: Counting) -> None:
    page.add_points([TrainPoint(step, step / 100, math.nan, math.nan, 0.0) for step in range(20)])
    page.add_points([HeldOutPoint(20, 0.2, math.nan, math.nan, 9, False, 0.0)])
    page._redraw()
    page.grab()
    page.set_log(False)
    page.grab()
    assert page.history.best is None
    assert not page.plots.accuracy.label.isVisible()


def test_pointing_reads_all_curves_at_the_nearest_step(page: Counting) -> None:
    learned(page)
    rows = page.table.rows
    assert rows["smooth"].values.loss == page.history.smooth[0][-1]
    assert rows["held"].values.note == "step 290, 1,000 samples"
    hover(page.plots.viewport(), place(page, 1.5, 0.0))
    reading = page.table._reading
    assert reading is not None
    assert (reading.step, reading.epoch) == (150, 1.5)
    assert rows["raw"].values.loss == pytest.approx(0.8 * 2.0 / (1 + 150 / 20))
    assert rows["held"].values.accuracy == pytest.approx(1 - 2.0 / (1 + 150 / 20) / 4)
    assert rows["best"].values.note == "step 290, 1,000 samples"
    loss, accuracy = page.plots.halves
    assert loss.upright.isVisible()
    assert loss.upright.value() == accuracy.upright.value() == 1.5
    assert loss.level.isVisible()
    assert not accuracy.level.isVisible()
    assert len(loss.dots.data) == 3
    page.table.rows["raw"].click()
    hover(page.plots.viewport(), place(page, 1.0, 60.0, 1))
    assert len(accuracy.dots.data) == 2
    assert accuracy.level.isVisible()
    assert not loss.level.isVisible()
    hover(page.plots.viewport(), QPoint(2, 2))
    assert not loss.upright.isVisible()
    assert rows["raw"].values.loss == page.history.train[2][-1]


def test_the_legend_hides_and_shows_each_curve(page: Counting, qtbot: QtBot) -> None:
    learned(page)
    for name, row in page.table.rows.items():
        qtbot.mouseClick(row, LEFT)
        assert not any(half.curves[name].isVisible() for half in page.plots.halves)
        assert page.plots.accuracy.label.isVisible() == (name != "best")
        page.add_points(points(300, 301))
        page._redraw()
        assert not page.plots.loss.curves[name].isVisible()
        qtbot.mouseClick(row, LEFT)
        assert all(half.curves[name].isVisible() for half in page.plots.halves)


def test_the_wheel_zooms_a_drag_moves_and_fit_shows_all(page: Counting, qtbot: QtBot) -> None:
    learned(page)
    assert page.plots.follows
    assert not page._fit.isEnabled()
    whole = page.plots.span
    at = place(page, 1.0, 0.0)
    wheel(page, at, 480, Qt.KeyboardModifier.NoModifier)
    low, high = page.plots.span
    assert high - low < whole[1] - whole[0]
    assert page.plots.accuracy.sight.viewRange()[0] == [low, high]  # linked
    assert abs(place(page, 1.0, 0.0).x() - at.x()) <= 1
    assert page._fit.isEnabled()
    page.add_points(points(300, 420))
    page._redraw()
    assert page.plots.span == (low, high)  # more points don't move what the user looks at
    view = page.plots.viewport()
    qtbot.mousePress(view, LEFT, pos=at)
    for step in (10, 40):
        hover(view, at - QPoint(step, 0), LEFT)
    qtbot.mouseRelease(view, LEFT, pos=at - QPoint(40, 0))
    assert page.plots.span[0] > low
    assert page.plots.span[1] - page.plots.span[0] == pytest.approx(high - low)
    under = page.plots.loss.sight.mapSceneToView(QPointF(at - QPoint(40, 0))).x()
    assert page.plots.loss.upright.value() == pytest.approx(under, abs=0.011)  # the cross-hair stays at the cursor
    values = page.plots.loss.sight.viewRange()[1]
    wheel(page, at, 480, Qt.KeyboardModifier.ShiftModifier)
    zoomed = page.plots.loss.sight.viewRange()[1]
    assert zoomed[1] - zoomed[0] < values[1] - values[0]
    qtbot.mouseClick(page._fit, LEFT)
    assert page.plots.follows
    assert page.plots.span == (0.0, 5.0)
    for _ in range(30):
        wheel(page, at, 960, Qt.KeyboardModifier.NoModifier)
    assert page.plots.span[1] - page.plots.span[0] == pytest.approx(0.1)  # never less than ten steps
    for _ in range(40):
        wheel(page, at, -960, Qt.KeyboardModifier.NoModifier)
    assert page.plots.span == (0.0, 5.0)
    assert page.plots.follows
    page.grab()


def test_the_logarithm_can_be_switched_off(page: Counting, qtbot: QtBot) -> None:
    learned(page)
    low, _ = page.plots.loss.sight.viewRange()[1]
    assert low < 0
    assert [text for _, text in page.plots._loss_ticks(-1.2, 0.4, 200)] == ["0.1", "0.2", "0.5", "1", "2"]
    qtbot.mouseClick(page._chip, LEFT)
    assert not page.log
    low, high = page.plots.loss.sight.viewRange()[1]
    assert -0.1 < low <= 0
    assert 2 < high < 3
    assert np.array_equal(page.plots.loss.curves["raw"].getData()[1], page.history.train[2])
    page.set_log(True)
    assert page._chip.isChecked()


def test_the_slider_smooths_and_tells_so(page: Counting, qtbot: QtBot) -> None:
    learned(page)
    assert page.history.smoothing == 0.9
    with qtbot.waitSignal(page.smoothing_changed) as told:
        qtbot.keyClick(page._slider, Qt.Key.Key_Home)
    assert told.args == [0.0]
    page._redraw()
    loss = page.plots.loss.curves
    assert np.array_equal(loss["smooth"].getOriginalDataset()[1], loss["raw"].getOriginalDataset()[1])
    with qtbot.assertNotEmitted(page.smoothing_changed):
        page.set_smoothing(0.5)
    assert (page._slider.value, page._amount.text()) == (0.5, "0.5")


@pytest.mark.parametrize("width", range(900, 1010, 11))
def test_both_ends_of_the_epochs_are_labelled(page: Counting, width: int) -> None:
    page.resize(width, 480)
    QApplication.processEvents()
    axis = page.plots.accuracy.axes[1]
    pixmap = QPixmap(10, 10)
    with QPainter(pixmap) as painter:
        _, ticks, texts = axis.generateDrawSpecs(painter)
    assert len(ticks) == len(texts)
    assert (texts[0][2], texts[-1][2]) == ("0", "5")


def test_rewinding_empties_it(page: Counting) -> None:
    assert page._empty.isVisible()
    assert not page._csv.isEnabled()
    learned(page)
    assert not page._empty.isVisible()
    assert page._csv.isEnabled()
    page.reset(100, 3)
    assert page._empty.isVisible()
    assert page.points == []
    assert page.table.rows["held"].values.loss is None
    assert len(page.plots.loss.curves["raw"].getOriginalDataset()[0] or []) == 0
    page.set_epochs(7)
    assert page.plots.span == (0.0, 7.0)


def test_esc_the_button_and_the_title_go_back(page: Counting, qtbot: QtBot) -> None:
    for act in (
        lambda: qtbot.keyClick(page, Qt.Key.Key_Escape),
        lambda: qtbot.mouseClick(page._close, LEFT),
        lambda: qtbot.mouseDClick(page, LEFT, pos=QPoint(40, 20)),
    ):
        with qtbot.waitSignal(page.enlarge):
            act()


def test_all_points_are_exported_with_all_their_digits(
    page: Counting, qtbot: QtBot, tmp_path: Path, monkeypatch
) -> None:
    learned(page, 30)
    asked = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(asked), "Table (*.csv)"))
    with qtbot.waitSignal(page.exported) as told:
        qtbot.mouseClick(page._csv, LEFT)
    path = tmp_path / "mine.csv"
    assert told.args == [str(path)]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == curves_csv.COLUMNS
    assert len(rows) == 33
    for row, point in zip(rows, page.points, strict=True):
        assert (int(row["step"]), float(row["epoch"])) == (point.step, point.epoch)
        assert (float(row["loss"]), float(row["accuracy"])) == (point.loss, point.accuracy)
        held = isinstance(point, HeldOutPoint)
        assert (row["split"], row["samples"]) == (("held-out", "1000") if held else ("train", ""))
    assert sorted(child.name for child in tmp_path.iterdir()) == ["mine.csv"]


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_lost(
    page: Counting, qtbot: QtBot, tmp_path: Path
) -> None:
    learned(page, 30)
    path = tmp_path / "no such folder" / "curves.csv"
    with qtbot.waitSignal(page.export_failed) as told:
        assert not page.export_to(path)
    assert "no such folder" in told.args[1]
    taken = tmp_path / "taken.csv"
    taken.mkdir()
    with qtbot.waitSignal(page.export_failed):
        assert not page.export_to(taken)
    assert list(tmp_path.iterdir()) == [taken]


def test_no_dialog_answer_is_no_export(page: Counting, qtbot: QtBot, monkeypatch) -> None:
    learned(page, 30)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(page.exported), qtbot.assertNotEmitted(page.export_failed):
        page.export()


def test_a_right_click_opens_no_menu_of_pyqtgraphs(page: Counting, qtbot: QtBot) -> None:
    learned(page)
    at = place(page, 1.0, 0.0)
    qtbot.mouseClick(page.plots.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert QApplication.activePopupWidget() is None
    assert page.plots.follows


def test_pyqtgraphs_settings_for_all_stay_as_they_are() -> None:
    code = (
        "import sys, threading, pyqtgraph as pg; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "before = dict(pg.CONFIG_OPTIONS), sys.excepthook, threading.excepthook;"
        "from gui.views.curves_page import CurvesPage; page = CurvesPage(); page.reset(10, 2); page.grab();"
        "assert before == (dict(pg.CONFIG_OPTIONS), sys.excepthook, threading.excepthook);"
        "assert sys.excepthook is sys.__excepthook__; page.deleteLater()"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_page_reads_the_moment_that_is_looked_at(page: Counting) -> None:
    learned(page)
    page.set_moment(0.5)
    assert page.plots.loss.upright.value() == pytest.approx(0.5, abs=0.011)
    assert page.table._reading is not None
    assert page.table._reading.step == 50
    page.set_moment(None)
    assert page.table._reading is None or page.table._reading.step > 50
