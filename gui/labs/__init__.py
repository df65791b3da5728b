"""The labs: how one is found, what it is given, and what the window asks of it.

A lab is a package here whose `__init__` holds cheap metadata and imports nothing else of the lab:

    LAB = Entry(name="studio", title="Studio", icon="studio", order=60,
                factory="gui.labs.studio.lab:StudioLab", state="gui.labs.studio.state:StudioState")

Its module is imported when it is first opened. Nothing in the window names a lab: a new package is in the rail.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal

from gui.theme import Density, Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from gui.actions import Action
    from gui.notices import Notices
    from gui.settings import Settings


@dataclass(frozen=True)
class Entry:
    """What is known of a lab before it is loaded. `factory` and `state` are "module:name".

    `factory` is called with a Context and returns a Lab; `state` is its frozen dataclass, from a module that is cheap
    to import. `order` is its place in the rail. `hidden` labs are reached by link or name alone. `parts`, "module:name"
    too, are the names of the parts that lessons may speak of, as patterns (`layer-*`); "" where there are none.
    """

    name: str
    title: str
    icon: str
    order: int
    factory: str
    state: str
    summary: str = ""
    hidden: bool = False
    parts: str = ""

    def load(self) -> Callable[[Context], Lab]:
        """Import the lab's module and return its factory."""
        factory: Callable[[Context], Lab] = _named(self.factory)
        return factory

    def state_type(self) -> type:
        """The lab's State, imported."""
        result: type = _named(self.state)
        return result

    def part_names(self) -> tuple[str, ...]:
        """The parts that lessons may speak of, imported."""
        return tuple(_named(self.parts)) if self.parts else ()


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def discover(package: str = __name__) -> tuple[Entry, ...]:
    """All labs in the package, in the rail's order. A package without LAB is none."""
    folder = importlib.import_module(package)
    entries = []
    for found in pkgutil.iter_modules(folder.__path__):
        if found.ispkg:
            entry = getattr(importlib.import_module(f"{package}.{found.name}"), "LAB", None)
            if isinstance(entry, Entry):
                entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: (entry.order, entry.title)))


@dataclass(frozen=True)
class Status:
    """What the status bar says for a lab.

    `kind` draws the dot: "idle" (hollow), "running" (filled), "working" (half), "error" (red). `label` stands beside
    it; `keys` are (key, what it does) pairs; `hint` says what the mouse does; `facts` stand at the right, the last one
    the brightest.
    """

    kind: str = "idle"
    label: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    facts: tuple[str, ...] = ()


class Signals(QObject):
    """What a lab tells the window.

    `status(Status)`: the status bar's texts. `state_changed()`: the user changed what is shown, so `state` differs from
    before (this makes an undo step). `actions_changed()`: `actions()` returns other actions than before (enabled and
    checked states are asked for anew anyway). `open_link(str)`: go to a link, of this lab or another.
    """

    status = Signal(object)
    state_changed = Signal()
    actions_changed = Signal()
    open_link = Signal(str)


@dataclass(frozen=True)
class Context:
    """What a lab is given when it is made. `bridge` is the app's one `gui.bridge.Bridge`.

    `settings()` returns the user's settings as they are now; `change_settings(Settings)` uses and keeps others, for a
    lab's own control of one of them. `window_widget` is the parent for dialogs.
    """

    theme: Theme
    density: Density
    bridge: Any
    notices: Notices
    settings: Callable[[], Settings]
    window_widget: QWidget | None = None
    data_root: Path | None = None
    change_settings: Callable[[Settings], object] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@runtime_checkable
class Lab(Protocol):
    """What the window asks of a lab. Widgets are made by the lab and placed, shown and destroyed by the window.

    `widget` fills the area right of the rail between top bar and status bar; `top_bar` lies in the 48 px top bar, from
    24 px right of the rail to 16 px left of the Actions field, with no margins of its own.

    A lab that can be exported as a GIF also has `frames(scale: float) -> Iterable[QImage]`, and may have
    `frame_count() -> int`, how many these are. One that lessons speak of
    has `places(part: str) -> Sequence[tuple[QWidget, QRectF]]`: where a part is now, each rectangle in its widget's
    coordinates; none for a part that is not on screen. `describe() -> str` says in a few words what is shown, for the
    list of recent states.
    """

    @property
    def widget(self) -> QWidget: ...

    @property
    def top_bar(self) -> QWidget: ...

    @property
    def signals(self) -> Signals: ...

    @property
    def state(self) -> Any:
        """What is shown, as the frozen dataclass of `Entry.state`."""
        ...

    def set_state(self, state: Any) -> None:
        """Show this state; must not emit `state_changed`."""
        ...

    def actions(self) -> Sequence[Action]:
        """What can be done here. Groups "File", "Edit" and "View" join the menus of that name; others get their own."""
        ...

    @property
    def status(self) -> Status:
        """What the status bar shall say now."""
        ...

    def set_theme(self, theme: Theme) -> None: ...

    def set_density(self, density: Density) -> None: ...

    def set_settings(self, settings: Settings) -> None:
        """The user changed the app's settings (frames per second, smoothing, data folder, …)."""
        ...

    def set_active(self, active: bool) -> None:
        """Shown or hidden: what nobody sees shall cost nothing."""
        ...

    @property
    def settled(self) -> bool:
        """Whether the present state is wholly on screen, so that a picture of it is complete (export waits for it)."""
        ...

    def paint(self, painter: QPainter) -> bool:
        """Paint the lab as vectors for export, in the logical pixels of `widget`; False if it leaves that to the window
        (which then paints the widgets themselves)."""
        ...

    def close(self) -> None:
        """Stop timers and threads of its own; called once, before its widgets are destroyed."""
        ...
