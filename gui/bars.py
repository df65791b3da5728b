"""The top bar, with the lab's own controls and the way to all actions, and the status bar."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.actions import key_text
from gui.labs import Status
from gui.theme import Density, Theme, fonts, icons
from gui.theme.controls import ButtonControl, Control, box, key_width, paint_key

TOP_HEIGHT = 48
STATUS_HEIGHT = {Density.LARGE: 28, Density.SMALL: 24}


class ActionsField(ButtonControl):
    """Looks like a search field; opens the palette of all actions."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._keys = key_text("Ctrl+K")
        self.setToolTip(f"Find any action ({self._keys})")
        self.setAccessibleName("Actions")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(168, 28)

    def set_density(self, density: Density) -> None:
        self.setFixedWidth(168 if density is Density.LARGE else 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        lit = self.hovered or self.isDown()
        line = theme.accent if self.ring else theme.text_3 if lit else theme.border_strong
        box(painter, QRectF(self.rect()), fill=theme.raised, line=line)
        icons.paint(painter, "search", theme.text_3, QRectF(11, 7, 14, 14))
        middle = self.height() / 2
        paint_key(painter, theme, self.width() - 9 - key_width(self._keys), middle, self._keys)
        if self.width() > 120:
            painter.setFont(fonts.ui(12))
            painter.setPen(theme.text_1 if lit else theme.text_3)
            painter.drawText(QRectF(33, 0, 80, self.height()), Qt.AlignmentFlag.AlignVCenter, "Actions")


class TopBar(Control):
    """48 px: the controls of the lab that is shown, then the Actions field."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFixedHeight(TOP_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.actions_field = ActionsField(theme, self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 0, 24, 1)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self._row.addSpacing(16)
        self._row.addWidget(self.actions_field)
        self._bar: QWidget | None = None

    def show_bar(self, bar: QWidget | None) -> None:
        """Put a lab's controls here; those that were here are hidden and stay their lab's."""
        if self._bar is not None:
            self._row.removeWidget(self._bar)
            self._bar.hide()
        self._bar = bar
        if bar is not None:
            self._row.insertWidget(0, bar, 1000)
            bar.show()

    def set_density(self, density: Density) -> None:
        self.actions_field.set_density(density)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.theme.window)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.theme.border)


_NUMBER = re.compile(r"(?<![A-Za-z])[−+-]?\d[\d,.]*(?:e-?\d+)?")


class StatusBar(Control):
    """State and keys at the left, facts at the right; the hint gives way first where there is little room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._status = Status()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_density(Density.LARGE)

    @property
    def status(self) -> Status:
        return self._status

    def set_status(self, status: Status) -> None:
        """Say this from now on; repaints only if it is something else."""
        if status != self._status:
            self._status = status
            self.setAccessibleDescription(f"{status.label}. {status.hint}")
            self.update()

    def set_density(self, density: Density) -> None:
        self.setFixedHeight(STATUS_HEIGHT[density])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, status = self.theme, self._status
        painter.fillRect(event.rect(), theme.window)
        painter.fillRect(0, 0, self.width(), 1, theme.border)
        middle = (self.height() + 1) / 2
        right = self._paint_facts(painter, middle)
        left = self._paint_state(painter, middle)
        metrics = QFontMetricsF(fonts.ui(11))
        for key, what in status.keys:
            width = key_width(key_text(key)) + 6 + metrics.horizontalAdvance(what)
            if left + width > right - 24:
                return
            left = paint_key(painter, theme, left, middle, key_text(key)) + 6
            painter.setFont(fonts.ui(11))
            painter.setPen(theme.text_2)
            left = self._text(painter, left, middle, what) + 16
        if status.hint and right - 24 - left > 60:
            painter.setFont(fonts.ui(11))
            painter.setPen(theme.text_3)
            hint = metrics.elidedText(status.hint, Qt.TextElideMode.ElideRight, right - 24 - left)
            self._text(painter, left, middle, hint)

    def _text(self, painter: QPainter, left: float, middle: float, text: str) -> float:
        metrics = QFontMetricsF(painter.font())
        painter.drawText(QPointF(left, round(middle + metrics.capHeight() / 2)), text)
        return left + metrics.horizontalAdvance(text)

    def _paint_state(self, painter: QPainter, middle: float) -> float:
        theme, status = self.theme, self._status
        if not status.label:
            return 16.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.error if status.kind == "error" else theme.accent
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ink if status.kind in ("running", "error") else Qt.BrushStyle.NoBrush)
        dot = QRectF(16.75, middle - 3.25, 6.5, 6.5)
        painter.drawEllipse(dot)
        if status.kind == "working":
            painter.setBrush(ink)
            painter.drawPie(dot, 90 * 16, -180 * 16)
        painter.setFont(fonts.ui(11, 600) if status.kind in ("running", "error") else fonts.ui(11))
        painter.setPen(theme.text_1)
        return self._text(painter, 32, middle, status.label) + 16

    def _paint_facts(self, painter: QPainter, middle: float) -> float:
        """Facts from the right edge leftwards, at most half of the bar; numbers in the fixed-width face."""
        right = self.width() - 16.0
        for index, fact in enumerate(reversed(self._status.facts)):
            pieces, width = self._pieces(fact), 0.0
            for text, fixed in pieces:
                width += QFontMetricsF(fonts.mono(11) if fixed else fonts.ui(11)).horizontalAdvance(text)
            if right - width < self.width() * 0.4:
                break
            painter.setPen(self.theme.text_2 if index == 0 else self.theme.text_3)
            left = right - width
            baseline = round(middle + QFontMetricsF(fonts.ui(11)).capHeight() / 2)
            for text, fixed in pieces:
                font = fonts.mono(11) if fixed else fonts.ui(11)
                painter.setFont(font)
                painter.drawText(QPointF(left, baseline), text)
                left += QFontMetricsF(font).horizontalAdvance(text)
            right -= width + 24
        return right + 24

    @staticmethod
    def _pieces(text: str) -> list[tuple[str, bool]]:
        """(text, whether it is a number) in order."""
        pieces, end = [], 0
        for match in _NUMBER.finditer(text):
            number = match[0].rstrip(",.")
            pieces += [(text[end : match.start()], False), (number, True)]
            end = match.start() + len(number)
        return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]
