"""What the two diagrams of a network have in common: header, canvas, the controls around the input picture."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.messages import Gallery, Quantity, Scale, Snapshot
from gui.theme import Theme
from gui.theme.controls import Segmented
from gui.views import drawing


class StageSignals(QWidget):
    """What the user wishes of a network's drawing.

    `hovered` and `pinned` carry (node, map, row, column); of a unit or class `map` is its index. `hovered` has an empty
    name where nothing is pointed at. `cell_activated` carries a node and the index of an output cell, as a Trace takes
    it: (map, row, column), or (unit,).
    """

    hovered = Signal(str, int, int, int)
    pinned = Signal(str, int, int, int)
    unpinned = Signal()
    layer_activated = Signal(str)
    cell_activated = Signal(str, object)
    sample_requested = Signal(int)  # -1 previous, +1 next, 0 at random
    filter_changed = Signal(object, bool)  # label or None, mistakes only
    thumbnail_clicked = Signal(int)  # the sample's index in its split
    draw_toggled = Signal(bool)
    edit_requested = Signal()  # draw on the sample that is shown
    quantity_changed = Signal(object)
    scale_changed = Signal(object)
    zoom_changed = Signal(float)
    layout_changed = Signal()
    watch_changed = Signal(object)  # tuple of node names


class StageView(StageSignals):
    """A network from its input picture to its outputs, with the values of each Snapshot.

    It knows no engine: `set_graph`, `set_snapshot` and `set_gallery` bring what it shows, signals tell what the user
    wishes.

    A subclass gives the types of its canvas, its header and its strip of samples, `set_graph` and `watch_nodes`.
    """

    def __init__(self, theme: Theme, parent: QWidget | None, *, canvas: Any, header: Any, strip: Any) -> None:
        super().__init__(parent)
        self.theme = theme
        self.canvas = canvas(theme, self)
        self.header = header(theme, self)
        self.switch = Segmented([("samples", "Samples"), ("draw", "Draw")], theme, self.canvas, equal=True)
        self.switch.setAccessibleName("Where the input comes from")
        self.strip = strip(theme, self.canvas)
        self._gallery: Gallery | None = None
        self._watched: tuple[str, ...] = ()
        self._sample: object = None
        self._presenting = False
        self.setFocusProxy(self.canvas)
        for name in ("hovered", "pinned", "unpinned", "layer_activated", "cell_activated"):
            getattr(self.canvas, name).connect(getattr(self, name))
        self.canvas.zoom_changed.connect(self._zoomed)
        self.canvas.layout_changed.connect(self._arrange)
        self.header.quantity_changed.connect(self._set_quantity)
        self.header.scale_changed.connect(self.scale_changed)
        self.header.zoom_asked.connect(self._zoom_asked)
        self.switch.changed.connect(self._switched)
        self.strip.previous.clicked.connect(self._previous)
        self.strip.following.clicked.connect(self._next)
        self.strip.edit.clicked.connect(self.edit_requested)
        self.strip.caption.random_asked.connect(self._random)
        self.strip.caption.filter_changed.connect(self.filter_changed)
        self.strip.thumbnails.clicked.connect(self._thumbnail)

    # What is shown

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot; one of another network (a last one that was on its way) leaves the maps as they are."""
        self.canvas.set_snapshot(snapshot)
        if snapshot.sample is not self._sample:
            self._sample = snapshot.sample
            self.strip.caption.set_sample(snapshot.sample)
            self.strip.thumbnails.set_sample(snapshot.sample)

    def set_gallery(self, gallery: Gallery | None) -> None:
        """The samples under the input; None empties them."""
        self._gallery = gallery
        self.strip.thumbnails.set_gallery(gallery, self.canvas.classes)
        if self.canvas.snapshot is not None:
            self.strip.thumbnails.set_sample(self.canvas.snapshot.sample)

    def set_filter(self, label: int | None, only_mistakes: bool) -> None:
        """Show which samples are walked over, without a signal."""
        self.strip.caption.set_filter(label, only_mistakes)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for part in (self.header, self.switch, self.strip, self.canvas):
            part.set_theme(theme)

    def set_drawing(self, drawing: bool) -> None:
        """Show the state of drawing, without a signal: a sketch pad lies on `input_rect()`."""
        self.switch.set_value("draw" if drawing else "samples")
        self.canvas.set_show_input(not drawing)
        self.canvas.forget_pointer()

    def set_quantity(self, quantity: Quantity) -> None:
        """Show which quantity is chosen, without a signal; the maps follow with the next snapshot."""
        self.header.quantity.set_value(str(quantity))
        self._tell_watched()

    def set_scale(self, scale: Scale) -> None:
        """Show which scale is chosen, without a signal."""
        self.header.scale.set_key(str(scale))

    @property
    def quantity(self) -> Quantity:
        """The quantity that is chosen."""
        return Quantity(self.header.quantity.value)

    @property
    def scale(self) -> Scale:
        """The scale that is chosen."""
        return Scale(self.header.scale.key)

    def watch_nodes(self) -> tuple[str, ...]:
        """The nodes whose values are on screen, in order: what a Watch should ask for."""
        return ()

    # Geometry

    def header_rect(self) -> QRect:
        """The first row, with the network's name and the controls."""
        return QRect(self.header.geometry())

    @property
    def samples_rect(self) -> QRect:
        """Where caption and thumbnails are, in this widget."""
        return QRect(self.strip.geometry())

    def zoom(self) -> float:
        """1.0 is 100 %."""
        return float(self.canvas.zoom())

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom about a point, or about the middle."""
        self.canvas.set_zoom(zoom, about)

    def set_presenting(self, on: bool) -> None:
        """Everything, type too, larger: for a projector."""
        self._presenting = on
        self.fit_sizes()
        self.canvas.set_presenting(on)
        self._arrange()

    def fit_sizes(self) -> None:
        """Make the controls as much larger as the drawing is."""
        self.set_grown(drawing.grown(self.width(), self.height(), presenting=self._presenting))

    def set_grown(self, grown: float) -> None:
        """Make the controls so many times larger than usual."""
        if grown != self.header.grown:
            self.header.set_grown(grown)
            self.switch.set_grown(grown)
            self.strip.set_grown(grown)

    def fit(self) -> None:
        """All of the network in the window."""
        self.canvas.fit()

    def paint_to(self, painter: QPainter, rect: QRect) -> None:
        """Paint the diagram at the size of `rect` into it, without the controls (for an export)."""
        self.canvas.paint_to(painter, rect)

    def _arrange(self) -> None:
        """Put the controls where layout and camera want them."""

    # What the controls tell

    def _tell_watched(self) -> None:
        nodes = self.watch_nodes()
        if nodes != self._watched:
            self._watched = nodes
            self.watch_changed.emit(nodes)

    def _zoomed(self, zoom: float) -> None:
        self.header.set_zoom(zoom)
        self.zoom_changed.emit(zoom)

    def _zoom_asked(self, direction: int) -> None:
        if direction:
            self.canvas.zoom_step(direction)
        else:
            self.canvas.fit()

    def _set_quantity(self, quantity: Quantity) -> None:
        self._tell_watched()
        self.quantity_changed.emit(quantity)

    def _switched(self, value: str) -> None:
        self.canvas.set_show_input(value != "draw")
        self.draw_toggled.emit(value == "draw")

    def _previous(self) -> None:
        self.sample_requested.emit(-1)

    def _next(self) -> None:
        self.sample_requested.emit(1)

    def _random(self) -> None:
        self.sample_requested.emit(0)

    def _thumbnail(self, place: int) -> None:
        if self._gallery is not None:
            self.thumbnail_clicked.emit(int(self._gallery.indices[place]))
