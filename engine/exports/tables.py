"""Curves and settings of runs as comma-separated values, tidy: one value a line, for a spreadsheet or pandas."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from engine.files import FileError, write_file
from engine.messages import Settings
from engine.messages.compare import HELD_COLUMNS, Table

CURVE_COLUMNS = ("run", "network", "seed", "step", "epoch", "time", "metric", "value", "samples")
"""`time` is in seconds of training; `metric` is train_loss, train_accuracy (of one batch), test_loss or test_accuracy
(of so many held-out `samples`); accuracies are 0-1."""


class ExportError(ValueError):
    """Runs that cannot be exported. The message is meant for the user."""


@dataclass(frozen=True, eq=False)
class Exported:
    """A run to be exported: tables as in `RunOpened`. `started` is when its first step was made, in seconds since 1970
    (0 where that is not known)."""

    name: str
    title: str
    settings: Settings | None
    train: Table
    held: Table
    started: float = 0.0


def curve_rows(runs: Iterable[Exported]) -> Iterator[tuple[object, ...]]:
    """The lines of the table of curves, by run and step, without the header."""
    for run in runs:
        network = run.settings.network if run.settings is not None else ""
        seed = run.settings.seed if run.settings is not None else ""
        for split, table in (("train", run.train), ("test", run.held)):
            for row in table.tolist():
                step, epoch, loss, accuracy, seconds = row[:5]
                samples: int | str = int(row[HELD_COLUMNS.index("samples")]) if split == "test" else ""
                for metric, value in ((f"{split}_loss", loss), (f"{split}_accuracy", accuracy)):
                    shown = value if math.isfinite(value) else ""
                    yield run.name, network, seed, int(step), epoch, seconds, metric, shown, samples


def write_curves(path: Path, runs: Sequence[Exported]) -> int:
    """Write the curves of all runs into one file, whole or not at all; returns how many values. ExportError."""
    return _write(path, CURVE_COLUMNS, curve_rows(runs))


def write_settings(path: Path, runs: Sequence[Exported]) -> int:
    """Write one line a run: what it is called, its settings, how far it got, its last held-out values. ExportError."""
    names = [one.name for one in fields(Settings)]
    rows = []
    for run in runs:
        values = asdict(run.settings) if run.settings is not None else {}
        whole = run.held[run.held[:, HELD_COLUMNS.index("whole")] == 1] if len(run.held) else run.held
        end = [int(table[-1, 0]) for table in (run.train, run.held) if len(table)]
        last = (whole[-1, 2], whole[-1, 3]) if len(whole) else ("", "")
        settings = ["" if values.get(name) is None else values[name] for name in names]
        rows.append((run.name, run.title, *settings, max(end, default=0), *last))
    return _write(path, ("run", "title", *names, "steps", "test_loss", "test_accuracy"), rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    count = 0
    for row in rows:
        table.writerow(row)
        count += 1
    try:
        write_file(path, text.getvalue().encode())
    except FileError as error:
        raise ExportError(str(error)) from error
    return count
