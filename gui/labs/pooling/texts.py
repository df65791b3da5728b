"""What the side panel says of each kind of pooling, and what it proposes to try."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gui.labs.pooling.presets import preset
from gui.labs.pooling.state import Kind, PoolingState
from gui.theme import Theme


@dataclass(frozen=True)
class Try:
    title: str
    note: str
    state: PoolingState


TRY = (
    Try("A tie: who wins?", "step 7", preset("tie").state),
    Try("Shift by two: all move along", "0 differ", replace(preset("max").state, shift=(0, 2))),
    Try("Global: one number a map", "1 × 1", preset("global").state),
    Try("Windows that overlap", "3 / 2", preset("overlapping").state),
)

_TEXTS = {
    Kind.MAX: (
        "Pooling keeps the gist",
        "Each {window} becomes one number, its <b>largest</b> or its <b>mean</b>. The map shrinks; "
        "no weight is learned.",
        "Move the input by one pixel: the largest value often stays in its window, so <b>fewer max cells change</b>. "
        "The mean changes almost everywhere, but by less.",
    ),
    Kind.AVERAGE: (
        "The mean of a window",
        "Every cell of the {window} counts the same: with four cells a quarter each. Nothing wins, nothing is lost "
        "alone.",
        "A gradient comes back <b>in equal parts</b> to every cell. Padding counts as zeros unless you switch it off.",
    ),
    Kind.GLOBAL: (
        "One number a map",
        "The {window} is the whole map. Whatever its size, <b>one number a channel</b> is left: this is how many "
        "networks end before their last layer.",
        "Change the input's size: the output keeps its shape, and no weight depends on it.",
    ),
    Kind.ADAPTIVE: (
        "You say the size, not the window",
        "The input is shared among as many {window}s as the output has cells. Where the size doesn't divide, "
        "<b>windows differ or overlap by a cell</b>.",
        "Window i reads from ⌊i·n/o⌋ to just before ⌈(i+1)·n/o⌉. So any picture fits one dense layer.",
    ),
    Kind.LP: (
        "Between mean and maximum",
        "Each value is raised to p, the {window} is summed, and the p-th root taken. With p = 1 it is the plain sum; "
        "<b>the larger p, the nearer to the maximum</b>.",
        "A gradient goes to all cells, most of it to the largest.",
    ),
}  # fmt: skip


def paragraphs(kind: Kind, theme: Theme) -> tuple[str, tuple[str, ...]]:
    """The title and the paragraphs (rich text) for a kind of pooling."""
    title, *rest = _TEXTS[kind]
    window = f'<span style="color: {theme.kernel.name()}">window</span>'
    bold = f'<b style="color: {theme.text_1.name()}; font-weight: 600">'
    return title, tuple(part.format(window=window).replace("<b>", bold) for part in rest)
