"""An activation's cell, taken apart: z goes in, f(z) comes out, on a small curve of f."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from engine import traces
from engine.messages import Focus, Operation
from gui.theme import numbers
from gui.views import drawing, words
from gui.views.inspector import sums
from gui.views.inspector.facts import Fact, Pin, activation_parameters
from gui.views.inspector.figure import Figure, Legend, Scales, Scene, Words, decimals, paint_result, sum_text
from gui.views.network import wording

_FORMULAS = {
    Operation.SIGMOID: "1 / (1 + e⁻ᶻ)",
    Operation.TANH: "(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
    Operation.RELU: "max(0, z)",
    Operation.LEAKY_RELU: "z, or a·z below 0",
    Operation.ELU: "z, or a·(eᶻ − 1) below 0",
    Operation.GELU: "z · Φ(z)",
    Operation.SILU: "z / (1 + e⁻ᶻ)",
    Operation.SOFTPLUS: "ln(1 + eᶻ)",
    Operation.HARD_SIGMOID: "z / 6 + 1/2, within 0 and 1",
}
_POINTS = 97


class ActivationFigure(Figure):
    """The curve spans ±r, the next of 2, 5, 10, 20, 50, … that holds z: it stays while z moves a little."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.z = math.nan
        self.name = wording.operation(scene.node)
        self.reach = 5.0
        self._curve = QPolygonF()
        self._low, self._high = 0.0, 1.0
        self.legend: Legend = (("output", "output"), (f"= {self.name}(", "text_3"), ("z", "input"), (")", "text_3"))
        area = scene.area
        self.plot = QRectF(area.left(), area.top() + 4, min(200.0, area.width() * 0.5), area.height() - 38)

    def take(self, focus: Focus, scales: Scales) -> None:
        pin = self.scene.pin
        self.z = float(sums.as_maps(focus.inputs[0])[pin.map, pin.row, pin.column])
        self.value = float(sums.as_maps(focus.output)[pin.map, pin.row, pin.column])
        self.ready = True
        reach = _reach(self.z)
        if reach != self.reach or self._curve.isEmpty():
            self.reach = reach
            z = np.linspace(-reach, reach, _POINTS)
            y = self._f(z)
            self._low, self._high = min(float(y.min()), 0.0), max(float(y.max()), 1e-6)
            self._curve = QPolygonF([self._point(float(a), float(b)) for a, b in zip(z, y, strict=True)])

    def _f(self, z: np.ndarray) -> np.ndarray:
        node = self.scene.node
        return traces.activation(z, node.operation.value, **activation_parameters(node)).output

    def _point(self, z: float, y: float) -> QPointF:
        box = self.plot
        x = box.left() + (z + self.reach) / (2 * self.reach) * box.width()
        return QPointF(x, box.bottom() - (y - self._low) / (self._high - self._low) * box.height())

    def slope(self) -> float:
        """f'(z), by a central difference of the exact function."""
        step = 1e-3 * max(abs(self.z), 1.0)
        below, above = self._f(np.array([self.z - step, self.z + step]))
        return float((above - below) / (2 * step))

    def facts(self) -> list[Fact]:
        return [("Slope", numbers.text(self.slope()))] if self.ready else []

    def still_key(self) -> Hashable:
        return (self.ready, self.reach)

    def paint_still(self, painter: QPainter) -> None:
        if not self.ready:
            return
        theme, box = self.scene.theme, self.plot
        zero = self._point(0.0, 0.0)
        painter.setPen(theme.border_strong)
        painter.drawLine(QPointF(box.left(), zero.y()), QPointF(box.right(), zero.y()))
        painter.drawLine(QPointF(zero.x(), box.top()), QPointF(zero.x(), box.bottom()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.text_2, 1.5))
        painter.drawPolyline(self._curve)
        painter.restore()
        ink = drawing.mono(11)
        top = box.bottom() + 14
        drawing.write(painter, box.left(), top, numbers.plain(-self.reach), ink, theme.text_3)
        drawing.write_right(painter, box.right(), top, numbers.plain(self.reach), ink, theme.text_3)
        drawing.write_middle(painter, zero.x(), top, "0", ink, theme.text_3)
        x = self._text_left
        label = drawing.ui(11)
        drawing.write(painter, x, box.top() + 12, self._source_name(), label, theme.text_3)
        drawing.write(painter, x, box.top() + 56, f"{self.name}(z)", label, theme.text_3)
        drawing.write(painter, x, box.top() + 74, _FORMULAS[self.scene.node.operation], drawing.ui(12), theme.text_2)

    @property
    def _text_left(self) -> float:
        return self.plot.right() + 28

    def _source_name(self) -> str:
        scene, pin = self.scene, self.scene.pin
        source = scene.source
        name = f"{words.title(scene.graph, source)}, {words.channel(scene.graph, source, pin.map)}"
        return name if words.is_flat(source) else f"{name} ({pin.row}, {pin.column})"

    def paint_live(self, painter: QPainter) -> None:
        if not self.ready:
            return
        scene, theme = self.scene, self.scene.theme
        digits = decimals([self.z, self.value])
        ink = drawing.mono(13)
        x = self._text_left
        end = drawing.write(painter, x, self.plot.top() + 31, "z = ", ink, theme.text_3)
        drawing.write(painter, end, self.plot.top() + 31, sum_text(self.z, digits), ink, theme.input)
        baseline, small = scene.area.bottom(), drawing.mono(12)
        x = drawing.write(painter, scene.area.left(), baseline, f"{self.name}(", drawing.ui(12), theme.text_3)
        x = drawing.write(painter, x + 2, baseline, sum_text(self.z, digits), small, theme.input)
        x = drawing.write(painter, x + 2, baseline, ")  =", small, theme.text_3)
        paint_result(painter, scene, x + 10, self.value, digits)
        if math.isfinite(self.z) and math.isfinite(self.value):
            point = self._point(self.z, self.value)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            zero = self._point(0.0, 0.0)
            painter.setPen(QPen(theme.input, 1))
            painter.drawLine(QPointF(point.x(), zero.y()), point)
            painter.setPen(QPen(theme.panel, 1.5))
            painter.setBrush(theme.output)
            painter.drawEllipse(point, 4.5, 4.5)
            painter.restore()

    def source_at(self, at: QPointF) -> Pin | None:
        if not self.ready:
            return None
        box = QRectF(self._text_left, self.plot.top(), 170, 38)
        pin = self.scene.pin
        return Pin(self.scene.source.name, pin.map, pin.row, pin.column) if box.contains(at) else None

    def tip(self, at: QPointF) -> list[Words] | None:
        if not self.ready or not self.plot.contains(at) or not math.isfinite(self.z):
            return None
        theme, ink = self.scene.theme, drawing.mono(12)
        z = (at.x() - self.plot.left()) / self.plot.width() * 2 * self.reach - self.reach
        y = float(self._f(np.array([z]))[0])
        return [
            [
                (f"{self.name}({numbers.text(z, 2)})", ink, theme.text_2),
                ("=", ink, theme.text_3),
                (numbers.text(y), ink, theme.text_1),
            ]
        ]

    def mark(self, painter: QPainter, at: QPointF) -> None:
        if self.ready and self.plot.contains(at):
            z = (at.x() - self.plot.left()) / self.plot.width() * 2 * self.reach - self.reach
            point = self._point(z, float(self._f(np.array([z]))[0]))
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.scene.theme.text_1, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(point, 4, 4)
            painter.restore()


def _reach(z: float) -> float:
    """The next of 2, 5, 10, 20, … that holds |z|; 5 where z is no finite number."""
    if not math.isfinite(z):
        return 5.0
    size = max(abs(z), 2.0)
    power = 10.0 ** math.floor(math.log10(size))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= size * (1 - 1e-9))
