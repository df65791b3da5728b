"""A look into the session from outside: its trainer, without asking it, and work of our own on its thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest import mock

_T = TypeVar("_T")


@dataclass
class Seen:
    """The Trainers that sessions have made, and the newest session's worker."""

    trainers: list[Any] = field(default_factory=list)
    workers: list[Any] = field(default_factory=list)

    def on_the_engines_thread(self, session: Any, work: Callable[[], _T]) -> Callable[[], _T]:
        """`work` as a function that has it done by the session's thread, as a command, and waits for it.

        OpenMP gives each thread that uses torch threads of its own, and lets all of them wait in another way when they
        are more than there are processors: asleep after 20 µs. So both sides of a comparison belong on the same
        thread, and so does whatever makes tensors for one of them.
        """

        def do() -> _T:
            order = _Work(work)
            self.workers[-1]._carriers[_Work] = _Work.carry_out
            session.send(order)
            order.done.wait()
            if order.error is not None:
                raise order.error
            return order.result

        return do


class _Work:
    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.done = threading.Event()
        self.result: Any = None
        self.error: Exception | None = None

    def carry_out(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error
        self.done.set()


@contextmanager
def seen() -> Iterator[Seen]:
    """What the sessions do that are made inside of the block."""
    from engine.session import opening, worker
    from engine.training import Trainer

    found = Seen()
    begin = worker.Worker.__init__

    def make(**settings: Any) -> Trainer:
        found.trainers.append(Trainer(**settings))
        return found.trainers[-1]

    def note(self: Any, **settings: Any) -> None:
        begin(self, **settings)
        found.workers.append(self)

    with mock.patch.object(opening, "Trainer", make), mock.patch.object(worker.Worker, "__init__", note):
        yield found
