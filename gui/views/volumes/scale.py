"""How large sizes are drawn: to scale where they can be, as square roots or logarithms where they differ too much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from gui.views.volumes.figure import Figure, Kind


class Law(StrEnum):
    """How a number becomes a length."""

    LINEAR = "linear"
    ROOT = "root"
    LOG = "log"

    def of(self, size: float) -> float:
        """The length of a size, in units."""
        if self is Law.LINEAR:
            return size
        return math.sqrt(size) if self is Law.ROOT else math.log2(1.0 + size)


@dataclass(frozen=True)
class Laws:
    """One for the sides of maps, one for how many there are, one for the units of dense layers."""

    side: Law
    depth: Law
    units: Law

    def said(self, *, flat: bool, one_unit: bool) -> str:
        """For the foot of the figure: what is drawn to scale, and what is not."""
        if self.side is self.depth is Law.LINEAR and one_unit:
            text = "width, height and depth to scale"
        else:
            side = "sides to scale" if self.side is Law.LINEAR else f"sides as {_SIGN[self.side]}size"
            depth = (
                "depth to a scale of its own" if self.depth is Law.LINEAR else f"depth as {_SIGN[self.depth]}channels"
            )
            text = f"{side}, {depth}"
        if flat:
            own = "to a scale of their own" if self.units is Law.LINEAR else f"as {_SIGN[self.units]}units"
            text += f", dense layers {own}"
        return text[0].upper() + text[1:]


_SIGN = {Law.LINEAR: "", Law.ROOT: "√", Law.LOG: "log "}


def laws(figure: Figure) -> tuple[Laws, ...]:
    """The laws to try, in this order: the truest first. Sizes of one are told by their number anyway."""
    maps = [one for one in figure.volumes if one.kind in (Kind.INPUT, Kind.MAPS)]
    sides = [size for one in maps for size in (one.height, one.width) if size > 1]
    depths = [one.channels for one in maps]
    flats = [one.channels for one in figure.volumes if one.kind is Kind.FLAT]
    side = _law(sides, 40.0, 1000.0)
    units = _law(flats, 14.0, 600.0)
    depth = _law(depths, 20.0, 5000.0)
    truest = (Laws(side, Law.LINEAR, units),) if side is Law.LINEAR and max(depths, default=1) <= 96 else ()
    root = Law.ROOT if depth is Law.LINEAR else depth
    return (*truest, Laws(side, root, units), Laws(Law.ROOT, root, units), Laws(Law.ROOT, Law.LOG, units))


def _law(sizes: list[int], linear: float, root: float) -> Law:
    spread = max(sizes, default=1) / max(min(sizes, default=1), 1)
    return Law.LINEAR if spread <= linear else Law.ROOT if spread <= root else Law.LOG
