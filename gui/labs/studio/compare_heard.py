"""What the comparison hears from the engine, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine import messages
from engine.messages.plans import CURRENT

if TYPE_CHECKING:
    from engine.messages.compare import QueueChanged, RunEvaluated, RunOpened, RunsListed, RunsSeen
    from gui.labs.studio.compare import Compare


class Ears(QObject):
    """Keeps what is known of the compared runs up to date."""

    def __init__(self, compare: Compare) -> None:
        super().__init__(compare)
        self.compare = compare
        self._told: tuple[object, ...] = ()
        bridge = compare.lab.bridge
        bridge.compared.connect(self._heard)
        bridge.opened.connect(lambda _: self._experiment_changed())
        bridge.rewound.connect(self._experiment_changed)
        bridge.points.connect(self._add_points)
        bridge.recorded.connect(self._recorded)
        bridge.evaluated.connect(lambda _: compare.evaluate((CURRENT,)))
        bridge.status.connect(self._status_changed)
        bridge.snapshot.connect(self._follow_sample)
        bridge.module_told.connect(self._followed)
        self._following = ""

    def _heard(self, event: object) -> None:
        match event:
            case messages.compare.RunOpened():
                self._run_opened(event)
            case messages.compare.RunAdvanced() if event.name in self.compare.runs:
                run = self.compare.runs[event.name]
                more = event.recorded != run.recorded
                run.advance(event)
                self._refresh_curves()
                if more and run in self.compare.pair and self.compare.page is not None:
                    self.compare.page.timeline.set_runs(self.compare.pair)
                self.compare.look_soon()
            case messages.compare.RunsSeen():
                self._run_seen(event)
            case messages.compare.RunEvaluated() if event.name in self.compare.runs:
                self._run_evaluated(event)
            case messages.compare.Evaluating():
                self.compare.evaluating = event
                if self.compare.page is not None and self.compare.shown:
                    self.compare.page.set_note(self.compare.note)
            case messages.compare.SamplesFound() if self.compare.page is not None:
                self.compare.page.set_samples(event)
            case messages.compare.RunsListed():
                self._runs_listed(event)
            case messages.compare.QueueChanged():
                self._queue_changed(event)

    def _run_opened(self, opened: RunOpened) -> None:
        from gui.views.compare.model import ShownRun

        name = opened.facts.name
        if name not in self.compare.names:
            return
        if name in self.compare.runs:
            self.compare.runs[name].reopen(opened)
        else:
            self.compare.runs[name] = ShownRun.of(opened, len(self.compare.runs))
        self.compare.refresh()
        if name in [run.name for run in self.compare.pair]:
            self.compare.look()
            self.compare.evaluate((name,))

    def _run_seen(self, seen: RunsSeen) -> None:
        self.compare.looking = False
        if seen.index >= 0:
            self.compare.seen = seen
            if self.compare.page is not None and self.compare.shown:
                self.compare.page.set_seen(seen)
        if self.compare.look_again:
            self.compare.look_again = False
            self.compare.look()

    def _run_evaluated(self, evaluated: RunEvaluated) -> None:
        self.compare.runs[evaluated.name].evaluated = evaluated
        self.compare.evaluating = None
        self.compare.refresh()
        page = self.compare.page
        if page is not None and not self.compare.sample_chosen and self.compare.index == 0 and self.compare.can_differ:
            index = page.differ.step(1)  # a sample that tells more than the first one
            if index is not None:
                self.compare.index = index
                self.compare.look()

    def _runs_listed(self, listed: RunsListed) -> None:
        self.compare.listed = listed.runs
        titles = {run.name: run.title for run in listed.runs}
        for name, run in self.compare.runs.items():
            if name in titles and run.facts.title != titles[name]:
                run.opened = replace(run.opened, facts=replace(run.facts, title=titles[name]))
        self.compare.refresh()

    def _queue_changed(self, queue: QueueChanged) -> None:
        before, self.compare.queue = self.compare.queue, queue
        begun = [run.name for run in queue.runs if run.name and run.name not in [one.name for one in before.runs]]
        ended = {run.name for run in queue.runs if run.ended}
        ended -= {run.name for run in before.runs if run.ended}
        for run in queue.runs:
            if run.failed and run not in before.runs:
                self.compare.lab.context.notices.failed(f"{run.title or 'A twin'} was not trained", run.message)
        if begun:
            own = {run.name for run in queue.runs}
            # Trained anew as one of the twins, what is open without any training has nothing to show beside them.
            replaced = self.compare.untrained and any(
                run.plan == replace(run.plan, network=None, seed=None) for run in queue.runs
            )
            kept = [name for name in self.compare.names if not (replaced and name == CURRENT)]
            self.compare.show(
                [*(name for name in kept if name not in own), *(run.name for run in queue.runs if run.name)]
            )
        elif ended:
            self.compare.ask_runs()
            self.compare.lab.send(messages.compare.AskRuns())
        if self.compare.shown:
            self.compare.bars.make_compare().set_queue(queue, paused=self.compare.lab.experiment.training)
            if self.compare.page is not None:
                self.compare.page.set_choices(self.compare.choices(), busy=self.compare.busy_words(next_one=True))
        self.compare.lab.write_status()

    def _followed(self, event: object) -> None:
        """A run that something else writes has begun or ended: what is compared of it may be more now."""
        if isinstance(event, messages.modules.Following) and event.state != self._following:
            self._following = event.state
            if self.compare.shown:
                self.compare.ask_runs()

    # --- the open experiment ----------------------------------------------------------------------------------------

    def _experiment_changed(self) -> None:
        """Another network or data are open, or the training was rewound."""
        self.compare.looking = False
        if self.compare.shown and self.compare.lab.experiment.loaded:
            self.compare.ask_runs()
        self.compare.refresh()

    def _add_points(self, points: Sequence[messages.Point]) -> None:
        run = self.compare.runs.get(CURRENT)
        if run is not None and self.compare.shown:
            run.add(points)
            self._refresh_curves()
            self.compare.look_soon()

    def _recorded(self, recorded: messages.Recorded) -> None:
        run = self.compare.runs.get(CURRENT)
        if run is not None and recorded.steps != run.recorded:
            run.recorded = recorded.steps
            if self.compare.page is not None and self.compare.shown:
                self.compare.page.timeline.set_runs(self.compare.pair)

    def _status_changed(self, changed: messages.StatusChanged) -> None:
        if changed.status is messages.Status.READY and self.compare.shown and not self.compare.lab.experiment.loaded:
            self.compare.sync()
        if self.compare.shown:
            bar = self.compare.bars.make_compare()
            bar.set_queue(self.compare.queue, paused=self.compare.lab.experiment.training)
            bar.set_branches(self.compare.branching.runs)

    def _follow_sample(self, snapshot: messages.Snapshot) -> None:
        """Another sample was chosen by the Studio's own keys."""
        sample = snapshot.sample
        if self.compare.shown and sample.split == "test" and 0 <= sample.index != self.compare.index:
            key = (sample.split, sample.index)
            if key != self._told and self._told:
                self.compare.index = sample.index
                self.compare.sample_chosen = True
                self.compare.look()
            self._told = key
        elif self.compare.shown:
            self._told = (sample.split, sample.index)

    def _refresh_curves(self) -> None:
        if self.compare.page is not None:
            self.compare.page.refresh()
