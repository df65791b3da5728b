"""The Session: a background thread that trains and looks into networks. Commands in; snapshots, points, events out."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.messages import Command, Entry, Event, Gallery, Opened, Point, Snapshot, Status, StatusChanged
from engine.session.bundled import Bundled
from engine.session.display import Display
from engine.session.failures import failure
from engine.session.inbox import Inbox
from engine.session.loading import load_engine
from engine.session.meanwhile import Meanwhile
from engine.session.outbox import Outbox
from engine.session.places import Places, bundled_resources, default_runs

if TYPE_CHECKING:
    from engine.messages.modules import Outline, SavedModule


class Session:
    """One viewer's engine. All methods may be called from any thread; none waits for the engine, but for `close`.

    Making one imports no torch: that happens on the session's thread. `wake`, if set, is called on that thread when an
    event or a picture that was asked for is there; it should do no more than to pass that on.
    """

    def __init__(
        self, *, data_root: Path | None = None, runs_root: Path | None = None, resources: Path | None = None
    ) -> None:
        self.wake: Callable[[], None] | None = None
        self._places = Places(
            data_root=data_root, runs=runs_root or default_runs(), resources=resources or bundled_resources()
        )
        self._inbox = Inbox()
        self._outbox = Outbox(self._call_wake)
        self._display = Display(self._outbox)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @staticmethod
    def networks() -> tuple[Entry, ...]:
        """The networks of the catalogue. Needs no torch."""
        from engine import networks

        return networks.catalogue()

    @staticmethod
    def datasets() -> tuple[Entry, ...]:
        """The datasets of the catalogue. Needs no torch."""
        from engine import datasets

        return datasets.catalogue()

    @staticmethod
    def outline(path: Path) -> Outline:
        """A file of the user's own, read as text: nothing in it is run. Needs no torch."""
        from engine.networks.outline import outline

        return outline(path)

    @staticmethod
    def saved_module(directory: Path) -> SavedModule | None:
        """The module of the user's own that a saved run trains, if it does. Nothing is run. Needs no torch."""
        from engine.networks.remembered import saved_module

        return saved_module(directory)

    def first_light(self, network: str = "lenet") -> tuple[Opened, Snapshot, Gallery]:
        """The bundled network and what it makes of a bundled sample, in a few milliseconds and without torch.

        Only before `start`. From then on samples and drawings can be shown, and commands be sent that wait for torch.
        Raises FileNotFoundError or ValueError where the bundled files are missing or damaged.
        """
        if self._thread is not None:
            raise RuntimeError("First light is for before the session's start.")
        bundled = Bundled(resources=self._places.resources, network=network)
        self._display.set_scene(bundled)
        snapshot = self._display.look_at_all(bundled.graph)
        return bundled.opened(), snapshot, bundled.gallery()

    @property
    def runs_folder(self) -> Path:
        """Where runs are kept."""
        return self._places.runs

    def start(self) -> None:
        """Start the thread; torch loads there. A second call, or one after `close`, does nothing."""
        with self._starting:
            if self._thread is not None or self._inbox.closed:
                return
            # A daemon, so that a viewer that dies without closing does not hang; but Python's exit closes it properly.
            self._thread = threading.Thread(target=self._work, name="receptive-session", daemon=True)
            atexit.register(self.close)
            self._thread.start()

    def send(self, command: Command) -> bool:
        """Ask for something; commands are carried out in order. False, and nothing done, after `close`."""
        return self._inbox.put(command)

    def take(self) -> Snapshot | None:
        """The newest snapshot that was not taken yet; None if there is none."""
        return self._outbox.take()

    def points(self) -> list[Point]:
        """All points of the curves since the last call."""
        return self._outbox.points()

    def events(self) -> list[Event]:
        """All events since the last call. Fetch them before snapshots and points, which belong to what they say."""
        return self._outbox.events()

    def turn(self) -> AbstractContextManager[None]:
        """While this lasts the engine makes no steps, so that a frame is painted in the time that it needs.

        Costs a few milliseconds at most where the engine cannot stop at once.
        """
        return self._outbox.turns.turn()

    def close(self, timeout: float = 5.0) -> bool:
        """Refuse new commands, give up long work, save what is unsaved, end the thread.

        Waits up to `timeout` seconds; returns whether the thread has ended. May be called at any time, and again.
        """
        self._inbox.close()
        with self._starting:
            thread = self._thread
        if thread is None:
            return True
        if thread is threading.current_thread():
            return False
        thread.join(timeout)
        if thread.is_alive():
            return False
        atexit.unregister(self.close)
        return True

    def _call_wake(self) -> None:
        wake = self.wake
        if wake is not None:
            wake()

    def _work(self) -> None:
        """The thread: serve the bundled network while torch loads, then work with torch."""
        self._outbox.tell(StatusChanged(Status.STARTING))
        problem = self._wait_for_torch()
        if problem is None and not self._inbox.closed:
            from engine.session.worker import Worker

            Worker(inbox=self._inbox, outbox=self._outbox, display=self._display, places=self._places).run()
        elif problem is not None:
            self._go_on_without_torch(problem)
        self._outbox.tell(StatusChanged(Status.CLOSED))

    def _wait_for_torch(self) -> BaseException | None:
        """Torch is imported on a thread of its own, so that this one can serve the viewer; why it could not be."""
        problems: list[BaseException] = []

        def load() -> None:
            try:
                load_engine()
            except BaseException as error:  # whatever a broken installation raises: told to the user
                problems.append(error)
            loaded.set()
            self._inbox.kick()

        loaded = threading.Event()
        loader = threading.Thread(target=load, name="receptive-loader", daemon=True)
        with Meanwhile(
            inbox=self._inbox, outbox=self._outbox, display=self._display, show=self._show, opening=True
        ) as meanwhile:
            seen = self._inbox.changes
            loader.start()
            meanwhile.serve()
            while not loaded.is_set():
                self._inbox.wait_for_change(seen)
                seen = self._inbox.changes
                meanwhile.serve()
            loader.join()  # an import cannot be stopped: closing waits for it, a second at most
        return problems[0] if problems else None

    def _show(self) -> None:
        if self._display.wants_frame(0.0, moving=False):
            try:
                self._display.publish(moving=False)
            except Exception as error:
                self._outbox.tell(failure("The network cannot be shown", error))

    def _go_on_without_torch(self, problem: BaseException) -> None:
        """Torch cannot be loaded: the bundled network can be looked at, everything else says why it cannot be done."""
        self._outbox.tell(failure("PyTorch could not be loaded", problem))
        self._outbox.tell(StatusChanged(Status.READY, "without PyTorch"))
        with Meanwhile(inbox=self._inbox, outbox=self._outbox, display=self._display, show=self._show) as meanwhile:
            while not self._inbox.closed:
                seen = self._inbox.changes
                meanwhile.serve()
                if self._inbox.pop() is not None:
                    self._outbox.tell(failure("That needs PyTorch, which could not be loaded", problem))
                    continue
                self._inbox.wait_for_change(seen)
