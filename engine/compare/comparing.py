"""Carries out the commands of comparing runs, on the session's thread; what takes long is done in slices by `work`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from engine.compare import subject as subjects
from engine.compare.exporting import export
from engine.compare.listing import CompareError, list_runs, rename
from engine.compare.opening import Opener
from engine.compare.predicting import Predicting
from engine.compare.queue import Queue
from engine.compare.seeing import see
from engine.compare.subject import Subject
from engine.messages import Noticed
from engine.messages.compare import (
    CURRENT,
    MOST_RUNS,
    TRAINED,
    AskRuns,
    AskSamples,
    CompareRuns,
    EvaluateRuns,
    ExportRuns,
    LookAtRuns,
    RenameRun,
    RunEvaluated,
    RunFacts,
    RunOpened,
    RunSeen,
    RunsListed,
    RunsSeen,
    SamplesFound,
    StopRuns,
    TrainRuns,
)
from engine.session.experiment import Experiment
from engine.session.failures import message
from engine.session.outbox import Outbox
from engine.session.places import Places

_SLICE_SECONDS = 0.04


class Comparing:
    """`experiment` gives the one that is open; `aside` as in Worker; `waiting` whether there are commands."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        places: Places,
        experiment: Callable[[], Experiment | None],
        aside: Callable[[], AbstractContextManager[Callable[[], bool]]],
        waiting: Callable[[], bool],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._outbox, self._places, self._experiment = outbox, places, experiment
        self._aside, self._waiting, self._clock = aside, waiting, clock
        self._subjects: dict[str, Subject] = {}
        self._to_predict: list[str] = []
        self._predicting: Predicting | None = None
        self._found: dict[tuple[str, str, int], RunEvaluated] = {}
        self._opener = Opener(places=places, experiment=experiment, aside=aside, tell=outbox.tell)
        self._queue = Queue(
            places=places, base_of=self._opener.base, tell=outbox.tell, aside=aside, waiting=waiting, clock=clock
        )
        self.carriers: dict[type, Callable[[Any], None]] = {
            AskRuns: lambda command: self._list(),
            CompareRuns: self._compare,
            RenameRun: self._rename,
            LookAtRuns: self._look,
            EvaluateRuns: self._evaluate,
            AskSamples: self._samples,
            TrainRuns: lambda command: self._queue.add(command.plans),
            StopRuns: lambda command: self._queue.stop(),
            ExportRuns: self._export,
        }

    # Work in slices.

    def wants_time(self, *, training: bool) -> bool:
        """Whether `work` is to be called; while the open experiment is trained, no other one is."""
        return bool(self._to_predict or self._predicting) or (self._queue.busy and not training)

    def work(self) -> None:
        """Some 40 ms of what is to be done."""
        if not (self._to_predict or self._predicting):
            self._queue.work()
            return
        if self._predicting is None:
            self._predicting = self._begin(self._to_predict.pop(0))
            if self._predicting is None:
                return
        end = self._clock() + _SLICE_SECONDS
        predicting = self._predicting
        try:
            found = predicting.work(lambda: self._clock() < end and not self._waiting())
        except Exception:
            self._predicting = None
            raise
        if found is None:
            self._outbox.tell(predicting.progress)
            return
        self._predicting = None
        self._tell_found(found)

    def close(self) -> None:
        """The end: save what was being trained."""
        self._to_predict, self._predicting = [], None
        if self._queue.busy:
            self._queue.stop()

    # The commands.

    def _list(self) -> None:
        experiment = self._experiment()
        self._outbox.tell(
            RunsListed(
                list_runs(self._places.runs, self._places.resources),
                current="" if experiment is None else experiment.trainer.identity,
            )
        )

    def _rename(self, command: RenameRun) -> None:
        rename(command.name, command.title, self._places.runs)
        self._list()

    def _compare(self, command: CompareRuns) -> None:
        names = tuple(dict.fromkeys(command.names))[:MOST_RUNS]
        self._subjects = {name: one for name, one in self._subjects.items() if name in names}
        self._to_predict = [name for name in self._to_predict if name in names]
        for name in names:
            try:
                self._open(name)
            except Exception as error:  # one run that cannot be read keeps no other from being shown
                facts = RunFacts(name=name, problem=message(error))
                empty = subjects.tables(())
                self._outbox.tell(RunOpened(facts, *empty, problem=facts.problem))

    def _open(self, name: str) -> Subject:
        """The subject of that name, told if it is new."""
        made = self._live(name)
        if made is None:
            known = self._subjects.get(name)
            made = self._opener.trained(name) if name.startswith(TRAINED) else self._opener.saved(name, known)
            if made is known and known is not None:
                return known
        self._subjects[name] = made
        self._outbox.tell(made.opened())
        return made

    def _live(self, name: str) -> Subject | None:
        """A run that is being trained; None if that one is not."""
        if name == CURRENT:
            experiment = self._experiment()
            if experiment is None:
                raise CompareError(
                    "nothing that is trained here is open (a run that is followed is not): open a network, or remove "
                    "this from the comparison"
                )
            return self._opener.current(experiment)
        training = self._queue.subject
        return training if training is not None and training.facts.name == name else None

    def _look(self, command: LookAtRuns) -> None:
        """Answered whatever happens: who asks one question at a time waits for it."""
        found: RunsSeen | None = None
        try:
            found = self._looked_at(command)
        finally:
            nothing = np.zeros((1, 1, 1), np.uint8)
            self._outbox.tell(found or RunsSeen(index=-1, picture=nothing, label=-1, runs={}))

    def _looked_at(self, command: LookAtRuns) -> RunsSeen | None:
        subjects_ = {name: one for name in command.nodes if (one := self._subject(name)) is not None}
        first = next((one for one in subjects_.values() if one.dataset is not None), None)
        if first is None or first.dataset is None:
            return None
        count = len(first.dataset.test_labels)
        if not count:
            return None
        index = min(max(command.index, 0), count - 1)
        picture = first.dataset.test_pictures[index]
        seen: dict[str, RunSeen] = {}
        problem = ""
        for name, one in subjects_.items():
            dataset = one.dataset or first.dataset
            if one.module is None or one.graph is None:
                continue
            if dataset.picture_shape != picture.shape:
                takes, given = ("x".join(map(str, shape)) for shape in (dataset.picture_shape, picture.shape))
                problem = f"{one.facts.network_title} takes pictures of {takes}, and this one is {given}."
                continue
            seen[name] = see(
                one,
                subjects.normalized(picture, dataset),
                nodes=command.nodes[name],
                step=command.step,
                kernels=command.kernels,
            )
        return RunsSeen(
            index=index,
            picture=picture,
            label=int(first.dataset.test_labels[index]),
            runs=seen,
            step=command.step,
            kernels=command.kernels,
            problem=problem,
        )

    def _evaluate(self, command: EvaluateRuns) -> None:
        for name in command.names:
            if self._predicting is not None and self._predicting.name == name:
                self._predicting = None  # its weights, or the run itself, may be others now
            if name not in self._to_predict:
                self._to_predict.append(name)

    def _begin(self, name: str) -> Predicting | None:
        """Begin with the predictions of a run; None if they are known (then they are told) or cannot be had."""
        subject = self._subject(name)
        if subject is None or subject.module is None or subject.dataset is None or not len(subject.dataset.test_labels):
            return None
        known = self._found.get((name, subject.facts.identity, subject.step()))
        if known is not None:
            self._outbox.tell(known)
            return None
        experiment = self._experiment()
        if name == CURRENT and experiment is not None:
            said = experiment.trainer.predictions()
            if said is not None and said.step == experiment.trainer.updates:
                self._tell_found(RunEvaluated(name, said.step, said.labels, said.predicted, said.confidence, said.loss))
                return None
        return Predicting(subject)

    def _tell_found(self, found: RunEvaluated) -> None:
        subject = self._subjects.get(found.name)
        if subject is not None:
            while len(self._found) >= 4 * MOST_RUNS:
                self._found.pop(next(iter(self._found)))
            self._found[found.name, subject.facts.identity, found.step] = found
        self._outbox.tell(found)

    def _samples(self, command: AskSamples) -> None:
        subject = self._subject(command.name)
        if subject is None or subject.dataset is None:
            return
        count = len(subject.dataset.test_labels)
        indices = tuple(index for index in command.indices if 0 <= index < count)
        places = np.array(indices, np.int64)
        self._outbox.tell(
            SamplesFound(
                command.name, indices, subject.dataset.test_pictures[places], subject.dataset.test_labels[places]
            )
        )

    def _export(self, command: ExportRuns) -> None:
        found = []
        experiment = self._experiment()
        for name in command.names:
            if name == CURRENT and experiment is not None:
                folder = experiment.directory
                found.append(("open-run" if folder is None else folder.name, self._opener.current(experiment)))
            elif (known := self._subjects.get(name)) is not None:
                found.append((name, known))
        self._outbox.tell(Noticed(export(command.what, Path(command.path).expanduser(), found)))

    def _subject(self, name: str) -> Subject | None:
        """A run that is compared; what is being trained as it is now."""
        known = self._subjects.get(name)
        experiment = self._experiment()
        if name == CURRENT and experiment is not None:
            if known is None or known.module is not experiment.trainer.module:
                self._subjects[name] = known = self._opener.current(experiment)
            if known.facts.identity != experiment.trainer.identity or not experiment.trainer.updates:
                known.forget_past()
        return known
