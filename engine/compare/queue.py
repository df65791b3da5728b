"""Runs that are trained to be compared: one after the other, in slices, each saved as a run of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from engine import networks, runs
from engine.compare.listing import network_title
from engine.compare.subject import Subject, of_trainer, tables
from engine.datasets import Dataset
from engine.graph import trace_graph, with_softmax
from engine.messages import Settings
from engine.messages.compare import (
    CURRENT,
    Plan,
    QueueChanged,
    QueuedRun,
    QueueState,
    RunAdvanced,
    RunFacts,
)
from engine.messages.kinds import Event
from engine.session.course import Course
from engine.session.experiment import Experiment
from engine.session.failures import message
from engine.session.outbox import Outbox
from engine.session.places import Places
from engine.session.saving import save
from engine.training import Trainer, pick, settings_for

_TELL_SECONDS = 0.25
# A picture of the present may wait so long for a slice of training.
_SLICE_SECONDS = 0.04
# A look at so many held-out samples, so seldom that it costs a twentieth of the time: curves are compared by it.
_LOOK_SAMPLES, _LOOK_LEAST_SECONDS, _LOOK_TIMES_ITS_COST = 1000, 0.4, 20

Aside = Callable[[], AbstractContextManager[Callable[[], bool]]]


@dataclass(frozen=True, eq=False)
class Base:
    """What a plan starts from: how a run was trained, with the learning rate of its start, and on what."""

    settings: Settings
    first_rate: float
    epochs: int
    dataset: Dataset
    folder: str | None


class Queue:
    """`base_of` finds what a plan starts from; raises the engine's own errors. `tell` is told what happens."""

    def __init__(
        self,
        *,
        places: Places,
        base_of: Callable[[str], Base],
        tell: Callable[[Event], None],
        aside: Aside,
        waiting: Callable[[], bool],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._places, self._base_of, self._tell = places, base_of, tell
        self._aside, self._waiting, self._clock = aside, waiting, clock
        self._runs: list[QueuedRun] = []
        self._bases: dict[int, Base] = {}
        self._course: Course | None = None
        self._outbox = Outbox(lambda: None)
        self._facts = RunFacts("")
        self._began = self._next_told = self._until = self._next_look = 0.0

    @property
    def busy(self) -> bool:
        return any(one.state in (QueueState.WAITING, QueueState.TRAINING) for one in self._runs)

    @property
    def subject(self) -> Subject | None:
        """The run that is being trained."""
        if self._course is None:
            return None
        experiment = self._course.experiment
        return of_trainer(experiment.trainer, self._facts, experiment.graph)

    def add(self, plans: tuple[Plan, ...]) -> None:
        """Put these at the end; a queue that has come to its end is emptied first."""
        if not self.busy:
            self._runs, self._bases = [], {}
        if any(plan.base == CURRENT for plan in plans):
            base = self._base_of(CURRENT)  # as it is now: another one may be open when a plan's turn comes
            self._bases |= {len(self._runs) + place: base for place, plan in enumerate(plans) if plan.base == CURRENT}
        for plan in plans:
            self._runs.append(QueuedRun(plan, QueueState.WAITING, title=plan.title))
        self._tell(QueueChanged(tuple(self._runs)))

    def stop(self) -> None:
        """Train none of what waits; what the one in progress has learnt is saved."""
        self._end(QueueState.STOPPED)
        self._runs = [
            replace(one, state=QueueState.STOPPED) if one.state is QueueState.WAITING else one for one in self._runs
        ]
        self._tell(QueueChanged(tuple(self._runs)))

    def work(self) -> None:
        """Train for a moment, or begin the next one. Whatever goes wrong ends that run alone, and is told."""
        place = next((i for i, one in enumerate(self._runs) if one.state is QueueState.TRAINING), None)
        try:
            if place is None:
                self._begin(next(i for i, one in enumerate(self._runs) if one.state is QueueState.WAITING))
            else:
                self._go_on()
        except Exception as error:
            self._end(QueueState.FAILED, message(error))

    def _begin(self, place: int) -> None:
        plan = self._runs[place].plan
        self._runs[place] = replace(self._runs[place], state=QueueState.TRAINING)
        base = self._bases.get(place) or self._base_of(plan.base)
        settings = planned(plan, base)
        dataset = base.dataset
        if problem := networks.fit_problem(settings.network, dataset.picture_shape):
            raise networks.NetworkError(f"{dataset.title} does not fit the network: {problem}")
        module = networks.build(
            settings.network, seed=settings.seed, input_shape=dataset.picture_shape, classes=len(dataset.classes)
        )
        title, subtitle = network_title(settings.network)
        trainer = Trainer(
            network=settings.network, module=module, dataset=dataset, settings=settings, device=pick(settings.device)
        )
        traced = trace_graph(
            module, dataset.picture_shape, name=settings.network, title=title, subtitle=subtitle, strict=True
        )
        experiment = Experiment(trainer=trainer, graph=with_softmax(traced), folder=base.folder)
        experiment.directory = _new_folder(self._places.runs, settings.network, dataset.name)
        runs.prepare(experiment.directory)  # taken from now on: nobody else's run may go there
        self._facts = RunFacts(
            name=experiment.directory.name,
            title=plan.title,
            identity=trainer.identity,
            network=settings.network,
            network_title=title,
            subtitle=subtitle,
            settings=settings,
            dataset_title=dataset.title,
        )
        self._outbox = Outbox(lambda: None)
        self._course = Course(
            experiment,
            outbox=self._outbox,
            waiting=lambda: self._clock() >= self._until or self._waiting(),
            show=lambda moving: None,
            aside=self._aside,
            epoch_ended=self._save,
        )
        self._course.start()
        self._began = self._clock()
        self._next_look = self._began + _LOOK_LEAST_SECONDS
        self._runs[place] = replace(
            self._runs[place],
            name=self._facts.name,
            title=plan.title or title,
            steps=settings.epochs * trainer.steps_per_epoch,
        )
        self._tell(QueueChanged(tuple(self._runs)))
        self._tell(of_trainer(trainer, self._facts, experiment.graph).opened())

    def _go_on(self) -> None:
        course = self._course
        assert course is not None
        self._until = self._clock() + _SLICE_SECONDS
        course.run()
        if not course.running:
            course.collect()
            self._advance()
            self._end(QueueState.FINISHED)
        else:
            self._look()
            if self._clock() >= self._next_told:
                self._advance()

    def _look(self) -> None:
        """A point of the held-out curve, if one is due."""
        course, began = self._course, self._clock()
        assert course is not None
        if began < self._next_look or not len(course.experiment.dataset.test_labels):
            return
        point, _ = course.experiment.trainer.evaluate(samples=_LOOK_SAMPLES)
        self._outbox.add_points([point])
        now = self._clock()
        self._next_look = now + max(_LOOK_LEAST_SECONDS, _LOOK_TIMES_ITS_COST * (now - began))

    def _advance(self) -> None:
        course = self._course
        assert course is not None
        trainer = course.experiment.trainer
        train, held = tables(self._outbox.points())
        self._outbox.events()
        self._tell(RunAdvanced(self._facts.name, train, held, trainer.timeline.steps))
        for place, one in enumerate(self._runs):
            if one.state is QueueState.TRAINING:
                spent, done = self._clock() - self._began, trainer.updates
                left = spent / done * (one.steps - done) if done else None
                self._runs[place] = replace(one, step=done, seconds_left=left)
        self._tell(QueueChanged(tuple(self._runs)))
        self._next_told = self._clock() + _TELL_SECONDS

    def _save(self) -> None:
        course = self._course
        if course is not None and course.experiment.trainer.updates:
            save(course.experiment, places=self._places, path=str(course.experiment.directory))

    def _end(self, state: QueueState, why: str = "") -> None:
        """The one in progress has ended: save it, and say how it went."""
        try:
            if self._course is not None:
                if self._course.running:
                    self._course.stop()
                self._save()
                _remove_if_empty(self._course.experiment.directory)
        except Exception as error:
            state, why = QueueState.FAILED, message(error)
        self._course = None
        self._runs = [
            replace(one, state=state, message=why, seconds_left=None) if one.state is QueueState.TRAINING else one
            for one in self._runs
        ]
        self._tell(QueueChanged(tuple(self._runs)))


def planned(plan: Plan, base: Base) -> Settings:
    """The settings of a plan: the base's with the same budget, but for what the plan says. Raises TrainingError."""
    settings = replace(
        base.settings,
        network=plan.network or base.settings.network,
        seed=base.settings.seed if plan.seed is None else plan.seed,
        epochs=max(1, base.epochs if plan.epochs is None else plan.epochs),
        learning_rate=base.first_rate,
        patience=None,
    )
    if not plan.recipe:
        return settings
    return settings_for(
        network=settings.network,
        dataset=settings.dataset,
        seed=settings.seed,
        device=settings.device,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
    )


def _remove_if_empty(folder: Path | None) -> None:
    if folder is not None and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _new_folder(root: Path, network: str, dataset: str) -> Path:
    safe = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in f"{network}-{dataset}")[:80]
    name = f"{datetime.now():%Y-%m-%d-%H%M%S}-{safe}"
    folder, number = root / name, 1
    while folder.exists():
        number += 1
        folder = root / f"{name}-{number}"
    return folder
