"""The page that compares runs: curves, one sample through two networks, timeline, settings, classes, differences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.messages.compare import RunsSeen, SamplesFound
from gui.theme import DARK, Density, Theme
from gui.views.compare.choices import Choice
from gui.views.compare.classes import ClassesPanel
from gui.views.compare.curves import CompareCurves
from gui.views.compare.differ import DifferPanel
from gui.views.compare.invitation import Invitation
from gui.views.compare.model import Difference, ShownRun, difference, same_data
from gui.views.compare.pair import PairPanel
from gui.views.compare.settings_table import SettingsTable
from gui.views.compare.timeline import CompareTimeline


class ComparePage(QWidget):
    """`set_runs` says which runs, and which two of them are shown with their maps.

    `look_wanted()`: other maps are to be fetched (see `nodes`, `index`, `moment`, `kernels`). `sample_chosen(index)`,
    `neighbour_wanted(direction)`, `pictures_wanted(indices)`, `choice_made(Choice)`, `add_wanted()`, `put_wanted(lane,
    name)` (show this run above, 0, or below, 1), `turn_wanted(lane, direction)` (the next run there): what the user
    wants.
    """

    look_wanted = Signal()
    sample_chosen = Signal(int)
    neighbour_wanted = Signal(int)
    pictures_wanted = Signal(object)
    choice_made = Signal(object)
    add_wanted = Signal()
    put_wanted = Signal(int, str)
    turn_wanted = Signal(int, int)
    smoothing_changed = Signal(float)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.density = theme, Density(density)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Runs side by side")
        self.runs: Sequence[ShownRun] = ()
        self.pair_of: tuple[ShownRun | None, ShownRun | None] = (None, None)
        self.curves = CompareCurves(theme, density, self)
        self.pair = PairPanel(theme, density, self)
        self.timeline = CompareTimeline(theme, density, self)
        self.settings = SettingsTable(theme, density, self)
        self.classes = ClassesPanel(theme, density, self)
        self.differ = DifferPanel(theme, density, self)
        self.invitation = Invitation(theme, self)
        self.curves.smoothing_changed.connect(self.smoothing_changed)
        self.pair.wanted.connect(self.look_wanted)
        self.pair.differing.connect(self.next_difference)
        self.pair.sample.connect(self.neighbour_wanted)
        self.pair.put.connect(self.put_wanted)
        self.pair.turned.connect(self.turn_wanted)
        self.timeline.moment_chosen.connect(self._moment_chosen)
        self.differ.chosen.connect(self.sample_chosen)
        self.differ.pictures_wanted.connect(self.pictures_wanted)
        self.invitation.chosen.connect(self.choice_made)
        self.invitation.more.connect(self.add_wanted)

    # What it is fed with

    def set_runs(self, runs: Sequence[ShownRun], *, pair: Sequence[ShownRun] | None = None, note: str = "") -> None:
        """These runs, in this order; `pair` are the two (or one) whose maps are shown, without it the first ones.

        `note` says what is still being worked out.
        """
        self.runs = runs
        two = (*(runs if pair is None else pair), None, None)[:2]
        first, second = self.pair_of = (two[0], two[1])
        self.curves.set_runs(runs)
        self.settings.set_runs(runs)
        self.pair.classes = self.class_names
        self.pair.set_pair(first, second, runs)
        problems = [run.opened.problem for run in (first, second) if run is not None and run.opened.problem]
        self.pair.set_message(problems[0] if problems else "")
        self.timeline.set_runs([run for run in (first, second) if run is not None])
        self._tell_past()
        self.set_note(note)
        self._place()

    def set_note(self, note: str) -> None:
        """What is known of the predictions has changed."""
        first, second = self.pair_of
        found, why = self._difference(first, second)
        classes = self.class_names
        if other_classes(first, second):
            classes, note = (), "The two networks know different classes."
        self.classes.set_pair(first, second, classes, note)
        self.differ.set_pair(first, second, found, self.class_names, note or why)
        self.pair.set_can_differ(found is not None and bool(found.all))

    def refresh(self) -> None:
        """A run has more points of its curves."""
        self.curves.refresh()

    def set_seen(self, seen: RunsSeen) -> None:
        self.pair.set_seen(seen)
        self.differ.set_index(seen.index)

    def set_samples(self, found: SamplesFound) -> None:
        self.differ.set_samples(found)

    def set_choices(self, choices: Sequence[Choice], *, busy: str) -> None:
        """What the empty half offers; `busy` says what is being trained for it already."""
        self.invitation.set_choices(choices, busy=busy)

    @property
    def class_names(self) -> tuple[str, ...]:
        for run in self.pair_of:
            if run is not None and run.opened.dataset is not None:
                return run.opened.dataset.classes
        return ()

    @property
    def moment(self) -> int | None:
        return self.timeline.moment

    def _moment_chosen(self, step: int | None) -> None:
        self._tell_past()
        self.look_wanted.emit()

    def _tell_past(self) -> None:
        """Predictions of all samples are of the last weights; the slider may stand earlier."""
        for panel in (self.classes, self.differ):
            panel.set_past(self.moment is not None)

    def _difference(self, first: ShownRun | None, second: ShownRun | None) -> tuple[Difference | None, str]:
        if first is None or second is None:
            return None, "Samples that only one of two networks gets right stand here once there is a second run."
        for run in (first, second):
            if run.opened.problem:
                return None, f"{run.title} predicts nothing here; why is said beside its name."
        if first.evaluated is None or second.evaluated is None:
            return None, "The test samples are being predicted."
        found = difference(first.evaluated, second.evaluated) if same_data(first, second) else None
        if found is None:
            return None, "The two runs were tested on different data, so there is nothing to set side by side."
        return found, ""

    def next_difference(self, direction: int) -> None:
        """The next sample that only one of the two gets right."""
        index = self.differ.step(direction)
        if index is not None:
            self.sample_chosen.emit(index)

    # What it looks like

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The regions of the sketch, in proportion; panels meet at lines of one pixel."""
        width, height = self.width(), self.height()
        if width < 10 or height < 10:
            return
        small = self.density is Density.SMALL
        strip = self.timeline.sizeHint().height()
        dock = max(round(height * 0.286), 204 if small else 240)
        stage = height - strip - dock
        left = min(max(round(width * 0.345), 380), 760)
        self.curves.setGeometry(0, 0, left, stage)
        self.pair.setGeometry(left + 1, 0, width - left - 1, stage)
        self.timeline.setGeometry(0, stage, width, strip)
        top = stage + strip + 1
        third = round((width - left - 1) * 0.495)
        self.settings.setGeometry(0, top, left, height - top)
        self.classes.setGeometry(left + 1, top, third, height - top)
        self.differ.setGeometry(left + third + 2, top, width - left - third - 2, height - top)
        alone = len(self.runs) < 2
        self.invitation.setVisible(alone)
        if alone:
            lane = self.pair.second_lane
            area = QRect(
                self.pair.x() + round(lane.left()), round(lane.top()) + 1, round(lane.width()), round(lane.height()) - 2
            )
            self.invitation.setGeometry(area)
            self.invitation.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.theme.border)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for part in self._panels():
            part.set_theme(theme)
        self.invitation.set_theme(theme)
        self.update()

    def set_density(self, density: Density) -> None:
        self.density = Density(density)
        for part in self._panels():
            part.set_density(density)
        self._place()

    def _panels(self) -> tuple[CompareCurves, PairPanel, CompareTimeline, SettingsTable, ClassesPanel, DifferPanel]:
        return self.curves, self.pair, self.timeline, self.settings, self.classes, self.differ

    # The keyboard

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes to the next sample that they differ on, unless a control has the focus: there it moves on.

        Qt asks a widget's parents, so that this is asked for every part of the page.
        """
        here = QApplication.focusWidget() in (self, self.pair, self.differ)
        if here and self.differ.difference is not None and self.differ.difference.all:
            self.next_difference(1 if next else -1)
            return True
        return bool(super().focusNextPrevChild(next))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.neighbour_wanted.emit(step)
        else:
            super().keyPressEvent(event)


def other_classes(first: ShownRun | None, second: ShownRun | None) -> bool:
    """Whether both know classes, and not the same ones."""
    data = [run.opened.dataset for run in (first, second) if run is not None and run.opened.dataset is not None]
    return len(data) == 2 and data[0].classes != data[1].classes
