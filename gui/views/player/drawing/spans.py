"""Coloured texts: formulas, labels with subscripts, read-outs. A span is a piece of text with its colour's role."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from PySide6.QtCore import QRectF

from gui.views.player.drawing.lettering import Face, Ink, mono, ui
from gui.views.player.drawing.look import Look

_SUB_SIZE, _SUB_DROP = 0.78, 0.22


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text. `term` is the number of the term of the step that it stands for, where it does."""

    text: str
    role: str = "text_2"
    sub: bool = False
    bold: bool = False
    term: int | None = None


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A span at its place: `x` from the left end of the text."""

    x: float
    width: float
    face: Face
    drop: float
    span: Span


def marked(text: str, role: str, *, bold: bool = False) -> Spans:
    """Spans of a text in which "_{…}" is a subscript: "Filter w_{0}"."""
    spans: list[Span] = []
    rest = text
    while rest:
        before, mark, after = rest.partition("_{")
        if before:
            spans.append(Span(before, role, bold=bold))
        if not mark:
            break
        inside, _, rest = after.partition("}")
        spans.append(Span(inside, role, sub=True, bold=bold))
    return tuple(spans)


def text_of(spans: Iterable[Span]) -> str:
    """The plain text, subscripts as in marked text: for tests, tooltips, copying and screen readers."""
    parts: list[str] = []
    for span in spans:
        parts.append(f"_{{{span.text}}}" if span.sub else span.text)
    return "".join(parts)


def place(spans: Sequence[Span], px: float, *, fixed: bool = True) -> list[Placed]:
    """Lay spans out in a row, in the fixed-width or the interface face."""
    faces = _faces(px, fixed)
    placed: list[Placed] = []
    x = 0.0
    for span in spans:
        face, drop = faces[span.sub, span.bold]
        width = face.width(span.text)
        placed.append(Placed(x, width, face, drop, span))
        x += width
    return placed


@lru_cache(maxsize=32)
def _faces(px: float, fixed: bool) -> dict[tuple[bool, bool], tuple[Face, float]]:
    """Face and drop of spans, by whether they are subscripts and bold."""
    family = mono if fixed else ui
    sub = round(px * _SUB_SIZE)
    return {
        (is_sub, bold): (family(sub if is_sub else px, 600 if bold else 400), px * _SUB_DROP if is_sub else 0.0)
        for is_sub in (False, True)
        for bold in (False, True)
    }


@lru_cache(maxsize=512)
def label_spans(text: str, role: str, px: float, bold: bool, fixed: bool) -> tuple[Placed, ...]:
    """A label with subscripts, laid out."""
    return tuple(place(marked(text, role, bold=bold), px, fixed=fixed))


def width_of(placed: Sequence[Placed]) -> float:
    return placed[-1].x + placed[-1].width if placed else 0.0


def paint(
    ink: Ink, look: Look, placed: Sequence[Placed], x: float, y: float, *, alpha: float = 1.0, fixed: bool = True
) -> None:
    """Draw a row whose digits have their middle at height `y`."""
    base = placed[0].face.cap / 2 if placed else 0.0
    for part in placed:
        middle = y + base + part.drop - part.face.cap / 2 if part.span.sub else y
        color = look.color(part.span.role, alpha)
        if fixed:
            ink.put(part.span.text, x + part.x, middle, part.face, color, "left")
        else:
            ink.words(part.span.text, x + part.x, middle, part.face, color)


def label(
    ink: Ink,
    look: Look,
    text: str,
    x: float,
    y: float,
    px: float,
    role: str,
    *,
    bold: bool = False,
    align: str = "left",
    alpha: float = 1.0,
    fixed: bool = False,
) -> float:
    """A label whose text may have subscripts ("Filter w_{0}"); returns its width."""
    placed = label_spans(text, role, px, bold, fixed)
    width = width_of(placed)
    left = x if align == "left" else x - width / 2 if align == "center" else x - width
    paint(ink, look, placed, left, y, alpha=alpha, fixed=fixed)
    return width


def reach(placed: Sequence[Placed], term: int, y: float, height: float) -> QRectF | None:
    """The rectangle of a term's spans, relative to the left end."""
    parts = [part for part in placed if part.span.term == term]
    if not parts:
        return None
    return QRectF(parts[0].x, y - height / 2, parts[-1].x + parts[-1].width - parts[0].x, height)
