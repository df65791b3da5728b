"""The weights over time: kept in memory at growing distance, so that the whole of a training can be looked back at."""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

# More moments than a slider can tell apart are of no use.
_MOST = 256
# The distance to the next moment, as a share of the steps so far.
_GROWTH = 0.03


@dataclass(frozen=True, eq=False)
class Moment:
    """The network's state_dict after `step` updates, on the CPU, never written again."""

    step: int
    weights: Mapping[str, Tensor]

    @cached_property
    def checksum(self) -> int:
        """CRC-32 of all weights: tells moments of one step apart that were trained differently."""
        checksum = 0
        for key, tensor in self.weights.items():
            checksum = zlib.crc32(
                tensor.reshape(-1).view(torch.uint8).numpy().tobytes(), zlib.crc32(key.encode(), checksum)
            )
        return checksum


class Timeline:
    """Keeps copies of what `read` returns (step, state_dict) within `budget` bytes.

    Moments are dense at first, where most happens, then each a few percent of the steps so far after the last. When
    memory is full, the one that is missed least goes: what is kept depends on the steps alone, not on who looked when.
    """

    def __init__(self, read: Callable[[], tuple[int, Mapping[str, Tensor]]], *, budget: int = 256 * 2**20) -> None:
        self._read = read
        self._moments: list[Moment] = []
        self.set_budget(budget)

    def set_budget(self, budget: int) -> None:
        """Keep within so many bytes from now on; what no longer fits goes."""
        self._capacity = min(_MOST, max(0, budget) // max(1, _bytes(self._read()[1])))
        self._growth = max(_GROWTH, 1 / max(1, self._capacity))
        self._shrink()

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is kept, in order."""
        return tuple(self._moments)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps at which weights are kept, in order."""
        return tuple(moment.step for moment in self._moments)

    @property
    def bytes(self) -> int:
        """How much memory they take."""
        return sum(_bytes(moment.weights) for moment in self._moments)

    @property
    def due(self) -> int:
        """The step from which on the next moment is due."""
        if self._capacity < 1:
            return sys.maxsize
        if not self._moments:
            return 0
        last = self._moments[-1].step
        return last + max(1, math.ceil(last * self._growth))

    def record_if_due(self) -> bool:
        """Keep the weights as they are now, if it is time to. Returns whether it did."""
        step, weights = self._read()
        if step < self.due:
            return False
        if len(self._moments) >= self._capacity:
            del self._moments[self._least_missed()]
        copies = {key: tensor.detach().to("cpu", copy=True).contiguous() for key, tensor in weights.items()}
        self._moments.append(Moment(step, copies))
        return True

    def nearest(self, step: int) -> Moment:
        """The kept moment nearest to `step`, the earlier one if two are as near. LookupError if none is kept."""
        if not self._moments:
            raise LookupError("no weights were kept yet")
        return min(self._moments, key=lambda moment: (abs(moment.step - step), moment.step))

    def last_finite(self, before: int) -> Moment | None:
        """The last kept moment up to step `before` whose weights are all finite; later ones are dropped."""
        while self._moments:
            moment = self._moments[-1]
            if moment.step <= before and all(bool(torch.isfinite(one).all()) for one in moment.weights.values()):
                return moment
            self._moments.pop()
        return None

    def clear(self) -> None:
        self._moments.clear()

    def restore(self, moments: Iterable[Moment]) -> None:
        """Go on with what another timeline of this network had kept, as far as there is room."""
        self._moments = sorted(moments, key=lambda moment: moment.step)
        self._shrink()

    def _shrink(self) -> None:
        while len(self._moments) > self._capacity:
            del self._moments[self._least_missed()]

    def _least_missed(self) -> int:
        """The index of that moment, but the first, without which the gap is the smallest share of the steps so far."""
        steps = self.steps
        if len(steps) < 3:
            return len(steps) - 1
        gaps = [(steps[i + 1] - steps[i - 1]) / steps[i + 1] for i in range(1, len(steps) - 1)]
        return 1 + gaps.index(min(gaps))


def _bytes(weights: Mapping[str, Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in weights.values())
