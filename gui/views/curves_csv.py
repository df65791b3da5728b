"""All points of the curves as a table of comma-separated values, for a spreadsheet or pandas."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from engine.messages import Point, TrainPoint

COLUMNS = ("split", "step", "epoch", "loss", "accuracy", "seconds", "samples", "whole")
"""`split` is "train" (one batch) or "held-out"; accuracy is 0-1; the last two are empty for training."""


def write(path: Path, points: Iterable[Point]) -> None:
    """Write points with all their digits. The file is there whole or, on an OSError, as it was before."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)
            for point in points:
                row = [point.step, point.epoch, point.loss, point.accuracy, point.seconds]
                if isinstance(point, TrainPoint):
                    table.writerow(["train", *row, "", ""])
                else:
                    table.writerow(["held-out", *row, point.samples, int(point.whole)])
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
