"""Buttons: icon, text, the primary one, the round one of a player, and the toggle."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import fonts, icons
from gui.theme.controls.base import HEIGHT, ButtonControl, box, mixed
from gui.theme.tokens import Theme


def _ground(button: ButtonControl, *, framed: bool) -> tuple[QColor | None, QColor | None]:
    """Fill and line of a secondary button in its present state."""
    theme = button.theme
    if not button.isEnabled():
        return (theme.raised if framed else None), (theme.border if framed else None)
    if button.isDown() or (button.isCheckable() and button.isChecked()):
        return theme.segment_on, theme.border_strong
    if button.hovered:
        return mixed(theme.text_1, theme.raised, 0.07), (theme.border_strong if framed else None)
    return (theme.raised if framed else None), (theme.border_strong if framed else None)


class IconButton(ButtonControl):
    """A 32x28 button that shows an icon; `framed` as the transport buttons of the top bar, else bare until hovered."""

    def __init__(
        self,
        icon: str,
        tip: str,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        framed: bool = False,
        px: float = 16,
        size: tuple[int, int] = (32, HEIGHT),
    ) -> None:
        super().__init__(theme, parent)
        self._icon, self._framed, self._px = icon, framed, px
        self._size = size
        self.setFixedSize(*size)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_grown(self, grown: float) -> None:
        super().set_grown(grown)
        self.setFixedSize(round(self._size[0] * grown), round(self._size[1] * grown))

    def set_icon(self, icon: str, tip: str | None = None) -> None:
        """Show another icon, with another tooltip where one is given."""
        self._icon = icon
        if tip is not None:
            self.setToolTip(tip)
            self.setAccessibleName(tip)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        fill, line = _ground(self, framed=self._framed)
        if fill is not None or line is not None:
            box(painter, QRectF(self.rect()), fill=fill, line=line)
        if self.ring:
            box(painter, QRectF(self.rect()), line=theme.accent, width=1.5)
        if not self.isEnabled():
            ink = mixed(theme.text_3, theme.stage, 0.5)
        elif self._framed or self.hovered or self.isChecked():
            ink = theme.text_1
        else:
            ink = theme.text_2
        px = round(self._px * self.grown)
        left, top = round((self.width() - px) / 2), round((self.height() - px) / 2)
        icons.paint(painter, self._icon, ink, QRectF(left, top, px, px))


class Button(ButtonControl):
    """A 28 px high button with text and, if wanted, an icon before it. `quiet` has no frame until it is hovered."""

    _weight = 400

    def __init__(
        self, text: str, theme: Theme, parent: QWidget | None = None, *, icon: str = "", quiet: bool = False
    ) -> None:
        super().__init__(theme, parent)
        self._icon, self._quiet = icon, quiet
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(fonts.ui(12, self._weight)).horizontalAdvance(self.text())
        return QSize(round(width) + (24 + 22 if self._icon else 24), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, line and ink."""
        fill, line = _ground(self, framed=not self._quiet)
        theme = self.theme
        return fill, line, theme.text_1 if self.isEnabled() else mixed(theme.text_3, theme.raised, 0.55)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line, ink = self.colors()
        rect = QRectF(self.rect())
        if fill is not None or line is not None:
            box(painter, rect, fill=fill, line=line)
        if self.ring:
            box(painter, rect, line=self.theme.accent, width=1.5)
        font = fonts.ui(12, self._weight)
        width = QFontMetricsF(font).horizontalAdvance(self.text()) + (22 if self._icon else 0)
        left = round((rect.width() - width) / 2)
        if self._icon:
            icons.paint(painter, self._icon, ink, QRectF(left - 1, round((rect.height() - 16) / 2), 16, 16))
            left += 22
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(rect.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class PrimaryButton(Button):
    """The one filled button of a place: accent ground, weight 600. `steady` texts keep its width when it changes."""

    _weight = 600

    def __init__(
        self, text: str, theme: Theme, parent: QWidget | None = None, *, icon: str = "", steady: tuple[str, ...] = ()
    ) -> None:
        self._steady = steady
        super().__init__(text, theme, parent, icon=icon)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(fonts.ui(12, self._weight))
        width = max(metrics.horizontalAdvance(text) for text in (self.text(), *self._steady))
        return QSize(round(width) + (24 + 22 if self._icon else 32), HEIGHT)

    def colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        theme = self.theme
        if not self.isEnabled():
            return mixed(theme.accent, theme.stage, 0.3), None, mixed(theme.text_1, theme.stage, 0.45)
        accent = theme.accent
        if self.isDown():
            accent = mixed(theme.on_accent, accent, 0.16)
        elif self.hovered:
            accent = mixed(QColor("#FFFFFF"), accent, 0.12)
        return accent, (theme.text_1 if self.ring else None), theme.on_accent


class RoundButton(ButtonControl):
    """The play button of a player: an accent disc with an icon."""

    def __init__(self, icon: str, tip: str, theme: Theme, parent: QWidget | None = None, *, diameter: int = 36) -> None:
        super().__init__(theme, parent)
        self._icon = icon
        self.setFixedSize(diameter, diameter)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_icon(self, icon: str, tip: str | None = None) -> None:
        self._icon = icon
        if tip is not None:
            self.setToolTip(tip)
            self.setAccessibleName(tip)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        accent = theme.accent if self.isEnabled() else mixed(theme.accent, theme.panel, 0.3)
        if self.isDown():
            accent = mixed(theme.on_accent, accent, 0.16)
        elif self.hovered and self.isEnabled():
            accent = mixed(QColor("#FFFFFF"), accent, 0.12)
        rect = QRectF(self.rect())
        box(painter, rect, fill=accent, line=theme.text_1 if self.ring else None, radius=rect.width() / 2, width=1.5)
        px = 16.0
        left, top = (rect.width() - px) / 2, (rect.height() - px) / 2
        icons.paint(painter, self._icon, theme.on_accent, QRectF(round(left), round(top), px, px))


class Toggle(ButtonControl):
    """A 32x18 switch with its label to the right. A checkable button: connect `toggled(bool)`."""

    def __init__(self, text: str, theme: Theme, parent: QWidget | None = None, *, on: bool = False) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(fonts.ui(12)).horizontalAdvance(self.text())
        return QSize(32 + (round(width) + 10 if self.text() else 0), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        on = self.isChecked()
        track = QRectF(0, (self.height() - 18) // 2, 32, 18)
        fill = theme.accent if on else theme.border_strong
        if not self.isEnabled():
            fill = mixed(fill, theme.panel, 0.4)
        box(painter, track, fill=fill, line=theme.text_1 if self.ring else None, radius=9, width=1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.on_accent if on else theme.panel)
        painter.drawEllipse(QPointF(track.right() - 9 if on else track.left() + 9, track.center().y()), 6.5, 6.5)
        painter.setFont(fonts.ui(12))
        painter.setPen(theme.text_1 if self.isEnabled() else theme.text_3)
        painter.drawText(QRectF(self.rect()).adjusted(42, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
