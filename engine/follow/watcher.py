"""Looks a few times a second whether a followed Run has changed, on a thread of its own that does nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.follow.reading import QUIET_SECONDS, Reader

_SECONDS = 0.2


class Watcher:
    """Calls `changed` when the Run that `reader` reads has changed or has fallen quiet, until `close`."""

    def __init__(self, reader: Reader, changed: Callable[[], object], *, seconds: float = _SECONDS) -> None:
        self._reader = reader
        self._changed = changed
        self._seconds = seconds
        self._ended = threading.Event()
        self._before = reader.signature()
        self._thread = threading.Thread(target=self._look, name="receptive-follower", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; it is over when this returns."""
        self._ended.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _look(self) -> None:
        before = self._before
        quiet, still = False, 0.0
        while not self._ended.wait(self._seconds):
            now = self._reader.signature()
            still = 0.0 if now != before else still + self._seconds
            fell_quiet = still >= QUIET_SECONDS and not quiet
            checked = still and still % 2.0 < self._seconds  # a script may have died: its files do not tell
            quiet = still >= QUIET_SECONDS
            if now != before or fell_quiet or checked:
                before = now
                self._changed()
