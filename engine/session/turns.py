"""Who may use the processors: the engine for its steps, or the viewer for a frame.

Training on a few processors leaves none for a viewer. One that paints beside it takes a processor from a team of
threads that wait for each other at every operation, and the GIL from the thread that leads them: 2 ms of painting then
take 4 ms, and the training stands still meanwhile. So the viewer asks for a turn: the engine stops between two steps,
and the frame is painted in the time that it needs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

# The longest that a viewer waits for its turn: where steps take longer, it paints beside them.
_WAIT_SECONDS = 0.006
# The longest that the engine waits for a viewer to be done.
_FRAME_SECONDS = 0.03


class Turns:
    """`working` and `offer` are the engine's, `turn` is the viewer's; each side has one thread."""

    def __init__(self) -> None:
        self._wanted = False
        self._works = False
        self._granted = threading.Event()
        self._returned = threading.Event()
        self._offered = 0.0
        self._pace = 0.0

    @contextmanager
    def working(self) -> Iterator[None]:
        """While this lasts, the engine uses the processors and offers them now and then."""
        self._offered, self._pace = perf_counter(), 0.0
        self._works = True
        try:
            yield
        finally:
            self._works = False
            self._granted.set()

    def offer(self, meanwhile: Callable[[], object] | None = None) -> None:
        """Between two pieces of work: let the viewer paint, if it wants to. Nothing but a look at the clock if not.

        `meanwhile` is called while it paints, and need not be waited for then.
        """
        now = perf_counter()
        self._pace = now - self._offered
        if self._wanted:
            self._granted.set()
            if meanwhile is not None:
                meanwhile()
            self._returned.wait(_FRAME_SECONDS)
            now = perf_counter()
        self._offered = now

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While this lasts, the engine rests, if it could be waited for."""
        if not self._works or self._pace > _WAIT_SECONDS:
            yield
            return
        self._returned.clear()
        self._granted.clear()
        self._wanted = True
        try:
            if self._works:
                self._granted.wait(_WAIT_SECONDS)
            yield
        finally:
            self._wanted = False
            self._returned.set()
