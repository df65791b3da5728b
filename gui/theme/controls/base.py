"""What all painted controls share: a theme, hover and a focus ring that appears for the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.theme.tokens import Theme

HEIGHT = 28
RADIUS = 6.0
_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


def box(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: QColor | None = None,
    line: QColor | None = None,
    radius: float = RADIUS,
    width: float = 1.0,
) -> None:
    """A rounded box; its line lies inside `rect`, on whole pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(line, width) if line is not None else Qt.PenStyle.NoPen)
    inset = width / 2 if line is not None else 0.0
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """`share` of a colour over an opaque ground."""
    return QColor(
        round(ground.red() + (color.red() - ground.red()) * share),
        round(ground.green() + (color.green() - ground.green()) * share),
        round(ground.blue() + (color.blue() - ground.blue()) * share),
    )


class Themed:
    """Something that is drawn in a theme and can change it. Mixed into the controls."""

    theme: Theme
    grown: float = 1.0  # how many times larger than usual, for a projector

    def set_grown(self, grown: float) -> None:
        """Draw so many times larger than usual from now on. Only what stands on a stage that is presented can."""
        self.grown = grown
        if isinstance(self, QWidget):
            self.updateGeometry()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in this theme from now on."""
        self.theme = theme
        if isinstance(self, QWidget):
            self.update()


def keeps_key(event: QEvent, keys: frozenset[Qt.Key]) -> bool:
    """Whether a ShortcutOverride is for one of these keys without a modifier, and accept it then.

    A control that has the keyboard's focus uses it to keep its own keys from the window's shortcuts.
    """
    if (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        and Qt.Key(event.key()) in keys
    ):
        event.accept()
        return True
    return False


def set_theme_below(widget: QWidget, theme: Theme) -> None:
    """Give a theme to every control inside `widget`, and to `widget` if it is one itself."""
    for part in (widget, *widget.findChildren(QWidget)):
        if isinstance(part, Themed):
            part.set_theme(theme)


def set_grown_below(widget: QWidget, grown: float) -> None:
    """Make every control inside `widget`, and `widget` if it is one itself, so many times larger than usual."""
    for part in (widget, *widget.findChildren(QWidget)):
        if isinstance(part, Themed) and part.grown != grown:
            part.set_grown(grown)


class Control(Themed, QWidget):
    """A painted control that is no button. `own_keys` are its own while it has the keyboard's focus."""

    own_keys: frozenset[Qt.Key] = frozenset()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        QWidget.__init__(self, parent)
        self.theme = theme
        self.ring = False

    def event(self, event: QEvent) -> bool:
        if self.ring and keeps_key(event, self.own_keys):
            return True
        return bool(super().event(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ring = event.reason() in _BY_KEY
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.ring = False
        super().focusOutEvent(event)
        self.update()


class ButtonControl(Themed, QAbstractButton):
    """A painted button: hovered, pressed, focused and disabled states are its painter's to show.

    Space presses it while its focus ring shows; else Space is the window's.
    """

    own_keys = frozenset({Qt.Key.Key_Space})

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        QAbstractButton.__init__(self, parent)
        self.theme = theme
        self.ring = False
        self.hovered = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def event(self, event: QEvent) -> bool:
        if self.ring and keeps_key(event, self.own_keys):
            return True
        return bool(super().event(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered = True
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = False
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ring = event.reason() in _BY_KEY
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.ring = False
        super().focusOutEvent(event)
