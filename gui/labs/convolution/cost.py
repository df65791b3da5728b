"""What a convolution costs beside a fully connected layer with the same input and output: weights and multiply-adds."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Cost:
    """Whole numbers, with the sums that they come from as text."""

    parameters: int
    parameters_sum: str
    multiply_adds: int
    multiply_adds_sum: str


def convolution_cost(
    *, in_channels: int, out_channels: int, kernel: tuple[int, ...], groups: int, bias: bool,
    positions: int, transposed: bool = False,
) -> Cost:  # fmt: skip
    """Cost of a convolution; `positions` counts the output cells of one channel (transposed: the input cells)."""
    taps = prod(kernel) * in_channels // groups
    spread = prod(kernel) * out_channels // groups
    parameters = out_channels * (taps + bias)
    inner = f"({taps}+1)" if bias else f"{taps}"
    if transposed:
        cells = in_channels * positions
        return Cost(parameters, f"{out_channels}·{inner}", cells * spread, f"{cells}·{spread}")
    cells = out_channels * positions
    return Cost(parameters, f"{out_channels}·{inner}", cells * taps, f"{cells}·{taps}")


def dense_cost(*, inputs: int, outputs: int, bias: bool) -> Cost:
    """Cost of a fully connected layer between as many cells."""
    weights = inputs * outputs
    added = f"+{outputs}" if bias else ""
    return Cost(weights + outputs * bias, f"{inputs}·{outputs}{added}", weights, f"{inputs}·{outputs}")
