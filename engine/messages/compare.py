"""Runs side by side: which there are, their curves and settings, what they make of one sample, and runs still to train.

A run is named by its folder among the runs; `CURRENT` is the open experiment, `trained:NETWORK` the weights that
come with Receptive. Names are no paths: nothing outside the folder of runs is ever opened by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.messages.events import DatasetFacts, Settings
from engine.messages.kinds import Command, CompareEvent
from engine.messages.network import Graph
from engine.messages.pictures import Bytes, Floats, Maps
from engine.messages.plans import CURRENT as CURRENT
from engine.messages.plans import TRAINED as TRAINED
from engine.messages.plans import Plan as Plan

MOST_RUNS = 12
NO_TENSORBOARD = (
    "TensorBoard event files are written with the package tensorboard, which is not installed: "
    "pip install tensorboard, and start Receptive again."
)

Table: TypeAlias = NDArray[np.float64]
TRAIN_COLUMNS = ("step", "epoch", "loss", "accuracy", "seconds")
HELD_COLUMNS = ("step", "epoch", "loss", "accuracy", "seconds", "samples", "whole")


# Commands.


@dataclass(frozen=True)
class AskRuns(Command):
    """List the saved runs. Answered by `RunsListed`."""


@dataclass(frozen=True)
class CompareRuns(Command):
    """Compare these runs from now on; those that were compared and are not named any more are let go.

    Answered by a `RunOpened` for each; with the same names again only by those of which something is new.
    """

    names: tuple[str, ...]


@dataclass(frozen=True)
class RenameRun(Command):
    """Call a run something; "" takes the name away. Answered by `RunsListed`."""

    name: str
    title: str


@dataclass(frozen=True)
class LookAtRuns(Command):
    """What each of these runs makes of one test sample of the first one's dataset. Answered by `RunsSeen`.

    `nodes` are the nodes to show, by run. `step` asks for the weights recorded nearest to it, None for the last ones.
    """

    nodes: Mapping[str, tuple[str, ...]]
    index: int = 0
    step: int | None = None
    kernels: bool = False


@dataclass(frozen=True)
class EvaluateRuns(Command):
    """Let each run, with its last weights, predict all its held-out samples. Answered by a `RunEvaluated` each."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class AskSamples(Command):
    """The test samples `indices` of that run's dataset. Answered by `SamplesFound`."""

    name: str
    indices: tuple[int, ...]


@dataclass(frozen=True)
class TrainRuns(Command):
    """Train these, one after the other, while nothing else is trained. Answered by `QueueChanged`, again and again."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class StopRuns(Command):
    """Train none of what waits any more; what the one in progress has learnt is saved."""


class Export(StrEnum):
    """What of the compared runs is written to a file: curves or settings as CSV, or TensorBoard event files."""

    CURVES = "curves"
    SETTINGS = "settings"
    TENSORBOARD = "tensorboard"


@dataclass(frozen=True)
class ExportRuns(Command):
    """Write something of these runs to `path` (a file; for TensorBoard a folder). Answered by `Noticed` or `Failed`."""

    names: tuple[str, ...]
    path: str
    what: Export = Export.CURVES


# Events.


@dataclass(frozen=True)
class RunFacts:
    """A run as lists show it; `problem` says why it cannot be opened. Accuracy is 0-1, `saved` seconds since 1970."""

    name: str
    title: str = ""
    identity: str = ""
    network: str = ""
    network_title: str = ""
    subtitle: str = ""
    settings: Settings | None = None
    dataset_title: str = ""
    step: int = 0
    epoch: float = 0.0
    saved: float = 0.0
    test_accuracy: float | None = None
    problem: str = ""


@dataclass(frozen=True)
class RunsListed(CompareEvent):
    """The saved runs, the last saved first, and then those that come trained; `current` is the open one's identity."""

    runs: tuple[RunFacts, ...]
    current: str = ""


@dataclass(frozen=True, eq=False)
class RunOpened(CompareEvent):
    """A run that is compared: its settings, its curves, and its network if that can be built.

    `train` is (n, 5) float64 with the `TRAIN_COLUMNS`, `held` (m, 7) with the `HELD_COLUMNS`; accuracies are 0-1.
    `recorded` are the steps of which weights were kept, `first_rate` is the learning rate before it decayed. `initial`:
    nobody has trained the weights of its step 0. `problem` says what cannot be shown of it, and why.
    """

    facts: RunFacts
    train: Table
    held: Table
    graph: Graph | None = None
    dataset: DatasetFacts | None = None
    recorded: tuple[int, ...] = ()
    steps_per_epoch: int = 0
    first_rate: float = 0.0
    initial: bool = False
    problem: str = ""


@dataclass(frozen=True, eq=False)
class RunAdvanced(CompareEvent):
    """More points of a run that is trained beside the open one; tables as in `RunOpened`."""

    name: str
    train: Table
    held: Table
    recorded: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class LayerSeen:
    """One node's output for one sample (or its kernels), each map scaled by itself, and facts of the exact values.

    `zero` is the share of exact zeros, `saturated` that of values at the flat ends of a sigmoid (below 0.05, above
    0.95) or tanh (beyond ±0.95); None where the node is no such function. `total` is how many maps the layer has,
    `broken` the share of values that are NaN or infinite, which are drawn as 0.
    """

    maps: Maps
    low: float
    high: float
    zero: float
    saturated: float | None
    total: int
    broken: float = 0.0


@dataclass(frozen=True, eq=False)
class RunSeen:
    """What one run makes of a sample, with its weights of step `moment`."""

    moment: int
    layers: Mapping[str, LayerSeen]
    probabilities: Floats


@dataclass(frozen=True, eq=False)
class RunsSeen(CompareEvent):
    """A test sample, uint8 (channels, height, width), and what each run makes of it."""

    index: int
    picture: Bytes
    label: int
    runs: Mapping[str, RunSeen]
    step: int | None = None
    kernels: bool = False
    problem: str = ""


@dataclass(frozen=True, eq=False)
class RunEvaluated(CompareEvent):
    """What a run says to every held-out sample: int64 (n,) classes and labels, float32 (n,) probabilities.

    Where it says nothing (NaN), its class is -1 and the probability 0.
    """

    name: str
    step: int
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: Floats
    loss: float

    @property
    def accuracy(self) -> float:
        return float((self.labels == self.predicted).mean()) if len(self.labels) else 0.0


@dataclass(frozen=True)
class Evaluating(CompareEvent):
    """How far the predictions of a run are."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, eq=False)
class SamplesFound(CompareEvent):
    """Pictures uint8 (n, channels, height, width) and labels int64 (n,) of the test samples that were asked for."""

    name: str
    indices: tuple[int, ...]
    pictures: Bytes
    labels: NDArray[np.int64]


class QueueState(StrEnum):
    """What has become of a run that is to be trained."""

    WAITING = "waiting"
    TRAINING = "training"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class QueuedRun:
    """A plan and how far it is: `name` is the run's, once it has begun, `message` says why it failed."""

    plan: Plan
    state: QueueState
    name: str = ""
    title: str = ""
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    message: str = ""

    @property
    def training(self) -> bool:
        """Whether it is the one that is trained now."""
        return self.state is QueueState.TRAINING

    @property
    def ended(self) -> bool:
        """Whether it has learnt something, and learns no more."""
        return self.state in (QueueState.FINISHED, QueueState.STOPPED)

    @property
    def failed(self) -> bool:
        return self.state is QueueState.FAILED


@dataclass(frozen=True)
class QueueChanged(CompareEvent):
    """All runs that were asked for since the queue was last empty."""

    runs: tuple[QueuedRun, ...]

    @property
    def busy(self) -> bool:
        return any(run.state in (QueueState.WAITING, QueueState.TRAINING) for run in self.runs)
