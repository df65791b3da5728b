"""The strip of fields: sizes as steppers, for both axes or one of them, what stands beside, switches, new numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.labs.pooling.lanes import TITLES, obstacle
from gui.labs.pooling.state import LONGEST, Compare, Function, Kind, Page, PoolingState, resized
from gui.theme import Density, Theme, fonts
from gui.theme.controls import (
    Button,
    FieldBox,
    IconButton,
    Segmented,
    Stepper,
    mixed,
    set_theme_below,
)
from gui.views.check import Check

_SIZED = {
    "size": ("Input", "input", 1, 16),
    "kernel": ("Kernel", "kernel", 1, 12),
    "output_size": ("Output", "output", 1, 16),
    "stride": ("Stride", "", 1, 12),
    "padding": ("Padding", "padding", 0, 6),
    "dilation": ("Dilation", "", 1, 6),
}
_ORDER = (
    "size",
    "channels",
    "kernel",
    "output_size",
    "norm_type",
    "stride",
    "padding",
    "dilation",
    "function",
    "compare",
)


class Fields(QWidget):
    """`wanted(PoolingState)` is what the user set (not repaired yet); `new_numbers()`."""

    wanted = Signal(object)
    new_numbers = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.state = PoolingState()
        self._roles: dict[QWidget, tuple[str, str]] = {}
        self.steppers: dict[str, Stepper] = {}
        self._row = row = QHBoxLayout(self)
        row.setSpacing(12)
        for name in _ORDER:  # made as they stand, which is the order of Tab
            if name in _SIZED:
                caption, role, low, high = _SIZED[name]
                self._add_stepper(name, caption, role, low, high, self._sized(name))
            elif name == "channels":
                self._add_stepper("channels", "Channels", "input", 1, 16, self._channels)
            elif name == "norm_type":
                self._add_stepper("norm_type", "Power p", "kernel", 1, 8, self._norm)
        self.function = FieldBox("Function", theme, self)
        for function in (Function.MAX, Function.AVERAGE):
            self.function.add(function.value, TITLES[function])
        self.compare = FieldBox("Compare with", theme, self)
        self.compare.add("none", "Nothing")
        for function in Function:
            self.compare.add(function.value, TITLES[function])
        for field, caption in ((self.function, "Function"), (self.compare, "Compare with")):
            field.set_captioned(False)
            self._roles[field] = (caption, "output")
        self.function.chosen.connect(self._choose_function)
        self.compare.chosen.connect(self._choose_compare)
        for name in _ORDER:
            row.addWidget(self.steppers.get(name) or getattr(self, name), 0, Qt.AlignmentFlag.AlignBottom)
        self.axis = Segmented((("both", "H = W"), ("0", "H"), ("1", "W")), theme, self)
        self.axis.setToolTip("What the steppers change: both sides, or one of them")
        self.axis.changed.connect(self._show_axis)
        self.axis3 = Segmented((("both", "All"), ("0", "D"), ("1", "H"), ("2", "W")), theme, self)
        self.axis3.setToolTip("What the steppers change: all sides, or one of them")
        self.axis3.changed.connect(self._show_axis)
        for sides in (self.axis, self.axis3):
            self._roles[sides] = ("Sides", "")
            row.addWidget(sides, 0, Qt.AlignmentFlag.AlignBottom)
        self.ceil = Check("Ceil mode", "Round the output size up: a window may reach over the edge", theme, self)
        self.count = Check("Count include pad", "Padding counts as zeros in the mean", theme, self)
        self.ceil.clicked.connect(self._switch_ceil)
        self.count.clicked.connect(self._switch_count)
        for check in (self.ceil, self.count):
            row.addWidget(check, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self.new = Button("New numbers", theme, self, icon="dice")
        self.new_small = IconButton("dice", "New numbers (N)", theme, self, framed=True)
        for button in (self.new, self.new_small):
            button.clicked.connect(self.new_numbers)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._density = Density.LARGE
        self.set_density(Density.LARGE)

    def _add_stepper(
        self, name: str, caption: str, role: str, low: int, high: int, slot: Callable[[float], None]
    ) -> None:
        stepper = Stepper(self.theme, self, minimum=low, maximum=high, value=low, width=76, name=caption)
        stepper.changed.connect(slot)
        self.steppers[name] = stepper
        self._roles[stepper] = (caption, role)

    # -- what the user does ---------------------------------------------------------------------------------------

    def _sized(self, name: str) -> Callable[[float], None]:
        def change(value: float) -> None:
            old = getattr(self.state, name)
            if self._side == "both":
                new = (int(value),) * self.state.axes
            else:
                axis = int(self._side)
                new = tuple(int(value) if n == axis else size for n, size in enumerate(old))
            if name == "size":
                self.wanted.emit(resized(self.state, size=new, channels=self.state.channels))
                return
            changed = {name: new}
            if name == "kernel" and self.state.stride == self.state.kernel:
                changed["stride"] = new  # windows that tile go on tiling
            self.wanted.emit(replace(self.state, step=0, **changed))  # type: ignore[arg-type]

        return change

    @property
    def _side(self) -> str:
        """The axis that the steppers change; "both" for all of them."""
        return {1: "both", 2: self.axis.value, 3: self.axis3.value}[self.state.axes]

    def _channels(self, value: float) -> None:
        self.wanted.emit(resized(self.state, size=self.state.size, channels=int(value)))

    def _norm(self, value: float) -> None:
        self.wanted.emit(replace(self.state, norm_type=float(value)))

    def _choose_function(self, key: str) -> None:
        function = Function(key)
        compare = self.state.compare
        if compare.value == key:
            compare = Compare.AVERAGE if function is Function.MAX else Compare.MAX
        self.wanted.emit(replace(self.state, function=function, compare=compare))

    def _choose_compare(self, key: str) -> None:
        self.wanted.emit(replace(self.state, compare=Compare(key)))

    def _switch_ceil(self, on: bool) -> None:
        self.wanted.emit(replace(self.state, ceil_mode=on, step=0))

    def _switch_count(self, on: bool) -> None:
        self.wanted.emit(replace(self.state, count_include_pad=on))

    # -- showing --------------------------------------------------------------------------------------------------

    def set_state(self, state: PoolingState) -> None:
        """Show these settings; those that the kind does not have are hidden, those without effect faint."""
        self.state = state
        shown = self._shown(state)
        uneven = any(len(set(getattr(state, name))) > 1 for name in shown if name in _SIZED)
        if uneven and self._side == "both":
            (self.axis if state.axes == 2 else self.axis3).set_value("0")
        for name, stepper in self.steppers.items():
            stepper.setVisible(name in shown)
        self.function.setVisible(not state.sliding)
        self.function.set_key(state.function.value)
        self.compare.set_key(state.compare.value)
        self.compare.setToolTip(obstacle(state) or "What is computed beside it, over the same windows")
        for sides, axes in ((self.axis, 2), (self.axis3, 3)):
            sides.setVisible(state.axes == axes and state.kind is not Kind.GLOBAL)
        only_max = state.kind is Kind.MAX
        self.steppers["padding"].setEnabled(state.kind is not Kind.LP)
        self.steppers["dilation"].setEnabled(only_max)
        self.steppers["padding"].setToolTip("" if state.kind is not Kind.LP else "Lp pooling has no padding in PyTorch")
        self.steppers["dilation"].setToolTip("" if only_max else "Only max pooling has a dilation in PyTorch")
        self.ceil.setVisible(state.sliding)
        for check, value in ((self.ceil, state.ceil_mode), (self.count, state.count_include_pad)):
            check.setChecked(value)
        averages = "average" in (state.kind.value, state.compare.value)
        self._arrange()
        self.count.set_faint(not averages or not any(state.padding))
        self._show_axis()

    @staticmethod
    def _shown(state: PoolingState) -> tuple[str, ...]:
        if state.kind is Kind.GLOBAL:
            return ("size", "channels") if state.page is Page.STEPS else ()
        if state.kind is Kind.ADAPTIVE:
            return ("size", "channels", "output_size") if state.page is Page.STEPS else ("output_size",)
        extra = ("norm_type",) if Function.LP.value in (state.kind.value, state.compare.value) else ()
        grid = ("size", "channels") if state.page is Page.STEPS else ()
        return (*grid, "kernel", *extra, "stride", "padding", "dilation")

    def _show_axis(self, *_: object) -> None:
        axis = 0 if self._side == "both" else int(self._side)
        for name, stepper in self.steppers.items():
            if name in _SIZED:
                if name == "size":
                    stepper.set_range(1, LONGEST[self.state.axes])
                if name == "padding":
                    stepper.set_range(0, max(self.state.kernel[axis] // 2, self.state.padding[axis]))
                if name == "kernel":
                    stepper.set_range(1, max(min(12, self.state.size[axis]), self.state.kernel[axis]))
                stepper.set_value(getattr(self.state, name)[axis])
        self.steppers["channels"].set_value(self.state.channels)
        self.steppers["norm_type"].set_value(self.state.norm_type)
        self.update()

    def set_density(self, density: Density) -> None:
        small = density is Density.SMALL
        self._density = density
        self.setFixedHeight(54 if small else 60)
        margin = 16 if small else 24
        self._row.setContentsMargins(margin, 0, margin, 8 if small else 12)
        self._row.setSpacing(7 if small else 12)
        for stepper in self.steppers.values():
            stepper.setFixedWidth(64 if small else 76)
        self.count.setText("Count padding" if small else "Count include pad")
        self.count.updateGeometry()
        for field in (self.function, self.compare):
            field.setMinimumWidth(84 if small else 98)
        self._arrange()

    def _arrange(self) -> None:
        """Where a power takes room, the button has its icon alone; in a small window what has no effect gives way."""
        state = self.state
        power = "norm_type" in self._shown(state)
        numbers = state.page is Page.STEPS
        small = self._density is Density.SMALL
        self.new.setVisible(numbers and not small and not power)
        self.new_small.setVisible(numbers and (small or power))
        averages = "average" in (state.kind.value, state.compare.value)
        self.count.setVisible(state.sliding and (averages or not (small and power)))

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.border)
        painter.setFont(fonts.ui(11))
        for widget, (caption, role) in self._roles.items():
            if widget.isHidden():
                continue
            x, y = widget.x(), widget.y() - 18
            if role:
                painter.fillRect(QRectF(x, y + 5, 6, 6), getattr(theme, role))
                x += 11
            ink = theme.text_2 if widget.isEnabled() else mixed(theme.text_3, theme.panel, 0.55)
            painter.setPen(ink)
            painter.drawText(QRectF(x, y, 120, 16), Qt.AlignmentFlag.AlignVCenter, caption)
