"""Saved runs as they are exported; reads no weights, so that a hundred runs take seconds."""

from __future__ import annotations

from pathlib import Path

from engine import runs
from engine.compare.listing import title_of
from engine.exports.tables import Exported, ExportError


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
        settings=summary.settings,
        train=train,
        held=held,
        started=max(summary.saved - spent, 0.0),
    )
