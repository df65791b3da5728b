"""One of several: the segmented control, and the field with a caption, a value and a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gui.theme import fonts, icons
from gui.theme.controls.base import HEIGHT, Control, Themed, box, keeps_key, mixed
from gui.theme.tokens import Theme

_FIELD_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End})


class Segmented(Control):
    """Two to five choices side by side, one of them on. Arrow keys move, so does a click.

    `options` are (value, label) pairs. `changed(str)` tells the new value when the user chose it.
    """

    changed = Signal(str)
    own_keys = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        theme: Theme,
        parent: QWidget | None = None,
        *,
        value: str | None = None,
        equal: bool = False,
    ) -> None:
        super().__init__(theme, parent)
        self._options = tuple(options)
        self._value = self._options[0][0] if value is None else value
        self._equal = equal
        self._hovered = -1
        self._disabled: frozenset[str] = frozenset()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if equal else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed
        )
        self.set_value(self._value)

    @property
    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        """Show another value, without a signal. ValueError if it is none of the options."""
        if value not in {key for key, _ in self._options}:
            raise ValueError(f"{value!r} is none of {', '.join(key for key, _ in self._options)}")
        self._value = value
        self.setAccessibleDescription(dict(self._options)[value])
        self.update()

    def set_disabled_values(self, values: frozenset[str]) -> None:
        """Options that cannot be chosen now: shown faint, skipped by keys."""
        self._disabled = values
        self.update()

    def _widths(self) -> list[float]:
        metrics = QFontMetricsF(fonts.ui(12 * self.grown))
        widths = [round(metrics.horizontalAdvance(label)) + 20.0 * self.grown for _, label in self._options]
        if self._equal:
            widths = [max(max(widths), (self.width() - 4) / len(widths))] * len(widths)
        return widths

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(fonts.ui(12 * self.grown))
        widths = [round(metrics.horizontalAdvance(label)) + 20 * self.grown for _, label in self._options]
        width = max(widths) * len(widths) if self._equal else sum(widths)
        return QSize(round(width) + 4, round(HEIGHT * self.grown))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def segment_rects(self) -> list[QRectF]:
        """Where each segment lies."""
        rects, left = [], 2.0
        for width in self._widths():
            rects.append(QRectF(left, 2, width, self.height() - 4))
            left += width
        return rects

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        box(painter, QRectF(self.rect()), fill=theme.raised, line=theme.accent if self.ring else theme.border)
        painter.setFont(fonts.ui(12 * self.grown))
        for index, ((key, label), rect) in enumerate(zip(self._options, self.segment_rects(), strict=True)):
            on = key == self._value
            if on:
                box(painter, rect, fill=theme.segment_on, line=theme.border_strong, radius=4)
            enabled = self.isEnabled() and key not in self._disabled
            ink = theme.text_1 if on or (index == self._hovered and enabled) else theme.text_2
            painter.setPen(ink if enabled else mixed(theme.text_3, theme.raised, 0.55))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)

    def _at(self, x: float) -> int:
        for index, rect in enumerate(self.segment_rects()):
            if rect.left() <= x < rect.right():
                return index
        return -1

    def _choose(self, index: int) -> None:
        key = self._options[index][0]
        if key != self._value and key not in self._disabled:
            self.set_value(key)
            self.changed.emit(key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().x())
        if index != self._hovered:
            self._hovered = index
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = [key for key, _ in self._options]
        index = keys.index(self._value) + step
        while 0 <= index < len(keys) and keys[index] in self._disabled:
            index += step
        if 0 <= index < len(keys):
            self._choose(index)


class FieldBox(Themed, QComboBox):
    """A field of the top bar: caption, value, chevron ("Network LeNet ⌄"). A combo box in all it does.

    Items carry their key as user data: `add(key, label)`, `.key`, `set_key(key)`; `chosen(str)` tells the key that the
    user chose. The caption can be hidden where there is little room.
    """

    chosen = Signal(str)

    def __init__(self, caption: str, theme: Theme, parent: QWidget | None = None) -> None:
        QComboBox.__init__(self, parent)
        self.theme = theme
        self._caption = caption
        self._captioned = True
        self._dropped = False
        self.setAccessibleName(caption)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMaxVisibleItems(16)
        self.activated.connect(self._tell)
        self.currentIndexChanged.connect(self._changed)

    def _tell(self, index: int) -> None:
        self.chosen.emit(str(self.itemData(index)))

    def _changed(self) -> None:
        self.updateGeometry()

    def add(self, key: str, label: str, tip: str = "", *, enabled: bool = True) -> None:
        """Append an item. A tip explains it on hover; a disabled one cannot be chosen."""
        self.addItem(label, key)
        index = self.count() - 1
        if tip:
            self.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        if not enabled:
            self.setItemData(index, 0, Qt.ItemDataRole.UserRole - 1)  # Qt's own way to disable one item
        self.updateGeometry()

    @property
    def key(self) -> str:
        """The chosen item's key; "" if there is none."""
        data = self.currentData()
        return "" if data is None else str(data)

    def set_key(self, key: str) -> bool:
        """Show the item with this key, without `chosen`; False if there is none."""
        index = self.findData(key)
        if index >= 0:
            self.setCurrentIndex(index)
        return index >= 0

    def set_captioned(self, captioned: bool) -> None:
        """Show the caption before the value, or the value alone."""
        self._captioned = captioned
        if self.toolTip() in ("", self._caption):  # what its owner says of it stays
            self.setToolTip("" if captioned else self._caption)
        self.updateGeometry()
        self.update()

    def set_grown(self, grown: float) -> None:
        super().set_grown(grown)
        high = round((HEIGHT - 2) * grown)  # the style sheet holds all combo boxes to their usual height
        self.setStyleSheet(f"QComboBox {{ min-height: {high}px; max-height: {high}px; }}" if grown != 1.0 else "")

    def _caption_width(self) -> float:
        if not self._captioned or not self._caption:
            return 0.0
        return round(QFontMetricsF(fonts.ui(12)).horizontalAdvance(self._caption)) + 8.0

    def sizeHint(self) -> QSize:
        value = round(QFontMetricsF(fonts.ui(12)).horizontalAdvance(self.currentText()))
        width = int(11 + self._caption_width() + value + 8 + 14 + 8)
        return QSize(round(width * self.grown), round(HEIGHT * self.grown))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def showPopup(self) -> None:
        view = self.view()
        metrics = QFontMetricsF(fonts.ui(12))
        widest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0.0)
        bar = view.verticalScrollBar().sizeHint().width() if self.count() > self.maxVisibleItems() else 0
        view.setMinimumWidth(max(self.width(), round(widest) + 40 + bar))
        self._dropped = True
        super().showPopup()

    def hidePopup(self) -> None:
        super().hidePopup()
        if self._dropped:  # Qt also calls this where nothing was shown
            self._dropped = False
            self.settle_pointer()

    def settle_pointer(self) -> None:
        """See where the pointer is: no leave event came while the list had it."""
        inside = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, inside)
        self.update()

    @property
    def is_dropped(self) -> bool:
        """Whether its list is shown."""
        return self.view().isVisible()

    def event(self, event: QEvent) -> bool:
        if self.hasFocus() and keeps_key(event, _FIELD_KEYS):
            return True
        return bool(super().event(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that passes over it must not change an experiment

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        lit = self.hasFocus() or self.is_dropped
        line = theme.accent if lit else theme.text_3 if self.underMouse() and self.isEnabled() else theme.border_strong
        painter.scale(self.grown, self.grown)
        whole = QRectF(0, 0, self.width() / self.grown, self.height() / self.grown)
        box(painter, whole, fill=theme.raised, line=line if self.isEnabled() else theme.border)
        painter.setFont(fonts.ui(12))
        faint = mixed(theme.text_3, theme.raised, 0.55)
        align = Qt.AlignmentFlag.AlignVCenter
        rect = whole.adjusted(11, 0, -26, 0)
        indent = self._caption_width()
        if indent:
            painter.setPen(theme.text_3 if self.isEnabled() else faint)
            painter.drawText(rect, align, self._caption)
        painter.setPen(theme.text_1 if self.isEnabled() else faint)
        value = rect.adjusted(indent, 0, 0, 0)
        text = QFontMetricsF(fonts.ui(12)).elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, value.width() + 2
        )
        painter.drawText(value, align | Qt.TextFlag.TextDontClip, text)
        icons.paint(
            painter,
            "chevron-down",
            theme.text_3 if self.isEnabled() else faint,
            QRectF(whole.width() - 22, (whole.height() - 14) // 2, 14, 14),
        )
