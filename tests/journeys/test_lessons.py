"""Following the lines of the lessons that lead into the Studio, with the real engine."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from gui.labs.studio.lab import StudioLab
from gui.lessons.library import load
from gui.lessons.markdown import Show
from gui.window import Window
from tests.gui.lessons.screen import texts
from tests.journeys.conftest import Start, until

MUST = {
    ("parameter-count", "LeNet's dense layer"): ("48,120", "61,706"),
    ("locality", "A unit of the first layer"): ("5×5", "12–16", "1"),
    ("locality", "After pooling"): ("6×6", "2"),
    ("locality", "A unit of the second layer"): ("14×14", "2"),
    ("locality", "At the edge, with padding"): ("5×5", "0–2"),
    ("lenet", "LeNet, trained"): (
        "28×28×6", "14×14×6", "10×10×16", "5×5×16", "120", "84", "10", "61,706 parameters",
    ),
    ("feature-maps", "One pixel, its sum"): ("345",),
}  # fmt: skip


def test_every_line_into_the_studio(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    window, lab = start("--size", "1600x1000")
    for lesson in load():
        if "studio" not in lesson.labs:
            continue
        window.lessons.open(lesson.id)
        panel = window.lessons.panel
        assert panel is not None
        for row in panel.rows:
            show = row.show_me
            if show.lab != "studio":
                continue
            qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
            until(qtbot, lambda: lab.wanted is None and lab.settled and window.spotlight.rects)
            assert [problem.message for problem in window.notices.problems] == []
            assert window.spotlight.parts == show.parts != ()
            bounds = QRectF(window.rect())
            for part in show.parts:
                places = window.spotlight.places(part)
                assert places, f"{lesson.id}, {show.title}: “{part}” is not on screen"
                assert all(bounds.contains(place) for place in places)
            check(window, lab, show)
            found = texts(window, tmp_path)
            shape = re.fullmatch(r"\d+×\d+×\d+", show.hint)
            assert shape is None or any(show.hint in text for text in found)
            missing = [text for text in MUST.get((lesson.id, show.title), ()) if text not in found]
            assert not missing, f"{lesson.id}, {show.title}: {missing} are not on screen"


def check(window: Window, lab: StudioLab, show: Show) -> None:
    """The lab is where the line leads, with trained weights or before any training."""
    assert "trained=0" not in show.link or (lab.experiment.step == 0 and not lab.state.pretrained)
    assert window.link().replace("&trained=0", "") == show.link.replace("&trained=0", "")
