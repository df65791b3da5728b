"""Partial sums, windows and products add up to what the traces (and thereby torch) compute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import traces
from engine.messages import Focus, Operation
from gui.views.inspector import sums
from tests.gui.dock.examples import Example, node


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_partial_sums_and_bias_add_up_to_the_convolutions_output(data: st.DataObject) -> None:
    groups = data.draw(st.integers(1, 2))
    inputs, outputs = groups * data.draw(st.integers(1, 3)), groups * data.draw(st.integers(1, 2))
    mode = data.draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    kernel = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = data.draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    dilation = data.draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    padding = data.draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = rng.normal(size=(inputs, 7, 6)).astype(np.float32)
    weight = rng.normal(size=(outputs, inputs // groups, *kernel)).astype(np.float32)
    bias = rng.normal(size=outputs).astype(np.float32) if data.draw(st.booleans()) else None
    trace = traces.convolution(
        x, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups, padding_mode=mode
    )
    output = np.asarray(trace.output, np.float32)
    attributes = {
        "kernel_size": list(kernel), "stride": list(stride), "padding": list(padding), "dilation": list(dilation),
        "groups": groups, "padding_mode": mode,
    }  # fmt: skip
    layer = node("conv", Operation.CONV2D, "input", output.shape, attributes=attributes, parameters=1)
    weights = {"weight": weight} | ({"bias": bias} if bias is not None else {})
    cell = tuple(data.draw(st.integers(0, size - 1)) for size in output.shape)

    found = sums.convolution(layer, Focus("conv", (x,), output, weights), *cell)

    assert found.sums.sum() + (found.bias or 0.0) == pytest.approx(found.value, abs=1e-4)
    assert found.value == output[cell]
    assert np.allclose((found.patches * found.kernels).sum((1, 2)), found.sums, atol=1e-4)
    terms = trace.at(cell).terms
    assert found.window.shape == kernel
    padded = 0 if found.window.padded is None else int(found.window.padded.sum())
    assert padded * (inputs // groups) == sum(term.padding for term in terms)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_pooling_window_holds_its_winner_or_its_mean(data: st.DataObject) -> None:
    kernel, stride = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    padding = data.draw(st.integers(0, kernel // 2))
    ceil_mode, count = data.draw(st.booleans()), data.draw(st.booleans())
    x = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(2, 7, 8)).astype(np.float32)
    attributes = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    for operation in (Operation.MAX_POOL2D, Operation.AVG_POOL2D):
        if operation is Operation.MAX_POOL2D:
            trace = traces.max_pool(x, kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
        else:
            attributes = {**attributes, "count_include_pad": count}
            trace = traces.average_pool(
                x, kernel, stride=stride, padding=padding, ceil_mode=ceil_mode, count_include_pad=count
            )
        output = np.asarray(trace.output, np.float32)
        cell = tuple(data.draw(st.integers(0, size - 1)) for size in output.shape)
        layer = node("pool", operation, "input", output.shape, attributes=attributes)

        found = sums.pooling(layer, Focus("pool", (x,), output, {}), *cell)

        if operation is Operation.MAX_POOL2D:
            assert found.winner is not None
            assert found.patch[found.winner] == output[cell]
            row, column = found.window.rows[found.winner[0]], found.window.columns[found.winner[1]]
            assert x[cell[0], row, column] == output[cell]
        else:
            assert found.patch.sum() / found.divisor == pytest.approx(float(output[cell]), abs=1e-5)


def test_adaptive_pools_take_the_cells_that_torch_takes() -> None:
    x = np.arange(2 * 7 * 5, dtype=np.float32).reshape(2, 7, 5)
    layer = node("pool", Operation.ADAPTIVE_AVG_POOL, "input", (2, 3, 2), attributes={"output_size": [3, 2]})
    window = sums.window(layer, x.shape, 1, 1)
    assert window.rows.tolist() == [2, 3, 4]
    assert window.columns.tolist() == [2, 3, 4]


def test_a_sequence_is_one_row() -> None:
    x = np.arange(12, dtype=np.float32).reshape(2, 6)
    weight = np.ones((3, 2, 3), np.float32)
    output = np.asarray(traces.convolution(x, weight, padding=1).output, np.float32)
    layer = node(
        "conv", Operation.CONV1D, "input", output.shape, parameters=18, attributes={"kernel_size": [3], "padding": [1]}
    )
    found = sums.convolution(layer, Focus("conv", (x,), output, {"weight": weight}), 2, 0, 5)
    assert found.sums.tolist() == [9.0, 21.0]
    assert found.window.padded is not None
    assert found.window.padded.tolist() == [[False, False, True]]
    assert sums.cell_index(output.shape, 2, 0, 5) == (2, 5)


def test_a_dense_unit_is_the_sum_of_its_products(example: Example) -> None:
    found = sums.linear(example.focus("dense1"), 34)
    assert found.products.sum() + found.bias == pytest.approx(found.value, abs=1e-4)
    strongest = found.strongest(5)
    assert np.abs(found.products[strongest]).tolist() == sorted(np.abs(found.products), reverse=True)[:5]


def test_a_probability_is_its_share_of_the_exponentials(example: Example) -> None:
    found = sums.softmax(example.focus("softmax"), 7)
    assert found.exponentials[7] / found.total == pytest.approx(found.value, abs=1e-6)


def test_the_most_telling_keep_their_order_and_include_what_is_no_number() -> None:
    values = np.array([0.1, -5.0, 2.0, np.nan, 0.0])
    assert sums.most_telling(values, 3).tolist() == [1, 2, 3]
    assert sums.most_telling(values, 9).tolist() == [0, 1, 2, 3, 4]
