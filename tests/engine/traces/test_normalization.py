"""Normalization and LSTM held against torch over generated shapes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch.nn import functional

from engine import traces
from tests.engine.traces.checks import check, check_numbering, close, numbers, seeds


@settings(max_examples=60, deadline=None)
@given(
    shape=hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), affine=st.booleans(), eps=st.floats(1e-6, 1), seed=seeds
)
def test_batch_norm_same_as_torch(shape: tuple[int, ...], affine: bool, eps: float, seed: int) -> None:
    x, channels = numbers(*shape, seed=seed), shape[0]
    mean, variance = numbers(channels, seed=seed + 1), np.abs(numbers(channels, seed=seed + 2))
    weight, bias = (numbers(channels, seed=seed + k) if affine else None for k in (3, 4))
    tensors = [None if array is None else torch.from_numpy(array) for array in (mean, variance, weight, bias)]
    trace = traces.batch_norm(x, mean, variance, weight, bias, eps)
    close(trace.output, functional.batch_norm(torch.from_numpy(x)[None], *tensors, eps=eps)[0].numpy())
    check(trace, weighted=False)


@settings(max_examples=60, deadline=None)
@given(
    shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), last=st.integers(1, 3), affine=st.booleans(), seed=seeds
)
def test_layer_norm_same_as_torch(shape: tuple[int, ...], last: int, affine: bool, seed: int) -> None:
    x, normalized = numbers(*shape, seed=seed), shape[-last:]
    weight, bias = (numbers(*normalized, seed=seed + k) if affine else None for k in (1, 2))
    tensors = [None if array is None else torch.from_numpy(array) for array in (weight, bias)]
    trace = traces.layer_norm(x, normalized, weight, bias)
    close(trace.output, functional.layer_norm(torch.from_numpy(x), normalized, *tensors).numpy())
    check(trace, weighted=False)


def test_negative_variance_is_carried_through() -> None:
    trace = traces.batch_norm([[1.0]], [0], [-1], None, None)
    assert np.isnan(trace.output).all()
    assert "NaN" in trace[0].formula


def _lstm(features: int, hidden: int, times: int, seed: int, bias: bool) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    sizes = {"x": (times, features), "w_ih": (4 * hidden, features), "w_hh": (4 * hidden, hidden)}
    if bias:
        sizes |= {"b_ih": (4 * hidden,), "b_hh": (4 * hidden,), "h0": (hidden,), "c0": (hidden,)}
    return {name: generator.normal(size=size) for name, size in sizes.items()}


@settings(max_examples=40, deadline=None)
@given(features=st.integers(1, 5), hidden=st.integers(1, 5), times=st.integers(1, 6), bias=st.booleans(), seed=seeds)
def test_lstm_same_as_torch(features: int, hidden: int, times: int, bias: bool, seed: int) -> None:
    arrays = _lstm(features, hidden, times, seed, bias)
    module = torch.nn.LSTM(features, hidden, bias=bias).double()
    names = {"w_ih": "weight_ih_l0", "w_hh": "weight_hh_l0", "b_ih": "bias_ih_l0", "b_hh": "bias_hh_l0"}
    module.load_state_dict({names[k]: torch.from_numpy(v) for k, v in arrays.items() if k in names})
    state = tuple(torch.from_numpy(arrays[name])[None] for name in ("h0", "c0")) if bias else None
    with torch.no_grad():
        output, (_, cell) = module(torch.from_numpy(arrays["x"]), state)
    trace = traces.lstm(**arrays)
    close(trace.output, output.numpy())
    close(trace.cells[-1], cell[0].numpy())
    check_numbering(trace)
    for step in (trace[0], trace[-1]):
        _check_gates(trace, step.index)
        assert len(step.terms) == 4 * (features + hidden)
        for term in step.terms:
            assert trace.sources[term.source][term.input_index] == term.input_value
            assert trace.weights[term.weight][term.weight_index] == term.weight_value
            assert step.index in trace.touching(term.input_index, term.source)
        assert "=" in step.formula
        assert "=" in step.symbolic


def _check_gates(trace: traces.LSTM, index: tuple[int, int]) -> None:
    gates = trace.gates(index)
    assert list(gates) == ["i", "f", "g", "o", "c", "h"]
    before = trace.c0[index[1]] if index[0] == 0 else trace.cells[index[0] - 1, index[1]]
    values = {name: gate.value for name, gate in gates.items()}
    assert values["c"] == pytest.approx(values["f"] * before + values["i"] * values["g"])
    assert values["h"] == pytest.approx(values["o"] * np.tanh(values["c"]))
    assert values["h"] == trace.output[index]
    for name, gate in gates.items():
        total = sum(term.product for term in gate.terms) + gate.bias
        assert total == pytest.approx(gate.total)
        assert gate.formula.startswith(f"{name} = ")


def test_lstm_over_more_times_than_one_block() -> None:
    arrays = _lstm(3, 4, 150, 0, True)
    trace = traces.lstm(**arrays)
    half = traces.lstm(arrays["x"][:80], *(arrays[name] for name in ("w_ih", "w_hh", "b_ih", "b_hh", "h0", "c0")))
    assert (trace.output[:80] == half.output).all()
    assert trace.touching((148, 0)) == [(time, unit) for time in (148, 149) for unit in range(4)]


def test_small_lstm_reaches_what_it_says() -> None:
    trace = traces.lstm(**_lstm(2, 2, 3, 0, False))
    direct = {cell: set(trace.touching(cell)) for cell in np.ndindex(3, 2)}
    for step in trace:
        for term in step.terms:
            if term.source == 0:
                assert step.index in direct[term.input_index]
