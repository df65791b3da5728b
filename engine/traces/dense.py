"""Dense layers and what follows the last of them: linear and softmax."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.arrays import Array, Index, floats, one_axis, shape_text, vector, working
from engine.traces.columns import dots
from engine.traces.errors import TraceError
from engine.traces.formula import (
    DOT,
    MINUS,
    SUM,
    Piece,
    bracketed,
    chosen,
    equals,
    listed,
    number,
    place,
    plus,
    sum_of_products,
)
from engine.traces.terms import Terms
from engine.traces.trace import Step, Trace


class Linear(Trace):
    """The trace of `linear`."""

    def terms(self, index: Index) -> Terms:
        *front, unit = index
        x, weight = self.inputs[0], self.weights["weight"]
        features = np.arange(x.shape[-1])
        return Terms(
            input_indices=_lines(front, features),
            input_values=x[tuple(front)],
            weight_indices=_lines([unit], features),
            weight_values=weight[unit],
        )

    def bias(self, index: Index) -> float:
        return float(self.weights["bias"][index[-1]]) if "bias" in self.weights else 0.0

    def _touching(self, index: Index, source: int) -> list[Index]:
        return [(*index[:-1], unit) for unit in range(self.output.shape[-1])]

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        pieces = sum_of_products(step.terms, by_channel=False, limit=limit, skip_zeros=skip_zeros)
        if "bias" in self.weights:
            pieces.extend(plus(step.bias, "bias"))
        return [*pieces, *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        *front, unit = index
        bias = f" + b{place(unit)}" if "bias" in self.weights else ""
        return f"y{place(*index)} = {SUM}i x{place(*front, 'i')} {DOT} w{place(unit, 'i')}{bias}"


def _lines(front: list[int], entries: Array) -> Array:
    """Indices (*front, entry) for all entries, int64 (n, axes)."""
    lines = np.empty((len(entries), len(front) + 1), np.int64)
    lines[:, :-1] = front
    lines[:, -1] = entries
    return lines


@np.errstate(all="ignore")
def linear(x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None) -> Linear:
    """weight (out_features, in_features) times x (..., in_features), plus bias (out_features,): (..., out_features)."""
    values, weights, biases = floats(x=x, weight=weight, bias=bias)
    if weights.ndim != 2:
        raise TraceError(f"weight has shape {shape_text(weights.shape)}; it must be (out_features, in_features)")
    if values.ndim == 0:
        raise TraceError("x is a single number; linear takes (features,)")
    if values.shape[-1] != weights.shape[1]:
        raise TraceError(
            f"the weight takes {weights.shape[1]} features, but x has {values.shape[-1]} "
            f"(its shape: {shape_text(values.shape)})"
        )
    vector("bias", biases, len(weights), of="output features are")
    type_ = working(values.dtype)
    output = dots(weights.astype(type_, copy=False), values.astype(type_, copy=False)[..., None, :])
    if biases is not None:
        output += biases.astype(type_, copy=False)
    return Linear(
        name="linear",
        inputs=(values,),
        output=output.astype(values.dtype, copy=False),
        weights={"weight": weights, "bias": biases},
    )


class Softmax(Trace):
    """The trace of `softmax`. Terms are all cells along the axis: a term's product is its power e^x, divided by
    e^`shift`; the value is the own cell's product over the sum of all."""

    def __init__(self, *, x: Array, output: Array, axis: int) -> None:
        super().__init__(name="softmax", inputs=(x,), output=output)
        self.axis = axis

    def shift(self, index: Index) -> float:
        """What is subtracted from exponents to keep powers in range: 0 where none is larger than 50 (or so small)."""
        line = self._line(index)
        largest = float(line.max())
        return 0.0 if abs(largest) <= 50 or not np.isfinite(largest) else largest

    def _line(self, index: Index) -> Array:
        place_: tuple[int | slice, ...] = (*index[: self.axis], slice(None), *index[self.axis + 1 :])
        return self.inputs[0][place_].astype(np.float64)

    def terms(self, index: Index) -> Terms:
        line = self._line(index)
        indices = np.empty((len(line), len(index)), np.int64)
        indices[:] = index
        indices[:, self.axis] = np.arange(len(line))
        with np.errstate(all="ignore"):
            products = np.exp(line - self.shift(index))
        return Terms(input_indices=indices, input_values=line, products=products, weight_names=("",))

    def _touching(self, index: Index, source: int) -> list[Index]:
        front, back = index[: self.axis], index[self.axis + 1 :]
        return [(*front, entry, *back) for entry in range(self.output.shape[self.axis])]

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        terms, own, shift = step.terms, step.index[self.axis], self.shift(step.index)
        numbers = chosen(terms, limit=limit, skip_zeros=False)

        def power(term: int) -> Piece:
            value = float(terms.input_values[term])
            if not shift:
                return Piece(f"e^{bracketed(value)}", "input")
            return Piece(f"e^({number(value)} {MINUS if shift > 0 else '+'} {number(abs(shift))})", "input")

        powers = [Piece("…") if term is None else power(term) for term in numbers]
        values = [Piece("…") if term is None else Piece(number(float(terms.products[term]))) for term in numbers]
        with np.errstate(all="ignore"):
            total = float(terms.products.sum())
        top = Piece(number(float(terms.products[own])))
        return [
            *(power(own), Piece(" / ("), *listed(powers, " + "), Piece(") = ")),
            *(top, Piece(" / ("), *listed(values, " + "), Piece(") = ")),
            *(top, Piece(f" / {number(total)}"), *equals(step.value)),
        ]

    def symbolic(self, index: Index) -> str:
        other: list[object] = list(index)
        other[self.axis] = "k"
        return f"y{place(*index)} = e^x{place(*index)} / {SUM}k e^x{place(*other)}"


@np.errstate(all="ignore")
def softmax(x: ArrayLike, axis: int = -1) -> Softmax:
    """e^x over the sum of e^x along an axis of x (any shape but a single number). Exponents are shifted by the
    largest, so that nothing overflows."""
    (array,) = floats(x=x)
    number_ = one_axis("axis", axis, array.ndim)
    values = array.astype(working(array.dtype), copy=False)
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    powers /= powers.sum(axis=number_, keepdims=True)
    return Softmax(x=array, output=powers.astype(array.dtype, copy=False), axis=number_)
