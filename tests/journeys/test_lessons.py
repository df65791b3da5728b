"""Following the lines of the lessons that lead into the Studio, with the real engine."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
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
    ("cnn-shapes", "Shapes, on a photograph"): ("32×32×3", "8×8×12", "3×3×12"),
    ("cnn-shapes", "Pooling, number by number"): ("3×3",),
    ("cnn-shapes", "On digits: one channel"): ("28×28×1", "7×7×12", "3×3×12", "10"),
    ("cnn-shapes", "With CIFAR-10, ten classes"): ("32×32×3", "8×8×12", "3×3×12", "10", "2,002 parameters"),
    ("modules", "All layers as a table"): ("61,706",),
    ("modules", "Its layer as units"): ("128 units", "10 units"),
    ("modern-cnns", "GoogLeNet: four branches"): ("inception3b", "71.2 k parameters"),
    ("modern-cnns", "ResNet: around the block"): ("77.8 k parameters",),
    ("modern-cnns", "DenseNet: all maps so far"): ("denseblock1", "46.4 k parameters"),
    ("modern-cnns", "AlexNet, small"): ("199 k parameters",),
    ("modern-cnns", "VGG, small"): ("147 k parameters",),
    ("modern-cnns", "NiN, small"): ("61.4 k parameters",),
    ("modern-cnns", "AlexNet in its real size"): ("61.1 M parameters",),
}  # fmt: skip


@pytest.fixture
def small_cifar(small_mnist: Path) -> None:
    """A CIFAR-10 of 20 training and 20 test samples beside the small MNIST."""
    folder = small_mnist / "cifar-10"
    folder.mkdir(exist_ok=True)
    noise = np.random.RandomState(0).randint(0, 256, (20, 3073)).astype(np.uint8)
    noise[:, 0] = np.arange(20) % 10
    for name in ("data_batch_1.bin", "test_batch.bin"):
        (folder / name).write_bytes(noise.tobytes())


@pytest.mark.usefixtures("small_cifar")
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
            until(qtbot, lambda: window.spotlight.rects)
            assert window.spotlight.parts == show.parts != ()
            until(qtbot, lambda: lab.wanted is None and lab.settled)
            assert [problem.message for problem in window.notices.problems] == []
            bounds = QRectF(window.rect())
            for part in show.parts:
                places = window.spotlight.places(part)
                assert places, f"{lesson.id}, {show.title}: “{part}” is not on screen"
                assert all(bounds.contains(place) for place in places)
            check(window, lab, show)
            must = MUST.get((lesson.id, show.title), ())
            shape = re.fullmatch(r"\d+×\d+×\d+", show.hint) if "page=step" not in show.link else None
            found = texts(window, tmp_path) if must or shape else []
            assert shape is None or any(show.hint in text for text in found)
            missing = [text for text in must if text not in found]
            assert not missing, f"{lesson.id}, {show.title}: {missing} are not on screen"


def check(window: Window, lab: StudioLab, show: Show) -> None:
    """The lab is where the line leads, with trained weights or before any training."""
    assert "trained=0" not in show.link or (lab.experiment.step == 0 and not lab.state.pretrained)
    assert window.link().replace("&trained=0", "") == show.link.replace("&trained=0", "")


def test_the_studio_opens_when_the_engine_has_started_beside_another_lab(qtbot: QtBot, small_mnist: Path) -> None:
    from gui import app
    from gui.arguments import parse

    _, window = app.create(parse(["--data-root", str(small_mnist), "--size", "1280x800", "receptive://convolution"]))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    until(qtbot, lambda: window.bridge.started)
    window.open_link("receptive://studio?v=1&net=lenet&node=conv1")
    assert [problem.message for problem in window.notices.problems] == []
    lab = window.lab
    assert isinstance(lab, StudioLab)
    until(qtbot, lambda: lab.wanted is None and lab.settled)
    assert lab.state.network == "lenet"
    assert lab.snapshot is not None
    window.close()
