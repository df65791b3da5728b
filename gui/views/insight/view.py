"""The inspector of one map or unit: its controls, its pictures, how it is spread, what excites it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QDeadlineTimer, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.messages import DatasetFacts, Graph, Node, Operation, Snapshot, StopInsight, SwitchOff
from engine.messages.insight import AskMaximization, Insight, InsightFailed
from gui.theme import DARK, Density, Theme, fonts
from gui.theme.controls import Button, FieldBox, set_theme_below
from gui.views import words
from gui.views.insight.agenda import Agenda, Slot, Wanted
from gui.views.insight.distribution_panel import DistributionPanel
from gui.views.insight.filling import pinned_output
from gui.views.insight.strongest_panel import StrongestPanel
from gui.views.insight.unit_panel import UnitPanel, index_of
from gui.views.inspector.facts import Pin

_PREDICTED = "predicted"
_STRONGEST, _PINNED = "strongest output", "pinned output"
_WITHOUT_CLASSES = "There are no classes: its strongest output is explained; of the output itself, the pinned cell"
# Questions wait until the user has stopped choosing; while training answers are made anew this often.
_ASK_MS = 120
_TRAINING_MS = 2000
# So long a picture of the page waits for answers that take hundreds of forward passes.
_PATIENCE_MS = 20_000


class InsightView(QWidget):
    """`set_graph`, `pin`, `set_snapshot`, `set_training`, `set_switched_off`, `take` and `fail` feed it.

    `asked(command)`: a question, or the end of one, for the engine; nothing is asked while the view is hidden.
    `cell_chosen(map, row, column)`; `cell_activated(node, index)`; `sample_chosen(split, index)`.
    """

    asked = Signal(object)
    cell_chosen = Signal(int, int, int)
    cell_activated = Signal(str, object)
    sample_chosen = Signal(str, int)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.density = theme, Density(density)
        self.agenda = Agenda()
        self._graph: Graph | None = None
        self._node: Node | None = None
        self._classes: tuple[str, ...] = ()
        self._pin: Pin | None = None
        self._snapshot: Snapshot | None = None
        self._training = False
        self._off: Mapping[str, tuple[int, ...]] = {}
        self.units = UnitPanel(self.agenda, theme, density)
        self.distribution = DistributionPanel(self.agenda, theme, density)
        self.strongest = StrongestPanel(self.agenda, theme, density)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._patience = QDeadlineTimer(0)
        self._anew = False
        self._make_controls()
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def _make_controls(self) -> None:
        theme = self.theme
        self._title, self._of = QLabel(self), QLabel(self)
        self.explain = FieldBox("Explain", theme, self)
        self.explain.setToolTip("The class that is explained")
        self.maximize = Button("Maximize", theme, self)
        self.maximize.setToolTip("Paint the picture that activates it most, from another start")
        self.off_button = Button("Switch off", theme, self)
        self.off_button.setCheckable(True)
        self.off_button.setToolTip("Let it be zero, and see what comes of that; training is not touched")
        self.step = Button("Step a cell", theme, self)
        self._off_text = QLabel(self)
        self._off_text.setWordWrap(True)
        self._all_on = Button("All on again", theme, self, quiet=True)
        self._off_row = QWidget(self)
        row = QHBoxLayout(self._off_row)
        row.setContentsMargins(16, 0, 16, 4)
        row.addWidget(self._off_text, 1)
        row.addWidget(self._all_on, 0, Qt.AlignmentFlag.AlignTop)
        self._off_row.hide()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 6, 16, 6)
        bar.setSpacing(8)
        bar.addWidget(self._title)
        bar.addWidget(self._of)
        bar.addStretch(1)
        for part in (self.explain, self.maximize, self.off_button, self.step):
            bar.addWidget(part)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.units)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(bar)
        middle.addWidget(self._off_row)
        middle.addWidget(self._scroll, 1)
        self._side = QWidget(self)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(1, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.distribution, 13)
        side.addWidget(self.strongest, 6)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(middle, 1)
        row.addWidget(self._side)

    def _connect(self) -> None:
        self.explain.chosen.connect(lambda _: self._changed())
        self.maximize.clicked.connect(self._toggle_maximization)
        self.off_button.clicked.connect(lambda on: self._switch(on))
        self.step.clicked.connect(self._step_pinned)
        self._all_on.clicked.connect(lambda: self.asked.emit(SwitchOff("")))
        for panel in (self.units, self.distribution, self.strongest):
            panel.demanded.connect(self._demand)
        self.units.cell_chosen.connect(self.cell_chosen)
        self.units.cell_activated.connect(self._activate)
        self.distribution.map_chosen.connect(lambda map: self.cell_chosen.emit(map, 0, 0))
        self.strongest.sample_chosen.connect(self.sample_chosen)

    # What it is fed with

    def set_graph(self, graph: Graph, dataset: DatasetFacts) -> None:
        """Another network: nothing is known of it, and all of its maps are on."""
        self._graph, self._classes = graph, dataset.classes
        self._node = self._pin = self._snapshot = None
        self.agenda.forget(graph.multiply_adds, dataset.test_samples or dataset.train_samples)
        self.units.set_graph(graph, dataset)
        self.strongest.set_classes(dataset.classes)
        self.explain.clear()
        self.explain.add(_PREDICTED, "predicted class" if self._classes else _STRONGEST)
        self.explain.setToolTip("The class that is explained" if self._classes else _WITHOUT_CLASSES)
        for index, name in enumerate(dataset.classes):
            self.explain.add(str(index), name)
        self.set_switched_off({})

    def pin(self, node: str, channel: int, row: int = 0, column: int = 0) -> None:
        """Look at the map of this cell. KeyError for a node that the network lacks."""
        if self._graph is None:
            return
        pin = Pin(node, channel, row, column)
        if pin == self._pin:
            return
        self._pin, self._node = pin, self._graph[node]
        self.units.pin(pin)
        name = words.channel(self._graph, self._node, channel, self._classes)
        self._title.setText(name[:1].upper() + name[1:])
        self._of.setText(f"of {words.title(self._graph, self._node)}")
        self.distribution.set_map(name, channel)
        steps = self._node.operation not in (Operation.INPUT, Operation.OTHER)
        self.step.setEnabled(steps)
        self.step.setToolTip(
            "Step through how the pinned cell came about (double-click a cell)"
            if steps
            else "There are no steps to show for this operation"
        )
        self._show_off()
        self._changed()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """The values of the moment; answers about another picture, or other weights, will be asked for."""
        before, self._snapshot = self._snapshot, snapshot
        self.units.set_snapshot(snapshot)
        moved = before is None or before.moment != snapshot.moment
        if moved or before is None or before.sample.picture is not snapshot.sample.picture:
            self._look()
            if before is not None and before.sample.picture is not snapshot.sample.picture:
                self.units.refresh()
            self._soon()

    def set_training(self, training: bool) -> None:
        """While training answers are made anew every two seconds, if they are quick."""
        if training != self._training:
            self._training = training
            self._timer.stop()
            self._tell_age()
            self._soon(at_once=self._anew)

    def set_switched_off(self, maps: Mapping[str, tuple[int, ...]]) -> None:
        """These maps are switched off now."""
        self._off = dict(maps)
        self._show_off()
        self._look()
        self._changed()

    def take(self, insight: Insight) -> None:
        """An answer of the engine's."""
        slot = self.agenda.take(insight)
        if slot is not None:
            self._tell_age()
            self._refresh(slot)

    def fail(self, failed: InsightFailed) -> None:
        """Why there is no answer."""
        slot = self.agenda.fail(failed)
        if slot is not None:
            self._refresh(slot)

    def ask_again(self) -> None:
        """What was asked before did not arrive at the engine."""
        self.agenda.ask_again()
        self._soon()

    def start_anew(self) -> None:
        """The same network with other weights, as when training starts anew: nothing is known of it, and asked soon."""
        self._anew = True
        self.agenda.start_anew()
        self._refresh()
        self._soon(at_once=True)

    @property
    def settled(self) -> bool:
        """Whether all that is shown is there; of what takes long, as much as came in twenty seconds."""
        if self._pin is None or self._timer.isActive():
            return False
        return self.agenda.settled or (self.agenda.quick_settled and self._patience.hasExpired())

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for panel in (self.units, self.distribution, self.strongest):
            panel.set_theme(theme)
        for label, size, weight, color in (
            (self._title, 13, 600, theme.text_1),
            (self._of, 12, 400, theme.text_2),
            (self._off_text, 12, 400, theme.error),
        ):
            label.setFont(fonts.ui(size, weight))
            label.setStyleSheet(f"color: {color.name()}; background: transparent")
        viewport = self._scroll.viewport()
        palette = viewport.palette()
        palette.setColor(viewport.backgroundRole(), theme.panel)
        viewport.setPalette(palette)
        set_theme_below(self, theme)
        self.update()

    def set_density(self, density: Density) -> None:
        self.density = Density(density)
        for panel in (self.units, self.distribution, self.strongest):
            panel.set_density(density)
        self.explain.set_captioned(self.density is Density.LARGE)
        self._of.setVisible(self.density is Density.LARGE)  # the page's own title says it, too
        self._fit()

    # Asking

    def _look(self) -> None:
        shot = self._snapshot
        off = tuple(sorted((node, tuple(maps)) for node, maps in self._off.items()))
        weights = None if shot is None else (shot.moment, off)
        self.agenda.look_at(weights=weights, picture=None if shot is None else id(shot.sample.picture))
        self._tell_age()

    def _tell_age(self) -> None:
        """Answers about another moment are paler until there are new ones; while training all are a little old."""
        for panel, slot in ((self.distribution, Slot.DISTRIBUTION), (self.strongest, Slot.STRONGEST)):
            panel.set_old(not self._training and self.agenda.is_old(slot))

    def _changed(self) -> None:
        """Another map, class or set of maps that are off."""
        pin = self._pin
        if pin is None:
            self.agenda.want(None)
        else:
            target: int | None = None
            if self._classes:
                target = None if self.explain.key in ("", _PREDICTED) else int(self.explain.key)
            elif self._graph is not None:
                target = pinned_output(self._graph, pin)
                self.explain.clear()
                self.explain.add(_PREDICTED, _STRONGEST if target is None else _PINNED)
            self.agenda.want(Wanted(pin.node, pin.map, pin.row, pin.column, target))
        self._refresh()
        self._timer.stop()
        self._soon(at_once=True)

    def _soon(self, *, at_once: bool = False) -> None:
        if self._snapshot is not None and self._pin is not None and not self._timer.isActive() and self.isVisible():
            self._timer.start(_TRAINING_MS if self._training and not at_once else _ASK_MS)

    def _ask(self) -> None:
        if not self.isVisible() or self._pin is None or self._snapshot is None:
            return
        self._anew = False
        due = self.agenda.due(training=self._training)
        for command in due:
            self.asked.emit(command)
        if due:
            self._patience.setRemainingTime(_PATIENCE_MS)
            self._refresh()

    def _demand(self, slot: Slot) -> None:
        self.agenda.demand(slot)
        self._ask()

    def _toggle_maximization(self) -> None:
        if self.agenda.working(Slot.MAXIMIZATION):
            self.asked.emit(StopInsight(AskMaximization))
            self.agenda.stop(Slot.MAXIMIZATION)
            self._refresh(Slot.MAXIMIZATION)
        else:
            self._demand(Slot.MAXIMIZATION)

    def _refresh(self, slot: Slot | None = None) -> None:
        if slot in (None, Slot.DISTRIBUTION):
            self.distribution.refresh()
        if slot in (None, Slot.STRONGEST):
            self.strongest.refresh()
        self.units.refresh(slot)
        text = "Stop" if self.agenda.working(Slot.MAXIMIZATION) else "Maximize"
        if self.maximize.text() != text:
            self.maximize.setText(text)

    # Switching maps off

    def _switch(self, off: bool) -> None:
        pin = self._pin
        if pin is None:
            return
        maps = set(self._off.get(pin.node, ()))
        maps = maps | {pin.map} if off else maps - {pin.map}
        self.asked.emit(SwitchOff(pin.node, tuple(sorted(maps))))

    def _show_off(self) -> None:
        pin = self._pin
        is_off = pin is not None and pin.map in self._off.get(pin.node, ())
        self.off_button.setChecked(is_off)
        self.off_button.setText("Switch on" if is_off else "Switch off")
        self.off_button.updateGeometry()
        can = self._node is not None and self._node.operation is not Operation.INPUT
        self.off_button.setEnabled(can)
        self.maximize.setEnabled(can)
        self._off_text.setText(f"Switched off: {self.off_words()}")
        self._off_row.setVisible(bool(self._off))

    def off_words(self) -> str:
        """The maps that are switched off: "Conv 1 map 3, 5; Dense 1 unit 7"."""
        graph, parts = self._graph, []
        if graph is None:
            return ""
        for name, maps in self._off.items():
            node = graph[name]
            kind = "unit" if words.is_flat(node) else "map"
            parts.append(f"{words.title(graph, node)} {kind} {', '.join(map(str, maps))}")
        return "; ".join(parts)

    # The user

    def _step_pinned(self) -> None:
        if self._pin is not None:
            self._activate(self._pin.map, self._pin.row, self._pin.column)

    def _activate(self, map: int, row: int, column: int) -> None:
        if self._node is not None:
            self.cell_activated.emit(self._node.name, index_of(self._node, map, row, column))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon(at_once=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        if not self.agenda.settled:
            self.asked.emit(StopInsight())
            self.agenda.ask_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The column at the right takes a third, between what its numbers need and what they fill."""
        least = 268 if self.density is Density.SMALL else 308
        self._side.setFixedWidth(min(max(self.width() // 3, least), 560))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.panel)
            painter.fillRect(0, 0, 1, self.height(), self.theme.border)
            painter.fillRect(self._side.x(), 0, 1, self.height(), self.theme.border)
