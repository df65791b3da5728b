"""The Studio's stage: header, diagram, and the controls around the input picture."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import DatasetFacts, Graph, Operation, Quantity
from gui.theme import DARK, Theme
from gui.views.network.columns import Kind
from gui.views.network.gestures import StageCanvas
from gui.views.network.header import Header
from gui.views.network.input_field import InputField
from gui.views.network.samples import MARGIN, SampleStrip
from gui.views.stage_view import StageView

_SMALL_BELOW = 0.72  # zoom under which the input's controls would be larger than the picture


class NetworkView(StageView):
    """A chain of few layers, each with all of its maps. See `StageView`."""

    canvas: StageCanvas
    header: Header
    strip: SampleStrip

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, canvas=StageCanvas, header=Header, strip=SampleStrip)
        self.field = InputField(self)
        self.slots = (self.switch, self.strip)
        self.canvas.chain_changed.connect(self._chain_changed)

    # What is shown

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        """Show another network; `dataset` names its classes. Pins and zoom are gone, so is the last snapshot."""
        classes = dataset.classes if dataset is not None else ()
        self.header.set_graph(graph)
        self.strip.caption.set_classes(classes)
        self._sample = None
        self.canvas.set_graph(graph, classes)
        self._tell_watched()

    @property
    def gallery_size(self) -> int:
        """How many thumbnails there is room for."""
        layout = self.canvas.layout_now
        return layout.samples.columns * layout.samples.rows if layout is not None else 10

    def set_density(self, density: str) -> None:
        """ "large" above 1440x920 window pixels, "small" below."""
        if density not in ("large", "small"):
            raise ValueError(f"a density is large or small, not {density!r}")
        self.header.set_density(density)
        self.strip.set_density(density)
        self.canvas.set_density(density)
        self._arrange()

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

    def input_rect(self) -> QRect:
        """Where the input picture is, in this widget: the place of a sketch pad. Empty before there is a network."""
        layout = self.canvas.layout_now
        return self.canvas.view_rect(layout.input) if layout is not None else QRect()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_sizes()
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
        grown = self.header.grown
        high = round(samples.switch.height * grown)
        self.switch.setGeometry(left, picture.y() - round(44 * grown), min(width, round(420 * grown)), high)
        thumb = max(8, int(samples.thumb * zoom))
        height = round(38 * grown) + samples.rows * (thumb + 12)
        self.strip.thumbnails.set_grid(columns=samples.columns, thumb=thumb, rows=samples.rows)
        self.strip.setGeometry(left - MARGIN, picture.y() + picture.height() + 6, width + 2 * MARGIN, height)
        self._tell_watched()
        self.layout_changed.emit()

    # What the controls tell

    def _chain_changed(self) -> None:
        """Over a sketch pad, what the canvas would paint into the input picture."""
        canvas = self.canvas
        link = None if canvas.show_input or canvas.chain is None else canvas.chain.input_link
        self.field.show_link(canvas, link, self.input_rect())
