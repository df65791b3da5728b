"""How the step player looks now: the theme's colours by role, and the sizes that fit the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QColor

from gui.theme import Theme


@dataclass(frozen=True, eq=False)  # compared by identity: there are four
class Sizes:
    """Pixel sizes of the stage (TOKENS, "Convolution lab"). `cell` is the largest cell of an input."""

    name: str
    cell: int
    kernel_cell: int
    product_cell: int
    output_cell: int
    factor_px: int  # "x×w" in a product cell
    product_px: int
    chip_width: int
    chip_height: int
    chip_px: int
    value_px: int
    margin: int
    label_column: int
    text_px: int
    title_px: int
    caption_px: int


SMALL = Sizes("small", 24, 20, 32, 28, 10, 12, 48, 28, 14, 16, 16, 80, 12, 13, 11)
REGULAR = Sizes("regular", 32, 28, 40, 36, 11, 14, 48, 32, 16, 20, 24, 112, 12, 13, 11)
LARGE = Sizes("large", 48, 40, 60, 52, 15, 20, 72, 48, 22, 28, 32, 148, 16, 18, 14)


HUGE = Sizes("huge", 72, 60, 90, 72, 22, 30, 104, 68, 32, 40, 40, 210, 22, 26, 19)
"""For a projector or a very large window; only convolutions are drawn so large."""

LADDER = (LARGE, REGULAR, SMALL)


def larger_than(sizes: Sizes) -> tuple[Sizes, ...]:
    """The larger sizes, largest first."""
    return LADDER[: LADDER.index(sizes)] if sizes in LADDER else ()


def sizes_for(width: float, height: float) -> Sizes:
    """The sizes that suit a stage of so many logical pixels."""
    if width < 1100 or height < 440 or (width < 1400 and height < 600):
        return SMALL
    return LARGE if width >= 2000 and height >= 900 else REGULAR


@lru_cache(maxsize=1024)
def _shade(rgb: int, alpha: float) -> QColor:
    color = QColor.fromRgb(rgb)
    color.setAlphaF(alpha)
    return color


@lru_cache(maxsize=512)
def _blend(top: int, bottom: int, share: float) -> QColor:
    a, b = QColor.fromRgb(top), QColor.fromRgb(bottom)
    parts = (
        round(p * share + q * (1 - share))
        for p, q in zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    )
    return QColor(*parts)


@dataclass(frozen=True, eq=False)
class Look:
    """A theme at a size. Roles are the names of the theme's colours."""

    theme: Theme
    sizes: Sizes = REGULAR

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """The colour of a role, with so much of it showing."""
        color: QColor = getattr(self.theme, role)
        return color if alpha >= 1.0 else _shade(color.rgb(), round(max(alpha, 0.0), 3))

    def mixed(self, role: str, share: float, ground: str = "stage") -> QColor:
        """An opaque colour: `share` of a role over a ground. For text and lines that must not show what is below."""
        return _blend(getattr(self.theme, role).rgb(), getattr(self.theme, ground).rgb(), round(share, 3))
