"""The row of facts below the stage: where a gradient would go, what a shift changes, the size of the output."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.labs.pooling.facts_gradient import Gradients, paint_gradients
from gui.labs.pooling.facts_shift import paint_shift, shift_title
from gui.labs.pooling.facts_size import paint_size
from gui.labs.pooling.scene import ComparisonScene
from gui.labs.pooling.shift import Shift, compare
from gui.labs.pooling.state import PoolingState, values_of
from gui.labs.pooling.volume import VolumeComparison
from gui.labs.pooling.volume_paint import paint_gradients as volume_gradients
from gui.theme import Theme
from gui.theme.controls import Segmented, set_theme_below
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import LARGE, REGULAR, SMALL, Look, Sizes

_HEIGHTS = {SMALL: 226, REGULAR: 294, LARGE: 392}
_ARROWS = {(0, 1): "→", (0, -1): "←", (-1, 0): "↑", (1, 0): "↓"}


class FactsRow(QWidget):
    """Shows a state at a step. `shift_chosen((down, right))` tells where the user wants the input to move."""

    shift_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.sizes: Sizes = REGULAR
        self._state = PoolingState()
        self._scene: ComparisonScene | None = None
        self._index = 0
        self._shift: tuple[Any, Shift] | None = None
        self._gradients: tuple[Any, Gradients] | None = None
        self.directions = Segmented(tuple((name, name) for name in _ARROWS.values()), theme, self)
        self.directions.setAccessibleName("Shift the input")
        self.directions.changed.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHTS[REGULAR])
        self.setAccessibleName("Facts")

    def sizeHint(self) -> QSize:
        return QSize(1208, _HEIGHTS[self.sizes])

    def set_sizes(self, sizes: Sizes) -> None:
        """Draw at these sizes."""
        if sizes is not self.sizes:
            self.sizes = sizes
            self.setFixedHeight(_HEIGHTS[sizes])
            self._place()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()

    def show_state(self, state: PoolingState, scene: ComparisonScene) -> None:
        """Show another state, whose poolings this scene has."""
        self._state, self._scene = state, scene
        self.directions.set_disabled_values(frozenset("↑↓") if state.axes == 1 else frozenset())
        unit = tuple((by > 0) - (by < 0) for by in state.shift)
        if unit in _ARROWS:
            self.directions.set_value(_ARROWS[unit])
        self.update()

    def show_step(self, index: int) -> None:
        """Show another step."""
        if index != self._index:
            self._index = index
            self.update()

    @property
    def shift(self) -> Shift | None:
        """What the shift changes in the channel of this step; None before there is a state."""
        if self._scene is None:
            return None
        state, channel = self._state, self._scene.plane(self._index)
        key = (id(self._scene), self._scene.version, state.shift, channel)
        if self._shift is None or self._shift[0] != key:
            slices = 1 if state.axes < 3 else self._scene.trace.output.shape[1]
            channel, depth = divmod(channel, slices)
            self._shift = (key, compare(state, values_of(state), channel, depth=depth))
        return self._shift[1]

    def _channel_gradients(self) -> Gradients:
        assert self._scene is not None
        channel = self._scene.plane(self._index)
        key = (id(self._scene), self._scene.version, channel)
        if self._gradients is None or self._gradients[0] != key:
            each = self._scene.each
            self._gradients = (key, Gradients(self._scene.lanes, channel * each, each))
        return self._gradients[1]

    def _choose(self, name: str) -> None:
        size = max(abs(self._state.shift[0]), abs(self._state.shift[1]), 1)
        down, right = next(unit for unit, arrow in _ARROWS.items() if arrow == name)
        self.shift_chosen.emit((down * size, right * size))

    def columns(self) -> tuple[QRectF, QRectF, QRectF]:
        """The boxes of the three columns, without their margins."""
        margin, inner = self.sizes.margin, 14 if self.sizes is SMALL else 24
        width, height = self.width(), self.height()
        edges = (0.0, round(width * 0.31), round(width * 0.708), float(width))
        boxes = []
        for number in range(3):
            left = edges[number] + (margin if number == 0 else inner)
            right = edges[number + 1] - (margin if number == 2 else inner)
            boxes.append(QRectF(left, 1, right - left, height - 1))
        return boxes[0], boxes[1], boxes[2]

    def _place(self) -> None:
        box = self.columns()[1]
        self.directions.resize(self.directions.sizeHint())
        self.directions.move(round(box.right()) - self.directions.width(), 4 if self.sizes is SMALL else 10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_into(painter)

    def paint_vectors(self, painter: QPainter) -> None:
        """All three columns with text as text."""
        self.paint_into(painter, vector=True)

    def paint_into(self, painter: QPainter, *, vector: bool = False) -> None:
        """All three columns, for the screen and for exports."""
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(QRectF(0, 0, self.width(), 1), self.theme.border)
        scene, shift = self._scene, self.shift
        if scene is None or shift is None:
            return
        look, ink = Look(self.theme, self.sizes), Ink(painter, vector=vector)
        first, second, third = self.columns()
        for box in (second, third):
            inner = 14 if self.sizes is SMALL else 24
            painter.fillRect(QRectF(round(box.left() - inner), 0, 1, self.height()), self.theme.border)
        index = min(self._index, scene.count - 1)
        if isinstance(scene, VolumeComparison):
            volume_gradients(scene, ink, look, first, index)
        else:
            paint_gradients(scene, self._channel_gradients(), ink, look, first, index)
        ink.flush()
        paint_shift(shift, shift_title(self._state.shift, moves=shift.moves), ink, look, second)
        ink.flush()
        where = scene.trace.index_of(index)
        paint_size(self._state, scene.trace.output.shape, ink, look, third, where[1])
        ink.flush()
