"""Saved runs as they are exported; reads no weights, so that a hundred runs take seconds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from engine import runs
from engine.compare.listing import title_of
from engine.exports.tables import Exported, ExportError
from engine.messages import Settings
from engine.runs.form import CHECKPOINT


def exported(directory: Path) -> Exported:
    """The run saved in `directory`. ExportError if it cannot be read."""
    from engine.compare.subject import tables
    from engine.training import History

    summary = runs.summary(directory)
    if summary.problem:
        raise ExportError(summary.problem)
    path = directory / "metrics.jsonl"
    try:
        with path.open(encoding="utf-8") as lines:
            history = History.from_lines(lines, last_step=summary.step)
    except (OSError, ValueError) as error:
        raise ExportError(f"{path} cannot be read: {error}") from error
    train, held = tables(history.points())
    spent = float(train[-1, 4]) if len(train) else 0.0
    return Exported(
        name=directory.resolve().name,
        title=title_of(directory),
        settings=_as_chosen(summary.settings, directory / CHECKPOINT),
        train=train,
        held=held,
        started=max(summary.saved - spent, 0.0),
    )


def _as_chosen(settings: Settings | None, checkpoint: Path) -> Settings | None:
    """The settings with the learning rate that was chosen, where it has decayed since; read from the head of the
    checkpoint. As they are where there is no checkpoint."""
    from safetensors import SafetensorError, safe_open

    if settings is None or settings.learning_rate_decay == 1:
        return settings
    try:
        with safe_open(checkpoint, framework="np") as file:
            facts = json.loads((file.metadata() or {})["checkpoint"])
        return replace(settings, learning_rate=float(facts["first_rate"]))
    except FileNotFoundError:  # a script's run has none
        return settings
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ExportError(f"{checkpoint} cannot be read: {error}") from error
