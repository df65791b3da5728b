"""A step's formula: in letters, and in numbers as a sum that is shortened to the room there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gui.theme.numbers import TIMES
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.spans import Span, Spans

_MOST = 60  # summands that are looked at when a long sum is shortened


@dataclass(frozen=True)
class Sum:
    """The changing part of line 2: terms with their products, joined by `separator`, between `opening` and `closing`.

    `write` gives the spans of a term; `groups` (one number a term) puts terms of a group in parentheses. Terms whose
    product is zero are left out where `skip_zeros`.
    """

    products: NDArray[np.floating]
    write: Callable[[int], Spans]
    groups: NDArray[np.integer] | None = None
    skip_zeros: bool = True
    separator: str = " + "
    opening: Spans = ()
    closing: Spans = ()
    noun: str = "products"


@dataclass(frozen=True)
class Formula:
    """Line 1 in letters, line 2 in numbers: `lead`, the sum, `tail`; `note` stands at the right of line 1."""

    symbolic: Spans
    tail: Spans
    sum: Sum | None = None
    lead: Spans = field(default=(Span("= "),))
    note: str = ""


def times(x: float, weight: float, term: int, *, padding: bool = False) -> Spans:
    """A product of an input and a weight: 0.82×−1.3."""
    return (
        Span(number(x), "padding" if padding else "input", term=term),
        Span(TIMES, "text_3", term=term),
        Span(number(weight), "kernel", term=term),
    )


def summand(value: float, role: str) -> Spans:
    """A number with its sign as the operator: " − 0.25"."""
    sign = "\u2212" if value < 0 else "+"
    return (Span(f" {sign} "), Span(number(abs(value)), role))


def result(value: float) -> Spans:
    return (Span(" = "), Span(number(value), "output", bold=True))


def in_numbers(formula: Formula, room: int) -> tuple[Spans, str]:
    """Line 2 in at most `room` characters where that can be, and the note that says what it leaves out.

    All terms where they fit; else the largest first, with the number of those that are missing.
    """
    if formula.sum is None:
        return (*formula.lead, *formula.tail), formula.note
    part = formula.sum
    count = len(part.products)
    kept = np.flatnonzero(part.products != 0) if part.skip_zeros else np.arange(count)
    zeros = count - len(kept)
    note = formula.note
    if zeros and not note:
        are = f"{part.noun} are" if zeros != 1 else f"{part.noun.rstrip('s')} is"
        note = f"{zeros} {are} zero and left out"
    if len(kept) == 0:
        return (*formula.lead, *part.opening, Span("0"), *part.closing, *formula.tail), note
    if len(kept) <= _MOST:
        whole = (*formula.lead, *_grouped(part, kept.tolist()), *formula.tail)
        if _length(whole) <= room:
            return whole, note
    return _shortened(formula, part, kept, room), _short_note(part, len(kept), zeros)


def _length(spans: Spans) -> int:
    """How many characters of a fixed-width face a text takes."""
    return sum(len(span.text) for span in spans)


def _short_note(part: Sum, kept: int, zeros: int) -> str:
    left_out = f", {zeros} zeros left out" if zeros and part.skip_zeros else ""
    return f"largest of {kept} {part.noun} first{left_out}"


def _grouped(part: Sum, terms: Sequence[int]) -> Spans:
    """All terms in order, those of a group in parentheses where there are several groups."""
    spans: list[Span] = list(part.opening)
    groups = None if part.groups is None else part.groups[list(terms)]
    several = groups is not None and len(set(groups.tolist())) > 1
    for position, term in enumerate(terms):
        opens = several and groups is not None and (position == 0 or groups[position] != groups[position - 1])
        if opens and position:
            spans.append(Span(")"))
        if position:
            spans.append(Span(part.separator))
        if opens:
            spans.append(Span("("))
        spans += part.write(term)
    if several:
        spans.append(Span(")"))
    return (*spans, *part.closing)


def _shortened(formula: Formula, part: Sum, kept: NDArray[np.integer], room: int) -> Spans:
    """The largest terms first, as many as fit, then how many more there are and what they come to."""
    products = part.products[kept]
    sizes = np.where(np.isfinite(products), np.abs(products), np.inf)
    order = kept[np.argsort(-sizes, kind="stable")]
    head = (*formula.lead, *part.opening)
    closing = (*part.closing, *formula.tail)
    room -= _length((*head, *closing)) + len("… 0,000 more")
    shown: list[Span] = []
    used, taken = 0, 0
    for term in order[:_MOST].tolist():
        spans = (*part.write(term), Span(part.separator))
        used += _length(spans)
        if used > room and taken:
            break
        shown += spans
        taken += 1
    more = len(kept) - taken
    rest = (Span(f"… {more:,} more", "text_3"),) if more else ()
    if not more and shown:
        shown.pop()
    return (*head, *shown, *rest, *closing)
