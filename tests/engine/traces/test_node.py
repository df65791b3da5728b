"""Traces of graph nodes, held against the torch modules that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine import traces
from engine.messages import Node, Operation
from engine.traces import TraceError
from tests.engine.traces.checks import close, numbers


def node(operation: Operation, attributes: Mapping[str, Any]) -> Node:
    return Node(name="layer", operation=operation, inputs=("input",), output_shape=(), attributes=attributes)


MODULES: list[tuple[Operation, nn.Module, dict[str, Any], tuple[int, ...]]] = [
    (Operation.CONV1D, nn.Conv1d(4, 6, 3, 2, 1, groups=2), {"stride": [2], "padding": [1], "groups": 2}, (4, 9)),
    (
        Operation.CONV2D,
        nn.Conv2d(2, 3, 3, padding=2, dilation=2, padding_mode="reflect", bias=False),
        {"kernel_size": [3, 3], "stride": [1, 1], "padding": [2, 2], "dilation": [2, 2], "padding_mode": "reflect"},
        (2, 6, 7),
    ),
    (Operation.CONV2D, nn.Conv2d(2, 3, 3, padding="same"), {"padding": "same"}, (2, 6, 7)),
    (Operation.CONV3D, nn.Conv3d(2, 3, 2), {}, (2, 4, 4, 4)),
    (
        Operation.CONV_TRANSPOSE2D,
        nn.ConvTranspose2d(2, 3, 3, 2, 1, output_padding=1),
        {"stride": [2, 2], "padding": [1, 1], "output_padding": [1, 1]},
        (2, 4, 5),
    ),
    (Operation.CONV_TRANSPOSE1D, nn.ConvTranspose1d(2, 3, 3), {}, (2, 4)),
    (Operation.CONV_TRANSPOSE3D, nn.ConvTranspose3d(2, 3, 2), {}, (2, 3, 3, 3)),
    (Operation.MAX_POOL1D, nn.MaxPool1d(2), {"kernel_size": 2, "stride": 2}, (2, 7)),
    (
        Operation.MAX_POOL2D,
        nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "ceil_mode": True},
        (2, 6, 7),
    ),
    (Operation.MAX_POOL3D, nn.MaxPool3d(2), {"kernel_size": [2, 2, 2], "stride": None}, (2, 4, 4, 4)),
    (Operation.AVG_POOL1D, nn.AvgPool1d(3, 1, 1), {"kernel_size": 3, "stride": 1, "padding": 1}, (2, 7)),
    (
        Operation.AVG_POOL2D,
        nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False, "divisor_override": None},
        (2, 6, 7),
    ),
    (Operation.AVG_POOL3D, nn.AvgPool3d(2), {"kernel_size": 2}, (2, 4, 4, 4)),
    (Operation.ADAPTIVE_AVG_POOL, nn.AdaptiveAvgPool2d((2, None)), {"output_size": [2, None]}, (2, 5, 7)),
    (Operation.ADAPTIVE_MAX_POOL, nn.AdaptiveMaxPool1d(3), {"output_size": 3}, (2, 7)),
    (Operation.LINEAR, nn.Linear(5, 3), {}, (5,)),
    (Operation.LINEAR, nn.Linear(5, 3, bias=False), {}, (4, 5)),
    (Operation.FLATTEN, nn.Flatten(), {"start_dim": 1, "end_dim": -1}, (2, 3, 4)),
    (Operation.FLATTEN, nn.Flatten(2), {"start_dim": 2}, (2, 3, 4)),
    (Operation.FLATTEN, nn.Flatten(), {}, (2, 3, 4)),
    (Operation.SIGMOID, nn.Sigmoid(), {}, (2, 3)),
    (Operation.TANH, nn.Tanh(), {}, (2, 3)),
    (Operation.RELU, nn.ReLU(), {"inplace": True}, (2, 3)),
    (Operation.LEAKY_RELU, nn.LeakyReLU(0.3), {"negative_slope": 0.3}, (2, 3)),
    (Operation.ELU, nn.ELU(0.5), {"alpha": 0.5}, (2, 3)),
    (Operation.GELU, nn.GELU("tanh"), {"approximate": "tanh"}, (2, 3)),
    (Operation.SILU, nn.SiLU(), {}, (2, 3)),
    (Operation.SOFTPLUS, nn.Softplus(2, 5), {"beta": 2, "threshold": 5}, (2, 3)),
    (Operation.HARD_SIGMOID, nn.Hardsigmoid(), {}, (2, 3)),
    (Operation.SOFTMAX, nn.Softmax(1), {"axis": 0}, (10,)),
    (Operation.SOFTMAX, nn.Softmax(1), {"dim": 1}, (3, 4)),
    (Operation.SOFTMAX, nn.Softmax(-1), {}, (3, 4)),
    (Operation.DROPOUT, nn.Dropout(0.3), {"p": 0.3}, (3, 4)),
    (Operation.BATCH_NORM, nn.BatchNorm2d(3, eps=0.1), {"eps": 0.1}, (3, 4, 5)),
    (Operation.BATCH_NORM, nn.BatchNorm1d(3, affine=False), {}, (3, 4)),
    (Operation.LAYER_NORM, nn.LayerNorm((3, 4)), {"normalized_shape": [3, 4]}, (2, 3, 4)),
    (Operation.LAYER_NORM, nn.LayerNorm(4, eps=0.1), {"eps": 0.1}, (2, 3, 4)),
    (Operation.LSTM, nn.LSTM(3, 4, batch_first=True), {"input_size": 3, "hidden_size": 4, "num_layers": 1}, (5, 3)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "module", "attributes", "shape"),
    MODULES,
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_same_as_the_module(
    operation: Operation, module: nn.Module, attributes: dict[str, Any], shape: tuple[int, ...]
) -> None:
    module.eval()
    for name, buffer in module.named_buffers():
        if name.startswith("running"):
            buffer.copy_(torch.rand(buffer.shape) + 0.5)
    x = numbers(*shape, seed=0, dtype=np.float32)
    weights = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    with torch.no_grad():
        theirs = module(torch.from_numpy(x)[None])
    theirs = (theirs[0] if isinstance(theirs, tuple) else theirs)[0].numpy()
    trace = traces.of_node(node(operation, attributes), [x], weights)
    assert trace.output.dtype == np.float32
    close(trace.output, theirs, dtype=np.float32, scale=4)


def test_operations_of_several_inputs() -> None:
    a, b = numbers(2, 3, seed=0), numbers(2, 3, seed=1)
    assert (traces.of_node(node(Operation.ADD, {}), [a, b], {}).output == a + b).all()
    assert traces.of_node(node(Operation.CONCAT, {"axis": 1}), [a, b], {}).output.shape == (2, 6)
    assert traces.of_node(node(Operation.CONCAT, {"dim": 1}), [a, b, a], {}).output.shape == (6, 3)
    assert (traces.of_node(node(Operation.INPUT, {}), [a], {}).output == a).all()


def test_lstm_takes_its_first_state_from_the_node() -> None:
    x, state = numbers(4, 3, seed=0), numbers(2, 1, 5, seed=1)
    weights = {"weight_ih_l0": numbers(20, 3, seed=2), "weight_hh_l0": numbers(20, 5, seed=3)}
    trace = traces.of_node(node(Operation.LSTM, {}), [x, *state], weights)
    direct = traces.lstm(x, *weights.values(), h0=state[0], c0=state[1])
    assert (trace.output == direct.output).all()


def test_every_operation_has_a_trace_but_other() -> None:
    tried = {operation for operation, *_ in MODULES} | {Operation.ADD, Operation.CONCAT, Operation.INPUT}
    assert set(Operation) - tried == {Operation.OTHER}


@pytest.mark.parametrize(
    ("operation", "attributes", "inputs", "weights", "message"),
    [
        (Operation.OTHER, {}, 1, {}, "layer: the operation 'other' has no trace"),
        (Operation.RELU, {}, 0, {}, r"layer \(relu\): no input is given"),
        (Operation.CONV1D, {}, 1, {}, r"layer \(conv1d\): the weight 'weight' is missing"),
        (Operation.CONV1D, {}, 1, {"weight": np.ones((1, 3, 1))}, "layer .* weight takes 3 channels, but x has 2"),
        (Operation.MAX_POOL1D, {}, 1, {}, "the attribute 'kernel_size' is missing"),
        (Operation.BATCH_NORM, {}, 1, {}, "the weight 'running_mean' is missing"),
        (Operation.SOFTMAX, {"dim": 0}, 1, {}, "runs along the batch axis"),
        (Operation.ADD, {}, 1, {}, "two inputs are added, not 1"),
        (Operation.LSTM, {"num_layers": 2}, 1, {}, "one layer and one direction"),
        (Operation.LSTM, {"bidirectional": True}, 1, {}, "one layer and one direction"),
        (Operation.LSTM, {"proj_size": 3}, 1, {}, "proj_size 3"),
    ],
)
def test_what_is_missing(
    operation: Operation, attributes: dict[str, Any], inputs: int, weights: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(TraceError, match=message):
        traces.of_node(node(operation, attributes), [np.ones((2, 4))] * inputs, weights)
