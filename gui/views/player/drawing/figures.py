"""Numbers for cells: one count of decimals for a whole grid, so that its columns compare; zeros and integers bare."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gui.theme import numbers

_FRACTIONS = {2: "½", 3: "⅓", 4: "¼", 5: "⅕", 6: "⅙", 8: "⅛", 9: "⅑", 10: "⅒"}


@dataclass(frozen=True)
class Figures:
    """How the numbers of a grid are written: so many decimals; `trim` drops trailing zeros (5, 5.5, 5.75)."""

    decimals: int = 0
    trim: bool = False
    powers: bool = False  # tiny or huge: each number by itself, with its power of ten

    @staticmethod
    def of(*arrays: NDArray[np.floating] | float, significant: int = 3) -> Figures:
        """Whole numbers stay whole; else so many figures for the largest, as many decimals for all."""
        values = (
            np.concatenate([np.abs(np.ravel(np.asarray(a, np.float64))) for a in arrays]) if arrays else np.empty(0)
        )
        values = values[np.isfinite(values)]
        if not values.size:
            return Figures()
        largest = float(values.max())
        if largest < 1e7 and bool((values == np.rint(values)).all()):
            return Figures()
        if largest >= 1e6 or largest < 1e-3:
            return Figures(powers=True)
        hundredfold = values * 100.0
        if bool((np.abs(hundredfold - np.rint(hundredfold)) < 1e-9).all()):
            return Figures(decimals=2, trim=True)
        return Figures(decimals=min(max(significant - 1 - math.floor(math.log10(largest)), 1), 4))

    @property
    def whole(self) -> bool:
        """Whether these are whole numbers."""
        return not self.decimals and not self.powers

    @property
    def plain(self) -> bool:
        """Whether these are numbers as in a lecture: whole, or a few exact decimals."""
        return self.whole or self.trim

    def untrimmed(self) -> Figures:
        """With all decimals, for sums: 0.50, 12.00."""
        return Figures(self.decimals, powers=self.powers)

    def at_least(self, decimals: int) -> Figures:
        """With so many decimals or more, none dropped: for sums whose parts are to add up."""
        return Figures(max(self.decimals, decimals), powers=self.powers)

    def text(self, value: float) -> str:
        """A number of this grid; a zero is "0"."""
        if value == 0:
            return "0"
        if not math.isfinite(value):
            return numbers.text(value)
        if self.powers:
            return numbers.text(value)
        body = f"{abs(value):.{self.decimals}f}"
        if self.trim:
            body = body.rstrip("0").rstrip(".")
        return numbers.MINUS + body if value < 0 and body.strip("0.") else body

    def texts(self, values: NDArray[np.floating]) -> list[str]:
        """All numbers of an array, in reading order."""
        return [self.text(value) for value in values.ravel().tolist()]

    def longest(self, *arrays: NDArray[np.floating]) -> int:
        """How many characters the longest number of these arrays has. Large arrays are judged by their extremes."""
        longest = 1
        for array in arrays:
            flat = np.ravel(array)
            if flat.size > 64:
                finite = flat[np.isfinite(flat)]
                parts = self.trim and bool((finite != np.rint(finite)).any())
                flat = np.array([finite.min(), finite.max()]) if finite.size else flat[:1]
                if parts:  # the extremes may be whole and short, while others have all their decimals
                    longest = max([longest, *(len(self.untrimmed().text(value or 0.01)) for value in flat.tolist())])
            longest = max([longest, *(len(self.text(value)) for value in flat.tolist())])
        return longest


@lru_cache(maxsize=16384)
def number(value: float) -> str:
    """A number by itself, in running text: integers stay integers, else three figures."""
    if math.isfinite(value) and value == round(value) and abs(value) < 1e7:
        return numbers.MINUS + str(int(-value)) if value < 0 else str(int(value))
    return numbers.text(value)


def operator(value: float) -> str:
    """The sign of a summand in running text, as the operator."""
    return numbers.MINUS if value < 0 else "+"


def share(count: int) -> str:
    """1 / count as people write it: ¼, 1/7."""
    return _FRACTIONS.get(count, f"1/{count}")


def product(sizes: Iterable[int]) -> str:
    """A shape as people write it: 5×5×3."""
    return numbers.TIMES.join(str(size) for size in sizes)


def span_text(first: int, last: int) -> str:
    """A range of rows or columns: 5–9, −1 to 1."""
    if first == last:
        return number(float(first))
    return f"{first}–{last}" if first >= 0 else f"{number(float(first))} to {number(float(last))}"
