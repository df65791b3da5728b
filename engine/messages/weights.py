"""The weights between units, as far as they are on screen: asked for by viewers that draw units and edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.messages.kinds import Command, FilmEvent
from engine.messages.pictures import Floats


@dataclass(frozen=True)
class EdgesOf:
    """The strongest `count` weights of a node between the output units `units` and the inputs `inputs` (() means all).

    Of a convolution units and inputs are channels, and the weight between two is the sum of their kernel.
    """

    node: str
    units: tuple[int, ...] = ()
    inputs: tuple[int, ...] = ()
    count: int = 400


@dataclass(frozen=True)
class AskEdges(Command):
    """Answered by one `Edges`, of the weights that are looked at."""

    parts: tuple[EdgesOf, ...]


@dataclass(frozen=True, eq=False)
class NodeEdges:
    """Weights between `inputs` and `units` (int32 indices, float32 values; the strongest last).

    `limit` is the largest |weight| of the whole node, never 0. `biases` are those of the units `bias_units`, with
    `bias_limit` the largest |bias| of all; empty where there are none.
    """

    node: str
    inputs: NDArray[np.int32]
    units: NDArray[np.int32]
    values: Floats
    limit: float
    bias_units: NDArray[np.int32]
    biases: Floats
    bias_limit: float


@dataclass(frozen=True, eq=False)
class Edges(FilmEvent):
    """The answer to `AskEdges`: weights after `moment` updates."""

    moment: int
    nodes: tuple[NodeEdges, ...]
