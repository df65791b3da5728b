"""The field of the top bar that says which network is open, with its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from engine.messages import Entry
from gui.theme.controls import FieldBox

if TYPE_CHECKING:
    from gui.labs.studio.network_menu import Line, NetworkMenu

_SMALL = "Small: trains on any computer"
_LARGE = "Paper size: 224\u00d7224, 1000 classes"
_OPENED = "Opened"


class NetworkField(FieldBox):
    """A `FieldBox` whose list is a `NetworkMenu`, made when it is first dropped down."""

    _entries: tuple[Entry, ...] = ()
    _menu: NetworkMenu | None = None

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """The catalogue. What is added beyond it was opened from a file or by a script."""
        self._entries = tuple(entries)
        for entry in entries:
            self.add(entry.name, entry.title, entry.summary)

    @property
    def menu(self) -> NetworkMenu | None:
        """The list, while it is down."""
        return self._menu

    def _lines(self) -> list[Line]:
        from gui.labs.studio.network_menu import Line

        families = list(dict.fromkeys(one.family for one in self._entries))
        lines = [
            Line(one.name, one.title, one.summary, one.family, _LARGE if one.large else _SMALL)
            for one in sorted(self._entries, key=lambda one: (one.large, families.index(one.family)))
        ]
        for index in range(len(self._entries), self.count()):
            about = str(self.itemData(index, Qt.ItemDataRole.ToolTipRole) or "")
            lines.append(Line(str(self.itemData(index)), self.itemText(index), about, _OPENED, _SMALL))
        return lines

    def showPopup(self) -> None:
        from gui.labs.studio.network_menu import NetworkMenu

        if self._menu is None:
            self._menu = NetworkMenu(self._lines(), self.key, self.theme, self)
            self._menu.chosen.connect(self._choose)
            self._menu.closed.connect(self._closed)
            self._menu.show_under(self)
            self.update()

    def hidePopup(self) -> None:
        if self._menu is not None:
            self._menu.close()

    def _closed(self) -> None:
        self._menu = None
        self.settle_pointer()

    def _choose(self, key: str) -> None:
        if self.set_key(key):
            self.activated.emit(self.currentIndex())

    @property
    def is_dropped(self) -> bool:
        return self._menu is not None
