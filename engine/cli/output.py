"""How the command line writes: tables, JSON, one-line complaints, and progress that a terminal shows in place."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from engine.messages import Progress


def print_json(value: Any) -> None:
    """One line of strict JSON on standard output; a number that is none becomes null."""
    print(json.dumps(_strict(value), ensure_ascii=False, allow_nan=False), flush=True)


def print_table(rows: Sequence[Sequence[str]], *, header: Sequence[str], right: Sequence[int] = ()) -> None:
    """Columns of text under a header with a line; those whose index is in `right` are aligned to the right."""
    for line in table_lines(rows, header=header, right=right):
        print(line)


def table_lines(rows: Sequence[Sequence[str]], *, header: Sequence[str], right: Sequence[int] = ()) -> list[str]:
    """Header, rule and rows with columns of one width each; columns in `right` end at the same place."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    return [line(header), "  ".join("─" * width for width in widths), *(line(row) for row in rows)]


def complain(message: str) -> None:
    """One line on standard error, whatever the message's form."""
    print(" ".join(message.split()), file=sys.stderr, flush=True)


def columns() -> int:
    """How many characters wide the terminal is; enough for any text where there is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000


class Ticker:
    """A line on standard error that is written over and over, and gone at the end; nothing where it is no terminal."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._width = 0

    @property
    def shows(self) -> bool:
        return self._shows

    def show(self, text: str) -> None:
        if not self._shows:
            return
        text = text[: max(1, shutil.get_terminal_size().columns - 1)]
        print(f"\r{text.ljust(self._width)}", end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def clear(self) -> None:
        if self._shows and self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
            self._width = 0

    def progress(self, progress: Progress) -> None:
        """Progress of a dataset's loading."""
        if progress.finished:
            self.clear()
            return
        share = f" {progress.done / progress.total:4.0%}" if progress.total else ""
        left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
        self.show(f"{progress.title}{share}{left}")


def duration(seconds: float) -> str:
    """ "42 s", "3 min 05 s", "2 h 10 min"."""
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def _strict(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _strict(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(one) for one in value]
    return value
