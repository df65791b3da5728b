"""What a measured promise is, which ones there are, and which module measures them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One promise. `ratio` is `ours` / `other`; `reach` says what was promised, `met` whether it holds.

    Beyond a number for either side, `note` says what else was seen, and `details` keeps numbers for programs.
    """

    name: str
    ours: float
    other: float
    reach: str
    met: bool
    unit: str = ""
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.other if self.other else float("nan")

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


def at_most(name: str, ours: float, other: float, most: float, **more: Any) -> Row:
    """A row whose ratio should be `most` or less."""
    return Row(name=name, ours=ours, other=other, reach=f"≤ {most:g}", met=ours <= most * other, **more)


def at_least(name: str, ours: float, other: float, least: float, **more: Any) -> Row:
    """A row whose ratio should be `least` or more."""
    return Row(name=name, ours=ours, other=other, reach=f"≥ {least:g}", met=ours >= least * other, **more)


@dataclass(frozen=True)
class Measurement:
    """Rows that come from one run of `module`'s function `measure(quick) -> rows`; a process of its own runs it."""

    module: str
    rows: tuple[str, ...]
    screen: bool = False  # whether it opens windows


MEASUREMENTS = (
    Measurement("tests.bench.startup", ("startup",), screen=True),
    Measurement("tests.bench.watching", ("watch_cost", "frame_gap"), screen=True),
    Measurement("tests.bench.strokes", ("stroke_latency",), screen=True),
    Measurement("tests.bench.timeline", ("sample_switch", "timeline"), screen=True),
    Measurement("tests.bench.time_to_99", ("time_to_99",), screen=True),
    Measurement("tests.bench.convolution_lab", ("play_smooth", "kernel_edit", "hover"), screen=True),
    Measurement("tests.bench.diagram", ("open_large", "pan_zoom"), screen=True),
    Measurement("tests.bench.watch_engine", ("watch_engine",)),
    Measurement("tests.bench.watch_large", ("watch_large",)),
    Measurement("tests.bench.watch_script", ("watch_script",), screen=True),
    Measurement("tests.bench.snapshots", ("snapshot_cost", "first_light", "torch_gap")),
    Measurement("tests.bench.traces", ("trace_output", "traces_lenet", "trace_memory", "trace_step", "traces_import")),
)


def chosen(names: Sequence[str]) -> list[Measurement]:
    """The measurements that give the named rows; all, without names. Raises KeyError for a name that none gives."""
    known = {name for one in MEASUREMENTS for name in one.rows}
    for name in names:
        if name not in known:
            raise KeyError(f"there is no row {name!r}; there are: {', '.join(sorted(known))}")
    return [one for one in MEASUREMENTS if not names or set(names) & set(one.rows)]


def measure(module: str, *, quick: bool) -> list[dict[str, Any]]:
    """Run one measurement in this process: its rows as JSON objects."""
    found = importlib.import_module(module)
    if hasattr(found, "measure"):
        function: Callable[[bool], Sequence[Row]] = found.measure
        return [row.to_json() for row in function(quick)]
    return list(found.rows())
