"""The Studio's stage for any network: header, diagram in layers, input and samples, classes, overview."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import DatasetFacts, Graph, Quantity
from gui.theme import DARK, Theme
from gui.views.graph.gestures import GraphCanvas
from gui.views.graph.header import Header
from gui.views.graph.minimap import Minimap
from gui.views.graph.sampling import Samples
from gui.views.network.samples import MARGIN
from gui.views.stage_view import StageView

_MOST_WATCHED = 24_000_000  # values; more than that no screen shows


class GraphView(StageView):
    """A network of any form, with modules that open and close. See `StageView`; beyond its signals, `modules_changed`
    tells that `depth` or `open_modules` are others now."""

    canvas: GraphCanvas
    header: Header
    strip: Samples
    modules_changed = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, canvas=GraphCanvas, header=Header, strip=Samples)
        self.minimap = Minimap(theme, self.canvas)
        self.minimap.hide()
        self._density = "large"
        canvas, header = self.canvas, self.header
        canvas.view_changed.connect(self._view_changed)
        canvas.modules_changed.connect(self._modules_changed)
        canvas.selection_changed.connect(self._selection_changed)
        canvas.search_wanted.connect(header.finder.start)
        header.finder.found.connect(self._found)
        header.crumb_clicked.connect(self._crumb)
        header.depth_changed.connect(canvas.set_depth)
        header.role_toggled.connect(canvas.set_by_role)
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

    @property
    def gallery_size(self) -> int:
        """How many thumbnails there is room for."""
        return 3 * self.canvas.sides.sample_rows

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.minimap.set_theme(theme)

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

    def input_rect(self) -> QRect:
        """Where the input picture is, in this widget: the place of a sketch pad."""
        return self.canvas.sides.picture

    def set_grown(self, grown: float) -> None:
        super().set_grown(grown)
        self.canvas.header_height = self.header.row_height

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_sizes()
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
            self.switch.setGeometry(
                picture.x(),
                max(sides.top + 4, picture.y() - round(72 * sides.grown)),
                max(picture.width(), 132),
                round(28 * sides.grown),
            )
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
