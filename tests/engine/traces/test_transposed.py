"""Transposed convolution held against torch over generated shapes and options."""

from __future__ import annotations

from itertools import product

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine import traces
from tests.engine.traces.checks import check, close, numbers, seeds

TRANSPOSED = {1: functional.conv_transpose1d, 2: functional.conv_transpose2d, 3: functional.conv_transpose3d}


@settings(max_examples=120, deadline=None)
@given(data=st.data(), axes=st.integers(1, 3), groups=st.integers(1, 3), bias=st.booleans(), seed=seeds)
def test_same_as_torch(data: st.DataObject, axes: int, groups: int, bias: bool, seed: int) -> None:
    each, out_each = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    size = [data.draw(st.integers(1, 5 if axes < 3 else 3)) for _ in range(axes)]
    kernel = [data.draw(st.integers(1, 4 if axes < 3 else 2)) for _ in range(axes)]
    stride = [data.draw(st.integers(1, 3)) for _ in range(axes)]
    dilation = [data.draw(st.integers(1, 2)) for _ in range(axes)]
    padding = [data.draw(st.integers(0, 2)) for _ in range(axes)]
    more = [data.draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)]
    sizes = zip(size, kernel, stride, dilation, padding, more, strict=True)
    assume(all((n - 1) * s + (k - 1) * d + 1 + m > 2 * p for n, k, s, d, p, m in sizes))
    x = numbers(groups * each, *size, seed=seed)
    weight = numbers(groups * each, out_each, *kernel, seed=seed + 1)
    biases = numbers(groups * out_each, seed=seed + 2) if bias else None
    theirs = TRANSPOSED[axes](
        torch.from_numpy(x)[None],
        torch.from_numpy(weight),
        None if biases is None else torch.from_numpy(biases),
        stride=stride,
        padding=padding,
        output_padding=more,
        dilation=dilation,
        groups=groups,
    )[0].numpy()
    trace = traces.transposed_convolution(
        x, weight, biases, stride=stride, padding=padding, output_padding=more, dilation=dilation, groups=groups
    )
    close(trace.output, theirs)
    check(trace)
    for step in (trace[0], trace[-1]):
        assert step.window is not None
        cells = set(product(*step.window.positions))
        assert {term.position[1:] for term in step.terms} == cells
        assert all(start <= cell < stop for (start, stop), line in zip(*step.window, strict=True) for cell in line)


def test_uneven_padding_cuts_each_side() -> None:
    x, weight = numbers(2, 4, 5, seed=0), numbers(2, 3, 3, 4, seed=1)
    whole = traces.transposed_convolution(x, weight, stride=2).output
    cut = traces.transposed_convolution(x, weight, stride=2, padding=[(1, 0), (0, 3)])
    close(cut.output, whole[:, 1:, :-3])
    check(cut)


def test_same_gives_size_times_stride() -> None:
    trace = traces.transposed_convolution(np.ones((1, 5)), np.ones((1, 1, 4)), stride=2, padding="same")
    assert trace.output.shape == (1, 10)
    assert trace.pads == ((1, 1),)


def test_cells_that_nothing_reaches() -> None:
    trace = traces.transposed_convolution([[1, 2]], [[[5]]], [0.5], stride=3)
    assert trace.output.tolist() == [[5.5, 0.5, 0.5, 10.5]]
    assert len(trace[1].terms) == 0
    assert trace[1].window == (((0, 0),), ((),))
    assert trace[1].formula == "0 + 0.5 = 0.5"
