"""Normalization with given statistics (batch) and with those of the sample itself (layer)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.arrays import Array, Index, Sizes, floats, shape_text, vector, whole, working
from engine.traces.errors import TraceError
from engine.traces.formula import DOT, MINUS, ROOT, TIMES, Piece, bracketed, equals, number, place, plus
from engine.traces.terms import Terms
from engine.traces.trace import Step, Trace


class Normalization(Trace):
    """What both normalizations share: (x − mean) / √(variance + eps) × weight + bias."""

    def __init__(self, *, name: str, x: Array, output: Array, weights: dict[str, Array | None], eps: float) -> None:
        super().__init__(name=name, inputs=(x,), output=output, weights=weights)
        self.eps = eps

    def statistics(self, index: Index) -> tuple[float, float]:
        """(mean, variance) that the output cell is normalized with."""
        raise NotImplementedError

    def affine(self, index: Index) -> tuple[float, float]:
        """(weight, bias) of the output cell; (1, 0) where there is none."""
        cell = self._role(index)
        weight = float(self.weights["weight"][cell]) if "weight" in self.weights else 1.0
        return weight, float(self.weights["bias"][cell]) if "bias" in self.weights else 0.0

    def _role(self, index: Index) -> Index:
        """Where weight and bias of an output cell stand."""
        raise NotImplementedError

    def scale(self, index: Index) -> float:
        """weight / √(variance + eps)"""
        _, variance = self.statistics(index)
        with np.errstate(all="ignore"):
            return float(np.float64(self.affine(index)[0]) / np.sqrt(np.float64(variance + self.eps)))

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        mean, variance = self.statistics(step.index)
        weight, bias = self.affine(step.index)
        x = float(self.inputs[0][step.index])
        pieces = [Piece("("), Piece(number(x), "input")]
        pieces += [Piece(f" + {number(-mean)}" if mean < 0 else f" {MINUS} {number(mean)}")]
        pieces += [Piece(f") / {ROOT}({number(variance)} + {number(self.eps)})")]
        if "weight" in self.weights:
            pieces += [Piece(f" {TIMES} "), Piece(bracketed(weight), "kernel")]
        if "bias" in self.weights:
            pieces += plus(bias, "bias")
        return [*pieces, *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        cell = place(*self._role(index))
        weight = f" {DOT} w{cell}" if "weight" in self.weights else ""
        bias = f" + b{cell}" if "bias" in self.weights else ""
        own = place(*index)
        return f"y{own} = (x{own} {MINUS} mean) / {ROOT}(variance + eps){weight}{bias}"


class BatchNorm(Normalization):
    """The trace of `batch_norm`. A step's one term has the weight w / √(variance + eps); its bias is b − mean times
    that: product plus bias is the value."""

    def statistics(self, index: Index) -> tuple[float, float]:
        return float(self.weights["running_mean"][index[0]]), float(self.weights["running_var"][index[0]])

    def _role(self, index: Index) -> Index:
        return index[:1]

    def terms(self, index: Index) -> Terms:
        return Terms(
            input_indices=np.array([index]),
            input_values=self.inputs[0][index].reshape(1),
            weight_indices=np.array([index[:1]]),
            weight_values=np.array([self.scale(index)]),
        )

    def bias(self, index: Index) -> float:
        return self.affine(index)[1] - self.statistics(index)[0] * self.scale(index)

    def _touching(self, index: Index, source: int) -> list[Index]:
        return [index]


@np.errstate(all="ignore")
def batch_norm(
    x: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    weight: ArrayLike | None,
    bias: ArrayLike | None,
    eps: float = 1e-5,
) -> BatchNorm:
    """Batch normalization in test mode of x (channels, *spatial) by the running mean and variance.

    mean, variance, weight and bias are (channels,); weight and bias may be None (1 and 0).
    S. Ioffe and C. Szegedy, "Batch normalization" (2015), algorithm 2.
    """
    values, means, variances, weights, biases = floats(x=x, mean=mean, variance=variance, weight=weight, bias=bias)
    if values.ndim == 0:
        raise TraceError("x is a single number; batch_norm takes (channels, *spatial)")
    for name, array in (("mean", means), ("variance", variances), ("weight", weights), ("bias", biases)):
        vector(name, array, len(values), of="channels are")
    type_ = working(values.dtype)
    shape = (-1,) + (1,) * (values.ndim - 1)
    scale = 1.0 / np.sqrt(variances.astype(np.float64) + eps)
    if weights is not None:
        scale = scale * weights
    shift = (0.0 if biases is None else biases) - means * scale
    output = values * scale.astype(type_).reshape(shape) + shift.astype(type_).reshape(shape)
    return BatchNorm(
        name="batch_norm",
        x=values,
        output=output.astype(values.dtype, copy=False),
        weights={"running_mean": means, "running_var": variances, "weight": weights, "bias": biases},
        eps=float(eps),
    )


class LayerNorm(Normalization):
    """The trace of `layer_norm`. Terms are all cells that are normalized together: with the variance given, the value
    is the sum of their products plus the bias (each also takes part in the mean)."""

    def __init__(
        self, *, x: Array, output: Array, weights: dict[str, Array | None], eps: float, normalized_shape: Index
    ) -> None:
        super().__init__(name="layer_norm", x=x, output=output, weights=weights, eps=eps)
        self.normalized_shape = normalized_shape

    def _front(self, index: Index) -> Index:
        return index[: len(index) - len(self.normalized_shape)]

    def _role(self, index: Index) -> Index:
        return index[len(index) - len(self.normalized_shape) :]

    def statistics(self, index: Index) -> tuple[float, float]:
        group = self.inputs[0][self._front(index)].astype(np.float64)
        with np.errstate(all="ignore"):
            return float(group.mean()), float(group.var())

    def terms(self, index: Index) -> Terms:
        front = self._front(index)
        group = self.inputs[0][front]
        places = np.indices(self.normalized_shape).reshape(len(self.normalized_shape), -1).T
        own = (places == self._role(index)).all(axis=1)
        with np.errstate(all="ignore"):
            weights = self.scale(index) * (own - 1.0 / group.size)
        return Terms(
            input_indices=np.concatenate([np.tile(np.array(front, np.int64), (len(places), 1)), places], axis=1),
            input_values=group.ravel(),
            weight_indices=np.tile(np.array(self._role(index)), (len(places), 1)),
            weight_values=weights,
        )

    def bias(self, index: Index) -> float:
        return self.affine(index)[1]

    def _touching(self, index: Index, source: int) -> list[Index]:
        front = self._front(index)
        return [(*front, *cell) for cell in product(*(range(size) for size in self.normalized_shape))]


@np.errstate(all="ignore")
def layer_norm(
    x: ArrayLike,
    normalized_shape: Sizes,
    weight: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    eps: float = 1e-5,
) -> LayerNorm:
    """Layer normalization of x (any shape) over its last axes, of sizes `normalized_shape`, by their own mean and
    variance (divided by the number of cells); weight and bias have that shape.

    J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization" (2016), section 3.
    """
    array, weights, biases = floats(x=x, weight=weight, bias=bias)
    sizes = normalized_shape if isinstance(normalized_shape, Sequence | np.ndarray) else (normalized_shape,)
    shape = tuple(whole("normalized_shape", size, least=1) for size in sizes)
    if not shape or array.shape[-len(shape) :] != shape:
        raise TraceError(f"x has shape {shape_text(array.shape)}; its last axes must be {shape_text(shape)}")
    for name, role in (("weight", weights), ("bias", biases)):
        if role is not None and role.shape != shape:
            raise TraceError(f"{name} has shape {shape_text(role.shape)}; it must be {shape_text(shape)}")
    type_ = working(array.dtype)
    values = array.astype(type_, copy=False)
    axes = tuple(range(array.ndim - len(shape), array.ndim))
    centred = values - values.mean(axis=axes, keepdims=True)
    output = centred / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + type_.type(eps))
    if weights is not None:
        output *= weights
    if biases is not None:
        output += biases
    return LayerNorm(
        x=array,
        output=output.astype(array.dtype, copy=False),
        weights={"weight": weights, "bias": biases},
        eps=float(eps),
        normalized_shape=shape,
    )
