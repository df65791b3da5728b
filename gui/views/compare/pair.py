"""The same sample in two networks: corresponding layers beside each other with their scales, and what each says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu

from engine.messages.compare import LayerSeen, RunsSeen
from gui.theme import DARK, Density, Theme, colormaps
from gui.theme.controls import FieldBox, Segmented
from gui.views import drawing
from gui.views.compare import pair_hover, pair_paint
from gui.views.compare.model import ShownRun
from gui.views.compare.pair_layout import PairLayout, Size, fitting, lay_out
from gui.views.compare.pair_paint import Shown
from gui.views.compare.stages import Column, columns, pick
from gui.views.panel import Panel

_KERNELS = "kernels"


class PairPanel(Panel):
    """`set_pair` says whose layers are shown, `set_seen` what they are.

    `wanted()`: other nodes than before are to be looked at (see `nodes`). `differing(direction)`: the next sample that
    they say different things of. `sample(direction)`: the next one. `put(lane, name)`: show this run above (0) or below
    (1); `turned(lane, direction)`: the next run there.
    """

    wanted = Signal()
    differing = Signal(int)
    sample = Signal(int)
    put = Signal(int, str)
    turned = Signal(int, int)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: object = None) -> None:
        super().__init__(theme, density, parent)  # type: ignore[arg-type]
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The same sample in both networks")
        self.pair: tuple[ShownRun | None, ShownRun | None] = (None, None)
        self.runs: Sequence[ShownRun] = ()
        self.seen: RunsSeen | None = None
        self.classes: tuple[str, ...] = ()
        self.title = "Same sample, both networks"
        self.can_differ = False
        self.message = ""
        self.columns: tuple[Column, ...] = ()
        self._chosen: dict[int, str] = {}
        self._shown: list[Column] = []
        self._layout: PairLayout | None = None
        self._images: dict[tuple[int, str], QImage] = {}
        self._hover: tuple[int, int, int, int, int] | None = None  # lane, column, map, row, column of the cell
        self._over_head = self._over_name = -1
        self.quantity = Segmented([("maps", "Activations"), (_KERNELS, "Kernels")], theme, self)
        self.quantity.changed.connect(self._other_quantity)
        self.scale = FieldBox("Scale", theme, self)
        for key, label, tip in (
            ("run", "Layer of each run", "The largest value of a layer, in each run by itself"),
            ("both", "Layer of both runs", "The largest value of a layer in either run: brightness can be compared"),
            ("map", "Each map", "The largest value of each map by itself"),
        ):
            self.scale.add(key, label, tip)
        self.scale.chosen.connect(self._rescale)

    # What it is fed with

    def set_pair(self, first: ShownRun | None, second: ShownRun | None, runs: Sequence[ShownRun] = ()) -> None:
        """Show these runs' layers; None where there is none (yet). They can be chosen among `runs`."""
        self.runs = runs
        same = [None if one is None else one.opened.graph for one in self.pair] == [
            None if one is None else one.opened.graph for one in (first, second)
        ]
        self.pair = (first, second)
        if not same:
            graphs = [None if one is None else one.opened.graph for one in self.pair]
            self.columns = columns(*graphs)
            self._chosen = {}
            self._pick()
        self._layout = None
        self.update()

    def set_seen(self, seen: RunsSeen) -> None:
        self.seen = seen
        self._images.clear()
        self._layout = None
        self.update()

    def set_can_differ(self, can: bool) -> None:
        """Whether it is known where the two differ."""
        self.can_differ = can
        self.update()

    def set_message(self, message: str) -> None:
        """Why nothing, or less, is shown."""
        self.message = message
        self.update()

    @property
    def kernels(self) -> bool:
        return self.quantity.value == _KERNELS

    def nodes(self) -> dict[str, tuple[str, ...]]:
        """What is to be looked at, by run."""
        found = {}
        for lane, run in enumerate(self.pair):
            if run is not None and run.opened.graph is not None:
                stages = [one for column in self._shown if (one := column.stages[lane]) is not None]
                found[run.name] = tuple(one.source if self.kernels else one.node for one in stages)
        return found

    def _pick(self) -> None:
        """Which columns are shown: the first and the last convolutions, then dense layers; or what the user chose."""
        available = [one for one in self.columns if not self.kernels or one.title.startswith("Conv")]
        count = min(fitting(self.width(), 6), len(available))
        shown = pick(available, count)
        by_title = {one.title: one for one in available}
        for place, title in self._chosen.items():
            if place < len(shown) and title in by_title:
                shown[place] = by_title[title]
        if shown != self._shown:
            self._shown = shown
            self._layout = None
            self._hover = None
            self.wanted.emit()

    def _other_quantity(self, value: str) -> None:
        self._pick()
        self.wanted.emit()

    def _rescale(self, key: str) -> None:
        self._images.clear()
        self.update()

    @property
    def titles(self) -> tuple[str, ...]:
        """The layers that are shown, from left to right."""
        return tuple(one.title for one in self._shown)

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(900, 500)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout = None
        self._place_controls()
        self._pick()

    def restyle(self) -> None:
        for part in (self.quantity, self.scale):
            part.set_theme(self.theme)
        self._images.clear()
        self._layout = None
        self._place_controls()

    def _place_controls(self) -> None:
        self.scale.set_captioned(self.width() > 760)
        size = self.scale.sizeHint()
        right = self.width() - 24
        self.scale.setGeometry(right - size.width(), 9, size.width(), size.height())
        size = self.quantity.sizeHint()
        self.quantity.setGeometry(self.scale.x() - 8 - size.width(), 9, size.width(), size.height())

    def layer(self, lane: int, column: int) -> LayerSeen | None:
        """What is known of a layer now."""
        run, stage = self.pair[lane], self._shown[column].stages[lane]
        if self.seen is None or run is None or stage is None or self.seen.kernels != self.kernels:
            return None
        found = self.seen.runs.get(run.name)
        return None if found is None else found.layers.get(stage.source if self.kernels else stage.node)

    @property
    def layout_(self) -> PairLayout:
        if self._layout is None:
            sizes = []
            for column in range(len(self._shown)):
                pair = []
                for lane in (0, 1):
                    layer = self.layer(lane, column)
                    pixels = None if layer is None else layer.maps.pixels
                    pair.append(None if pixels is None or not len(pixels) else Size(*pixels.shape))
                sizes.append((pair[0], pair[1]))
            shape = self.seen.picture.shape if self.seen is not None else (1, 28, 28)
            self._layout = lay_out(
                width=self.width(), height=self.height(), input_size=(shape[1], shape[2]), columns=sizes
            )
        return self._layout

    @property
    def second_lane(self) -> QRectF:
        """Where the second network would be: an invitation may stand there."""
        lane, lefts = self.layout_.lanes[1], self.layout_.lefts
        return lane.adjusted((lefts[0] if lefts else self.layout_.input.right() + 62) - 8, 0, 0, 0)

    # Painting

    def limit_of(self, lane: int, column: int) -> float:
        """The value at the end of a layer's scale; of maps scaled by themselves the largest."""
        layer = self.layer(lane, column)
        if layer is None:
            return 1.0
        limits = [layer]
        if self.scale.key == "both" and (other := self.layer(1 - lane, column)) is not None:
            limits.append(other)
        return max(float(one.maps.limits.max(initial=0.0)) for one in limits) or 1.0

    def image(self, lane: int, column: int) -> QImage | None:
        """All maps of a layer under each other, one pixel a value."""
        layer = self.layer(lane, column)
        if layer is None:
            return None
        key = (lane, self._shown[column].title)
        if key not in self._images:
            maps = layer.maps
            pixels = maps.pixels
            if self.scale.key != "map":
                factor = (maps.limits / np.float32(self.limit_of(lane, column)))[:, None, None]
                middle = np.float32(127.5 if maps.signed else 0.0)
                pixels = np.rint((pixels - middle) * factor + middle).clip(0, 255).astype(np.uint8)
            count, height, width = pixels.shape
            kind = drawing.kind_of(maps.signed, weights=self.kernels)
            table = colormaps.lut(self.theme, kind)
            self._images[key] = colormaps.picture(np.ascontiguousarray(pixels.reshape(count * height, width)), table)
        return self._images[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = Shown(
            layout=self.layout_,
            columns=self._shown,
            pair=self.pair,
            seen=self.seen,
            classes=self.classes,
            theme=self.theme,
            kernels=self.kernels,
            by_map=self.scale.key == "map",
            can_differ=self.can_differ,
            choosable=self.can_choose,
            over_name=self._over_name,
        )
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.stage)
            title = "One sample" if self.pair[1] is None else self.title
            room = self.quantity.x() - 40
            ink = drawing.ui(13, 600)
            drawing.write(painter, 24, 28, ink.elided(title, room), ink, self.theme.text_1)
            if self.seen is None or not any(run is not None and run.opened.graph is not None for run in self.pair):
                self._paint_message(painter, self.message or "The networks are loading")
                return
            pair_paint.paint_heads(painter, shown, over=self._over_head)
            pair_paint.paint_input(painter, shown)
            for lane in (0, 1):
                if self.pair[lane] is None:
                    continue
                pair_paint.paint_lane(
                    painter,
                    shown,
                    lane,
                    image=lambda column, lane=lane: self.image(lane, column),  # type: ignore[misc]
                    layer=lambda column, lane=lane: self.layer(lane, column),  # type: ignore[misc]
                    limit=lambda column, lane=lane: self.limit_of(lane, column),  # type: ignore[misc]
                )
            if self._hover is not None:
                pair_hover.paint_hover(self, painter, self._hover)

    def _paint_message(self, painter: QPainter, text: str) -> None:
        ink = drawing.ui(12)
        lines = drawing.wrapped(text, ink, min(self.width() - 80, 520))
        for row, line in enumerate(lines):
            drawing.write_middle(
                painter, self.width() / 2, self.height() * 0.4 + 20 * row, line, ink, self.theme.text_3
            )

    # The user

    def _at(self, point: QPointF) -> tuple[int, int, int, int, int] | None:
        if self.seen is None:
            return None
        for column in range(len(self._shown)):
            for lane in (0, 1):
                tiles = self.layout_.blocks[column][lane]
                if tiles is None or self.pair[lane] is None:
                    continue
                corner = self.layout_.corner(lane, column)
                for index in range(tiles.shown):
                    rect = tiles.rect(index, corner)
                    if rect.contains(point):
                        row = min(int((point.y() - rect.top()) / tiles.cell), tiles.size.height - 1)
                        cell = min(int((point.x() - rect.left()) / tiles.cell), tiles.size.width - 1)
                        return lane, column, index, max(row, 0), max(cell, 0)
        return None

    def _head_at(self, point: QPointF) -> int:
        heads = (pair_paint.head_rect(self.layout_, *place) for place in enumerate(self.layout_.lefts))
        return next((column for column, rect in enumerate(heads) if rect.contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        hover, head, name = self._at(at), self._head_at(at), self._name_at(at)
        clickable = max(head, name) >= 0 or bool(self._arrow_at(at))
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        if (hover, head, name) != (self._hover, self._over_head, self._over_name):
            self._hover, self._over_head, self._over_name = hover, head, name
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover, self._over_head, self._over_name = None, -1, -1
        self.update()

    def _arrow_at(self, point: QPointF) -> int:
        """-1 or 1 on the arrows beside "where they differ", else 0."""
        if not self.can_differ:
            return 0
        label = self.classes[self.seen.label] if self.seen and self.seen.label < len(self.classes) else ""
        stacked = pair_paint.is_stacked(self.layout_, label)
        before, after = pair_paint.arrow_rects(self.layout_, stacked=stacked)
        return -1 if before.contains(point) else 1 if after.contains(point) else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        direction = self._arrow_at(event.position())
        if direction:
            self.differing.emit(direction)
            return
        head = self._head_at(event.position())
        if head >= 0:
            self.choose_column(head)
            return
        lane = self._name_at(event.position())
        if lane >= 0:
            self.choose_run(lane)

    @property
    def can_choose(self) -> bool:
        """Whether there are more runs than the two that are shown."""
        return len(self.runs) > 2

    def _name_at(self, point: QPointF) -> int:
        """The lane whose run's name is there, -1 if none, or if there is nothing to choose."""
        if not self.can_choose:
            return -1
        lanes = [lane for lane in (0, 1) if pair_paint.name_rect(self.layout_, lane).contains(point)]
        return lanes[0] if lanes else -1

    def choose_run(self, lane: int) -> None:
        """Let the user choose which run is shown above, or below."""
        menu = QMenu(self)
        for run in self.runs:
            action = menu.addAction(f"{run.title}, {run.subtitle}" if run.subtitle else run.title)
            action.setData(run.name)
            action.setCheckable(True)
            action.setChecked(run is self.pair[lane])
        place = pair_paint.name_rect(self.layout_, lane).bottomLeft()
        done = menu.exec(self.mapToGlobal(place.toPoint()))
        if done is not None:
            self.put.emit(lane, str(done.data()))
        menu.deleteLater()

    def choose_column(self, place: int) -> None:
        """Let the user choose which layer stands in a column."""
        available = [one.title for one in self.columns if not self.kernels or one.title.startswith("Conv")]
        if len(available) < 2:
            return
        menu = QMenu(self)
        for title in available:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(title == self._shown[place].title)
        left = self.layout_.lefts[place]
        done = menu.exec(self.mapToGlobal(QPoint(round(left), 90)))
        if done is not None:
            self.show_column(place, done.text())
        menu.deleteLater()

    def show_column(self, place: int, title: str) -> None:
        """Show this layer in that column."""
        self._chosen[place] = title
        self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        turn = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if step:
            self.sample.emit(step)
        elif turn and self.can_choose:
            self.turned.emit(0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1, turn)
        else:
            super().keyPressEvent(event)
