"""Writes what is known of the compared runs into files for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.compare.subject import Subject
from engine.exports import tables, tensorboard
from engine.exports.tables import Exported
from engine.messages.compare import Export


def export(what: Export, path: Path, subjects: Sequence[tuple[str, Subject]]) -> str:
    """Write curves or settings of runs, each with the name that it is to have there; returns what to tell the user.

    Raises ExportError.
    """
    found = []
    for name, subject in subjects:
        spent = float(subject.train[-1, 4]) if len(subject.train) else 0.0
        facts = subject.facts
        started = max(facts.saved - spent, 0.0)
        safe = name.replace(":", "-")
        settings = facts.settings
        if settings is not None and subject.first_rate:  # what was chosen, not what it had decayed to
            settings = replace(settings, learning_rate=subject.first_rate)
        found.append(Exported(safe, facts.title, settings, subject.train, subject.held, started))
    write = {
        Export.CURVES: tables.write_curves,
        Export.SETTINGS: tables.write_settings,
        Export.TENSORBOARD: tensorboard.write_events,
    }[what]
    write(path, found)
    kind = "The settings" if what is Export.SETTINGS else "The curves"
    return f"{kind} of {len(found)} run{'s' if len(found) != 1 else ''} were saved to {path}."
