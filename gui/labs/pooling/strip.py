"""The strip of kinds and examples: each a little picture with its name, and a menu of all."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from gui.labs.pooling.presets import EXAMPLES, KINDS, PRESETS, Preset, preset_of
from gui.labs.pooling.state import PoolingState
from gui.operation.examples import AllButton, ExampleButton
from gui.theme import Density, Theme
from gui.theme.controls import set_theme_below

_SHOWN = 2
"""So many examples stand in the strip; the others are in the menu."""


def paint_glyph(painter: QPainter, rect: QRectF, name: str, ink: QColor) -> None:
    """A picture of 18 px of what a kind does."""
    faint = QColor(ink)
    faint.setAlphaF(0.42)
    painter.save()
    painter.translate(rect.topLeft())
    pen = QPen(ink, 1.4)

    def squares(on: tuple[int, ...], other: QColor) -> None:
        for n in range(4):
            x, y = n % 2, n // 2
            painter.fillRect(QRectF(x * 9.5, y * 9.5, 8.5, 8.5), ink if n in on else other)

    if name == "max":
        squares((1,), faint)
    elif name == "average":
        half = QColor(ink)
        half.setAlphaF(0.62)
        squares((), half)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        if name == "global":
            painter.drawRoundedRect(QRectF(1, 1, 16, 16), 2, 2)
            painter.fillRect(QRectF(6.5, 6.5, 5, 5), ink)
        elif name == "adaptive":
            for x, width in ((0, 7), (8, 10)):
                for y, height in ((1, 8), (10, 7)):
                    painter.fillRect(QRectF(x, y, width, height), ink if (x, y) in ((0, 10), (8, 1)) else faint)
        elif name == "lp":
            painter.drawRoundedRect(QRectF(1, 1, 16, 16), 6, 6)
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(9, 9), 1.2, 1.2)
        elif name == "overlapping":
            painter.drawRect(QRectF(1, 1, 10, 10))
            painter.drawRect(QRectF(7, 6, 10, 10))
        else:
            for n in range(9):
                color = faint if n % 3 == 2 or n > 5 else ink
                painter.fillRect(QRectF(n % 3 * 6.0, n // 3 * 6.0, 5, 5), color)
    painter.restore()


class Strip(QWidget):
    """`kind_chosen(str)`: another kind over the same numbers; `preset_chosen(Preset)`: an example."""

    kind_chosen = Signal(str)
    preset_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.kinds = {
            entry.name: ExampleButton(entry.name, entry.title, entry.note, paint_glyph, theme, self) for entry in KINDS
        }
        self.examples = {
            entry.name: ExampleButton(entry.name, entry.title, entry.note, paint_glyph, theme, self)
            for entry in EXAMPLES[:_SHOWN]
        }
        self.all = AllButton(f"All {len(PRESETS)}", theme, self)
        self._row = row = QHBoxLayout(self)
        row.setSpacing(4)
        for choice in self.kinds.values():
            choice.clicked.connect(self._choose_kind)
            row.addWidget(choice)
        row.addSpacing(25)
        for choice in self.examples.values():
            choice.clicked.connect(self._choose_example)
            row.addWidget(choice)
        row.addStretch(1)
        row.addWidget(self.all)
        self.all.clicked.connect(self.open_menu)
        self.set_density(Density.LARGE)

    def _choose_kind(self) -> None:
        choice = self.sender()
        if isinstance(choice, ExampleButton):
            self.kind_chosen.emit(choice.name)

    def _choose_example(self) -> None:
        choice = self.sender()
        if isinstance(choice, ExampleButton):
            self._choose(choice.name)

    def _choose(self, name: str) -> None:
        self.preset_chosen.emit(next(entry for entry in PRESETS if entry.name == name))

    def menu(self) -> QMenu:
        """All presets with what there is to see in each."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in PRESETS:
            action = menu.addAction(f"{entry.title}\t{entry.note}")
            action.setData(entry.name)
            if entry is KINDS[-1]:
                menu.addSeparator()
        menu.triggered.connect(self._choose_action)
        return menu

    def _choose_action(self, action: object) -> None:
        self._choose(str(action.data()))  # type: ignore[attr-defined]

    def open_menu(self) -> None:
        menu = self.menu()
        menu.popup(self.all.mapToGlobal(self.all.rect().bottomLeft()))

    def set_state(self, state: PoolingState) -> None:
        """Mark the kind, what stands beside it, and the example that this is."""
        shown = preset_of(state)
        for name, choice in self.kinds.items():
            beside = name == state.compare.value
            choice.set_role("chosen" if name == state.kind.value else "beside" if beside else "")
        for name, choice in self.examples.items():
            choice.set_role("chosen" if isinstance(shown, Preset) and shown.name == name else "")

    def set_density(self, density: Density) -> None:
        small = density is Density.SMALL
        self.setFixedHeight(42 if small else 52)
        self._row.setContentsMargins(16 if small else 24, 4, 16 if small else 24, 0)
        for name, choice in self.examples.items():
            choice.setVisible(not small or name == EXAMPLES[0].name)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        last = self.kinds["lp"].geometry()
        painter.fillRect(QRectF(last.right() + 15, 12, 1, self.height() - 22), self.theme.border)
