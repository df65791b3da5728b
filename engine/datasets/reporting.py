"""Progress of long work, told a few times a second, and the place where a cancelled work stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from engine.datasets.dataset import Cancelled
from engine.messages import Progress

ProgressCallback = Callable[[Progress], None]
CancelCheck = Callable[[], bool]

_INTERVAL = 0.1  # seconds between two messages


class Reporter:
    """Tells `progress` of `done` of `total` and stops the work when `cancelled` says so; a context manager.

    Whatever ends the work (an error too), a last message with `finished` set closes it. Nothing is told if the work
    ends before the first tenth of a second is over.
    """

    def __init__(
        self,
        title: str,
        total: float,
        *,
        progress: ProgressCallback | None = None,
        cancelled: CancelCheck | None = None,
    ) -> None:
        self._title = title
        self._total = total
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0.0
        self._started = self._told = time.monotonic()
        self._spoken = False

    def __enter__(self) -> Self:
        self.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._progress is not None and self._spoken:
            self._progress(Progress(self._title, self._done, self._total, None, finished=True))

    def check(self) -> None:
        """Raises Cancelled if the user has cancelled."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled(f"{self._title} was cancelled.")

    def at(self, done: float) -> None:
        """So much of the total is done. Raises Cancelled if the user has cancelled."""
        self.check()
        self._done = done
        now = time.monotonic()
        if self._progress is None or now - self._told < _INTERVAL:
            return
        self._told = now
        self._spoken = True
        self._progress(Progress(self._title, done, self._total, self._seconds_left(now)))

    def advance(self, amount: float) -> None:
        """So much more is done. Raises Cancelled if the user has cancelled."""
        self.at(self._done + amount)

    @property
    def done(self) -> float:
        return self._done

    def _seconds_left(self, now: float) -> float | None:
        if self._total <= 0 or self._done <= 0:
            return None
        return max(0.0, (self._total - self._done) * (now - self._started) / self._done)
