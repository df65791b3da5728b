"""The states that were looked at last, as links with a title: to go back to, also after a restart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from gui.actions import Action

if TYPE_CHECKING:
    from gui.window import Window

MOST = 12
LINGER_MS = 4000
"""A state that is changed to counts as looked at when it stays for so long."""
LONGEST = 8000
"""Characters of a link that is worth keeping: the settings' file stays small."""
_STORED = "recent"
_PASSING = re.compile(r"&(?:step|at|row|col|map|sample|moment)=[^&]*")  # where one is within a state


@dataclass(frozen=True)
class Visit:
    """A state: its link and what the menu calls it."""

    link: str
    title: str

    @property
    def key(self) -> str:
        """The same for states that differ only in the place that is looked at."""
        return _PASSING.sub("", self.link)


class Recent(QObject):
    """Remembers what a window showed, the latest first."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._store = window, window.store
        lines = self._store.text(_STORED).split("\n")
        self._visits = [visit for line in lines if (visit := _read(line)) is not None]
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LINGER_MS)
        self._timer.timeout.connect(self.keep)

    def _now(self) -> Visit | None:
        """What is shown; None before the first lab is."""
        window = self._window
        lab: Any = window.lab
        if lab is None:
            return None
        about = lab.describe() if hasattr(lab, "describe") else ""
        title = window.host.entries[window.host.name].title
        return Visit(window.link(), f"{title}: {about}" if about else title)

    @property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(self._visits)

    def changed(self) -> None:
        """Another state is shown: it is kept if it stays for a while."""
        self._timer.start()

    def keep(self) -> None:
        """Keep the state that is shown."""
        self._timer.stop()
        visit = self._now()
        if visit is None or len(visit.link) > LONGEST:
            return
        others = [other for other in self._visits if other.key != visit.key]
        self._visits = [visit, *others][:MOST]
        self._store.set_text(_STORED, "\n".join(f"{each.link}\t{each.title}" for each in self._visits))

    def forget(self) -> None:
        """Forget all of them."""
        self._visits = []
        self._store.set_text(_STORED, "")

    def paste(self) -> None:
        """Go where the link on the clipboard leads."""
        text = QGuiApplication.clipboard().text().strip()
        if text:
            self._window.open_link(text)
        else:
            self._window.notices.noticed("There is no link on the clipboard")

    def actions(self) -> list[Action]:
        """One a visit, and one that forgets them; without the state that is shown."""
        now = self._now()
        here = "" if now is None else now.key
        found = [visit for visit in self._visits if visit.key != here]
        go = [
            Action(
                f"recent.{place}",
                visit.title,
                partial(self._window.open_link, visit.link),
                group="Recent",
                words="back history",
            )
            for place, visit in enumerate(found)
        ]
        if go:
            go.append(Action("recent.forget", "Forget recent states", self.forget, group="Recent"))
        return go


def _read(line: str) -> Visit | None:
    link, _, title = line.partition("\t")
    return Visit(link, title) if link.startswith("receptive://") and title else None
