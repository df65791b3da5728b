"""Counting and asking: numbers of steps, indices, what does not exist; and what importing costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import traces
from tests.engine.traces.checks import numbers

TRACE = traces.convolution(numbers(2, 5, 6, seed=0), numbers(3, 2, 2, 3, seed=1))


def test_steps_count_and_run_in_reading_order() -> None:
    assert len(TRACE) == 3 * 4 * 4
    assert [step.index for step in TRACE][:6] == [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 1, 0), (0, 1, 1)]
    assert TRACE[-1].index == (2, 3, 3)
    assert TRACE[np.int64(5)] == TRACE.at(np.array([0, 1, 1])) == TRACE.at((-3, 1, 1))
    assert len({TRACE[4], TRACE.at((0, 1, 0)), TRACE[5]}) == 2
    assert TRACE[0] != traces.convolution(*TRACE.inputs, TRACE.weights["weight"])[0]
    assert repr(TRACE) == "<convolution 2x5x6 to 3x4x4, 48 steps>"
    assert repr(TRACE[4]).startswith("<step 4 of convolution: y[0, 1, 0] = ")
    assert TRACE.weights.keys() == {"weight"}


@pytest.mark.parametrize("number", [48, -49, 10**9])
def test_no_such_step(number: int) -> None:
    with pytest.raises(IndexError, match=f"no step {number}: the trace has 48 steps"):
        TRACE[number]
    with pytest.raises(IndexError):
        TRACE.index_of(number)


@pytest.mark.parametrize("index", [(3, 0, 0), (0, 4, 0), (0, 0, -5), (0, 0), (0, 0, 0, 0), 7])
def test_no_such_cell(index: tuple[int, ...] | int) -> None:
    for ask in (TRACE.at, TRACE.position_of, TRACE.window):
        with pytest.raises(IndexError, match=r"no cell \[.*\] in the output of shape 3x4x4"):
            ask(index)


def test_no_such_input_cell() -> None:
    with pytest.raises(IndexError, match=r"no cell \[2, 0, 0\] in the input of shape 2x5x6"):
        TRACE.touching((2, 0, 0))
    assert TRACE.touching((-1, -1, -1)) == [(0, 3, 3), (1, 3, 3), (2, 3, 3)]
    with pytest.raises(TypeError):
        TRACE["0"]  # type: ignore[index]


def test_terms_are_a_sequence() -> None:
    terms = TRACE[7].terms
    assert len(terms) == 12
    assert list(terms) == [terms[number] for number in range(12)] == terms[:]
    assert terms[-1] == terms[11]
    assert terms[2:4] == [terms[2], terms[3]]
    assert terms[3] in terms
    with pytest.raises(IndexError):
        terms[12]
    assert all(
        type(entry) is int for term in terms for entry in (*term.input_index, *term.weight_index, *term.position)
    )
    assert type(terms[0].product) is float
    assert terms is not TRACE[7].terms
    assert repr(terms) == "<12 terms>"


def test_windows_only_where_one_slides() -> None:
    assert TRACE[0].window is not None
    assert traces.linear([1], [[1]])[0].window is None
    assert traces.activation([1], "relu").window(0) is None
    assert traces.linear([2, 3], [[1, 1]])[0].sums == (5,)


def test_a_step_of_a_large_trace_makes_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = traces.convolution(np.ones((1, 300, 300), np.float32), np.ones((4, 1, 3, 3), np.float32))
    made: list[tuple[int, ...]] = []
    terms = traces.Convolution.terms
    monkeypatch.setattr(
        traces.Convolution, "terms", lambda self, index: made.append(index) or terms(self, index)  # type: ignore[func-returns-value]
    )  # fmt: skip
    step = trace[200_000]
    assert step.value == 9
    assert made == []
    assert sum(term.product for term in step.terms) == 9
    assert step.formula.endswith(" = 9")
    assert made == [step.index]


def test_importing_loads_numpy_alone() -> None:
    script = """
import sys, numpy, numpy.typing
before = set(sys.modules)
import engine.traces as traces
traces.convolution([[1, 2]], [[[1]]])[0].formula, traces.softmax([1])[0].terms[0]
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded & {"torch", "scipy", "PySide6", "pyqtgraph", "matplotlib", "pandas", "gui"}))
"""
    root = Path(__file__).resolve().parents[3]
    run = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
    assert run.stderr == ""
