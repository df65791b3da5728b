"""Which moments of a training are kept on disk: dense at first, then at growing distance, within a budget of bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_MOST = 256
# The distance to the next moment, as a share of the steps so far: as in `engine.training.timeline`.
_GROWTH = 0.03


@dataclass
class Kept:
    """Moments in order of their steps, with their files and sizes."""

    budget: int
    steps: list[int] = field(default_factory=list)
    files: list[tuple[Path, ...]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def due(self) -> int:
        """The step from which on another moment is due."""
        if not self.steps:
            return 0
        last = self.steps[-1]
        return last + max(1, math.ceil(last * _GROWTH))

    def fits(self, size: int) -> bool:
        """Whether there can be room for one of so many bytes."""
        return size <= self.budget

    def room_for(self, size: int) -> list[tuple[Path, ...]]:
        """Make room: the files of the moments that have to go, those that are missed least."""
        gone = []
        while self.steps and (len(self.steps) >= _MOST or sum(self.sizes) + size > self.budget):
            index = least_missed(self.steps)
            gone.append(self.files[index])
            del self.steps[index], self.files[index], self.sizes[index]
        return gone

    def add(self, step: int, files: tuple[Path, ...], size: int) -> None:
        self.steps.append(step)
        self.files.append(files)
        self.sizes.append(size)


def least_missed(steps: Sequence[int]) -> int:
    """The index, but the first, without which the gap is the smallest share of the steps so far."""
    if len(steps) < 3:
        return len(steps) - 1
    gaps = [(steps[i + 1] - steps[i - 1]) / steps[i + 1] for i in range(1, len(steps) - 1)]
    return 1 + gaps.index(min(gaps))
