"""The inspector on a network that cannot be trained here: it is asked like any other, by the real engine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from engine import messages
from engine.session import Session
from gui import app
from gui.arguments import parse
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.modules_dialog import OpenModuleDialog
from gui.views.insight.agenda import Slot
from tests.engine.session.conftest import write_mnist
from tests.gui.studio_modules.conftest import Recording

PATIENCE = 60_000  # ms: torch loads behind the window, on a busy machine slowly
SOURCE = """from torch import nn

class Auto(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.up = nn.Conv2d(3, 4, 4, 4), nn.ConvTranspose2d(4, 3, 4, 4)

    def forward(self, x):
        return self.up(self.down(x).relu())
"""


def test_an_autoencoder_is_inspected(qtbot: QtBot, tmp_path: Path) -> None:
    write_mnist(tmp_path, samples=128, test_samples=40)
    path = tmp_path / "own.py"
    path.write_text(SOURCE)
    session = Session(data_root=tmp_path, runs_root=tmp_path / "runs")
    _, window = app.create(parse(["--size", "1280x800", str(path)]), session=session)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    lab = window.lab
    assert isinstance(lab, StudioLab)
    qtbot.waitUntil(lambda: lab.experiment.status is messages.Status.READY, timeout=PATIENCE)
    lab.wishes.open(dataset="mnist")
    qtbot.waitUntil(lambda: lab.experiment.opened.dataset.name == "mnist", timeout=PATIENCE)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not lab.experiment.busy, timeout=PATIENCE)
    dialog = lab.modules.dialog
    assert isinstance(dialog, OpenModuleDialog)
    dialog.input.setText("3x32x32")
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.modules.opened is not None and not lab.experiment.busy, timeout=PATIENCE)
    assert lab.experiment.refusal
    lab.navigation.open_layer("down")
    page = lab.pages.layer
    assert page is not None
    view = page.insight
    agenda = view.agenda
    qtbot.waitUntil(lambda: all(agenda.answer(one) or agenda.message(one) for one in Slot), timeout=PATIENCE)
    assert {slot: agenda.message(slot) for slot in Slot if agenda.message(slot)} == {}
    tile = view.units.tiles[Slot.SALIENCY]
    assert tile.values is not None
    assert tile.values.shape == (32, 32)
    assert view.strongest.answer is not None
    assert view.strongest.answer.seen == 40
    assert view.explain.currentText() == "strongest output"
    lab.navigation.insight.switch_pinned()
    qtbot.waitUntil(lambda: dict(lab.navigation.insight.off) == {"down": (0,)}, timeout=PATIENCE)
    assert window.notices.problems == ()
    window.close()
    QCoreApplication.processEvents()


def test_a_run_that_goes_on_is_asked_as_one_in_training(studio: StudioLab, session: Recording) -> None:
    insight = studio.navigation.insight
    studio.navigation.open_layer("conv1")
    page = studio.pages.layer
    assert page is not None
    told: list[bool] = []
    page.insight.set_training = told.append  # type: ignore[method-assign]
    for status, detail in (
        (messages.Status.FOLLOWING, ""),
        (messages.Status.FOLLOWING, "Followed to its end"),
        (messages.Status.TRAINING, ""),
        (messages.Status.READY, ""),
    ):
        studio.bridge.status.emit(messages.StatusChanged(status, detail))
    assert told == [True, False, True, False]
    assert insight.off == {}
