"""Activations, softmax, linear and those that only move values, held against torch over generated shapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch.nn import functional

from engine import traces
from engine.traces.functions import normal_cdf
from tests.engine.traces.checks import check, check_numbering, check_touching, close, numbers, seeds

ACTIVATIONS: dict[str, Any] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "softplus": functional.softplus,
    "hard_sigmoid": functional.hardsigmoid,
}
shapes = hnp.array_shapes(min_dims=1, max_dims=4, max_side=5)
slopes = st.floats(0.01, 3)


def parameters(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """torch's own parameters of an activation, or none of them."""
    options: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "leaky_relu": {"negative_slope": slopes},
        "elu": {"alpha": slopes},
        "gelu": {"approximate": st.sampled_from(["none", "tanh"])},
        "softplus": {"beta": slopes, "threshold": st.floats(1, 30)},
    }
    return st.just({}) | st.fixed_dictionaries(options.get(name, {}))


@settings(max_examples=200, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(ACTIVATIONS)), dtype=st.sampled_from([np.float32, np.float64]))
def test_activations_same_as_torch(data: st.DataObject, name: str, dtype: type) -> None:
    width = 32 if dtype is np.float32 else 64
    x = data.draw(hnp.arrays(dtype, shapes, elements=st.floats(-100, 100, width=width)))
    options = data.draw(parameters(name))
    trace = traces.activation(x, name, **options)
    assert trace.name == name
    assert trace.output.dtype == dtype
    close(trace.output, ACTIVATIONS[name](torch.from_numpy(x), **options).numpy(), dtype=dtype)
    check_numbering(trace)
    step = trace[-1]
    assert [term.input_index for term in step.terms] == [step.index] == trace.touching(step.index)
    assert step.formula.startswith(f"{name}(")
    assert all(getattr(trace, key) == value for key, value in options.items())


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activations_of_extremes(name: str) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e30, -1e30, 1e-30], np.float32)
    trace = traces.activation(x, name)
    theirs = ACTIVATIONS[name](torch.from_numpy(x)).numpy()
    if name == "gelu":
        theirs[1] = np.inf  # torch's comes out as NaN
    np.testing.assert_allclose(trace.output, theirs, rtol=1e-6)
    assert all("=" in step.formula for step in trace)


def test_parameters_are_attributes() -> None:
    trace = traces.activation([1.0], "elu")
    assert trace.alpha == 1.0
    assert trace.parameters == {"alpha": 1.0}
    with pytest.raises(AttributeError, match="beta"):
        _ = trace.beta


def test_normal_distribution_is_exact() -> None:
    x = np.linspace(-30, 30, 6001)
    exact = [0.5 * math.erfc(-value / math.sqrt(2)) for value in x]
    np.testing.assert_allclose(normal_cdf(x), exact, rtol=1e-12)


def test_a_single_number_has_one_step() -> None:
    trace = traces.activation(0, "sigmoid")
    assert trace.output == 0.5
    assert trace[0].index == ()
    assert trace.at(()).value == 0.5
    assert trace.touching(()) == [()]


@settings(max_examples=80, deadline=None)
@given(data=st.data(), dtype=st.sampled_from([np.float32, np.float64]))
def test_softmax_same_as_torch(data: st.DataObject, dtype: type) -> None:
    width = 32 if dtype is np.float32 else 64
    x = data.draw(hnp.arrays(dtype, shapes, elements=st.floats(-200, 200, width=width)))
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    trace = traces.softmax(x, axis)
    close(trace.output, torch.softmax(torch.from_numpy(x), axis).numpy(), dtype=dtype)
    check_numbering(trace)
    check_touching(trace)
    for step in (trace[0], trace[-1]):
        own = [term for term in step.terms if term.input_index == step.index]
        assert len(own) == 1
        assert step.value == pytest.approx(own[0].product / sum(term.product for term in step.terms), rel=1e-4)


def test_softmax_of_what_is_not_a_number() -> None:
    assert np.isnan(traces.softmax([1, np.nan]).output).all()
    assert np.isnan(traces.softmax([1, np.inf])[0].value)
    assert "NaN" in traces.softmax([1, np.nan])[0].formula


@settings(max_examples=60, deadline=None)
@given(
    front=st.lists(st.integers(1, 3), max_size=2), features=st.integers(1, 9), out=st.integers(1, 7), seed=seeds,
    bias=st.booleans(),
)  # fmt: skip
def test_linear_same_as_torch(front: list[int], features: int, out: int, seed: int, bias: bool) -> None:
    x, weight = numbers(*front, features, seed=seed), numbers(out, features, seed=seed + 1)
    biases = numbers(out, seed=seed + 2) if bias else None
    trace = traces.linear(x, weight, biases)
    tensors = [None if array is None else torch.from_numpy(array) for array in (x, weight, biases)]
    close(trace.output, functional.linear(*tensors).numpy())
    check(trace)


def test_linear_with_more_features_than_one_tile() -> None:
    x, weight = numbers(20000, seed=0, whole=True), numbers(3, 20000, seed=1, whole=True)
    assert (traces.linear(x, weight).output == weight @ x).all()


@settings(max_examples=60, deadline=None)
@given(shapes_=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4), seed=seeds)
def test_add_same_as_torch(shapes_: Any, seed: int) -> None:
    a, b = (numbers(*shape, seed=seed + k) for k, shape in enumerate(shapes_.input_shapes))
    trace = traces.add(a, b)
    close(trace.output, torch.add(torch.from_numpy(np.asarray(a)), torch.from_numpy(np.asarray(b))).numpy())
    check_numbering(trace)
    for source in (0, 1):
        check_touching(trace, source=source)
    for step in trace:
        assert sum(term.product for term in step.terms) == pytest.approx(step.value)
        assert [trace.inputs[term.source][term.input_index] for term in step.terms] == [
            term.input_value for term in step.terms
        ]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), seed=seeds)
def test_flatten_and_concat_same_as_torch(data: st.DataObject, seed: int) -> None:
    x = numbers(*data.draw(shapes), seed=seed)
    start = data.draw(st.integers(0, x.ndim - 1))
    end = data.draw(st.integers(start, x.ndim - 1))
    flat = traces.flatten(x, start, end)
    close(flat.output, torch.flatten(torch.from_numpy(x), start, end).numpy())
    check(flat, weighted=False)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    parts = [x, x[(*[slice(None)] * (axis % x.ndim), slice(0, 1))], x * 2]
    joined = traces.concat(parts, axis)
    close(joined.output, torch.cat([torch.from_numpy(part) for part in parts], axis).numpy())
    check_numbering(joined)
    for source, part in enumerate(parts):
        for cell in (tuple(0 for _ in part.shape), tuple(size - 1 for size in part.shape)):
            (reached,) = joined.touching(cell, source)
            (term,) = joined.at(reached).terms
            assert (term.source, term.input_index, term.input_value) == (source, cell, part[cell])


def test_dropout_hands_values_on() -> None:
    x = numbers(3, 2, seed=0)
    trace = traces.dropout(x, 0.25)
    assert (trace.output == x).all()
    assert trace.p == 0.25
    assert trace.output is not trace.inputs[0]
    check(trace, weighted=False)
