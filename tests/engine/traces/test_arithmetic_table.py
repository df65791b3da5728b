"""The cases of "A guide to convolution arithmetic for deep learning" (Dumoulin and Visin): sizes, and what they are."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine import traces
from engine.traces import Trace
from tests.engine.traces.checks import check, numbers

TABLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "conv_arithmetic_cases.csv"


def _rows() -> list[dict[str, str]]:
    if not TABLE.exists():
        return []
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


pytestmark = pytest.mark.skipif(not TABLE.exists(), reason=f"{TABLE} is absent")


def _run(row: dict[str, str], axes: int) -> tuple[Trace, np.ndarray]:
    """Our trace and torch's output, on integers."""
    size, kernel, stride, padding, dilation, more = (
        int(row[key]) for key in ("input", "kernel", "stride", "padding", "dilation", "output_padding")
    )
    x = numbers(1, *(size,) * axes, seed=0, whole=True)
    weight = numbers(1, 1, *(kernel,) * axes, seed=1, whole=True)
    given, kernels = torch.from_numpy(x)[None], torch.from_numpy(weight)
    windows = {"stride": stride, "padding": padding}
    if row["op"] == "conv":
        run = functional.conv1d if axes == 1 else functional.conv2d
        theirs = run(given, kernels, dilation=dilation, **windows)
        trace: Trace = traces.convolution(x, weight, dilation=dilation, **windows)
    elif row["op"] == "convT":
        run = functional.conv_transpose1d if axes == 1 else functional.conv_transpose2d
        options = {**windows, "output_padding": more, "dilation": dilation}
        theirs, trace = run(given, kernels, **options), traces.transposed_convolution(x, weight, **options)
    elif row["op"] == "avgpool":
        run = functional.avg_pool1d if axes == 1 else functional.avg_pool2d
        theirs, trace = run(given, kernel, **windows), traces.average_pool(x, kernel, **windows)
    else:
        run = functional.max_pool1d if axes == 1 else functional.max_pool2d
        theirs, trace = run(given, kernel, **windows), traces.max_pool(x, kernel, **windows)
    return trace, theirs[0].numpy()


@pytest.mark.parametrize("axes", [1, 2])
@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_row(row: dict[str, str], axes: int) -> None:
    trace, theirs = _run(row, axes)
    assert trace.output.shape == (1, *(int(row["output"]),) * axes)
    np.testing.assert_allclose(trace.output, theirs, rtol=1e-12)
    check(trace, weighted=row["op"] in ("conv", "convT"))
    if row["op"] != "avgpool":
        for step in trace:  # the output, put together again from products alone
            assert sum(term.product for term in step.terms) + step.bias == step.value


def test_the_table_is_whole() -> None:
    assert len(_rows()) == 19
