"""The terms of one step: which input cell met which weight, and what came of it. Columns, and rows on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from engine.traces.arrays import Array, Index


class Term(NamedTuple):
    """One input cell's part in an output cell.

    `input_index` is where the value was read: `trace.sources[source][input_index] == input_value`. Only for padding
    with zeros (or, in max pooling, minus infinity) it lies outside of the input, and may be negative. `position` is
    the cell's place in the padded input, counted from the first real cell; it differs from `input_index` only for
    padding that mirrors, repeats or wraps around. `weight_index` points into `trace.weights[weight]` where there is
    such an array, else to the place in the window. `product` is exact for float32 and below.
    `tie`: max pooling only, another cell of the window has the same largest value.
    """

    input_index: Index
    input_value: float
    weight_index: Index
    weight_value: float
    product: float
    padding: bool
    tie: bool
    position: Index
    source: int
    weight: str


class Terms(Sequence[Term]):
    """All terms of a step as columns; a Term is made when it is asked for.

    For n terms: `input_indices` and `positions` int64 (n, axes of the input), `weight_indices` int64 (n, axes of the
    weight), `input_values`, `weight_values` and `products` float64 (n,), `padding` and `ties` bool (n,), `sources`
    int64 (n,): which of the trace's sources the term reads; `weight_names` has one name per source.
    """

    __slots__ = (
        "input_indices",
        "input_values",
        "padding",
        "positions",
        "products",
        "sources",
        "ties",
        "weight_indices",
        "weight_names",
        "weight_values",
    )

    def __init__(
        self,
        *,
        input_indices: Array,
        input_values: Array,
        weight_indices: Array | None = None,
        weight_values: Array | None = None,
        products: Array | None = None,
        padding: Array | None = None,
        ties: Array | None = None,
        positions: Array | None = None,
        sources: Array | None = None,
        weight_names: tuple[str, ...] = ("weight",),
    ) -> None:
        count = len(input_indices)
        self.input_indices: NDArray[np.int64] = np.asarray(input_indices, np.int64)
        self.input_values: NDArray[np.float64] = np.asarray(input_values, np.float64)
        self.weight_indices: NDArray[np.int64] = (
            np.zeros((count, 0), np.int64) if weight_indices is None else np.asarray(weight_indices, np.int64)
        )
        self.weight_values: NDArray[np.float64] = (
            np.ones(count) if weight_values is None else np.asarray(weight_values, np.float64)
        )
        if products is None:
            with np.errstate(all="ignore"):
                products = self.input_values * self.weight_values
        self.products: NDArray[np.float64] = products
        self.padding: NDArray[np.bool_] = np.zeros(count, np.bool_) if padding is None else padding
        self.ties: NDArray[np.bool_] = np.zeros(count, np.bool_) if ties is None else ties
        self.positions: NDArray[np.int64] = self.input_indices if positions is None else positions
        self.sources: NDArray[np.int64] = np.zeros(count, np.int64) if sources is None else sources
        self.weight_names = weight_names

    def __len__(self) -> int:
        return len(self.input_indices)

    @overload
    def __getitem__(self, key: int) -> Term: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Term]: ...
    def __getitem__(self, key: int | slice) -> Term | Sequence[Term]:
        if isinstance(key, slice):
            return [self[number] for number in range(*key.indices(len(self)))]
        source = int(self.sources[key])
        return Term(
            tuple(self.input_indices[key].tolist()),
            float(self.input_values[key]),
            tuple(self.weight_indices[key].tolist()),
            float(self.weight_values[key]),
            float(self.products[key]),
            bool(self.padding[key]),
            bool(self.ties[key]),
            tuple(self.positions[key].tolist()),
            source,
            self.weight_names[source],
        )

    def __iter__(self) -> Iterator[Term]:
        sources = self.sources.tolist()
        return map(
            Term,
            map(tuple, self.input_indices.tolist()),
            self.input_values.tolist(),
            map(tuple, self.weight_indices.tolist()),
            self.weight_values.tolist(),
            self.products.tolist(),
            self.padding.tolist(),
            self.ties.tolist(),
            map(tuple, self.positions.tolist()),
            sources,
            [self.weight_names[source] for source in sources],
        )

    def __repr__(self) -> str:
        return f"<{len(self)} terms>"

    @classmethod
    def joined(cls, parts: Sequence[Terms]) -> Terms:
        """The terms of several parts, one after the other; all with the same weight names."""
        return cls(
            input_indices=np.concatenate([part.input_indices for part in parts]),
            input_values=np.concatenate([part.input_values for part in parts]),
            weight_indices=np.concatenate([part.weight_indices for part in parts]),
            weight_values=np.concatenate([part.weight_values for part in parts]),
            products=np.concatenate([part.products for part in parts]),
            sources=np.concatenate([part.sources for part in parts]),
            weight_names=parts[0].weight_names,
        )
