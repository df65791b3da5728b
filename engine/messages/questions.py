"""How questions about a layer travel: the commands that ask, the events that tell. What is asked and what is answered
is in `engine.messages.insight`, which nothing needs before somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.messages.insight import Answer, Question


@dataclass(frozen=True)
class AskInsight:
    """Answer a question, between updates or while paused. A newer question of its kind takes its place.

    Answered by `Insight` with the same `request`.
    """

    question: Question
    request: int = 0


@dataclass(frozen=True)
class StopInsight:
    """Answer no more of what was asked: of one kind of question, or (None) of all."""

    kind: type | None = None


@dataclass(frozen=True)
class SwitchOff:
    """Let these maps of a node be zero from now on, in all that is shown; () switches all of them on again.

    An empty `node` switches on all maps of the network. Training is not touched. Answered by `SwitchedOff`.
    """

    node: str
    maps: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Insight:
    """An answer, or a part of one (`finished` False). `step` is the update whose weights it is about."""

    answer: Answer
    request: int
    step: int
    finished: bool = True


@dataclass(frozen=True)
class InsightFailed:
    """A question that could not be answered, and why, for the user."""

    question: Question
    request: int
    message: str


@dataclass(frozen=True, eq=False)
class SwitchedOff:
    """The maps that are switched off now, by node; those of nodes not named are on."""

    maps: Mapping[str, tuple[int, ...]]
