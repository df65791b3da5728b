"""The side panel: what to look at, examples to try, checking yourself, what it costs, and the same in PyTorch."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.labs.pooling.code import code_lines, comment, script
from gui.labs.pooling.cost import Cost, costs
from gui.labs.pooling.lanes import Lane
from gui.labs.pooling.paint import shape_text
from gui.labs.pooling.state import PoolingState
from gui.labs.pooling.texts import TRY, paragraphs
from gui.theme import Density, Theme, fonts, icons, numbers
from gui.theme.controls import ButtonControl, IconButton, Toggle, box, set_theme_below


class TryRow(ButtonControl):
    """A line that sets a state: play icon, what there is to see, a few figures at the right."""

    def __init__(self, text: str, note: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.note = note
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(240, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, rect = self.theme, QRectF(self.rect())
        if self.ring:
            box(painter, rect, line=theme.accent)
        icons.paint(painter, "play-circle", theme.accent, QRectF(0, (self.height() - 16) / 2, 16, 16))
        painter.setPen(theme.accent if self.hovered else theme.text_1)
        painter.setFont(fonts.ui(12))
        painter.drawText(rect.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(theme.text_3)
        painter.setFont(fonts.mono(11))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.note)


class CostTable(QWidget):
    """Parameters and operations of each lane beside a convolution with the same windows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._costs: tuple[Cost, ...] = ()
        self._lanes: tuple[Lane, ...] = ()
        self.setFixedHeight(112)
        self.setAccessibleName("Cost")

    def show_state(self, state: PoolingState, lanes: tuple[Lane, ...]) -> None:
        self._costs, self._lanes = costs(state, lanes), lanes
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        found = self._costs
        if not found:
            return
        painter = QPainter(self)
        theme, width = self.theme, self.width()

        def put(text: str, right: float, y: float, color: QColor, px: int = 12, *, mono: bool = True) -> None:
            painter.setFont(fonts.mono(px) if mono else fonts.ui(px))
            painter.setPen(color)
            painter.drawText(QRectF(0, y, right, 18), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

        right = float(width)
        for cost in reversed(found):
            put(cost.title, right, 0, theme.text_3, 11)
            put(numbers.count(cost.parameters), right, 24, theme.text_1)
            put(numbers.count(cost.operations), right, 48, theme.text_1)
            put(cost.sum, right, 64, theme.text_3, 11)
            wide = max(len(cost.title), len(numbers.count(cost.operations)), len(cost.sum))
            right -= 7 * wide + 10
        painter.setFont(fonts.ui(12))
        painter.setPen(theme.text_2)
        align = Qt.AlignmentFlag.AlignVCenter
        for text, y in (("Parameters", 24), ("Operations", 48), ("Values", 90)):
            painter.drawText(QRectF(0, y, 90, 18), align, text)
        trace = self._lanes[0].trace
        x, out = trace.inputs[0], trace.output
        after = f"{shape_text(out.shape).replace(numbers.TIMES, '·')} = {numbers.count(out.size)}"
        before = f"{shape_text(x.shape).replace(numbers.TIMES, '·')} = {numbers.count(x.size)}"
        painter.setFont(fonts.mono(12))
        advance = painter.fontMetrics().horizontalAdvance
        if advance(before + " → " + after) > width - 56:  # the products would not fit: their values alone
            before, after = numbers.count(x.size), numbers.count(out.size)
        px = 12 if advance(before + " → " + after) < width - 60 else 11
        painter.setFont(fonts.mono(px))
        put(after, width, 90, theme.output, px)
        put(" → ", width - advance(after), 90, theme.text_3, px)
        put(before, width - advance(after) - advance(" → "), 90, theme.input, px)


class CodeBox(QWidget):
    """The lines of PyTorch, in the colours of their numbers' roles."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.text = ""
        self.setAccessibleName("PyTorch")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        self.text = text
        self.setAccessibleDescription(text)
        self.setFixedHeight(16 * (text.count("\n") + 1) + 20)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        box(painter, QRectF(self.rect()), fill=theme.stage, line=theme.border)
        painter.setFont(fonts.mono(11))
        metrics = QFontMetricsF(fonts.mono(11))
        for number, line in enumerate(self.text.split("\n")):
            note = line.lstrip().startswith("#")
            for match in re.finditer(r"\d+(?:\.\d+)?(?![\w(])|\w+|\W", line):
                word = match.group()
                ink = theme.text_3 if note else theme.text_1 if word[0].isdigit() else theme.text_2
                painter.setPen(ink)
                x = 12 + metrics.horizontalAdvance(line[: match.start()])
                painter.drawText(QRectF(x, 10 + number * 16, 400, 16), Qt.AlignmentFlag.AlignVCenter, word)


class SidePanel(QWidget):
    """`wanted(PoolingState)`: an example of the text; `check_switched(bool)`; `copied()`: code is on the clipboard."""

    wanted = Signal(object)
    check_switched = Signal(bool)
    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._state = PoolingState()
        self._words_shown = True
        self._short = False
        self._gaps: dict[int, int] = {}  # heights of the layout's gaps by their place
        self.title = QLabel(self)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.show_me = QLabel("Show me", self)
        self.rows = [TryRow(entry.title, entry.note, theme, self) for entry in TRY]
        self.check = Toggle("Hide outputs and check yourself", theme, self)
        self.check_hint = QLabel("Type what you expect, then press Enter.", self)
        self.cost_title = QLabel("Cost", self)
        self.cost = CostTable(theme, self)
        self.code_title = QLabel("PyTorch", self)
        self.code = CodeBox(theme, self)
        self.copy = IconButton("copy", "Copy as a program with these numbers", theme, self)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        for label in (self.title, self.text):
            column.addWidget(label)
            column.addSpacing(8)
        column.addSpacing(6)
        column.addWidget(self.show_me)
        column.addSpacing(4)
        for row in self.rows:
            row.clicked.connect(self._show_entry)
            column.addWidget(row)
        column.addSpacing(16)
        column.addWidget(self.check)
        column.addSpacing(2)
        column.addWidget(self.check_hint)
        column.addStretch(1)
        column.addWidget(self.cost_title)
        column.addSpacing(8)
        column.addWidget(self.cost)
        column.addSpacing(24)
        head = QHBoxLayout()
        head.addWidget(self.code_title, 1)
        head.addWidget(self.copy)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self.code)
        self.check.toggled.connect(self.check_switched)
        self.copy.clicked.connect(self.copy_code)
        self.set_density(Density.LARGE)
        self._style()

    def _show_entry(self) -> None:
        row = self.sender()
        if isinstance(row, TryRow):
            self.wanted.emit(TRY[self.rows.index(row)].state)

    def copy_code(self) -> None:
        """Put the program with the very numbers on screen on the clipboard."""
        QGuiApplication.clipboard().setText(script(self._state))
        self.copied.emit()

    def show_state(self, state: PoolingState, lanes: tuple[Lane, ...], step: int) -> None:
        """Text, cost and code of a state."""
        self._state = state
        self.cost.show_state(state, lanes)
        self.show_step(lanes, step)
        if self.check.isChecked() != state.check:
            self.check.blockSignals(True)
            self.check.setChecked(state.check)
            self.check.blockSignals(False)
            self.check.update()
        self._style()

    def show_step(self, lanes: tuple[Lane, ...], step: int) -> None:
        """The comment below the code follows the step, unless that would tell a hidden winner."""
        note = comment(lanes, step)
        if self._state.check:
            note = note.partition(", at")[0]
        lines = [note]
        if len(note) > 38 and ", at" in note:
            head, _, tail = note.partition(", at")
            lines = [head, f"# at{tail}"]
        self.code.set_text("\n".join([code_lines(self._state), *lines]))

    def set_words_shown(self, shown: bool) -> None:
        """Show the words and the examples at the top, or leave their place to a lesson."""
        self._words_shown = shown
        for part in (self.title, self.text):
            part.setVisible(shown)
        for example in (self.show_me, *self.rows):
            example.setVisible(shown and not self._short)
        above = True
        for index in range(self._column.count()):
            item = self._column.itemAt(index)
            spacer = None if item is None else item.spacerItem()
            above = above and (item is None or item.widget() is not self.check)
            if spacer is not None and above:  # the gaps between the words go with them
                height = self._gaps.setdefault(index, spacer.sizeHint().height())
                spacer.changeSize(0, height if shown else 0)
            elif spacer is not None and spacer.expandingDirections() & Qt.Orientation.Vertical:
                policy = QSizePolicy.Policy
                spacer.changeSize(0, 0 if shown else 28, policy.Minimum, policy.Expanding)
        self._column.invalidate()
        self._fit_code()

    def set_short(self, short: bool) -> None:
        """In a low window the examples give way; they are in the strip's menu, too."""
        if short is not self._short:
            self._short = short
            self.set_words_shown(self._words_shown)

    def _fit_code(self) -> None:
        """In a small window the code gives way to a lesson."""
        for part in (self.code_title, self.copy, self.code):
            part.setVisible(self._words_shown or self.width() >= 300)

    def set_density(self, density: Density) -> None:
        small = density is Density.SMALL
        self.setFixedWidth(280 if small else 320)
        margin = 16 if small else 24
        self._column.setContentsMargins(16, 12 if small else 18, margin, 12 if small else 18)
        self.check_hint.setVisible(not small)
        self._fit_code()
        self._style()

    def _style(self) -> None:
        theme = self.theme
        small = self.width() < 300
        title, body = paragraphs(self._state.kind, theme)
        px = 12 if small else 13
        height = 18 if small else 20
        self.title.setText(title)
        self.text.setText("".join(f'<p style="margin: 0 0 8px 0; line-height: {height}px">{part}</p>' for part in body))
        for label, size, weight, color in (
            (self.title, 14 if small else 16, 600, theme.text_1),
            (self.text, px, 400, theme.text_2),
            (self.show_me, 12, 400, theme.text_3),
            (self.check_hint, 11, 400, theme.text_3),
            (self.cost_title, 13, 600, theme.text_1),
            (self.code_title, 13, 600, theme.text_1),
        ):
            label.setFont(fonts.ui(size, weight))
            label.setStyleSheet(f"color: {color.name()}; background: transparent;")
        self.check_hint.setIndent(42)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.cost.set_theme(theme)
        self.code.set_theme(theme)
        self._style()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(QRectF(0, 0, 1, self.height()), self.theme.border)
        for label in (self.cost_title, self.code_title):
            if label.isHidden():
                continue
            painter.fillRect(QRectF(0, label.y() - 14, self.width(), 1), self.theme.border)
