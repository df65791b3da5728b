"""An LSTM over time, gate by gate, in PyTorch's order: i, f, g, o.

S. Hochreiter and J. Schmidhuber, "Long short-term memory" (1997), with the forget gates of F. Gers, J. Schmidhuber and
F. Cummins, "Learning to forget" (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.arrays import Array, Index, floats, shape_text, vector, working
from engine.traces.columns import dots
from engine.traces.errors import TraceError
from engine.traces.formula import (
    MINUS,
    TIMES,
    Piece,
    bracketed,
    equals,
    is_negative,
    number,
    place,
    plus,
    sum_of_products,
    text_of,
)
from engine.traces.functions import sigmoid
from engine.traces.terms import Terms
from engine.traces.trace import Step, Trace

GATES = ("i", "f", "g", "o")
_BLOCK = 16  # time steps whose inputs are multiplied at once


@dataclass(frozen=True, eq=False)
class Gate:
    """One of the six values of a hidden unit at a time: the gates i, f, g and o, the cell c, the output h.

    For a gate, `total` is the sum of the terms and the bias and `value` its sigmoid (tanh for g). The cell's terms are
    f × c before and i × g, the output's is tanh(c) × o; there, `total` is `value`.
    """

    name: str
    index: Index
    terms: Terms
    bias: float
    total: float
    value: float

    @property
    def formula(self) -> str:
        """How the value comes about, as plain text."""
        return text_of(self.pieces())

    def pieces(self, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        """The formula as pieces with roles."""
        left = Piece(f"{self.name} = ", "output")
        if self.name == "h":
            weight = float(self.terms.weight_values[0])
            squashed = Piece(bracketed(float(self.terms.input_values[0])), "input")
            inner = [Piece(number(weight), "kernel"), Piece(f"{TIMES}tanh(c) = "), Piece(number(weight), "kernel")]
            return [left, *inner, Piece(TIMES), squashed, *equals(self.value)]
        if self.name == "c":
            return [left, *_cell_pieces(self.terms), *equals(self.value)]
        function = "tanh" if self.name == "g" else "sigmoid"
        total = sum_of_products(self.terms, by_channel=False, limit=limit, skip_zeros=skip_zeros)
        bias = list(plus(self.bias, "bias")) if self.bias else []
        squashed = Piece(f") = {function}({number(self.total)})")
        return [left, Piece(f"{function}("), *total, *bias, squashed, *equals(self.value)]


def _cell_pieces(terms: Terms) -> list[Piece]:
    pieces: list[Piece] = []
    for value, weight in zip(terms.input_values.tolist(), terms.weight_values.tolist(), strict=True):
        if is_negative(weight):
            pieces.append(Piece(f" {MINUS} " if pieces else MINUS))
        elif pieces:
            pieces.append(Piece(" + "))
        pieces += [Piece(number(abs(weight)), "kernel"), Piece(TIMES), Piece(bracketed(value), "input")]
    return pieces


class LSTM(Trace):
    """The trace of `lstm`. Steps run over time, then hidden units; the value of step (t, j) is h.

    A step's terms are those of its gates i, f, g and o, one after the other: source 0 is x (time, features), weight
    w_ih; source 1 is h before each time (time, hidden), weight w_hh. `gate` and `gates` take them apart. `cells` is c
    (time, hidden); `h0` and `c0` are where h and c begin, (hidden,).
    """

    def __init__(
        self, *, x: Array, output: Array, cells: Array, h0: Array, c0: Array, weights: dict[str, Array | None]
    ) -> None:
        super().__init__(name="lstm", inputs=(x,), output=output, weights=weights)
        self.cells = cells
        self.h0 = h0
        self.c0 = c0

    @property
    def sources(self) -> tuple[Array, ...]:
        """(x, h before each time), (time, features) and (time, hidden)."""
        return self.inputs[0], np.concatenate([self.h0[None], self.output[:-1]])

    def gate(self, name: str, index: Sequence[int]) -> Gate:
        """One of i, f, g, o, c and h of hidden unit index[1] at time index[0]."""
        time, unit = self.checked(index, self.output.shape, "the output")
        if name in GATES:
            return self._gate(name, time, unit)
        if name not in ("c", "h"):
            raise TraceError(f"an LSTM has no gate {name!r}: it has i, f, g, o, c and h")
        cell = float(self.cells[time, unit])
        if name == "h":
            value, factor = float(self.output[time, unit]), self._gate("o", time, unit).value
            return Gate("h", (time, unit), _pairs([(time, unit)], [np.tanh(cell)], [factor]), 0.0, value, value)
        before = float(self.c0[unit] if time == 0 else self.cells[time - 1, unit])
        i, f, g = (self._gate(letter, time, unit).value for letter in "ifg")
        terms = _pairs([(time - 1, unit), (time, unit)], [before, g], [f, i])
        return Gate("c", (time, unit), terms, 0.0, cell, cell)

    def gates(self, index: Sequence[int]) -> dict[str, Gate]:
        """All six, by name."""
        return {name: self.gate(name, index) for name in (*GATES, "c", "h")}

    @np.errstate(all="ignore")
    def _gate(self, name: str, time: int, unit: int) -> Gate:
        terms, bias = self._gate_terms(name, time, unit), self._gate_bias(name, unit)
        total = np.float64(terms.products.sum() + bias)
        value = np.tanh(total) if name == "g" else sigmoid(np.asarray(total))
        return Gate(name, (time, unit), terms, bias, float(total), float(value))

    def _gate_terms(self, name: str, time: int, unit: int) -> Terms:
        row = GATES.index(name) * self.output.shape[1] + unit
        before = self.h0 if time == 0 else self.output[time - 1]
        return Terms.joined(
            [
                _row_terms(self.inputs[0][time], self.weights["w_ih"][row], time=time, row=row, source=0),
                _row_terms(before, self.weights["w_hh"][row], time=time, row=row, source=1),
            ]
        )

    def _gate_bias(self, name: str, unit: int) -> float:
        row = GATES.index(name) * self.output.shape[1] + unit
        return sum(float(self.weights[role][row]) for role in ("b_ih", "b_hh") if role in self.weights)

    def terms(self, index: Index) -> Terms:
        return Terms.joined([self._gate_terms(name, *index) for name in GATES])

    def _touching(self, index: Index, source: int) -> list[Index]:
        times, hidden = self.output.shape
        return [(time, unit) for time in range(index[0], times) for unit in range(hidden)]

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        pieces: list[Piece] = []
        for gate in self.gates(step.index).values():
            if gate.name in GATES:
                function = "tanh" if gate.name == "g" else "sigmoid"
                argument = Piece(f"{function}({number(gate.total)})")
                pieces += [Piece(f"{gate.name} = ", "output"), argument, *equals(gate.value)]
            else:
                pieces += gate.pieces(limit=limit, skip_zeros=skip_zeros)
            if gate.name != "h":
                pieces.append(Piece(", "))
        return pieces

    def symbolic(self, index: Index) -> str:
        return f"h{place(*index)} = o {TIMES} tanh(c), c = f {TIMES} c{place(index[0] - 1, index[1])} + i {TIMES} g"


def _pairs(indices: list[Index], values: list[float], weights: list[float]) -> Terms:
    return Terms(
        input_indices=np.array(indices),
        input_values=np.array(values),
        weight_values=np.array(weights),
        weight_names=("",),
    )


def _row_terms(values: Array, weights: Array, *, time: int, row: int, source: int) -> Terms:
    places = np.arange(len(values))
    return Terms(
        input_indices=np.stack([np.full_like(places, time), places], axis=1),
        input_values=values,
        weight_indices=np.stack([np.full_like(places, row), places], axis=1),
        weight_values=weights,
        sources=np.full(len(places), source),
        weight_names=("w_ih", "w_hh"),
    )


@np.errstate(all="ignore")
def lstm(
    x: ArrayLike,
    w_ih: ArrayLike,
    w_hh: ArrayLike,
    b_ih: ArrayLike | None = None,
    b_hh: ArrayLike | None = None,
    h0: ArrayLike | None = None,
    c0: ArrayLike | None = None,
) -> LSTM:
    """One LSTM layer over x (time, features): its output h (time, hidden).

    w_ih is (4 hidden, features), w_hh (4 hidden, hidden), both biases (4 hidden,), in the order i, f, g, o. h0 and c0
    are (hidden,) or (1, hidden), 0 if None. Raises TraceError for shapes that don't fit.
    """
    values, *weights, h, c = floats(x=x, w_ih=w_ih, w_hh=w_hh, b_ih=b_ih, b_hh=b_hh, h0=h0, c0=c0)
    hidden = _check(values, weights[0], weights[1])
    vector("b_ih", weights[2], 4 * hidden, of="4 times hidden is")
    vector("b_hh", weights[3], 4 * hidden, of="4 times hidden is")
    first_h, first_c = (_start(name, array, hidden, values) for name, array in (("h0", h), ("c0", c)))
    type_ = working(values.dtype)
    rows_ih, rows_hh = (weight.astype(type_, copy=False) for weight in weights[:2])
    bias = sum((b.astype(type_) for b in weights[2:] if b is not None), np.zeros(4 * hidden, type_))
    output, cells = np.empty((2, len(values), hidden), type_)
    h, c = first_h.astype(type_), first_c.astype(type_)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK].astype(type_, copy=False)
        for time, entering in enumerate(dots(rows_ih, block[:, None, :]), start=start):
            totals = (entering + dots(rows_hh, h) + bias).reshape(4, hidden)
            i, f, o = sigmoid(totals[[0, 1, 3]])
            c = f * c + i * np.tanh(totals[2])
            h = o * np.tanh(c)
            output[time], cells[time] = h, c
    return LSTM(
        x=values,
        output=output.astype(values.dtype, copy=False),
        cells=cells.astype(values.dtype, copy=False),
        h0=first_h,
        c0=first_c,
        weights=dict(zip(("w_ih", "w_hh", "b_ih", "b_hh"), weights, strict=True)),
    )


def _check(x: Array, w_ih: Array, w_hh: Array) -> int:
    if x.ndim != 2:
        raise TraceError(f"x has shape {shape_text(x.shape)}; lstm takes (time, features), without a batch axis")
    if w_hh.ndim != 2 or len(w_hh) != 4 * w_hh.shape[1]:
        raise TraceError(f"w_hh has shape {shape_text(w_hh.shape)}; it must be (4 hidden, hidden)")
    hidden = int(w_hh.shape[1])
    if w_ih.shape != (4 * hidden, x.shape[1]):
        wanted = shape_text((4 * hidden, x.shape[1]))
        raise TraceError(f"w_ih has shape {shape_text(w_ih.shape)}; for x and w_hh it must be {wanted}")
    return hidden


def _start(name: str, array: Array | None, hidden: int, x: Array) -> Array:
    if array is None:
        return np.zeros(hidden, x.dtype)
    if array.shape not in ((hidden,), (1, hidden)):
        raise TraceError(f"{name} has shape {shape_text(array.shape)}, but hidden is {hidden}")
    return array.reshape(hidden)
