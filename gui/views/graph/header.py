"""The first row of the diagram: where one is, what it costs, and the controls: scale, search, depth, zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import Theme, icons, numbers
from gui.theme.controls import IconButton, Segmented
from gui.views import drawing
from gui.views.graph.finder import Finder
from gui.views.graph.modules import ALL, Network
from gui.views.network.sizing import LARGE
from gui.views.stage_header import StageHeader

_DEPTHS = (("1", "1"), ("2", "2"), ("3", "3"), ("all", "All"))


@dataclass(frozen=True)
class _Word:
    text: str
    role: str  # crumb, here, note, fact, warning
    key: str | None = None


class Header(StageHeader):
    """Breadcrumb and totals at the left, controls at the right. `reserved` pixels are left free beside the zoom."""

    depth_changed = Signal(int)
    role_toggled = Signal(bool)
    crumb_clicked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fit_tip="Fit to the window (F)")
        self._network: Network | None = None
        self._selected = ""
        self._crumbs: list[tuple[QRectF, str]] = []
        self.words_end = 0
        self.setMouseTracking(True)
        self.finder = Finder(theme, self)
        self.levels = Segmented(_DEPTHS, theme, self)
        self.levels.setAccessibleName("Depth")
        self.levels.setToolTip("How many levels of modules are open")
        self.role = IconButton("brush", "Colour nodes by what they compute", theme, self, size=(28, 28), px=16)
        self.role.setCheckable(True)
        self.levels.changed.connect(self._tell_depth)
        self.role.toggled.connect(self.role_toggled)

    def _tell_depth(self, key: str) -> None:
        self.depth_changed.emit(ALL if key == "all" else int(key))

    # What is shown

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.finder.set_theme(theme)

    def set_grown(self, grown: float) -> None:
        self.finder.set_grown(grown)
        super().set_grown(grown)

    def set_network(self, network: Network) -> None:
        self._network, self._selected = network, ""
        self.setToolTip("\n".join(network.graph.notes))
        self.finder.set_network(network)
        self._arrange()
        levels = network.deepest + 1
        self.levels.set_disabled_values(frozenset(str(depth) for depth in (2, 3) if depth > levels))
        self.setAccessibleDescription(self.described())
        self.update()

    def described(self) -> str:
        return ", ".join(word.text for word in self.words())

    def set_selected(self, key: str) -> None:
        self._selected = key
        self.update()

    def set_depth(self, depth: int) -> None:
        """Show a depth, without a signal."""
        self.levels.set_value(str(depth) if depth <= 3 else "all")

    @property
    def slot(self) -> QRect:
        """The room that is left free."""
        self._arrange()  # while it is hidden, a widget hears of its size later
        right, high = self.zoom.x() - self.larger(12), self.larger(28)
        return QRect(right - self.reserved, (self.row_height - high) // 2, self.reserved, high)

    def words(self, write: Callable[[int], str] = numbers.count) -> list[_Word]:
        """What is written at the left; costs as `write` writes them."""
        network = self._network
        if network is None:
            return []
        part = network.part(self._selected) if self._selected else None
        found = [_Word(network.graph.title, "crumb" if part is not None else "here", "")]
        if part is not None:
            around = [one for one in network.around(part.key) if not one.inline]
            found += [_Word(one.label, "crumb", one.key) for one in around]
            found.append(_Word(part.label, "here"))
        costs = (network.parameters(part) if part is not None else network.graph.parameters,
                 network.multiply_adds(part) if part is not None else network.graph.multiply_adds)  # fmt: skip
        for value, what in zip(costs, ("parameters", "multiply-adds"), strict=True):
            found.append(_Word(f"{write(value)} {what}", "fact"))
            if what == "parameters":  # in a narrow window these stay the longest
                found += [_Word(self._note, "note")] if self._note else []
                found += [_Word(note, "warning") for note in network.graph.notes]
        return found

    # Layout

    def _arrange(self) -> None:
        """The controls from the right edge on; what there is no room for goes: first the quantity, then the scale."""
        middle = self.row_height // 2
        edge, high = self.larger(LARGE.edge), self.larger(28)
        right = self.width() - self.larger(LARGE.edge - 6)

        def put(part: QWidget, width: int, gap: int) -> None:
            nonlocal right
            part.setGeometry(right - width, middle - high // 2, width, high)
            part.show()
            right -= width + self.larger(gap)

        put(self.zoom, self.zoom.width(), 12)
        if self.reserved:
            right -= self.reserved + self.larger(16)
        put(self.role, high, 8)
        put(self.levels, self.levels.sizeHint().width(), 52)
        room = right - edge
        choices = sum(part.sizeHint().width() + self.larger(8) for part in (self.scale, self.quantity))
        if room > self.larger(380):
            wide = self.larger(164)
            roomy = room - choices - wide > max(self._facts_width(), self.larger(230))
            put(self.finder, wide if roomy else self.larger(118), 12)
        else:
            self.finder.hide()
        for part, least in ((self.scale, 430), (self.quantity, 560)):
            if right - edge - part.sizeHint().width() > self.larger(least - 160):
                put(part, part.sizeHint().width(), 8)
            else:
                part.hide()
        self.words_end = right - self.larger(8)
        self.update()

    def _facts_width(self) -> float:
        """What the name and the costs of the whole take, short."""
        if self._network is None:
            return 0.0
        graph = self._network.graph
        small = self.ink(12)
        costs = (f"{numbers.short(graph.parameters)} parameters", f"{numbers.short(graph.multiply_adds)} multiply-adds")
        texts = [text for text in (*costs, self._note) if text]
        gap = self.larger(16)
        return self.ink(13, 600).width(graph.title) + sum(small.width(text) + gap for text in texts) + self.larger(24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(event.rect(), theme.stage)
        baseline = self.row_height / 2 + 4.5 * self.grown
        self._crumbs = []
        x, end = float(self.larger(LARGE.edge)), float(self.words_end)
        room, step = end - x, self.larger(18)
        words, gap = self.words(), self.larger(16)
        if sum(self.ink(13, 600).width(word.text) + step for word in words if word.role != "warning") > room:
            words, gap = self.words(numbers.short), self.larger(12)
        for word in _with_room(words, room, self.ink(13)):
            strong = word.role == "here"
            crumb = word.role in ("crumb", "here")
            ink = self.ink(13, 600 if strong else 400) if crumb else self.ink(12)
            room = end - x - (step if crumb else 0)
            text = ink.elided(word.text, room) if crumb or word.role == "warning" else word.text
            if room < 30 or ink.width(text) > room:
                if crumb:
                    continue
                break
            color = {"here": theme.text_1, "crumb": theme.text_2, "fact": theme.text_3}.get(word.role, theme.bias)
            start = x
            x = drawing.write(painter, x, baseline, text, ink, color)
            if word.key is not None:
                self._crumbs.append((QRectF(start - 4, 0, x - start + 8, self.row_height), word.key))
            if word.role == "crumb":
                side = self.larger(12)
                place = QRectF(round(x) + self.larger(4), (self.row_height - side) / 2, side, side)
                icons.paint(painter, "chevron-right", theme.text_3, place)
                x += self.larger(20)
            else:
                x += gap
        drawing.write_right(painter, self.levels.x() - self.larger(8), baseline, "Depth", self.ink(12), theme.text_3)

    def _crumb_at(self, event: QMouseEvent) -> str | None:
        return next((key for rect, key in self._crumbs if rect.contains(event.position())), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._crumb_at(event) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._crumb_at(event)
        if key is not None and event.button() == Qt.MouseButton.LeftButton:
            self.crumb_clicked.emit(key)


def _with_room(words: list[_Word], room: float, ink: drawing.Ink) -> list[_Word]:
    """The words without the first steps of the path where there is no room for all: where one is stands at its end."""
    crumbs = [word for word in words if word.role in ("crumb", "here")]
    rest = [word for word in words if word.role not in ("crumb", "here")]
    gone: _Word | None = None
    while len(crumbs) > 1 and sum(ink.width(word.text) + 20 for word in crumbs) + (30 if gone else 0) > room:
        gone = crumbs.pop(0)
    return [*([_Word("…", "crumb", gone.key)] if gone is not None else []), *crumbs, *rest]
