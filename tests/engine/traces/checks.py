"""What every trace must keep, whatever the operation; and strategies for arrays."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.traces import Step, Trace

TOLERANCE = {np.dtype(np.float16): 2e-2, np.dtype(np.float32): 2e-5, np.dtype(np.float64): 1e-10}


def numbers(*shape: int, seed: int, dtype: Any = np.float64, whole: bool = False) -> np.ndarray:
    """Values of a seeded generator; with `whole`, integers from -4 to 4."""
    generator = np.random.default_rng(seed)
    if whole:
        return generator.integers(-4, 5, shape).astype(dtype)
    return generator.normal(size=shape).astype(dtype)


seeds = st.integers(0, 2**31)


def close(ours: Any, theirs: Any, *, dtype: Any = np.float64, scale: float = 1.0) -> None:
    """Same shape, same type, and values within what the type can hold."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    tolerance = TOLERANCE[np.dtype(dtype)] * scale
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def sampled(trace: Trace, most: int = 12) -> list[int]:
    """Numbers of steps to look at: first, last, and some between."""
    count = len(trace)
    return sorted(set(np.linspace(0, count - 1, min(most, count)).astype(int).tolist()))


def check_numbering(trace: Trace) -> None:
    """Steps run over the output in C order; index and number convert into each other."""
    assert len(trace) == trace.output.size
    indices = list(np.ndindex(*trace.output.shape))
    for number in sampled(trace):
        step = trace[number]
        assert step.index == trace.index_of(number) == indices[number]
        assert step.number == number == trace.position_of(step.index)
        assert trace[number - len(trace)] == step == trace.at(step.index)
        assert np.array_equal(step.value, float(trace.output[step.index]), equal_nan=True)


def check_terms(trace: Trace, step: Step, *, weighted: bool = True) -> None:
    """Terms name what they read, and sum up to the value."""
    total = step.bias
    for term in step.terms:
        if not term.padding:
            assert term.position == term.input_index
        if all(0 <= i < n for i, n in zip(term.input_index, trace.sources[term.source].shape, strict=True)):
            assert trace.sources[term.source][term.input_index] == term.input_value
            assert step.index in trace.touching(term.input_index, term.source)
        else:
            assert term.padding
        if weighted:
            assert trace.weights[term.weight][term.weight_index] == term.weight_value
            assert term.product == term.input_value * term.weight_value
        total += term.product
    if step.terms and not step.terms.padding.all():  # else the window of a max pooling lies in the padding
        np.testing.assert_allclose(total, step.value, rtol=1e-3, atol=TOLERANCE[trace.output.dtype] * 100)
    assert "=" in step.formula
    assert "=" in step.symbolic
    assert "-" not in step.formula
    assert "-" not in step.symbolic


def check_touching(trace: Trace, *, source: int = 0) -> None:
    """An input cell reaches exactly the output cells whose steps read it (for small traces)."""
    reached: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for step in trace:
        for term in step.terms:
            if term.source == source:
                reached.setdefault(term.input_index, set()).add(step.index)
    for cell in product(*(range(size) for size in trace.sources[source].shape)):
        touching = trace.touching(cell, source)
        assert touching == sorted(touching)
        assert set(touching) == reached.get(cell, set())


def check(trace: Trace, *, weighted: bool = True, touching: bool = True) -> None:
    """All of the above."""
    check_numbering(trace)
    for number in sampled(trace, 6):
        check_terms(trace, trace[number], weighted=weighted)
    if touching and trace.output.size <= 300 and trace.inputs[0].size <= 300:
        check_touching(trace)
