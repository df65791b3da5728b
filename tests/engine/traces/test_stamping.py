"""Stamps of transposed convolutions: added up they are the output."""

from __future__ import annotations

import numpy as np
import pytest

from engine.traces import Stamping, TraceError, transposed_convolution

RANDOM = np.random.default_rng(5)
CASES = {
    "1-D": {"size": (5,), "kernel": (3,), "stride": 2, "padding": 1, "output_padding": 1},
    "2-D": {"size": (3, 4), "kernel": (3, 2), "stride": (2, 1), "padding": (1, 0)},
    "dilated": {"size": (3, 3), "kernel": (3, 3), "stride": 2, "dilation": (2, 1), "output_padding": (1, 0)},
    "apart": {"size": (3, 2), "kernel": (2, 2), "stride": 3},
    "channels": {"size": (3, 3), "kernel": (2, 2), "stride": 1, "channels": 4, "filters": 6, "groups": 2, "bias": True},
    "3-D": {
        "size": (2, 3, 2),
        "kernel": (2, 2, 3),
        "stride": (2, 1, 2),
        "padding": (0, 1, 1),
        "channels": 2,
        "filters": 2,
        "bias": True,
    },
}


def made(case: dict) -> Stamping:
    case = dict(case)
    channels, filters, groups = case.pop("channels", 1), case.pop("filters", 1), case.pop("groups", 1)
    x = RANDOM.integers(-3, 4, (channels, *case.pop("size"))).astype(float)
    weight = RANDOM.integers(-3, 4, (channels, filters // groups, *case.pop("kernel"))).astype(float)
    bias = RANDOM.integers(-3, 4, filters).astype(float) if case.pop("bias", False) else None
    return Stamping(transposed_convolution(x, weight, bias, groups=groups, **case))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_stamps_add_up_to_the_output(case: dict) -> None:
    stamping = made(case)
    each = len(stamping) // stamping.filters
    for filter_ in range(stamping.filters):
        canvas = stamping.canvas((filter_ + 1) * each - 1)
        np.testing.assert_allclose(canvas[stamping.kept()], stamping.output[filter_])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_stamp_adds_its_products_where_it_lies(case: dict) -> None:
    stamping = made(case)
    for number in range(len(stamping)):
        stamp = stamping[number]
        assert stamping.position_of((stamp.filter, *stamp.cell)) == number
        expected = stamping.before(number).copy()
        for cell, value in zip(stamping.reached(number), stamp.products.ravel().tolist(), strict=True):
            expected[cell] += value
        np.testing.assert_allclose(stamping.canvas(number), expected)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_cell_is_complete_after_the_last_stamp_that_reaches_it(case: dict) -> None:
    stamping = made(case)
    for index in np.ndindex(*stamping.output.shape):
        cell = stamping.canvas_cell(index)
        assert stamping.output_index(index[0], cell) == index
        canvas = stamping.canvas(stamping.last_reaching(index))
        np.testing.assert_allclose(canvas[cell], stamping.output[index])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_counts_the_stamps_that_lie_on_a_cell(case: dict) -> None:
    stamping = made(case)
    counted = np.zeros(stamping.canvas_shape, int)
    for number in range(len(stamping) // stamping.filters):
        for cell in stamping.reached(number):
            counted[cell] += 1
        np.testing.assert_array_equal(stamping.covered(number), counted)


def test_torch_agrees() -> None:
    torch = pytest.importorskip("torch")
    x, weight = RANDOM.normal(size=(2, 4, 3)), RANDOM.normal(size=(2, 3, 3, 2))
    options = {"stride": 2, "padding": 1, "output_padding": 1}
    stamping = Stamping(transposed_convolution(x, weight, **options))
    expected = torch.nn.functional.conv_transpose2d(torch.tensor(x)[None], torch.tensor(weight), **options)[0].numpy()
    each = len(stamping) // 3
    got = [stamping.canvas((filter_ + 1) * each - 1)[stamping.kept()] for filter_ in range(3)]
    np.testing.assert_allclose(np.stack(got), expected)


def test_what_is_not_there_is_said() -> None:
    stamping = made(CASES["1-D"])
    with pytest.raises(IndexError, match="no step 5"):
        stamping[5]
    assert stamping.output_index(0, (0,)) is None
    with pytest.raises(TraceError, match="padding cuts off"):
        transposed_convolution(np.ones((1, 2)), np.ones((1, 1, 2)), padding=2)
