"""Editing the numbers on the stage where they stand: type, drag up and down, wheel, arrow keys, paste."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.labs.convolution.player import LabPlayer
from gui.labs.convolution.scene import Index, Target
from gui.theme import Theme, fonts, numbers

_DRAG_START = 4.0  # pixels before a press becomes a drag
_DRAG_STEP = 8.0  # pixels for each step of 1
_WRITES = "0123456789.,+-eE" + numbers.MINUS
_OWN = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab,
}  # fmt: skip


class CellEdit(QLineEdit):
    """The field over a cell. `typed(str)` at each change, `left(key)` when Enter, Esc, Tab or an arrow leaves it,
    `pasted(str)` a text of several numbers. Space is the player's."""

    typed = Signal(str)
    left = Signal(object)
    pasted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFrame(False)
        self.setAccessibleName("Value")
        self.textEdited.connect(self.typed)
        self.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            letter = event.text().isprintable() and event.text() not in _WRITES
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if key == Qt.Key.Key_Space or (plain and event.text() and letter):
                event.ignore()  # the player's, or a shortcut
                return False
            undoing = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
            if event.type() == QEvent.Type.ShortcutOverride and undoing:
                event.ignore()  # the lab's undo, not that of the text
                return False
            if event.type() == QEvent.Type.ShortcutOverride and key in _OWN:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self.left.emit(key)  # to the next cell, not to the next control
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if any(sign in text.strip() for sign in ",;\t\n ["):
                self.pasted.emit(text)
                return
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
        elif Qt.Key(event.key()) in _OWN:
            self.left.emit(Qt.Key(event.key()))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        kept = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if self.isVisible() and event.reason() not in kept:
            self.left.emit(Qt.Key.Key_Escape)

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"QLineEdit {{ background: {theme.raised.name()}; color: {theme.text_1.name()}; padding: 0;"
            f" border: 2px solid {theme.accent.name()}; border-radius: 2px;"
            f" selection-background-color: {theme.accent.name()}; selection-color: {theme.on_accent.name()}; }}"
        )


class Editor(QObject):
    """Turns what the mouse and keys do on a player's stage into changed numbers.

    `changed(part, index, value)`, `pasted(part, index, text)`, `answered(step, text)`, `answer_wanted(step)`
    (-1: of the next that is open).
    """

    changed = Signal(str, object, float)
    pasted = Signal(str, object, str)
    answered = Signal(int, str)
    answer_wanted = Signal(int)

    def __init__(self, player: LabPlayer, theme: Theme) -> None:
        super().__init__(player)
        self.player = player
        self.stage = player.stage
        self.target: Target | None = None
        self.edit = CellEdit(self.stage)
        self.edit.set_theme(theme)
        self._pressed: tuple[Target, QPointF, float] | None = None
        self._dragged = False
        self._wheel = 0
        self.edit.typed.connect(self._typed)
        self.edit.left.connect(self._leave)
        self.edit.pasted.connect(self._pasted)
        self.stage.installEventFilter(self)
        self.player.step_changed.connect(self.follow)
        self.player.typed.connect(self._typed_over)

    @property
    def scene(self) -> Any:
        """The stage's scene if its numbers can be edited, else None."""
        scene = self.player.scene
        return scene if hasattr(scene, "target_at") else None

    def set_theme(self, theme: Theme) -> None:
        self.edit.set_theme(theme)

    # -- the field over a cell ------------------------------------------------------------------------------------

    def open(self, part: str, index: Index) -> bool:
        """Edit a number; whether it is on the stage."""
        scene = self.scene
        target = None if scene is None else scene.target_of(part, index, self.player.index)
        if target is None:
            self.close()
            return False
        self.target = target
        self._place(target)
        self.edit.setText("" if part == "y" else numbers.plain(self._value(target)))
        self.edit.selectAll()
        self.edit.show()
        self.edit.raise_()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _place(self, target: Target) -> None:
        rect = target.rect.adjusted(-1, -1, 2, 2)
        least = 34.0
        if rect.width() < least:
            rect = QRectF(rect.center().x() - least / 2, rect.top(), least, rect.height())
        if rect.height() < 20:
            rect = QRectF(rect.left(), rect.center().y() - 11, rect.width(), 22)
        self.edit.setGeometry(rect.toAlignedRect())
        self.edit.setFont(fonts.mono(max(11, min(14, round(rect.height() * 0.44)))))

    def close(self) -> None:
        """Leave the cell; the player has the keys again."""
        if self.target is None and not self.edit.isVisible():
            return
        self.target = None
        had_focus = self.edit.hasFocus()
        if had_focus:
            self.player.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.hide()

    def follow(self) -> None:
        """The stage shows another step or other places: the field moves with its cell, or goes."""
        hidden = self.target is not None and self.target.part == "y" and getattr(self.scene, "answers", None) is None
        if self.target is None or self.scene is None or hidden:
            self.close()
            return
        target = self.scene.target_of(self.target.part, self.target.index, self.player.index)
        if target is None:
            self.close()
        else:
            self.target = target
            self._place(target)
            if target.part != "y" and self.edit.isVisible():
                value = self._value(target)
                typed = self.edit.text()
                if parsed(typed) not in (value, None):
                    self.edit.setText(numbers.plain(value))

    def _value(self, target: Target) -> float:
        from gui.labs.convolution.numbers import value_at

        assert self.scene is not None
        return value_at(self.scene.state, target.part, target.index)

    def _typed(self, text: str) -> None:
        if self.target is None or self.target.part == "y":
            return
        value = parsed(text)
        if value is not None:
            self.changed.emit(self.target.part, self.target.index, value)

    def _typed_over(self, text: str) -> None:
        """A digit was typed and no field is open: the answer that is due, or the number under the mouse."""
        hit, scene = self.stage.hit, self.scene
        if scene is None:
            return
        target = None if hit is None else scene.target_at(hit.rect.center(), self.player.index)
        if scene.answers is not None:
            if target is not None and target.part == "y":
                self._to_answer(target)
            else:
                self.answer_wanted.emit(-1)
        elif target is not None and target.part != "y":
            self.open(target.part, target.index)
        if self.target is not None:
            self.edit.setText(text)
            self._typed(text)

    def _leave(self, key: Qt.Key) -> None:
        target = self.target
        if target is None:
            return
        if key == Qt.Key.Key_Escape:
            self.close()
            return
        if target.part == "y" and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            text = self.edit.text().strip()
            if text and self.scene is not None:
                self.answered.emit(asked_of(self.scene.trace).position_of(target.index), text)
            return
        moves = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Tab: (0, 1), Qt.Key.Key_Backtab: (0, -1),
        }  # fmt: skip
        if key in moves:
            self._move(target, *moves[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.edit.setCursorPosition(0 if key == Qt.Key.Key_Home else len(self.edit.text()))
        else:
            self.close()

    def _move(self, target: Target, down: int, across: int) -> None:
        """To the cell next to this one, seen on the stage."""
        rect = target.rect
        point = rect.center() + QPointF(across * rect.width(), down * rect.height())
        scene = self.scene
        found = None if scene is None else scene.target_at(point, self.player.index)
        if found is not None and found.part == target.part:
            if found.part == "y":
                self._to_answer(found)
            else:
                self.open(found.part, found.index)

    def _to_answer(self, target: Target) -> None:
        assert self.scene is not None
        self.answer_wanted.emit(asked_of(self.scene.trace).position_of(target.index))

    def _pasted(self, text: str) -> None:
        if self.target is not None and self.target.part != "y":
            self.pasted.emit(self.target.part, self.target.index, text)

    # -- the mouse on the stage -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.scene is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self.close()
        elif isinstance(event, QMouseEvent):
            if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
                return self._press(event)
            if kind == QEvent.Type.MouseMove and self._pressed is not None:
                return self._drag(event)
            if kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
                return self._release()
        elif isinstance(event, QWheelEvent):
            return self._wheeled(event)
        return False

    def _found(self, point: QPointF) -> Target | None:
        """What is under the mouse that may be edited now."""
        scene = self.scene
        target: Target | None = scene.target_at(point, self.player.index)
        if target is not None and target.part == "y" and scene.answers is None:
            return None
        return target

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        target = self._found(event.position())
        if target is None:
            self.close()
            return False
        if target.part == "y":
            self._to_answer(target)
            return True
        self._pressed, self._dragged = (target, event.position(), self._value(target)), False
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        assert self._pressed is not None
        target, start, value = self._pressed
        way = start.y() - event.position().y()
        if not self._dragged and abs(way) < _DRAG_START:
            return True
        if not self._dragged:
            self.close()
        self._dragged = True
        self.stage.setCursor(Qt.CursorShape.SizeVerCursor)
        wanted = value + int(way / _DRAG_STEP) * _step(event)
        if wanted != self._value(target):
            self.changed.emit(target.part, target.index, round(wanted, 6))
        return True

    def _release(self) -> bool:
        assert self._pressed is not None
        target, _, _ = self._pressed
        self._pressed = None
        if self._dragged:
            self.stage.setCursor(Qt.CursorShape.ArrowCursor)
        else:
            self.open(target.part, target.index)
        return True

    def _wheeled(self, event: QWheelEvent) -> bool:
        target = self._found(event.position())
        if target is None or target.part == "y":
            return False
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        clicks = int(self._wheel / 120)
        self._wheel -= clicks * 120
        if clicks:
            value = round(self._value(target) + clicks * _step(event), 6)
            self.changed.emit(target.part, target.index, value)
            if self.target is not None and (self.target.part, self.target.index) == (target.part, target.index):
                self.edit.setText(numbers.plain(value))
        event.accept()
        return True


def asked_of(trace: Any) -> Any:
    """The trace whose outputs are asked for when checking yourself: of stamps, that of the whole convolution."""
    return getattr(trace, "whole", trace)


def _step(event: QMouseEvent | QWheelEvent) -> float:
    """1; with Shift 0.1."""
    return 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0


def parsed(text: str) -> float | None:
    """The finite number that a text says; None if it says none (yet)."""
    try:
        value = float(text.strip().replace(numbers.MINUS, "-").replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None
