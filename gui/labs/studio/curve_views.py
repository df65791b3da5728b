"""The curves in the dock and on their page, as one: fed alike, smoothed alike, and their smoothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from engine import messages

if TYPE_CHECKING:
    from gui.labs import Context
    from gui.labs.studio.experiment import Experiment
    from gui.views.curves import CurvesView
    from gui.views.curves_page import CurvesPage

_KEEP_MS = 400
"""How long a slider rests before its value goes into the settings: they are a file."""


class CurveViews:
    """`dock` is there from the start; the page is added when it is first opened and gets all there is by then."""

    def __init__(self, dock: CurvesView, *, experiment: Experiment, context: Context) -> None:
        self._views: list[CurvesView | CurvesPage] = []
        self._experiment, self._context = experiment, context
        self._wanted: float | None = None
        self._moment: float | None = None
        self._keep = QTimer(dock)
        self._keep.setSingleShot(True)
        self._keep.setInterval(_KEEP_MS)
        self._keep.timeout.connect(self.keep)
        self._join(dock)

    def add_page(self, page: CurvesPage) -> None:
        """The page has just been made."""
        self._join(page)
        settings = self._experiment.settings
        page.reset(self._experiment.steps_per_epoch, max(settings.epochs, 1) if settings else None)
        page.set_smoothing(self._views[0].history.smoothing)
        page.add_points(self._experiment.points)
        page.set_moment(self._moment)
        notices = self._context.notices
        page.exported.connect(lambda path: notices.noticed(f"Saved the points of the curves to {path}"))
        page.export_failed.connect(notices.failed)

    def _join(self, view: CurvesView | CurvesPage) -> None:
        self._views.append(view)
        view.smoothing_changed.connect(self.smooth)

    def reset(self) -> None:
        """The run starts anew."""
        settings = self._experiment.settings
        for view in self._views:
            view.reset(self._experiment.steps_per_epoch, max(settings.epochs, 1) if settings else None)

    def add_points(self, points: Sequence[messages.Point]) -> None:
        for view in self._views:
            view.add_points(points)

    def set_moment(self, epoch: float | None) -> None:
        """The earlier moment that is looked at, if one is."""
        self._moment = epoch
        for view in self._views:
            view.set_moment(epoch)

    def set_epochs(self, epochs: int) -> None:
        for view in self._views:
            view.set_epochs(epochs)

    def set_smoothing(self, smoothing: float) -> None:
        """The settings say so; what the user has just chosen with a slider is newer."""
        for view in self._views:
            view.set_smoothing(smoothing if self._wanted is None else self._wanted)

    def smooth(self, smoothing: float) -> None:
        """By a slider: at once on both, in the settings when the slider rests."""
        self._wanted = smoothing
        for view in self._views:
            view.set_smoothing(smoothing)
        self._keep.start()

    def keep(self) -> None:
        """Put what was chosen into the settings now; also at the end."""
        self._keep.stop()
        if self._wanted is None:
            return
        settings = replace(self._context.settings(), smoothing=self._wanted)
        self._wanted = None
        if self._context.change_settings is not None:
            self._context.change_settings(settings)
