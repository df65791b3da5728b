"""Numbers and formulas as text: pieces with the role that their colour shows, U+2212 for minus."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from engine.traces.terms import Terms

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
DOT = "\N{MIDDLE DOT}"
SUM = "\N{GREEK CAPITAL LETTER SIGMA}"
ROOT = "\N{SQUARE ROOT}"
INFINITY = "\N{INFINITY}"

Role: TypeAlias = Literal["input", "padding", "kernel", "bias", "output", "plain"]


class Piece(NamedTuple):
    """A part of a formula, and what it stands for."""

    text: str
    role: Role = "plain"


def number(value: float, digits: int = 5) -> str:
    """A number as text: whole ones in full below 10^15, others to so many significant digits; "−0.5", "∞", "NaN"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    size = abs(value)
    if size < 1e15 and size == int(size):
        text = str(int(value))
    elif 10**digits <= size < 1e15:
        text = f"{value:.0f}"
    else:
        text = f"{value:.{digits}g}"
        if "e" in text:
            mantissa, exponent = text.split("e")
            text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def bracketed(value: float) -> str:
    """A number that stands behind an operator: negative ones in parentheses."""
    return f"({number(value)})" if is_negative(value) else number(value)


def is_negative(value: float) -> bool:
    return value < 0  # neither -0.0 nor NaN is written with a sign


def place(*coordinates: object) -> str:
    """An index as text: [0, 2, 3]."""
    return f"[{', '.join(str(coordinate).replace('-', MINUS) for coordinate in coordinates)}]"


def text_of(pieces: Iterable[Piece]) -> str:
    """The formula as plain text."""
    return "".join(piece.text for piece in pieces)


def equals(value: float) -> Iterator[Piece]:
    yield Piece(" = ")
    yield Piece(number(value), "output")


def plus(value: float, role: Role, *, first: bool = False) -> Iterator[Piece]:
    """A summand, its sign written as the operator."""
    if is_negative(value):
        yield Piece(MINUS if first else f" {MINUS} ")
    elif not first:
        yield Piece(" + ")
    yield Piece(number(abs(value)), role)


def chosen(terms: Terms, *, limit: int | None, skip_zeros: bool) -> list[int | None]:
    """Which terms a formula shows, by number; None stands for those left out where there are more than `limit`."""
    products = terms.products
    numbers: list[int | None] = []
    numbers.extend(np.flatnonzero(products != 0).tolist() if skip_zeros else range(len(terms)))
    if limit is None or len(numbers) <= limit:
        return numbers
    tail = max(limit // 3, 0)
    return [*numbers[: limit - tail], None, *numbers[len(numbers) - tail :]]


def sum_of_products(
    terms: Terms, *, by_channel: bool, limit: int | None = None, skip_zeros: bool = False
) -> list[Piece]:
    """The sum of input × weight: 1×2 − 3×1 + (−1)×4. The weight's sign is the operator, negative inputs stand in
    parentheses. With `by_channel` the terms of each input channel are in parentheses of their own."""
    numbers = chosen(terms, limit=limit, skip_zeros=skip_zeros)
    if not numbers:
        return [Piece("0")]
    values, weights, padding = terms.input_values, terms.weight_values, terms.padding
    channels = terms.input_indices[:, 0]
    several = by_channel and len({int(channels[term]) for term in numbers if term is not None}) > 1
    pieces: list[Piece] = []
    channel: int | None = None  # whose parenthesis is open
    for term in numbers:
        first = not pieces
        if channel is not None and (term is None or channels[term] != channel):
            pieces.append(Piece(")"))
            channel = None
        if term is None:
            pieces.append(Piece("…" if first else " + …"))
            continue
        if several and channel is None:
            pieces.append(Piece("(" if first else " + ("))
            channel, first = int(channels[term]), True
        weight = float(weights[term])
        if is_negative(weight):
            pieces.append(Piece(MINUS if first else f" {MINUS} "))
        elif not first:
            pieces.append(Piece(" + "))
        pieces.append(Piece(bracketed(float(values[term])), "padding" if padding[term] else "input"))
        pieces.append(Piece(TIMES))
        pieces.append(Piece(number(abs(weight)), "kernel"))
    if channel is not None:
        pieces.append(Piece(")"))
    return pieces


def listed(values: Sequence[Piece], separator: str = ", ") -> Iterator[Piece]:
    """Pieces with a separator between them."""
    for position, piece in enumerate(values):
        if position:
            yield Piece(separator)
        yield piece
