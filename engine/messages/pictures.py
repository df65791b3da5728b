"""What is on screen: an immutable picture of a running experiment, quantized for the views that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]


class Quantity(StrEnum):
    """What the maps of a Snapshot show. Gradients are of the loss (of the label, else of the prediction)."""

    ACTIVATIONS = "activations"
    GRADIENTS = "gradients"


class Scale(StrEnum):
    """Over what a picture of values is scaled."""

    MAP = "map"
    LAYER = "layer"
    NETWORK = "network"


@dataclass(frozen=True, eq=False)
class Maps:
    """The values of one layer, or of one layer's kernels, quantized to 8 bits.

    `pixels` is uint8, C-contiguous: (maps, height, width) for maps; (units, 1, 1) for dense layers;
    (out_channels * in_channels, height, width) for kernels.
    Signed: value = (pixel - 127.5) / 127.5 * limit. Unsigned (nothing below zero): value = pixel / 255 * limit.
    `limits` has one entry a map (all equal unless scaled by map), float32, never 0 (1.0 where all is zero).
    `step`: each pixel is the average of so many cells down and across, or a little less where that does not divide;
    limits are of the cells.
    """

    pixels: Bytes
    limits: Floats
    signed: bool
    step: int = 1

    def values(self) -> Floats:
        """The values as (maps, height, width) float32, exact to 1/255 (signed: 1/127.5) of each map's limit."""
        limits = self.limits[:, None, None]
        if self.signed:
            return ((self.pixels.astype(np.float32) - 127.5) / 127.5 * limits).astype(np.float32)
        return (self.pixels.astype(np.float32) / 255.0 * limits).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Links:
    """The strongest contributions weight * activation between two dense layers, strongest last.

    `sources` and `targets` are unit indices (flattened over (channels, height, width) where the source is maps),
    int32; `values` float32, signed; all of one length.
    """

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    values: Floats


@dataclass(frozen=True, eq=False)
class Focus:
    """Exact numbers of one node: what the inspector and the step player need.

    `inputs` are the outputs of the node's inputs, `output` its own, `weights` by role ("weight", "bias", …); float32.
    """

    node: str
    inputs: tuple[Floats, ...]
    output: Floats
    weights: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Sample:
    """A picture that the network looks at.

    `picture` is uint8 (channels, height, width) as the dataset holds it, before normalization. `split` is "train",
    "test", or "drawing" and "picture" for one of the user's own; then `index` is -1 and `label` is None.
    """

    picture: Bytes
    split: str = "test"
    index: int = -1
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """An immutable picture of a running experiment for the views that are on screen.

    `maps` holds every watched node by name, `kernels` every watched node that has kernels (convolutions).
    `links` maps a dense node's name to the contributions that enter it; it is refreshed less often than the maps and
    then repeated as the same object. `serial` grows by one with each snapshot; `moment` is the step (the number of
    updates so far) that the weights belong to, below `step` when the user looks back through the timeline.
    `request` is the largest `request` of the commands that it answers (see `ShowPicture`).
    """

    serial: int
    step: int
    moment: int
    epoch: float
    sample: Sample
    quantity: Quantity
    scale: Scale
    maps: Mapping[str, Maps]
    kernels: Mapping[str, Maps]
    links: Mapping[str, Links]
    logits: Floats
    probabilities: Floats
    focus: Focus | None = None
    request: int = 0
