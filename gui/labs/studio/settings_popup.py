"""The training settings, dropped down from their button; what is changed there holds from the next update on."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine import messages
from gui.theme import Theme
from gui.views.hyperparameters import HyperparametersBar


class SettingsPopup(QFrame):
    """A popup that closes by a click beside it or Esc."""

    tuned = Signal(object)
    seed_chosen = Signal(int)

    def __init__(self, theme: Theme, settings: messages.Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._line = theme.border_strong
        self.bar = HyperparametersBar(theme, parent=self)
        self.bar.set_settings(settings)
        self.bar.tuned.connect(self.tuned)
        self.bar.seed_chosen.connect(self.seed_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.bar)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._line)

    def settings_changed(self, changed: messages.SettingsChanged) -> None:
        self.bar.set_settings(changed.settings)

    def show_under(self, button: QWidget) -> None:
        """Drop down with the right edges aligned."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 6))
        self.move(corner)
        self.show()
        self.bar.rate.setFocus(Qt.FocusReason.ShortcutFocusReason)  # selected: a number can be typed at once
