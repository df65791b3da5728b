"""The base of what lies over the whole window for a moment: a veil and a panel; Esc or a click beside it closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.theme import Theme
from gui.theme.controls import Control, box


class Overlay(Control):
    """Covers its parent while it is open; the keyboard's focus goes back to where it was when it closes.

    While it is open it keeps all keys from the window's shortcuts.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._parent = parent
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.hide()
        parent.installEventFilter(self)

    def panel(self) -> QRectF:
        """Where the panel lies."""
        raise NotImplementedError

    def open(self) -> None:
        """Show it and take the keyboard."""
        self._before = QApplication.focusWidget()
        self.setGeometry(self._parent.rect())
        self.arrange()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def arrange(self) -> None:
        """Lay out what is inside for the present size."""

    def dismiss(self) -> None:
        """Go away and give the keyboard back."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._parent and self.isVisible():
            self.setGeometry(self._parent.rect())
            self.arrange()
            self.update()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel().contains(event.position()):
            self.dismiss()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = QColor(0, 0, 0, 110) if self.theme.is_dark else QColor(20, 24, 32, 56)
        painter.fillRect(event.rect(), veil)
        panel = self.panel()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for ring in range(12, 0, -2):  # a soft shadow, 4 px down
            shadow = QColor(self.theme.shadow)
            shadow.setAlphaF(self.theme.shadow.alphaF() / 9)
            painter.setBrush(shadow)
            painter.drawRoundedRect(panel.adjusted(-ring, 4 - ring, ring, 4 + ring), 8 + ring, 8 + ring)
        box(painter, panel, fill=self.theme.tooltip, line=self.theme.border_strong, radius=8)
        self.paint_panel(painter, panel)

    def paint_panel(self, painter: QPainter, panel: QRectF) -> None:
        """Paint what is inside the panel."""
