"""Pooling held against torch over generated shapes and options; winners, ties and divisors."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine import traces
from engine.traces import Trace
from tests.engine.traces.checks import check, close, numbers, seeds

MAX = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
AVERAGE = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
LP = {1: functional.lp_pool1d, 2: functional.lp_pool2d, 3: functional.lp_pool3d}
ADAPTIVE_MAX = {
    1: functional.adaptive_max_pool1d,
    2: functional.adaptive_max_pool2d,
    3: functional.adaptive_max_pool3d,
}
ADAPTIVE_AVERAGE = {
    1: functional.adaptive_avg_pool1d,
    2: functional.adaptive_avg_pool2d,
    3: functional.adaptive_avg_pool3d,
}


@st.composite
def windows(draw: st.DrawFn, *, dilated: bool = False, padded: bool = True) -> dict:
    """Kernel, stride, padding (at most half the kernel, as torch wants it) and a shape that they fit."""
    axes = draw(st.integers(1, 3))
    kernel = [draw(st.integers(1, 4 if axes < 3 else 3)) for _ in range(axes)]
    dilation = [draw(st.integers(1, 2)) if dilated else 1 for _ in range(axes)]
    padding = [draw(st.integers(0, k // 2)) if padded else 0 for k in kernel]
    size = []
    for k, d, p in zip(kernel, dilation, padding, strict=True):
        extent = (k - 1) * d + 1
        least = extent if axes == 3 else max(1, extent - 2 * p)  # torch's in 3-D take no less
        size.append(draw(st.integers(least, max(least, 8 if axes < 3 else 5))))
    return {
        "shape": (draw(st.integers(1, 3)), *size),
        "kernel": kernel,
        "stride": draw(st.none() | st.just([draw(st.integers(1, 4)) for _ in range(axes)])),
        "padding": padding,
        "dilation": dilation,
        "ceil": draw(st.booleans()),
        "seed": draw(seeds),
    }


@settings(max_examples=120, deadline=None)
@given(case=windows(dilated=True), whole=st.booleans())
def test_max_pool_same_as_torch(case: dict, whole: bool) -> None:
    x = numbers(*case["shape"], seed=case["seed"], whole=whole)
    values, indices = MAX[x.ndim - 1](
        torch.from_numpy(x)[None],
        case["kernel"],
        case["stride"],
        case["padding"],
        case["dilation"],
        ceil_mode=case["ceil"],
        return_indices=True,
    )
    options = {name: case[name] for name in ("stride", "padding", "dilation")}
    trace = traces.max_pool(x, case["kernel"], **options, ceil_mode=case["ceil"])
    assert np.array_equal(trace.output, values[0].numpy())
    check(trace, weighted=False)
    for step in trace:
        if step.terms.padding.all():  # dilation may step over all that is real
            assert step.value == -np.inf
            continue
        winners = [term for term in step.terms if term.weight_value == 1]
        assert len(winners) == 1
        assert np.ravel_multi_index(winners[0].input_index[1:], x.shape[1:]) == indices[0][step.index]
        largest = sum(term.input_value == step.value for term in step.terms)
        assert [term.tie for term in step.terms] == [
            largest > 1 and term.input_value == step.value for term in step.terms
        ]
        assert sum(term.product for term in step.terms) == step.value
        assert step.terms.weight_names == ("",)


@settings(max_examples=120, deadline=None)
@given(case=windows(), with_padding=st.booleans(), divisor=st.none() | st.integers(1, 5))
def test_average_pool_same_as_torch(case: dict, with_padding: bool, divisor: int | None) -> None:
    x = numbers(*case["shape"], seed=case["seed"])
    divisors = {} if divisor is None or x.ndim == 2 else {"divisor_override": divisor}
    theirs = AVERAGE[x.ndim - 1](
        torch.from_numpy(x)[None],
        case["kernel"],
        case["stride"],
        case["padding"],
        ceil_mode=case["ceil"],
        count_include_pad=with_padding,
        **divisors,
    )[0].numpy()
    trace = traces.average_pool(
        x,
        case["kernel"],
        stride=case["stride"],
        padding=case["padding"],
        ceil_mode=case["ceil"],
        count_include_pad=with_padding,
        **divisors,
    )
    close(trace.output, theirs)
    check(trace, weighted=False)
    for step in trace:
        count = trace.divisor(step.index)
        assert {term.weight_value for term in step.terms} <= {1 / count, 0.0}
        if with_padding and not divisors:
            assert len(step.terms) == count


@settings(max_examples=60, deadline=None)
@given(case=windows(padded=False), power=st.sampled_from([1, 2, 3, 1.5]))
def test_lp_pool_same_as_torch(case: dict, power: float) -> None:
    x = np.abs(numbers(*case["shape"], seed=case["seed"]))
    kernel = case["kernel"] if x.ndim > 2 else case["kernel"][0]
    theirs = LP[x.ndim - 1](torch.from_numpy(x)[None], power, kernel, case["stride"], ceil_mode=case["ceil"])
    trace = traces.lp_pool(x, power, case["kernel"], stride=case["stride"], ceil_mode=case["ceil"])
    close(trace.output, theirs[0].numpy())
    for step in trace:
        assert step.value == pytest.approx(sum(term.product for term in step.terms) ** (1 / power))
        assert "=" in step.formula


@settings(max_examples=80, deadline=None)
@given(data=st.data(), axes=st.integers(1, 3), channels=st.integers(1, 3), seed=seeds)
def test_adaptive_and_global_same_as_torch(data: st.DataObject, axes: int, channels: int, seed: int) -> None:
    x = numbers(channels, *(data.draw(st.integers(1, 7)) for _ in range(axes)), seed=seed)
    size = [data.draw(st.integers(1, 8)) for _ in range(axes)]
    given_ = torch.from_numpy(x)[None]
    largest, average = traces.adaptive_max_pool(x, size), traces.adaptive_average_pool(x, size)
    close(largest.output, ADAPTIVE_MAX[axes](given_, size)[0].numpy())
    close(average.output, ADAPTIVE_AVERAGE[axes](given_, size)[0].numpy())
    everything = traces.global_max_pool(x), traces.global_average_pool(x)
    close(everything[0].output, ADAPTIVE_MAX[axes](given_, 1)[0].numpy())
    close(everything[1].output, ADAPTIVE_AVERAGE[axes](given_, 1)[0].numpy())
    for trace in (largest, average, *everything):
        check(trace, weighted=False)


def test_adaptive_keeps_sizes_of_none() -> None:
    x = numbers(2, 4, 6, seed=0)
    trace = traces.adaptive_average_pool(x, (None, 2))
    assert trace.output.shape == (2, 4, 2)
    assert trace.output_size == (4, 2)
    assert trace.window((0, 1, 1)).spans == ((1, 2), (3, 6))


def test_the_first_of_equal_cells_wins() -> None:
    trace = traces.max_pool([[[2, 7], [7, 7]]], 2)
    terms = trace[0].terms
    assert [term.weight_value for term in terms] == [0, 1, 0, 0]
    assert [term.tie for term in terms] == [False, True, True, True]


def test_padding_never_wins() -> None:
    trace = traces.max_pool([[-5.0, -np.inf]], 3, stride=1, padding=1)
    assert trace.output.tolist() == [[-5, -5]]
    minus = traces.max_pool([[-np.inf, -np.inf]], 3, stride=1, padding=1)
    assert minus.output.tolist() == [[-np.inf, -np.inf]]
    assert [(term.weight_value, term.padding) for term in minus[0].terms] == [(0, True), (1, False), (0, False)]
    assert minus[0].terms[0].product == 0


def test_a_window_of_padding_alone() -> None:
    trace = traces.max_pool([[1.0]], 1, stride=1, padding=1)
    assert trace.output.tolist() == [[-np.inf, 1, -np.inf]]
    assert [term.weight_value for term in trace[0].terms] == [0]
    assert trace[0].formula == "max(−∞) = −∞"


def test_nan_wins_and_is_shown() -> None:
    x = [[[1, np.nan], [3, 2]]]
    largest, average = traces.max_pool(x, 2), traces.average_pool(x, 2)
    for trace in (largest, average, traces.adaptive_max_pool(x, 1), traces.global_average_pool(x)):
        assert np.isnan(trace.output).all()
        assert "NaN" in trace[0].formula
    assert [term.weight_value for term in largest[0].terms] == [0, 1, 0, 0]


def test_windows_rounded_up_end_with_the_padding() -> None:
    trace = traces.average_pool(np.ones((1, 4)), 3, stride=2, padding=1, ceil_mode=True)
    assert trace.output.shape == (1, 3)
    assert trace.window((0, 2)) == (((3, 5),), ((3, 4),))
    assert [term.padding for term in trace[2].terms] == [False, True]
    assert trace[2].formula == "(1 + 0) / 2 = 0.5"


def _pools(x: np.ndarray) -> list[Trace]:
    return [
        traces.max_pool(x, 2),
        traces.average_pool(x, 2),
        traces.lp_pool(x, 2, 2),
        traces.adaptive_max_pool(x, 1),
        traces.adaptive_average_pool(x, 1),
        traces.global_max_pool(x),
        traces.global_average_pool(x),
    ]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_types_are_kept(dtype: type) -> None:
    x = np.full((1, 6, 6), 300, dtype)  # 36 times that squared is too much for float16
    for trace in _pools(x):
        assert trace.output.dtype == dtype
    assert traces.global_average_pool(x).output.item() == 300
    assert all(trace.output.dtype == np.float64 for trace in _pools(np.ones((1, 4, 4), np.uint8)))


def test_large_windows_take_little_memory_and_the_input_is_left_alone() -> None:
    x = numbers(1, 4000, seed=0)
    before = x.copy()
    trace = traces.max_pool(x, 200, stride=10, padding=100, dilation=3)
    theirs = functional.max_pool1d(torch.from_numpy(x)[None], 200, 10, 100, 3)[0].numpy()
    assert np.array_equal(trace.output, theirs)
    traces.average_pool(x, 1)
    assert np.array_equal(x, before)
