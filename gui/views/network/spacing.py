"""The gaps between columns: as drawn for LeNet, wider where words need it, stretched or squeezed to fill the stage."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from gui.views.network.columns import Column, Kind, Word
from gui.views.network.sizing import Effort, Measure, Sized, Style

WORD_ROOM = {"full": 24, "short": 16, "cut": 10}  # beside the words of an arrow
LOGIT_WIDTH = 48


def written(words: Sequence[Word], effort: str) -> tuple[Word, ...]:
    """The words of an arrow at an effort: with their parameters, or in fewer letters."""
    if effort == "full":
        return tuple(Word(word.full, word.node) for word in words)
    return tuple(Word(word.short, word.node) for word in words)


def joined(words: Sequence[Word]) -> str:
    """Words as they are read."""
    return ", ".join(word.text for word in words)


def note(sized: Sized) -> str:
    """Which maps or units are shown, where some are hidden."""
    grid, strip = sized.grid, sized.strip
    if grid is not None and grid.count < grid.total:
        shown = grid.shown
        which = f"{shown.start}–{shown.stop - 1}" if shown.start else str(grid.count)
        return f"{which} of {grid.total}"
    if strip is not None and strip.units < strip.total:
        return f"{strip.units} of {strip.total}"
    return ""


def shared(sized: Sized) -> bool:
    """Whether the kernels in front are those of one map at a time."""
    kernels = sized.column.kernels
    return not (kernels is not None and kernels.each_map and sized.grid is not None and sized.grid.columns == 1)


class Spacing:
    """How far apart columns stand in one style, with texts measured once. `names` is the width of class names."""

    def __init__(self, style: Style, measure: Measure, names: float) -> None:
        self._style, self._measure, self._names = style, measure, names
        self._widths: dict[tuple[str, str], float] = {}
        self._needs: dict[tuple[str, str, str], float] = {}

    def text(self, text: str, role: str) -> float:
        """The width of a text."""
        if (text, role) not in self._widths:
            self._widths[text, role] = self._measure(text, role) if text else 0.0
        return self._widths[text, role]

    def heading_width(self, column: Column, hidden: str = "") -> float:
        """The width of a column's name, shape and note."""
        return max(self.text(column.title, "name"), self.text(column.shape, "mono"), self.text(hidden, "text"))

    def width(self, sized: Sized) -> int:
        """The width of a column; of the output with its names."""
        if sized.column.kind is not Kind.OUTPUT:
            return sized.width
        return sized.width + max(0, min(int(self._names) - 12, 120))

    @property
    def name_room(self) -> int:
        """From the left edge of the output to its bars."""
        return 20 + max(8, min(int(self._names + 0.999), 132))

    def reach(self, sized: Sized) -> tuple[float, float]:
        """How far left and right of its heading's middle a column reaches: a heading stands over its values."""
        if sized.column.kind is not Kind.OUTPUT:
            return sized.width / 2, sized.width / 2
        width = self.width(sized)
        left = self.name_room + (width - self.name_room - LOGIT_WIDTH) / 2
        return left, width - left

    def base(self, before: Sized, after: Sized) -> tuple[int, ...]:
        """The gaps in front of a column as drawn: two where kernels stand between."""
        style, kind = self._style, after.column.kind
        if kind is Kind.OUTPUT:
            return (style.to_output,)
        if kind is Kind.DENSE:
            return (style.dense_to_dense if before.column.kind is Kind.DENSE else style.to_dense,)
        if after.kernels is not None:
            if shared(after):
                return style.to_shared_kernels, style.from_shared_kernels
            return style.to_kernels, style.from_kernels
        return (style.to_maps,)

    def need(self, before: Sized, after: Sized, words: str) -> float:
        """The least gap that leaves room for the words between two headings."""
        key = before.column.node, after.column.node, words
        between = self._needs.get(key)
        if between is None:
            column, text = after.column, 0.0
            if words != "cut":
                below = joined(written(column.below, words)) or (column.note if words == "full" else "")
                text = max(self.text(joined(written(column.above, words)), "text"), self.text(below, "text"))
            headings = (self.heading_width(before.column) + self.heading_width(column)) / 2
            between = self._needs[key] = headings + text + WORD_ROOM[words]
        taken = self.reach(before)[1] + self.reach(after)[0]
        taken += after.kernels.rect.width if after.kernels else 0
        return max(between - taken, 0.0)

    def columns_width(self, sized: Sequence[Sized]) -> int:
        """All columns and kernels, and the edges."""
        kernels = sum(each.kernels.rect.width for each in sized if each.kernels)
        return 2 * self._style.edge + kernels + sum(self.width(each) for each in sized)

    def least_width(self, sized: Sequence[Sized], effort: Effort) -> float:
        """The least width of everything at an effort."""
        gaps = sum(
            max(sum(self.base(a, b)) * effort.gaps, self.need(a, b, effort.words)) for a, b in itertools.pairwise(sized)
        )
        return self.columns_width(sized) + gaps

    def gaps(self, sized: Sequence[Sized], effort: Effort, available: int) -> tuple[list[tuple[int, ...]], int]:
        """The gaps in front of every column but the first, and the width of it all. What is left over is shared."""
        pairs = list(itertools.pairwise(sized))
        bases = [self.base(a, b) for a, b in pairs]
        sums = [float(sum(base)) for base in bases]
        needs = [self.need(a, b, effort.words) for a, b in pairs]
        room = available - self.columns_width(sized)
        ideal = [max(base, need) for base, need in zip(sums, needs, strict=True)]
        least = [max(base * effort.gaps, need) for base, need in zip(sums, needs, strict=True)]
        if not pairs:
            return [], available - room
        if sum(ideal) <= room:
            wanted = [gap + (room - sum(ideal)) * base / sum(sums) for gap, base in zip(ideal, sums, strict=True)]
        elif sum(least) < room:
            share = (room - sum(least)) / (sum(ideal) - sum(least))
            wanted = [a + (b - a) * share for a, b in zip(least, ideal, strict=True)]
        else:
            wanted = least
        whole = _whole(wanted)
        split = [_split(gap, base) for gap, base in zip(whole, bases, strict=True)]
        return split, available - room + sum(whole)


def _whole(values: Sequence[float]) -> list[int]:
    """Whole numbers whose running sums stay as near to those of `values` as can be."""
    found, exact, done = [], 0.0, 0
    for value in values:
        exact += value
        found.append(int(exact + 1e-6) - done)
        done += found[-1]
    return found


def _split(gap: int, base: tuple[int, ...]) -> tuple[int, ...]:
    if len(base) == 1:
        return (gap,)
    front = round(gap * base[0] / sum(base))
    return front, gap - front
