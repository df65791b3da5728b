"""The training of one experiment: updates, points, evaluations, and what happens at the end of an epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from time import perf_counter

import torch

from engine.messages import Noticed, Recorded, Rewound, SettingsChanged, Status
from engine.session.branching import recorded
from engine.session.experiment import Experiment
from engine.session.outbox import Outbox
from engine.training import Diverged, TrainingError

# How often points are fetched from the device while training: curves are drawn no faster.
_TICK_SECONDS = 0.15
# So much earlier where the viewer paints just then: the time between two frames.
_EARLY_SECONDS = 0.04
# A quick look at held-out samples: on so many, at most so often, and so seldom that it costs half a percent of time.
_QUICK_SAMPLES = 1000
_QUICK_LEAST_SECONDS = 0.5
_QUICK_TIMES_ITS_COST = 200
# On an accelerator updates are queued; with more of them than this in the queue a picture would have to wait.
_MOST_QUEUED = 4
# How often a running training tells what its timeline has recorded: a slider does not move faster.
_RECORDED_SECONDS = 0.5


class Course:
    """Trains an experiment while `running`.

    `waiting` tells whether there are commands to carry out, `show(moving)` shows a picture if one is due. `aside`
    gives, for the length of long work, a function that does both and tells whether to give the work up. `epoch_ended`
    is called after the evaluation.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        outbox: Outbox,
        waiting: Callable[[], bool],
        show: Callable[[bool], None],
        aside: Callable[[], AbstractContextManager[Callable[[], bool]]],
        epoch_ended: Callable[[], None],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self.experiment = experiment
        self.running = False
        self._trainer = experiment.trainer
        self._outbox = outbox
        self._waiting = waiting
        self._show = show
        self._aside = aside
        self._epoch_ended = epoch_ended
        self._clock = clock
        self._steps_left: int | None = None
        self._next_tick = 0.0
        self._next_quick = 0.0
        self._recorded: Recorded | None = None
        self._next_recorded = 0.0
        self._quick_cost = math.inf
        self._settings = experiment.trainer.settings

    @property
    def status(self) -> tuple[Status, str]:
        """What this training does, and a word on it."""
        if self.running:
            return Status.TRAINING, ""
        if self._trainer.finished and self._trainer.updates:
            return Status.FINISHED, self._trainer.stopped_early or ""
        return (Status.PAUSED if self._trainer.updates else Status.READY), ""

    def start(self, steps: int | None = None) -> None:
        """Train on: so many updates, or (None) until the epochs asked for are done; if they are, for that many more.

        Raises TrainingError where there is nothing to learn from.
        """
        if refusal := self._trainer.refusal:
            raise TrainingError(refusal)
        if steps is None and self._trainer.finished:
            self._trainer.extend(self.experiment.stint)
            self.tell_settings()
        if not self._trainer.updates and not self.running and steps is None:
            self._look_quickly()
        self.running = True
        self._steps_left = steps
        self._next_quick = self._clock() + _QUICK_LEAST_SECONDS

    def stop(self) -> None:
        """Stop after this update; all points are told."""
        self.running = False
        self._steps_left = None
        self.collect()

    def run(self) -> None:
        """Train until there is a command to carry out, or nothing left to do. Raises what training raises."""
        try:
            self._run()
        except Diverged:
            self._tell_recorded()  # the moments since are gone
            raise

    def _run(self) -> None:
        trainer, device = self._trainer, self._trainer.device
        queues = device.type != "cpu"
        show, waiting, clock = self._show, self._waiting, self._clock
        moving = not self.experiment.looking_back
        turns = self._outbox.turns
        with turns.working():
            while self.running and not waiting():
                trainer.step()
                if queues and trainer.updates % _MOST_QUEUED == 0:
                    torch.accelerator.synchronize(device)
                if self._steps_left is not None:
                    self._count_down()
                if trainer.epoch_ended:
                    self._end_epoch()
                    moving = not self.experiment.looking_back  # the user may have gone back meanwhile, or come back
                show(moving)
                if clock() >= self._next_tick:
                    self._tick()
                turns.offer(partial(self._rest, moving))

    def _rest(self, moving: bool) -> None:
        """What can be done while the viewer paints, and costs no time of the steps then: the next frame's picture, the
        next batches, and points that would be fetched soon."""
        self._show(moving)
        self._trainer.prepare()
        now = self._clock()
        if self._next_tick - _EARLY_SECONDS <= now < self._next_quick:
            self.collect()
            self._next_tick = self._clock() + _TICK_SECONDS

    def collect(self) -> None:
        """Tell the points of all updates so far, and what has changed beside. Raises Diverged."""
        self._outbox.add_points(self._trainer.drain())
        try:
            self._outbox.add_points(self._trainer.drain())  # raises what the first one found
        except Diverged:
            self._tell_recorded()
            raise
        if not self.running or self._clock() >= self._next_recorded:
            self._tell_recorded()
        self.tell_settings()

    def _tell_recorded(self) -> None:
        self._next_recorded = self._clock() + _RECORDED_SECONDS
        if (told := recorded(self._trainer.timeline)) != self._recorded:
            self._recorded = told
            self._outbox.tell(told)

    def tell_settings(self) -> None:
        """Tell the settings if they have changed: the user has tuned them, or the learning rate decays."""
        if (settings := self._trainer.settings) != self._settings:
            self._settings = settings
            self._outbox.tell(SettingsChanged(settings, self._trainer.steps_per_epoch))

    def evaluate(self) -> None:
        """Evaluate the whole held-out set, unless the user gives it up."""
        if not self.experiment.dataset.labelled:
            return
        self.collect()
        with self._aside() as give_up:
            point, evaluated = self._trainer.evaluate(should_stop=give_up)
        self._outbox.add_points([point])
        if evaluated is None:
            return
        self.experiment.take_predictions()
        self._outbox.tell(evaluated)

    def rewind(self) -> None:
        """Back to the initial weights; points that nobody has fetched are of a history that has ended."""
        self.running = False
        self._trainer.rewind()
        self.experiment.start_anew()
        self._outbox.forget_points()
        self._outbox.tell(Rewound())
        self.collect()

    def _tick(self) -> None:
        self.collect()
        now = self._clock()
        if now >= self._next_quick and self._steps_left is None and self.running:
            self._look_quickly()
            now = self._clock()
        self._next_tick = now + _TICK_SECONDS

    def _look_quickly(self) -> None:
        """A point of the held-out curve between the ends of epochs."""
        if not self.experiment.dataset.labelled:
            return
        began = self._clock()
        with self._aside() as give_up:
            point, _ = self._trainer.evaluate(samples=_QUICK_SAMPLES, should_stop=give_up)
        self._outbox.add_points([point])
        ended = self._clock()
        # The least that it took: the first one warms up, and a busy machine would put the next off for long.
        self._quick_cost = min(self._quick_cost, ended - began)
        self._next_quick = ended + max(_QUICK_LEAST_SECONDS, _QUICK_TIMES_ITS_COST * self._quick_cost)

    def _count_down(self) -> None:
        assert self._steps_left is not None
        self._steps_left -= 1
        if self._steps_left <= 0:
            self.stop()

    def _end_epoch(self) -> None:
        self.evaluate()
        if self.running and self._steps_left is None and self._trainer.finished:
            self.stop()
            if reason := self._trainer.stopped_early:
                self._outbox.tell(Noticed(f"{reason}."))
        self._epoch_ended()
