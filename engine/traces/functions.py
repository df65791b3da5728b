"""The activation functions themselves, in NumPy, with PyTorch's names, parameters and defaults."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from engine.traces.arrays import Array, working
from engine.traces.errors import TraceError
from engine.traces.formula import DOT, MINUS, ROOT, TIMES, Piece, bracketed, number

Parameters: TypeAlias = Mapping[str, Any]


class Function(NamedTuple):
    """An activation function: how it is computed, its parameters with their defaults, and how it is written.

    `written` gives the pieces between "name(x) = " and " = value" for an input and the parameters.
    """

    compute: Callable[..., Array]
    defaults: Parameters
    written: Callable[[float, Parameters], list[Piece]]
    letters: str


# Chebyshev coefficients on 0 < t = 2 / (2 + z) <= 1 of log(erfc(z) exp(z²) / t): own fit in 40 digits, of the form in
# W. Press et al., Numerical Recipes (3rd ed.), section 6.2.2; erfc is right to 4e-16 of 1.
_ERFC = (
    -0.6513268598908547, 0.6419697923564902, 0.019476473204185836, -0.009561514786808632, -0.0009465953444820369,
    0.00036683949785276145, 4.252332480690777e-05, -2.0278578112534242e-05, -1.6242900046470256e-06,
    1.3036558355805232e-06, 1.5626441722066142e-08, -8.523809591492654e-08, 6.5290544390988515e-09,
    5.059343495551469e-09, -9.91364156493033e-10, -2.273651222931836e-10, 9.646791102015527e-11, 2.3940380830391146e-12,
    -6.886027526497553e-12, 8.944879273090725e-13, 3.130921399342958e-13, -1.1270822361367252e-13,
    3.810905255189232e-16, 7.106097613609237e-15, -1.5230282014571043e-15, -9.457494571291233e-17,
    1.210237189224279e-16, -2.816663087747177e-17,
)  # fmt: skip

_BLOCK = 8192


def normal_cdf(x: Array) -> Array:
    """The cumulative distribution of the normal distribution, in float64; right to 1e-15."""
    z = np.abs(x, dtype=np.float64) * np.sqrt(0.5)
    t = 2.0 / (2.0 + z)
    u = 2.0 * t - 1.0
    previous, current = np.zeros_like(u), np.zeros_like(u)
    for coefficient in _ERFC[:0:-1]:
        previous, current = current, 2.0 * u * current - previous + coefficient
    half = 0.5 * t * np.exp(u * current - previous + _ERFC[0] - z * z)
    half[np.isinf(z)] = 0.0
    return np.where(x < 0, half, 1.0 - half)


def sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def relu(x: Array) -> Array:
    """max(0, x)."""
    return np.maximum(x, 0)


def leaky_relu(x: Array, negative_slope: float) -> Array:
    """x, times the slope where it is negative."""
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def elu(x: Array, alpha: float) -> Array:
    """x, and alpha·(e^x − 1) where it is negative (Clevert et al. 2016)."""
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def gelu(x: Array, approximate: str) -> Array:
    """x·Φ(x) (Hendrycks and Gimpel 2016); TraceError for an `approximate` other than "none" or "tanh"."""
    if approximate == "tanh":
        return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * (x * x * x))))
    if approximate != "none":
        raise TraceError(f'approximate is {approximate!r}; it is "none" or "tanh"')
    flat, result = x.ravel(), np.empty(x.size, x.dtype)
    for start in range(0, x.size, _BLOCK):  # which stays in the cache, and takes little memory
        block = flat[start : start + _BLOCK]
        result[start : start + _BLOCK] = block * normal_cdf(block)
    return result.reshape(x.shape)


def silu(x: Array) -> Array:
    """x·σ(x)."""
    return x / (1.0 + np.exp(-x))


def softplus(x: Array, beta: float, threshold: float) -> Array:
    scaled = x * beta
    return np.where(scaled > threshold, x, np.log1p(np.exp(scaled)) / beta)


def hard_sigmoid(x: Array) -> Array:
    return np.clip(x + 3.0, 0.0, 6.0) / 6.0


def evaluate(function: Function, x: Array, parameters: Parameters) -> Array:
    """The function of x, in x's floating type."""
    result = function.compute(x.astype(working(x.dtype), copy=False), **parameters)
    return np.asarray(result).astype(x.dtype, copy=False)


def _x(value: float) -> Piece:
    return Piece(bracketed(value), "input")


def _minus(value: float) -> list[Piece]:
    """The negative of an input, as an exponent: (−0.5), or 0.5 of −0.5."""
    return [Piece(bracketed(-value), "input")]


def _piecewise(value: float, *, above: list[Piece], below: list[Piece], at_least: float = 0.0) -> list[Piece]:
    return above if value > at_least else below


def _gelu(value: float, parameters: Parameters) -> list[Piece]:
    if parameters["approximate"] == "none":
        return [_x(value), Piece(f" {TIMES} Φ("), Piece(number(value), "input"), Piece(")")]
    inner = [_x(value), Piece(" + 0.044715 × "), _x(value), Piece("^3")]
    return [Piece("0.5 × "), _x(value), Piece(f" × (1 + tanh({ROOT}(2/π) × ("), *inner, Piece(")))")]


def _softplus(value: float, parameters: Parameters) -> list[Piece]:
    beta, threshold = float(parameters["beta"]), float(parameters["threshold"])
    if value * beta > threshold:
        return [_x(value)]
    if beta == 1:
        return [Piece("ln(1 + e^"), _x(value), Piece(")")]
    return [Piece(f"ln(1 + e^({number(beta)}{TIMES}"), _x(value), Piece(f")) / {number(beta)}")]


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sigmoid": Function(
            sigmoid, {}, lambda v, _: [Piece("1 / (1 + e^"), *_minus(v), Piece(")")], f"1 / (1 + e^{MINUS}x)"
        ),
        "tanh": Function(
            np.tanh,
            {},
            lambda v, _: [
                *(Piece("(e^"), _x(v), Piece(f" {MINUS} e^"), *_minus(v)),
                *(Piece(") / (e^"), _x(v), Piece(" + e^"), *_minus(v), Piece(")")),
            ],
            f"(e^x {MINUS} e^{MINUS}x) / (e^x + e^{MINUS}x)",
        ),
        "relu": Function(relu, {}, lambda v, _: [Piece("max(0, "), Piece(number(v), "input"), Piece(")")], "max(0, x)"),
        "leaky_relu": Function(
            leaky_relu,
            {"negative_slope": 0.01},
            lambda v, p: _piecewise(v, above=[_x(v)], below=[Piece(f"{number(p['negative_slope'])} {TIMES} "), _x(v)]),
            f"x if x > 0, else negative_slope {DOT} x",
        ),
        "elu": Function(
            elu,
            {"alpha": 1.0},
            lambda v, p: _piecewise(
                v, above=[_x(v)], below=[Piece(f"{number(p['alpha'])} {TIMES} (e^"), _x(v), Piece(f" {MINUS} 1)")]
            ),
            f"x if x > 0, else alpha {DOT} (e^x {MINUS} 1)",
        ),
        "gelu": Function(gelu, {"approximate": "none"}, _gelu, f"x {DOT} Φ(x)"),
        "silu": Function(
            silu, {}, lambda v, _: [_x(v), Piece(" / (1 + e^"), *_minus(v), Piece(")")], f"x / (1 + e^{MINUS}x)"
        ),
        "softplus": Function(softplus, {"beta": 1.0, "threshold": 20.0}, _softplus, f"ln(1 + e^(beta {DOT} x)) / beta"),
        "hard_sigmoid": Function(
            hard_sigmoid,
            {},
            lambda v, _: [Piece("min(max("), Piece(number(v), "input"), Piece(" + 3, 0), 6) / 6")],
            "min(max(x + 3, 0), 6) / 6",
        ),
    }
)
