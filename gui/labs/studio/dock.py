"""The three panels under the stage: inspector, curves, confusion matrix, side by side with lines between."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import Theme

_HEIGHT = {"large": 212, "small": 192}
_WIDTHS = {"large": (336, 288), "small": (316, 260)}
_LEAST = {"large": 1264, "small": 1140}
"""With less width, as beside a lesson, the third panel gives way: the first could not show its numbers."""
_GROWS = 1.4
"""Beyond the window that the sizes were drawn for (1600x1000), the panels grow with it up to so much."""


class Dock(QWidget):
    """`first` takes the width that `second` and `third` leave. They are separated by 1 px lines, no cards."""

    def __init__(
        self, first: QWidget, second: QWidget, third: QWidget, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._density = "large"
        self._parts = (first, second, third)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 0)
        row.setSpacing(1)
        for part, stretch in zip(self._parts, (1, 0, 0), strict=True):
            row.addWidget(part, stretch)
        self.set_density("large")

    def set_density(self, density: str) -> None:
        self._density = density
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        window = self.window()
        growth = min(max(min(window.width() / 1600, window.height() / 1000), 1.0), _GROWS)
        if self._density == "small":
            growth = 1.0
        self.setFixedHeight(round(_HEIGHT[self._density] * growth))
        for part, width in zip(self._parts[1:], _WIDTHS[self._density], strict=True):
            part.setFixedWidth(round(width * growth * growth))
        self._parts[2].setVisible(self.width() >= _LEAST[self._density])

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.border)
