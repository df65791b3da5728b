"""The one place where the gui knows a Session: commands go down, what came up is emitted as Qt signals.

Snapshots are taken from the session's mailbox by a timer while something moves, and at once when the session says that
something which was asked for is there. Points and events are drained at each look, so none is lost.
"""

from __future__ import annotations

import os
import time
from collections import deque
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from engine import messages
from engine.messages.kinds import CompareEvent, FilmEvent, ModuleEvent
from engine.session import Session
from gui.learned import Learned

_POINTS_SECONDS = 0.2
"""How often points of the curves are passed on while training: curves are drawn no faster, many at once cost less."""

_FEW_PROCESSORS = 2
_USUAL, _GENTLE = 30, 26
"""Where each frame is taken from the training, the usual frames a second are a few less; who wants more, gets them."""

_BUSY = (messages.Status.STARTING, messages.Status.WORKING, messages.Status.TRAINING)


class Bridge(QObject):
    """A Session (one of its own where none is given), as a QObject.

    `data_root` is where that Session finds datasets. `frames_per_second` is how often the mailbox is looked into while
    the engine is busy.
    """

    opened = Signal(object)
    snapshot = Signal(object)
    points = Signal(object)
    status = Signal(object)
    settings = Signal(object)
    rewound = Signal()
    progress = Signal(object)
    failed = Signal(object)
    noticed = Signal(object)
    evaluated = Signal(object)
    gallery = Signal(object)
    saved = Signal(object)
    recorded = Signal(object)
    insight = Signal(object)
    insight_failed = Signal(object)
    switched_off = Signal(object)
    compared = Signal(object)
    module_told = Signal(object)
    film_told = Signal(object)
    _woken = Signal()

    def __init__(
        self,
        session: Session | None = None,
        parent: QObject | None = None,
        *,
        data_root: Path | None = None,
        frames_per_second: float = 30.0,
    ) -> None:
        super().__init__(parent)
        self.session = Session(data_root=data_root) if session is None else session
        self._status = messages.Status.STARTING
        self._closed = False
        self._started = False
        self._shown: deque[float] = deque(maxlen=120)
        self._next_points = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        self.set_frames_per_second(frames_per_second)
        self._woken.connect(self.look, Qt.ConnectionType.QueuedConnection)
        self.learned = Learned(self, self)
        self._signals: dict[type, Any] = {
            messages.Opened: self.opened,
            messages.StatusChanged: self.status,
            messages.SettingsChanged: self.settings,
            messages.Progress: self.progress,
            messages.Failed: self.failed,
            messages.Noticed: self.noticed,
            messages.Evaluated: self.evaluated,
            messages.Gallery: self.gallery,
            messages.RunSaved: self.saved,
            messages.Recorded: self.recorded,
            messages.Insight: self.insight,
            messages.InsightFailed: self.insight_failed,
            messages.SwitchedOff: self.switched_off,
            CompareEvent: self.compared,
            ModuleEvent: self.module_told,
            FilmEvent: self.film_told,
        }

    def set_frames_per_second(self, frames_per_second: float) -> None:
        if (os.cpu_count() or 1) <= _FEW_PROCESSORS and frames_per_second <= _USUAL:
            frames_per_second = min(frames_per_second, _GENTLE)
        self._timer.setInterval(max(1, round(1000 / frames_per_second)))

    def first_light(self, network: str) -> None:
        """Emit a bundled network and what it does with a first sample, computed without torch; where the engine has
        been started already, beside another lab, it opens that network itself."""
        if self._started:
            self.send(messages.Open(network=network, dataset="digits", pretrained=True, download=False))
            return
        opened, snapshot, gallery = self.session.first_light(network)
        self.opened.emit(opened)
        self.snapshot.emit(snapshot)
        self.gallery.emit(gallery)

    def start(self) -> None:
        """Start the engine's thread, once; torch loads there."""
        if self._started or self._closed:
            return
        self._started = True
        self.session.wake = self._woken.emit
        self._timer.start()
        self.session.start()

    def send(self, command: messages.Command) -> None:
        """Send a command down; after `close` it is dropped, there is nobody left to carry it out."""
        if self._closed:
            return
        self.session.send(command)
        self.learned.watch_sent(command)
        if not self._timer.isActive():
            self._timer.start()

    @property
    def started(self) -> bool:
        """Whether the engine's thread was started."""
        return self._started

    @property
    def displayed_per_second(self) -> float:
        """How many snapshots were emitted during the last second."""
        now = time.monotonic()
        return float(sum(1 for moment in self._shown if now - moment <= 1.0))

    def look(self) -> None:
        """Emit all that has come up since the last look."""
        if self._closed:
            return
        events = self.session.events()
        for event in events:
            self._emit(event)
        now = time.monotonic()
        points: list[messages.Point] = []
        if events or now >= self._next_points or self._status is not messages.Status.TRAINING:
            self._next_points = now + _POINTS_SECONDS
            points = self.session.points()
        snapshot = self.session.take()
        if snapshot is not None:
            self._shown.append(now)
            with self.session.turn():
                if points:
                    self.points.emit(points)
                self.snapshot.emit(snapshot)
                # What they change is painted now, while the engine rests, not at the next turn of the loop.
                QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
        elif points:
            self.points.emit(points)
        if snapshot is None and self._status not in _BUSY:
            self._timer.stop()

    def close(self) -> bool:
        """Stop the engine; returns whether its thread has ended. Safe to call twice."""
        self.session.wake = None
        ended = self.session.close()
        if not self._closed:
            for event in self.session.events():
                self._emit(event)
        self._closed = True
        self._timer.stop()
        return ended

    def _emit(self, event: messages.Event) -> None:
        if isinstance(event, messages.StatusChanged):
            self._status = event.status
            if event.status in _BUSY and not self._closed:
                self._timer.start()
        if isinstance(event, messages.Rewound):
            self.rewound.emit()
        else:
            next(self._signals[kind] for kind in type(event).__mro__ if kind in self._signals).emit(event)
