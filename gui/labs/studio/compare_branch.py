"""Branch from here, beside the comparison's slider: opens a run at the slider's step in the Studio, and asks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine import messages
from engine.messages.plans import CURRENT, TRAINED
from gui.labs.studio import compare_asking
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs.studio.compare import Compare
    from gui.views.compare.model import ShownRun


def step_of(run: ShownRun, moment: int | None) -> int:
    """The step of a run that the slider stands on: what was recorded nearest to it; None stands for the end."""
    if moment is None or moment >= run.end:
        return run.end
    return min((*run.recorded, run.end), key=lambda step: abs(step - moment))


def can_branch(run: ShownRun) -> bool:
    """Whether there is a training to go on from: weights that come with Receptive have none."""
    return run.end > 0 and run.opened.graph is not None and not run.name.startswith(TRAINED)


class Branching(QObject):
    """Holds the step to branch from while the run is being opened that it is of."""

    def __init__(self, compare: Compare) -> None:
        super().__init__(compare)
        self.compare = compare
        self._step: int | None = None
        self._opening = False
        bridge = compare.lab.bridge
        bridge.opened.connect(lambda _: self._opened())
        bridge.snapshot.connect(self._shown)
        bridge.failed.connect(lambda _: self._forget())

    @property
    def runs(self) -> list[ShownRun]:
        """The compared runs that can be branched now."""
        experiment = self.compare.lab.experiment
        if experiment.busy or self.compare.lab.modules.following is not None:
            return []
        return [run for run in self.compare.shown_runs if can_branch(run)]

    def branch(self, name: str) -> None:
        """Open this run at the slider's step in the Studio, and ask what the new run shall do otherwise."""
        compare, lab = self.compare, self.compare.lab
        run = compare.runs.get(name)
        if run is None or not can_branch(run) or compare.page is None:
            return
        step = step_of(run, compare.page.moment)
        if name == CURRENT:
            self._ask(step)
            return
        self._step, self._opening = step, True
        lab.modules.open_run(compare_asking.path_of(compare, name))

    def _opened(self) -> None:
        self._opening = False

    def _shown(self, snapshot: messages.Snapshot) -> None:
        """The run is open, and its step known, with its first pictures."""
        if self._step is not None and not self._opening and snapshot.step >= self._step:
            step, self._step = self._step, None
            QTimer.singleShot(0, self, lambda: self._ask(step))  # when all others know of it

    def _ask(self, step: int) -> None:
        lab = self.compare.lab
        lab.navigation.open_page(Page.NETWORK)
        if step < lab.experiment.step:
            lab.timeline.choose(step)
        lab.film.branch(step)

    def _forget(self) -> None:
        self._step = None
