"""What compared runs are called, so that no two have one name, and whose weights are shown. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from engine.messages import Settings
from engine.messages.compare import RunSeen
from gui.theme import numbers
from gui.views.compare.model import ShownRun, recipe_key

_WORDS: tuple[Callable[[ShownRun, Settings], str], ...] = (
    lambda run, one: f"seed {one.seed}",
    lambda run, one: f"rate {numbers.plain(run.opened.first_rate or one.learning_rate)}",
    lambda run, one: f"batch {one.batch_size}",
    lambda run, one: f"momentum {numbers.plain(one.momentum)}",
    lambda run, one: f"decay {numbers.plain(one.weight_decay)}",
    lambda run, one: f"{one.epochs} epochs" if one.epochs != 1 else "1 epoch",
)


def tell_apart(runs: Sequence[ShownRun]) -> None:
    """Runs that would be called the same are told apart by what differs; data are told where there are several.

    Where all of them are seeds of one experiment, the seed alone is the name.
    """
    data = {_data(run) for run in runs} - {""}
    seeds_alone = len(runs) > 1 and len({recipe_key(run) for run in runs}) == 1
    for run in runs:
        run.data_told = len(data) > 1
    groups: dict[tuple[str, str], list[ShownRun]] = {}
    for run in runs:
        groups.setdefault((run.facts.title, run.facts.network_title), []).append(run)
    for group in groups.values():
        told = _told([run for run in group if run.settings is not None])
        for run in group:
            run.told = told.get(run.name, "") if len(group) > 1 else ""
            run.told_alone = bool(run.told) and seeds_alone and len(group) == len(runs)


def _told(runs: Sequence[ShownRun]) -> dict[str, str]:
    """What each of these, all called the same, is told apart by."""
    columns = [[_data(run) for run in runs]]
    columns += [[word(run, run.settings) for run in runs if run.settings is not None] for word in _WORDS]
    columns.append([_saved(run) for run in runs])
    differing = [column for column in columns if len(set(column)) > 1]
    whole = next((column for column in differing if len(set(column)) == len(column)), None)
    if whole is None and len(differing) > 1:
        pairs = [[f"{a}, {b}" for a, b in zip(*two, strict=True)] for two in pairwise(differing)]
        whole = max(pairs, key=lambda column: len(set(column)))
    if whole is None:
        whole = differing[0] if differing else []
    return {run.name: words for run, words in zip(runs, whole, strict=False)}


def _data(run: ShownRun) -> str:
    return run.facts.dataset_title if run.opened.dataset is None else run.opened.dataset.title


def _saved(run: ShownRun) -> str:
    return f"{datetime.fromtimestamp(run.facts.saved):%d %b, %H:%M}" if run.facts.saved else "not saved"


def weights_note(run: ShownRun, seen: RunSeen | None, *, past: bool) -> str:
    """What is to be known of the weights that are shown, so that nobody takes them for others; else "".

    `past`: the slider stands earlier than the end.
    """
    if seen is None:
        return ""
    if not seen.moment and run.opened.initial:
        return untrained_words(run)
    return f"weights of step {numbers.count(seen.moment)}" if past and seen.moment < run.end else ""


def untrained_words(run: ShownRun) -> str:
    """As in the Studio: of a module of somebody's own nobody knows whether its file drew its weights."""
    network = run.facts.network
    return "initial weights" if ".py" in network or network.endswith(".pt2") else "random weights"
