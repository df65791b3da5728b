"""`play_smooth`, `kernel_edit`, `hover`: the convolution lab in a real window."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui import app
from gui.arguments import Arguments
from gui.labs.convolution import LAB, gallery, pictures
from gui.labs.convolution.lab import ConvolutionLab
from gui.labs.convolution.state import ConvolutionState, Page
from tests.bench.rows import Row, at_most

_FRAME = 16.7
_EDIT = 33.0


@contextmanager
def _lab() -> Iterator[ConvolutionLab]:
    """The lab alone in a window of 1600 x 1000, with settings of its own."""
    with TemporaryDirectory() as folder, patch.dict("os.environ", {"RECEPTIVE_CONFIG": folder}):
        _, window = app.create(Arguments(size=(1600, 1000), theme="dark"), entries=(LAB,))
        window.resize(1600, 1000)
        window.show()
        window.open_lab("convolution")
        assert isinstance(window.lab, ConvolutionLab)
        _settle(0.5)
        try:
            yield window.lab
        finally:
            window.close()


def _settle(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.002)


def _repainted(widget: QWidget) -> float:
    """Milliseconds until what has changed is on the screen."""
    started = time.perf_counter()
    widget.repaint()
    QApplication.processEvents()
    return (time.perf_counter() - started) * 1000


def measure(quick: bool) -> Sequence[Row]:
    """All three in one window."""
    count = 60 if quick else 300
    with _lab() as lab:
        return [_play_smooth(lab, 3.0 if quick else 10.0), _kernel_edit(lab, count), _hover(lab, count)]


def _played() -> ConvolutionState:
    return ConvolutionState(
        size=(16, 16), in_channels=8, out_channels=8, kernel=(3, 3), stride=(1, 1), padding=(0, 0), bias=True
    )


def _play_smooth(lab: ConvolutionLab, seconds: float) -> Row:
    """Gaps between paintings of the stage while 16x16x8 → 14x14x8 plays at 16x, over and over."""
    lab.change(_played())
    player = lab.player
    player.set_speed(16.0)
    player.set_loop(True)
    _settle(0.3)
    times: list[float] = []
    painted = player.stage.paintEvent

    def paint(event: object) -> None:
        painted(event)  # type: ignore[arg-type]
        times.append(time.perf_counter())

    with patch.object(player.stage, "paintEvent", paint):
        player.toggle()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            QApplication.processEvents()
            time.sleep(0.0002)
        player.toggle()
    gaps = np.diff(times) * 1000
    worst = float(np.percentile(gaps, 99))
    note = f"{len(times) / seconds:.0f} frames/s, largest gap {gaps.max():.1f} ms"
    return at_most("play_smooth", worst, _FRAME, 1.0, unit="ms", note=note)


def _kernel_edit(lab: ConvolutionLab, count: int) -> Row:
    """From a changed kernel cell to the repainted picture of 1024 x 1024 pixels."""
    lab.show_page(Page.PICTURE)
    page = lab.picture
    assert page is not None
    grey = pictures.bundled("house", 1024)
    page.show_own(pictures.grey_of(QImage(grey.tobytes(), 1024, 1024, 1024, QImage.Format.Format_Grayscale8)))
    page.choose(gallery.kernel("gaussian"))
    _settle(0.3)
    taken = []
    chance = random.Random(1)
    for _ in range(count):
        started = time.perf_counter()
        row, column = chance.randrange(3), chance.randrange(3)
        page.view.kernel_changed.emit(row, column, float(page.view.kernel[row, column] + 1) % 7)
        page.view.repaint()
        QApplication.processEvents()
        taken.append((time.perf_counter() - started) * 1000)
    note = f"median {np.median(taken):.1f} ms, {page.view.picture.shape[0]} x {page.view.picture.shape[1]} pixels"
    return at_most("kernel_edit", float(np.percentile(taken, 95)), _EDIT, 1.0, unit="ms", note=note)


def _hover(lab: ConvolutionLab, count: int) -> Row:
    """From a move of the mouse to the highlights repainted, all over the stage."""
    lab.change(replace(_played(), page=Page.STEPS))
    stage = lab.player.stage
    _settle(0.3)
    taken = []
    chance = random.Random(2)
    none = Qt.MouseButton.NoButton
    for _ in range(count):
        place = QPointF(chance.uniform(1, stage.width() - 1), chance.uniform(1, stage.height() - 1))
        move = QMouseEvent(
            QEvent.Type.MouseMove, place, stage.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
        )
        started = time.perf_counter()
        QApplication.sendEvent(stage, move)
        _repainted(stage)
        taken.append((time.perf_counter() - started) * 1000)
    note = f"median {np.median(taken):.1f} ms"
    return at_most("hover", float(np.percentile(taken, 95)), _FRAME, 1.0, unit="ms", note=note)
