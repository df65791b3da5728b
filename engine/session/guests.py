"""What is on show without being trained here: modules of the user's own that cannot be, and runs that something else
writes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from engine.follow import Followed, Reader, Watcher
from engine.follow.scene import FollowError
from engine.messages import LookBack, Noticed, Recorded, Rewound, SettingsChanged, Status
from engine.messages.modules import Follow, Following, ModuleAsks, ModuleShown, OpenModule, Refresh
from engine.networks.inputs import AskShapeError
from engine.session.display import Display
from engine.session.exhibit import Exhibit
from engine.session.experiment import Experiment
from engine.session.inbox import Inbox
from engine.session.modules import open_own, tensors_of
from engine.session.outbox import Outbox
from engine.session.places import Places
from engine.session.samples import SampleError


class Host(Protocol):
    """What a Worker does for its guests."""

    def experiment(self) -> Experiment | None:
        """The one that is open, if there is one."""
        ...

    def begin(self, experiment: Experiment) -> None:
        """Leave what was open and show this."""
        ...

    def make_room(self) -> None:
        """Leave what was open: a guest comes."""
        ...

    def working(self, detail: str) -> None:
        """Say what is being done."""
        ...

    def aside(self, *, opening: bool = False) -> AbstractContextManager[Callable[[], bool]]: ...


class Guests:
    """Carries out OpenModule, Follow and Refresh for a Worker; `carriers` are its methods by command."""

    def __init__(self, *, host: Host, inbox: Inbox, outbox: Outbox, display: Display, places: Places) -> None:
        self._host = host
        self._inbox = inbox
        self._outbox = outbox
        self._display = display
        self._places = places
        self._guest: Exhibit | Followed | None = None
        self._reader: Reader | None = None
        self._watcher: Watcher | None = None
        self._module: OpenModule | None = None
        self._untrained = ""
        self._ended = False
        self.carriers: dict[type, Callable[[Any], None]] = {
            OpenModule: self._open_module,
            Follow: self._follow,
            Refresh: self._refresh,
        }

    @property
    def refusal(self) -> str:
        """Why what is on show cannot be trained; empty if nothing is."""
        if self._reader is not None:
            return "This run is written by something else; here it is only followed."
        return f"{_sentence(self._untrained)}" if self._guest is not None else ""

    @property
    def status(self) -> tuple[Status, str]:
        """Of the session, while it trains nothing."""
        if self._reader is None:
            return Status.READY, ""
        if self._guest is None:
            return Status.FOLLOWING, "Waiting for the first step"
        return Status.FOLLOWING, "Followed to its end" if self._ended else ""

    @property
    def guest(self) -> Exhibit | Followed | None:
        """What is on show, if it is one of these."""
        return self._guest

    def leave(self) -> None:
        """Something else is shown from now on."""
        if self._watcher is not None:
            self._watcher.close()
        self._watcher = self._reader = self._guest = self._module = None
        self._untrained, self._ended = "", False

    def look_back(self, command: LookBack) -> bool:
        """Show a followed run as it was; whether there is one. SampleError if nothing of then was kept."""
        if not isinstance(self._guest, Followed):
            return False
        try:
            self._guest.look_back(command.step)
        except LookupError as error:
            raise SampleError("No weights of this training were kept to look back at.") from error
        self._display.touch()
        return True

    def _open_module(self, command: OpenModule) -> None:
        self._host.working(f"Opening {Path(command.reference).name}")
        before = self._host.experiment()
        same = self._module is not None and self._module.reference == command.reference
        weights = None
        if same:
            guest = self._guest
            module = guest.module if isinstance(guest, Exhibit) else before.trainer.module if before else None
            weights = None if module is None else tensors_of(module)
        try:
            with self._host.aside(opening=True) as give_up:
                opened = open_own(
                    command,
                    places=self._places,
                    before=before,
                    weights_before=weights,
                    drawn=None if self._display.scene is None else self._display.scene.opened(),
                    progress=self._outbox.tell,
                    cancelled=give_up,
                )
        except AskShapeError as error:
            self._outbox.tell(ModuleAsks(command, _sentence(str(error))))
            return
        if isinstance(opened.scene, Experiment):
            self._host.begin(opened.scene)
        else:
            self._show(opened.scene)
        self._module, self._untrained = command, opened.shown.untrained
        self._outbox.tell(opened.shown)
        for notice in opened.notices:
            self._outbox.tell(Noticed(notice))

    def _follow(self, command: Follow) -> None:
        directory = Path(command.path).expanduser()
        if not directory.is_dir():
            raise FollowError(f"there is no folder {directory}")
        reader = Reader(directory)
        if not (directory / "run.json").exists() and not reader.waiting():
            raise FollowError(f"{directory} holds no run: it has no run.json")
        self._host.working("Opening the run")
        if reader.waiting():
            self._host.make_room()
            self.leave()
            said = f"{reader.waiting()} has not made its first step yet."
            self._outbox.tell(Following(str(directory), "waiting", said))
        else:
            followed = Followed(reader, data_root=self._places.data_root)
            self._show(followed)
            self._tell_opened(followed)
        self._reader = reader
        self._watcher = Watcher(reader, self._changed)
        self._refresh(Refresh())

    def _changed(self) -> None:
        """On the watcher's thread."""
        if not self._inbox.has((Refresh,)):
            self._inbox.put(Refresh())

    def _refresh(self, command: Refresh) -> None:
        if self._reader is None:
            return
        if self._guest is None:
            if self._reader.waiting():
                return
            reader, watcher = self._reader, self._watcher
            try:
                followed = Followed(reader, data_root=self._places.data_root)
            except FollowError:
                return  # its files are just being written
            self._watcher = None
            self._show(followed)
            self._reader, self._watcher = reader, watcher
            self._tell_opened(followed)
        assert isinstance(self._guest, Followed)
        guest = self._guest
        news = guest.refresh()
        if news.anew:
            self._outbox.forget_points()
            self._outbox.tell(Rewound())
        if news.points:
            self._outbox.add_points(news.points)
        if news.settings is not None:
            self._outbox.tell(SettingsChanged(news.settings, guest.opened().steps_per_epoch))
        if news.recorded is not None or news.points:
            self._outbox.tell(Recorded(steps=guest.recorded, bytes=guest.recorded_bytes))
        if news.following is not None:
            self._ended = news.following.state in ("ended", "failed")
            self._outbox.tell(news.following)
        if news.weights:
            self._display.touch()

    def _tell_opened(self, followed: Followed) -> None:
        self._outbox.tell(ModuleShown())
        for notice in followed.notices:
            self._outbox.tell(Noticed(notice))

    def _show(self, guest: Exhibit | Followed) -> None:
        self._host.make_room()
        self.leave()
        self._guest = guest
        self._outbox.forget_points()
        self._outbox.tell(guest.opened())
        self._display.set_scene(guest)

    def close(self) -> None:
        """The session ends."""
        self.leave()


def _sentence(text: str) -> str:
    first = text[:1].upper() + text[1:]
    return first if first.endswith((".", "!", "?")) else first + "."
