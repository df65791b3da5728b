"""The first row of the stage: the network's name and cost, what the maps show, over what they are scaled, zoom."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Graph
from gui.theme import Theme, numbers
from gui.views import drawing
from gui.views.network.sizing import LARGE
from gui.views.stage_header import StageHeader


class Header(StageHeader):
    """Name, parameters and multiply-adds at the left; quantity, scale and zoom at the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._graph: Graph | None = None

    def set_graph(self, graph: Graph) -> None:
        self._graph = graph
        self.setToolTip("\n".join(graph.notes))
        self.setAccessibleDescription(self.described())
        self.update()

    def described(self) -> str:
        return ", ".join(text for text, _ in self.words())

    @property
    def slot(self) -> QRect:
        """The room that is left free."""
        self._arrange()  # while it is hidden, a widget hears of its size later
        high = self.larger(28)
        return QRect(
            self.quantity.x() - self.larger(8) - self.reserved, (self.row_height - high) // 2, self.reserved, high
        )

    def words(self) -> list[tuple[str, str]]:
        """What is written at the left, and in which role."""
        graph = self._graph
        if graph is None:
            return []
        found = [(graph.title, "title")]
        if self._note:
            found.append((self._note, "note"))
        if graph.subtitle:
            found.append((graph.subtitle, "subtitle"))
        found += [(note, "warning") for note in graph.notes]
        found.append((f"{numbers.count(graph.parameters)} parameters", "fact"))
        found.append((f"{numbers.count(graph.multiply_adds)} multiply-adds", "fact"))
        return found

    def _arrange(self) -> None:
        """The controls from the right edge on."""
        middle = self.row_height // 2
        right = self.width() - self.larger(LARGE.edge - 6)
        for part, gap in ((self.zoom, 8), (self.scale, 8), (self.quantity, 0)):
            size = part.size() if part is self.zoom else part.sizeHint()
            part.setGeometry(right - size.width(), middle - size.height() // 2, size.width(), size.height())
            right -= size.width() + self.larger(gap)

    def _fitting(self, room: float) -> list[tuple[str, str, drawing.Ink]]:
        """The words that there is room for: name and cost before the subtitle, which is cut or left out."""
        inks = {"title": self.ink(13, 600)}
        words = [(text, role, inks.get(role, self.ink(12))) for text, role in self.words()]
        gap = self.larger(16)
        gaps = gap // 2 + gap * max(0, len(words) - 2)
        over = sum(ink.width(text) for text, _, ink in words) + gaps - room
        found = []
        for text, role, ink in words:
            if over > 0 and role in ("subtitle", "warning"):
                left = ink.width(text) - over
                over = 0.0 if left > 60 else over - ink.width(text) - gap
                if left > 60:
                    found.append((ink.elided(text, left), role, ink))
                continue
            if over > 0 and role == "title" and len(words) == 1:
                text = ink.elided(text, room)
            found.append((text, role, ink))
        while over > 0 and len(found) > 1:
            text, _, ink = found.pop()
            over -= ink.width(text) + gap
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(event.rect(), theme.stage)
        baseline = self.row_height / 2 + 4.5 * self.grown
        x = float(self.larger(LARGE.edge))
        for text, role, ink in self._fitting(self.quantity.x() - self.larger(16) - self.reserved - x):
            color = {"title": theme.text_1, "subtitle": theme.text_2, "note": theme.bias, "warning": theme.bias}.get(
                role, theme.text_3
            )
            x = drawing.write(painter, x, baseline, text, ink, color) + self.larger(8 if role == "title" else 16)
