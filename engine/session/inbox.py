"""Commands on their way to the session's thread: in order, except that of pictures to show only the newest counts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from engine.messages import Cancel, Command, ShowPicture, Watch

# Of these a newer one makes an older one that still waits pointless.
_NEWEST_WINS = (ShowPicture, Watch)


class Inbox:
    """A queue of commands that can be looked into and closed, from any thread."""

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._changes = 0

    @property
    def waiting(self) -> bool:
        """Whether there is something to do for the thread. Costs no lock: asked between any two updates."""
        return bool(self._commands) or self._closed

    @property
    def closed(self) -> bool:
        return self._closed

    def put(self, command: Command) -> bool:
        """Append a command; False if the inbox is closed."""
        with self._changed:
            if self._closed:
                return False
            if isinstance(command, _NEWEST_WINS):
                kept = [known for known in self._commands if type(known) is not type(command)]
                if len(kept) != len(self._commands):
                    self._commands = deque(kept)
            self._commands.append(command)
            self._happened()
            return True

    def close(self) -> None:
        """Refuse new commands and drop those that wait."""
        with self._changed:
            self._closed = True
            self._commands.clear()
            self._happened()

    def kick(self) -> None:
        """Count as a change."""
        with self._changed:
            self._happened()

    def pop(self, wanted: Callable[[Command], bool] | None = None) -> Command | None:
        """The oldest command (of those that are wanted); None if there is none."""
        with self._changed:
            for place, command in enumerate(self._commands):
                if wanted is None or wanted(command):
                    del self._commands[place]
                    return command
            return None

    def has(self, wanted: tuple[type, ...]) -> bool:
        """Whether a command of these types waits."""
        with self._changed:
            return any(isinstance(command, wanted) for command in self._commands)

    def cancelled(self, by: tuple[type, ...] = ()) -> bool:
        """Whether long work should end: closed, a command of the types `by` waits, or a Cancel, which is used up."""
        if self._closed:
            return True
        if not self._commands:
            return False
        return self.pop(lambda command: isinstance(command, Cancel)) is not None or self.has(by)

    def put_back(self, commands: Iterable[Command], *, after: tuple[type, ...] = ()) -> None:
        """Put in commands that were taken out too early: behind the last one of the types `after`, else before all."""
        with self._changed:
            if self._closed:
                return
            waiting = list(self._commands)
            place = max((index + 1 for index, one in enumerate(waiting) if isinstance(one, after)), default=0)
            self._commands = deque([*waiting[:place], *commands, *waiting[place:]])

    def wait(self) -> None:
        """Sleep until a command waits or the inbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._commands or self._closed)

    def wait_for_change(self, since: int) -> None:
        """Sleep until `changes` is not `since` any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes != since)

    @property
    def changes(self) -> int:
        """How often something has happened here: a command came, it was closed, it was kicked."""
        return self._changes

    def _happened(self) -> None:
        self._changes += 1
        self._changed.notify_all()
