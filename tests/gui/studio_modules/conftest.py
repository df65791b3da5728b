"""The Studio in a window, with an engine that only writes down what it is asked for: nothing can run by accident."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from engine import messages
from engine.session import Session
from gui import app
from gui.arguments import parse
from gui.labs.studio.lab import StudioLab
from gui.window import Window

SOURCE = '''"""A network of my own."""
from pathlib import Path
Path(__file__).with_name("ran").touch()
from torch import nn

class Net(nn.Module):
    def __init__(self, width: int = 4):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        return self.fc(x.flatten(1))
'''


class Recording(Session):
    """A Session whose thread is never started: `sent` has what it was asked for."""

    def __init__(self, **places: Any) -> None:
        super().__init__(**places)
        self.sent: list[messages.Command] = []

    def start(self) -> None:
        pass

    def send(self, command: messages.Command) -> bool:
        self.sent.append(command)
        return True


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "my_net.py"
    path.write_text(SOURCE)
    return path


@pytest.fixture
def session(tmp_path: Path) -> Recording:
    return Recording(data_root=tmp_path, runs_root=tmp_path / "runs")


@pytest.fixture
def studio(qtbot: QtBot, session: Recording) -> Iterator[StudioLab]:
    """The lab in its window, told that the engine is ready."""
    _, window = app.create(parse(["--size", "1280x800"]), session=session)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    lab = window.lab
    assert isinstance(lab, StudioLab)
    lab.bridge.start()
    ready(lab)
    yield lab
    window.close()
    QCoreApplication.processEvents()


def ready(lab: StudioLab) -> None:
    """The engine says that it has nothing to do."""
    lab.bridge.status.emit(messages.StatusChanged(messages.Status.READY))


def window_of(lab: StudioLab) -> Window:
    found = lab.widget.window()
    assert isinstance(found, Window)
    return found
