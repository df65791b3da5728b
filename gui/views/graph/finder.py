"""Find a layer by name or operation: a field, and under it a list of what fits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from gui.theme import Theme, icons
from gui.theme.controls import key_width, paint_key
from gui.views.graph import texts
from gui.views.graph.modules import Leaf, Module, Network

_MOST = 40


def matches(network: Network, words: str, most: int = _MOST) -> list[tuple[str, str]]:
    """(key, what it is) of the modules and nodes in which all words occur, in name, operation or shape.

    Names in which all words are come first (else "conv2" would find every conv2d as well); of them those that begin
    with what was typed, then those of which a step of the path does.
    """
    wanted = words.lower().split()
    if not wanted:
        return []
    found: list[tuple[int, int, int, str, str]] = []
    parts: list[Module | Leaf] = [module for key, module in network.modules.items() if key]
    parts += [child for module in network.modules.values() for child in module.children if isinstance(child, Leaf)]
    for part in parts:
        node = network.nodes[part.first]
        what = texts.line(network, part)
        name = part.key.lower()
        role = texts.role(node).lower() if isinstance(part, Leaf) else "module"
        kind = f"{what} {role} {node.operation.value if isinstance(part, Leaf) else ''}".lower().replace("×", "x")
        if not all(word in name or word in kind for word in wanted):
            continue
        first = wanted[0]
        rank = 0 if name.startswith(first) else 1 if f".{first}" in f".{name}" else 2 if first in name else 3
        missed = sum(word not in name for word in wanted)
        found.append((missed, rank, part.first, part.key, what))
    found.sort(key=lambda one: (*one[:3], len(one[3])))
    return [(key, what) for *_, key, what in found[:most]]


class Finder(QLineEdit):
    """The field. `found(str)` tells the key of the module or node that was chosen."""

    found = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._network: Network | None = None
        self._list: QListWidget | None = None
        self._grown = 1.0
        self.setPlaceholderText("Find a layer")
        self.setAccessibleName("Find a layer")
        self.setToolTip("Find layers and modules by name or operation")
        self.setTextMargins(20, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.textEdited.connect(self._search)

    def set_network(self, network: Network | None) -> None:
        self._network = network
        self.clear()
        self.close_list()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_grown(self, grown: float) -> None:
        """So many times larger than usual, for a projector."""
        self._grown = grown
        high, size = round(26 * grown), round(12 * grown)
        larger = f"QLineEdit {{ min-height: {high}px; max-height: {high}px; font-size: {size}px; }}"
        self.setStyleSheet(larger if grown != 1.0 else "")
        self.setTextMargins(round(20 * grown), 0, 0, 0)

    def start(self) -> None:
        """Type now."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    @property
    def list(self) -> QListWidget | None:
        """What fits, while it is shown."""
        return self._list

    def _search(self, text: str) -> None:
        fitting = matches(self._network, text) if self._network is not None else []
        if not text.strip():
            self.close_list()
            return
        shown = self._list or self._make_list()
        shown.clear()
        for key, what in fitting:
            item = QListWidgetItem(f"{key}   {what}", shown)
            item.setData(Qt.ItemDataRole.UserRole, key)
        if not fitting:
            item = QListWidgetItem("Nothing fits", shown)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        else:
            shown.setCurrentRow(0)
        rows = min(max(len(fitting), 1), 10)
        parent = shown.parentWidget() or self.window()
        width = max(self.width(), round(320 * self._grown))
        place = self.mapTo(parent, self.rect().bottomLeft())
        left = min(place.x(), parent.width() - width - 8)
        shown.setGeometry(left, place.y() + 4, width, rows * round(28 * self._grown) + 12)
        shown.show()
        shown.raise_()

    def _make_list(self) -> QListWidget:
        holder = self.parentWidget()
        parent = (holder.parentWidget() if holder is not None else None) or self.window()
        found = QListWidget(parent)
        found.setObjectName("finder")
        size = f"font-size: {round(12 * self._grown)}px; " if self._grown != 1.0 else ""
        found.setStyleSheet(f"QListWidget#finder {{ {size}border: 1px solid palette(mid); padding: 4px; }}")
        found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        found.setUniformItemSizes(True)
        found.itemClicked.connect(self._choose)
        self._list = found
        return found

    def close_list(self) -> None:
        if self._list is not None:
            self._list.deleteLater()
            self._list = None

    def _choose(self, item: QListWidgetItem | None) -> None:
        key = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if key:
            self.close_list()
            self.clear()
            self.found.emit(str(key))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            combined = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if not event.modifiers() & combined and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35:
                event.accept()  # while one types, letters and Escape are the field's
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._list is not None:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % max(self._list.count(), 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._list is None:
                self._search(self.text())
            if self._list is not None:
                self._choose(self._list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.close_list()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.close_list()  # it would stay where the field was

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.close_list()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_list()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = round(14 * self._grown)
        icons.paint(painter, "search", self.theme.text_3, self.rect().toRectF().adjusted(
            8, (self.height() - side) / 2, 8 + side - self.width(), -(self.height() - side) / 2))  # fmt: skip
        if not self.hasFocus() and not self.text() and self.width() > 120 * self._grown:
            width = key_width("/")
            paint_key(painter, self.theme, self.width() - width - 6, self.height() / 2, "/")
        painter.end()
