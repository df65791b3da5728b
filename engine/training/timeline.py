"""The weights over time: kept in memory at growing distance, so that the whole of a training can be looked back at."""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from engine.training.standing import Standing

# More moments than a slider can tell apart are of no use.
_MOST = 256
# The distance to the next moment, as a share of the steps so far.
_GROWTH = 0.03
# Where fewer moments than this had room with their velocities, more moments count for more than going on exactly.
_ENOUGH = 48


@dataclass(frozen=True, eq=False)
class Moment:
    """The network's state_dict after `step` updates, on the CPU, never written again; and, where it is known, where its
    training stood then."""

    step: int
    weights: Mapping[str, Tensor]
    standing: Standing | None = None

    @cached_property
    def bytes(self) -> int:
        """How much memory it takes."""
        return _bytes(self.weights) + _beside(self.standing) + _moving(self.standing)

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
    """Keeps copies of what `read` returns (step, state_dict) and of what `stand` says beside, within `budget` bytes.

    Moments are dense at first, where most happens, then each a few percent of the steps so far after the last. When
    memory is full, the one that is missed least goes: what is kept depends on the steps alone, not on who looked when.
    Velocities, as large as the weights, are kept with them where enough moments have room so.
    """

    def __init__(
        self,
        read: Callable[[], tuple[int, Mapping[str, Tensor]]],
        *,
        budget: int = 256 * 2**20,
        stand: Callable[[], Standing] | None = None,
    ) -> None:
        self._read = read
        self._stand = stand
        self._moments: list[Moment] = []
        self._moving = 0  # bytes of velocities, once there are any
        self.set_budget(budget)

    def set_budget(self, budget: int) -> None:
        """Keep within so many bytes from now on; what no longer fits goes."""
        self._budget = max(0, budget)
        self._fit(None if self._stand is None else self._stand())

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
        return sum(moment.bytes for moment in self._moments)

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
        standing = None if self._stand is None else self._stand()
        if _moving(standing) > self._moving:
            self._fit(standing)  # momentum is in use from now on
        if len(self._moments) >= self._capacity:
            del self._moments[self._least_missed()]
        if standing is not None:
            standing = replace(
                standing,
                velocities=_copies(standing.velocities or {}) if self._whole or not standing.velocities else None,
                randomness=tuple(_copy(one) for one in standing.randomness),
            )
        self._moments.append(Moment(step, _copies(weights), standing))
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
        self._moving = max([self._moving, *(_moving(moment.standing) for moment in self._moments)])
        self.set_budget(self._budget)

    def _fit(self, standing: Standing | None) -> None:
        """How many moments have room, and what of each."""
        self._moving = max(self._moving, _moving(standing))
        least = max(1, _bytes(self._read()[1]) + _beside(standing))
        self._whole = self._budget // (least + self._moving) >= _ENOUGH
        self._capacity = min(_MOST, self._budget // (least + self._moving if self._whole else least))
        self._growth = max(_GROWTH, 1 / max(1, self._capacity))
        if not self._whole:
            self._moments = [_lighter(moment) for moment in self._moments]
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


def _beside(standing: Standing | None) -> int:
    """Bytes of what is small and always kept."""
    return 0 if standing is None else sum(one.numel() * one.element_size() for one in standing.randomness)


def _moving(standing: Standing | None) -> int:
    """Bytes of velocities."""
    return 0 if standing is None else _bytes(standing.velocities or {})


def _lighter(moment: Moment) -> Moment:
    """Without its velocities, if it has any."""
    standing = moment.standing
    if standing is None or not standing.velocities:
        return moment
    return Moment(moment.step, moment.weights, replace(standing, velocities=None))


def _copies(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: _copy(tensor) for key, tensor in tensors.items()}


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True).contiguous()
