"""The real window with a real session, driven for a measurement."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine import messages
from engine.session.loading import load_engine
from tests.bench.seen import Seen, seen

_PATIENCE = 180.0


class Studio:
    """A 1600x1000 window with an experiment open; `trainer` is the engine's own."""

    def __init__(self, app: Any, window: Any, seen: Seen) -> None:
        self.app = app
        self.window = window
        self.lab = window.lab
        self.bridge = window.bridge
        self.seen = seen
        self._events: list[Any] = []
        bridge = self.bridge
        for signal in (bridge.opened, bridge.status, bridge.evaluated, bridge.failed, bridge.recorded, bridge.saved):
            signal.connect(self._events.append)
        self.frames = 0
        bridge.snapshot.connect(self._count)

    @property
    def trainer(self) -> Any:
        return self.seen.trainers[-1]

    @property
    def stage(self) -> QWidget:
        """The widget on which the maps are painted."""
        return self.lab.pages.network.canvas

    def open(self, network: str, dataset: str, *, epochs: int) -> None:
        """Open an untrained network and wait until the window shows it."""
        self.bridge.start()
        self.bridge.send(messages.Open(network, dataset, device="cpu", epochs=epochs))
        self.wait_for(messages.Opened, lambda event: event.settings.dataset == dataset)
        self.wait_for_status(messages.Status.READY)
        self.run(0.5)

    def train(self) -> None:
        self.bridge.send(messages.Train())
        self.wait_for_status(messages.Status.TRAINING)

    def pause(self) -> None:
        self.bridge.send(messages.Pause())
        self.wait_for_status(messages.Status.PAUSED)
        self.run(0.1)

    def run(self, seconds: float) -> None:
        """Let the window live for so long."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def wait_for(self, kind: type, fits: Callable[[Any], bool] = lambda event: True) -> Any:
        """The next event of that kind that fits; those before it are forgotten."""
        end = time.monotonic() + _PATIENCE
        while True:
            for place, event in enumerate(self._events):
                if isinstance(event, messages.Failed):
                    raise RuntimeError(f"{event.title}: {event.message}")
                if isinstance(event, kind) and fits(event):
                    del self._events[: place + 1]
                    return event
            if time.monotonic() > end:
                raise TimeoutError(f"no {kind.__name__} in {_PATIENCE:.0f} s")
            self.run(0.005)  # not processEvents: that waits with the GIL in its hands

    def wait_for_status(self, status: messages.Status) -> None:
        self.wait_for(messages.StatusChanged, lambda event: event.status is status)

    def _count(self, snapshot: messages.Snapshot) -> None:
        self.frames += 1


class Heartbeat(QObject):
    """How long the gui's event loop was away: the time between two beats of a precise timer of `BEAT` milliseconds."""

    BEAT = 5

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        from PySide6.QtCore import Qt

        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start(self.BEAT)

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


class Painted(QObject):
    """Calls `then` when a widget has been painted and the event loop has come round."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._then)
        return False


@contextmanager
def studio() -> Iterator[Studio]:
    """The app as `main.py` makes it, shown, with settings and runs of its own; closed afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["RECEPTIVE_CONFIG"] = str(folder)
        load_engine()  # as the session would: what is imported before it, the collector would look at
        found = stack.enter_context(seen())
        from engine.session import Session
        from gui import app as gui_app
        from gui import arguments
        from tests.bench import plain  # and with it torch, which others want to load as the session does

        session = Session(data_root=plain.data_root(), runs_root=folder / "runs")
        app, window = gui_app.create(arguments.parse(["--size", "1600x1000", "--lab", "studio"]), session=session)
        window.show()
        stack.callback(app.sendPostedEvents, None, QEvent.Type.DeferredDelete)
        stack.callback(window.deleteLater)
        stack.callback(window.close)
        made = Studio(app, window, found)
        made.run(0.3)
        yield made
