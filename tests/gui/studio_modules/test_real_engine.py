"""The whole way with the real engine: somebody's file, the question, the network on the stage, a step of training."""

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
from tests.engine.session.conftest import write_mnist

PATIENCE = 60_000  # ms: torch loads behind the window, on a busy machine slowly
SOURCE = """from torch import nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 5)

    def forward(self, x):
        return self.conv(x).relu()

class Net(nn.Module):
    def __init__(self, classes: int):
        super().__init__()
        self.block = Block()
        self.output = nn.Linear(3 * 24 * 24, classes)

    def forward(self, x):
        x = self.block(x).flatten(1)
        return self.output(x if x.sum() > 0 else -x)
"""


def test_a_file_that_nobody_has_seen_opens_trains_a_step_and_reloads(qtbot: QtBot, tmp_path: Path) -> None:
    write_mnist(tmp_path, samples=128, test_samples=40)
    path = tmp_path / "unseen.py"
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
    assert dialog.candidate is not None
    assert dialog.candidate.name == "Net"
    dialog.argument("classes").setText("10")
    dialog.edits.setChecked(True)
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.modules.opened is not None and not lab.experiment.busy, timeout=PATIENCE)
    opened = lab.experiment.opened
    assert opened is not None
    assert opened.settings.network == f"{path}:Net"
    assert [node.name for node in opened.graph.nodes] == [
        *("input", "block.conv", "block.relu", "flatten", "output", "softmax")
    ]
    lab.wishes.ask(messages.TrainSteps(2))
    qtbot.waitUntil(lambda: lab.experiment.step == 2 and not lab.experiment.training, timeout=PATIENCE)
    qtbot.waitUntil(lambda: "block.conv" in lab.snapshot.maps, timeout=PATIENCE)  # type: ignore[union-attr]
    path.write_text(SOURCE.replace("nn.Conv2d(1, 3, 5)", "nn.Conv2d(1, 3, 5, bias=False)"))
    qtbot.waitUntil(lambda: lab.modules.opened is not None and lab.modules.opened.reload, timeout=PATIENCE)
    texts = [getattr(card.notice, "text", "") for card in window.notices.cards]
    assert any("unseen.py was reloaded; its weights stay as they were" in text for text in texts), texts
    lab.wishes.ask(messages.TrainSteps(1))
    qtbot.waitUntil(lambda: lab.experiment.step == 1 and not lab.experiment.training, timeout=PATIENCE)
    lab.send(messages.SaveRun())
    qtbot.waitUntil(lambda: bool(lab.experiment.saved_path), timeout=PATIENCE)
    saved = str(lab.experiment.saved_path)
    lab.wishes.open(network="mlp")
    qtbot.waitUntil(lambda: lab.modules.opened is None and not lab.experiment.busy, timeout=PATIENCE)
    lab.modules.open_run(saved)  # consent is there, and the arguments are known
    qtbot.waitUntil(lambda: lab.experiment.step == 1 and not lab.experiment.busy, timeout=PATIENCE)
    assert lab.experiment.settings is not None
    assert lab.experiment.settings.network == f"{path}:Net"
    assert window.notices.problems == ()
    window.close()
    QCoreApplication.processEvents()
