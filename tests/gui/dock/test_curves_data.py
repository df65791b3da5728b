"""The curves' data: growing, smoothing, thinning and axes, held against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.messages import HeldOutPoint, TrainPoint
from gui.views import curves_axes
from gui.views.curves_data import Growing, History, Smoother, nearest, peaks


def debiased(values: list[float], beta: float) -> list[float]:
    """The moving average as its formula says it."""
    found, total, count = [], 0.0, 0
    for value in values:
        if math.isfinite(value):
            total, count = beta * total + (1 - beta) * value, count + 1
        found.append(total / (1 - beta**count) if count else math.nan)
    return found


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(0, 100) | st.sampled_from([math.nan, math.inf]), max_size=60),
    beta=st.sampled_from([0.0, 0.01, 0.5, 0.9, 0.99]),
    cut=st.integers(0, 60),
)
def test_smoothing_is_a_debiased_average_however_the_points_arrive(values: list[float], beta: float, cut: int) -> None:
    smoother = Smoother(beta)
    parts = [smoother.add(np.array(part, np.float64)) for part in (values[:cut], values[cut:])]
    assert np.allclose(np.concatenate(parts), debiased(values, beta), rtol=1e-9, equal_nan=True)


def test_smoothing_a_hundred_thousand_points_neither_overflows_nor_drifts() -> None:
    values = np.random.default_rng(0).normal(1.0, 0.3, 100_000)
    for beta in (0.02, 0.6, 0.99):
        assert Smoother(beta).add(values)[-1] == pytest.approx(debiased(values[-3000:].tolist(), beta)[-1], rel=1e-9)


def test_a_growing_table_keeps_its_rows_and_doubles_its_memory() -> None:
    table = Growing(2)
    rows = np.arange(2000.0).reshape(1000, 2)
    sizes = set()
    for start in range(0, 1000, 7):
        table.extend(rows[start : start + 7])
        sizes.add(len(table._memory))
    assert np.array_equal(np.column_stack([table[0], table[1]]), rows)
    assert sizes == {256, 512, 1024}


@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 5000), most=st.integers(10, 300))
def test_thinning_keeps_every_extreme_and_the_order(count: int, most: int) -> None:
    x = np.arange(count, dtype=np.float64)
    y = np.random.default_rng(count).normal(size=count)
    thin_x, thin_y = peaks(x, y, most)
    assert len(thin_x) <= 2 * most + 2
    assert thin_y.max() == y.max()
    assert thin_y.min() == y.min()
    assert (np.diff(thin_x) >= 0).all()


def test_groups_of_a_growing_curve_stay_as_they_are() -> None:
    y = np.random.default_rng(0).normal(size=1500)
    x = np.arange(1500.0)
    short, long = peaks(x[:1100], y[:1100], 50), peaks(x, y, 50)
    assert np.array_equal(short[1][:60], long[1][:60])


def test_a_point_that_is_no_number_spoils_only_itself() -> None:
    y = np.ones(4000)
    y[100] = np.nan
    assert np.isfinite(peaks(np.arange(4000.0), y, 100)[1]).all()


def test_history_tells_training_from_held_out_and_knows_the_best() -> None:
    history = History(0.5)
    assert history.empty
    assert history.best is None
    history.add([TrainPoint(1, 0.1, 2.0, 0.2, 0.0), HeldOutPoint(1, 0.1, 1.9, 0.5, 100, False, 0.0)])
    history.add([TrainPoint(2, 0.2, 1.0, 0.6, 0.0)])
    for step, accuracy in ((3, 0.9), (4, 0.95), (5, 0.95), (6, math.nan)):
        history.add([HeldOutPoint(step, step / 10, 0.1, accuracy, 100, False, 0.0)])
    assert history.train[history.LOSS].tolist() == [2.0, 1.0]
    assert history.held[history.STEP].tolist() == [1, 3, 4, 5, 6]
    assert history.best == 2
    assert history.epoch == pytest.approx(0.6)
    before = history.smooth[0].copy()
    history.set_smoothing(0.0)
    assert history.smooth[0].tolist() == [2.0, 1.0]
    history.set_smoothing(0.5)
    assert np.allclose(history.smooth[0], before)
    history.clear()
    assert history.empty


def test_the_nearest_entry_is_found_at_ends_and_between() -> None:
    values = np.array([1.0, 2.0, 4.0])
    assert [nearest(values, at) for at in (0, 1.4, 1.6, 2.9, 3.1, 9)] == [0, 0, 1, 1, 2, 2]
    assert nearest(np.zeros(0), 1.0) is None


def test_a_log_axis_labels_decades_and_holds_all_values() -> None:
    axis = curves_axes.log_axis(np.array([2.3, 0.02, 0.005]), 78.0)
    assert [label for _, label in axis.ticks] == ["0.01", "0.1", "1"]
    assert 10**axis.low <= 0.005
    assert 10**axis.high >= 2.3
    fine = curves_axes.log_axis(np.array([2.3, 0.05]), 400.0)
    assert {"0.2", "0.5", "2"} <= {label for _, label in fine.ticks}
    tiny = curves_axes.log_axis(np.array([1e-9, 1.0]), 78.0)
    assert any("⁻" in label for _, label in tiny.ticks)
    assert len(tiny.ticks) <= 6


def test_axes_of_nothing_and_of_nonsense_still_stand() -> None:
    for values in (np.zeros(0), np.array([np.nan, np.inf]), np.zeros(3)):
        for axis in (curves_axes.log_axis, curves_axes.linear_axis, curves_axes.accuracy_axis):
            found = axis(values, 80.0)
            assert found.high > found.low
            assert len(found.ticks) >= 2


def test_an_accuracy_axis_goes_to_100_from_where_nearly_all_lies_above() -> None:
    assert [label for _, label in curves_axes.accuracy_axis(np.full(20, 0.97), 50.0).ticks] == ["95.0", "97.5", "100.0"]
    early = np.concatenate([[0.1], np.full(40, 0.93)])
    assert [label for _, label in curves_axes.accuracy_axis(early, 50.0).ticks] == ["90", "95", "100"]
    assert curves_axes.accuracy_axis(np.array([0.1, 0.2]), 50.0).low == 0.0


def test_epoch_ticks_are_whole_unless_zoomed_in() -> None:
    assert curves_axes.epoch_ticks(0, 5, 270) == [0, 1, 2, 3, 4, 5]
    assert curves_axes.epoch_ticks(0, 50, 270) == [0, 10, 20, 30, 40, 50]
    assert curves_axes.epoch_ticks(1.0, 1.5, 270) == pytest.approx([1.0, 1.1, 1.2, 1.3, 1.4, 1.5])
