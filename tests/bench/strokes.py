"""`stroke_latency`: from a move of the pen to all maps and the prediction repainted, while the network is training."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from statistics import median

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.messages import Snapshot
from tests.bench import plain
from tests.bench.quiet import watched_load
from tests.bench.rows import Row, at_most
from tests.bench.studio import Painted, studio

_MOST = 33.0
_MOVE_SECONDS = 0.02


class _Pen:
    """When the pen moved, which request carries that move, and when a picture of it had been painted."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._moved: list[float] = []
        self._waiting: dict[int, list[float]] = {}
        self._shown = 0

    def move(self) -> None:
        self._moved.append(time.perf_counter())

    def sent(self, request: int) -> None:
        self._waiting[request], self._moved = self._moved, []

    def arrived(self, snapshot: Snapshot) -> None:
        self._shown = snapshot.request

    def painted(self) -> None:
        now = time.perf_counter()
        for request in [one for one in self._waiting if one <= self._shown]:
            self.taken += [(now - moved) * 1000 for moved in self._waiting.pop(request)]


def measure(quick: bool) -> Sequence[Row]:
    """A pen that draws circles, fifty moves a second; each move counts until a picture with it has been painted."""
    name = plain.dataset_name()
    with studio() as shown:
        shown.open("lenet", name, epochs=10_000)
        samples = shown.lab.samples
        samples.set_drawing(True)
        shown.run(0.3)
        pad = samples.pad
        assert pad is not None
        pen = _Pen()
        pad.picture_changed.connect(lambda _: pen.sent(samples.request))
        shown.bridge.snapshot.connect(pen.arrived)
        watcher = Painted(shown.stage, pen.painted)
        shown.train()
        shown.run(0.5)
        moves = 100 if quick else 500
        with watched_load() as load:
            _press(pad, QEvent.Type.MouseButtonPress, _on_circle(pad, 0))
            for move in range(1, moves + 1):
                pen.move()
                _press(pad, QEvent.Type.MouseMove, _on_circle(pad, move))
                shown.run(_MOVE_SECONDS)
            shown.run(0.3)
            _press(pad, QEvent.Type.MouseButtonRelease, _on_circle(pad, 0))
        shown.pause()
        watcher.deleteLater()
    taken = sorted(pen.taken)
    if len(taken) < moves:
        raise RuntimeError(f"only {len(taken)} of {moves} moves were shown")
    p95 = taken[int(len(taken) * 0.95)]
    note = f"median {median(taken):.1f} ms, maximum {taken[-1]:.1f} ms of {len(taken)} moves; {load}"
    return [at_most("stroke_latency", p95, _MOST, 1.0, unit="ms", note=note)]


def _on_circle(pad: QWidget, move: int) -> QPointF:
    radius = min(pad.width(), pad.height()) * (0.15 + 0.2 * ((move // 40) % 2))
    angle = 2 * math.pi * move / 40
    return QPointF(pad.width() / 2 + radius * math.cos(angle), pad.height() / 2 + radius * math.sin(angle))


def _press(pad: QWidget, kind: QEvent.Type, place: QPointF) -> None:
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    buttons = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    everywhere = QPointF(pad.mapToGlobal(place.toPoint()))
    event = QMouseEvent(kind, place, everywhere, button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pad, event)
