"""What comes up from the session's thread: a mailbox for snapshots, lists of points and events that lose nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from engine.messages import Event, Opened, Point, Rewound, Snapshot
from engine.session.turns import Turns


class Outbox:
    """Filled by the session's thread, emptied by the viewer's.

    `call_wake` is called, on the session's thread, when something is there that a viewer should not wait for. `turns`
    tells which of both may use the processors.
    """

    def __init__(self, call_wake: Callable[[], None]) -> None:
        self.turns = Turns()
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._points: list[Point] = []
        self._events: list[Event] = []
        self._call_wake = call_wake

    @property
    def mailbox_empty(self) -> bool:
        """Whether the viewer has taken the last snapshot. Costs no lock."""
        return self._snapshot is None

    def publish(self, snapshot: Snapshot, *, wake: bool) -> None:
        """Put a snapshot into the mailbox: the newest wins."""
        with self._lock:
            self._snapshot = snapshot
        if wake:
            self._call_wake()

    def add_points(self, points: Sequence[Point]) -> None:
        if points:
            with self._lock:
                self._points.extend(points)

    def tell(self, event: Event) -> None:
        """Add an event; the viewer is woken for the first of those that it has not fetched yet."""
        with self._lock:
            first = not self._events
            self._events.append(event)
            if isinstance(event, Opened):
                self._snapshot = None  # of what was open before
        if first:
            self._call_wake()

    def take(self) -> Snapshot | None:
        """The newest snapshot, once. None as long as an event before it, that says what it is of, was not fetched."""
        with self._lock:
            if self._starts_anew(Opened):
                return None
            snapshot, self._snapshot = self._snapshot, None
        return snapshot

    def points(self) -> list[Point]:
        """All points since the last call; none while an event before them, that empties curves, was not fetched."""
        with self._lock:
            if self._starts_anew(Opened, Rewound):
                return []
            points, self._points = self._points, []
        return points

    def forget_points(self) -> None:
        """Drop the points that nobody has fetched: their history has ended."""
        with self._lock:
            self._points.clear()

    def events(self) -> list[Event]:
        with self._lock:
            events, self._events = self._events, []
        return events

    def _starts_anew(self, *kinds: type) -> bool:
        return any(isinstance(event, kinds) for event in self._events)
