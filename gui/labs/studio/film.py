"""The past of a training in the Studio: the film strip, confusion as it was, weights for edges, branches, the GIF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout

from engine import messages
from gui.actions import Action
from gui.labs.studio.state import Page
from gui.theme import Density, Theme, numbers
from gui.views.timeline_frames import moments

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab
    from gui.views.timeline_film import FilmStrip

_SETTLE_MS = 250
_TRAINING_MS = 2000
"""How long the strip waits before it asks for frames: while training they come slowly."""
_REST_MS = 350
"""How long the slider rests on a moment before the held-out samples are evaluated with the weights of then."""
_QUICK = 3e10
"""Multiply-adds of an evaluation that is made unasked: some seconds at most."""


class Film:
    """What the timeline has beyond its slider. `strip` is made when it is first opened."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab
        self.strip: FilmStrip | None = None
        self._theme, self._density = lab.context.theme, lab.context.density
        self._request = 0
        self._sample: object = None
        self._looked: int | None = None
        self._orders: dict[object, tuple[int, ...]] = {}
        self._then: messages.Evaluated | None = None
        self._recorded = messages.Recorded((), 0)
        self.edges_awaited = False
        self._budget = 256 * 2**20  # what the engine begins with
        self._refresh = QTimer(lab.widget)
        self._rest = QTimer(lab.widget)
        for timer, milliseconds, slot in ((self._refresh, _SETTLE_MS, self._ask), (self._rest, _REST_MS, self._judge)):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
            timer.timeout.connect(slot)
        bridge = lab.bridge
        bridge.film_told.connect(self._told)
        bridge.snapshot.connect(self._snapshot)
        bridge.opened.connect(self._opened)
        bridge.rewound.connect(self._start_over)
        bridge.recorded.connect(lab.timeline.set_recorded)
        bridge.recorded.connect(self._note)
        bridge.settings.connect(lab.timeline.set_settings)
        bridge.status.connect(self._status)
        bridge.evaluated.connect(self._show_confusion)
        lab.pages.network.weights_wanted.connect(self._ask_edges)
        lab.signals.state_changed.connect(self.later)
        lab.timeline.moment_chosen.connect(lambda step: lab.send(messages.LookBack(step)))
        lab.timeline.film_wanted.connect(self.toggle)
        lab.timeline.menu_wanted.connect(self._menu)

    # --- what the lab asks ------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self.strip is not None:
            self.strip.set_theme(theme)

    def set_density(self, density: Density) -> None:
        self._density = density
        if self.strip is not None:
            self.strip.set_density(density)
            self.strip.setFixedHeight(self.strip.sizeHint().height())
            self.later()

    def keep_as_set(self) -> None:
        """How much memory the recording may take, as the settings have it now."""
        budget = self.lab.context.settings().timeline_megabytes * 2**20
        if budget != self._budget and self.lab.experiment.opened is not None:
            self._budget = budget
            self.lab.send(messages.film.KeepTimeline(budget))

    def show_state(self) -> None:
        """Open or close the strip, and look back, as the State has it."""
        self._seek()
        wanted = self.lab.state.film
        if wanted and self.strip is None:
            self._make()
        if self.strip is not None:
            self.strip.setVisible(wanted and not self.lab.timeline.isHidden())
        self.lab.timeline.set_film_open(wanted)
        if wanted:
            self.later()

    def set_presenting(self, on: bool) -> None:
        """A projector shows the stage alone."""
        if self.strip is not None:
            self.strip.setVisible(self.lab.state.film and not on)

    @property
    def is_settled(self) -> bool:
        """Whether all frames are there that the strip shows."""
        return self.strip is None or not self.lab.state.film or not (self._refresh.isActive() or self.strip.missing())

    def actions(self) -> list[Action]:
        """What can be done with the recorded moments."""
        recorded = self.has_moments
        return [
            Action("film", "Film strip of the pinned layer", self.toggle, "F", "View",
                   checked=lambda: self.lab.state.film, words="timeline moments history maps"),
            Action("play-timeline", "Play the timeline", self._play, "T", "Train", recorded,
                   words="history replay pause"),
            Action("branch", "Branch a new run from here…", self.branch, "Ctrl+B", "Train",
                   self._can_branch, words="fork continue seed copy timeline"),
            Action("judge-moment", "Evaluate the moment that is shown", self.judge, "", "Train",
                   lambda: self._looked is not None, words="confusion then past"),
            Action("export-timeline", "Export the timeline as GIF…", self.export, "", "File", recorded,
                   words="film animation history"),
        ]  # fmt: skip

    def _can_branch(self) -> bool:
        experiment = self.lab.experiment
        return experiment.step > 0 and not experiment.busy and self.lab.modules.following is None

    def _play(self) -> None:
        timeline = self.lab.timeline
        timeline.stop() if timeline.playing else timeline.play()

    def has_moments(self) -> bool:
        """Whether there is an earlier moment to look at."""
        experiment = self.lab.experiment
        return any(step < experiment.step for step in experiment.recorded)

    # --- the strip --------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        self.lab.change_state(film=not self.lab.state.film)
        self.show_state()
        self.lab.signals.state_changed.emit()

    def _make(self) -> None:
        from gui.views.timeline_film import FilmStrip

        self.strip = FilmStrip(self._theme, self._density, self.lab.widget)
        self.strip.setFixedHeight(self.strip.sizeHint().height())
        self.strip.moment_chosen.connect(self.lab.timeline.choose)
        self.strip.frames_changed.connect(self.later)
        column = self.lab.widget.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.lab.timeline) + 1, self.strip)
        opened = self.lab.experiment.opened
        self.strip.set_classes(opened.dataset.classes if opened is not None else ())
        self.strip.set_shown(self._looked)

    def _note(self, recorded: messages.Recorded) -> None:
        self._recorded = recorded
        self.later()

    def later(self, *_: object) -> None:
        """The strip may have to show something else: look in a moment."""
        if self.lab.state.film and not self._refresh.isActive():
            self._refresh.setInterval(_TRAINING_MS if self.lab.experiment.training else _SETTLE_MS)
            self._refresh.start()

    def _ask(self) -> None:
        """Bring the strip up to date and ask for the frames that it lacks."""
        from gui.labs.studio.film_frames import label, subject

        lab, strip = self.lab, self.strip
        opened = lab.experiment.opened
        if strip is None or not lab.state.film or opened is None:
            return
        if not self.has_moments():
            following = lab.modules.following is not None
            hint = "As more is written" if following else "Train: then"
            strip.set_subject(None, f"{hint} this shows how a layer's maps came about")
            strip.set_moments((), (), ())
            return
        now = lab.experiment.step
        steps = moments(lab.experiment.recorded, now, strip.count, self._looked)
        timeline = lab.timeline
        strip.set_moments(steps, [label(timeline, step) for step in steps], [timeline.x_of(step) for step in steps])
        wanted = subject(opened.graph, lab.state, lab.snapshot, room=strip.room, orders=self._orders)
        strip.set_subject(wanted)
        if wanted is not None and (missing := strip.missing()):
            self._request += 1
            lab.send(messages.film.AskFilm(wanted.node, missing, wanted.maps, self._request))

    # --- messages ---------------------------------------------------------------------------------------------------

    def _told(self, event: object) -> None:
        if isinstance(event, messages.film.FilmFrame):
            if self.strip is not None and event.request == self._request:
                self.strip.add(event)
        elif isinstance(event, messages.weights.Edges):
            self.edges_awaited = False
            self.lab.pages.network.set_weights(event)
        elif isinstance(event, messages.film.EvaluatedThen):
            self._then = event.evaluated
            self._show_confusion()

    def _snapshot(self, snapshot: messages.Snapshot) -> None:
        """At display rate: looks at two numbers, and does something only where one is another."""
        looked = snapshot.moment if snapshot.moment < snapshot.step else None
        if looked != self._looked:
            self._look(looked)
        if snapshot.sample is not self._sample:
            self._sample = snapshot.sample
            self._orders.clear()
            if self.strip is not None:
                self.strip.forget()
                self.later()

    def _look(self, moment: int | None) -> None:
        """Another moment is looked at; None: the present."""
        if self._looked is not None and moment is None:
            self.lab.confusion.set_evaluated(self.lab.experiment.evaluated)
        self._looked = moment
        self.lab.change_state(moment=-1 if moment is None else moment)
        self.lab.curve_views.set_moment(None if moment is None else self.lab.timeline.epoch_of(moment))
        if self.strip is not None:
            self.strip.set_shown(moment)
            self.later()
        if moment is None:
            self._rest.stop()
            return
        self._rest.start()
        self._show_confusion()

    def _seek(self) -> None:
        """Look back to the moment that the State has; one that has none leaves what is shown. Says what cannot be."""
        lab, wanted = self.lab, self.lab.state.moment
        shown = -1 if self._looked is None else self._looked
        if wanted == shown:
            return
        now, kept = lab.experiment.step, [step for step in lab.experiment.recorded if step < lab.experiment.step]
        if wanted >= 0 and (wanted == now or wanted in kept):
            lab.timeline.choose(None if wanted == now else wanted)
        elif 0 <= wanted < now and kept:
            nearest = min(kept, key=lambda step: abs(step - wanted))
            lab.context.notices.noticed(f"Step {wanted:,} is not kept any more: step {nearest:,} is shown.")
            lab.timeline.choose(nearest)
        elif wanted >= 0:
            said = f"Step {wanted:,} cannot be looked back to: the run that had it is not open. What is open is shown."
            lab.context.notices.noticed(said)
        lab.change_state(moment=shown)  # until it is shown

    def _judge(self) -> None:
        """The slider rests: what would the held-out samples have been taken for?"""
        if self._looked is None or self.lab.modules.following is not None or not self.is_quick():
            return
        if self.lab.timeline.playing:
            self._rest.start()
        else:
            self.judge()

    def judge(self) -> None:
        """Evaluate the held-out samples with the weights that are looked at."""
        if self._looked is not None:
            self.lab.send(messages.film.AskEvaluation(self._looked))

    def is_quick(self) -> bool:
        """Whether an evaluation takes so short that nobody has to ask for it."""
        opened = self.lab.experiment.opened
        most = _QUICK / 5 if self.lab.experiment.training else _QUICK  # training has to wait for it
        return opened is not None and opened.graph.multiply_adds * opened.dataset.test_samples <= most

    def _show_confusion(self, *_: object) -> None:
        """While an earlier moment is looked at: its confusion matrix, else the last one, with its step."""
        if self._looked is None:
            return
        known = self._then if self._then is not None and self._then.step == self._looked else None
        shown = known or self.lab.experiment.evaluated
        if shown is not None:
            self.lab.confusion.set_evaluated(shown, when=f"step {numbers.count(shown.step)}")

    def _opened(self, opened: messages.Opened) -> None:
        self._start_over()
        if self.strip is not None:
            self.strip.set_classes(opened.dataset.classes)

    def _start_over(self) -> None:
        self.keep_as_set()
        if self.lab.experiment.opened is not None:
            self.lab.timeline.set_opened(self.lab.experiment.opened)
        self._then = self._looked = None
        self.lab.change_state(moment=-1)
        self._orders.clear()
        if self.strip is not None:
            self.strip.set_shown(None)
            self.strip.forget()
            self.later()

    def _status(self, changed: messages.StatusChanged) -> None:
        self.keep_as_set()
        if changed.status in (messages.Status.PAUSED, messages.Status.FINISHED):
            self._refresh.stop()
            self.later()

    def _ask_edges(self, parts: Any) -> None:
        self.lab.wishes.make_loaded()
        self.edges_awaited = True
        self.lab.send(messages.weights.AskEdges(tuple(parts)))

    # --- what the user does -----------------------------------------------------------------------------------------

    def _menu(self, where: QPoint) -> None:
        """What a right click on the timeline offers."""
        menu = QMenu(self.lab.widget)
        for action in self.actions():
            entry = menu.addAction(action.title)
            entry.setEnabled(action.enabled())
            entry.triggered.connect(lambda _=False, action=action: action.do())
        menu.exec(where)
        menu.deleteLater()

    def branch(self, step: int | None = None) -> None:
        """Ask for the new run's settings, and go on from a recorded step (None: the moment that is shown)."""
        from gui.labs.studio.branch_dialog import BranchDialog
        from gui.labs.studio.film_frames import then

        experiment = self.lab.experiment
        if experiment.settings is None:
            return
        if step is None:
            step = experiment.step if self._looked is None else self._looked
        settings, exact = then(self._recorded, step, experiment.settings, now=step >= experiment.step)
        dialog = BranchDialog(settings, present=experiment.settings, step=step, exact=exact, theme=self._theme,
                              parent=self.lab.widget.window())  # fmt: skip
        dialog.accepted.connect(lambda: self.branch_from(step, dialog.seed, dialog.tune))
        dialog.open()

    def branch_from(self, step: int, seed: int | None, tune: messages.Tune | None) -> None:
        """Go on from a recorded step as a new run."""
        self.lab.timeline.stop()
        if self.lab.experiment.training:
            self.lab.send(messages.Pause())
        self.lab.send(messages.film.Branch(step, seed, tune))

    def export(self) -> None:
        """Ask for a file and write the timeline's moments as an animation."""
        from gui import export_dialog

        window: Any = self.lab.context.window_widget
        name, _ = QFileDialog.getSaveFileName(
            window, "Export the timeline", str(Path.home() / "receptive-timeline.gif"), "Animation (*.gif)"
        )
        if name:
            export_dialog.save(window, Path(name).with_suffix(".gif"))

    @property
    def looked(self) -> int | None:
        """The recorded step that is looked at; None: the present."""
        return self._looked

    @property
    def judged(self) -> int | None:
        """The step whose evaluation, made when looking back, is there."""
        return None if self._then is None else self._then.step

    def leave_alone(self) -> None:
        """Nothing is evaluated because the slider rests."""
        self._rest.stop()

    @property
    def plays(self) -> bool:
        """Whether an animation of the timeline can be made of what is on the stage."""
        return self.lab.state.page in (Page.NETWORK, Page.LAYER, Page.CURVES) and self.has_moments()
