"""What the Studio's bars say of how far and how fast it goes, written no oftener than it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from gui.labs import Status
from gui.labs.studio import statuses

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab

_MS = 250
"""How often read-outs that change all the time (steps, throughput) are written: faster cannot be read."""


class Readouts:
    """Writes the top bar's numbers and the status bar's texts; by itself while something is trained."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab
        self.status = Status()
        self._timer = QTimer(lab.widget)
        self._timer.setInterval(_MS)
        self._timer.timeout.connect(self.write)
        lab.bridge.module_told.connect(lambda _: self.write())  # a followed run goes on, rests, or ends

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def start(self) -> None:
        """Write by itself from now on."""
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def write(self) -> None:
        """Say in the bars how far and how fast it goes."""
        lab, experiment = self.lab, self.lab.experiment
        if experiment.settings is None:
            return
        lab.top.set_position(
            steps=(experiment.step, experiment.steps_in_all), epochs=(experiment.epoch, experiment.settings.epochs)
        )
        training = experiment.training
        following = lab.modules.following
        steps = experiment.steps_per_second() if following is not None and following.state == "running" else None
        pace = experiment.samples_per_second() if steps is None else steps
        frames = lab.bridge.displayed_per_second if training else None
        lab.top.set_speed(pace, frames, "/s" if steps is None else "steps/s")
        lab.top.set_status(
            experiment.status,
            can_look_back=experiment.earlier_moment() is not None,
            refusal=experiment.refusal,
            awaited=lab.awaiting.train,
        )
        lab.confusion.set_refusal(experiment.unjudged)
        lab.pages.network.header.set_note(experiment.weights_note)
        if lab.snapshot is not None:
            lab.timeline.set_snapshot(lab.snapshot)
        self.write_status()

    def write_status(self) -> None:
        """Tell the status bar's texts if they have changed."""
        lab = self.lab
        status = statuses.status(
            lab.experiment,
            lab.state.page,
            drawing=lab.samples.drawing,
            hint=lab.pages.network.hint,
            awaited=lab.awaiting.train,
        )
        if status != self.status:
            self.status = status
            lab.signals.status.emit(status)
