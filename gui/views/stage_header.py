"""What the first rows of both diagrams have in common: what the maps show, over what they are scaled, zoom, a note."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Quantity, Scale
from gui.theme import Theme
from gui.theme.controls import FieldBox, Segmented, set_grown_below, set_theme_below
from gui.views import drawing
from gui.views.network.sizing import LARGE, SMALL
from gui.views.zoom_buttons import ZoomButtons

_QUANTITIES = ((Quantity.ACTIVATIONS, "Activations"), (Quantity.GRADIENTS, "Gradients"))
SCALES = (
    (Scale.LAYER, "Layer", "All maps of a layer share one scale"),
    (Scale.MAP, "Map", "Every map fills the scale by itself: compare shapes, not strengths"),
    (Scale.NETWORK, "Network", "All layers share one scale: see where the signal is strong"),
)


class StageHeader(QWidget):
    """A subclass writes the network's name and costs at the left and arranges the controls at the right."""

    quantity_changed = Signal(object)  # Quantity
    scale_changed = Signal(object)  # Scale
    note_changed = Signal()
    zoom_asked = Signal(int)  # +1 in, -1 out, 0 fit

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, fit_tip: str = "Fit to the window") -> None:
        super().__init__(parent)
        self.theme = theme
        self.reserved = 0  # pixels left free among the controls, for one of someone else's
        self.grown = 1.0
        self._density = "large"
        self._note = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.quantity = Segmented([(str(key), label) for key, label in _QUANTITIES], theme, self)
        self.quantity.setAccessibleName("What the maps show")
        self.quantity.setToolTip("Activations: the values of the maps. Gradients: how the loss depends on each of them")
        self.scale = FieldBox("Scale", theme, self)
        for scale, label, tip in SCALES:
            self.scale.add(str(scale), label, tip)
        self.scale.setToolTip("Over what the colours are scaled")
        self.zoom = ZoomButtons(theme, self, fit_tip=fit_tip)
        self.zoom_out, self.zoom_in, self.fit = self.zoom.zoom_out, self.zoom.zoom_in, self.zoom.fit
        self.quantity.changed.connect(self._tell_quantity)
        self.scale.chosen.connect(self._tell_scale)
        self.zoom.asked.connect(self.zoom_asked)

    # What a subclass gives

    def described(self) -> str:
        """What is written, for those who listen."""
        return ""

    @property
    def slot(self) -> QRect:
        """The room that is left free."""
        return QRect()

    def _arrange(self) -> None:
        """Put the controls where they belong."""

    # What is shown

    def _tell_quantity(self, key: str) -> None:
        self.quantity_changed.emit(Quantity(key))

    def _tell_scale(self, key: str) -> None:
        self.scale_changed.emit(Scale(key))

    @property
    def note(self) -> str:
        """What is said of the network's weights."""
        return self._note

    def set_note(self, note: str) -> None:
        """Say something of the network's weights; "" says nothing."""
        if note != self._note:
            self._note = note
            self._arrange()
            self.setAccessibleDescription(self.described())
            self.update()
            self.note_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()

    def set_grown(self, grown: float) -> None:
        """Everything so many times larger than usual, for a projector."""
        self.grown = grown
        self.zoom.set_grown(grown)
        set_grown_below(self, grown)
        self._arrange()
        self.update()

    def ink(self, px: int, weight: int = 400) -> drawing.Ink:
        """What is written with: the interface face at this size, larger for a projector."""
        return drawing.ui(round(px * self.grown), weight)

    def larger(self, px: float) -> int:
        """So many pixels, more of them for a projector."""
        return round(px * self.grown)

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
            self._arrange()
            self.update()

    @property
    def row_height(self) -> int:
        return self.larger((LARGE if self._density == "large" else SMALL).header)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
