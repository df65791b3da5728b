"""Saving what a training has brought: now, or beside it, in small pieces on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time

from engine import runs
from engine.messages import RunSaved
from engine.session.experiment import Experiment
from engine.session.failures import failure
from engine.session.outbox import Outbox
from engine.session.places import Places
from engine.session.saving import is_unsaved, saving

# Saving beside a training takes at most one part in so many of a processor's time: short epochs are not saved one by
# one.
_TIMES_ITS_COST = 200
# A piece takes a millisecond or two from the team of threads that trains. In one go a save would slow the training to
# a quarter for a fifth of a second, and with it whoever draws or watches.
_REST_SECONDS = 0.01


class Autosave:
    """One save at a time. Its owner's thread calls all methods; what is saved has been read when they return.

    A failure is told once, not every time.
    """

    def __init__(self, *, outbox: Outbox, places: Places, clock: Callable[[], float] = perf_counter) -> None:
        self._outbox = outbox
        self._places = places
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()
        self._failed = False
        self._due = 0.0

    def now(self, experiment: Experiment) -> None:
        """Save what is new, if anything is."""
        self.wait()
        if (save := self._read(experiment)) is not None:
            save(lambda: None)

    def beside(self, experiment: Experiment) -> None:
        """Save on another thread what is new, unless that goes on already or was done a short while ago."""
        if self._clock() < self._due or (self._thread is not None and self._thread.is_alive()):
            return
        self.wait()
        if (save := self._read(experiment)) is None:
            return
        self._hurry.clear()
        # No daemon: Python waits for what it has begun to save, whatever becomes of the session.
        self._thread = threading.Thread(target=save, args=(self._rest,), name="receptive-autosave")
        self._thread.start()

    def wait(self) -> None:
        """Until nothing is being saved any more; what is goes on without a rest."""
        if self._thread is not None:
            self._hurry.set()
            self._thread.join()
            self._thread = None

    def _rest(self) -> None:
        self._hurry.wait(_REST_SECONDS)

    def _read(self, experiment: Experiment) -> Callable[[runs.Rest], None] | None:
        if not is_unsaved(experiment):
            return None
        began = thread_time()
        try:
            write = saving(experiment, places=self._places)
        except Exception as error:
            self._tell(error)
            return None
        return partial(self._save, write, step=experiment.trainer.updates, cost=thread_time() - began)

    def _save(self, write: Callable[[runs.Rest], Path], rest: runs.Rest, *, step: int, cost: float) -> None:
        """Perhaps on another thread than all else."""
        began = thread_time()
        try:
            directory = write(rest)
        except Exception as error:
            self._tell(error)
        else:
            self._tell(None)
            self._outbox.tell(RunSaved(str(directory), step))
        self._due = self._clock() + _TIMES_ITS_COST * (cost + thread_time() - began)

    def _tell(self, error: Exception | None) -> None:
        if error is not None and not self._failed:
            self._outbox.tell(failure("The run could not be saved", error))
        self._failed = error is not None
