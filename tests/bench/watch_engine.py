"""`watch_engine`: what watching costs the engine alone, with a viewer that only takes what there is."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from engine.messages import Open, Opened, Pause, Status, StatusChanged, Train, Watch
from engine.session import Session
from tests.bench.quiet import in_turns
from tests.bench.rows import Row, at_least


def measure(quick: bool) -> Sequence[Row]:
    """Training by the session, watched at 30 frames a second, beside the plain loop: windows of a second in turns."""
    from tests.bench import plain
    from tests.bench.seen import seen

    pairs = 4 if quick else 10
    name = plain.dataset_name()
    with tempfile.TemporaryDirectory() as folder, seen() as found:
        session = Session(data_root=plain.data_root(), runs_root=Path(folder))
        viewer = _Viewer(session)
        try:
            session.start()
            session.send(Open("lenet", name, device="cpu", epochs=10_000))
            opened = viewer.wait_for(Opened)
            session.send(Watch(tuple(node.name for node in opened.graph.nodes)))
            loop = found.on_the_engines_thread(session, lambda: plain.Plain("lenet", plain.load(name)))()
            trainer = found.trainers[-1]
            rates: list[float] = []

            def ours() -> float:
                session.send(Train())
                viewer.wait_for(StatusChanged, Status.TRAINING)
                began, steps, shown = time.perf_counter(), trainer.updates, viewer.frames
                time.sleep(1.0)
                spent = time.perf_counter() - began
                made = trainer.updates - steps
                rates.append((viewer.frames - shown) / spent)
                session.send(Pause())
                viewer.wait_for(StatusChanged, Status.PAUSED)
                return made * plain.BATCH / spent

            other = found.on_the_engines_thread(session, lambda: loop.samples_per_second(1.0))
            turns = in_turns(ours, other, pairs=pairs)
        finally:
            viewer.close()
            session.close(30.0)
    note = f"{turns}; {median(rates):.0f} frames/s"
    return [
        at_least(
            "watch_engine", turns.ratio * median(turns.other), median(turns.other), 0.97, unit="samples/s", note=note
        )
    ]


class _Viewer:
    """A thread that takes what there is, thirty times a second."""

    def __init__(self, session: Session) -> None:
        self.frames = 0
        self._session = session
        self._events: list[object] = []
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def wait_for(self, kind: type, status: Status | None = None) -> object:
        with self._changed:
            while True:
                for place, event in enumerate(self._events):
                    if isinstance(event, kind) and (status is None or event.status is status):
                        del self._events[: place + 1]
                        return event
                if not self._changed.wait(120):
                    raise TimeoutError(f"no {kind.__name__}")

    def close(self) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(1 / 30):
            events = self._session.events()
            self._session.points()
            self.frames += self._session.take() is not None
            if events:
                with self._changed:
                    self._events += events
                    self._changed.notify_all()
