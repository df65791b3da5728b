"""The strip of fields: sizes as steppers (one for all axes, or one each), channels, groups, padding mode, switches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.labs.convolution.state import LONGEST, ConvolutionState, PaddingMode
from gui.theme import Density, Theme, fonts
from gui.theme.controls import Button, Control, FieldBox, IconButton, Stepper, set_theme_below
from gui.views.check import Check

SIZED = ("size", "kernel", "stride", "padding", "dilation", "output_padding")
"""The fields with one entry an axis."""
LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
_LIMITS = {"kernel": (1, 11), "stride": (1, 8), "padding": (0, 10), "dilation": (1, 6), "output_padding": (0, 7)}


class Field(Control):
    """An 11 px caption, with a square in its role's colour, over controls side by side."""

    def __init__(
        self, caption: str, short: str, role: str, controls: Sequence[QWidget], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(theme, parent)
        self._captions, self._role, self.controls = (caption, short), role, list(controls)
        self.small = False
        for control in self.controls:
            control.setParent(self)

    @property
    def caption(self) -> str:
        return self._captions[1 if self.small else 0]

    def fit(self) -> QSize:
        """Place the controls that are shown; returns the size that the field needs."""
        x = 0
        for control in self.controls:
            if control.isHidden():
                continue
            size = control.sizeHint() if control.minimumWidth() != control.maximumWidth() else control.size()
            control.setGeometry(x, 20, size.width(), 28)
            x += size.width() + (12 if isinstance(control, Check) else 4)
        caption = 12 if self._role else 0
        caption += round(QFontMetricsF(fonts.ui(11)).horizontalAdvance(self.caption)) + 4
        self.resize(max(x - 4, caption if self.caption else 0), 48)
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = 0
        if self._role:
            painter.fillRect(0, 4, 7, 7, getattr(self.theme, self._role))
            x = 12
        painter.setFont(fonts.ui(11))
        painter.setPen(self.theme.text_2)
        painter.drawText(x, 12, self.caption)


class Fields(Control):
    """Shows a State; `wanted(State)` when the user changed something. Rows are added where one is too narrow."""

    wanted = Signal(object)
    new_numbers = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.state = ConvolutionState()
        self._apart = False
        self._small = False
        # made in the order in which they stand, which is that of Tab
        self.steppers: dict[str, list[Stepper]] = {"size": self._axes("size")}
        self.in_channels = self._stepper("in_channels", 1, 16)
        self.out_channels = self._stepper("out_channels", 1, 16)
        self.steppers |= {name: self._axes(name) for name in ("kernel", "stride", "padding")}
        self.mode = FieldBox("Padding mode", theme, self)
        self.steppers |= {name: self._axes(name) for name in ("output_padding", "dilation")}
        self.groups = self._stepper("groups", 1, 16)
        for mode in PaddingMode:
            self.mode.add(mode.value, mode.value)
        self.mode.set_captioned(False)
        self.mode.chosen.connect(self._choose_mode)
        self.link = IconButton("link", "Sides of their own for each axis", theme, self)
        self.bias = Check("Bias", "Add a number of its own to each output channel", theme, self)
        self.flip = Check("Flip kernel", "True convolution: the kernel is turned round first", theme, self)
        self.link.setCheckable(True)
        self.numbers = Button("New numbers", theme, self, icon="dice")
        self.numbers.setToolTip("Other random numbers (N)")
        self.dice = IconButton("dice", "Other random numbers (N)", theme, self, framed=True)
        self.dice.clicked.connect(self.new_numbers)
        self.bias.clicked.connect(self._switch_bias)
        self.flip.clicked.connect(self._switch_flip)
        self.link.clicked.connect(self._set_apart)
        self.numbers.clicked.connect(self.new_numbers)
        s = self.steppers
        self.fields = {
            "size": self._field("Input", "Input", "input", s["size"]),
            "in_channels": self._field("In channels", "In", "input", [self.in_channels]),
            "out_channels": self._field("Out channels", "Out", "output", [self.out_channels]),
            "kernel": self._field("Kernel", "Kernel", "kernel", s["kernel"]),
            "stride": self._field("Stride", "Stride", "", s["stride"]),
            "padding": self._field("Padding", "Padding", "padding", [*s["padding"], self.mode]),
            "output_padding": self._field("Output padding", "Out pad", "padding", s["output_padding"]),
            "dilation": self._field("Dilation", "Dilation", "", s["dilation"]),
            "groups": self._field("Groups", "Groups", "", [self.groups]),
            "switches": self._field("", "", "", [self.link, self.bias, self.flip]),
        }
        self.set_state(self.state)

    def _field(self, caption: str, short: str, role: str, controls: Sequence[QWidget]) -> Field:
        return Field(caption, short, role, controls, self.theme, self)

    def _stepper(self, name: str, low: int, high: int, axis: int | None = None) -> Stepper:
        stepper = Stepper(self.theme, self, value=low, minimum=low, maximum=high, width=76, name=name.replace("_", " "))
        stepper.changed.connect(self._setter(name, axis))
        return stepper

    def _axes(self, name: str) -> list[Stepper]:
        low, high = _LIMITS.get(name, (1, 28))
        return [self._stepper(name, low, high, axis) for axis in range(3)]

    def _setter(self, name: str, axis: int | None) -> Callable[[float], None]:
        def change(value: float) -> None:
            self._set(name, axis, int(value))

        return change

    def _set(self, name: str, axis: int | None, value: int) -> None:
        state = self.state
        changed: Any = value
        if axis is not None:
            sizes = list(getattr(state, name))
            if self._apart:
                sizes[axis] = value
            else:
                sizes = [value] * state.axes
            changed = tuple(sizes)
        self.wanted.emit(resized(state, name, changed))

    def _choose_mode(self, key: str) -> None:
        self.wanted.emit(replace(self.state, padding_mode=PaddingMode(key)))

    def _switch_bias(self, on: bool) -> None:
        self.wanted.emit(replace(self.state, bias=on))

    def _switch_flip(self, on: bool) -> None:
        self.wanted.emit(replace(self.state, flip=on))

    def _set_apart(self, apart: bool) -> None:
        self._apart = apart
        if not apart:
            state = self.state
            for name in SIZED:
                sizes = getattr(state, name)
                if len(set(sizes)) > 1:
                    state = resized(state, name, (sizes[0],) * state.axes)
            if state != self.state:
                self.wanted.emit(state)
        self.set_state(self.state)

    def set_state(self, state: ConvolutionState) -> None:
        """Show these settings."""
        self.state = state
        if any(len(set(getattr(state, name))) > 1 for name in SIZED):
            self._apart = True
        if state.axes == 1:
            self._apart = False
        self.link.setChecked(self._apart)
        self.link.setVisible(state.axes > 1)
        for name in SIZED:
            for axis, stepper in enumerate(self.steppers[name]):
                shown = axis < state.axes and (axis == 0 or self._apart)
                stepper.setVisible(shown)
                if name == "size":
                    stepper.set_range(1, LONGEST[state.axes])
                if shown:
                    stepper.set_value(getattr(state, name)[axis])
                    stepper.setToolTip(LETTERS[state.axes][axis] if self._apart else "")
        self.in_channels.set_value(state.in_channels)
        self.out_channels.set_value(state.out_channels)
        self.groups.set_value(state.groups)
        self.mode.set_key(state.padding_mode.value)
        self.bias.setChecked(state.bias)
        self.flip.setChecked(state.flip)
        self.flip.setVisible(not state.transposed)
        self.mode.setVisible(not state.transposed)
        for stepper in self.steppers["padding"]:
            stepper.setEnabled(not state.causal)
        self.fields["padding"].setToolTip("All padding lies before the first cell" if state.causal else "")
        self.fields["output_padding"].setVisible(state.transposed)
        self._lay_out()

    def set_density(self, density: Density) -> None:
        self._small = density is Density.SMALL
        for field in self.fields.values():
            field.small = self._small
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            set_theme_below(child, theme)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def _lay_out(self) -> None:
        """Fields from the left in rows, "New numbers" at the right of the last."""
        margin, gap = (16, 10) if self._small else (24, 16)
        row_height = 56 if self._small else 64
        width = 64 if self._small else 76
        for steppers in (*self.steppers.values(), [self.in_channels, self.out_channels, self.groups]):
            for stepper in steppers:
                stepper.setFixedWidth(
                    max(width - 8, 64) if self._apart and steppers[0] is not self.in_channels else width
                )
        right = self.width() - margin
        x, top = margin, 0
        ends = QPoint(margin, 0)
        there = [field for field in self.fields.values() if not field.isHidden()]
        wide = margin + sum(field.fit().width() + gap for field in there) + self.dice.width()
        if right < wide <= right + 5 * len(there):
            gap -= 5  # rather than a second row for the last of them
        for field in there:
            size = field.size()
            if x + size.width() > right and x > margin:
                x, top = margin, top + row_height
            field.move(x, top + (2 if self._small else 6))
            x += size.width() + gap
            ends = QPoint(x, top)
        roomy = ends.x() + self.numbers.sizeHint().width() <= right
        self.numbers.setVisible(roomy)
        self.dice.setVisible(not roomy)
        button = self.numbers.sizeHint() if roomy else self.dice.size()
        if ends.x() + button.width() > right:
            top += row_height
        shown = self.numbers if roomy else self.dice
        shown.setGeometry(right - button.width(), top + (22 if self._small else 26), button.width(), 28)
        if self.height() != top + row_height:
            self.setFixedHeight(top + row_height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.theme.border)


def resized(state: ConvolutionState, name: str, value: Any) -> ConvolutionState:
    """A State with another size; the learner's own numbers stay where they still have a place."""
    from gui.labs.convolution.numbers import refitted

    return refitted(state, replace(state, **{name: value}, step=0))
