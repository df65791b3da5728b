"""What all poolings share: the terms and the formula of a window's maximum and of its average."""

from __future__ import annotations

import numpy as np

from engine.traces.arrays import Index
from engine.traces.formula import INFINITY, MINUS, Piece, equals, listed, number, place, plus
from engine.traces.terms import Terms
from engine.traces.trace import Step
from engine.traces.windowed import LineT, Windowed


def reading(window: Windowed[LineT], index: Index) -> str:
    """The window of an output cell in letters: x[2, 4..6, 0..1]."""
    place_ = window.window(index)
    spans = [
        f"{start}..{stop - 1}" if 1 < len(cells) == stop - start else ",".join(map(str, cells))
        for (start, stop), cells in zip(place_.spans, place_.positions, strict=True)
    ]
    return f"x{place(index[0], *spans)}"


def max_terms(window: Windowed[LineT], index: Index) -> Terms:
    """Terms of a window's maximum: weight 1 for the first largest cell (NaN is the largest), 0 for the rest."""
    cells = window.cells(index)
    weights = np.zeros(len(cells.values))
    ties = np.zeros(len(weights), np.bool_)
    real = np.flatnonzero(~cells.padding)
    if len(real):
        winner = real[np.argmax(cells.values[real])]
        weights[winner] = 1.0
        best = cells.values[winner]
        same = (np.isnan(cells.values) if np.isnan(best) else cells.values == best) & ~cells.padding
        if same.sum() > 1:
            ties = same
    return Terms(
        input_indices=cells.indices,
        input_values=cells.values,
        weight_indices=cells.places,
        weight_values=weights,
        products=np.where(weights == 0, 0.0, cells.values),  # else 0 times minus infinity
        padding=cells.padding,
        ties=ties,
        positions=cells.positions,
        weight_names=("",),
    )


def max_pieces(step: Step, *, limit: int | None) -> list[Piece]:
    """The formula of a maximum, without padding."""
    terms = step.terms
    values = [Piece(number(value), "input") for value in terms.input_values[~terms.padding].tolist()]
    if limit is not None and len(values) > limit:
        values = [*values[:limit], Piece("…")]
    return [Piece("max("), *listed(values or [Piece(MINUS + INFINITY, "padding")]), Piece(")"), *equals(step.value)]


def average_terms(window: Windowed[LineT], index: Index, *, divisor: float, with_padding: bool) -> Terms:
    """Terms of a window's average: weight 1/divisor; 0 for padding that is not counted."""
    cells = window.cells(index)
    weights = np.full(len(cells.values), 1.0 / divisor)
    if not with_padding:
        weights[cells.padding] = 0.0
    return Terms(
        input_indices=cells.indices,
        input_values=cells.values,
        weight_indices=cells.places,
        weight_values=weights,
        products=np.where(weights == 0, 0.0, cells.values / divisor),
        padding=cells.padding,
        positions=cells.positions,
        weight_names=("",),
    )


def average_pieces(step: Step, *, divisor: float, limit: int | None, skip_zeros: bool) -> list[Piece]:
    """The formula of an average, its counted padding as zeros."""
    terms = step.terms
    shown = np.flatnonzero((terms.weight_values != 0) & ((terms.input_values != 0) | (not skip_zeros))).tolist()
    pieces: list[Piece] = []
    for position, term in enumerate(shown[:limit]):
        pieces.extend(
            plus(float(terms.input_values[term]), "padding" if terms.padding[term] else "input", first=not position)
        )
    if limit is not None and len(shown) > limit:
        pieces.append(Piece(" + …"))
    if not shown:
        pieces.append(Piece("0"))
    if len(pieces) > 1:
        pieces = [Piece("("), *pieces, Piece(")")]
    return [*pieces, Piece(" / "), Piece(number(divisor), "kernel"), *equals(step.value)]
