"""Questions about what a layer, a map or a unit does, and their answers: asked by `AskInsight`, told by `Insight`.

A map of a dense layer is one unit. Answers that take long come in parts, each better than the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.messages.pictures import Bytes, Floats
from engine.messages.questions import (
    Answer,
    AskInsight,
    Insight,
    InsightFailed,
    Question,
    StopInsight,
    SwitchedOff,
    SwitchOff,
)

__all__ = [
    "Answer",
    "AskDistribution",
    "AskExplanation",
    "AskField",
    "AskGradient",
    "AskInsight",
    "AskMaximization",
    "AskProjection",
    "AskStrongest",
    "Counts",
    "Distribution",
    "EffectiveField",
    "Explanation",
    "Histogram",
    "Insight",
    "InsightFailed",
    "MapGradient",
    "Maximization",
    "Method",
    "Projection",
    "Question",
    "StopInsight",
    "Strongest",
    "SwitchOff",
    "SwitchedOff",
]

Counts: TypeAlias = NDArray[np.int64]


class Method(StrEnum):
    """How a prediction is explained over the picture, in captum's spelling."""

    SALIENCY = "saliency"
    INTEGRATED_GRADIENTS = "integrated_gradients"
    GRAD_CAM = "grad_cam"
    OCCLUSION = "occlusion"


# Questions.


@dataclass(frozen=True)
class AskDistribution(Question):
    """How activations, weights and the loss's gradients are spread over so many held-out samples.

    The loss of a sample without a label is that of the predicted class; what does not classify has no gradients.
    """

    node: str
    map: int
    samples: int = 512


@dataclass(frozen=True)
class AskStrongest(Question):
    """Which `count` of so many held-out samples activate a map most, and where."""

    node: str
    map: int
    count: int = 9
    samples: int = 1000


@dataclass(frozen=True)
class AskExplanation(Question):
    """Which pixels of the shown sample speak for class `target` (None: the predicted one, the strongest output).

    Of a network whose output is no vector `target` counts the output's cells in reading order.

    `node` is the layer that Grad-CAM looks at (the nearest one before it that has maps); others do without.
    """

    method: Method
    target: int | None = None
    node: str = ""


@dataclass(frozen=True)
class AskGradient(Question):
    """How the logit of class `target` (None: the predicted one) changes with each cell of a map; that of (row, column)
    is checked."""

    node: str
    map: int
    target: int | None = None
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class AskField(Question):
    """How much each input pixel matters to one cell: its effective receptive field, over so many samples."""

    node: str
    map: int
    row: int = 0
    column: int = 0
    samples: int = 32


@dataclass(frozen=True)
class AskProjection(Question):
    """A map's kernels through all earlier layers onto the input, as if these were linear."""

    node: str
    map: int


@dataclass(frozen=True)
class AskMaximization(Question):
    """The picture that activates a map most, painted by gradient ascent in so many steps.

    `jitter` (pixels; None: fits the picture's size), `blur` (standard deviation in pixels, every fourth step),
    `total_variation` and `l2` (weights of the penalties) keep it from becoming noise.
    """

    node: str
    map: int
    steps: int = 160
    jitter: int | None = None
    blur: float = 0.5
    total_variation: float = 0.05
    l2: float = 0.01
    seed: int = 0


# Answers.


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of values between `edges` (bins + 1,), of the layer and of the chosen map, each int64 (bins,).

    Zeros are counted in their bin too; `zero` is their share (0-1) in the layer, `map_zero` in the map.
    """

    edges: Floats
    layer: Counts
    map: Counts
    zero: float
    map_zero: float


@dataclass(frozen=True, eq=False)
class Distribution(Answer):
    """Over `samples` held-out samples. `active` is each map's share (0-1) of cells above zero, float32 (maps,).

    `dead` maps were never active (None of a layer that is not made to be silent), `saturated` ones almost always at
    an end of a sigmoid or tanh; `saturation` is the layer's share of such cells. Weights are absent without weights.
    """

    question: AskDistribution
    samples: int
    activations: Histogram
    gradients: Histogram | None
    weights: Histogram | None
    weight_gradients: Histogram | None
    active: Floats
    dead: tuple[int, ...] | None
    saturated: tuple[int, ...] | None
    saturation: float | None = None


@dataclass(frozen=True, eq=False)
class Strongest(Answer):
    """The samples that activate a map most, strongest first, of `seen` ones.

    `pictures` uint8 (n, channels, height, width), `values` float32 (n,), `cells` int64 (n, 2) the winning row and
    column, `fields` int64 (n, 4): first and last row, first and last column of its receptive field on the input.
    """

    question: AskStrongest
    split: str
    seen: int
    indices: Counts
    labels: Counts
    pictures: Bytes
    values: Floats
    cells: Counts
    fields: Counts


@dataclass(frozen=True, eq=False)
class Explanation(Answer):
    """`values` float32 (height, width) on the input: signed but for saliency and Grad-CAM. `target` is the class.

    `total` is their sum before any scaling to the picture; of integrated gradients `expected` is what it has to be,
    f(picture) - f(baseline). `at` is Grad-CAM's layer, `window` occlusion's window and stride in pixels. `progress` is
    the share (0-1) of the work that is in it: of the path, or of the rows of windows.
    """

    question: AskExplanation
    target: int
    values: Floats
    total: float
    expected: float | None = None
    at: str = ""
    window: tuple[int, int] | None = None
    progress: float = 1.0


@dataclass(frozen=True, eq=False)
class MapGradient(Answer):
    """d logit / d cell, float32 (height, width) ((1, 1) of a unit). Their mean is the map's weight in Grad-CAM.

    `nudged` is the same for the question's cell without any gradient: the cell moved up and down a little, and how
    far the logit moves with it, in float64. nan where that cannot be, or takes too long.
    """

    question: AskGradient
    target: int
    values: Floats
    nudged: float = float("nan")


@dataclass(frozen=True, eq=False)
class EffectiveField(Answer):
    """`values` float32 (height, width), 0-1: the mean |gradient| of the cell by each pixel over its largest.

    `size` is the side of a square as large as what exceeds 4.55 % of the largest (two standard deviations of a
    Gaussian), `share` that area's part of the exact receptive field (0-1).
    """

    question: AskField
    values: Floats
    size: float
    share: float
    samples: int


@dataclass(frozen=True, eq=False)
class Projection(Answer):
    """The composed kernel, float32 (channels, height, width), cut to the field of the map's middle cell.

    `through` names the layers on the way, `passed` those among them that were taken as linear. Where it cannot be
    composed `values` is empty and `problem` says why.
    """

    question: AskProjection
    values: Floats
    through: tuple[str, ...]
    passed: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Maximization(Answer):
    """The picture after `step` of the question's steps, uint8 (channels, height, width), and what it brings.

    `value` is the activation that it causes without jitter, `start` that of the noise at the start; `problem` says
    why there is nothing to climb.
    """

    question: AskMaximization
    picture: Bytes
    step: int
    value: float
    start: float
    problem: str = ""
