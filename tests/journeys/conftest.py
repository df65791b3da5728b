"""The whole app, as `main.py` starts it, with a data folder that holds a small MNIST made from the bundled digits."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from engine import messages
from gui import app
from gui.arguments import parse
from gui.labs.studio.lab import StudioLab
from gui.window import Window

PATIENCE = 60_000  # ms: torch loads behind the window, on a busy machine slowly
RESOURCES = Path(__file__).resolve().parents[2] / "resources"

Start = Callable[..., "tuple[Window, StudioLab]"]


def write_idx(path: Path, values: np.ndarray) -> None:
    """An IDX file (unsigned bytes), gzipped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(head + np.ascontiguousarray(values, np.uint8).tobytes(), 1))


@pytest.fixture(scope="session")
def small_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root whose `mnist` has 1,280 training and 200 test samples."""
    root = tmp_path_factory.mktemp("root")
    samples = load_file(RESOURCES / "samples" / "digits.safetensors")
    pictures, labels = samples["pictures"][:, 0], samples["labels"].astype(np.uint8)
    many = np.concatenate([np.roll(pictures, shift, axis=2) for shift in (-2, -1, 0, 1, 2, 3, -3)])[:1280]
    write_idx(root / "mnist" / "train-images-idx3-ubyte.gz", many)
    write_idx(root / "mnist" / "train-labels-idx1-ubyte.gz", np.tile(labels, 7)[:1280])
    write_idx(root / "mnist" / "t10k-images-idx3-ubyte.gz", pictures)
    write_idx(root / "mnist" / "t10k-labels-idx1-ubyte.gz", labels)
    return root


@pytest.fixture
def start(qtbot: QtBot, small_mnist: Path) -> Iterator[Start]:
    """Starts the app as from the command line and waits for its first picture; closes it when the test ends."""
    windows: list[Window] = []

    def begin(*arguments: str, wait: bool = True) -> tuple[Window, StudioLab]:
        _, window = app.create(parse(["--data-root", str(small_mnist), "--size", "1280x800", *arguments]))
        windows.append(window)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        lab = window.lab
        assert isinstance(lab, StudioLab), [problem.message for problem in window.notices.problems]
        if wait:
            until(qtbot, lambda: lab.experiment.status is messages.Status.READY)
        return window, lab

    yield begin
    for window in windows:
        window.close()
        QCoreApplication.processEvents()


def until(qtbot: QtBot, what: Callable[[], object]) -> None:
    """Wait for something that the engine does on its thread."""
    qtbot.waitUntil(lambda: bool(what()), timeout=PATIENCE)


def opened_mnist(qtbot: QtBot, lab: StudioLab) -> None:
    """Choose MNIST in the top bar, as a user does, and wait until it is there."""
    lab.top.dataset.set_key("mnist")
    lab.top.dataset.activated.emit(lab.top.dataset.currentIndex())
    until(qtbot, lambda: lab.experiment.opened is not None and lab.experiment.opened.dataset.name == "mnist")
    until(qtbot, lambda: not lab.experiment.busy)
