"""What an experiment can be compared with in two clicks: twins that differ in one thing, or in everything. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.messages import Settings
from engine.messages.plans import CURRENT, TRAINED, Plan

_LENETS = {
    "lenet": ("sigmoid", "average"),
    "lenet-sigmoid-max": ("sigmoid", "max"),
    "lenet-relu-average": ("ReLU", "average"),
    "lenet-relu": ("ReLU", "max"),
}
_BY_KIND = {kind: name for name, kind in _LENETS.items()}
_OTHER = {"sigmoid": "ReLU", "ReLU": "sigmoid", "average": "max", "max": "average"}
SEEDS = 3


@dataclass(frozen=True)
class Choice:
    """One thing to compare with: runs to train (`plans`), or such as are there already (`runs`)."""

    key: str
    title: str
    summary: str
    plans: tuple[Plan, ...] = ()
    runs: tuple[str, ...] = ()


def choices(settings: Settings | None, *, untrained: bool, known: frozenset[str]) -> tuple[Choice, ...]:
    """The choices for the open experiment. `untrained`: it has made no step, so that it is trained as well, first.

    `known` are the names of the runs that come trained.
    """
    found: list[Choice] = []
    if settings is not None:
        first = (Plan(CURRENT),) if untrained else ()
        name = settings.network
        if name in _LENETS:
            activation, pooling = _LENETS[name]
            other = Plan(CURRENT, network=_BY_KIND[_OTHER[activation], pooling])
            found.append(
                Choice(
                    "activation",
                    "Sigmoid against ReLU",
                    f"{_OTHER[activation]} instead of {activation}; all else alike",
                    (*first, other),
                )
            )
            other = Plan(CURRENT, network=_BY_KIND[activation, _OTHER[pooling]])
            found.append(
                Choice(
                    "pooling",
                    "Average against max pooling",
                    f"{_OTHER[pooling]} instead of {pooling} pooling; all else alike",
                    (*first, other),
                )
            )
            whole = "lenet" if activation == "ReLU" else "lenet-relu"
            year = "1998" if whole == "lenet" else "today"
            found.append(
                Choice(
                    "lenets",
                    "LeNet of 1998 against today's",
                    f"LeNet of {year}, with settings of its own",
                    (*first, Plan(CURRENT, network=whole, recipe=True)),
                )
            )
        if name != "mlp":
            found.append(
                Choice(
                    "mlp",
                    "Against a multilayer perceptron",
                    "no convolutions: every unit sees every pixel",
                    (*first, Plan(CURRENT, network="mlp", recipe=True)),
                )
            )
        seeds = tuple(Plan(CURRENT, seed=settings.seed + number) for number in range(1, SEEDS + 1))
        found.append(Choice("seeds", "Three more seeds", "how much is chance: mean ± deviation", (*first, *seeds)))
    trained = tuple(f"{TRAINED}{name}" for name in ("lenet", "lenet-relu") if f"{TRAINED}{name}" in known)
    if len(trained) == 2:
        found.append(Choice("trained", "The two LeNets that come trained", "at once, without training", runs=trained))
    return tuple(found)


def with_epochs(choice: Choice, epochs: int | None) -> tuple[Plan, ...]:
    """The plans of a choice, with so many epochs each (None: as many as the open run was trained for)."""
    return tuple(replace(plan, epochs=epochs) for plan in choice.plans)
