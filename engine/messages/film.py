"""What viewers ask of the recorded moments of a training: maps then, confusion then, and a new run from there."""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages.commands import Tune
from engine.messages.events import Evaluated
from engine.messages.kinds import Command, FilmEvent
from engine.messages.pictures import Maps


@dataclass(frozen=True)
class AskFilm(Command):
    """What a node makes of the shown sample at each of these steps (the nearest kept ones), one `FilmFrame` each.

    `maps` are the maps (or units) wanted, in this order; () means all. A newer one replaces what an older one has not
    got yet; without steps it ends it. Computed when there is nothing else to do, or slowly while training.
    """

    node: str
    steps: tuple[int, ...]
    maps: tuple[int, ...] = ()
    request: int = 0


@dataclass(frozen=True, eq=False)
class FilmFrame(FilmEvent):
    """The node's maps as asked for after `step` updates (asked for as `asked`), scaled over all of its maps then.

    `predicted` is the class that the network said then, `probability` how sure it was, `label` the sample's own.
    """

    request: int
    node: str
    asked: int
    step: int
    maps: Maps
    predicted: int
    probability: float
    label: int | None


@dataclass(frozen=True)
class AskEvaluation(Command):
    """Evaluate the held-out samples with the weights kept nearest to `step`. Answered by `EvaluatedThen`, at once if it
    is known. Given up when the user wants something else."""

    step: int


@dataclass(frozen=True, eq=False)
class EvaluatedThen(FilmEvent):
    """What was asked for by `AskEvaluation`; its `step` is that of the weights."""

    evaluated: Evaluated


@dataclass(frozen=True)
class Branch(Command):
    """Go on from the weights kept nearest to `step` (None: as they are now) as a new run; the old one is saved.

    `seed` is for the order of samples and random numbers from there on, `tune` changes settings; None: as before.
    """

    step: int | None = None
    seed: int | None = None
    tune: Tune | None = None


@dataclass(frozen=True)
class KeepTimeline(Command):
    """Keep at most so many bytes of weights over time, in this training and those to come."""

    bytes: int
