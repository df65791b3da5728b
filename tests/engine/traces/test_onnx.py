"""All single-operator vectors of the ONNX backend tests, with ONNX attributes translated to ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import traces

CASES = Path(__file__).resolve().parents[4] / "shared" / "data" / "onnx_cases"
INDEX: dict[str, Any] = json.loads((CASES / "index.json").read_text()) if (CASES / "index.json").exists() else {}

pytestmark = pytest.mark.skipif(not INDEX, reason=f"{CASES} is absent")

Arrays = list[np.ndarray]
Samples = Iterator[np.ndarray]


def _same(size: int, kernel: int, stride: int, dilation: int, upper: bool) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    less, more = total // 2, total - total // 2
    return (less, more) if upper else (more, less)


def _windows(x: np.ndarray, kernel: tuple[int, ...], attributes: dict[str, Any]) -> dict[str, Any]:
    """stride, padding and dilation of a convolution or pooling."""
    axes = len(kernel)
    stride = attributes.get("strides", [1] * axes)
    dilation = attributes.get("dilations", [1] * axes)
    auto = attributes.get("auto_pad", "NOTSET")
    if auto.startswith("SAME"):
        each = zip(x.shape[2:], kernel, stride, dilation, strict=True)
        padding = [_same(*sizes, auto == "SAME_UPPER") for sizes in each]
    else:
        pads = attributes.get("pads", [0] * 2 * axes)
        padding = list(zip(pads[:axes], pads[axes:], strict=True))
    return {"stride": stride, "padding": padding, "dilation": dilation}


def conv(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    x, weight, *bias = inputs
    options = _windows(x, weight.shape[2:], attributes)
    for sample in x:
        yield traces.convolution(sample, weight, *bias, groups=attributes.get("group", 1), **options).output


def conv_transpose(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    x, weight, *bias = inputs
    options = _windows(x, weight.shape[2:], attributes)
    more = attributes.get("output_padding", [0] * (x.ndim - 2))
    if "output_shape" in attributes:
        sizes = zip(attributes["output_shape"], x.shape[2:], weight.shape[2:], options["stride"], strict=True)
        more = [size - (n - 1) * stride - kernel for size, n, kernel, stride in sizes]
    for sample in x:
        yield traces.transposed_convolution(
            sample, weight, *bias, groups=attributes.get("group", 1), output_padding=more, **options
        ).output


def max_pool(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    kernel = tuple(attributes["kernel_shape"])
    options = _windows(inputs[0], kernel, attributes)
    for sample in inputs[0]:
        yield traces.max_pool(sample, kernel, ceil_mode=bool(attributes.get("ceil_mode")), **options).output


def average_pool(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    kernel = tuple(attributes["kernel_shape"])
    options = _windows(inputs[0], kernel, attributes) | {
        "ceil_mode": bool(attributes.get("ceil_mode")),
        "count_include_pad": bool(attributes.get("count_include_pad")),
    }
    for sample in inputs[0]:
        yield traces.average_pool(sample, kernel, **options).output


def batch_norm(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    x, weight, bias, mean, variance = inputs
    if attributes.get("training_mode"):  # statistics are those of the batch
        others = (0, *range(2, x.ndim))
        mean, variance = x.mean(axis=others), x.var(axis=others)
    for sample in x:
        yield traces.batch_norm(sample, mean, variance, weight, bias, attributes.get("epsilon", 1e-5)).output


def lstm(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    """ONNX has gates in the order i, o, f, c (our i, o, f, g), an axis for directions, and both biases in one array."""
    x, w_ih, w_hh, *bias = inputs
    hidden = attributes["hidden_size"]

    def ours(array: np.ndarray) -> np.ndarray:
        i, o, f, g = array.reshape(4, hidden, -1)
        return np.concatenate([i, f, g, o]).squeeze() if array.ndim == 1 else np.concatenate([i, f, g, o])

    biases = [ours(part) for part in bias[0][0].reshape(2, -1)] if bias else [None, None]
    samples = x if attributes.get("layout") else x.swapaxes(0, 1)
    for sample in samples:
        yield traces.lstm(sample, ours(w_ih[0]), ours(w_hh[0]), *biases).output[-1][None]


def softmax(attributes: dict[str, Any], inputs: Arrays) -> Samples:
    axis = attributes.get("axis", -1)
    yield from (traces.softmax(sample, axis - 1 if axis > 0 else axis).output for sample in inputs[0])


def function(name: str, **renamed: str) -> Callable[[dict[str, Any], Arrays], Samples]:
    def run(attributes: dict[str, Any], inputs: Arrays) -> Samples:
        options = {ours: attributes[theirs] for ours, theirs in renamed.items() if theirs in attributes}
        yield from traces.activation(inputs[0], name, **options).output

    return run


OPERATIONS: dict[str, Callable[[dict[str, Any], Arrays], Samples]] = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "GlobalMaxPool": lambda attributes, inputs: (traces.global_max_pool(sample).output for sample in inputs[0]),
    "GlobalAveragePool": lambda attributes, inputs: (traces.global_average_pool(s).output for s in inputs[0]),
    "BatchNormalization": batch_norm,
    "LSTM": lstm,
    "Softmax": softmax,
    "Relu": function("relu"),
    "Sigmoid": function("sigmoid"),
    "Tanh": function("tanh"),
    "LeakyRelu": function("leaky_relu", negative_slope="alpha"),
    "Gelu": function("gelu", approximate="approximate"),
}


@pytest.mark.parametrize("name", sorted(INDEX))
def test_vector(name: str) -> None:
    case = INDEX[name]
    with np.load(CASES / f"{name}.npz", allow_pickle=False) as arrays:
        inputs = [arrays[f"input_{position}"] for position in range(len(case["inputs"]))]
        output = arrays["output_0"]
        winners = arrays["output_1"] if case["op"] == "MaxPool" and len(case["outputs"]) > 1 else None
        state = arrays["output_1"] if case["op"] == "LSTM" and len(case["outputs"]) > 1 else None
    ours = np.stack(list(OPERATIONS[case["op"]](case["attributes"], inputs)))
    if case["op"] == "LSTM":
        if state is not None:
            np.testing.assert_allclose(ours, state, rtol=1e-5, atol=1e-6)
            output = output[:, -1]  # of the only time
        else:
            output = output.swapaxes(0, 1)  # its only output is the last state
    assert ours.shape == output.shape
    assert ours.dtype == output.dtype
    np.testing.assert_allclose(ours, output, rtol=1e-4, atol=1e-5)
    if winners is not None:
        _check_winners(case["attributes"], inputs[0], winners)


def _check_winners(attributes: dict[str, Any], x: np.ndarray, winners: np.ndarray) -> None:
    kernel = tuple(attributes["kernel_shape"])
    trace = traces.max_pool(x[0], kernel, **_windows(x, kernel, attributes))
    for step in trace:
        (winner,) = (term for term in step.terms if term.weight_value == 1)
        assert np.ravel_multi_index(winner.input_index, trace.inputs[0].shape) == winners[0][step.index]


def test_all_vectors_are_there() -> None:
    assert len(INDEX) == 74
    assert {case["op"] for case in INDEX.values()} == set(OPERATIONS)
