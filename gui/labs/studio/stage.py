"""The Studio's stage: the drawing of the network that fits it, and the switch to the other ways of drawing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import DatasetFacts, Gallery, Graph, Quantity, Scale, Snapshot
from gui.labs.studio import stage_parts
from gui.labs.studio.stage_parts import PATIENCE, brings, hint, is_short_chain, other_view, pin, unpin
from gui.labs.studio.state import Drawing
from gui.theme import DARK, Theme
from gui.theme.controls import Segmented
from gui.views import drawing
from gui.views.network import NetworkView
from gui.views.network.camera import next_level
from gui.views.stage_view import StageSignals
from gui.views.zoom_buttons import ZoomButtons

if TYPE_CHECKING:
    from gui.views.graph import GraphView

_LABELS = ((Drawing.MAPS, "Maps"), (Drawing.VOLUMES, "Volumes"), (Drawing.UNITS, "Units"), (Drawing.TABLE, "Table"))


class Stage(StageSignals):
    """Signals and methods of `StageView`, whichever view shows the network.

    `place_changed`: the user chose another drawing, depth or other modules. `weights_wanted`: see `UnitsView`.
    Views that nobody has asked for are not made, and those that are hidden get nothing.
    """

    place_changed = Signal()
    weights_wanted = Signal(object)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._density = "large"
        self._graph: Graph | None = None
        self._facts: DatasetFacts | None = None
        self._snapshot: Snapshot | None = None
        self._quantity, self._scale = Quantity.ACTIVATIONS, Scale.LAYER
        self._sketching = self._presenting = False
        self._patience = QDeadlineTimer(PATIENCE)  # for values that have been asked for
        self._pin: tuple[str, int, int, int] | None = None
        self._others: dict[Drawing, QWidget] = {}
        self._graph_view: GraphView | None = None
        self._known: tuple[int, tuple[str, ...]] = (0, ())  # depth and modules that the user need not be told
        self.chain_view = NetworkView(theme, self)
        self.maps: NetworkView | GraphView = self.chain_view
        self.drawing = Drawing.MAPS
        self.forms = Segmented([(str(key), label) for key, label in _LABELS], theme, self)
        self.forms.setAccessibleName("How the network is drawn")
        self.forms.changed.connect(self._chosen)
        self.zoom_buttons = ZoomButtons(theme, self)
        self.zoom_buttons.asked.connect(self._zoom_asked)
        self.zoom_changed.connect(self.zoom_buttons.set_zoom)
        self._connect(self.chain_view)
        self.setFocusProxy(self.chain_view)

    # Views

    @property
    def current(self) -> QWidget:
        """The view that is seen."""
        return self.maps if self.drawing is Drawing.MAPS else self._others[self.drawing]

    @property
    def canvas(self) -> Any:
        """What the maps are painted on."""
        return self.maps.canvas

    @property
    def header(self) -> Any:
        return self.maps.header

    @property
    def strip(self) -> Any:
        return self.maps.strip

    def _connect(self, view: NetworkView | GraphView) -> None:
        for name in (
            "hovered", "pinned", "unpinned", "layer_activated", "cell_activated", "sample_requested", "filter_changed",
            "thumbnail_clicked", "draw_toggled", "edit_requested", "scale_changed", "zoom_changed",
        ):  # fmt: skip
            getattr(view, name).connect(getattr(self, name))
        view.quantity_changed.connect(self._quantity_chosen)
        view.watch_changed.connect(self._watch_changed)
        view.layout_changed.connect(self._arranged)
        view.header.note_changed.connect(self.update)

    def _graph_view_made(self) -> GraphView:
        if self._graph_view is None:
            from gui.views.graph import GraphView

            view = GraphView(self.theme, self)
            view.set_density(self._density)
            view.setGeometry(self.rect())
            self._connect(view)
            view.modules_changed.connect(self._modules_changed)
            view.set_presenting(self._presenting)
            self._graph_view = view
        return self._graph_view

    def _other(self, which: Drawing) -> Any:
        if which not in self._others:
            view = other_view(which, self.theme, self)
            view.set_density(self._density)
            view.node_activated.connect(self.layer_activated)
            view.watch_changed.connect(self._watch_changed)
            for name in ("pinned", "zoom_changed", "weights_wanted"):
                if hasattr(view, name):
                    getattr(view, name).connect(getattr(self, name))
            self._others[which] = view
            self.set_presenting(self._presenting)
            if self._graph is not None:
                view.set_graph(self._graph, self._facts)
        return self._others[which]

    def _show_current(self) -> None:
        """Bring the view that is asked for up to date and to the front."""
        shown: Any = self.maps if self.drawing is Drawing.MAPS else self._other(self.drawing)
        for view in (self.chain_view, self._graph_view, *self._others.values()):
            if view is not None and view is not shown:
                view.hide()
        shown.setGeometry(self._room())
        shown.show()
        shown.lower()
        self.forms.raise_()
        self.setFocusProxy(shown)
        if self._snapshot is not None:
            shown.set_snapshot(self._snapshot)
        if self._pin is not None:
            pin(shown, *self._pin)
        self.forms.set_value(str(self.drawing))
        self.zoom_buttons.setVisible(self.drawing in (Drawing.VOLUMES, Drawing.UNITS))
        self.zoom_buttons.set_zoom(self.zoom())
        self._arranged()
        self.update()

    # What is shown

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        """Another network: on the view that suits it, in the drawing that was chosen."""
        self._graph, self._facts = graph, dataset
        self._snapshot, self._pin = None, None
        self.maps = self.chain_view if is_short_chain(graph) else self._graph_view_made()
        self._known = (0, ())
        self.maps.set_graph(graph, dataset)
        for other in self._others.values():
            other.set_graph(graph, dataset)  # type: ignore[attr-defined]
        self.maps.set_quantity(self._quantity)
        self.maps.set_scale(self._scale)
        self.maps.set_drawing(self._sketching)
        self._show_current()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.current.set_snapshot(snapshot)  # type: ignore[attr-defined]

    def set_gallery(self, gallery: Gallery | None) -> None:
        self.maps.set_gallery(gallery)

    def set_filter(self, label: int | None, only_mistakes: bool) -> None:
        self.maps.set_filter(label, only_mistakes)

    @property
    def gallery_size(self) -> int:
        return self.maps.gallery_size

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.forms.set_theme(theme)
        self.zoom_buttons.set_theme(theme)
        for view in (self.chain_view, self._graph_view, *self._others.values()):
            if view is not None:
                view.set_theme(theme)  # type: ignore[attr-defined]
        self.update()

    def set_density(self, density: str) -> None:
        self._density = density
        for view in (self.chain_view, self._graph_view, *self._others.values()):
            if view is not None:
                view.set_density(density)  # type: ignore[attr-defined]
        self._arranged()

    def set_drawing(self, drawing: bool) -> None:
        """Show the state of sketching an input, without a signal. The sketch lies over the maps' input."""
        self._sketching = drawing
        if drawing and self.drawing is not Drawing.MAPS:
            self._choose(Drawing.MAPS)
        self.maps.set_drawing(drawing)

    def set_quantity(self, quantity: Quantity) -> None:
        self._quantity = quantity
        self.maps.set_quantity(quantity)

    def set_scale(self, scale: Scale) -> None:
        self._scale = scale
        self.maps.set_scale(scale)

    @property
    def quantity(self) -> Quantity:
        return self.maps.quantity

    @property
    def scale(self) -> Scale:
        return self.maps.scale

    def set_weights(self, found: Any) -> None:
        """The weights that `weights_wanted` asked for."""
        if (units := self._others.get(Drawing.UNITS)) is not None:
            units.set_weights(found)  # type: ignore[attr-defined]

    # Where one is

    @property
    def chosen_depth(self) -> int:
        """How deep modules are open; 0: by itself."""
        view = self._graph_view
        return view.chosen_depth if view is not None and self.maps is view else 0

    @property
    def open_modules(self) -> tuple[str, ...]:
        """The modules that differ from the depth."""
        view = self._graph_view
        return view.open_modules if view is not None and self.maps is view else ()

    def set_place(self, which: Drawing, depth: int, modules: tuple[str, ...]) -> None:
        """Show a drawing, a depth and the modules that differ from it, without a signal."""
        if self._graph_view is not None and self.maps is self._graph_view:
            self._known = (depth, tuple(sorted(modules)))
            self._graph_view.set_modules(depth, modules)
            self._known = (self.chosen_depth, self.open_modules)
        if which is not self.drawing:
            self._choose(which)

    @property
    def graph_view(self) -> GraphView | None:
        """The diagram with modules, while it is what is seen."""
        seen = self.drawing is Drawing.MAPS and self.maps is self._graph_view
        return self._graph_view if seen else None

    @property
    def hint(self) -> str:
        """What can be done with what is seen; "" for the maps of a chain."""
        return hint(self.drawing, modules=self.graph_view is not None)

    def draw_as(self, which: Drawing) -> None:
        """Show another drawing, as if it were chosen on the switch."""
        if which is not self.drawing:
            self._chosen(str(which))

    def _choose(self, which: Drawing) -> None:
        self.drawing = which
        self._show_current()
        self._patience.setRemainingTime(PATIENCE)
        self.watch_changed.emit(self.watch_nodes())

    def _chosen(self, key: str) -> None:
        self._choose(Drawing(key))
        self.place_changed.emit()

    def _modules_changed(self) -> None:
        place = (self.chosen_depth, self.open_modules)
        if place != self._known:
            self._known = place
            self.place_changed.emit()

    def _quantity_chosen(self, quantity: Quantity) -> None:
        self._quantity = quantity
        self.quantity_changed.emit(quantity)

    def _watch_changed(self, nodes: object) -> None:
        if self.sender() in (self.current, None):
            self._patience.setRemainingTime(PATIENCE)
            self.watch_changed.emit(nodes)

    # Pins and geometry

    def pin(self, node: str, index: int, row: int = 0, column: int = 0) -> bool:
        self._pin = (node, index, row, column)
        if self.drawing is not Drawing.MAPS:
            pin(self.current, node, index, row, column)
        return self.maps.pin(node, index, row, column)

    def unpin(self) -> None:
        self._pin = None
        self.maps.unpin()
        if self.drawing is not Drawing.MAPS:
            unpin(self.current)

    def pinned_cell(self) -> tuple[str, int, int, int] | None:
        return self.maps.pinned_cell()

    def watch_nodes(self) -> tuple[str, ...]:
        """The nodes whose values are on screen."""
        return tuple(self.current.watch_nodes())  # type: ignore[attr-defined]

    def header_rect(self) -> QRect:
        return self.maps.header_rect()

    def input_rect(self) -> QRect:
        """Where the input picture is; nowhere in drawings that have none."""
        return self.maps.input_rect() if self.drawing is Drawing.MAPS else QRect()

    @property
    def samples_rect(self) -> QRect:
        return self.maps.samples_rect

    def zoom(self) -> float:
        zoom = getattr(self.current, "zoom", 1.0)
        return float(zoom() if callable(zoom) else zoom)

    def part_places(self, part: str) -> list[tuple[QWidget, QRectF]]:
        """Where a part that a lesson names is on a graph; see `gui.labs.studio.parts`."""
        view = self.graph_view
        rect = view.part_rect(part) if view is not None else None
        return [] if view is None or rect is None else [(view, rect)]

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        getattr(self.current, "set_zoom", lambda *_: None)(zoom, about)

    def set_presenting(self, on: bool) -> None:
        """Draw larger, for a projector."""
        self._presenting = on
        for view in (self.chain_view, self._graph_view, *self._others.values()):
            if view is not None:
                view.set_presenting(on)  # type: ignore[attr-defined]
        self._fit_sizes()

    def _fit_sizes(self) -> None:
        """Make the controls in the first row as much larger as the drawing is, also of views that are hidden."""
        grown = drawing.grown(self.width(), self.height(), presenting=self._presenting)
        for part in (self.forms, self.zoom_buttons, self.chain_view, self._graph_view):
            if part is not None:
                part.set_grown(grown)
        self.current.setGeometry(self._room())
        self._arranged()

    def _zoom_asked(self, direction: int) -> None:
        self.set_zoom(next_level(self.zoom(), direction)) if direction else self.fit()

    def fit(self) -> None:
        getattr(self.current, "fit", lambda: None)()

    @property
    def heading_height(self) -> int:
        return self.maps.header.row_height

    def paint_heading(self, painter: QPainter, *, right: int) -> None:
        """Name and cost of the network in the first row, up to `right`."""
        if self._graph is not None:
            note = self.maps.header.note
            high, grown = self.heading_height, self.forms.grown
            stage_parts.paint_heading(painter, self.theme, self._graph, note, height=high, right=right, grown=grown)

    def finish(self) -> None:
        """Come to rest at once, for a picture."""
        if self._graph_view is not None and self.maps is self._graph_view:
            self._graph_view.canvas.finish()

    @property
    def is_laid_out(self) -> bool:
        """Whether what is seen is what was asked for."""
        return self.maps is not self._graph_view or self._graph_view is None or self._graph_view.canvas.is_laid_out

    def shows(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot brings what is to be seen: a picture can be taken."""
        if not (self.is_laid_out and getattr(self.current, "has_weights", True)):
            return False
        patient = not self._patience.hasExpired()
        return self._graph is not None and brings(self._graph, snapshot, self.watch_nodes(), patient=patient)

    def _room(self) -> QRect:
        """Where the view that is seen belongs: maps have the first row themselves."""
        top = 0 if self.drawing is Drawing.MAPS else self.heading_height
        return QRect(0, top, self.width(), max(0, self.height() - top))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sizes()

    def _arranged(self) -> None:
        """Put the switch into the header's row, where the view leaves room for it."""
        stage_parts.place_controls(self.forms, self.zoom_buttons, self.maps.header, width=self.width())
        self.layout_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The heading of the drawings that have none of their own."""
        if self.drawing is Drawing.MAPS:
            return
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.theme.stage)
        self.paint_heading(painter, right=self.forms.x() - 16)
        painter.end()
