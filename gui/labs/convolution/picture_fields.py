"""The fields of the page "On a picture"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.labs.convolution import pictures
from gui.labs.convolution.fields import Field
from gui.labs.convolution.numbers import resized_kernel
from gui.labs.convolution.state import ConvolutionState, PaddingMode
from gui.theme import Density, Theme
from gui.theme.controls import Button, Control, FieldBox, Stepper, set_theme_below

if TYPE_CHECKING:
    pass

OWN = "own"
"""The name of a picture that the user opened or pasted: it lives as long as the window; a link shows another."""


class PictureFields(Control):
    """Picture, kernel size, stride, padding, dilation, divisor: in one row."""

    wanted = Signal(object)
    open_picture = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.state = ConvolutionState()
        self._small = False
        self.picture = FieldBox("Picture", theme, self)
        for name, title in pictures.TITLES.items():
            self.picture.add(name, title)
        self.mode = FieldBox("Padding mode", theme, self)
        for mode in PaddingMode:
            self.mode.add(mode.value, mode.value)
        self.side = FieldBox("Side", theme, self)
        for side in (96, 128, 256, 512, 1024):
            self.side.add(str(side), f"{side}²", f"{side} × {side} pixels")
        for box in (self.picture, self.side, self.mode):
            box.set_captioned(False)
        limits = {
            "kernel": (1, 11),
            "stride": (1, 8),
            "padding": (0, 10),
            "dilation": (1, 6),
            "divide": (1, 999),
            "units": (0, 10_000),
        }
        self.steppers = {
            name: Stepper(theme, self, value=low, minimum=low, maximum=high, width=76, name=name)
            for name, (low, high) in limits.items()
        }
        for name, stepper in self.steppers.items():
            stepper.changed.connect(self._setter(name))
        s = self.steppers
        self.open_button = Button("Open picture", theme, self, icon="picture")
        self.fields = [
            Field("Picture", "Picture", "input", [self.picture, self.side], theme, self),
            Field("Kernel", "Kernel", "kernel", [s["kernel"]], theme, self),
            Field("Stride", "Stride", "", [s["stride"]], theme, self),
            Field("Padding", "Padding", "padding", [s["padding"], self.mode], theme, self),
            Field("Dilation", "Dilation", "", [s["dilation"]], theme, self),
            Field("Divide by", "Divide by", "", [s["divide"]], theme, self),
            Field("Beside units", "Beside", "", [s["units"]], theme, self),
        ]
        tip = "Fully connected units that the cost is set beside; 0: as many as the result has pixels"
        self.fields[-1].setToolTip(tip)
        self.picture.chosen.connect(self._choose_picture)
        self.side.chosen.connect(self._choose_side)
        self.mode.chosen.connect(self._choose_mode)
        self.open_button.clicked.connect(self.open_picture)

    def _setter(self, name: str) -> Callable[[float], None]:
        def change(value: float) -> None:
            size = int(value)
            if name in ("divide", "units"):
                single: Any = {name: size}
                self.wanted.emit(replace(self.state, **single))
            elif name == "kernel":
                self.wanted.emit(resized_kernel(self.state, size))
            else:
                sizes: Any = {name: (size, size)}
                self.wanted.emit(replace(self.state, **sizes))

        return change

    def _choose_picture(self, key: str) -> None:
        self.wanted.emit(replace(self.state, picture=key, shift=(0, 0), at=(-1, -1)))

    def _choose_side(self, key: str) -> None:
        self.wanted.emit(replace(self.state, side=int(key), shift=(0, 0), at=(-1, -1)))

    def _choose_mode(self, key: str) -> None:
        self.wanted.emit(replace(self.state, padding_mode=PaddingMode(key)))

    def set_state(self, state: ConvolutionState) -> None:
        self.state = state
        if state.picture == OWN and self.picture.findData(OWN) < 0:
            self.picture.add(OWN, "Your own")
        if not self.picture.set_key(state.picture):
            self.picture.set_key("letter")
        for name in ("kernel", "stride", "padding", "dilation"):
            self.steppers[name].set_value(getattr(state, name)[0])
        self.steppers["divide"].set_value(state.divide)
        self.steppers["units"].set_value(state.units)
        self.side.set_key(str(state.side))
        self.side.setVisible(state.picture != OWN)
        self.mode.set_key(state.padding_mode.value)
        self._lay_out()

    def set_density(self, density: Density) -> None:
        self._small = density is Density.SMALL
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        margin, gap = (16, 10) if self._small else (24, 16)
        top = 2 if self._small else 6
        self.setFixedHeight(56 if self._small else 64)
        for stepper in self.steppers.values():
            stepper.setFixedWidth(64 if self._small else 76)
        self.steppers["units"].setFixedWidth(88)
        x = margin
        for field in self.fields:
            size = field.fit()
            field.move(x, top)
            x += size.width() + gap
        button = self.open_button.sizeHint()
        self.open_button.setGeometry(self.width() - margin - button.width(), top + 20, button.width(), 28)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for part in (*self.fields, self.open_button):
            set_theme_below(part, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.theme.border)
