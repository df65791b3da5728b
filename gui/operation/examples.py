"""Buttons of a strip of examples: each a little picture with its name, and one that opens the menu of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme, fonts, icons
from gui.theme.controls import ButtonControl, box, mixed

Glyph: TypeAlias = Callable[[QPainter, QRectF, str, QColor], None]
"""Paints an 18 px picture of what is special about the example of that name, in that colour."""


class ExampleButton(ButtonControl):
    """An example. `role` is "" (plain), "chosen" (accent line) or "beside" (the one compared with)."""

    def __init__(
        self, name: str, text: str, tip: str, glyph: Glyph, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self.name, self.role = name, ""
        self._glyph = glyph
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_role(self, role: str) -> None:
        if role != self.role:
            self.role = role
            self.setAccessibleDescription({"chosen": "chosen", "beside": "shown beside"}.get(role, ""))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(QFontMetricsF(fonts.ui(12)).horizontalAdvance(self.text())) + 10 + 18 + 10 + 10, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, rect = self.theme, QRectF(self.rect())
        line = {"chosen": theme.accent, "beside": theme.border_strong}.get(self.role)
        fill = mixed(theme.accent, theme.stage, 0.10) if self.role == "chosen" else None
        if self.hovered and fill is None:
            fill = mixed(theme.text_1, theme.stage, 0.06)
        if line is not None or fill is not None or self.ring:
            box(painter, rect, fill=fill, line=theme.text_1 if self.ring else line)
        ink = theme.text_1 if self.role or self.hovered else theme.text_2
        self._glyph(painter, QRectF(10, 7, 18, 18), self.name, ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink)
        painter.setFont(fonts.ui(12))
        painter.drawText(rect.adjusted(38, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class AllButton(ButtonControl):
    """ "All 15 ›": opens the menu of all examples."""

    def __init__(self, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self.setAccessibleName("All examples")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(QFontMetricsF(fonts.ui(12)).horizontalAdvance(self.text())) + 32, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.ring:
            box(painter, QRectF(self.rect()), line=self.theme.text_1)
        ink = self.theme.text_1 if self.hovered or self.ring else self.theme.text_2
        painter.setPen(ink)
        painter.setFont(fonts.ui(12))
        painter.drawText(QRectF(self.rect()).adjusted(6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        icons.paint(painter, "chevron-right", ink, QRectF(self.width() - 18, 7, 14, 14))
