"""Saving beside the training: the disk is waited for on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Autosave:
    """One save at a time. Its owner's thread calls all methods; what is saved has been read before `start`."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def start(self, write: Callable[[], None]) -> None:
        """Have `write`, which raises nothing, done on another thread, after what went on before."""
        self.wait()
        # No daemon: Python waits for what it has begun to save, whatever becomes of the session.
        self._thread = threading.Thread(target=write, name="receptive-autosave")
        self._thread.start()

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        """Until nothing is being saved any more."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
