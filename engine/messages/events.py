"""What the engine tells as it happens: points of the curves, of which none is lost, and rare events, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.messages.kinds import Event
from engine.messages.network import Graph
from engine.messages.pictures import Bytes, Floats


@dataclass(frozen=True)
class TrainPoint:
    """One update: the loss and accuracy (0-1) of its batch. `seconds` counts training time alone since the start."""

    step: int
    epoch: float
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class HeldOutPoint:
    """One evaluation on held-out samples; `samples` says on how many. `whole` if on the whole test set."""

    step: int
    epoch: float
    loss: float
    accuracy: float
    samples: int
    whole: bool
    seconds: float


Point: TypeAlias = TrainPoint | HeldOutPoint


class Status(StrEnum):
    """What the engine is doing."""

    STARTING = "starting"  # torch is loading; first pictures are there already
    READY = "ready"
    WORKING = "working"  # loading data, downloading, evaluating
    TRAINING = "training"
    PAUSED = "paused"
    FINISHED = "finished"  # as many epochs as asked for, or stopped early
    CLOSED = "closed"
    FOLLOWING = "following"  # a run that something else writes is shown


@dataclass(frozen=True)
class StatusChanged(Event):
    """What the session does now; `detail` says what of, in words for the user."""

    status: Status
    detail: str = ""


@dataclass(frozen=True)
class Settings:
    """An experiment's configuration as it is now; what `Opened` reports and a Run saves.

    `learning_rate` is the one in use; after each epoch it is multiplied by `learning_rate_decay`.
    """

    network: str
    dataset: str
    seed: int
    device: str
    batch_size: int
    learning_rate: float
    momentum: float
    weight_decay: float
    epochs: int
    patience: int | None = None
    min_delta: float = 0.0
    learning_rate_decay: float = 1.0


@dataclass(frozen=True, eq=False)
class DatasetFacts:
    """What a viewer needs to know of a dataset. `classes` are names; `picture_shape` is (channels, height, width)."""

    name: str
    title: str
    classes: tuple[str, ...]
    picture_shape: tuple[int, int, int]
    train_samples: int
    test_samples: int


@dataclass(frozen=True, eq=False)
class Opened(Event):
    """A network and a dataset are there (again): draw this graph. `initial`: nobody has trained its weights."""

    graph: Graph
    settings: Settings
    dataset: DatasetFacts
    devices: tuple[str, ...]
    steps_per_epoch: int
    pretrained: bool = False
    initial: bool = False


@dataclass(frozen=True)
class SettingsChanged(Event):
    """Settings were tuned, and with the size of batches how many steps an epoch has."""

    settings: Settings
    steps_per_epoch: int


@dataclass(frozen=True)
class Rewound(Event):
    """Weights are the very same initial ones again, the history is empty, the step is 0."""


@dataclass(frozen=True)
class Progress(Event):
    """A long work: `done` of `total` (bytes, samples, …; total 0: unknown). `finished` ends it. Cancel by `Cancel`."""

    title: str
    done: float
    total: float
    seconds_left: float | None = None
    finished: bool = False


@dataclass(frozen=True)
class Failed(Event):
    """Something went wrong: what happened, to what, what to do; details (a traceback) can be copied."""

    title: str
    message: str
    details: str = ""


@dataclass(frozen=True)
class Noticed(Event):
    """Worth a line to the user, no failure: "Run saved", "Stopped early: …"."""

    message: str


@dataclass(frozen=True, eq=False)
class Evaluated(Event):
    """The whole held-out set was evaluated at `step`.

    `confusion` is int64 (classes, classes), rows are labels, columns predictions. `mistakes` are test indices, the most
    confidently wrong first; `predicted` their predictions, `confidence` their probabilities; at most 1,000 each.
    """

    step: int
    loss: float
    accuracy: float
    confusion: NDArray[np.int64]
    mistakes: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: Floats


@dataclass(frozen=True, eq=False)
class Gallery(Event):
    """Pictures of samples as asked for: uint8 (n, channels, height, width), with labels and predictions (-1: none)."""

    split: str
    indices: NDArray[np.int64]
    pictures: Bytes
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]


@dataclass(frozen=True)
class RunSaved(Event):
    """The run is on disk in the folder `path`, as it was at `step`."""

    path: str
    step: int


@dataclass(frozen=True)
class Recorded(Event):
    """The steps at which weights are kept in the timeline, in order, and how much memory they take.

    `settings` are those that held then, where they are known: a branch starts with them. `exact` tells whether one that
    changes nothing goes on exactly as this training did; else momentum starts from zero.
    """

    steps: tuple[int, ...]
    bytes: int
    settings: tuple[Settings | None, ...] = ()
    exact: tuple[bool, ...] = ()
