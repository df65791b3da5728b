"""Answers questions about a network slice by slice, while it rests or between two updates of its training."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import torch
from torch import Tensor

from engine.insight.ablation import Off
from engine.insight.distribution import distribution
from engine.insight.explanation import explanation
from engine.insight.fields import effective_field, map_gradient
from engine.insight.maximization import maximization
from engine.insight.projection import projection
from engine.insight.strongest import strongest
from engine.insight.subject import InsightError, Material, Subject
from engine.messages import Failed, Sample
from engine.messages.insight import (
    Answer,
    AskDistribution,
    AskExplanation,
    AskField,
    AskGradient,
    AskInsight,
    AskMaximization,
    AskProjection,
    AskStrongest,
    Insight,
    InsightFailed,
    Question,
)
from engine.training.devices import is_out_of_memory, told
from engine.twin import TwinError

# While training, slices take at most one part in so many of the time.
_SHARE = 5


class Looked(Protocol):
    """The experiment that questions are about."""

    @property
    def shown_step(self) -> int: ...

    @property
    def off(self) -> Off: ...

    @property
    def material(self) -> Material: ...

    def subject(self) -> Subject: ...

    def seen(self, sample: Sample) -> Tensor: ...


@dataclass(eq=False)
class _Job:
    """A question being answered. `held` is the last answer, until it is known whether another follows."""

    question: Question
    request: int
    step: int
    answers: Iterator[Answer | None]
    held: Answer | None = None


class Insights:
    """Questions wait here and are answered in order; all methods are called on the session's thread.

    `tell` takes the events. Neither weights, modes nor random state of what is trained have a part in it: a Subject is
    a copy, and torch's global random state is put back after each slice.
    """

    def __init__(
        self, tell: Callable[[Insight | InsightFailed | Failed], None], *, clock: Callable[[], float] = perf_counter
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._asked: list[AskInsight] = []
        self._job: _Job | None = None
        self._subject: tuple[object, Subject] | None = None
        self._not_before = 0.0

    @property
    def waiting(self) -> bool:
        """Whether there is something to do."""
        return self._job is not None or bool(self._asked)

    def ask(self, command: AskInsight) -> None:
        """Put a question behind those that wait; an older one of its kind is given up."""
        slot = _slot(command.question)
        self._asked = [one for one in self._asked if _slot(one.question) != slot]
        if self._job is not None and _slot(self._job.question) == slot:
            self._job = None
        self._asked.append(command)

    def stop(self, kind: type | None = None) -> None:
        """Give up all questions, or those of one kind."""
        self._asked = [one for one in self._asked if kind is not None and not isinstance(one.question, kind)]
        if self._job is not None and (kind is None or isinstance(self._job.question, kind)):
            self._job = None
        if not self.waiting:
            self._subject = None

    def work(self, looked: Looked, sample: Sample | None, *, training: bool = False) -> None:
        """Do one slice; while training only if it is due. What goes wrong is told as an event."""
        if not self.waiting or (training and self._clock() < self._not_before):
            return
        began = self._clock()
        question = self._job.question if self._job is not None else self._asked[0].question
        request = self._job.request if self._job is not None else self._asked[0].request
        try:
            with torch.random.fork_rng(devices=[]):
                self._slice(looked, sample)
        except (InsightError, TwinError) as error:
            self._give_up()
            self._tell(InsightFailed(question, request, str(error)))
        except Exception as error:  # a module of the user's, the device's memory: training and pictures go on
            self._give_up()
            text = f"{type(error).__name__}: {error}".strip().splitlines()[0]
            if is_out_of_memory(error):
                text, self._subject = told(error), None  # the copy of all weights is not kept for the next question
            self._tell(InsightFailed(question, request, text))
            self._tell(Failed("A question about a layer could not be answered", text, traceback.format_exc()))
        ended = self._clock()
        self._not_before = ended + (_SHARE - 1) * (ended - began)
        if not self.waiting:
            self._subject = None  # a copy of all weights

    def _give_up(self) -> None:
        if self._job is None:
            self._asked.pop(0)
        self._job = None

    def _slice(self, looked: Looked, sample: Sample | None) -> None:
        if self._job is None:
            command = self._asked[0]
            answers = self._answers(looked, sample, command.question)
            self._job = _Job(command.question, command.request, looked.shown_step, answers)
            self._asked.pop(0)
        job = self._job
        ended = False
        answer = None
        try:
            answer = next(job.answers)
        except StopIteration:
            ended = True
        if job.held is not None and (ended or answer is not None):
            self._tell(Insight(job.held, job.request, job.step, finished=ended))
        if answer is not None:
            job.held = answer
        if ended:
            self._job = None

    def _answers(self, looked: Looked, sample: Sample | None, question: Question) -> Iterator[Answer | None]:
        subject = self._subject_of(looked)
        if isinstance(question, AskDistribution):
            return distribution(subject, looked.material, question)
        if isinstance(question, AskStrongest):
            return strongest(subject, looked.material, question)
        if isinstance(question, AskField):
            return effective_field(subject, looked.material, question)
        if isinstance(question, AskMaximization):
            return maximization(subject, looked.material, question)
        if isinstance(question, AskProjection):
            return iter([projection(subject, question)])
        if sample is None:
            raise InsightError("There is no picture to explain.")
        if isinstance(question, AskGradient):
            return iter([map_gradient(subject, looked.material, question, looked.seen(sample))])
        if isinstance(question, AskExplanation):
            return explanation(subject, question, looked.seen(sample))
        raise TypeError(f"nothing answers {question!r}")

    def _subject_of(self, looked: Looked) -> Subject:
        """One copy serves all questions about the same weights."""
        key = (id(looked), looked.shown_step, dict(looked.off))
        if self._subject is None or self._subject[0] != key:
            self._subject = (key, looked.subject())
        return self._subject[1]


def _slot(question: Question) -> object:
    return (type(question), question.method) if isinstance(question, AskExplanation) else type(question)
