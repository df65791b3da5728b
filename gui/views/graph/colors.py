"""Colours that say what a node computes, and where the parts of a concatenation come from."""

from __future__ import annotations

from PySide6.QtGui import QColor

from gui.theme import Theme


def role_color(theme: Theme, role: str) -> QColor:
    """The colour of a family of operations, where cards are coloured by it."""
    return {
        "Convolution": theme.kernel, "Linear": theme.gradient, "Pooling": theme.input, "Normalization": theme.bias,
        "Activation": theme.output, "Addition": theme.text_1, "Concatenation": theme.text_1,
    }.get(role, theme.text_3)  # fmt: skip


def origin_colors(theme: Theme, count: int) -> list[QColor]:
    """Colours to tell the parts of a concatenation apart, quiet ones: they stand beside values."""
    found = []
    for index in range(count):
        color = QColor.fromHslF((0.55 + index * 0.381966) % 1.0, 0.32, 0.42 if theme.is_dark else 0.68)
        found.append(color)
    return found
