"""The dock's curves and their page as the Studio holds them: fed alike, smoothed alike, and the smoothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.labs.studio.curve_views import CurveViews
from gui.labs.studio.experiment import Experiment
from gui.settings import Settings
from gui.views.curves import CurvesView
from gui.views.curves_page import CurvesPage
from tests.gui.dock.test_curves import points


class World:
    """The part of a Context that is used, with what was told to it."""

    def __init__(self) -> None:
        self.current = Settings(theme="dark")
        self.kept: list[Settings] = []
        self.told: list[tuple[str, ...]] = []
        self.notices = SimpleNamespace(noticed=self._tell, failed=self._tell)

    def _tell(self, *texts: str) -> None:
        self.told.append(texts)

    def settings(self) -> Settings:
        return self.current

    def change_settings(self, settings: Settings) -> None:
        self.current = settings
        self.kept.append(settings)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def made(qtbot: QtBot, world: World) -> Iterator[tuple[CurveViews, CurvesView, CurvesPage, Experiment]]:
    dock, page, experiment = CurvesView(), CurvesPage(), Experiment()
    for widget in (dock, page):
        qtbot.addWidget(widget)
    experiment.steps_per_epoch = 100
    views = CurveViews(dock, experiment=experiment, context=world)  # type: ignore[arg-type]
    yield views, dock, page, experiment
    views.keep()


def test_a_page_that_comes_later_shows_what_the_dock_shows(made) -> None:
    views, dock, page, experiment = made
    views.set_smoothing(0.7)
    for start in (0, 100):
        new = points(start, start + 100)
        experiment.add(new)
        views.add_points(new)
    views.add_page(page)
    new = points(200, 300)
    experiment.add(new)
    views.add_points(new)
    for part in (0, 1):
        assert np.allclose(dock.history.smooth[part], page.history.smooth[part], rtol=1e-12)
    assert page.points == experiment.points
    assert page.history.smoothing == page._slider.value == 0.7
    views.reset()
    assert dock.history.empty
    assert page.history.empty


def test_a_slider_moves_the_other_and_rests_into_the_settings(made, world: World, qtbot: QtBot) -> None:
    views, dock, page, _ = made
    views.add_page(page)
    qtbot.keyClick(page._slider, Qt.Key.Key_Home)
    assert dock.history.smoothing == dock._slider.value == 0.0
    qtbot.keyClick(dock._slider, Qt.Key.Key_End)
    assert page.history.smoothing == page._slider.value == 0.99
    assert world.kept == []
    views.set_smoothing(world.current.smoothing)  # settings that were changed otherwise don't take it back
    assert page.history.smoothing == 0.99
    views._keep.setInterval(0)
    views._keep.start()
    qtbot.waitUntil(lambda: bool(world.kept))
    assert world.kept == [replace(Settings(theme="dark"), smoothing=0.99)]
    views.keep()
    assert len(world.kept) == 1
    views.set_smoothing(0.2)
    assert (dock.history.smoothing, page.history.smoothing) == (0.2, 0.2)


def test_how_an_export_went_is_told(made, world: World, tmp_path) -> None:
    views, _, page, experiment = made
    experiment.add(points(0, 5))
    views.add_page(page)
    assert page.export_to(tmp_path / "curves.csv")
    assert not page.export_to(tmp_path / "none" / "curves.csv")
    (good,), (title, message) = world.told
    assert "curves.csv" in good
    assert title == "The points were not saved"
    assert "none" in message
