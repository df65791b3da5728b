"""Runs side by side in the Studio: which are compared, what is asked of the engine for them, what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine import messages
from engine.messages.compare import (
    CURRENT,
    MOST_RUNS,
    TRAINED,
    AskRuns,
    AskSamples,
    CompareRuns,
    EvaluateRuns,
    Evaluating,
    LookAtRuns,
    QueueChanged,
    QueueState,
    RunAdvanced,
    RunEvaluated,
    RunFacts,
    RunOpened,
    RunsListed,
    RunsSeen,
    SamplesFound,
    StopRuns,
    TrainRuns,
)
from gui.labs.studio import compare_asking
from gui.labs.studio.compare_bars import Bars
from gui.labs.studio.state import Page
from gui.theme import Density, Theme, numbers

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab
    from gui.views.compare.choices import Choice
    from gui.views.compare.model import ShownRun
    from gui.views.compare.page import ComparePage

_LOOK_MS = 200
"""How often the maps of a run that is being trained are looked at."""


class Compare(QObject):
    """Lives beside the lab from its start, but makes its page and its bar when they are first opened.

    The names of the compared runs are in the lab's State; here is what is known of each.
    """

    def __init__(self, lab: StudioLab) -> None:
        super().__init__(lab.widget)
        self.lab = lab
        self.bars = Bars(lab.top, lab.context.theme)
        self.page: ComparePage | None = None
        self.runs: dict[str, ShownRun] = {}
        self.listed: tuple[RunFacts, ...] = ()
        self.queue = QueueChanged(())
        self.index = 0
        self._chosen = False  # whether the user has chosen a sample
        self._evaluating: Evaluating | None = None
        self._looking = self._look_again = False
        self._seen: RunsSeen | None = None
        self._told: tuple[object, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        lab.pages.made.connect(self._page_made)
        lab.pages.currentChanged.connect(lambda _: self.page_shown())
        self.bars.chosen.connect(self._choose_page)
        bridge = lab.bridge
        bridge.compared.connect(self._heard)
        bridge.opened.connect(lambda _: self._experiment_changed())
        bridge.rewound.connect(self._experiment_changed)
        bridge.points.connect(self._add_points)
        bridge.recorded.connect(self._recorded)
        bridge.evaluated.connect(lambda _: self._evaluate((CURRENT,)))
        bridge.status.connect(self._status_changed)
        bridge.snapshot.connect(self._follow_sample)

    # --- what the lab asks ------------------------------------------------------------------------------------------

    @property
    def shown(self) -> bool:
        """Whether the page is on the stage."""
        return self.page is not None and self.lab.pages.page is Page.COMPARE

    @property
    def names(self) -> tuple[str, ...]:
        """The runs that are compared; without any in the State, the open one."""
        return self.lab.state.runs or (CURRENT,)

    @property
    def shown_runs(self) -> list[ShownRun]:
        """What is known of them, in their order."""
        return [self.runs[name] for name in self.names if name in self.runs]

    @property
    def settled(self) -> bool:
        """Whether all that the State asks for is on screen."""
        if not self.shown or self._looking or len(self.shown_runs) < len(self.names):
            return False
        looked = self._seen is not None or all(run.opened.graph is None for run in self.shown_runs)
        return looked and all(
            run.evaluated is not None or run.opened.graph is None or run.opened.dataset is None
            for run in self.shown_runs[:2]
        )

    def set_theme(self, theme: Theme) -> None:
        self.bars.set_theme(theme)

    def set_density(self, density: Density) -> None:
        self.bars.set_density(density)

    def set_smoothing(self, smoothing: float) -> None:
        if self.page is not None:
            self.page.curves.set_smoothing(smoothing)

    # --- the page ---------------------------------------------------------------------------------------------------

    def _choose_page(self, page: str) -> None:
        self.lab.navigation.open_page(Page.COMPARE if page == Page.COMPARE else Page.NETWORK)

    def _page_made(self, made: Page) -> None:
        if made is not Page.COMPARE or (page := self.lab.pages.compare) is None:
            return
        self.page = page
        page.curves.set_smoothing(self.lab.context.settings().smoothing)
        page.smoothing_changed.connect(self.lab.curve_views.smooth)
        page.look_wanted.connect(self.look)
        page.sample_chosen.connect(self.show_sample)
        page.neighbour_wanted.connect(self.step_sample)
        page.pictures_wanted.connect(self._ask_pictures)
        page.choice_made.connect(self.choose)
        page.add_wanted.connect(self.add)
        bar = self.bars.make_compare()
        bar.add_wanted.connect(self.add)
        bar.removed.connect(self.remove)
        bar.renamed.connect(lambda name: compare_asking.rename(self, name))
        bar.opened.connect(self._open)
        bar.led.connect(lambda name: self.move(name, 0))
        bar.seconded.connect(lambda name: self.move(name, 1))
        bar.stop_wanted.connect(self.stop)
        bar.export_wanted.connect(lambda what: compare_asking.export(self, what))

    def page_shown(self) -> None:
        """Another page is on the stage: timeline and dock belong to the network alone."""
        comparing = self.shown
        self.bars.show_page(comparing)
        around = not comparing and not self.lab.pages.presenting
        self.lab.timeline.setVisible(around)
        self.lab.dock.setVisible(around)
        if comparing:
            self.index = self.lab.state.sample
            self.sync()

    def sync(self) -> None:
        """Ask for the runs that the State names."""
        if not self.shown or self.page is None:
            return
        self.lab.wishes.make_loaded()
        self.runs = {name: run for name, run in self.runs.items() if name in self.names}
        self._seen = None
        self.lab.send(AskRuns())
        self._ask_runs()
        self._refresh()

    def _ask_runs(self) -> None:
        """Ask for all runs; the open one waits until the engine holds it."""
        names = tuple(name for name in self.names if name != CURRENT or self.lab.experiment.loaded)
        if names:
            self.lab.send(CompareRuns(names))

    def _refresh(self) -> None:
        """Show what is known now."""
        if self.page is None or not self.shown:
            return
        from gui.views.compare.model import tell_seeds

        runs = self.shown_runs
        for place, run in enumerate(runs):
            run.place = place
        tell_seeds(runs)
        self._tell_note()
        self.page.set_runs(runs, note=self.note)
        self.page.set_choices(self.choices(), busy=self._busy_words())
        bar = self.bars.make_compare()
        bar.set_runs(runs)
        bar.set_queue(self.queue, paused=self.lab.experiment.training)

    def _busy_words(self) -> str:
        if not self.queue.busy:
            return ""
        now = next((run for run in self.queue.runs if run.state is QueueState.TRAINING), None)
        return f"{now.title or 'The twin'} is being trained" if now is not None else "A twin is waiting to be trained"

    @property
    def note(self) -> str:
        """How far the predictions are, while they are made."""
        if self.queue.busy and any(
            run.state is QueueState.TRAINING and run.name in self.names for run in self.queue.runs
        ):
            return f"{self._busy_words()}: known when it ends"
        now = self._evaluating
        if now is None or not now.total or now.name not in self.runs:
            return ""
        return f"Predicting: {numbers.count(now.done)} of {numbers.count(now.total)}"

    def _tell_note(self) -> None:
        self.lab.write_status()

    # --- what the user wants ----------------------------------------------------------------------------------------

    def show(self, names: Sequence[str]) -> None:
        """Compare these runs, as the user's choice."""
        kept = tuple(dict.fromkeys(names))[:MOST_RUNS]
        if kept == self.names:
            return
        self.lab.change_state(runs=kept)
        if not self.shown:
            self.lab.navigation.open_page(Page.COMPARE)
        else:
            self.sync()
        self.lab.signals.state_changed.emit()

    def add(self) -> None:
        """Drop down what can be compared with."""
        if not self.shown:
            self.lab.navigation.open_page(Page.COMPARE)
        compare_asking.add(self)

    def add_run(self, name: str) -> None:
        self.show((*self.names, name))

    def remove(self, name: str) -> None:
        if len(self.names) > 1:
            self.show([one for one in self.names if one != name])

    def move(self, name: str, place: int) -> None:
        """Bring a run to the first or second place: there its maps are shown."""
        names = [one for one in self.names if one != name]
        names.insert(place, name)
        self.show(names)

    def choices(self) -> tuple[Choice, ...]:
        """What the open experiment can be compared with in one click more."""
        from gui.views.compare.choices import choices

        experiment = self.lab.experiment
        known = frozenset(run.name for run in self.listed if run.name.startswith(TRAINED))
        return choices(experiment.settings, untrained=self.untrained, known=known)

    @property
    def untrained(self) -> bool:
        return self.lab.experiment.step == 0

    def choose(self, choice: Choice, epochs: int | None = None) -> None:
        """Train the twins of a choice, or show the runs that it names."""
        from gui.views.compare.choices import with_epochs

        if choice.runs:
            self.show(choice.runs)
            return
        if epochs is None and self.untrained:
            epochs = compare_asking.FIRST_EPOCHS
        self.lab.wishes.make_loaded()
        self.lab.send(TrainRuns(with_epochs(choice, epochs)))
        if not self.shown:
            self.lab.navigation.open_page(Page.COMPARE)

    def stop(self) -> None:
        self.lab.send(StopRuns())

    def _open(self, name: str) -> None:
        """Go on with a saved run in the Studio."""
        self.lab.send(messages.OpenRun(compare_asking.path_of(self, name)))

    def show_sample(self, index: int) -> None:
        """Show this test sample in both networks, and in the Studio."""
        self._chosen = True
        self.index = index
        self.look()
        self.lab.change_state(sample=index)
        first = self.shown_runs[0].opened.dataset if self.shown_runs else None
        opened = self.lab.experiment.opened
        if first is not None and opened is not None and first.name == opened.dataset.name:
            self.lab.samples.show(index)

    def step_sample(self, direction: int) -> None:
        """The next sample, around the ends."""
        first = self.shown_runs[0].opened.dataset if self.shown_runs else None
        count = first.test_samples if first is not None else 0
        if count:
            self.show_sample((self.index + direction) % count)

    def next_difference(self, direction: int = 1) -> None:
        if self.page is not None:
            self.page.next_difference(direction)

    @property
    def can_differ(self) -> bool:
        return self.shown and self.page is not None and self.page.pair.can_differ

    # --- what the engine is asked -----------------------------------------------------------------------------------

    def look(self) -> None:
        """Fetch the maps that are shown; one question at a time."""
        if self.page is None or not self.shown:
            return
        nodes = self.page.pair.nodes()
        if not nodes:
            return
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        self.lab.send(LookAtRuns(nodes, self.index, self.page.moment, self.page.pair.kernels))

    def _look_soon(self) -> None:
        if self.shown and not self._timer.isActive() and self.page is not None and self.page.moment is None:
            self._timer.start()

    def _evaluate(self, names: Sequence[str]) -> None:
        training = {run.name for run in self.queue.runs if run.state is QueueState.TRAINING}  # known when they end
        wanted = tuple(
            run.name
            for run in self.shown_runs[:2]
            if run.name in names and run.opened.graph is not None and run.name not in training
        )
        if wanted and self.shown:
            self.lab.send(EvaluateRuns(wanted))

    def _ask_pictures(self, indices: tuple[int, ...]) -> None:
        if self.shown_runs:
            self.lab.send(AskSamples(self.shown_runs[0].name, indices))

    # --- what the engine says ---------------------------------------------------------------------------------------

    def _heard(self, event: object) -> None:
        match event:
            case RunOpened():
                self._run_opened(event)
            case RunAdvanced() if event.name in self.runs:
                self.runs[event.name].advance(event)
                self._refresh_curves()
                self._look_soon()
            case RunsSeen():
                self._run_seen(event)
            case RunEvaluated() if event.name in self.runs:
                self._run_evaluated(event)
            case Evaluating():
                self._evaluating = event
                if self.page is not None and self.shown:
                    self.page.set_note(self.note)
            case SamplesFound() if self.page is not None:
                self.page.set_samples(event)
            case RunsListed():
                self._runs_listed(event)
            case QueueChanged():
                self._queue_changed(event)

    def _run_opened(self, opened: RunOpened) -> None:
        from gui.views.compare.model import ShownRun

        name = opened.facts.name
        if name not in self.names:
            return
        if name in self.runs:
            self.runs[name].reopen(opened)
        else:
            self.runs[name] = ShownRun.of(opened, len(self.runs))
        self._refresh()
        if name in [run.name for run in self.shown_runs[:2]]:
            self.look()
            self._evaluate((name,))

    def _run_seen(self, seen: RunsSeen) -> None:
        self._looking = False
        if seen.index >= 0:
            self._seen = seen
            if self.page is not None and self.shown:
                self.page.set_seen(seen)
        if self._look_again:
            self._look_again = False
            self.look()

    def _run_evaluated(self, evaluated: RunEvaluated) -> None:
        self.runs[evaluated.name].evaluated = evaluated
        self._evaluating = None
        self._refresh()
        page = self.page
        if page is not None and not self._chosen and self.index == 0 and self.can_differ:
            index = page.differ.step(1)  # a sample that tells more than the first one
            if index is not None:
                self.index = index
                self.look()

    def _runs_listed(self, listed: RunsListed) -> None:
        self.listed = listed.runs
        titles = {run.name: run.title for run in listed.runs}
        for name, run in self.runs.items():
            if name in titles and run.facts.title != titles[name]:
                run.opened = replace(run.opened, facts=replace(run.facts, title=titles[name]))
        self._refresh()

    def _queue_changed(self, queue: QueueChanged) -> None:
        before, self.queue = self.queue, queue
        begun = [run.name for run in queue.runs if run.name and run.name not in [one.name for one in before.runs]]
        ended = {run.name for run in queue.runs if run.state in (QueueState.FINISHED, QueueState.STOPPED)}
        ended -= {run.name for run in before.runs if run.state in (QueueState.FINISHED, QueueState.STOPPED)}
        for run in queue.runs:
            if run.state is QueueState.FAILED and run not in before.runs:
                self.lab.context.notices.failed(f"{run.title or 'A twin'} was not trained", run.message)
        if begun:
            own = {run.name for run in queue.runs}
            # Trained anew as one of the twins, what is open without any training has nothing to show beside them.
            replaced = self.untrained and any(
                run.plan == replace(run.plan, network=None, seed=None) for run in queue.runs
            )
            kept = [name for name in self.names if not (replaced and name == CURRENT)]
            self.show([*(name for name in kept if name not in own), *(run.name for run in queue.runs if run.name)])
        elif ended:
            self._ask_runs()
            self.lab.send(AskRuns())
        if self.shown:
            self.bars.make_compare().set_queue(queue, paused=self.lab.experiment.training)
            if self.page is not None:
                self.page.set_choices(self.choices(), busy=self._busy_words())
        self.lab.write_status()

    # --- the open experiment ----------------------------------------------------------------------------------------

    def _experiment_changed(self) -> None:
        """Another network or data are open, or the training was rewound."""
        self._looking = False
        if self.shown and CURRENT in self.names and self.lab.experiment.loaded:
            self._ask_runs()
        self._refresh()

    def _add_points(self, points: Sequence[messages.Point]) -> None:
        run = self.runs.get(CURRENT)
        if run is not None and self.shown:
            run.add(points)
            self._refresh_curves()
            self._look_soon()

    def _recorded(self, recorded: messages.Recorded) -> None:
        run = self.runs.get(CURRENT)
        if run is not None and recorded.steps != run.recorded:
            run.recorded = recorded.steps
            if self.page is not None and self.shown:
                self.page.timeline.set_runs(self.shown_runs[:2])

    def _status_changed(self, changed: messages.StatusChanged) -> None:
        if changed.status is messages.Status.READY and self.shown and not self.lab.experiment.loaded:
            self.sync()
        if self.shown:
            self.bars.make_compare().set_queue(self.queue, paused=self.lab.experiment.training)

    def _follow_sample(self, snapshot: messages.Snapshot) -> None:
        """Another sample was chosen by the Studio's own keys."""
        sample = snapshot.sample
        if self.shown and sample.split == "test" and 0 <= sample.index != self.index:
            key = (sample.split, sample.index)
            if key != self._told and self._told:
                self.index = sample.index
                self._chosen = True
                self.look()
            self._told = key
        elif self.shown:
            self._told = (sample.split, sample.index)

    def _refresh_curves(self) -> None:
        if self.page is not None:
            self.page.refresh()
