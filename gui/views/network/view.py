"""The Studio's stage: header, diagram, and the controls around the input picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import DatasetFacts, Gallery, Graph, Operation, Quantity, Scale, Snapshot
from gui.theme import DARK, Theme
from gui.theme.controls import Segmented
from gui.views.network.columns import Kind
from gui.views.network.gestures import StageCanvas
from gui.views.network.header import Header
from gui.views.network.input_field import InputField
from gui.views.network.samples import MARGIN, SampleStrip

_SMALL_BELOW = 0.72  # zoom under which the input's controls would be larger than the picture


class NetworkView(QWidget):
    """A network from its input picture to its outputs, with the values of each Snapshot.

    It knows no engine: `set_graph`, `set_snapshot` and `set_gallery` bring what it shows, signals tell what the user
    wishes. `hovered` and `pinned` carry (node, map, row, column); of a unit or class `map` is its index. `hovered` has
    an empty name where nothing is pointed at. `cell_activated` carries a node and the index of an output cell, as a
    Trace takes it: (map, row, column), or (unit,).
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

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.canvas = StageCanvas(theme, self)
        self.switch = Segmented([("samples", "Samples"), ("draw", "Draw")], theme, self.canvas, equal=True)
        self.switch.setAccessibleName("Where the input comes from")
        self.strip = SampleStrip(theme, self.canvas)
        self.header = Header(theme, self)
        self.field = InputField(self)
        self.slots = (self.switch, self.strip)
        self._facts: DatasetFacts | None = None
        self._gallery: Gallery | None = None
        self._watched: tuple[str, ...] = ()
        self._sample: object = None
        self.setFocusProxy(self.canvas)
        self._connect()

    def _connect(self) -> None:
        canvas, strip, header = self.canvas, self.strip, self.header
        canvas.hovered.connect(self.hovered)
        canvas.pinned.connect(self.pinned)
        canvas.unpinned.connect(self.unpinned)
        canvas.layer_activated.connect(self.layer_activated)
        canvas.cell_activated.connect(self.cell_activated)
        canvas.zoom_changed.connect(self._zoomed)
        canvas.layout_changed.connect(self._arrange)
        canvas.chain_changed.connect(self._chain_changed)
        header.quantity_changed.connect(self._set_quantity)
        header.scale_changed.connect(self.scale_changed)
        header.zoom_asked.connect(self._zoom_asked)
        self.switch.changed.connect(self._switched)
        strip.previous.clicked.connect(self._previous)
        strip.following.clicked.connect(self._next)
        strip.edit.clicked.connect(self.edit_requested)
        strip.caption.random_asked.connect(self._random)
        strip.caption.filter_changed.connect(self.filter_changed)
        strip.thumbnails.clicked.connect(self._thumbnail)

    # What is shown

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        """Show another network; `dataset` names its classes. Pins and zoom are gone, so is the last snapshot."""
        self._facts = dataset
        classes = dataset.classes if dataset is not None else ()
        self.header.set_graph(graph)
        self.strip.caption.set_classes(classes)
        self._sample = None
        self.canvas.set_graph(graph, classes)
        self._tell_watched()

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

    @property
    def gallery_size(self) -> int:
        """How many thumbnails there is room for."""
        layout = self.canvas.layout_now
        return layout.samples.columns * layout.samples.rows if layout is not None else 10

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.header.set_theme(theme)
        self.switch.set_theme(theme)
        self.strip.set_theme(theme)
        self.canvas.set_theme(theme)

    def set_density(self, density: str) -> None:
        """ "large" above 1440x920 window pixels, "small" below."""
        if density not in ("large", "small"):
            raise ValueError(f"a density is large or small, not {density!r}")
        self.header.set_density(density)
        self.strip.set_density(density)
        self.canvas.set_density(density)
        self._arrange()

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

    # Pins

    def pin(self, node: str, index: int, row: int = 0, column: int = 0) -> bool:
        """Pin a cell, unit or class without a signal; False if the stage has no such layer."""
        hit = self.canvas.hit_for(node, index, row, column)
        if hit is None:
            return False
        self.canvas.pin_hit(hit)
        return True

    def unpin(self) -> None:
        """Let the pinned cell go."""
        self.canvas.unpin()

    def pinned_cell(self) -> tuple[str, int, int, int] | None:
        """(node, map, row, column) of the pin."""
        hit = self.canvas.pinned_hit()
        return None if hit is None else (hit.node, hit.map, max(hit.row, 0), max(hit.column, 0))

    def watch_nodes(self) -> tuple[str, ...]:
        """The nodes whose values are on screen, in order: what a Watch should ask for.

        With gradients the input is one of them. Dense layers come with the node that their lines belong to.
        """
        graph, layout = self.canvas.graph, self.canvas.layout_now
        if graph is None or layout is None:
            return ()
        visible: set[str] = set()
        view = self.canvas.rect()
        for place in layout.places:
            column = place.column
            kernels = place.kernels.rect if place.kernels is not None else place.rect
            shown = self.canvas.view_rect(place.rect).united(self.canvas.view_rect(kernels))
            if not view.intersects(shown):
                continue
            if column.kind is not Kind.INPUT or self.quantity is Quantity.GRADIENTS:
                visible.add(column.node)
            visible |= {name for name in column.nodes if graph[name].operation is Operation.LINEAR}
        return tuple(node.name for node in graph.nodes if node.name in visible)

    # Geometry

    def header_rect(self) -> QRect:
        """The first row, with the network's name and the controls."""
        return self.header.geometry()

    def input_rect(self) -> QRect:
        """Where the input picture is, in this widget: the place of a sketch pad. Empty before there is a network."""
        layout = self.canvas.layout_now
        return self.canvas.view_rect(layout.input) if layout is not None else QRect()

    @property
    def samples_rect(self) -> QRect:
        """Where caption and thumbnails are, in this widget."""
        return self.strip.geometry()

    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self.canvas.zoom()

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom between 0.25 and 8 about a point, or about the middle."""
        self.canvas.set_zoom(zoom, about)

    def set_presenting(self, on: bool) -> None:
        """Everything, type too, larger: for a projector."""
        self.canvas.set_presenting(on)

    def fit(self) -> None:
        """All of the network in the window."""
        self.canvas.fit()

    def paint_to(self, painter: QPainter, rect: QRect) -> None:
        """Paint the diagram at the size of `rect` into it, without the controls (for an export)."""
        self.canvas.paint_to(painter, rect)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        self._arrange()

    def _arrange(self) -> None:
        """Put the controls where layout and camera want them."""
        self.header.setGeometry(0, 0, self.width(), self.header.row_height)
        self.header.raise_()
        canvas, layout = self.canvas, self.canvas.layout_now
        for part in self.slots:
            part.setVisible(layout is not None and canvas.zoom() >= _SMALL_BELOW)
        if layout is None:
            return
        picture, samples = canvas.view_rect(layout.input), layout.samples
        zoom = canvas.zoom()
        width = round(samples.switch.width * zoom)
        left = canvas.view_rect(samples.switch).x()
        self.switch.setGeometry(left, picture.y() - 44, min(width, 420), samples.switch.height)
        thumb = max(8, int(samples.thumb * zoom))
        height = 38 + samples.rows * (thumb + 12)
        self.strip.thumbnails.set_grid(columns=samples.columns, thumb=thumb, rows=samples.rows)
        self.strip.setGeometry(left - MARGIN, picture.y() + picture.height() + 6, width + 2 * MARGIN, height)
        self._tell_watched()
        self.layout_changed.emit()

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

    def _chain_changed(self) -> None:
        """Over a sketch pad, what the canvas would paint into the input picture."""
        canvas = self.canvas
        link = None if canvas.show_input or canvas.chain is None else canvas.chain.input_link
        self.field.show_link(canvas, link, self.input_rect())
