"""`sample_switch` and `timeline`: from the next sample, or another moment of a training, to all maps repainted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from PySide6.QtCore import QEventLoop, QTimer

from engine import messages
from engine.messages import Snapshot
from tests.bench import plain
from tests.bench.quiet import watched_load
from tests.bench.rows import Row, at_most
from tests.bench.studio import Painted, Studio, studio

_MOST = 33.0
_PATIENCE_MS = 5000
_STEPS = 400


class _Stopwatch:
    """How long it takes from a wish to the stage being painted with the snapshot that fulfils it."""

    def __init__(self, shown: Studio) -> None:
        self.taken: list[float] = []
        self._fits: Callable[[Snapshot], bool] | None = None
        self._arrived = False
        self._done = True
        self._began = 0.0
        self._loop = QEventLoop()
        self._patience = QTimer(self._loop)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._loop.quit)
        shown.bridge.snapshot.connect(self._snapshot)
        self.watcher = Painted(shown.stage, self._painted)

    def measure(self, wish: Callable[[], object], fits: Callable[[Snapshot], bool]) -> None:
        self._fits, self._arrived, self._done = fits, False, False
        self._began = time.perf_counter()
        wish()
        if not self._done:
            self._patience.start(_PATIENCE_MS)
            self._loop.exec()
            self._patience.stop()
        if not self._done:
            raise TimeoutError("what was wished for was not shown")

    def _snapshot(self, snapshot: Snapshot) -> None:
        if self._fits is not None and self._fits(snapshot):
            self._arrived = True

    def _painted(self) -> None:
        if self._arrived and not self._done:
            self._done = True
            self._loop.quit()
            self.taken.append((time.perf_counter() - self._began) * 1000)


def measure(quick: bool) -> Sequence[Row]:
    """A LeNet that has learnt a little, paused: one sample after the other, then moments from all over its training."""
    name = plain.dataset_name()
    times = 60 if quick else 300
    with studio() as shown:
        shown.open("lenet", name, epochs=10_000)
        shown.bridge.send(messages.TrainSteps(_STEPS))
        shown.wait_for_status(messages.Status.PAUSED)
        shown.run(0.5)
        return [_row("sample_switch", _switched(shown, times)), _row("timeline", _slid(shown, times))]


def _switched(shown: Studio, times: int) -> tuple[list[float], str]:
    watch = _Stopwatch(shown)
    with watched_load() as load:
        for _ in range(times):
            watch.measure(partial(shown.lab.samples.step, 1), partial(_is_other, shown.lab.snapshot.sample.index))
            shown.run(0.01)
    watch.watcher.deleteLater()
    return watch.taken, str(load)


def _slid(shown: Studio, times: int) -> tuple[list[float], str]:
    recorded = [step for step in shown.lab.experiment.recorded if step < _STEPS]
    watch = _Stopwatch(shown)
    with watched_load() as load:
        for move in range(times):
            step = recorded[(move * 37) % len(recorded)]
            watch.measure(partial(shown.lab.timeline.choose, step), partial(_is_of, step))
            shown.run(0.01)
    watch.watcher.deleteLater()
    return watch.taken, str(load)


def _is_of(step: int, snapshot: Snapshot) -> bool:
    return snapshot.moment == step


def _is_other(index: int, snapshot: Snapshot) -> bool:
    return snapshot.sample.index != index


def _row(name: str, measured: tuple[list[float], str]) -> Row:
    taken, load = sorted(measured[0]), measured[1]
    p95 = taken[int(len(taken) * 0.95)]
    note = f"median {median(taken):.1f} ms, maximum {taken[-1]:.1f} ms of {len(taken)}; {load}"
    return at_most(name, p95, _MOST, 1.0, unit="ms", note=note)
