"""How many multiplications (each with its addition) an operation takes for one sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor

from engine.graph.vocabulary import CONVOLUTIONS, TRANSPOSED, Description
from engine.messages import Operation


def multiply_adds(
    description: Description,
    operands: Sequence[Tensor],
    weights: Mapping[str, Tensor],
    results: Sequence[Tensor],
    batch: int,
) -> int | None:
    """Multiply-adds of one sample of `batch`; biases, activations and pools count nothing.

    None where the formula is not known here: then what torch itself counted holds (torch.utils.flop_counter).
    """
    operation = description.operation
    if operation in CONVOLUTIONS and results and "weight" in weights:
        # Each output sums over a window of its group's channels; transposed, each input is spread over one.
        cells = operands[0].numel() if operation in TRANSPOSED else results[0].numel()
        return cells * math.prod(weights["weight"].shape[1:]) // batch
    if operation is Operation.LINEAR and results:
        return results[0].numel() * int(description.attributes["in_features"]) // batch
    if operation is Operation.LSTM:
        # Four gates, each with a matrix for the input and one for the state, at every time step.
        steps = math.prod(operands[0].shape[:-1])
        return steps * sum(tensor.numel() for role, tensor in weights.items() if role.startswith("weight")) // batch
    if operation is Operation.OTHER:
        return None
    return 0
