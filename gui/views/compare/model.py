"""What the comparison knows of each run, gathered from the engine's messages. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.messages import HeldOutPoint, Point, Settings, TrainPoint
from engine.messages.compare import CURRENT, TRAINED, RunAdvanced, RunEvaluated, RunFacts, RunOpened, Table

STEP, EPOCH, LOSS, ACCURACY, SECONDS, SAMPLES, WHOLE = range(7)
AT_THE_END = "at the last step"
"""What is said of the predictions of all samples while the slider stands earlier: they are of the last weights."""


@dataclass(eq=False)
class ShownRun:
    """A run that is compared. `place` decides its colour; `train` and `held` are tables as in `RunOpened`.

    `told` is what tells it apart from runs that are called the same (see `naming`), `told_alone` that this is its
    whole name, `data_told` that its data are said.
    """

    opened: RunOpened
    place: int
    train: Table
    held: Table
    evaluated: RunEvaluated | None = None
    recorded: tuple[int, ...] = ()
    told: str = ""
    told_alone: bool = False
    data_told: bool = False
    version: int = field(default=0)

    @classmethod
    def of(cls, opened: RunOpened, place: int) -> ShownRun:
        return cls(opened, place, opened.train, opened.held, recorded=opened.recorded)

    @property
    def facts(self) -> RunFacts:
        return self.opened.facts

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def settings(self) -> Settings | None:
        return self.facts.settings

    @property
    def title(self) -> str:
        """What it is called: by the user, else by its network, and by what tells it apart."""
        unknown = "The open network" if self.name == CURRENT else self.name
        called = self.facts.title or self.facts.network_title or unknown
        if not self.told:
            return called
        return self.short if self.told_alone else f"{called}, {self.told}"

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return self.told[:1].upper() + self.told[1:] if self.told else self.title

    @property
    def subtitle(self) -> str:
        """What distinguishes it, in a few words."""
        named = self.facts.title or self.told_alone
        words = [self.facts.network_title] if named and self.facts.network_title else []
        if self.facts.subtitle:
            words.append(self.facts.subtitle)
        if self.data_told and self.opened.dataset is not None and self.opened.dataset.title != self.told:
            words.append(self.opened.dataset.title)
        if self.facts.problem and self.opened.graph is not None:
            words.append(self.facts.problem)
        if self.name == CURRENT:
            words.append("open now")
        elif self.name.startswith(TRAINED):
            words.append("comes trained")
        return ", ".join(words)

    @property
    def end(self) -> int:
        """The last step."""
        ends = [int(table[-1, STEP]) for table in (self.train, self.held) if len(table)]
        return max([self.facts.step, *ends])

    @property
    def accuracy(self) -> float | None:
        """Held-out accuracy of the last weights, 0-1, as far as it is known."""
        if self.evaluated is not None:
            return self.evaluated.accuracy
        return float(self.held[-1, ACCURACY]) if len(self.held) else self.facts.test_accuracy

    def reopen(self, opened: RunOpened) -> None:
        """The engine has told more of it."""
        self.opened = opened
        self.train, self.held, self.recorded = opened.train, opened.held, opened.recorded
        self.evaluated = None
        self.version += 1

    def advance(self, more: RunAdvanced) -> None:
        """Points of a run that is being trained."""
        self.train, self.held = joined(self.train, more.train), joined(self.held, more.held)
        self.recorded = more.recorded
        self.version += 1

    def add(self, points: Sequence[Point]) -> None:
        """Points of the open run."""
        train = [(p.step, p.epoch, p.loss, p.accuracy, p.seconds) for p in points if isinstance(p, TrainPoint)]
        held = [
            (p.step, p.epoch, p.loss, p.accuracy, p.seconds, p.samples, p.whole)
            for p in points
            if isinstance(p, HeldOutPoint)
        ]
        if train:
            self.train = joined(self.train, np.array(train, np.float64))
        if held:
            self.held = joined(self.held, np.array(held, np.float64))
        self.version += 1


def joined(before: Table, more: Table) -> Table:
    """Rows appended, without those that are there already (a run is told whole now and then)."""
    if not len(more):
        return before
    if len(before):
        more = more[more[:, STEP] > before[-1, STEP]]
    return np.concatenate([before, more]) if len(more) else before


def recipe_key(run: ShownRun) -> Settings | None:
    """Its settings but for what may differ among seeds of one experiment; the learning rate is that of the start."""
    settings = run.settings
    if settings is None:
        return None
    rate = run.opened.first_rate or settings.learning_rate
    return replace(settings, seed=0, device="", patience=None, min_delta=0.0, learning_rate=rate)


def groups(runs: Sequence[ShownRun]) -> list[list[ShownRun]]:
    """Runs that differ in their seed alone, together; each in the order of the first of them."""
    found: dict[object, list[ShownRun]] = {}
    for run in runs:
        key = recipe_key(run)
        seeds = {one.settings.seed for one in found.get(key, []) if one.settings is not None}
        taken = run.settings is None or run.settings.seed in seeds  # the same run twice is no second seed
        found.setdefault((run.name,) if key is None or taken else key, []).append(run)
    return list(found.values())


def same_data(first: ShownRun, second: ShownRun) -> bool:
    """Whether both have learned from the same data, as far as that is known."""
    ours, theirs = first.opened.dataset, second.opened.dataset
    return ours is None or theirs is None or (ours.name, ours.classes) == (theirs.name, theirs.classes)


def difference(first: RunEvaluated, second: RunEvaluated) -> Difference | None:
    """Where two runs differ; None if they were not asked about the same samples."""
    if len(first.labels) != len(second.labels) or not np.array_equal(first.labels, second.labels):
        return None
    ours, theirs = first.predicted == first.labels, second.predicted == second.labels
    sure = first.confidence + second.confidence
    order = np.argsort(-sure, kind="stable")

    def sorted_where(mask: np.ndarray) -> tuple[int, ...]:
        return tuple(int(index) for index in order[mask[order]])

    return Difference(
        only_first=sorted_where(ours & ~theirs),
        only_second=sorted_where(~ours & theirs),
        both_right=int((ours & theirs).sum()),
        both_wrong=int((~ours & ~theirs).sum()),
    )


@dataclass(frozen=True)
class Difference:
    """Test samples that only one of two runs gets right, the surest first, and how many both get right or wrong."""

    only_first: tuple[int, ...]
    only_second: tuple[int, ...]
    both_right: int
    both_wrong: int

    @property
    def all(self) -> tuple[int, ...]:
        """As they are listed: first those that the second run alone gets right."""
        return (*self.only_second, *self.only_first)


def per_class(evaluated: RunEvaluated, classes: int) -> np.ndarray:
    """Accuracy of each class, float64 (classes,); NaN for one without samples."""
    right = np.bincount(evaluated.labels[evaluated.predicted == evaluated.labels], minlength=classes)[:classes]
    count = np.bincount(evaluated.labels, minlength=classes)[:classes]
    with np.errstate(invalid="ignore", divide="ignore"):
        return right / count
