"""Runs side by side in the Studio: which are compared, what is asked of the engine for them, what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine import messages
from engine.messages.plans import CURRENT, TRAINED
from gui.labs.studio import compare_asking
from gui.labs.studio.compare_bars import Bars
from gui.labs.studio.compare_branch import Branching
from gui.labs.studio.compare_heard import Ears
from gui.labs.studio.state import Page
from gui.theme import Density, Theme, numbers

if TYPE_CHECKING:
    from engine.messages import DatasetFacts
    from engine.messages.compare import Evaluating, QueueChanged, RunFacts, RunsSeen
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
        self.index = 0
        self.sample_chosen = False  # whether the user has chosen a sample
        self.evaluating: Evaluating | None = None
        self.looking = self.look_again = False
        self.seen: RunsSeen | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        lab.pages.made.connect(self._page_made)
        lab.pages.currentChanged.connect(lambda _: self.page_shown())
        self.bars.chosen.connect(self._choose_page)
        self._ears = Ears(self)
        self.branching = Branching(self)

    # --- what the lab asks ------------------------------------------------------------------------------------------

    @cached_property
    def queue(self) -> QueueChanged:
        """The runs that are trained to be compared, as they were last told."""
        return messages.compare.QueueChanged(())

    @property
    def shown(self) -> bool:
        """Whether the page is on the stage."""
        return self.page is not None and self.lab.pages.page is Page.COMPARE

    @property
    def names(self) -> tuple[str, ...]:
        """The runs that are compared; without any in the State, the open one.

        One that is only followed is compared by its own name, if it lies among the saved ones.
        """
        if self.lab.state.runs:
            return self.lab.state.runs
        following = self.lab.modules.following
        path = None if following is None else Path(following.path).resolve()
        if path is None or path.parent != Path(self.lab.bridge.session.runs_folder).resolve():
            return (CURRENT,)
        return (path.name,)

    @property
    def shown_runs(self) -> list[ShownRun]:
        """What is known of them, in their order."""
        return [self.runs[name] for name in self.names if name in self.runs]

    @property
    def pair(self) -> list[ShownRun]:
        """The two of them (or the one) that stand beside each other."""
        from gui.views.compare import pairing

        return [self.runs[name] for name in pairing.chosen(self.names, self.lab.state.pair) if name in self.runs]

    @property
    def settled(self) -> bool:
        """Whether all that the State asks for is on screen."""
        if not self.shown or self.looking or len(self.shown_runs) < len(self.names):
            return False
        looked = self.seen is not None or all(run.opened.graph is None for run in self.shown_runs)
        return looked and all(
            run.evaluated is not None or run.opened.graph is None or run.opened.dataset is None for run in self.pair
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
        page.put_wanted.connect(self.put)
        page.turn_wanted.connect(self.turn)
        bar = self.bars.make_compare()
        bar.add_wanted.connect(self.add)
        bar.removed.connect(self.remove)
        bar.renamed.connect(lambda name: compare_asking.rename(self, name))
        bar.opened.connect(self._open)
        bar.put.connect(self.put)
        bar.stop_wanted.connect(self.stop)
        bar.branch_wanted.connect(self.branching.branch)
        bar.export_wanted.connect(lambda what: compare_asking.export(self, what))

    def page_shown(self) -> None:
        """Another page is on the stage: timeline and dock belong to the network alone."""
        comparing = self.shown
        self.bars.show_page(comparing)
        self.show_around()
        if comparing:
            self.index = self.lab.state.sample
            self.sync()

    def show_around(self) -> None:
        """Show timeline and dock where they belong: not beside the comparison, nor when presenting."""
        around = not self.shown and not self.lab.pages.presenting
        self.lab.timeline.setVisible(around)
        self.lab.dock.setVisible(around)
        if self.lab.film.strip is not None:
            self.lab.film.strip.setVisible(around and self.lab.state.film)

    def sync(self) -> None:
        """Ask for the runs that the State names."""
        if not self.shown or self.page is None:
            return
        self.lab.wishes.make_loaded()
        self.runs = {name: run for name, run in self.runs.items() if name in self.names}
        self.seen = None
        self.lab.send(messages.compare.AskRuns())
        self.ask_runs()
        self.refresh()
        self.looking = False
        self.look()  # of what is known already, nothing new is told
        self.evaluate([run.name for run in self.shown_runs if run.evaluated is None])

    def ask_runs(self) -> None:
        """Ask for all runs; the open one waits until the engine holds it."""
        names = tuple(name for name in self.names if name != CURRENT or self.lab.experiment.loaded)
        if names:
            self.lab.send(messages.compare.CompareRuns(names))

    def refresh(self) -> None:
        """Show what is known now."""
        if self.page is None or not self.shown:
            return
        from gui.views.compare.naming import tell_apart

        runs = self.shown_runs
        for place, run in enumerate(runs):
            run.place = place
        tell_apart(runs)
        self._tell_note()
        self.page.set_runs(runs, pair=self.pair, note=self.note)
        self.page.set_choices(self.choices(), busy=self.busy_words(next_one=True))
        bar = self.bars.make_compare()
        bar.set_runs(runs, pair=self.pair)
        bar.set_branches(self.branching.runs)
        bar.set_queue(self.queue, paused=self.lab.experiment.training)

    def busy_words(self, *, next_one: bool = False) -> str:
        """What is being trained to be compared, "" if nothing; `next_one`: what is not shown yet."""
        if not self.queue.busy:
            return ""
        now = next((run for run in self.queue.runs if run.training), None)
        if now is not None and next_one and now.name in self.names:
            return "Its twin is trained next"
        return f"{now.title or 'The twin'} is being trained" if now is not None else "A twin is waiting to be trained"

    @property
    def note(self) -> str:
        """How far the predictions are, while they are made."""
        if self.queue.busy and any(run.training and run.name in self.names for run in self.queue.runs):
            return f"{self.busy_words()}: known when it ends"
        now = self.evaluating
        if now is None or not now.total or now.name not in self.runs:
            return ""
        return f"Predicting: {numbers.count(now.done)} of {numbers.count(now.total)}"

    def _tell_note(self) -> None:
        self.lab.write_status()

    # --- what the user wants ----------------------------------------------------------------------------------------

    def show(self, names: Sequence[str]) -> None:
        """Compare these runs, as the user's choice."""
        kept = tuple(dict.fromkeys(names))[: messages.compare.MOST_RUNS]
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

    def put(self, lane: int, name: str) -> None:
        """Show this run's maps above (0) or below (1)."""
        from gui.views.compare import pairing

        self._show_pair(pairing.put(self.names, self.lab.state.pair, lane, name))

    def turn(self, lane: int, direction: int = 1) -> None:
        """Show the next run's maps above or below."""
        from gui.views.compare import pairing

        self._show_pair(pairing.turned(self.names, self.lab.state.pair, lane, direction))

    @property
    def can_turn(self) -> bool:
        return self.shown and len(self.names) > 2

    def _show_pair(self, pair: tuple[str, ...]) -> None:
        self.lab.change_state(pair=pair)
        self.refresh()
        self.look()
        self.evaluate([run.name for run in self.pair if run.evaluated is None])
        self.lab.signals.state_changed.emit()

    def choices(self) -> tuple[Choice, ...]:
        """What the open experiment can be compared with in one click more."""
        from gui.views.compare.choices import choices

        experiment = self.lab.experiment
        known = frozenset(run.name for run in self.listed if run.name.startswith(TRAINED))
        alone = bool(experiment.refusal) or self.lab.modules.following is not None  # of what is not trained here
        return choices(None if alone else experiment.settings, untrained=self.untrained, known=known)

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
        self.lab.send(messages.compare.TrainRuns(with_epochs(choice, epochs)))
        if not self.shown:
            self.lab.navigation.open_page(Page.COMPARE)

    def stop(self) -> None:
        self.lab.send(messages.compare.StopRuns())

    def _open(self, name: str) -> None:
        """Go on with a saved run in the Studio."""
        self.lab.modules.open_run(compare_asking.path_of(self, name))

    def show_sample(self, index: int) -> None:
        """Show this test sample in both networks, and in the Studio."""
        self.sample_chosen = True
        self.index = index
        self.look()
        self.lab.change_state(sample=index)
        first = self._dataset
        opened = self.lab.experiment.opened
        if first is not None and opened is not None and first.name == opened.dataset.name:
            self.lab.samples.show(index)

    @property
    def _dataset(self) -> DatasetFacts | None:
        """Whose samples are shown."""
        return next((run.opened.dataset for run in self.pair if run.opened.dataset is not None), None)

    def step_sample(self, direction: int) -> None:
        """The next sample, around the ends."""
        count = self._dataset.test_samples if self._dataset is not None else 0
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
        if self.looking:
            self.look_again = True
            return
        self.looking = True
        self.lab.send(messages.compare.LookAtRuns(nodes, self.index, self.page.moment, self.page.pair.kernels))

    def look_soon(self) -> None:
        if self.shown and not self._timer.isActive() and self.page is not None and self.page.moment is None:
            self._timer.start()

    def evaluate(self, names: Sequence[str]) -> None:
        training = {run.name for run in self.queue.runs if run.training}  # known when they end
        wanted = tuple(
            run.name
            for run in self.pair
            if run.name in names and run.opened.graph is not None and run.name not in training
        )
        if wanted and self.shown:
            self.lab.send(messages.compare.EvaluateRuns(wanted))

    def _ask_pictures(self, indices: tuple[int, ...]) -> None:
        if self.pair:
            self.lab.send(messages.compare.AskSamples(self.pair[0].name, indices))
