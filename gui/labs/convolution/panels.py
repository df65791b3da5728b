"""The side panel: what is shown in words, the arithmetic of its size, what it costs, and the same in PyTorch."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.labs.convolution.check_part import CheckPart
from gui.labs.convolution.code import function_lines, module_lines, picture_lines, script
from gui.labs.convolution.code_spans import code_spans
from gui.labs.convolution.cost import convolution_cost, dense_cost
from gui.labs.convolution.receptive_part import ReceptivePart, has_pyramid
from gui.labs.convolution.sizes import AXIS_NAMES, size_spans, unused
from gui.labs.convolution.state import ConvolutionState, Page
from gui.labs.convolution.words import words
from gui.theme import Density, Theme, numbers
from gui.theme.controls import Control, IconButton, Segmented, box, set_theme_below
from gui.views.drawing import mono, ui, wrapped, write, write_right
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import Span, paint, place, width_of

if TYPE_CHECKING:
    from gui.lessons.panel import LessonPanel


class _Part(Control):
    """A painted part of the panel, with a border above it."""

    title = ""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.state: ConvolutionState | None = None
        self.out: tuple[int, ...] = ()
        self.small = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, state: ConvolutionState, out: tuple[int, ...]) -> None:
        """Show a State whose output has this shape; () where it has none."""
        self.state, self.out = state, out
        self.prepare()
        self.setFixedHeight(self.wanted_height())
        self.update()

    def prepare(self) -> None:
        """Called when there is another State."""

    def wanted_height(self) -> int:
        return 100

    def _begin(self, painter: QPainter) -> int:
        """Ground, border and title; returns the margin."""
        theme = self.theme
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(0, 0, self.width(), 1, theme.border)
        write(painter, 16, 30, self.title, ui(13, 600), theme.text_1)
        return 16


class SizePart(_Part):
    """Each side of the output: its formula, the windows along it, the cells that none covers hatched."""

    title = "Output size"

    def wanted_height(self) -> int:
        if self.state is None or not self.out:
            return 0
        return 44 + sum(34 if unused(self.state, axis, size) == 0 else 50 for axis, size in self._sides())

    @property
    def single(self) -> bool:
        """Whether one line says it all."""
        return self.state is not None and not self.state.transposed and bool(self.out) and len(self._sides()) == 1

    def _sides(self) -> list[tuple[int, int]]:
        """The axes that differ, with their sizes."""
        assert self.state is not None
        sides: list[tuple[int, int]] = []
        seen = set()
        for axis, size in enumerate(self.out[1:]):
            key = tuple(getattr(self.state, name)[axis] for name in ("size", "kernel", "stride", "padding", "dilation"))
            if (key, size) not in seen:
                seen.add((key, size))
                sides.append((axis, size))
        return sides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        margin = self._begin(painter)
        if self.state is None or not self.out:
            return
        look, ink = Look(self.theme), Ink(painter)
        sides = self._sides()
        y = 58
        for axis, size in sides:
            name = AXIS_NAMES[self.state.axes][axis] if len(sides) > 1 else ""
            x = margin
            if name:
                write(painter, x, y + 4, name, ui(11), self.theme.text_3)
                x += 48
            spans = size_spans(self.state, axis, size)
            for px in (13, 12, 11, 10, 9):
                placed = place(spans, px)
                if width_of(placed) <= self.width() - x - 8:
                    break
            paint(ink, look, placed, x, y)
            left_over = unused(self.state, axis, size)
            if left_over:
                cells = "cell is" if left_over == 1 else "cells are"
                text = f"The last {left_over} {cells} never covered."
                write(painter, x, y + 22, text, ui(11), self.theme.text_3)
                y += 16
            y += 34
        ink.flush()


class CostPart(_Part):
    """Parameters and multiply-adds of this layer, and of a fully connected one from as many cells to as many."""

    title = "Cost"

    def wanted_height(self) -> int:
        return 148 if self.small else 160

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        margin = self._begin(painter)
        if self.state is None or not self.out:
            return
        theme, state = self.theme, self.state
        right = self.width() - margin
        positions = prod(state.size) if state.transposed else prod(self.out[1:])
        ours = convolution_cost(
            in_channels=state.in_channels, out_channels=state.out_channels, kernel=state.kernel, groups=state.groups,
            bias=state.bias, positions=positions, transposed=state.transposed,
        )  # fmt: skip
        dense = dense_cost(inputs=prod(state.input_shape), outputs=state.units or prod(self.out), bias=state.bias)
        beside = f"{numbers.count(state.units)} units" if state.units else "fully connected"
        widest = max(mono(12).width(numbers.count(number)) for number in (dense.parameters, dense.multiply_adds))
        middle = right - max(widest, ui(11).width(beside)) - 18
        write_right(painter, middle, 54, "this layer", ui(11), theme.text_3)
        write_right(painter, right, 54, beside, ui(11), theme.text_3)
        rows = (
            ("Parameters", ours.parameters, ours.parameters_sum, dense.parameters, dense.parameters_sum),
            ("Multiply-adds", ours.multiply_adds, ours.multiply_adds_sum, dense.multiply_adds, dense.multiply_adds_sum),
        )
        y = 80
        for name, number, sum_, other, other_sum in rows:
            write(painter, margin, y, name, ui(12), theme.text_2)
            text, room = numbers.count(number), middle - margin - ui(12).width(name) - 8
            text = text if mono(12, 600).width(text) <= room else numbers.short(number)
            write_right(painter, middle, y, text, mono(12, 600), theme.text_1)
            write_right(painter, right, y, numbers.count(other), mono(12), theme.text_2)
            write_right(painter, middle, y + 17, sum_, mono(10), theme.kernel)
            write_right(painter, right, y + 17, other_sum, mono(10), theme.text_3)
            y += 42


class CodePart(_Part):
    """The equivalent lines, as a module or as a function; copied as a whole program with the numbers on screen."""

    title = "PyTorch"
    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.form = Segmented((("module", "nn"), ("function", "F")), theme, self)
        self.form.setToolTip("As a module, or as a function")
        self.copy_button = IconButton("copy", "Copy as a program with these numbers", theme, self)
        self.form.changed.connect(self._form_changed)
        self.copy_button.clicked.connect(self.copy)

    def _form_changed(self) -> None:
        if self.state is not None:
            self.show_state(self.state, self.out)

    def prepare(self) -> None:
        self.form.setVisible(self.state is not None and self.state.page is not Page.PICTURE)

    @property
    def functional(self) -> bool:
        return self.form.value == "function"

    def lines(self) -> list[str]:
        """What is shown."""
        if self.state is None:
            return []
        if self.state.page is Page.PICTURE:
            return picture_lines(self.state).splitlines()
        return (function_lines(self.state) if self.functional else module_lines(self.state)).splitlines()

    def copy(self) -> None:
        """Put the whole program on the clipboard."""
        if self.state is not None and self.out:
            text = script(self.state, functional=self.functional)
            if self.state.page is Page.PICTURE:
                text = "\n".join(self.lines()) + "\n"
            QGuiApplication.clipboard().setText(text)
            self.copied.emit()

    def wanted_height(self) -> int:
        return 48 + 20 * (len(self.lines()) + 1) + 16 + 12

    def resizeEvent(self, event: object) -> None:
        self.copy_button.move(self.width() - 12 - 32, 11)
        self.form.adjustSize()
        self.form.move(self.width() - 12 - 32 - 6 - self.form.width(), 11)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        margin = self._begin(painter)
        if self.state is None:
            return
        lines = self.lines()
        frame = QRectF(margin, 48, self.width() - 2 * margin, 20 * (len(lines) + 1) + 12)
        box(painter, frame, fill=self.theme.raised, line=self.theme.border)
        look, ink = Look(self.theme), Ink(painter)
        y = frame.top() + 17
        spans = [code_spans(line, self.state) for line in lines]
        for px in (12, 11, 10, 9):
            rows = [place(line, px) for line in spans]
            if max(width_of(row) for row in rows) <= frame.width() - 18:
                break
        for placed in rows:
            paint(ink, look, placed, frame.left() + 12, y)
            y += 20
        if self.out:
            ins, outs = ("×".join(map(str, shape)) for shape in (self.state.input_shape, self.out))
            shapes = (Span("# ", "text_3"), Span(ins, "input"), Span(" → ", "text_3"), Span(outs, "output"))
            paint(ink, look, place(shapes, 12), frame.left() + 12, y)
        ink.flush()


class AboutPart(_Part):
    """What is shown, in words."""

    def wanted_height(self) -> int:
        if self.state is None:
            return 0
        _, text = words(self.state, self.out)
        line = 18 if self.small else 20
        return 52 + line * len(wrapped(text, ui(12 if self.small else 13), self.width() - 32)) + 8

    def resizeEvent(self, event: object) -> None:
        if self.state is not None:
            self.setFixedHeight(self.wanted_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(self.rect(), theme.panel)
        if self.state is None:
            return
        title, text = words(self.state, self.out)
        write(painter, 16, 36, title, ui(16, 600), theme.text_1)
        px, y = (12, 60) if self.small else (13, 62)
        for line in wrapped(text, ui(px), self.width() - 32):
            write(painter, 16, y, line, ui(px), theme.text_2)
            y += 18 if self.small else 20


class SidePanel(QWidget):
    """All parts, from the top: words and switches; then size, cost and code from the bottom."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.about = AboutPart(theme, self)
        self.check = CheckPart(theme, self)
        self.receptive = ReceptivePart(theme, self)
        self.size_part = SizePart(theme, self)
        self.cost = CostPart(theme, self)
        self.code = CodePart(theme, self)
        self.lesson: LessonPanel | None = None
        self.short = False  # in a low window the size gives way; it is on the stage, too
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.about)
        column.addWidget(self.check)
        column.addStretch(1)
        for part in (self.receptive, self.size_part, self.cost, self.code):
            column.addWidget(part)
        self.setFixedWidth(320)

    def show_state(self, state: ConvolutionState, out: tuple[int, ...]) -> None:
        """`out` is the output's shape, () where the State cannot be computed."""
        for part in (self.about, self.size_part, self.cost, self.code):
            part.show_state(state, out)
        self.cost.setVisible(bool(out))
        self.check.check.setChecked(state.check)
        self.check.colours.setChecked(state.colours)
        self.check.stretched.setVisible(state.transposed)
        self.check.stretched.setChecked(state.stretched)
        self.check.setVisible(state.page.value == "steps")
        self.receptive.show_state(state)
        self._fit_receptive()

    def fit_size(self, *, size_shown: bool) -> None:
        """Show the arithmetic of the size, unless the stage has it already (`size_shown`)."""
        there = self.lesson is None and not self.short and bool(self.about.out)
        self.size_part.setVisible(there and not (size_shown and self.size_part.single))
        self._fit_receptive()

    def set_lesson(self, lesson: LessonPanel | None) -> None:
        """Show a lesson in place of the words at the top; None: the words again."""
        if self.lesson is not None:
            self._column.removeWidget(self.lesson)
        self.lesson = lesson
        self.about.setVisible(lesson is None)
        if lesson is not None:
            lesson.set_inside(True)
            self._column.insertWidget(0, lesson, 100)  # it takes all the room that the others leave
            self.size_part.hide()
        self._fit_lesson()
        self._fit_receptive()

    def _fit_receptive(self) -> None:
        """The receptive field is shown where the other parts leave room for it."""
        state = self.receptive.state
        others = (self.about, self.size_part, self.cost, self.code)
        used = sum(part.height() for part in others if not part.isHidden())
        used += 0 if self.check.isHidden() else self.check.sizeHint().height()
        there = self.lesson is None and bool(self.about.out) and has_pyramid(state)
        self.receptive.setVisible(there and used + self.receptive.height() <= self.height())

    def _fit_lesson(self) -> None:
        """Where there is little room the code gives way to a lesson."""
        self.code.setVisible(self.lesson is None or self.height() >= 840)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_receptive()  # a part has another height
        return bool(super().event(event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_lesson()
        self._fit_receptive()

    def set_density(self, density: Density) -> None:
        small = density is Density.SMALL
        self.setFixedWidth(280 if small else 320)
        for part in (self.about, self.size_part, self.cost, self.code):
            part.small = small
            if part.state is not None:
                part.show_state(part.state, part.out)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.check.set_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(0, 0, 1, self.height(), self.theme.border)
