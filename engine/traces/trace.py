"""Trace and Step: an operation on real arrays as steps, one per output cell, to be counted, jumped to and asked."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from engine.traces.arrays import Array, Index, shape_text
from engine.traces.formula import Piece, place, text_of
from engine.traces.terms import Terms

_NO_WEIGHTS: Mapping[str, Array] = MappingProxyType({})


class Window(NamedTuple):
    """What a step reads, in coordinates of the input without padding (so padding is negative, or beyond the size).

    `spans` is (start, stop) for each spatial axis, stop exclusive. `positions` are the rows, columns, … that are read
    (with gaps where dilated), in order, for each spatial axis.
    """

    spans: tuple[tuple[int, int], ...]
    positions: tuple[tuple[int, ...], ...]


class Trace:
    """An operation on real arrays, as one step for each output cell, in C order (channel, row, column).

    `name` is the operation. `inputs` and `weights` (by role) are the arrays as computed with, not copied: write no
    more to what you handed in. `output` is computed at once, in the inputs' floating type. Steps cost nothing until
    asked for. An operation's parameters are attributes of its trace.
    """

    spatial = False  # whether steps read a window of (channels, *spatial)

    def __init__(
        self,
        *,
        name: str,
        inputs: Sequence[Array],
        output: Array,
        weights: Mapping[str, Array | None] = _NO_WEIGHTS,
    ) -> None:
        self.name = name
        self.inputs: tuple[Array, ...] = tuple(inputs)
        self.output = output
        self.weights: Mapping[str, Array] = MappingProxyType(
            {role: array for role, array in weights.items() if array is not None}
        )

    # -- steps ------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return int(self.output.size)

    def __getitem__(self, number: int) -> Step:
        """Step `number`, from 0 to len(trace) - 1; negative ones count from the end. IndexError beyond."""
        number = self._number(number)
        return Step(self, number, self.index_of(number))

    def __iter__(self) -> Iterator[Step]:
        return (self[number] for number in range(len(self)))

    def at(self, index: Sequence[int] | int) -> Step:
        """The step that made the output cell `index` (negative entries count from the end). IndexError beyond."""
        index = self.checked(index, self.output.shape, "the output")
        return Step(self, self._position(index), index)

    def index_of(self, number: int) -> Index:
        """The output cell that step `number` makes."""
        number = self._number(number)
        index: list[int] = []
        for size in reversed(self.output.shape):
            number, coordinate = divmod(number, size)
            index.append(coordinate)
        return tuple(reversed(index))

    def position_of(self, index: Sequence[int] | int) -> int:
        """The number of the step that makes the output cell `index`."""
        return self._position(self.checked(index, self.output.shape, "the output"))

    def _number(self, number: int) -> int:
        number, count = operator.index(number), len(self)
        if not -count <= number < count:
            raise IndexError(f"there is no step {number}: the trace has {count} steps")
        return number % count

    def _position(self, index: Index) -> int:
        number = 0
        for coordinate, size in zip(index, self.output.shape, strict=True):
            number = number * size + coordinate
        return number

    @staticmethod
    def checked(index: Sequence[int] | int, shape: Sequence[int], what: str) -> Index:
        """`index` with all entries counted from the front; IndexError if an array of `shape` has no such cell."""
        entries = (index,) if isinstance(index, int | np.integer) else tuple(index)
        entries = tuple(operator.index(entry) for entry in entries)
        if len(entries) != len(shape) or any(not -size <= i < size for i, size in zip(entries, shape, strict=True)):
            raise IndexError(f"there is no cell {place(*entries)} in {what} of shape {shape_text(shape)}")
        return tuple(i % size for i, size in zip(entries, shape, strict=True))

    # -- what each operation answers --------------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[Array, ...]:
        """The arrays that terms read: `sources[term.source][term.input_index]`. The inputs, but for an LSTM."""
        return self.inputs

    def touching(self, input_index: Sequence[int] | int, source: int = 0) -> list[Index]:
        """The output cells that an input cell reaches, in order. IndexError if the input has no such cell."""
        return self._touching(self.checked(input_index, self.sources[source].shape, "the input"), source)

    def window(self, index: Sequence[int] | int) -> Window | None:
        """Where the step of output cell `index` reads; None for operations that slide no window."""
        return None

    def terms(self, index: Index) -> Terms:
        """The terms of the output cell `index`."""
        raise NotImplementedError

    def bias(self, index: Index) -> float:
        """What is added to the sum of the terms; 0.0 where there is no bias."""
        return 0.0

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        """The formula of a step; see `Step.pieces`."""
        raise NotImplementedError

    def symbolic(self, index: Index) -> str:
        """The formula of an output cell in letters; see `Step.symbolic`."""
        raise NotImplementedError

    def _touching(self, index: Index, source: int) -> list[Index]:
        raise NotImplementedError

    def __repr__(self) -> str:
        shapes = " and ".join(shape_text(array.shape) for array in self.inputs)
        return f"<{self.name} {shapes} to {shape_text(self.output.shape)}, {prod(self.output.shape)} steps>"


class Step:
    """How one output cell came about. `index` is that cell's, `number` counts the steps from 0."""

    __slots__ = ("_terms", "index", "number", "trace")

    def __init__(self, trace: Trace, number: int, index: Index) -> None:
        self.trace = trace
        self.number = number
        self.index = index
        self._terms: Terms | None = None

    @property
    def value(self) -> float:
        """`trace.output[index]`, exactly."""
        return float(self.trace.output[self.index])

    @property
    def terms(self) -> Terms:
        """What the value is made of, in reading order of the input."""
        if self._terms is None:
            self._terms = self.trace.terms(self.index)
        return self._terms

    @property
    def bias(self) -> float:
        """What is added to the sum of the products; 0.0 where there is none."""
        return self.trace.bias(self.index)

    @property
    def sums(self) -> tuple[float, ...]:
        """Sum of the products of each input channel, in order; of operations without channels the one sum of all."""
        terms = self.terms
        with np.errstate(all="ignore"):
            if not self.trace.spatial:
                return (float(terms.products.sum()),)
            channels = terms.input_indices[:, 0]
            return tuple(float(terms.products[channels == channel].sum()) for channel in np.unique(channels))

    @property
    def window(self) -> Window | None:
        """Where the step reads, for operations that slide a window; else None."""
        return self.trace.window(self.index)

    @property
    def formula(self) -> str:
        """How the value comes about, in numbers, complete, as plain text: "1×2 − 3×1 + 0.5 = −0.5"."""
        return text_of(self.pieces())

    @property
    def symbolic(self) -> str:
        """The same in letters: "y[0, 1] = Σi x[1+i]·w[0, i] + b[0]"."""
        return self.trace.symbolic(self.index)

    def pieces(self, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        """The formula as pieces with roles, for colour. With `limit`, only so many terms, "…" for the rest; with
        `skip_zeros`, sums leave out products that are zero."""
        return self.trace.pieces(self, limit=limit, skip_zeros=skip_zeros)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and other.trace is self.trace and other.number == self.number

    def __hash__(self) -> int:
        return hash((id(self.trace), self.number))

    def __repr__(self) -> str:
        return f"<step {self.number} of {self.trace.name}: y{place(*self.index)} = {self.value}>"
