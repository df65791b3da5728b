"""What cannot be computed: a TraceError each, which says the numbers that don't fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from engine import traces
from engine.traces import TraceError

ones = np.ones
conv, transposed = traces.convolution, traces.transposed_convolution

IMPOSSIBLE: list[tuple[Callable[[], Any], str]] = [
    # convolution
    (lambda: conv(ones((1, 4)), ones((1, 1, 5))), "kernel of 5 is larger than the input of 4 positions"),
    (lambda: conv(ones((1, 4, 2)), ones((1, 1, 3, 5)), padding=1), "5 is larger than the padded input of 4 columns"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), dilation=2), r"of 3 \(reaching over 5 cells\) is larger than .* 4"),
    (lambda: conv(ones((3, 4)), ones((2, 2, 3))), "weight takes 2 channels, but x has 3 channels"),
    (lambda: conv(ones((4, 4)), ones((2, 1, 3)), groups=2), "weight takes 1 channels times 2 groups, but x has 4"),
    (lambda: conv(ones((3, 4)), ones((2, 1, 3)), groups=2), "3 input channels cannot be divided into 2 groups"),
    (lambda: conv(ones((4, 4)), ones((3, 2, 3)), groups=2), "3 output channels cannot be divided into 2 groups"),
    (lambda: conv(ones((4, 4)), ones((4, 4, 3)), groups=0), "groups is 0; it must be at least 1"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), ones(2)), r"bias has shape 2, but output channels are 1"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), 1.0), r"bias has shape \(\), but output channels are 1"),
    (lambda: conv(ones((1, 4, 4)), ones((1, 1, 3))), "weight has shape 1x1x3, but x 1x4x4 has 2 spatial axes"),
    (lambda: conv(ones(4), ones((1, 1, 3))), "x has shape 4"),
    (lambda: conv(ones((1, 1, 4, 4, 4)), ones((1, 1, 3, 3, 3))), "1, 2 or 3 spatial axes and no batch axis"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), stride=0), "stride is 0; it must be at least 1"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), stride=1.5), "stride must be a whole number, not 1.5"),
    (lambda: conv(ones((1, 4, 4)), ones((1, 1, 3, 3)), stride=(1, 2, 3)), "stride has 3 entries, but there are 2"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), stride="2"), "stride must be a whole number, not '2'"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), dilation=-1), "dilation is -1"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding=-1), "padding is -1; it must be at least 0"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding=[(1, -2)]), "padding after is -2"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding=[(1, 2, 3)]), r"\(before, after\), two numbers, not 3"),
    (lambda: conv(ones((1, 4, 4)), ones((1, 1, 3, 3)), padding=(1, 2, 3)), "padding has 3 entries, but there are 2"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding="full"), 'padding "full" is unknown'),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding=["same"]), "padding must be a whole number, not 'same'"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding="same", stride=2), "needs stride 1, but the stride is 2"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding=4, padding_mode="reflect"), "4 .* 4 positions: at most 3"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding=5, padding_mode="circular"), "padding of 5 .* at most 4"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3)), padding_mode="mirror"), "padding_mode 'mirror' is unknown"),
    # transposed convolution
    (lambda: transposed(ones((3, 4)), ones((2, 1, 3))), "weight takes 2 channels, but x has 3"),
    (lambda: transposed(ones((3, 4)), ones((3, 1, 3)), groups=2), "3 input channels cannot be divided into 2 groups"),
    (lambda: transposed(ones((2, 4)), ones((2, 3, 3)), ones(2)), "bias has shape 2, but output channels are 3"),
    (lambda: transposed(ones((2, 4)), ones((2, 3, 3, 3))), "weight has shape 2x3x3x3, but x 2x4 has 1 spatial"),
    (lambda: transposed(ones((1, 4)), ones((1, 1, 3)), output_padding=1), "output_padding of 1 .* 1 or the dilation 1"),
    (lambda: transposed(ones((1, 1)), ones((1, 1, 3)), padding=2), "padding cuts off 4 of only 3 output positions"),
    (lambda: transposed(ones((1, 4)), ones((1, 1, 2)), padding="same", stride=3), "over the stride 3, not over 2"),
    # pooling
    (lambda: traces.max_pool(ones((1, 2, 9)), 3), "kernel of 3 is larger than the input of 2 rows"),
    (lambda: traces.average_pool(ones((1, 2)), 0), "kernel_size is 0"),
    (lambda: traces.max_pool(ones((1, 9)), (2, 2)), "kernel_size has 2 entries, but there are 1"),
    (lambda: traces.max_pool(ones(9), 2), "max_pool takes x of shape"),
    (lambda: traces.average_pool(ones((1, 2)), 2, padding=2, count_include_pad=False), "2 and 2 .* window of 2 no"),
    (lambda: traces.average_pool(ones((1, 2)), 2, divisor_override=0), "divisor_override is 0"),
    (lambda: traces.lp_pool(ones((1, 2)), 0, 2), "norm_type is 0"),
    (lambda: traces.lp_pool(ones((1, 2)), np.inf, 2), "norm_type is inf"),
    (lambda: traces.adaptive_max_pool(ones((1, 2)), 0), "output_size is 0"),
    (lambda: traces.adaptive_average_pool(ones((1, 2)), (1, 1)), "output_size has 2 entries, but there are 1"),
    (lambda: traces.global_max_pool(ones(3)), "global_max_pool takes x of shape"),
    # others
    (lambda: traces.activation([1], "swish"), "activation 'swish' is unknown: it is one of sigmoid, tanh"),
    (lambda: traces.activation([1], "relu", slope=1), "relu has no parameter slope: it takes no parameters"),
    (lambda: traces.activation([1], "elu", beta=1), "elu has no parameter beta: it takes alpha"),
    (lambda: traces.activation([1], "gelu", approximate="erf"), "approximate is 'erf'"),
    (lambda: traces.softmax(ones((2, 3)), axis=2), "axis 2 does not exist: x has 2 axes"),
    (lambda: traces.softmax(5), "axis -1 does not exist: x has 0 axes"),
    (lambda: traces.softmax([1, 2], axis=0.5), "axis must be a whole number, not 0.5"),
    (lambda: traces.linear(ones(3), ones((2, 4))), "weight takes 4 features, but x has 3"),
    (lambda: traces.linear(ones(3), ones(3)), "weight has shape 3; it must be"),
    (lambda: traces.linear(1, ones((3, 1))), "x is a single number"),
    (lambda: traces.linear(ones(3), ones((2, 3)), ones(3)), "bias has shape 3, but output features are 2"),
    (lambda: traces.batch_norm(ones((3, 2)), ones(2), ones(3), None, None), "mean has shape 2, but channels are 3"),
    (lambda: traces.batch_norm(ones((3, 2)), ones(3), ones(3), ones(1), None), "shape 1, but channels are 3"),
    (lambda: traces.batch_norm(1, [1], [1], None, None), "x is a single number"),
    (lambda: traces.layer_norm(ones((2, 3)), 2), "x has shape 2x3; its last axes must be 2"),
    (lambda: traces.layer_norm(ones((2, 3)), 3, ones(2)), "weight has shape 2; it must be 3"),
    (lambda: traces.layer_norm(ones((2, 3)), ()), "its last axes must be"),
    (lambda: traces.add(ones(2), ones(3)), "shapes 2 and 3 cannot be added"),
    (lambda: traces.concat([]), "at least one array"),
    (lambda: traces.concat([ones((2, 3)), ones((2, 4))]), "shapes 2x3 and 2x4 cannot be joined along axis 0"),
    (lambda: traces.concat([ones((2, 3)), ones(3)]), "shapes 2x3 and 3 cannot be joined"),
    (lambda: traces.concat([ones(2)], axis=1), "axis 1 does not exist"),
    (lambda: traces.flatten(ones((2, 3)), 1, 0), "start_axis 1 lies behind end_axis 0"),
    (lambda: traces.dropout([1], 1.5), "p is 1.5"),
    (lambda: traces.lstm(ones(3), ones((4, 3)), ones((4, 1))), "x has shape 3"),
    (lambda: traces.lstm(ones((2, 3)), ones((4, 2)), ones((4, 1))), "w_ih has shape 4x2; .* it must be 4x3"),
    (lambda: traces.lstm(ones((2, 3)), ones((4, 3)), ones((3, 1))), "w_hh has shape 3x1"),
    (lambda: traces.lstm(ones((2, 3)), ones((4, 3)), ones((4, 1)), ones(3)), "shape 3, but 4 times hidden is 4"),
    (lambda: traces.lstm(ones((2, 3)), ones((4, 3)), ones((4, 1)), h0=ones(2)), "h0 has shape 2, but hidden is 1"),
    (lambda: traces.lstm(ones((2, 3)), ones((4, 3)), ones((4, 1))).gate("x", (0, 0)), "no gate 'x'"),
    # what is no array of numbers
    (lambda: conv(ones((1, 4), complex), ones((1, 1, 3))), "x has dtype complex128; traces take"),
    (lambda: conv(ones((1, 4)), ones((1, 1, 3), np.longdouble)), "weight has dtype (float128|longdouble|float96)"),
    (lambda: traces.softmax(["a"]), "x has dtype <U1"),
    (lambda: traces.softmax([[1], [1, 2]]), "x cannot be read as an array"),
    (lambda: traces.softmax(torch.ones(2, requires_grad=True)), "x cannot be read as an array"),
    (lambda: traces.max_pool(ones((1, 0)), 1), "x has shape 1x0: there is no cell in it"),
    (lambda: conv(ones((1, 4)), ones((0, 1, 3))), "weight has shape 0x1x3"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "message"), IMPOSSIBLE, ids=lambda value: value if isinstance(value, str) else "")
def test_impossible(run: Callable[[], Any], message: str) -> None:
    with pytest.raises(TraceError, match=message):
        run()


def test_it_is_a_value_error() -> None:
    assert issubclass(TraceError, ValueError)


def test_nothing_warns_about_what_is_carried_through() -> None:
    wild = np.array([[np.nan, np.inf, -np.inf, 1e308, -1e308, 0.0]])
    for trace in (
        conv(wild, wild[None, :, :2], [np.inf], padding=1),
        transposed(wild, wild[None, :, :2].swapaxes(0, 1)),
        traces.average_pool(wild, 2),
        traces.lp_pool(wild, 3, 2),
        traces.max_pool(wild, 2),
        traces.adaptive_average_pool(wild, 2),
        traces.global_average_pool(wild),
        traces.softmax(wild),
        traces.linear(wild, wild),
        traces.batch_norm(wild, [np.inf], [np.inf], [0], [np.nan]),
        traces.layer_norm(wild, 6),
        traces.add(wild, -wild),
        traces.lstm(wild, np.full((4, 6), 1e308), np.full((4, 1), np.nan)),
        *(traces.activation(wild, name) for name in ("sigmoid", "tanh", "elu", "gelu", "silu", "softplus")),
    ):
        assert trace.output.size
        for step in trace:
            assert all(step.terms)
            assert step.formula
            assert step.sums
            assert isinstance(step.bias, float)
