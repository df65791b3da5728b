"""The comparison's part of the top bar: a chip for each run, Add run, what is being trained for it, and export."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from engine.messages.compare import CURRENT, TRAINED, QueueChanged, QueuedRun, QueueState
from gui.theme import Theme, icons, numbers
from gui.theme.controls import HEIGHT, Button, ButtonControl, Control, IconButton, box, mixed, set_theme_below
from gui.views import drawing
from gui.views.compare import colours
from gui.views.compare.model import ShownRun

_WIDEST, _NARROWEST = 340, 96


class RunChip(ButtonControl):
    """A run's dot, title and what distinguishes it. A click opens its menu."""

    def __init__(self, run: ShownRun, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.run = run
        self.shown, self._marked = True, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(_NARROWEST)
        self.show_run()

    def show_run(self) -> None:
        """Its name may have changed."""
        self.setAccessibleName(f"Run {self.run.title}, {self.run.subtitle}")
        self.setToolTip(f"{self.run.title}\n{self.run.subtitle}" if self.run.subtitle else self.run.title)
        self.updateGeometry()
        self.update()

    def set_shown(self, shown: bool, *, among: bool) -> None:
        """Whether its maps are shown; `among` others whose maps are not, it is marked."""
        if (shown, shown and among) != (self.shown, self._marked):
            self.shown, self._marked = shown, shown and among
            self.update()

    def sizeHint(self) -> QSize:
        title, text = drawing.ui(12, 600).width(self.run.title), drawing.ui(12).width(self.run.subtitle)
        return QSize(round(min(26 + title + (8 + text if text else 0) + 30, _WIDEST)), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            ground = theme.raised if self.shown else theme.window
            fill = mixed(theme.text_1, ground, 0.07) if self.hovered or self.isDown() else ground
            box(painter, QRectF(self.rect()), fill=fill, line=theme.accent if self.ring else theme.border_strong)
            if self._marked:
                painter.fillRect(QRectF(8, self.height() - 3, self.width() - 16, 2), theme.accent)
            colours.dot(painter, theme, self.run.place, QPointF(14, self.height() / 2))
            chevron = 28 if self.width() >= 140 else 8
            room = self.width() - 26 - chevron
            ink, y = drawing.ui(12, 600), self.height() / 2 + 4
            title = self.run.title if ink.width(self.run.title) <= room else self.run.short
            color = theme.text_1 if self.shown else theme.text_2
            x = drawing.write(painter, 26, y, ink.elided(title, room), ink, color) + 8
            rest = self.width() - chevron - x
            if rest > 34 and self.run.subtitle:
                text = drawing.ui(12)
                drawing.write(painter, x, y, text.elided(self.run.subtitle, rest), text, theme.text_2)
            if chevron > 8:
                place = QRectF(self.width() - 22, self.height() / 2 - 7, 14, 14)
                icons.paint(painter, "chevron-down", theme.text_3, place)


class QueueBadge(Control):
    """What is being trained to be compared: which, how far, how long still; and a button that stops it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(150)
        self.setMaximumWidth(340)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._runs: tuple[QueuedRun, ...] = ()
        self._paused = False
        self.hide()

    def set_queue(self, queue: QueueChanged, *, paused: bool) -> None:
        """`paused`: the open experiment is being trained, and goes first."""
        self._runs, self._paused = queue.runs, paused
        self.setVisible(queue.busy)
        self.setAccessibleName(self.text)
        self.setToolTip(self.text)
        self.update()

    @property
    def text(self) -> str:
        """In words: "Training 1 of 2: LeNet, 12 s left"."""
        now = next((run for run in self._runs if run.state is QueueState.TRAINING), None)
        if now is None:
            return "Waiting to train"
        if self._paused:
            return f"{now.title} waits for the open run"
        place = self._runs.index(now) + 1
        which = f"Training {place} of {len(self._runs)}: " if len(self._runs) > 1 else "Training "
        left = "" if now.seconds_left is None else f", {numbers.duration(now.seconds_left)} left"
        return f"{which}{now.title}{left}"

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        now = next((run for run in self._runs if run.state is QueueState.TRAINING), None)
        with QPainter(self) as painter:
            ink = drawing.ui(11)
            drawing.write(painter, 2, 13, ink.elided(self.text, self.width() - 4), ink, theme.text_2)
            bar = QRectF(2, 19, self.width() - 4, 4)
            painter.fillRect(bar, theme.track)
            if now is not None and now.steps:
                painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * now.step / now.steps, 4), theme.accent)


class CompareBar(QWidget):
    """Its signals are the user's wishes; `set_runs` and `set_queue` say what is there.

    `removed`, `renamed`, `opened` (in the Studio) and `branch_wanted` carry a run's name; `put(lane, name)`: show its
    maps above (0) or below (1).
    """

    add_wanted = Signal()
    export_wanted = Signal(str)
    stop_wanted = Signal()
    removed = Signal(str)
    renamed = Signal(str)
    opened = Signal(str)
    put = Signal(int, str)
    branch_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.chips: list[RunChip] = []
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self.add = Button("Add run", theme, self, icon="plus", quiet=True)
        self.add.setToolTip("Compare with another run, or train a twin")
        self.add.clicked.connect(self.add_wanted)
        self.queue = QueueBadge(theme, self)
        self.stop = IconButton("stop", "Stop training runs for the comparison; what was learnt is saved", theme, self)
        self.stop.clicked.connect(self.stop_wanted)
        self.stop.hide()
        self.branch = Button("Branch from here", theme, self)
        self.branch.setToolTip("Go on from the slider's step as a new run, in the Studio")
        self.branch.clicked.connect(self._branch)
        self._branches: Sequence[ShownRun] = ()
        self._pair: tuple[ShownRun, ...] = ()
        self.export = Button("Export", theme, self)
        self.export.setToolTip("Save curves or settings of these runs as a table, or as TensorBoard event files")
        self.export.clicked.connect(self._export)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(self._chips)
        row.addWidget(self.add)
        row.addStretch(1)
        row.addWidget(self.queue, 2)
        row.addWidget(self.stop)
        row.addSpacing(8)
        row.addWidget(self.branch)
        row.addWidget(self.export)

    def set_runs(self, runs: Sequence[ShownRun], *, pair: Sequence[ShownRun] = ()) -> None:
        """A chip for each run, in their order; `pair` are those whose maps are shown."""
        self._pair = tuple(pair)
        self._make_chips(runs)
        for chip in self.chips:
            chip.set_shown(chip.run in self._pair or not pair, among=len(runs) > len(self._pair))

    def _make_chips(self, runs: Sequence[ShownRun]) -> None:
        if [chip.run for chip in self.chips] == list(runs):
            for chip in self.chips:
                chip.show_run()
            return
        for chip in self.chips:
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [RunChip(run, self.theme, self) for run in runs]
        for chip in self.chips:
            chip.clicked.connect(self._menu)
            self._chips.addWidget(chip)
        self.fit()

    def set_branches(self, runs: Sequence[ShownRun]) -> None:
        """The runs that a new one can branch off now."""
        self._branches = runs
        self.branch.setEnabled(bool(runs))

    def fit(self) -> None:
        """Chips share the room that there is."""
        beside = sum(button.sizeHint().width() for button in (self.add, self.branch, self.export))
        room = self.width() - beside - 68 - (260 if self.queue.isVisible() else 0)
        each = max(_NARROWEST, min(_WIDEST, room // max(len(self.chips), 1) - 8))
        for chip in self.chips:
            chip.setFixedWidth(min(chip.sizeHint().width(), each))

    def resizeEvent(self, event: object) -> None:
        self.fit()

    def set_queue(self, queue: QueueChanged, *, paused: bool) -> None:
        """What is being trained to be compared."""
        self.queue.set_queue(queue, paused=paused)
        self.stop.setVisible(queue.busy)
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)

    def _menu(self) -> None:
        chip = self.sender()
        if not isinstance(chip, RunChip):
            return
        name = chip.run.name
        saved = name != CURRENT and not name.startswith(TRAINED)
        lane = self._pair.index(chip.run) if chip.run in self._pair else -1
        several = len(self.chips) > 1
        menu = QMenu(self)
        entries: tuple[tuple[str, Callable[[], None], bool], ...] = (
            ("Show above", lambda: self.put.emit(0, name), several and lane != 0),
            ("Show below", lambda: self.put.emit(1, name), several and lane != 1),
            ("Rename…", lambda: self.renamed.emit(name), saved),
            ("Open in the Studio", lambda: self.opened.emit(name), saved and not chip.run.facts.problem),
            ("Branch from the slider's step…", lambda: self.branch_wanted.emit(name), chip.run in self._branches),
            ("Remove from the comparison", lambda: self.removed.emit(name), several),
        )
        wanted = {}
        for text, do, enabled in entries:
            action = menu.addAction(text)
            action.setEnabled(enabled)
            wanted[action] = do
        done = menu.exec(chip.mapToGlobal(QPoint(0, chip.height() + 4)))
        if done is not None:
            wanted[done]()
        menu.deleteLater()

    def _branch(self) -> None:
        """Branch the one run that can be branched, or ask which."""
        if len(self._branches) == 1:
            self.branch_wanted.emit(self._branches[0].name)
            return
        menu = QMenu(self)
        for run in self._branches:
            menu.addAction(f"{run.title}, {run.subtitle}" if run.subtitle else run.title).setData(run.name)
        done = menu.exec(self.branch.mapToGlobal(QPoint(0, self.branch.height() + 4)))
        if done is not None:
            self.branch_wanted.emit(str(done.data()))
        menu.deleteLater()

    def _export(self) -> None:
        menu = QMenu(self)
        for text, kind in (
            ("Curves as CSV…", "curves"),
            ("Settings as CSV…", "settings"),
            ("TensorBoard event files…", "tensorboard"),
        ):
            menu.addAction(text).setData(kind)
        done = menu.exec(self.export.mapToGlobal(QPoint(0, self.export.height() + 4)))
        if done is not None:
            self.export_wanted.emit(str(done.data()))
        menu.deleteLater()
