"""Writing numbers in place: a field over an input cell, or over an output cell that the learner fills in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from gui.theme import Theme, fonts, numbers
from gui.views.player import StepStage
from gui.views.player.drawing.figures import number

_DRAG_STEP = 8.0  # pixels for each step of 1


def parsed(text: str) -> float | None:
    """A number as people write it: true minus, decimal comma, a fraction as 5/3; None if it is none."""
    text = text.strip().replace(numbers.MINUS, "-").replace(",", ".")
    above, slash, below = text.partition("/")
    try:
        value = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        return None
    return value if abs(value) < 1e6 else None


def _step(event: QMouseEvent | QWheelEvent) -> float:
    """1; with Shift 0.1."""
    return 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0


class CellEditor(QObject):
    """One field that is laid over a cell of the stage.

    `written(key, value, move)` tells what was typed into the cell called `key`; `move` is "stay", "next" (Enter or Tab)
    or "back" (Shift+Tab). `nudged(index, by)`: the wheel was turned over an input cell, or the mouse dragged it up or
    down; with Shift by tenths. Esc leaves without a change.
    """

    written = Signal(object, float, str)
    nudged = Signal(object, float)

    def __init__(self, stage: StepStage, theme: Theme) -> None:
        super().__init__(stage)
        self.stage = stage
        self.key: object = None
        self._dragged: tuple[object, float, int] | None = None  # index, height of the press, steps so far
        self.field = QLineEdit(stage)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setMaxLength(16)
        self.field.setAccessibleName("Number")
        self.field.hide()
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self._look)
        stage.installEventFilter(self)
        self.set_theme(theme)

    @property
    def open(self) -> bool:
        """Whether a cell is being written."""
        return self.key is not None

    def begin(self, key: object, rect: QRectF, value: float | None, text: str = "") -> None:
        """Write the cell called `key`, which lies at `rect`; `text` replaces its number."""
        self.key = key
        wide = max(rect.width(), 44.0)
        self.field.setGeometry(
            round(rect.center().x() - wide / 2), round(rect.top()) - 1, round(wide), max(round(rect.height()) + 2, 22)
        )
        self.field.setText(text or ("" if value is None else number(value)))
        self._look()
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if not text:
            self.field.selectAll()

    def close(self) -> None:
        """Leave without a change; the player has the keyboard again."""
        if self.key is None:
            return
        self.key = None
        self.field.hide()
        parent = self.stage.parentWidget()
        if parent is not None:
            parent.setFocus(Qt.FocusReason.OtherFocusReason)

    def _commit(self, move: str) -> None:
        key, value = self.key, parsed(self.field.text())
        if key is None:
            return
        if value is None:
            self._look()  # stays, in red
            return
        self.close()
        self.written.emit(key, value, move)

    def _look(self) -> None:
        wrong = bool(self.field.text()) and parsed(self.field.text()) is None
        theme = self._theme
        line = theme.error if wrong else theme.accent
        self.field.setStyleSheet(
            f"QLineEdit {{ background: {theme.raised.name()}; color: {theme.text_1.name()}; padding: 0 2px;"
            f" min-height: 0; max-height: 999px; border: 2px solid {line.name()}; border-radius: 2px; }}"
        )

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.field.setFont(fonts.mono(13))
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            return self._field_event(event)
        if event.type() == QEvent.Type.Resize and self.open:
            self.close()
        if event.type() == QEvent.Type.MouseMove:
            self._take_keys()
        if isinstance(event, QMouseEvent) and watched is self.stage and self._mouse(event):
            return True
        if isinstance(event, QWheelEvent) and watched is self.stage:
            hit = self.stage.hit
            if hit is not None and hit.part == "input" and hit.input_index is not None and event.angleDelta().y():
                self.nudged.emit(hit.input_index, (1 if event.angleDelta().y() > 0 else -1) * _step(event))
                event.accept()
                return True
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        """A press on an input cell that is drawn up or down changes its number; whether it does so now."""
        kind, hit = event.type(), self.stage.hit
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            here = hit is not None and hit.part == "input" and hit.input_index is not None
            self._dragged = (hit.input_index, event.position().y(), 0) if here and hit is not None else None
        elif kind == QEvent.Type.MouseButtonRelease:
            self._dragged = None
        elif kind == QEvent.Type.MouseMove and self._dragged is not None:
            index, start, done = self._dragged
            steps = int((start - event.position().y()) / _DRAG_STEP)
            if steps != done:
                self._dragged = (index, start, steps)
                self.nudged.emit(index, (steps - done) * _step(event))
            return bool(steps or done)
        return False

    def _take_keys(self) -> None:
        """What is typed over a cell is for that cell, unless something else was chosen to have the keyboard: a click
        on a button leaves it with the window itself."""
        parent = self.stage.parentWidget()
        if parent is not None and QApplication.focusWidget() in (None, self.stage.window()):
            parent.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field_event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.open:
            if parsed(self.field.text()) is None:
                self.close()
            else:
                self._commit("stay")
            return False
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            moves = {
                Qt.Key.Key_Return: "next",
                Qt.Key.Key_Enter: "next",
                Qt.Key.Key_Tab: "next",
                Qt.Key.Key_Backtab: "back",
            }
            key = Qt.Key(event.key())
            if key not in moves and key != Qt.Key.Key_Escape:
                if event.type() == QEvent.Type.ShortcutOverride:
                    event.accept()  # what is typed here is no shortcut of the window's
                return False
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
            else:
                self._commit(moves[key])
            return True
        return False
