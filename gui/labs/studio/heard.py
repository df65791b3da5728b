"""What the Studio hears from the engine, and where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine import messages
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab


class Ears:
    """Keeps the experiment, and the views of it, up to date."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab
        self._readouts = lab.readouts
        bridge = lab.bridge
        bridge.opened.connect(self._opened)
        bridge.snapshot.connect(self.show)
        bridge.points.connect(self._add_points)
        bridge.status.connect(self._status_changed)
        bridge.settings.connect(self._settings_changed)
        bridge.rewound.connect(self._rewound)
        bridge.evaluated.connect(self._evaluated)
        bridge.gallery.connect(self._show_gallery)
        bridge.saved.connect(self._saved)
        bridge.recorded.connect(self._recorded)
        bridge.failed.connect(self._failed)

    def _opened(self, opened: messages.Opened) -> None:
        lab = self.lab
        changed = lab.experiment.opened is None or lab.experiment.opened.graph is not opened.graph
        lab.experiment.open(opened, loaded=lab.bridge.started)
        settings = opened.settings
        lab.change_state(
            network=settings.network, dataset=settings.dataset, seed=settings.seed, pretrained=opened.pretrained
        )
        lab.top.set_opened(opened)
        lab.top.set_settings(settings)
        if changed:
            lab.snapshot = None  # it was of another network
            lab.fit_state(opened.graph)
            lab.samples.set_dataset(opened.dataset)
            lab.pages.network.set_graph(opened.graph, opened.dataset)
            lab.navigation.keep_place(tell=False)
            lab.inspector.set_graph(opened.graph, opened.dataset.classes)
            lab.confusion.set_dataset(opened.dataset)
            if lab.pages.layer is not None:
                lab.pages.layer.set_graph(opened.graph, opened.dataset)
            if lab.state.page in (Page.LAYER, Page.STEP):
                lab.navigation.open_page(Page.NETWORK)
        self._clear_history()
        lab.watch()
        if lab.experiment.loaded:
            lab.samples.ask_gallery()
        self._readouts.write()
        lab.signals.actions_changed.emit()
        if lab.wanted is not None and lab.is_open(lab.wanted, opened):
            lab.set_state(lab.wanted)

    def show(self, snapshot: messages.Snapshot) -> None:
        """Show a snapshot in all views that are on screen."""
        lab, before = self.lab, self.lab.snapshot
        lab.snapshot = snapshot
        lab.experiment.look(snapshot)
        page = lab.state.page
        if page is Page.NETWORK:
            lab.pages.network.set_snapshot(snapshot)
        elif page is Page.LAYER and lab.pages.layer is not None:
            lab.pages.layer.set_snapshot(snapshot)
        elif page is Page.STEP:
            lab.navigation.show_step(snapshot)
        lab.inspector.set_snapshot(snapshot)
        if before is None or before.sample is not snapshot.sample:
            lab.samples.set_sample(snapshot.sample)
            if snapshot.sample.index >= 0:
                lab.change_state(sample=snapshot.sample.index)
        moved = before is None or (before.moment, before.step) != (snapshot.moment, snapshot.step)
        if moved and not self._readouts.running:  # else its timer does it
            self._readouts.write()

    def _add_points(self, points: Sequence[messages.Point]) -> None:
        lab = self.lab
        lab.experiment.add(points)
        lab.curve_views.add_points(points)
        lab.timeline.add_points(points)
        if self._readouts.running:  # in time with the curves, so that all is painted at once
            self._readouts.start()
            self._readouts.write()

    def _status_changed(self, changed: messages.StatusChanged) -> None:
        lab = self.lab
        lab.experiment.set_status(changed)
        if lab.experiment.training:
            self._readouts.start()
        else:
            self._readouts.stop()
        self._readouts.write()
        lab.signals.actions_changed.emit()
        if changed.status is messages.Status.READY:
            lab.wishes.open_wanted()
            lab.watch()

    def _settings_changed(self, changed: messages.SettingsChanged) -> None:
        lab = self.lab
        lab.experiment.tune(changed)
        lab.curve_views.set_epochs(changed.settings.epochs)
        lab.top.set_settings(changed.settings)
        self._readouts.write()

    def _rewound(self) -> None:
        lab = self.lab
        lab.experiment.restart()
        lab.change_state(pretrained=False)
        self._clear_history()
        self._readouts.write()

    def _evaluated(self, evaluated: messages.Evaluated) -> None:
        lab = self.lab
        lab.experiment.evaluated = evaluated
        lab.confusion.set_evaluated(evaluated)

    def _show_gallery(self, gallery: messages.Gallery) -> None:
        lab = self.lab
        if lab.confusion.wants_gallery and lab.confusion.wants(gallery):
            lab.confusion.set_gallery(gallery)
        else:
            lab.pages.network.set_gallery(gallery)

    def _saved(self, saved: messages.RunSaved) -> None:
        lab = self.lab
        lab.experiment.saved_step, lab.experiment.saved_path = saved.step, saved.path
        self._readouts.write()

    def _recorded(self, recorded: messages.Recorded) -> None:
        lab = self.lab
        lab.experiment.recorded, lab.experiment.recorded_bytes = recorded.steps, recorded.bytes

    def _failed(self, failed: messages.Failed) -> None:
        """What was asked for did not come: show what is there (the fields, too, go back to it)."""
        lab = self.lab
        lab.wanted = None
        if lab.experiment.opened is not None:
            lab.top.set_opened(lab.experiment.opened)

    def _clear_history(self) -> None:
        self.lab.curve_views.reset()
        self.lab.confusion.set_evaluated(self.lab.experiment.evaluated)
