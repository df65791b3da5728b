"""What the runs' settings are, as rows of words, and which of them differ. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.messages import Operation
from gui.theme import numbers
from gui.views.compare.model import LOSS, SECONDS, WHOLE, ShownRun
from gui.views.network import wording

_UNKNOWN = "–"
_ACTIVATIONS = {
    Operation.SIGMOID: "sigmoid",
    Operation.TANH: "tanh",
    Operation.RELU: "ReLU",
    Operation.LEAKY_RELU: "leaky ReLU",
    Operation.ELU: "ELU",
    Operation.GELU: "GELU",
    Operation.SILU: "SiLU",
    Operation.SOFTPLUS: "softplus",
    Operation.HARD_SIGMOID: "hard sigmoid",
}


@dataclass(frozen=True)
class Row:
    """One setting: its name and each run's value. A result (`outcome`) is no setting: it never counts as differing."""

    name: str
    values: tuple[str, ...]
    outcome: bool = False

    @property
    def differs(self) -> bool:
        known = {value for value in self.values if value != _UNKNOWN}
        return not self.outcome and len(known) > 1


def rows(runs: Sequence[ShownRun]) -> list[Row]:
    """All settings, those that differ first, and then what came of them."""
    named = [_values(run) for run in runs]
    names = list(dict.fromkeys(name for values in named for name in values))
    found = [Row(name, tuple(values.get(name, _UNKNOWN) for values in named)) for name in names]
    found = [row for row in found if set(row.values) != {_UNKNOWN}]
    results = [_results(run) for run in runs]
    ends = [Row(name, tuple(one[name] for one in results), outcome=True) for name in (results[0] if results else ())]
    return [
        *(row for row in found if row.differs),
        *(row for row in found if not row.differs),
        *(row for row in ends if set(row.values) != {_UNKNOWN}),
    ]


def _values(run: ShownRun) -> dict[str, str]:
    settings, graph = run.settings, run.opened.graph
    found = {"Network": run.facts.network_title or run.facts.network or _UNKNOWN}
    if graph is not None:
        operations = {node.operation for node in graph.nodes}
        used = [word for operation, word in _ACTIVATIONS.items() if operation in operations]
        pools = [wording.operation(node) for node in graph.nodes if wording.family(node.operation) == "Pool"]
        kinds = dict.fromkeys(text.split(" pool")[0].lower() for text in pools)
        found["Activation"] = ", ".join(used) or "none"
        found["Pooling"] = ", ".join(kinds) or "none"
    if settings is not None:
        rate = run.opened.first_rate or settings.learning_rate
        found["Learning rate"] = numbers.plain(rate)
        if settings.learning_rate_decay != 1:
            found["Learning rate"] += f" {numbers.TIMES} {numbers.plain(settings.learning_rate_decay)} an epoch"
        optimizer = "SGD"
        if settings.momentum:
            optimizer += f", momentum {numbers.plain(settings.momentum)}"
        found["Optimizer"] = optimizer
        found["Weight decay"] = numbers.plain(settings.weight_decay)
        found["Batch"] = numbers.count(settings.batch_size)
        found["Seed"] = str(settings.seed)
        found["Epochs"] = numbers.count(settings.epochs)
        if settings.patience is not None:
            found["Patience"] = numbers.count(settings.patience)
    data = run.facts.dataset_title
    if run.opened.dataset is not None:
        data = f"{run.opened.dataset.title}, {numbers.count(run.opened.dataset.train_samples)}"
    found["Data"] = data or _UNKNOWN
    if graph is not None:
        found["Parameters"] = numbers.count(graph.parameters)
        found["Multiply-adds"] = numbers.short(graph.multiply_adds)
    return found


def _trouble(run: ShownRun) -> str:
    """What became of a loss that grew without end; "" of one that did not."""
    losses = run.train[:, LOSS]
    if not len(losses):
        return ""
    if not np.isfinite(losses[-1]):
        return ", loss NaN"
    return ", diverged" if losses[-1] > 10 * max(losses[0], 1.0) else ""


def _results(run: ShownRun) -> dict[str, str]:
    whole = run.held[run.held[:, WHOLE] == 1] if len(run.held) else run.held
    best = numbers.percent(float(whole[:, 3].max()), 2) if len(whole) else _UNKNOWN
    accuracy = _UNKNOWN if run.accuracy is None else numbers.percent(run.accuracy, 2)
    seconds = float(run.train[-1, SECONDS]) if len(run.train) else 0.0
    return {
        "Steps made": (numbers.count(run.end) + _trouble(run)) if run.end else _UNKNOWN,
        "Accuracy": accuracy,
        "Best accuracy": best,
        "Training time": numbers.duration(seconds) if seconds else _UNKNOWN,
    }
