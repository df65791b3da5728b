"""Pairs of measurements, taken in turns, and only counted while nobody else uses the processor."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

# From this share of a core on, others disturb a measurement.
_DISTURBING = 0.08
# So many times as many pairs as are wanted are tried before disturbed ones count after all.
_PATIENCE = int(os.environ.get("RECEPTIVE_BENCH_PATIENCE", "4"))


class Load:
    """Processor time that was not ours, as a share of one core. None where the system does not tell."""

    foreign: float | None = None

    def __str__(self) -> str:
        return "" if self.foreign is None else f"others used {self.foreign:.0%} of a core"


@contextmanager
def watched_load() -> Iterator[Load]:
    """A Load that is known after the block. Our own are this process and its children that have ended."""
    load = Load()
    before = _busy()
    ours, began = _our_time(), time.perf_counter()
    yield load
    after = _busy()
    if before is not None and after is not None:
        spent = (after - before) - (_our_time() - ours)
        load.foreign = max(0.0, spent / (time.perf_counter() - began))


@dataclass(frozen=True)
class Pairs:
    """What both sides of a ratio came to, pair by pair."""

    ours: list[float]
    other: list[float]
    disturbed: int

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return median(a / b for a, b in zip(self.ours, self.other, strict=True))

    def __str__(self) -> str:
        ratios = sorted(a / b for a, b in zip(self.ours, self.other, strict=True))
        said = f"{len(ratios)} pairs, ratios {ratios[0]:.3f} to {ratios[-1]:.3f}, median {self.ratio:.3f}"
        return f"{said}; {self.disturbed} of them disturbed by other programs" if self.disturbed else said


def in_turns(ours: Callable[[], float], other: Callable[[], float], *, pairs: int) -> Pairs:
    """Measure both sides in turns, after a first pair that does not count. Pairs during which other programs used the
    processor are repeated, as long as there is hope."""
    quiet: list[tuple[float, float]] = []
    loud: list[tuple[float, float, float]] = []
    ours(), other()
    while len(quiet) < pairs and len(quiet) + len(loud) < _PATIENCE * pairs:
        with watched_load() as load:
            a, b = ours(), other()
        if load.foreign is None or load.foreign < _DISTURBING:
            quiet.append((a, b))
        else:
            loud.append((load.foreign, a, b))
            time.sleep(0.5)
    added = sorted(loud)[: max(0, pairs - len(quiet))]
    counted = quiet + [(a, b) for _, a, b in added]
    return Pairs([a for a, _ in counted], [b for _, b in counted], disturbed=len(added))


def _our_time() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _busy() -> float | None:
    """Seconds that all processors have worked."""
    if not sys.platform.startswith("linux"):
        return None
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, irq, soft = (int(word) for word in file.readline().split()[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
