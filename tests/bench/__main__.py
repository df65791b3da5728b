"""`python -m tests.bench [NAME...] [--json FILE] [--quick]`: measures what is promised, one row each."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.session.loading import OPENMP
from tests.bench import rows
from tests.bench.screen import screen

_ROOT = Path(__file__).resolve().parents[2]
_MINUTES = 20


def main(argv: list[str] | None = None) -> int:
    """Print the table, write the file; 0 if every row is met, 1 if not, 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows to measure; all, if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repetitions: less exact")
    parser.add_argument("--module", help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    if asked.module:
        print(json.dumps(rows.measure(asked.module, quick=asked.quick)))
        return 0
    try:
        wanted = rows.chosen(asked.names)
    except KeyError as error:
        print(f"bench: {error.args[0]}", file=sys.stderr)
        return 2
    found: list[dict[str, Any]] = []
    with screen(wanted=any(one.screen for one in wanted)) as (environment, seen_on):
        if seen_on:
            print(f"Windows are shown on {seen_on}.")
        print(_line("row", "ours", "other", "ratio", "reach", ""), flush=True)
        for one in wanted:
            for row in _run(one, environment, quick=asked.quick):
                if not asked.names or row["name"] in asked.names:
                    found.append(row)
                    print(_told(row), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(row["met"] for row in found) else 1


def _run(one: rows.Measurement, environment: dict[str, str], *, quick: bool) -> list[dict[str, Any]]:
    """The rows of a measurement, made in a process of its own: one that fails is a row that is not met."""
    command = [sys.executable, "-m", "tests.bench", "--module", one.module, *(["--quick"] if quick else [])]
    try:
        done = subprocess.run(
            command,
            cwd=_ROOT,
            # The app's own choice for OpenMP holds for both sides: they share a process.
            env={**OPENMP, **os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=_MINUTES * 60,
        )
        if done.returncode == 0:
            return json.loads(done.stdout.strip().splitlines()[-1])
        said = done.stderr.strip()
    except subprocess.TimeoutExpired:
        said = f"not done after {_MINUTES} minutes"
    print(said, file=sys.stderr)
    why = said.splitlines()[-1] if said else "failed"
    return [
        {"name": name, "ours": None, "other": None, "ratio": None, "reach": "", "met": False, "note": why}
        for name in one.rows
    ]


def _told(row: dict[str, Any]) -> str:
    unit = f" {row['unit']}" if row.get("unit") else ""
    ours, other = (f"{row[side]:,.4g}{unit}" if row[side] is not None else "-" for side in ("ours", "other"))
    ratio = "-" if row["ratio"] is None else f"{row['ratio']:.3f}"
    line = _line(row["name"], ours, other, ratio, row["reach"], "met" if row["met"] else "MISSED")
    return f"{line}\n{'':20}{row['note']}" if row.get("note") else line


def _line(name: str, ours: str, other: str, ratio: str, reach: str, met: str) -> str:
    return f"{name:20}{ours:>20}{other:>20}{ratio:>9}  {reach:24}{met}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
