"""Histograms of values that come batch by batch and whose range nobody knows before."""

from __future__ import annotations

from math import ceil, isfinite, log2

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.messages.insight import Histogram

# Fine bins while counting, and how many of them (about) are shown. What is shown holds this share of all values.
_FINE = 4096
_SHOWN = 48
_SHARE = 0.999


class Spread:
    """Counts of values in even bins from -reach to reach, zero on an edge; the reach doubles when values exceed it."""

    def __init__(self) -> None:
        self.counts: NDArray[np.int64] = np.zeros(_FINE, np.int64)
        self.zeros = self.total = 0
        self.reach = 0.0

    def extend(self, size: float) -> None:
        """Let values of at most that size fit in."""
        if not isfinite(size) or size <= self.reach:
            return
        reach = 2.0 ** ceil(log2(max(size, 1e-30)))
        if self.reach:
            for _ in range(min(round(log2(reach / self.reach)), 12)):
                halved = self.counts.reshape(_FINE // 2, 2).sum(1)
                self.counts = np.zeros(_FINE, np.int64)
                self.counts[_FINE // 4 : _FINE // 4 + _FINE // 2] = halved
        self.reach = reach

    def add(self, values: Tensor) -> None:
        """Count values; NaN and infinity are left out. `extend` first for what is shared with another Spread."""
        flat = values.detach().reshape(-1).float()
        flat = flat[torch.isfinite(flat)]
        if not flat.numel():
            return
        self.total += flat.numel()
        self.zeros += int((flat == 0).sum())
        self.extend(float(flat.abs().max()))
        if self.reach:
            found = torch.histc(flat, bins=_FINE, min=-self.reach, max=self.reach)
            self.counts += found.cpu().numpy().astype(np.int64)
        else:
            self.counts[_FINE // 2] += flat.numel()

    @property
    def zero(self) -> float:
        """The share of values that are exactly zero."""
        return self.zeros / self.total if self.total else 0.0


class Spreads:
    """A layer and one of its maps over the same bins."""

    def __init__(self) -> None:
        self._layer, self._map = Spread(), Spread()

    def add(self, layer: Tensor, map: Tensor) -> None:
        """Count the values of a layer, and of those the ones of the map."""
        finite = layer.detach().abs().nan_to_num(nan=0.0, posinf=0.0)
        if finite.numel():
            size = float(finite.max())
            self._layer.extend(size)
            self._map.extend(size)
        self._layer.add(layer)
        self._map.add(map)

    def histogram(self) -> Histogram:
        """About 48 bins; the outermost also hold the thousandth of the values that lies beyond them."""
        layer, map = self._layer.counts, self._map.counts
        first, last = _range(layer)
        middle = _FINE // 2
        low, high = max(middle - first, 0), max(last + 1 - middle, 1)
        width = ceil((low + high) / _SHOWN)
        below, above = ceil(low / width), ceil(high / width)
        reach = self._layer.reach or 1.0
        edges = np.arange(-below, above + 1) * (width * reach / middle)
        counts = [_grouped(one, middle, width, below, above) for one in (layer, map)]
        return Histogram(
            edges=edges.astype(np.float32),
            layer=counts[0],
            map=counts[1],
            zero=self._layer.zero,
            map_zero=self._map.zero,
        )


def _range(counts: NDArray[np.int64]) -> tuple[int, int]:
    """First and last bin of the middle of all values: what lies outside is at most a thousandth."""
    total = int(counts.sum())
    if not total:
        return _FINE // 2, _FINE // 2
    rest = (1 - _SHARE) / 2 * total
    summed = np.cumsum(counts)
    first = int(np.searchsorted(summed, rest, side="right"))
    last = int(np.searchsorted(summed, total - rest, side="left"))
    return min(first, _FINE - 1), min(last, _FINE - 1)


def _grouped(counts: NDArray[np.int64], middle: int, width: int, below: int, above: int) -> NDArray[np.int64]:
    padded = np.concatenate([np.zeros(width, np.int64), counts, np.zeros(width, np.int64)])
    first, last = middle + width - below * width, middle + width + above * width
    shown = padded[first:last].reshape(below + above, width).sum(1)
    shown[0] += padded[:first].sum()
    shown[-1] += padded[last:].sum()
    return shown.astype(np.int64)
