"""A number that is stepped or typed: − n +."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gui.theme import fonts, icons, numbers
from gui.theme.controls.base import HEIGHT, Control, box, mixed
from gui.theme.tokens import Theme

_SIDE = 24


class Stepper(Control):
    """A field with a minus and a plus: click or hold them, wheel or arrow keys, or type a number and press Enter.

    `ladder` gives the values that − and + go through (0.01, 0.02, 0.05, …) where equal steps make no sense; any value
    within the range may be typed. Whole numbers unless `decimals` is above 0. `changed(float)` tells a new value of the
    user's; a typed text that is no number, or lies outside, turns the frame red and is put right on leaving, when
    `refused(str)` says in a sentence what is wrong with it.
    """

    changed = Signal(float)
    refused = Signal(str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        value: float = 0,
        minimum: float = 0,
        maximum: float = 100,
        step: float = 1,
        ladder: Sequence[float] = (),
        decimals: int = 0,
        width: int = 88,
        name: str = "",
    ) -> None:
        super().__init__(theme, parent)
        self.minimum, self.maximum = minimum, maximum
        self._step, self._ladder, self._decimals = step, tuple(sorted(ladder)), decimals
        self._value = value
        self._pressed = 0
        self._hovered = 0
        self._edit = QLineEdit(self)
        self._edit.setFrame(False)
        self._edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._edit.setFont(fonts.mono(12))
        self._edit.setStyleSheet("QLineEdit { background: transparent; border: none; padding: 0; }")
        self._edit.setAccessibleName(name)
        self._edit.editingFinished.connect(self._typed)
        self._edit.textEdited.connect(self.update)
        self._edit.installEventFilter(self)
        self.setFocusProxy(self._edit)
        self.setAccessibleName(name)
        self.setFixedSize(width, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._repeat = QTimer(self)
        self._repeat.timeout.connect(self._again)
        self._show()

    @property
    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value (clipped to the range), without a signal. What the user is typing is left alone."""
        value = self._clip(value)
        if value == self._value:
            return
        self._value = value
        if not (self._edit.hasFocus() and self._edit.isModified()):
            self._show()
        self.update()

    def set_range(self, minimum: float, maximum: float) -> None:
        """Other bounds; the value is clipped to them, without a signal."""
        self.minimum, self.maximum = minimum, maximum
        self.set_value(self._value)
        self.update()

    def _clip(self, value: float) -> float:
        value = min(max(value, self.minimum), self.maximum)
        return value if self._decimals else float(round(value))

    def _show(self) -> None:
        self._edit.setText(numbers.plain(self._value, self._decimals))

    def _parsed(self) -> float | None:
        """What is typed, if it is a number within the range."""
        text = self._edit.text().strip().replace(numbers.MINUS, "-").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        return value if self.minimum <= value <= self.maximum else None

    def _typed(self) -> None:
        if not self._edit.isModified():
            return
        value, text = self._parsed(), self._edit.text().strip()
        self._edit.setModified(False)
        if value is not None:
            self._set_by_user(value)
        self._show()
        self.update()
        if value is None:
            self.refused.emit(self._refusal(text))

    def _refusal(self, text: str) -> str:
        """Why a typed text is not taken: which value, which range, and what holds."""
        low, high, holds = (numbers.plain(each, self._decimals) for each in (self.minimum, self.maximum, self._value))
        name = self.accessibleName() or "This"
        shown = text if len(text) <= 16 else f"{text[:15]}…"
        try:
            wrong = f"{shown} is {'below' if float(text.replace(',', '.')) < self.minimum else 'above'} the range"
        except ValueError:
            wrong = f"“{shown}” is no number" if text else "Nothing was typed"
        return f"{wrong}. {name} goes from {low} to {high}; it stays {holds}."

    def _set_by_user(self, value: float) -> None:
        value = self._clip(value)
        if value != self._value:
            self._value = value
            self._show()
            self.update()
            self.changed.emit(value)

    def step_by(self, direction: int) -> None:
        """One step down (-1) or up (+1), as the user's."""
        if self._ladder:
            beyond = [rung for rung in self._ladder if (rung - self._value) * direction > 1e-12 * abs(rung)]
            if not beyond:
                beyond = [self.maximum if direction > 0 else self.minimum]
            self._set_by_user(beyond[0] if direction > 0 else beyond[-1])
        else:
            self._set_by_user(self._value + direction * self._step)

    def _side(self, x: float) -> int:
        return -1 if x < _SIDE else 1 if x >= self.width() - _SIDE else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._typed()
            self._pressed = self._side(event.position().x())
            if self._pressed:
                self.step_by(self._pressed)
                self._repeat.start(400)

    def _again(self) -> None:
        self._repeat.setInterval(60)
        self.step_by(self._pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = 0
        self._repeat.stop()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._side(event.position().x())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if direction:
            self._typed()
            self.step_by(direction)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._edit.hasFocus() and event.angleDelta().y():
            self.step_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()  # the frame is the stepper's own, and follows the focus of the text in it
        return bool(super().eventFilter(watched, event))

    def hideEvent(self, event: QHideEvent) -> None:
        self._repeat.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._edit.setGeometry(_SIDE, 1, self.width() - 2 * _SIDE, self.height() - 2)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(fonts.mono(12)).horizontalAdvance(numbers.plain(self.maximum, self._decimals))
        return QSize(max(self.width(), round(width) + 2 * _SIDE + 8), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        wrong = self._edit.isModified() and self._parsed() is None
        line = theme.error if wrong else theme.accent if self._edit.hasFocus() else theme.border_strong
        box(painter, QRectF(self.rect()), fill=theme.raised, line=line if self.isEnabled() else theme.border)
        faint = mixed(theme.text_3, theme.raised, 0.4)
        for side, name, end in ((-1, "minus", self.minimum), (1, "plus", self.maximum)):
            possible = self.isEnabled() and self._value != end
            ink = faint if not possible else theme.text_1 if self._hovered == side else theme.text_2
            left = 6 if side < 0 else self.width() - 18
            icons.paint(painter, name, ink, QRectF(left, (self.height() - 12) // 2, 12, 12))
