"""Units of dense layers, taken apart: the strongest of weight × activation, and a softmax's shares."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.messages import Focus, Operation
from gui.theme import colormaps, numbers
from gui.views import drawing, words
from gui.views.inspector import sums
from gui.views.inspector.facts import Fact, Pin
from gui.views.inspector.figure import (
    Figure,
    Legend,
    Scales,
    Scene,
    Words,
    decimals,
    operator,
    paint_result,
    size_text,
    sum_text,
)

_ROW = 19.0
_FIGURES = 42.0  # the widest input of a row


class LinearFigure(Figure):
    """The strongest contributions as a list, what all others add up to, the bias and the result.

    The list is sorted when it is made; afterwards a feature gives way only to one that is half as strong again, so that
    rows don't dance while the network trains.
    """

    legend: Legend = (
        ("output", "output"),
        ("= Σ", "text_3"),
        ("input", "input"),
        (numbers.TIMES, "text_3"),
        ("weight", "kernel"),
        ("+", "text_3"),
        ("bias", "bias"),
    )

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.sum: sums.LinearSum | None = None
        self.shown: sums.Positions = np.arange(0)
        area = scene.area
        self.pitch = 208.0 if scene.small else 222.0
        self.gap = 14.0 if scene.small else 20.0
        self.columns = max(1, int((area.width() + self.gap) / self.pitch))
        self.rows = max(1, int((area.height() - 28) / _ROW))
        self._top = 1.0
        if "bias" not in scene.node.weights:
            self.legend = self.legend[:5]

    def take(self, focus: Focus, scales: Scales) -> None:
        found = sums.linear(focus, self.scene.pin.map)
        self.sum, self.value, self.ready = found, found.value, True
        count = min(self.rows * self.columns, len(found.products))
        size = np.nan_to_num(np.abs(found.products), nan=np.inf)
        kept = len(self.shown) == count
        if kept:
            left_out = np.delete(size, self.shown)
            kept = left_out.max(initial=0.0) <= 1.5 * size[self.shown].min(initial=np.inf)
        if not kept:
            self.shown = found.strongest(count)
        self._top = drawing.largest(found.products[self.shown])

    def facts(self) -> list[Fact]:
        if self.sum is None:
            return []
        products = self.sum.products
        raising, lowering = sums.total(products[products > 0]), sums.total(products[products < 0])
        return [
            ("Inputs not 0", numbers.count(int(np.count_nonzero(self.sum.inputs)))),
            ("Raise it by", numbers.text(raising)),
            ("Lower it by", numbers.text(-lowering)),
        ]

    def still_key(self) -> Hashable:
        return tuple(self.shown.tolist())

    def _row(self, position: int) -> QRectF:
        column, row = divmod(position, self.rows)
        area = self.scene.area
        return QRectF(area.left() + column * self.pitch, area.top() + row * _ROW, self.pitch - self.gap, _ROW)

    def _middle(self, row: QRectF) -> float:
        """Where the input ends and the weight begins."""
        return row.right() - (84 if self.scene.small else 94)

    def _name(self, feature: int) -> str:
        """What feeds a feature: a unit, or a cell of a map before flattening."""
        pin = self._feature(feature)
        node = self.scene.graph[pin.node]
        if words.is_flat(node):
            return f"unit {pin.map}"
        if node.operation is Operation.INPUT:
            return f"({pin.row}, {pin.column})"
        alone = math.prod(node.output_shape[1:]) == 1
        return f"map {pin.map}" if alone else f"map {pin.map} ({pin.row}, {pin.column})"

    def _feature(self, feature: int) -> Pin:
        source = self.scene.source
        if source.operation is Operation.FLATTEN:
            before = self.scene.graph[source.inputs[0]]
            index = np.unravel_index(feature, before.output_shape)
            channel, row, column = (int(index[0]), 0, int(index[-1])) if len(index) == 2 else (0, 0, 0)
            if len(index) == 3:
                channel, row, column = (int(place) for place in index)
            elif len(index) == 1:
                channel, column = int(index[0]), 0
            return Pin(before.name, channel, row, column)
        return Pin(source.name, feature, 0, 0)

    def paint_still(self, painter: QPainter) -> None:
        theme, ink = self.scene.theme, drawing.ui(11)
        for position, feature in enumerate(self.shown.tolist()):
            row = self._row(position)
            y = row.top() + 12
            name = ink.elided(self._name(feature), self._middle(row) - _FIGURES - row.left())
            drawing.write(painter, row.left(), y, name, ink, theme.text_2)
            drawing.write(painter, self._middle(row) + 1, y, numbers.TIMES, drawing.mono(11), theme.text_3)

    def paint_live(self, painter: QPainter) -> None:
        found = self.sum
        if found is None:
            return
        theme = self.scene.theme
        ink = drawing.mono(11)
        table = colormaps.lut(theme, "weight_signed")
        plus, minus = colormaps.color(table, 0.875), colormaps.color(table, 0.125)
        digits = decimals(found.products[self.shown].tolist())
        for position, feature in enumerate(self.shown.tolist()):
            row = self._row(position)
            y = row.top() + 12
            product = float(found.products[feature])
            middle = self._middle(row)
            drawing.write_right(painter, middle, y, _brief(float(found.inputs[feature]), 2), ink, theme.input)
            text = _brief(float(found.weights[feature]), 2 if self.scene.small else 3)
            drawing.write_right(painter, middle + (42 if self.scene.small else 50), y, text, ink, theme.kernel)
            drawing.write_right(painter, row.right(), y, sum_text(product, digits), ink, theme.text_1)
            if math.isfinite(product):
                share = abs(product) / self._top
                width = max(share * row.width(), 1.0)
                painter.fillRect(QRectF(row.left(), y + 3, width, 2), plus if product > 0 else minus)
        self._paint_sum(painter, found)

    def rest(self) -> float:
        """What the features that are not listed add up to."""
        return 0.0 if self.sum is None else sums.total(np.delete(self.sum.products, self.shown))

    def _paint_sum(self, painter: QPainter, found: sums.LinearSum) -> None:
        theme, baseline = self.scene.theme, self.scene.area.bottom()
        ink, label = drawing.mono(12), drawing.ui(11)
        listed, rest = sums.total(found.products[self.shown]), self.rest()
        digits = decimals([listed, rest, found.value])
        hidden = len(found.products) - len(self.shown)
        x = self.scene.area.left()
        if not self.scene.small:
            x = drawing.write(painter, x, baseline, "shown", label, theme.text_3) + 6
        x = drawing.write(painter, x, baseline, sum_text(listed, digits), ink, theme.text_1)
        if hidden:
            x = drawing.write(painter, x + 8, baseline, operator(rest), ink, theme.text_3)
            x = drawing.write(painter, x + 8, baseline, f"{hidden} more", label, theme.text_3)
            x = drawing.write(painter, x + 6, baseline, size_text(rest, digits), ink, theme.text_1)
        if found.bias is not None:
            x = drawing.write(painter, x + 8, baseline, operator(found.bias), ink, theme.text_3)
            x = drawing.write(painter, x + 8, baseline, "bias", label, theme.text_3)
            x = drawing.write(painter, x + 6, baseline, size_text(found.bias, digits), ink, theme.bias)
        x = drawing.write(painter, x + 10, baseline, "=", ink, theme.text_3)
        paint_result(painter, self.scene, x + 10, found.value, digits)

    def _position(self, at: QPointF) -> int | None:
        return next((place for place in range(len(self.shown)) if self._row(place).contains(at)), None)

    def source_at(self, at: QPointF) -> Pin | None:
        position = self._position(at)
        return None if position is None else self._feature(int(self.shown[position]))

    def tip(self, at: QPointF) -> list[Words] | None:
        position = self._position(at)
        if position is None or self.sum is None:
            return None
        theme, ink = self.scene.theme, drawing.mono(12)
        feature = int(self.shown[position])
        pin = self._feature(feature)
        where = f"{words.titles(self.scene.graph)[pin.node]}, {self._name(feature)}"
        return [
            [
                (numbers.text(float(self.sum.inputs[feature])), ink, theme.input),
                (numbers.TIMES, ink, theme.text_3),
                (numbers.text(float(self.sum.weights[feature])), ink, theme.kernel),
                ("=", ink, theme.text_3),
                (numbers.text(float(self.sum.products[feature])), ink, theme.text_1),
            ],
            [(where, drawing.ui(11), theme.text_2)],
        ]


class SoftmaxFigure(Figure):
    """All units: logit, e to its distance from the largest, and below the division that makes the probability."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.share: sums.SoftmaxShare | None = None
        self.legend: Legend = (
            ("output", "output"),
            ("= exp(", "text_3"),
            ("input", "input"),
            (") / Σ exp(", "text_3"),
            ("input", "input"),
            (")", "text_3"),
        )
        count = scene.node.output_shape[0]
        self.rows = max(1, int((scene.area.height() - 46) / 17))
        self.pitch = 206.0 if scene.small else 218.0
        self.middle = 88.0 if scene.small else 108.0  # where the logits end
        self.columns = min(max(1, int((scene.area.width() + 20) / self.pitch)), -(-count // self.rows))
        self.shown = np.arange(min(count, self.rows * self.columns))

    def facts(self) -> list[Fact]:
        if self.share is None:
            return []
        logits = self.share.logits
        rank = int((logits > logits[self.scene.pin.map]).sum()) + 1
        return [
            ("Rank", f"{rank} of {len(logits)}"),
            ("Input z", numbers.text(float(logits[self.scene.pin.map]))),
            ("Largest z", numbers.text(float(logits.max()))),
        ]

    def take(self, focus: Focus, scales: Scales) -> None:
        found = sums.softmax(focus, self.scene.pin.map)
        self.share, self.value, self.ready = found, found.value, True
        if len(self.shown) < len(found.logits):
            best = sums.most_telling(np.nan_to_num(found.exponentials, nan=np.inf), len(self.shown))
            if self.scene.pin.map not in best:
                best[-1] = self.scene.pin.map
            self.shown = np.sort(best)

    def still_key(self) -> Hashable:
        return tuple(self.shown.tolist())

    def _row(self, position: int) -> QRectF:
        column, row = divmod(position, self.rows)
        area = self.scene.area
        return QRectF(area.left() + column * self.pitch, area.top() + 16 + row * 17, self.pitch - 28, 17)

    def paint_still(self, painter: QPainter) -> None:
        scene, theme = self.scene, self.scene.theme
        label = drawing.ui(11)
        for column in range(-(-len(self.shown) // self.rows)):
            head = self._row(column * self.rows)
            y = head.top() - 7
            drawing.write(painter, head.left(), y, "class", label, theme.text_3)
            drawing.write_right(painter, head.left() + self.middle, y, "input z", label, theme.text_3)
            drawing.write_right(painter, head.right(), y, "e^(z − max)", label, theme.text_3)
        for position, unit in enumerate(self.shown.tolist()):
            row = self._row(position)
            chosen = unit == scene.pin.map
            name = scene.classes[unit] if unit < len(scene.classes) else str(unit)
            face = drawing.mono if len(name) < 3 else drawing.ui
            ink = face(12, 600 if chosen else 400)
            color = theme.text_1 if chosen else theme.text_2
            drawing.write(painter, row.left(), row.top() + 12, ink.elided(name, self.middle - 46), ink, color)

    def paint_live(self, painter: QPainter) -> None:
        found = self.share
        if found is None:
            return
        scene, theme = self.scene, self.scene.theme
        ink = drawing.mono(12)
        for position, unit in enumerate(self.shown.tolist()):
            row = self._row(position)
            y = row.top() + 12
            drawing.write_right(
                painter, row.left() + self.middle, y, sum_text(float(found.logits[unit]), 2), ink, theme.input
            )
            text = numbers.text(float(found.exponentials[unit]))
            color = theme.output if unit == scene.pin.map else theme.text_1
            drawing.write_right(painter, row.right(), y, text, ink, color)
        baseline, unit = scene.area.bottom(), scene.pin.map
        x = scene.area.left()
        x = drawing.write(painter, x, baseline, numbers.text(float(found.exponentials[unit])), ink, theme.text_1)
        x = drawing.write(painter, x + 8, baseline, "/", ink, theme.text_3)
        x = drawing.write(painter, x + 8, baseline, "Σ", drawing.ui(12), theme.text_3)
        x = drawing.write(painter, x + 6, baseline, numbers.text(found.total, 4), ink, theme.text_1)
        x = drawing.write(painter, x + 10, baseline, "=", ink, theme.text_3)
        x = paint_result(painter, scene, x + 10, found.value, 4)
        if math.isfinite(found.value):
            drawing.write(painter, x + 12, baseline, numbers.percent(found.value), ink, theme.text_2)

    def _position(self, at: QPointF) -> int | None:
        return next((place for place in range(len(self.shown)) if self._row(place).contains(at)), None)

    def source_at(self, at: QPointF) -> Pin | None:
        position = self._position(at)
        return None if position is None else Pin(self.scene.source.name, int(self.shown[position]), 0, 0)

    def tip(self, at: QPointF) -> list[Words] | None:
        position = self._position(at)
        if position is None or self.share is None:
            return None
        theme, unit = self.scene.theme, int(self.shown[position])
        share = float(self.share.exponentials[unit]) / self.share.total if self.share.total else math.nan
        name = words.channel(self.scene.graph, self.scene.node, unit, self.scene.classes)
        return [
            [
                (numbers.percent(share), drawing.mono(13), theme.output),
                (name, drawing.ui(11), theme.text_2),
            ]
        ]


def _brief(value: float, digits: int) -> str:
    """A factor in six characters or so."""
    size = abs(value)
    if 1e5 <= size < math.inf:
        return f"{value:.0e}"
    return numbers.text(value, digits if size < 10 else 1 if size < 100 else 0)
