"""Keeps the lesson beside the lab that is shown: which one is open, where its panel lies, and what is remembered."""

from __future__ import annotations

import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.actions import Action
from gui.lessons.library import listed, load
from gui.lessons.markdown import Lesson, LessonError, has_part
from gui.theme import Density, Theme

if TYPE_CHECKING:
    from gui.lessons.panel import LessonPanel
    from gui.window import Window

_LESSON, _OPEN = "lesson", "lesson-open"  # what the store keeps: an id; "1" while the panel is there


class LessonsBeside(QObject):
    """The lessons of a window. `toggled(bool)`: the panel came or went.

    A lab with a side panel of its own may have `set_lesson_panel(panel: LessonPanel | None)`: it then lays the panel
    out itself, and gives it back when it is called with None. Beside other labs it takes a column of the window's grid.
    """

    toggled = Signal(bool)

    def __init__(self, window: Window, grid: QGridLayout, *, row: int, column: int) -> None:
        super().__init__(window)
        self._window = window
        self._grid, self._place = grid, (row, column)
        self._lessons: tuple[Lesson, ...] | None = None
        self._panel: LessonPanel | None = None
        self._keeper: Any = None  # the lab that has the panel now
        self._open = False

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All that can be shown with the labs there are; none where the files cannot be read."""
        if self._lessons is None:
            try:
                self._lessons = listed(load(), self._window.host.entries)
            except (LessonError, OSError) as problem:
                self._lessons = ()
                self._window.notices.failed(
                    "The lessons cannot be read",
                    f"In resources/lessons: {problem}.",
                    traceback.format_exc(),
                    advice="The labs work without them. Installing Receptive again brings them back.",
                )
        return self._lessons

    @property
    def panel(self) -> LessonPanel | None:
        """The panel, None before it was opened first."""
        return self._panel

    @property
    def is_open(self) -> bool:
        return self._open

    # What the user does.

    def open(self, id: str = "") -> None:
        """Show the lesson of that id, else the one that was open last."""
        if not self.lessons:
            return
        panel = self._panel or self._make()
        if id:
            panel.open(id)
        if not self._open:
            self._open = True
            self._put()
            self._remember()
            self.toggled.emit(True)

    def close(self) -> None:
        """Put the panel away."""
        if self._open:
            self._open = False
            self._put()
            self._remember()
            self.toggled.emit(False)

    def toggle(self) -> None:
        self.close() if self._open else self.open(self._fitting())

    def _fitting(self) -> str:
        """The lesson that was open last, if it leads to the lab that is shown; else one of that lab's own."""
        lab = self._window.host.name
        last = self._panel.lesson.id if self._panel is not None else self._window.store.text(_LESSON)
        if any(lesson.id == last and lab in lesson.labs for lesson in self.lessons):
            return last
        own = [lesson.id for lesson in self.lessons if lesson.labs == {lab}]
        return lab if lab in own else next(iter(own), "")

    def go(self, by: int) -> None:
        """To the next lesson (1) or the one before (-1); opens the panel where it is not open."""
        if not self._open:
            self.open()
        elif self._panel is not None:
            self._panel.next() if by > 0 else self._panel.previous()

    def restore(self) -> None:
        """Open what was open when the app was closed."""
        if self._window.store.text(_OPEN):
            self.open()

    def show_list(self) -> None:
        """A menu of all lessons."""
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QMenu

        from gui.menus import fill

        if self._panel is None:
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu, self.list_actions(), self._window.theme)
        place = self._panel.place
        menu.popup(place.mapToGlobal(QPoint(0, place.height())))

    def list_actions(self) -> list[Action]:
        """One action a lesson."""
        return [
            Action(
                f"lesson.{lesson.id}",
                f"Lesson: {lesson.title}",
                partial(self.open, lesson.id),
                group="Lessons",
                checked=partial(self._is_shown, lesson.id),
                words=f"learn {lesson.id}",
            )
            for lesson in self.lessons
        ]

    def _is_shown(self, id: str) -> bool:
        return self._open and self._panel is not None and self._panel.lesson.id == id

    # What the window tells.

    def lab_shown(self) -> None:
        """Another lab is shown: it may have a place of its own for the panel."""
        if self._open:
            self._put()

    def set_theme(self, theme: Theme) -> None:
        if self._panel is not None:
            self._panel.set_theme(theme)

    def set_density(self, density: Density) -> None:
        if self._panel is not None:
            self._panel.set_density(density)

    def parts(self) -> tuple[QWidget, ...]:
        """The panel, if it lies in the window's own grid."""
        return (self._panel,) if self._panel is not None and self._open and self._keeper is None else ()

    def _make(self) -> LessonPanel:
        from gui.lessons.panel import LessonPanel

        window = self._window
        panel = self._panel = LessonPanel(self.lessons, window.theme, window)
        panel.set_density(window.density)
        panel.open(window.store.text(_LESSON))
        panel.link_wanted.connect(self._follow)
        panel.part_pointed.connect(self._point)
        panel.part_chosen.connect(self._choose_part)
        panel.lesson_changed.connect(self._remember)
        panel.closed.connect(self.close)
        panel.list_wanted.connect(self.show_list)
        return panel

    def _follow(self, link: str, parts: tuple[str, ...]) -> None:
        """Show what a line of the lesson leads to, and light up what it speaks of."""
        if self._window.open_link(link):
            self._window.spotlight.light(parts)

    def _point(self, part: str) -> None:
        """Words of the lesson are pointed at (or no longer, ""): the part lights up if it is on screen."""
        spotlight = self._window.spotlight
        if not part:
            spotlight.dismiss()
        elif spotlight.places(part):
            spotlight.light((part,), stays=True)

    def _choose_part(self, part: str) -> None:
        """Words were clicked: the first line of the lesson that shows such a part is followed where it is not there."""
        panel, window = self._panel, self._window
        if panel is None:
            return
        if not window.spotlight.places(part):
            entries = window.host.entries
            shows = [show for show in panel.lesson.shows if has_part(part, entries[show.lab].part_names())]
            shows.sort(key=lambda show: part not in show.parts)
            if not shows or not window.open_link(shows[0].link):
                return
        window.spotlight.light((part,))

    def _put(self) -> None:
        """Lay the panel where it belongs now: in the lab's own side panel, else in the window's grid."""
        panel, lab = self._panel, self._window.lab
        if panel is None:
            return
        keeper = lab if self._open and hasattr(lab, "set_lesson_panel") else None
        if self._keeper is not None and self._keeper is not keeper:
            self._keeper.set_lesson_panel(None)
        if keeper is None:
            panel.set_inside(False)
            panel.setParent(self._window)
            self._grid.addWidget(panel, *self._place)
        elif keeper is not self._keeper:
            panel.set_inside(False)
            self._grid.removeWidget(panel)
            keeper.set_lesson_panel(panel)
        self._keeper = keeper
        panel.setVisible(self._open)

    def _remember(self) -> None:
        store = self._window.store
        if self._panel is not None:
            store.set_text(_LESSON, self._panel.lesson.id)
        store.set_text(_OPEN, "1" if self._open else "")
