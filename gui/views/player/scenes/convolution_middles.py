"""The ways to lay out one channel's kernel and products, from "x×w" above each product down to mere colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.look import Sizes

_ADVANCE = 0.6


@dataclass(frozen=True)
class Middle:
    """Kernel, products and (where the input's own digits are too small) a copy of the window of one channel.

    Grids are relative to the corner of the whole. `score` says how much can be read, 0 … 20.
    """

    kind: str
    width: float
    height: float
    kernel: NumberGrid
    products: NumberGrid
    patch: NumberGrid | None
    factors: bool
    score: float


def text_width(characters: int, px: float) -> int:
    """About how wide a fixed-width text is."""
    return round(characters * _ADVANCE * px + 0.49)


def _middle(
    kind: str,
    score: float,
    kernel: NumberGrid,
    products: NumberGrid,
    patch: NumberGrid | None = None,
    factors: bool = False,
) -> Middle:
    rects = [grid.rect for grid in (kernel, products, patch) if grid is not None]
    width, height = max(rect.right() for rect in rects), max(rect.bottom() for rect in rects)
    return Middle(kind, width, height, kernel, products, patch, factors, score)


@lru_cache(maxsize=64)
def middles(
    sizes: Sizes,
    kernel: tuple[int, int],
    input_characters: int,
    kernel_characters: int,
    product_characters: int,
) -> tuple[Middle, ...]:
    """All ways to lay out a kernel of (rows, columns) whose numbers are so many characters long, best first."""
    rows, columns = kernel
    found: list[Middle] = []
    factors = input_characters + 1 + kernel_characters
    for px in sorted({sizes.factor_px, 10}, reverse=True):
        width = max(sizes.product_cell, text_width(factors, px) + 8)
        height = sizes.product_cell if px == sizes.factor_px else min(sizes.product_cell, 36)
        kernel_width = max(sizes.kernel_cell, text_width(kernel_characters, 12) + (12 if kernel_characters > 3 else 4))
        kernel_height = sizes.kernel_cell
        score = 15.0 + px / 10
        shift = round(rows * (height - kernel_height) / 2)
        found.append(
            _middle(
                "side",
                score + 1,
                NumberGrid(0, shift, rows, columns, kernel_width, kernel_height),
                NumberGrid(
                    columns * kernel_width + (12 if sizes.name == "small" else 20), 0, rows, columns, width, height
                ),
                factors=True,
            )
        )
        found.append(
            _middle(
                "above",
                score,
                NumberGrid(
                    columns * (width - kernel_width) // 2, 0, rows, columns, min(kernel_width, width), kernel_height
                ),
                NumberGrid(0, rows * kernel_height + 16, rows, columns, width, height),
                factors=True,
            )
        )
    characters = max(product_characters, kernel_characters, input_characters)
    for px in (sizes.product_px, 12, 11, 10, 9):
        if px > sizes.product_px:
            continue
        wide = max(text_width(characters, px) + 9, 18)
        narrow = max(text_width(product_characters, px) + 9, 18)
        for tall in {max(round(px * 1.6), 15), round(px * 2.2)}:
            found += _one_line(rows, columns, wide, narrow, tall, 5.5 + px / 5 + tall / 40)
    for side in (16, 12, 10, 8, 6, 4, 3):
        found.append(_column(rows, columns, side, side, side / 4 - 3, "tiny"))
    return tuple(sorted(found, key=lambda middle: -middle.score))


def _column(rows: int, columns: int, wide: int, tall: int, score: float, kind: str) -> Middle:
    patch, kernel, products = (NumberGrid(0, n * (rows * tall + 14), rows, columns, wide, tall) for n in range(3))
    return _middle(kind, score, kernel, products, patch)


def _one_line(rows: int, columns: int, wide: int, narrow: int, tall: int, score: float) -> list[Middle]:
    """Window × kernel = products, with digits in all three (cells `wide`), or with the first two as small pictures."""
    width = columns * wide
    patch, kernel, products = (NumberGrid(n * (width + 24), 0, rows, columns, wide, tall) for n in range(3))
    found = [
        _column(rows, columns, wide, tall, score + 2.5, "column"),
        _middle("row", score + 2.5, kernel, products, patch),
    ]
    width = columns * narrow
    for side in (16, 12, 10, 8, 6):
        gap = min(max(width - 2 * columns * side, 16), 28)
        across = 2 * columns * side + gap
        shift = max(0, (width - across) // 2)
        found.append(
            _middle(
                "thumbs",
                score + side / 3.5,
                NumberGrid(shift + columns * side + gap, 0, rows, columns, side, side),
                NumberGrid(max(0, (across - width) // 2), rows * side + 14, rows, columns, narrow, tall),
                NumberGrid(shift, 0, rows, columns, side, side),
            )
        )
    return found
