"""The strip of examples: the kinds of convolution as little pictures with names, and a menu of all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gui.labs.convolution.presets import FIGURES, KINDS, ON_PICTURE, PRESETS, Preset
from gui.operation.examples import AllButton, ExampleButton
from gui.theme import Density, Theme, fonts
from gui.theme.controls import Control, set_theme_below


def paint_glyph(painter: QPainter, rect: QRectF, name: str, ink: QColor) -> None:
    """An 18 px picture of what is special about an example."""
    faint = QColor(ink)
    faint.setAlphaF(0.4)
    painter.save()
    painter.translate(rect.topLeft())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def cells(places: list[tuple[int, int]], size: int = 3, pitch: int = 5, color: QColor = ink) -> None:
        for x, y in places:
            painter.fillRect(QRectF(x * pitch, y * pitch, size, size), color)

    def outline(x: float, y: float, w: float, h: float, color: QColor = ink, dash: bool = False) -> None:
        pen = QPen(color, 1)
        if dash:
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(x + 0.5, y + 0.5, w - 1, h - 1))

    grid = [(x, y) for x in range(4) for y in range(4)]
    if name == "one-channel":
        cells(grid, color=faint)
        cells([(x, y) for x in range(3) for y in range(3)])
    elif name == "two-filters":
        outline(0, 0, 12, 12, faint)
        painter.fillRect(QRectF(5, 5, 12, 12), ink)
    elif name == "same-size":
        outline(0, 0, 18, 18, faint, dash=True)
        painter.fillRect(QRectF(4, 4, 10, 10), ink)
    elif name == "stride-3":
        painter.fillRect(QRectF(0, 6, 7, 6), ink)
        painter.fillRect(QRectF(11, 6, 7, 6), faint)
    elif name == "dilated":
        cells(grid, color=faint, size=2)
        cells([(0, 0), (2, 0), (0, 2), (2, 2)], size=4)
    elif name == "depthwise":
        for n, color in enumerate((ink, faint, ink)):
            painter.fillRect(QRectF(n * 6.0, 1, 5, 16), color)
    elif name == "grouped":
        for n, color in enumerate((ink, ink, faint, faint)):
            painter.fillRect(QRectF(n * 4.0 + (2 if n > 1 else 0), 1, 3, 16), color)
    elif name == "one-by-one":
        cells(grid, color=faint)
        cells([(1, 1)])
    elif name == "transposed":
        painter.fillRect(QRectF(0, 5, 5, 5), ink)
        outline(7, 1, 11, 15, faint)
    elif name in ("one-d", "causal"):
        for n in range(4):
            painter.fillRect(QRectF(n * 5.0, 7, 3, 3), ink if n < 3 else faint)
        if name == "causal":
            painter.fillRect(QRectF(15, 3, 1, 12), ink)
    elif name == "three-d":
        outline(0, 5, 12, 12)
        outline(5, 0, 12, 12, faint)
    elif name == "intuition-check":
        painter.setPen(ink)
        painter.setFont(fonts.mono(14, 600))
        painter.drawText(QRectF(0, 0, 18, 18), Qt.AlignmentFlag.AlignCenter, "?")
    elif name in ("reflect", "circular"):
        outline(0, 0, 18, 18, faint)
        cells([(1, 1), (2, 1), (1, 2)], size=4)
        painter.fillRect(QRectF(1, 5, 3, 4), faint)
    elif name == "flipped":
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1.5))
        painter.drawArc(QRectF(2, 2, 14, 14), 40 * 16, 250 * 16)
        painter.drawLine(QPointF(13.5, 1.5), QPointF(14.5, 5.5))
        painter.drawLine(QPointF(10, 5.5), QPointF(14.5, 5.5))
    else:
        outline(0, 3, 14, 9, faint)
        painter.fillRect(QRectF(2, 5, 6, 6), ink)
    painter.restore()


class PresetStrip(Control):
    """Examples in a row, as many as have room; `chosen(Preset)`."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._margin = 24
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(48)
        self.setAccessibleName("Examples")
        self.buttons = {
            entry.name: ExampleButton(entry.name, entry.title, "", paint_glyph, theme, self) for entry in KINDS
        }
        for entry in KINDS:
            self.buttons[entry.name].clicked.connect(self._choosing(entry))
        self.all = AllButton(f"All {len(PRESETS) + len(ON_PICTURE)}", theme, self)
        self.all.clicked.connect(self.open_menu)

    def set_density(self, density: Density) -> None:
        small = density is Density.SMALL
        self._margin = 16 if small else 24
        self.setFixedHeight(40 if small else 48)
        self._lay_out()

    def set_current(self, name: str) -> None:
        """Mark an example as the one that is shown; "" for none."""
        for entry, button in self.buttons.items():
            button.set_role("chosen" if entry == name else "")

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for button in (*self.buttons.values(), self.all):
            set_theme_below(button, theme)

    def sizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        size, middle = self.all.sizeHint(), self.height() / 2
        right = self.width() - self._margin + 6 - size.width()
        self.all.setGeometry(right, round(middle - size.height() / 2), size.width(), size.height())
        x, room = self._margin - 1, True
        for button in self.buttons.values():
            size = button.sizeHint()
            room = room and x + size.width() <= right - 12
            button.setVisible(room)
            button.setGeometry(x, round(middle - size.height() / 2), size.width(), size.height())
            x += size.width() + 4

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.theme.panel)

    def open_menu(self) -> None:
        """Drop down all examples."""
        menu = self.menu()
        corner = self.all.mapToGlobal(self.all.rect().bottomRight())
        menu.popup(corner - QPointF(menu.sizeHint().width(), 0).toPoint())

    def menu(self) -> QMenu:
        """All examples, the well-known figures below the kinds."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection("Kinds")
        for entry in KINDS:
            menu.addAction(entry.title).triggered.connect(self._choosing(entry))
        menu.addSection("Figures of convolution arithmetic")
        for entry in FIGURES:
            menu.addAction(entry.title).triggered.connect(self._choosing(entry))
        menu.addSection("On a picture")
        for entry in ON_PICTURE:
            menu.addAction(entry.title).triggered.connect(self._choosing(entry))
        return menu

    def _choosing(self, entry: Preset) -> Callable[[], None]:
        def choose() -> None:
            self.chosen.emit(entry)

        return choose
