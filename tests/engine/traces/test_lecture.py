"""The numbers of the lecture, and formulas word for word."""

from __future__ import annotations

import numpy as np
import pytest

from engine import traces

IMAGE = [[[int(cell) for cell in row] for row in ("11100", "01110", "00111", "00110", "01100")]]
KERNEL = [[[[1, 0, 1], [0, 1, 0], [1, 0, 1]]]]
NINE = [[[0, 1, 2], [3, 4, 5], [6, 7, 8]]]


def test_convolution() -> None:
    trace = traces.convolution(IMAGE, KERNEL)
    assert trace.output.tolist() == [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]]
    assert len(trace) == 9
    assert trace[0].formula == "1×1 + 1×0 + 1×1 + 0×0 + 1×1 + 1×0 + 0×1 + 0×0 + 1×1 = 4"
    assert "".join(piece.text for piece in trace[0].pieces(skip_zeros=True)) == "1×1 + 1×1 + 1×1 + 1×1 = 4"


def test_intuition_check() -> None:
    trace = traces.convolution(NINE, [[[[0, 1], [2, 3]]]])
    assert trace.output.tolist() == [[[19, 25], [37, 43]]]
    assert trace[0].formula == "0×0 + 1×1 + 3×2 + 4×3 = 19"
    assert trace[0].symbolic == "y[0, 0, 0] = Σi Σj x[0, i, j] · w[0, 0, i, j]"
    assert traces.convolution(NINE, [[[[0, 1], [2, 3]]]], flip=True).output.tolist() == [[[5, 11], [23, 29]]]


def test_two_filters() -> None:
    generator = np.random.default_rng(0)
    x, weight = generator.integers(0, 3, (3, 5, 5)), generator.integers(-1, 2, (2, 3, 3, 3))
    trace = traces.convolution(x, weight, [1, 0], stride=2, padding=1)
    assert trace.output.shape == (2, 3, 3)
    assert len(trace) == 18
    for step in trace:
        assert len(step.terms) == 27
        assert len(step.sums) == 3
        assert sum(step.sums) + step.bias == step.value == sum(term.product for term in step.terms) + step.bias
        assert step.bias == [1, 0][step.index[0]]
    assert trace[4].window.positions == ((1, 2, 3), (1, 2, 3))


def test_cnn_shapes_and_lenet_shapes() -> None:
    x = np.zeros((1, 28, 28))
    for kernel, out, padding in ((5, 6, 2), (5, 16, 0)):
        x = traces.convolution(x, np.zeros((out, len(x), kernel, kernel)), padding=padding).output
        x = traces.average_pool(traces.activation(x, "sigmoid").output, 2).output
    assert x.shape == (16, 5, 5)
    assert traces.flatten(x).output.shape == (400,)
    assert traces.convolution(np.zeros((3, 32, 32)), np.zeros((12, 3, 5, 5)), stride=4).output.shape == (12, 7, 7)
    assert traces.convolution(np.zeros((3, 32, 32)), np.zeros((12, 3, 4, 4)), stride=4).output.shape == (12, 8, 8)


def test_activations_at_zero() -> None:
    assert traces.activation([0.0], "sigmoid").output == 0.5
    assert traces.activation([0.0], "tanh").output == 0


FORMULAS = [
    (
        traces.convolution([[[1, -2], [0, 3]], [[2, 0], [1, 1]]], [[[[1, 2], [3, -1]], [[-1, 0], [-2, 4]]]], [-0.5]),
        "(1×1 + (−2)×2 + 0×3 − 3×1) + (−2×1 + 0×0 − 1×2 + 1×4) − 0.5 = −6.5",
        "y[0, 0, 0] = Σc Σi Σj x[c, i, j] · w[0, c, i, j] + b[0]",
    ),
    (
        traces.convolution([[1, 2, 3]], [[[-1, 2]]], padding=(2, 0), dilation=2),
        "−0×1 + 1×2 = 2",
        "y[0, 0] = Σi x[0, −2+2i] · w[0, 0, i]",
    ),
    (
        traces.transposed_convolution([[1, 2]], [[[1, -3, 5]]], [1], padding=1),
        "−1×3 + 2×1 + 1 = 0",
        "y[0, 0] = Σi x[0, i] · w[0, 0, 1−i] + b[0]",
    ),
    (traces.max_pool([[1, -3, 2, 0]], 2), "max(1, −3) = 1", "y[0, 0] = max x[0, 0..1]"),
    (traces.average_pool([[1, -3, 2, 0]], 2), "(1 − 3) / 2 = −1", "y[0, 0] = 1/2 Σ x[0, 0..1]"),
    (traces.lp_pool([[3, -4, 2, 0]], 2, 2), "(3^2 + (−4)^2)^(1/2) = 5", "y[0, 0] = (Σ x[0, 0..1]^2)^(1/2)"),
    (traces.global_max_pool([[1, -3]]), "max(1, −3) = 1", "y[0, 0] = max x[0, 0..1]"),
    (traces.global_average_pool([[1, -3]]), "(1 − 3) / 2 = −1", "y[0, 0] = 1/2 Σ x[0, 0..1]"),
    (traces.adaptive_max_pool([[1, -3, 2]], 2), "max(1, −3) = 1", "y[0, 0] = max x[0, 0..1]"),
    (traces.adaptive_average_pool([[1, -3, 2]], 2), "(1 − 3) / 2 = −1", "y[0, 0] = 1/2 Σ x[0, 0..1]"),
    (
        traces.activation([-1.5], "sigmoid"),
        "sigmoid(−1.5) = 1 / (1 + e^1.5) = 0.18243",
        "y[0] = 1 / (1 + e^−x), x = x[0]",
    ),
    (
        traces.activation([0.5], "tanh"),
        "tanh(0.5) = (e^0.5 − e^(−0.5)) / (e^0.5 + e^(−0.5)) = 0.46212",
        "y[0] = (e^x − e^−x) / (e^x + e^−x), x = x[0]",
    ),
    (traces.activation([-2], "relu"), "relu(−2) = max(0, −2) = 0", "y[0] = max(0, x), x = x[0]"),
    (
        traces.activation([-2], "leaky_relu"),
        "leaky_relu(−2) = 0.01 × (−2) = −0.02",
        "y[0] = x if x > 0, else negative_slope · x, x = x[0]",
    ),
    (traces.activation([2], "elu"), "elu(2) = 2", "y[0] = x if x > 0, else alpha · (e^x − 1), x = x[0]"),
    (traces.activation([1], "gelu"), "gelu(1) = 1 × Φ(1) = 0.84134", "y[0] = x · Φ(x), x = x[0]"),
    (
        traces.softmax([1, 2, 3]),
        "e^1 / (e^1 + e^2 + e^3) = 2.7183 / (2.7183 + 7.3891 + 20.086) = 2.7183 / 30.193 = 0.090031",
        "y[0] = e^x[0] / Σk e^x[k]",
    ),
    (
        traces.softmax([60, 60]),
        "e^(60 − 60) / (e^(60 − 60) + e^(60 − 60)) = 1 / (1 + 1) = 1 / 2 = 0.5",
        "y[0] = e^x[0] / Σk e^x[k]",
    ),
    (
        traces.linear([1, -2, 0.5], [[1, -1, 4]], [-2]),
        "1×1 − (−2)×1 + 0.5×4 − 2 = 3",
        "y[0] = Σi x[i] · w[0, i] + b[0]",
    ),
    (
        traces.batch_norm([[3]], [-1], [4], [-2], [0.5], eps=0),
        "(3 + 1) / √(4 + 0) × (−2) + 0.5 = −3.5",
        "y[0, 0] = (x[0, 0] − mean) / √(variance + eps) · w[0] + b[0]",
    ),
    (
        traces.layer_norm([3, 1], 2, eps=0),
        "(3 − 2) / √(1 + 0) = 1",
        "y[0] = (x[0] − mean) / √(variance + eps)",
    ),
    (traces.add([1], [-2]), "1 − 2 = −1", "y[0] = a[0] + b[0]"),
    (traces.flatten([[1], [2]]), "x[0, 0] = 1", "y[0] = x[0, 0]"),
    (traces.concat([[7], [8]]), "x0[0] = 7", "y[0] = x0[0]"),
    (traces.dropout([-7]), "x[0] = −7", "y[0] = x[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("trace", "formula", "symbolic"), FORMULAS, ids=lambda value: getattr(value, "name", ""))
def test_formula(trace: traces.Trace, formula: str, symbolic: str) -> None:
    assert trace[0].formula == formula
    assert trace[0].symbolic == symbolic


def test_lstm_formula() -> None:
    ones = np.ones((4, 1))
    trace = traces.lstm([[0.0], [0.0]], ones, ones)
    assert trace[0].formula == (
        "i = sigmoid(0) = 0.5, f = sigmoid(0) = 0.5, g = tanh(0) = 0, o = sigmoid(0) = 0.5, "
        "c = 0.5×0 + 0.5×0 = 0, h = 0.5×tanh(c) = 0.5×0 = 0"
    )
    assert trace.gate("g", (1, 0)).formula == "g = tanh(0×1 + 0×1) = tanh(0) = 0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (3.0, "3"), (-12, "−12"), (0.1, "0.1"), (np.float32(0.1), "0.1"), (1 / 3, "0.33333"),
        (-1234.5678, "−1234.6"), (123456.7, "123457"), (1e14, "100000000000000"), (1.5e20, "1.5e20"),
        (2.5e-7, "2.5e−7"), (float("nan"), "NaN"), (float("inf"), "∞"), (float("-inf"), "−∞"),
    ],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert traces.number(float(value)) == text


def test_pieces_say_what_they_are_and_leave_out_what_is_too_much() -> None:
    trace = traces.linear(np.arange(100), np.ones((1, 100)), [1])
    pieces = trace[0].pieces(limit=6, skip_zeros=True)
    assert "".join(piece.text for piece in pieces) == "1×1 + 2×1 + 3×1 + 4×1 + … + 98×1 + 99×1 + 1 = 4951"
    assert [piece.role for piece in pieces[:3]] == ["input", "plain", "kernel"]
    assert [piece.role for piece in pieces[-4:]] == ["plain", "bias", "plain", "output"]
    edge = traces.convolution([[5]], [[[1, 2]]], padding=(1, 0))[0].pieces()
    assert [piece.role for piece in edge if piece.text in ("0", "5")] == ["padding", "input"]
    many = traces.convolution(np.ones((3, 2)), np.ones((1, 3, 2)))[0].pieces(limit=3)
    assert "".join(piece.text for piece in many) == "(1×1 + 1×1) + … + (1×1) = 6"


def test_nothing_but_zeros() -> None:
    pieces = traces.linear([0, 0], [[1, 1]])[0].pieces(skip_zeros=True)
    assert "".join(piece.text for piece in pieces) == "0 = 0"
