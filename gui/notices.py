"""What the window tells unasked: errors that stay until read, progress that can be stopped, and short notes that go.

Nothing here is modal. Cards stand one above the other in the lower right corner, over the dock and never over the
middle of the stage; what has no room waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.notice_cards import Card

NOTE_SECONDS = 5.0
PRESENTED_SECONDS = 10.0
SHOWN = 3
_EDGE = 16
_GAP = 8


@dataclass(frozen=True)
class Note:
    """A short line; an optional action beside it ("Show", …)."""

    text: str
    action: str = ""
    callback: Callable[[], object] | None = None


@dataclass(frozen=True)
class Problem:
    """What happened (title), to what (message), what to do (advice); details are there to be copied."""

    title: str
    message: str
    advice: str = ""
    details: str = ""


@dataclass(frozen=True)
class Task:
    """A long work: `done` of `total`, in whatever unit; total 0 if that is not known."""

    title: str
    done: float = 0.0
    total: float = 0.0
    seconds_left: float | None = None
    unit: str = ""


class Notices(QObject):
    """Shows notices over `window`. The cards are only built when there is something to tell."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._bottom = 28
        self._presenting = False
        self._shown: list[Card] = []
        self._aside: list[Card] = []
        self._waiting: list[Note | Problem] = []
        self._tasks: dict[str, Card] = {}
        self._placing = QTimer(self)
        self._placing.setSingleShot(True)
        self._placing.setInterval(0)
        self._placing.timeout.connect(self.place)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards that are shown, the lowest first."""
        return tuple(self._shown)

    @property
    def waiting(self) -> int:
        """How many notices have no room yet."""
        return len(self._waiting)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The errors that are shown or wait."""
        shown = [card.notice for card in (*self._shown, *self._aside)]
        return tuple(notice for notice in [*shown, *self._waiting] if isinstance(notice, Problem))

    def noticed(self, text: str, *, action: str = "", callback: Callable[[], object] | None = None) -> None:
        """A short note that goes by itself, unless the mouse is on it."""
        self._add(Note(text, action, callback))

    def failed(self, title: str, message: str, details: str = "", *, advice: str = "") -> None:
        """An error: stays until it is closed. The same one again is shown once, with a count."""
        problem = Problem(title, message, advice, details)
        for card in (*self._shown, *self._aside):
            if card.is_same(problem):
                card.count_again()
                return
        if problem not in self._waiting:
            self._add(problem)

    def progress(
        self,
        title: str,
        done: float,
        total: float,
        seconds_left: float | None = None,
        *,
        finished: bool = False,
        unit: str = "",
        on_stop: Callable[[], object] | None = None,
    ) -> None:
        """Show how far a long work is; one card for each title. `on_stop` is called when the user stops it."""
        card = self._tasks.get(title)
        if finished:
            if card is not None:
                self._remove(card)
            return
        task = Task(title, done, total, seconds_left, unit)
        if card is not None:
            card.set_task(task)
            return
        from gui.notice_cards import TaskCard

        card = TaskCard(task, on_stop, self._theme, self._window)
        self._tasks[title] = card
        self._show(card)

    def clear(self) -> None:
        """Take all away, as when the window closes."""
        self.set_presenting(False)
        self._waiting.clear()
        for card in tuple(self._shown):
            self._remove(card)
        self._placing.stop()

    def set_presenting(self, on: bool) -> None:
        """For an audience nothing lies over the stage for long.

        What is there goes aside until the presentation ends. What comes meanwhile is shown, for whoever presents has to
        know; an error, too, goes aside after some seconds. Nothing is lost: all comes back in the end.
        """
        if on is self._presenting:
            return
        self._presenting = on
        if on:
            for card in tuple(self._shown):
                self._set_aside(card)
            return
        back, self._aside = self._aside, []
        for card in back:
            if card not in self._tasks.values() and self._is_full:
                assert isinstance(card.notice, Note | Problem)
                self._waiting.append(card.notice)
                card.finish()
            else:
                self._shown.append(card)
        self.place()
        for card in self._shown:
            card.show()
        self.place()

    def _set_aside(self, card: Card) -> None:
        if card in self._shown and self._presenting:
            self._shown.remove(card)
            self._aside.append(card)
            card.hide()
            self._go_on()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for card in (*self._shown, *self._aside):
            card.set_theme(theme)

    def set_bottom(self, height: int) -> None:
        """How much of the window's foot (the status bar) stays free."""
        self._bottom = height
        self.place()

    @property
    def _is_full(self) -> bool:
        return sum(card not in self._tasks.values() for card in self._shown) >= SHOWN

    def _add(self, notice: Note | Problem) -> None:
        if isinstance(notice, Note) and any(card.is_same(notice) for card in self._shown):
            return
        if self._is_full:
            self._waiting.append(notice)
            return
        from gui.notice_cards import NoteCard, ProblemCard

        if isinstance(notice, Problem):
            self._show(ProblemCard(notice, self._theme, self._window))
        else:
            self._show(NoteCard(notice, NOTE_SECONDS, self._theme, self._window))

    def _show(self, card: Card) -> None:
        if self._presenting and isinstance(card.notice, Problem):
            QTimer.singleShot(round(PRESENTED_SECONDS * 1000), card, lambda: self._set_aside(card))
        card.closed.connect(self._closed)
        card.resized.connect(self._placing.start)
        self._shown.append(card)
        self.place()  # before it is shown, else it is under the mouse in the corner for a moment
        card.show()
        self.place()

    def _closed(self, card: Card) -> None:
        if card in self._shown or card in self._aside:
            self._remove(card)

    def _remove(self, card: Card) -> None:
        (self._shown if card in self._shown else self._aside).remove(card)
        self._tasks = {title: task for title, task in self._tasks.items() if task is not card}
        card.finish()
        self._go_on()

    def _go_on(self) -> None:
        """There is room again for one that waits."""
        self.place()
        if self._waiting:
            self._add(self._waiting.pop(0))

    def place(self) -> None:
        """Stack the cards upwards from the lower right corner."""
        bottom = self._window.height() - self._bottom - _EDGE
        for card in self._shown:
            card.fit(min(400, self._window.width() - 2 * _EDGE), max(120, int(self._window.height() * 0.44)))
            card.move(self._window.width() - card.width() - _EDGE, bottom - card.height())
            card.raise_()
            bottom -= card.height() + _GAP

    def escape(self) -> bool:
        """Close the newest card that can be closed; returns whether there was one."""
        for card in reversed(self._shown):
            if card not in self._tasks.values():
                card.close_by_user()
                return True
        return False
