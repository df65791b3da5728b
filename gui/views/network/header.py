"""The first row of the stage: the network's name and cost, what the maps show, over what they are scaled, zoom."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Graph, Quantity, Scale
from gui.theme import Theme, numbers
from gui.theme.controls import FieldBox, Segmented, set_theme_below
from gui.views import drawing
from gui.views.network.sizing import LARGE, SMALL
from gui.views.zoom_buttons import ZoomButtons

_QUANTITIES = ((Quantity.ACTIVATIONS, "Activations"), (Quantity.GRADIENTS, "Gradients"))
SCALES = (
    (Scale.LAYER, "Layer", "All maps of a layer share one scale"),
    (Scale.MAP, "Map", "Every map fills the scale by itself: compare shapes, not strengths"),
    (Scale.NETWORK, "Network", "All layers share one scale: see where the signal is strong"),
)


class Header(QWidget):
    """Name, parameters and multiply-adds at the left; quantity, scale and zoom at the right."""

    quantity_changed = Signal(object)  # Quantity
    scale_changed = Signal(object)  # Scale
    note_changed = Signal()
    zoom_asked = Signal(int)  # +1 in, -1 out, 0 fit

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._density = "large"
        self._graph: Graph | None = None
        self._note = ""
        self.reserved = 0  # pixels left free before the controls, for one of someone else's
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.quantity = Segmented([(str(key), label) for key, label in _QUANTITIES], theme, self)
        self.quantity.setAccessibleName("What the maps show")
        self.quantity.setToolTip("Activations: the values of the maps. Gradients: how the loss depends on each of them")
        self.scale = FieldBox("Scale", theme, self)
        for scale, label, tip in SCALES:
            self.scale.add(str(scale), label, tip)
        self.scale.setToolTip("Over what the colours are scaled")
        self.zoom = ZoomButtons(theme, self)
        self.zoom_out, self.zoom_in, self.fit = self.zoom.zoom_out, self.zoom.zoom_in, self.zoom.fit
        self.quantity.changed.connect(self._tell_quantity)
        self.scale.chosen.connect(self._tell_scale)
        self.zoom.asked.connect(self.zoom_asked)

    def _tell_quantity(self, key: str) -> None:
        self.quantity_changed.emit(Quantity(key))

    def _tell_scale(self, key: str) -> None:
        self.scale_changed.emit(Scale(key))

    def set_graph(self, graph: Graph) -> None:
        self._graph = graph
        self.setToolTip("\n".join(graph.notes))
        self.setAccessibleDescription(", ".join(text for text, _ in self.words()))
        self.update()

    @property
    def note(self) -> str:
        """What is said of the network's weights."""
        return self._note

    def set_note(self, note: str) -> None:
        """Say something of the network's weights; "" says nothing."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(", ".join(text for text, _ in self.words()))
            self.update()
            self.note_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()

    def set_density(self, density: str) -> None:
        self._density = density
        self._arrange()
        self.update()

    def set_zoom(self, zoom: float) -> None:
        """Show a zoom as per cent."""
        self.zoom.set_zoom(zoom)

    def set_reserved(self, width: int) -> None:
        """Leave so much room for a control of someone else's; `slot` is where."""
        if width != self.reserved:
            self.reserved = width
            self.update()

    @property
    def slot(self) -> QRect:
        """The room that is left free."""
        self._arrange()  # while it is hidden, a widget hears of its size later
        return QRect(self.quantity.x() - 8 - self.reserved, self.row_height // 2 - 14, self.reserved, 28)

    @property
    def row_height(self) -> int:
        return (LARGE if self._density == "large" else SMALL).header

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The controls from the right edge on."""
        middle = self.row_height // 2
        right = self.width() - LARGE.edge + 6
        for part, gap in ((self.zoom, 8), (self.scale, 8), (self.quantity, 0)):
            size = part.size() if part is self.zoom else part.sizeHint()
            part.setGeometry(right - size.width(), middle - size.height() // 2, size.width(), size.height())
            right -= size.width() + gap

    def _fitting(self, room: float) -> list[tuple[str, str, drawing.Ink]]:
        """The words that there is room for: name and cost before the subtitle, which is cut or left out."""
        inks = {"title": drawing.ui(13, 600)}
        words = [(text, role, inks.get(role, drawing.ui(12))) for text, role in self.words()]
        gaps = 8 + 16 * max(0, len(words) - 2)
        over = sum(ink.width(text) for text, _, ink in words) + gaps - room
        found = []
        for text, role, ink in words:
            if over > 0 and role in ("subtitle", "warning"):
                left = ink.width(text) - over
                over = 0.0 if left > 60 else over - ink.width(text) - 16
                if left > 60:
                    found.append((ink.elided(text, left), role, ink))
                continue
            if over > 0 and role == "title" and len(words) == 1:
                text = ink.elided(text, room)
            found.append((text, role, ink))
        while over > 0 and len(found) > 1:
            text, _, ink = found.pop()
            over -= ink.width(text) + 16
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(event.rect(), theme.stage)
        baseline = self.row_height / 2 + 4.5
        x = float(LARGE.edge)
        for text, role, ink in self._fitting(self.quantity.x() - 16.0 - self.reserved - x):
            color = {"title": theme.text_1, "subtitle": theme.text_2, "note": theme.bias, "warning": theme.bias}.get(
                role, theme.text_3
            )
            x = drawing.write(painter, x, baseline, text, ink, color) + (8 if role == "title" else 16)
