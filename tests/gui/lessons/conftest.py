"""A window with the real labs, without an engine."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui import app, labs
from gui.arguments import Arguments
from gui.window import Window


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    """Shows the convolution lab. The Studio, which needs an engine, is replaced by a lab of the same State."""
    from dataclasses import replace

    entries = [
        replace(entry, factory="tests.gui.shell.sample_lab:SampleLab") if entry.name == "studio" else entry
        for entry in labs.discover()
    ]
    _, made = app.create(Arguments(link="receptive://convolution", size=(1600, 1000), theme="dark"), entries=entries)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    return made
