"""What the engine has to say to the user, as notices of the window: errors, short notes, and long work."""

from __future__ import annotations

from typing import Any

from engine import messages
from gui.notices import Notices


def connect(bridge: Any, notices: Notices) -> None:
    """Show the bridge's errors, notes and progress in `notices`, for as long as both live."""

    def failed(event: messages.Failed) -> None:
        notices.failed(event.title, event.message, event.details)

    def progress(event: messages.Progress) -> None:
        notices.progress(
            event.title,
            event.done,
            event.total,
            event.seconds_left,
            finished=event.finished,
            on_stop=lambda: bridge.send(messages.Cancel()),
        )

    bridge.failed.connect(failed)
    bridge.noticed.connect(lambda event: notices.noticed(event.message))
    bridge.progress.connect(progress)
