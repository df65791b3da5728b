"""What the Studio knows of the running experiment, gathered from the engine's messages. No Qt."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil

from engine import messages
from gui.labs.studio.modules_reference import is_reference

_WINDOW = 2.0
"""Seconds over which the throughput is measured."""


class Experiment:
    """The latest of everything that came up. `step` counts updates, `moment` is the update whose pictures are shown."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.opened: messages.Opened | None = None
        self.loaded = False  # whether the engine holds it, or only its bundled pictures are shown
        self.settings: messages.Settings | None = None
        self.steps_per_epoch = 0
        self.status = messages.Status.STARTING
        self.detail = ""
        self.step = 0
        self.moment = 0
        self.is_earlier = False  # whether what is shown has earlier weights than those of the last update
        self.recorded: tuple[int, ...] = ()
        self.recorded_bytes = 0
        self.evaluated: messages.Evaluated | None = None
        self.points: list[messages.Point] = []
        self.saved_step = -1
        self.saved_path = ""
        self.refusal = ""  # why what is open cannot be trained; "" where it can
        self._initial = False  # whether step 0 has weights that nobody has trained
        self.switched_off = 0  # so many maps are zero in what is shown
        self._pace: deque[tuple[float, int]] = deque()

    @property
    def training(self) -> bool:
        return self.status is messages.Status.TRAINING

    @property
    def busy(self) -> bool:
        """Whether the engine cannot take up training now."""
        return self.status in (messages.Status.STARTING, messages.Status.WORKING, messages.Status.CLOSED)

    def open(self, opened: messages.Opened, *, loaded: bool) -> None:
        """Another experiment: what was known of the last one goes."""
        self.opened, self.loaded = opened, loaded
        self.settings = opened.settings
        self.steps_per_epoch = opened.steps_per_epoch
        facts = opened.dataset
        self.refusal = "" if facts.train_samples else f"{facts.title} have no labels to learn from: choose other data"
        self.restart()
        self._initial = opened.initial

    @property
    def unjudged(self) -> str:
        """Why nothing can be evaluated here; "" where it can."""
        if self.status is messages.Status.FOLLOWING:
            return "This run is written by something else; here it is only followed."
        return f"{self.refusal[:1].upper()}{self.refusal[1:]}." if self.refusal else ""

    @property
    def weights_note(self) -> str:
        """What is to be known of the weights that are shown, so that nobody takes them for others; else ""."""
        if self.is_earlier:
            return f"weights of step {self.moment:,}"
        if self.settings is None or not self._initial or self.moment:
            return ""
        return "initial weights" if is_reference(self.settings.network) else "random weights"

    def restart(self) -> None:
        """Step 0 again."""
        self._initial = True
        self.step = self.moment = 0
        self.is_earlier = False
        self.recorded, self.recorded_bytes = (), 0
        self.evaluated = None
        self.points = []
        self.saved_step, self.saved_path = -1, ""
        self._pace.clear()

    def look(self, snapshot: messages.Snapshot) -> None:
        """Take notice of whose weights are shown."""
        self.moment, self.is_earlier = snapshot.moment, snapshot.moment < snapshot.step
        self.step = max(snapshot.step, self.step)

    def tune(self, changed: messages.SettingsChanged) -> None:
        self.settings = changed.settings
        self.steps_per_epoch = changed.steps_per_epoch
        if self.opened is not None:  # what a rewind goes back to keeps what was tuned
            self.opened = replace(self.opened, settings=changed.settings, steps_per_epoch=changed.steps_per_epoch)

    def set_status(self, changed: messages.StatusChanged) -> None:
        self.status, self.detail = changed.status, changed.detail
        if not self.training:
            self._pace.clear()

    def add(self, points: Sequence[messages.Point]) -> None:
        """Keep points; the throughput is measured from when they arrive."""
        self.points.extend(points)
        trained = [point.step for point in points if isinstance(point, messages.TrainPoint)]
        if trained:
            self.step = max(self.step, trained[-1])
            now = self._clock()
            self._pace.append((now, trained[-1]))
            while len(self._pace) > 2 and now - self._pace[1][0] >= _WINDOW:
                self._pace.popleft()

    @property
    def epoch(self) -> float:
        """Epochs trained so far, also where the batch size was changed on the way: 1.5 in the middle of the second."""
        for point in reversed(self.points):
            if isinstance(point, messages.TrainPoint):
                left_over = self.step - point.step  # snapshots may be ahead of the points
                return point.epoch + (left_over / self.steps_per_epoch if self.steps_per_epoch else 0.0)
        return self.step / self.steps_per_epoch if self.steps_per_epoch else 0.0

    @property
    def steps_in_all(self) -> int:
        """Updates made and those to come, at the batch size of now; 0 where an epoch has no known length."""
        if self.settings is None or not self.steps_per_epoch:
            return 0
        return self.step + ceil(max(self.settings.epochs - self.epoch, 0.0) * self.steps_per_epoch - 1e-6)

    def samples_per_second(self) -> float | None:
        """Training throughput over the last seconds; None when nothing is trained."""
        if self.settings is None or not self.training or len(self._pace) < 2:
            return None
        (before, first), (after, last) = self._pace[0], self._pace[-1]
        return (last - first) * self.settings.batch_size / (after - before) if after > before else None

    def steps_per_second(self) -> float | None:
        """How fast a followed run makes its updates, by its own clock over the last seconds; None if that is not known:
        it does not write when a step was made, or it has ended."""
        if self.status is not messages.Status.FOLLOWING or self.detail:
            return None
        trained = (point for point in reversed(self.points) if isinstance(point, messages.TrainPoint))
        last = first = next(trained, None)
        if last is None or first is None:
            return None
        for point in trained:
            if not point.seconds <= first.seconds:
                break
            first = point
            if last.seconds - first.seconds >= _WINDOW:
                break
        passed = last.seconds - first.seconds
        return (last.step - first.step) / passed if passed > 0 else None

    @property
    def best(self) -> messages.HeldOutPoint | None:
        """The evaluation of least held-out loss, among whole ones if there are any."""
        held_out = [point for point in self.points if isinstance(point, messages.HeldOutPoint)]
        whole = [point for point in held_out if point.whole] or held_out
        return min(whole, key=lambda point: point.loss, default=None)

    def earlier_moment(self) -> int | None:
        """The recorded step before the one that is shown; None if there is none."""
        shown = min(self.moment, self.step)
        return max((step for step in self.recorded if step < shown), default=None)
