"""A lab that shows one operation step by step, as far as it is the same for all: layout, undo steps, what it tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.labs import Context, Signals, Status
from gui.operation.top_bar import OperationBar
from gui.settings import Settings
from gui.views.player import PlayerView

KEYS = (("Space", "play"), ("Right", "step"), ("Shift+Right", "ten steps"), ("[", "slower"), ("]", "faster"))


_ROOMY, _TALL = 1200, 640
"""Pixels of a lab below which what stands beside the stage, or below it, gives way."""


class Ground(QWidget):
    """The lab's widget; `resized()`."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class OperationLab:
    """See `gui.labs.Lab`. Needs no engine but traces: it works before torch has loaded.

    A lab of its own gives `top`, `player`, `state` and `set_state`, calls `arrange` when its parts are made, and shows
    and hides them in `fit`.
    """

    top: OperationBar
    player: PlayerView

    def __init__(self, context: Context) -> None:
        self.context = context
        self.signals = Signals()
        self.hint = ""
        self.presenting = False
        self._widget = Ground()
        self.pages = QStackedWidget(self._widget)

    def arrange(self, *above: QWidget, pages: Iterable[QWidget], right: QLayout | QWidget) -> None:
        """Strips above the pages, and a panel at the right of both."""
        for page in pages:
            self.pages.addWidget(page)
        column, row = QVBoxLayout(), QHBoxLayout(self._widget)
        for layout in (column, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        for part in above:
            column.addWidget(part)
        column.addWidget(self.pages, 1)
        row.addLayout(column, 1)
        row.addLayout(right) if isinstance(right, QLayout) else row.addWidget(right)
        if hasattr(self.context.window_widget, "host"):
            self.top.connect_window(self.context.window_widget)
        self._widget.resized.connect(self.fit)

    @property
    def is_roomy(self) -> bool:
        """Whether there is room for a panel beside the stage."""
        return self._widget.width() >= _ROOMY

    @property
    def is_tall(self) -> bool:
        """Whether there is room for more than the stage and its player."""
        return self._widget.height() >= _TALL

    def fit(self) -> None:
        """Show the parts that there is room for; for a projector only the stage and the player."""
        raise NotImplementedError

    # -- what the window asks -------------------------------------------------------------------------------------

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def top_bar(self) -> QWidget:
        return self.top

    @property
    def state(self) -> Any:
        raise NotImplementedError

    def set_state(self, state: Any) -> None:
        raise NotImplementedError

    @property
    def status(self) -> Status:
        return Status(keys=KEYS, hint=self.hint)

    def set_settings(self, settings: Settings) -> None:
        return

    def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop playing, at the end of the step that is on its way."""
        self.player.playback.pause()
        self.player.advance(1e6)

    def picture_of(self, scale: float) -> list[QImage]:
        """What is no play-through, as a film of one picture."""
        from gui.export import picture

        return [picture(self.context.window_widget, scale=scale)]  # type: ignore[arg-type]

    # -- what the user does ---------------------------------------------------------------------------------------

    def change(self, state: Any) -> None:
        """The user wants this State: one step to undo."""
        before = self.state
        if state == before:
            return
        window: Any = self.context.window_widget
        if window is not None:
            window.host.hold(before)
        self.set_state(state)
        self.signals.state_changed.emit()
        self.tell()

    def to_same_place(self, by: int, *, of: int) -> None:
        """To the same place under another of `of` filters or channels."""
        player = self.player
        each = player.playback.count // of
        now, within = divmod(player.index, each)
        player.go_to((now + by) % of * each + within)

    # -- what it tells --------------------------------------------------------------------------------------------

    def tell_hint(self, hint: str) -> None:
        """Say this in the status bar."""
        self.hint = hint
        self.signals.status.emit(self.status)

    def tell(self) -> None:
        """Say what can be undone, and what the status bar shall say now."""
        history = getattr(getattr(self.context.window_widget, "host", None), "history", None)
        self.top.set_history(
            can_undo=history is not None and history.can_undo, can_redo=history is not None and history.can_redo
        )
        self.signals.status.emit(self.status)
