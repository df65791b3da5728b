"""How questions about a layer travel: the commands that ask, the events that tell. What is asked and what is answered
is in `engine.messages.insight`, which nothing needs before somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.messages.kinds import Command, Event


class Question:
    """What may be asked about a layer, a map or a unit: one of those in `engine.messages.insight`."""


class Answer:
    """What is known then, of its own kind for each kind of question, which it carries."""

    question: Question


@dataclass(frozen=True)
class AskInsight(Command):
    """Answer a question, between updates or while paused. A newer question of its kind takes its place.

    Answered by `Insight` with the same `request`.
    """

    question: Question
    request: int = 0


@dataclass(frozen=True)
class StopInsight(Command):
    """Answer no more of what was asked: of one kind of question, or (None) of all."""

    kind: type | None = None


@dataclass(frozen=True)
class SwitchOff(Command):
    """Let these maps of a node be zero from now on, in all that is shown; () switches all of them on again.

    An empty `node` switches on all maps of the network. Training is not touched. Answered by `SwitchedOff`.
    """

    node: str
    maps: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Insight(Event):
    """An answer, or a part of one (`finished` False). `step` is the update whose weights it is about."""

    answer: Answer
    request: int
    step: int
    finished: bool = True


@dataclass(frozen=True)
class InsightFailed(Event):
    """A question that could not be answered, and why, for the user."""

    question: Question
    request: int
    message: str


@dataclass(frozen=True, eq=False)
class SwitchedOff(Event):
    """The maps that are switched off now, by node; those of nodes not named are on."""

    maps: Mapping[str, tuple[int, ...]]
