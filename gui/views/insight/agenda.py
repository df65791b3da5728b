"""Which questions about a map are to be asked now: those that are on screen, whose answers are of something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    Method,
    Question,
)


class Slot(StrEnum):
    """What is shown of a map; each has a place of its own on the page."""

    DISTRIBUTION = "distribution"
    STRONGEST = "strongest"
    FIELD = "field"
    GRADIENT = "gradient"
    SALIENCY = "saliency"
    INTEGRATED_GRADIENTS = "integrated_gradients"
    GRAD_CAM = "grad_cam"
    OCCLUSION = "occlusion"
    PROJECTION = "projection"
    MAXIMIZATION = "maximization"


# About how many forward passes of one sample each of them takes (a backward pass counts as two).
_PASSES = {
    Slot.DISTRIBUTION: 1536,
    Slot.STRONGEST: 1000,
    Slot.FIELD: 96,
    Slot.GRADIENT: 3,
    Slot.SALIENCY: 3,
    Slot.INTEGRATED_GRADIENTS: 192,
    Slot.GRAD_CAM: 3,
    Slot.OCCLUSION: 196,
    Slot.PROJECTION: 0,
    Slot.MAXIMIZATION: 500,
}
# So many multiply-adds are a second or three: what takes more is asked when the user wants it; while training less.
_AT_ONCE = 6e10
_WHILE_TRAINING = 2e9
_LONG = 500
"""Forward passes of an answer that a picture of the page does not wait for without end."""
_OF_THE_PICTURE = frozenset({Slot.GRADIENT, Slot.SALIENCY, Slot.INTEGRATED_GRADIENTS, Slot.GRAD_CAM, Slot.OCCLUSION})


class State(StrEnum):
    """How far a slot's answer is."""

    ON_DEMAND = "on demand"
    WAITING = "waiting"
    FOUND = "found"
    FAILED = "failed"


@dataclass(frozen=True)
class Wanted:
    """What the page shows: a cell of a map, and the class (None: the predicted one) that is explained."""

    node: str
    map: int
    row: int = 0
    column: int = 0
    target: int | None = None


def slot_of(question: Question) -> Slot:
    """Where the answer of a question goes."""
    if isinstance(question, AskExplanation):
        return Slot(question.method.value)
    return {
        AskDistribution: Slot.DISTRIBUTION,
        AskStrongest: Slot.STRONGEST,
        AskField: Slot.FIELD,
        AskGradient: Slot.GRADIENT,
        AskProjection: Slot.PROJECTION,
        AskMaximization: Slot.MAXIMIZATION,
    }[type(question)]


def questions(wanted: Wanted, seed: int = 0) -> Mapping[Slot, Question]:
    """The question behind each slot; `seed` is where maximization starts."""
    node, map = wanted.node, wanted.map
    found: dict[Slot, Question] = {
        Slot(method.value): AskExplanation(method, wanted.target, node if method is Method.GRAD_CAM else "")
        for method in Method
    }
    return found | {
        Slot.GRADIENT: AskGradient(node, map, wanted.target, wanted.row, wanted.column),
        Slot.FIELD: AskField(node, map, wanted.row, wanted.column),
        Slot.PROJECTION: AskProjection(node, map),
        Slot.DISTRIBUTION: AskDistribution(node, map),
        Slot.STRONGEST: AskStrongest(node, map),
        Slot.MAXIMIZATION: AskMaximization(node, map, seed=seed),
    }


class Agenda:
    """Keeps the answers, and which question each slot asked last, about which weights and which picture."""

    def __init__(self) -> None:
        self._answers: dict[Slot, Insight] = {}
        self._failures: dict[Slot, InsightFailed] = {}
        self._asked: dict[Slot, tuple[Question, object, int]] = {}
        self._answered: dict[Slot, object] = {}  # about which weights and picture each answer is
        self._demanded: set[tuple[Slot, Question]] = set()  # by the user, and not asked yet
        self._pending: set[Slot] = set()
        self._wanted: Mapping[Slot, Question] = {}
        self._weights: object = None
        self._picture: object = None
        self._cost = 0
        self._passes: Mapping[Slot, int] = _PASSES
        self._request = 0
        self._seed = 0
        self._cell: Wanted | None = None

    def forget(self, cost: int = 0, samples: int = 0) -> None:
        """Another network, of so many multiply-adds, with so many samples to ask about (0: not known)."""
        self.start_anew()
        self._demanded.clear()
        self._wanted = {}
        self._cost = cost
        self._passes = dict(_PASSES)
        if samples:
            self._passes[Slot.DISTRIBUTION] = min(3 * samples, _PASSES[Slot.DISTRIBUTION])
            self._passes[Slot.STRONGEST] = min(samples, _PASSES[Slot.STRONGEST])

    def start_anew(self) -> None:
        """The same network with other weights, not those that training led to: what was answered is of another."""
        self._answers.clear()
        self._failures.clear()
        self.ask_again()

    def ask_again(self) -> None:
        """Whatever was asked did not arrive."""
        self._asked.clear()
        self._pending.clear()

    def want(self, wanted: Wanted | None) -> None:
        """The page shows something else; answers about other maps are dropped."""
        self._cell = wanted
        self._wanted = {} if wanted is None else questions(wanted, self._seed)
        for slot in list(self._answers):
            if self._answers[slot].answer.question != self._wanted.get(slot):
                del self._answers[slot]
        for slot in list(self._failures):
            if self._failures[slot].question != self._wanted.get(slot):
                del self._failures[slot]

    def look_at(self, *, weights: object, picture: object) -> None:
        """Answers are about these weights and this picture from now on.

        Answers about the picture before stay until there are new ones, unless these have to be asked for.
        """
        if picture is not self._picture:
            for slot in _OF_THE_PICTURE & self._answers.keys():
                if not self._affordable(slot, self._wanted.get(slot), training=False):
                    del self._answers[slot]
        self._weights, self._picture = weights, picture

    def demand(self, slot: Slot) -> None:
        """The user wants it, whatever it costs; again if it is there."""
        if slot is Slot.MAXIMIZATION and slot in self._answers:
            self._seed += 1
            self.want(self._cell)
        question = self._wanted.get(slot)
        if question is not None:
            self._demanded.add((slot, question))
            self._asked.pop(slot, None)

    def stop(self, slot: Slot) -> None:
        """No answer, or no better one, will come."""
        self._pending.discard(slot)
        asked = self._asked.get(slot)
        if asked is not None:
            self._asked[slot] = (*asked[:2], -1)

    def due(self, *, training: bool = False) -> list[AskInsight]:
        """The commands to send now: cheap questions first."""
        found = []
        for slot, question in self._wanted.items():
            about = self._about(slot)
            asked = self._asked.get(slot)
            if asked is not None and asked[:2] == (question, about):
                continue
            if not self._affordable(slot, question, training=training and slot in self._answers):
                continue
            if slot in self._pending and asked is not None and asked[0] == question and training:
                continue  # its answer is on its way; while training it is old in any case
            self._demanded.discard((slot, question))
            self._request += 1
            self._asked[slot] = (question, about, self._request)
            self._pending.add(slot)
            self._failures.pop(slot, None)
            found.append(AskInsight(question, self._request))
        return sorted(found, key=lambda one: self._passes.get(slot_of(one.question), 0))

    def _about(self, slot: Slot) -> object:
        return (self._weights, self._picture) if slot in _OF_THE_PICTURE else self._weights

    def _affordable(self, slot: Slot, question: Question | None, *, training: bool) -> bool:
        if question is not None and (slot, question) in self._demanded:
            return True
        if slot is Slot.MAXIMIZATION and training:
            return False  # it would start anew every two seconds
        return self._passes[slot] * self._cost <= (_WHILE_TRAINING if training else _AT_ONCE)

    def take(self, insight: Insight) -> Slot | None:
        """Keep an answer; None if it answers something that is not shown any more."""
        slot = slot_of(insight.answer.question)
        asked = self._asked.get(slot)
        if asked is None or asked[2] != insight.request or insight.answer.question != self._wanted.get(slot):
            return None
        self._answers[slot] = insight
        self._answered[slot] = asked[1]
        if insight.finished:
            self._pending.discard(slot)
        return slot

    def fail(self, failed: InsightFailed) -> Slot | None:
        """Keep why there is no answer; None as for `take`."""
        slot = slot_of(failed.question)
        asked = self._asked.get(slot)
        if asked is None or asked[2] != failed.request:
            return None
        self._pending.discard(slot)
        self._answers.pop(slot, None)
        self._failures[slot] = failed
        return slot

    @property
    def settled(self) -> bool:
        """Whether nothing that was asked is on its way."""
        return not self._pending

    @property
    def quick_settled(self) -> bool:
        """Whether all that is still on its way takes long: hundreds of forward passes."""
        return all(self._passes[slot] >= _LONG for slot in self._pending)

    def state(self, slot: Slot) -> State:
        """What has become of the question in this slot."""
        if slot in self._answers:
            return State.FOUND
        if slot in self._failures:
            return State.FAILED
        question = self._wanted.get(slot)
        if question is None or slot in self._pending or self._affordable(slot, question, training=False):
            return State.WAITING
        return State.ON_DEMAND

    def is_old(self, slot: Slot) -> bool:
        """Whether the answer that is there is about other weights, or another picture, than those that are shown."""
        return slot in self._answers and self._answered.get(slot) != self._about(slot)

    def takes_long(self, slot: Slot) -> bool:
        """Whether it is computed when the user asks for it, not before."""
        return not self._affordable(slot, None, training=False)

    def working(self, slot: Slot) -> bool:
        """Whether an answer, or a better one, is on its way."""
        return slot in self._pending

    def answer(self, slot: Slot) -> Answer | None:
        insight = self._answers.get(slot)
        return None if insight is None else insight.answer

    def message(self, slot: Slot) -> str:
        """Why there is no answer."""
        failed = self._failures.get(slot)
        return "" if failed is None else failed.message
