"""Convolution held against torch over generated shapes and options, and its steps against its output."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine import traces
from engine.traces.columns import blocks, dots, multiply
from tests.engine.traces.checks import check, close, numbers, seeds

CONVOLUTIONS = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
TORCH_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


@st.composite
def cases(draw: st.DrawFn) -> dict:
    axes = draw(st.integers(1, 3))
    most = {1: 12, 2: 8, 3: 5}[axes]
    groups = draw(st.integers(1, 3))
    each, out_each = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = [draw(st.integers(1, 4 if axes < 3 else 2)) for _ in range(axes)]
    dilation = [draw(st.integers(1, 3 if axes < 3 else 2)) for _ in range(axes)]
    pairs = [(draw(st.integers(0, 4)), draw(st.integers(0, 4))) for _ in range(axes)]
    size = []
    for k, d, (before, after) in zip(kernel, dilation, pairs, strict=True):
        extent = (k - 1) * d + 1
        least = max(1, extent - before - after, max(before, after) + 1)
        size.append(draw(st.integers(least, max(least, most))))
    return {
        "groups": groups,
        "x": (groups * each, *size),
        "weight": (groups * out_each, each, *kernel),
        "stride": tuple(draw(st.integers(1, 3)) for _ in range(axes)),
        "dilation": tuple(dilation),
        "pairs": pairs,
        "mode": draw(st.sampled_from(sorted(TORCH_MODES))),
        "bias": draw(st.booleans()),
        "flip": draw(st.booleans()),
        "dtype": draw(st.sampled_from([np.float32, np.float64])),
        "seed": draw(seeds),
    }


def reference(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, case: dict) -> np.ndarray:
    """torch's convolution of an input padded by torch."""
    axes = x.ndim - 1
    flat = [amount for pair in reversed(case["pairs"]) for amount in pair]
    padded = functional.pad(torch.from_numpy(x)[None], flat, mode=TORCH_MODES[case["mode"]])
    kernel = torch.from_numpy(weight)
    if case["flip"]:
        kernel = kernel.flip(tuple(range(2, weight.ndim)))
    return CONVOLUTIONS[axes](
        padded,
        kernel,
        None if bias is None else torch.from_numpy(bias),
        stride=case["stride"],
        dilation=case["dilation"],
        groups=case["groups"],
    )[0].numpy()


@settings(max_examples=150, deadline=None)
@given(cases())
def test_same_as_torch(case: dict) -> None:
    x = numbers(*case["x"], seed=case["seed"], dtype=case["dtype"])
    weight = numbers(*case["weight"], seed=case["seed"] + 1, dtype=case["dtype"])
    bias = numbers(case["weight"][0], seed=case["seed"] + 2, dtype=case["dtype"]) if case["bias"] else None
    trace = traces.convolution(
        x,
        weight,
        bias,
        stride=case["stride"],
        padding=case["pairs"],
        dilation=case["dilation"],
        groups=case["groups"],
        padding_mode=case["mode"],
        flip=case["flip"],
    )
    assert trace.output.dtype == case["dtype"]
    close(trace.output, reference(x, weight, bias, case), dtype=case["dtype"], scale=4)
    check(trace)
    for number in (0, len(trace) - 1):
        step = trace[number]
        assert step.window is not None
        assert {term.position[1:] for term in step.terms} == set(product(*step.window.positions))
        assert len(step.terms) == weight[0].size
        np.testing.assert_allclose(sum(step.sums) + step.bias, step.value, rtol=1e-3, atol=1e-4)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@settings(max_examples=40, deadline=None)
@given(
    axes=st.integers(1, 3),
    kernel=st.integers(1, 4),
    dilation=st.integers(1, 2),
    mode=st.sampled_from(sorted(TORCH_MODES)),
    padding=st.sampled_from(["same", "valid", 1]),
    seed=seeds,
)
def test_modules_of_torch(axes: int, kernel: int, dilation: int, mode: str, padding: str | int, seed: int) -> None:
    """Whole modules, with torch's own "same", "valid" and padding modes."""
    make = {1: torch.nn.Conv1d, 2: torch.nn.Conv2d, 3: torch.nn.Conv3d}[axes]
    module = make(2, 3, kernel, padding=padding, dilation=dilation, padding_mode=mode)
    x = numbers(2, *(8,) * axes, seed=seed, dtype=np.float32)
    with torch.no_grad():
        theirs = module(torch.from_numpy(x)[None])[0].numpy()
        trace = traces.convolution(x, module.weight, module.bias, padding=padding, dilation=dilation, padding_mode=mode)
    close(trace.output, theirs, dtype=np.float32, scale=4)
    assert trace.padding_mode == mode


@pytest.mark.parametrize("padding", [(4, 0), [(4, 0)], ((4, 0),)])
def test_causal(padding: object) -> None:
    """No output sees what comes after it."""
    x = numbers(2, 16, seed=0)
    trace = traces.convolution(x, numbers(3, 2, 3, seed=1), padding=padding, dilation=2)  # type: ignore[arg-type]
    assert trace.output.shape == (3, 16)
    for step in trace:
        assert max(term.position[1] for term in step.terms) == step.index[1]
    assert min(index[1] for index in trace.touching((0, 5))) == 5
    assert trace.pads == ((4, 0),)


def test_padding_is_marked_and_lies_outside() -> None:
    trace = traces.convolution([[[1, 2], [3, 4]]], np.ones((1, 1, 3, 3)), padding=1)
    step = trace[0]
    assert [term.padding for term in step.terms] == [True] * 4 + [False] * 2 + [True] + [False] * 2
    assert step.terms[0].input_index == (0, -1, -1)
    assert step.terms[0].input_value == 0.0
    assert step.terms[0].product == 0.0
    assert step.terms[4].input_index == (0, 0, 0)
    assert step.window == (((-1, 2), (-1, 2)), ((-1, 0, 1), (-1, 0, 1)))


@pytest.mark.parametrize(("mode", "cell"), [("reflect", 1), ("replicate", 0), ("circular", 3)])
def test_padding_that_copies_points_to_the_real_cell(mode: str, cell: int) -> None:
    trace = traces.convolution([[10, 11, 12, 13]], [[[1, 0, 0]]], padding=1, padding_mode=mode)
    term = trace[0].terms[0]
    assert (term.padding, term.input_index, term.position) == (True, (0, cell), (0, -1))
    assert term.input_value == trace[0].value == 10 + cell
    assert (0, 0) in trace.touching((0, cell))


def test_window_of_a_dilated_kernel() -> None:
    trace = traces.convolution(np.zeros((1, 9, 9)), np.zeros((1, 1, 3, 2)), dilation=(2, 3), stride=2, padding=(1, 0))
    window = trace.window((0, 1, 2))
    assert window.spans == ((1, 6), (4, 8))
    assert window.positions == ((1, 3, 5), (4, 7))


def test_integers_come_out_exact_and_types_are_kept() -> None:
    x, weight = numbers(7, 9, 9, seed=0, whole=True), numbers(5, 7, 3, 3, seed=1, whole=True)
    exact = traces.convolution(x.astype(int), weight.astype(np.int8)).output
    assert exact.dtype == np.float64
    assert (exact == np.round(exact)).all()
    single = traces.convolution(x.astype(np.float32), weight.astype(int))
    assert single.output.dtype == np.float32
    assert (single.output == exact).all()
    assert traces.convolution(x.astype(np.float16), weight.astype(np.float16)).output.dtype == np.float16
    assert traces.convolution(x.astype(bool), weight.astype(bool)).output.dtype == np.float64
    assert traces.convolution(x.astype(">f4"), weight.astype(">f4")).output.dtype == np.dtype(np.float32)


def test_half_precision_is_rounded_once() -> None:
    x, weight = numbers(64, 9, 9, seed=0, dtype=np.float16), numbers(4, 64, 3, 3, seed=1, dtype=np.float16)
    whole = traces.convolution(x.astype(np.float64), weight.astype(np.float64)).output
    assert (traces.convolution(x, weight).output == whole.astype(np.float16)).mean() > 0.99


def test_nan_and_infinity_are_carried_through() -> None:
    x = np.zeros((2, 6, 6), np.float32)
    x[0, 1, 1], x[1, 4, 4] = np.nan, np.inf
    weight = numbers(3, 2, 3, 3, seed=0, dtype=np.float32)
    weight[0, 0, 0, 0] = 0.0
    theirs = functional.conv2d(torch.from_numpy(x)[None], torch.from_numpy(weight), padding=1)[0].numpy()
    trace = traces.convolution(x, weight, padding=1)
    np.testing.assert_allclose(trace.output, theirs, rtol=1e-5, atol=1e-6)
    assert "NaN" in trace.at((0, 0, 0)).formula
    assert "∞" in trace.at((0, 4, 4)).formula
    infinite = traces.convolution(np.zeros((1, 2)), [[[np.inf, 1.0]]], padding=1)
    assert np.isnan(infinite.output).all()  # 0 times infinity, in the padding too


def test_takes_lists_and_views() -> None:
    x, weight = numbers(4, 6, 8, seed=0), numbers(4, 4, 3, 3, seed=1)
    whole = traces.convolution(x, weight).output
    assert (traces.convolution(x.tolist(), weight.tolist()).output == whole).all()
    turned = np.asfortranarray(x)
    assert (traces.convolution(turned, np.asfortranarray(weight)).output == whole).all()
    wide = np.repeat(x, 2, axis=2)[:, :, ::2]
    assert (traces.convolution(wide, weight).output == whole).all()
    before = x.copy()
    traces.convolution(x, weight, np.ones(4), padding=1)
    assert (x == before).all()


@settings(max_examples=60, deadline=None)
@given(
    groups=st.integers(1, 3),
    m=st.sampled_from([1, 2, 65, 130]),
    k=st.sampled_from([1, 3, 70, 700, 9001]),
    n=st.sampled_from([1, 2, 63, 500]),
    seed=seeds,
)
def test_tiled_products(groups: int, m: int, k: int, n: int, seed: int) -> None:
    a, b = numbers(groups, m, k, seed=seed), numbers(groups, k, n, seed=seed + 1)
    out = np.full((groups, m, n + 3), 7.0)
    multiply(a, b, out[:, :, :n])
    np.testing.assert_allclose(out[:, :, :n], a @ b, rtol=1e-10, atol=1e-9)
    assert (out[:, :, n:] == 7).all()
    np.testing.assert_allclose(dots(a, b[:, None, :, 0]), (a @ b)[:, :, 0], rtol=1e-10, atol=1e-9)


@given(shape=st.lists(st.integers(1, 6), min_size=1, max_size=3), cells=st.integers(0, 40))
def test_blocks_cover_everything_in_order(shape: list[int], cells: int) -> None:
    everything = np.arange(np.prod(shape)).reshape(shape)
    parts = [everything[block].ravel() for block in blocks(shape, cells)]
    assert (np.concatenate(parts) == everything.ravel()).all()
    assert max(len(part) for part in parts) <= max(cells, 1)


def test_a_stride_that_leaves_nothing_but_padding() -> None:
    trace = traces.convolution(np.ones((1, 3)), np.ones((1, 1, 2)), stride=9, padding=3)
    expected = functional.conv1d(torch.ones(1, 1, 3), torch.ones(1, 1, 2), stride=9, padding=3)
    assert np.array_equal(trace.output, expected[0].numpy())
    assert [term.padding for term in trace[0].terms] == [True, True]
