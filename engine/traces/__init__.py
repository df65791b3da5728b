"""Operations of neural networks on real arrays, as sequences of steps: NumPy alone, no torch, no Qt.

Every function computes its output at once and gives a Trace: `trace.output`, `len(trace)`, `trace[i]` and
`trace.at(index)` for a Step with `value`, `terms`, `bias` and `formula`, `trace.touching(index)` for the output cells
that an input cell reaches. Arrays have no batch axis: x is (channels, *spatial), weights are laid out as in PyTorch.
What cannot be computed raises TraceError; NaN and infinity are carried through.
"""

from __future__ import annotations

from engine.traces.adaptive import (
    Adaptive,
    adaptive_average_pool,
    adaptive_max_pool,
    global_average_pool,
    global_max_pool,
)
from engine.traces.convolution import Convolution, convolution
from engine.traces.dense import Linear, Softmax, linear, softmax
from engine.traces.errors import TraceError
from engine.traces.formula import Piece, number
from engine.traces.lstm import LSTM, Gate, lstm
from engine.traces.node import of_node
from engine.traces.normalization import BatchNorm, LayerNorm, batch_norm, layer_norm
from engine.traces.pointwise import (
    Activation,
    Add,
    Dropout,
    Moved,
    activation,
    add,
    concat,
    dropout,
    flatten,
    identity,
)
from engine.traces.pooling import AveragePool, LpPool, MaxPool, average_pool, lp_pool, max_pool
from engine.traces.stamping import Stamp, Stamping
from engine.traces.terms import Term, Terms
from engine.traces.trace import Step, Trace, Window
from engine.traces.transposed import TransposedConvolution, transposed_convolution

__all__ = [
    "LSTM",
    "Activation",
    "Adaptive",
    "Add",
    "AveragePool",
    "BatchNorm",
    "Convolution",
    "Dropout",
    "Gate",
    "LayerNorm",
    "Linear",
    "LpPool",
    "MaxPool",
    "Moved",
    "Piece",
    "Softmax",
    "Stamp",
    "Stamping",
    "Step",
    "Term",
    "Terms",
    "Trace",
    "TraceError",
    "TransposedConvolution",
    "Window",
    "activation",
    "adaptive_average_pool",
    "adaptive_max_pool",
    "add",
    "average_pool",
    "batch_norm",
    "concat",
    "convolution",
    "dropout",
    "flatten",
    "global_average_pool",
    "global_max_pool",
    "identity",
    "layer_norm",
    "linear",
    "lp_pool",
    "lstm",
    "max_pool",
    "number",
    "of_node",
    "softmax",
    "transposed_convolution",
]
