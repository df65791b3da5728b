"""The strip of examples: the kinds of convolution as little pictures with names, and a menu of all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gui.labs.convolution.presets import FIGURES, KINDS, ON_PICTURE, PRESETS, Preset
from gui.theme import Density, Theme, fonts, icons
from gui.theme.controls import Control, box


def paint_glyph(painter: QPainter, rect: QRectF, name: str, theme: Theme, ink: QColor) -> None:
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
        self._current = ""
        self._hovered = -1
        self._margin = 24
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(48)
        self.setAccessibleName("Examples")

    def set_density(self, density: Density) -> None:
        small = density is Density.SMALL
        self._margin = 16 if small else 24
        self.setFixedHeight(40 if small else 48)

    def set_current(self, name: str) -> None:
        """Mark an example as the one that is shown; "" for none."""
        if name != self._current:
            self._current = name
            self.update()

    def _all_rect(self) -> QRectF:
        width = QFontMetricsF(fonts.ui(12)).horizontalAdvance(self._all_text()) + 30
        return QRectF(self.width() - self._margin - width + 6, (self.height() - 32) / 2, width, 32)

    @staticmethod
    def _all_text() -> str:
        return f"All {len(PRESETS) + len(ON_PICTURE)}"

    def item_rects(self) -> list[tuple[Preset, QRectF]]:
        """The examples that have room, with their places."""
        metrics, right = QFontMetricsF(fonts.ui(12)), self._all_rect().left() - 12
        x, items = float(self._margin - 1), []
        for entry in KINDS:
            width = 20 + 8 + round(metrics.horizontalAdvance(entry.title)) + 22
            if x + width > right:
                break
            items.append((entry, QRectF(x, (self.height() - 32) / 2, width, 32)))
            x += width + 4
        return items

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(self.rect(), theme.panel)
        for number, (entry, rect) in enumerate(self.item_rects()):
            on = entry.name == self._current
            lit = on or number == self._hovered
            if on:
                box(painter, rect, fill=theme.raised, line=theme.accent)
            elif lit:
                box(painter, rect, fill=theme.raised)
            ink = theme.text_1 if lit else theme.text_2
            paint_glyph(painter, QRectF(rect.left() + 10, rect.top() + 7, 18, 18), entry.name, theme, ink)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(fonts.ui(12))
            painter.setPen(ink)
            painter.drawText(rect.adjusted(37, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.title)
        rect = self._all_rect()
        ink = theme.text_1 if self._hovered == -2 else theme.text_2
        painter.setFont(fonts.ui(12))
        painter.setPen(ink)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._all_text())
        icons.paint(painter, "chevron-right", ink, QRectF(rect.right() - 20, rect.center().y() - 7, 14, 14))

    def _at(self, point: QPointF) -> int:
        if self._all_rect().contains(point):
            return -2
        for number, (_, rect) in enumerate(self.item_rects()):
            if rect.contains(point):
                return number
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            hand = Qt.CursorShape.PointingHandCursor if hovered != -1 else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._at(event.position())
        if place >= 0:
            self.chosen.emit(self.item_rects()[place][0])
        elif place == -2:
            menu = self.menu()
            corner = self._all_rect().bottomRight().toPoint()
            menu.popup(self.mapToGlobal(corner) - QPointF(menu.sizeHint().width(), 0).toPoint())

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
