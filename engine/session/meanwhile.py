"""What is done for the viewer while long work goes on: show samples and drawings with the network that there is."""

from __future__ import annotations

from collections.abc import Callable

from engine.messages import Command, LookBack, Noticed, Open, OpenRun, Pause, Watch
from engine.session.display import LIGHT, SHOWING, Display, needs_predictions
from engine.session.failures import failure
from engine.session.inbox import Inbox
from engine.session.outbox import Outbox
from engine.session.samples import SampleError


class Meanwhile:
    """Serves light commands out of their turn, for the length of one long work; a context manager.

    `opening`: another network or dataset is about to come. Then a command that does not suit the present one waits for
    the next, and galleries wait anyway. `pause` is called for a Pause, `look_back` for a LookBack.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        display: Display,
        show: Callable[[], None],
        opening: bool = False,
        pause: Callable[[], None] | None = None,
        look_back: Callable[[LookBack], None] | None = None,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._display = display
        self._show = show
        self._opening = opening
        self._pause = pause
        self._look_back = look_back
        self._deferred: list[Command] = []

    def __enter__(self) -> Meanwhile:
        return self

    def __exit__(self, *_: object) -> None:
        self._inbox.put_back(self._deferred, after=(Open, OpenRun))

    def serve(self) -> None:
        """Do what can be done now."""
        while self._inbox.waiting and (command := self._inbox.pop(self._suits)) is not None:
            self._carry_out(command)
        self._show()

    def _suits(self, command: Command) -> bool:
        if isinstance(command, Watch):
            return True
        if isinstance(command, Pause):
            return self._pause is not None
        if isinstance(command, LookBack):
            return self._look_back is not None
        if self._deferred or (needs_predictions(command) and self._display.mistakes_unknown):
            return False
        return isinstance(command, SHOWING if self._opening else LIGHT)

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, Pause):
            assert self._pause is not None
            self._pause()
            return
        try:
            if isinstance(command, LookBack):
                assert self._look_back is not None
                self._look_back(command)
            else:
                self._display.handle(command)
        except SampleError as error:
            if self._opening:
                self._deferred.append(command)
            else:
                self._outbox.tell(Noticed(str(error)))
        except Exception as error:
            from engine.session.titles import title_of  # it knows messages that the first picture does not need

            self._outbox.tell(failure(title_of(command), error))
