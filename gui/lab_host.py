"""Where labs are shown: makes them when they are first asked for, keeps them, and keeps their undo steps."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from gui.history import History
from gui.labs import Context, Entry, Lab, Status


class LabHost(QWidget):
    """Shows one lab at a time; those that were opened live until `close_labs`.

    `context` is called for each lab that is made, `clock` gives seconds. `shown(lab)`: another lab is shown.
    `status(Status)`: of the lab that is shown. `failed(title, message, advice, details)`: a lab could not be made.
    """

    shown = Signal(object)
    status = Signal(object)
    actions_changed = Signal()
    state_changed = Signal()
    link_wanted = Signal(str)
    failed = Signal(str, str, str, str)

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        context: Callable[[], Context],
        clock: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.entries = {entry.name: entry for entry in entries}
        self._context, self._clock = context, clock
        self._labs: dict[str, Lab] = {}
        self._histories: dict[str, History] = {}
        self._stack = QStackedLayout(self)
        self.name = ""

    @property
    def lab(self) -> Lab | None:
        """The lab that is shown, None before the first."""
        return self._labs.get(self.name)

    @property
    def made(self) -> tuple[Lab, ...]:
        """All labs that were opened."""
        return tuple(self._labs.values())

    def open(self, name: str, state: Any = None) -> Lab | None:
        """Show a lab, in this state where one is given; None (and `failed`) if it cannot be."""
        entry = self.entries.get(name)
        if entry is None:
            known = ", ".join(entry.title for entry in self.entries.values()) or "none"
            self.failed.emit("No such lab", f"There is no lab “{name}”.", f"There are {known}.", "")
            return None
        lab = self._labs.get(name) or self._make(entry)
        if lab is None:
            return None
        if state is not None:
            lab.set_state(state)
            self._histories[name].record(state, seconds=self._clock())
        if name != self.name:
            if self.lab is not None:
                self.lab.set_active(False)
            self.name = name
            self._stack.setCurrentWidget(lab.widget)
            lab.set_active(True)
            self.shown.emit(lab)
        return lab

    def _make(self, entry: Entry) -> Lab | None:
        try:
            lab = entry.load()(self._context())
        except Exception as problem:
            self.failed.emit(
                f"{entry.title} could not be opened",
                f"{type(problem).__name__}: {problem}",
                "The rest goes on. The details can be copied into a report.",
                traceback.format_exc(),
            )
            return None
        self._labs[entry.name] = lab
        self._histories[entry.name] = History(lab.state)
        self._stack.addWidget(lab.widget)
        lab.signals.status.connect(self._tell_status)
        lab.signals.state_changed.connect(self._record)
        lab.signals.actions_changed.connect(self.actions_changed)
        lab.signals.open_link.connect(self.link_wanted)
        return lab

    def _tell_status(self, status: Status) -> None:
        if self.lab is not None and self.sender() is self.lab.signals:
            self.status.emit(status)

    def _record(self) -> None:
        for name, lab in self._labs.items():
            if lab.signals is self.sender():
                self._histories[name].record(lab.state, seconds=self._clock())
        self.state_changed.emit()

    @property
    def history(self) -> History | None:
        """The undo steps of the lab that is shown."""
        return self._histories.get(self.name)

    def hold(self, state: Any) -> None:
        """The lab that is shown moved on to this State by itself; what the user does next starts from it."""
        if self.history is not None:
            self.history.hold(state)

    def undo(self) -> None:
        self._restore(self.history.undo() if self.history is not None else None)

    def redo(self) -> None:
        self._restore(self.history.redo() if self.history is not None else None)

    def _restore(self, state: Any) -> None:
        if state is not None and self.lab is not None:
            self.lab.set_state(state)

    def close_labs(self) -> None:
        """Close all labs, the shown one first set aside."""
        if self.lab is not None:
            self.lab.set_active(False)
        for lab in self._labs.values():
            lab.close()
