"""The Studio's stage for any network: header, diagram in layers, input and samples, classes, overview."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import DatasetFacts, Gallery, Graph, Quantity, Scale, Snapshot
from gui.theme import DARK, Theme
from gui.theme.controls import Segmented
from gui.views.graph.gestures import GraphCanvas
from gui.views.graph.header import Header
from gui.views.graph.minimap import Minimap
from gui.views.graph.sampling import Samples
from gui.views.network.samples import MARGIN

_MOST_WATCHED = 24_000_000  # values; more than that no screen shows


class GraphView(QWidget):
    """A network of any form, from its input picture to its classes, with the values of each Snapshot.

    Its signals and methods are those of `NetworkView`, so that either can stand on the Studio's stage; beyond them,
    `modules_changed` tells that `depth` or `open_modules` are others now.
    """

    hovered = Signal(str, int, int, int)
    pinned = Signal(str, int, int, int)
    unpinned = Signal()
    layer_activated = Signal(str)
    cell_activated = Signal(str, object)
    sample_requested = Signal(int)
    filter_changed = Signal(object, bool)
    thumbnail_clicked = Signal(int)
    draw_toggled = Signal(bool)
    edit_requested = Signal()
    quantity_changed = Signal(object)
    scale_changed = Signal(object)
    zoom_changed = Signal(float)
    layout_changed = Signal()
    watch_changed = Signal(object)
    modules_changed = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.canvas = GraphCanvas(theme, self)
        self.header = Header(theme, self)
        self.switch = Segmented([("samples", "Samples"), ("draw", "Draw")], theme, self.canvas, equal=True)
        self.switch.setAccessibleName("Where the input comes from")
        self.strip = Samples(theme, self.canvas)
        self.minimap = Minimap(theme, self.canvas)
        self.minimap.hide()
        self._gallery: Gallery | None = None
        self._sample: object = None
        self._watched: tuple[str, ...] = ()
        self._density = "large"
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
        canvas.view_changed.connect(self._view_changed)
        canvas.modules_changed.connect(self._modules_changed)
        canvas.selection_changed.connect(self._selection_changed)
        canvas.search_wanted.connect(header.finder.start)
        header.finder.found.connect(self._found)
        header.crumb_clicked.connect(self._crumb)
        header.depth_changed.connect(self.canvas.set_depth)
        header.role_toggled.connect(self.canvas.set_by_role)
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
        self.minimap.wanted.connect(self._go)

    # What is shown

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        """Show another network; `dataset` names its classes."""
        classes = dataset.classes if dataset is not None else ()
        self._sample, self._watched = None, ()
        self.strip.caption.set_classes(classes)
        self.canvas.set_graph(graph, classes, dataset.picture_shape if dataset is not None else ())
        assert self.canvas.network is not None
        self.header.set_network(self.canvas.network)
        self.header.set_depth(self.canvas.shown_depth)
        self._tell_watched()

    def set_snapshot(self, snapshot: Snapshot) -> None:
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
        self.strip.caption.set_filter(label, only_mistakes)

    @property
    def gallery_size(self) -> int:
        """How many thumbnails there is room for."""
        return 3 * self.canvas.sides.sample_rows

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.header.set_theme(theme)
        self.switch.set_theme(theme)
        self.strip.set_theme(theme)
        self.minimap.set_theme(theme)
        self.canvas.set_theme(theme)

    def set_density(self, density: str) -> None:
        """ "large" above 1440x920 window pixels, "small" below."""
        if density not in ("large", "small"):
            raise ValueError(f"a density is large or small, not {density!r}")
        self._density = str(density)
        self.header.set_density(self._density)
        self.strip.set_density("small")  # three columns of thumbnails leave no room for a third button
        self.canvas.header_height = self.header.row_height
        self.canvas.set_small(density == "small")
        self._arrange()

    def set_drawing(self, drawing: bool) -> None:
        """Show the state of drawing, without a signal: a sketch pad lies on `input_rect()`."""
        self.switch.set_value("draw" if drawing else "samples")
        self.canvas.set_show_input(not drawing)
        self.canvas.forget_pointer()

    def set_quantity(self, quantity: Quantity) -> None:
        self.header.quantity.set_value(str(quantity))
        self._tell_watched()

    def set_scale(self, scale: Scale) -> None:
        self.header.scale.set_key(str(scale))

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.header.quantity.value)

    @property
    def scale(self) -> Scale:
        return Scale(self.header.scale.key)

    # Modules

    @property
    def chosen_depth(self) -> int:
        """The depth that was chosen; 0: by itself, as deep as can be read at once."""
        return self.canvas.chosen_depth

    @property
    def open_modules(self) -> tuple[str, ...]:
        """The modules that differ from the depth, opened or closed one by one."""
        return tuple(sorted(self.canvas.toggled))

    def set_modules(self, depth: int, toggled: tuple[str, ...]) -> None:
        """Show a depth and the modules that differ from it, without a signal."""
        self.canvas.set_modules(depth, frozenset(toggled))
        self.header.set_depth(self.canvas.shown_depth)

    def show_node(self, name: str) -> None:
        """Open the modules around a node, go there, and select it."""
        self.canvas.reveal(name)

    # Pins

    def pin(self, node: str, index: int, row: int = 0, column: int = 0) -> bool:
        """Pin a cell, unit or class without a signal; False if there is no such node."""
        network = self.canvas.network
        if network is None or node not in network.numbers:
            return False
        number = network.numbers[node]
        self.canvas.set_pin(number, index, row, column)
        box = self.canvas.selected_box()
        if box is None or box.face != number:
            self.canvas.select(node)
        return True

    def unpin(self) -> None:
        if self.canvas.pin is not None:
            self.canvas.drop_pin()
            self.canvas.select("")

    def pinned_cell(self) -> tuple[str, int, int, int] | None:
        """(node, map, row, column) of the pin."""
        pin, network = self.canvas.pin, self.canvas.network
        return None if pin is None or network is None else (network.nodes[pin[0]].name, *pin[1:])

    def watch_nodes(self) -> tuple[str, ...]:
        """The nodes whose values are on screen, in order: what a Watch should ask for."""
        network = self.canvas.network
        if network is None:
            return ()
        found = self.canvas.visible_nodes(most=_MOST_WATCHED)
        if self.quantity is Quantity.GRADIENTS or self.canvas.sides.values:
            found = [0, *(node for node in found if node)]
        return tuple(network.nodes[node].name for node in found)

    # Geometry

    def header_rect(self) -> QRect:
        return self.header.geometry()

    def input_rect(self) -> QRect:
        """Where the input picture is, in this widget: the place of a sketch pad."""
        return self.canvas.sides.picture

    @property
    def samples_rect(self) -> QRect:
        return self.strip.geometry()

    def part_rect(self, part: str) -> QRectF | None:
        """Where "input", "output", "facts", "layer-<node>" or "kernels-<node>" is; None if it is not on screen."""
        canvas, sides, layout = self.canvas, self.canvas.sides, self.canvas.layout_now
        if part == "facts":
            return QRectF(8, 6, self.header.words_end, self.header.height() - 12)
        if part == "input":
            return QRectF(sides.picture)
        if part == "output":
            return QRectF(sides.output)
        name = part.partition("-")[2]
        if layout is None or name not in layout.network.numbers:
            return None
        box = layout.box_of(layout.network.numbers[name])
        if box is None:
            return None
        x, y = canvas.camera.view(box.x, box.y)
        zoom = canvas.zoom()
        return QRectF(x, y, box.width * zoom, box.height * zoom).intersected(QRectF(sides.stage))

    def zoom(self) -> float:
        return self.canvas.zoom()

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        self.canvas.set_zoom(zoom, about)

    def fit(self) -> None:
        self.canvas.fit()

    def paint_to(self, painter: QPainter, rect: QRect) -> None:
        """Paint the diagram as lines and text into a rectangle, without the controls (for an export)."""
        self.canvas.paint_to(painter, rect)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.header_height = self.header.row_height
        self.canvas.setGeometry(self.rect())
        self.header.setGeometry(0, 0, self.width(), self.header.row_height)
        self.header.raise_()
        self._arrange()

    def _arrange(self) -> None:
        """Put the controls around the picture, and the overview into its corner."""
        self.header.setGeometry(0, 0, self.width(), self.header.row_height)
        sides = self.canvas.sides
        picture = sides.picture
        for part in (self.switch, self.strip):
            part.setVisible(not picture.isEmpty())
        if not picture.isEmpty():
            self.switch.setGeometry(picture.x(), max(sides.top + 4, picture.y() - 72), max(picture.width(), 132), 28)
            self.strip.thumbnails.set_grid(columns=3, thumb=sides.thumb, rows=sides.sample_rows)
            left, width = picture.x() - MARGIN, max(picture.width(), 132) + 2 * MARGIN
            self.strip.setGeometry(left, picture.bottom() + 8, width, sides.samples_height)
        stage = sides.stage
        self.minimap.move(stage.right() - self.minimap.width() - 4, stage.bottom() - self.minimap.height() - 8)
        self._show_seen()
        self.layout_changed.emit()

    def _show_seen(self) -> None:
        canvas, layout = self.canvas, self.canvas.layout_now
        if layout is None:
            self.minimap.hide()
            return
        left, top, right, bottom = canvas.camera.clip(canvas.sides.stage)
        hidden = left > 1 or top > 1 or right < layout.width - 1 or bottom < layout.height - 1
        self.minimap.setVisible(hidden)
        self.minimap.set_seen(QRectF(left, top, right - left, bottom - top))

    # What the controls tell

    def _tell_watched(self) -> None:
        nodes = self.watch_nodes()
        if nodes != self._watched:
            self._watched = nodes
            self.watch_changed.emit(nodes)

    def _view_changed(self) -> None:
        self._show_seen()
        self._tell_watched()

    def _modules_changed(self) -> None:
        self.minimap.set_layout_shown(self.canvas.layout_now)
        self.header.set_depth(self.canvas.shown_depth)
        self._arrange()
        self._tell_watched()
        self.modules_changed.emit()

    def _selection_changed(self) -> None:
        self.header.set_selected(self.canvas.selected)

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

    def _found(self, key: str) -> None:
        self.canvas.reveal(key)
        self.canvas.setFocus()

    def _crumb(self, key: str) -> None:
        if key:
            self.canvas.select(key)
            self.canvas.show_box(key, zoom=0.0)
        else:
            self.canvas.select("")
            self.canvas.fit()

    def _go(self, x: float, y: float) -> None:
        canvas = self.canvas
        middle = canvas.sides.stage.center()
        at_x, at_y = canvas.camera.view(x, y)
        canvas.pan(middle.x() - at_x, middle.y() - at_y)
        self._show_seen()

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
