"""The stage itself: layout, camera and picture of a network, painted with every snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QPaintEngine, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Graph, Quantity, Snapshot
from gui.theme import DARK, Theme
from gui.views import drawing
from gui.views.network.camera import LEAST, Camera, next_level
from gui.views.network.cards import paint_tip
from gui.views.network.chain import Chain, current_maps
from gui.views.network.columns import Column, columns
from gui.views.network.draw import Draw, measure
from gui.views.network.hits import Hit, What
from gui.views.network.layout import Layout, lay_out
from gui.views.network.live import Scene
from gui.views.network.overlay import mark_pin, paint_chain
from gui.views.network.refresh import Refresh
from gui.views.network.sizing import LARGE, SMALL
from gui.views.network.surface import Surface
from gui.views.pannable import Pannable


class Canvas(Pannable):
    """A network's diagram that shows snapshots. What the pointer does with it is `StageCanvas`'s."""

    zoom_changed = Signal(float)
    layout_changed = Signal()
    chain_changed = Signal()  # what is lit up

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.density = "large"
        self.magnified = 1.0  # larger than 1: laid out for so much less room, and drawn so much larger
        self._presenting = False
        self.graph: Graph | None = None
        self.classes: tuple[str, ...] = ()
        self.layout_now: Layout | None = None
        self.snapshot: Snapshot | None = None
        self.off: Mapping[str, tuple[int, ...]] = {}  # maps that are switched off, by node
        self.quantity = Quantity.ACTIVATIONS
        self.show_input = True
        self.hovering: Chain | None = None
        self.pinning: Chain | None = None
        self._columns: tuple[Column, ...] = ()
        self._first: dict[str, int] = {}
        self._camera = Camera()
        self._fitted = True  # until the user zooms: what does not fit at 100 % is shown smaller
        self._surface: Surface | None = None
        self._scene: Scene | None = None
        self.refresh = Refresh(self)
        self.refresh.whole.connect(lambda: self.update(self.refresh.live))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(480, 260)

    # What is shown

    def set_graph(self, graph: Graph, classes: Sequence[str]) -> None:
        """Show another network: pins, zoom and the last snapshot are gone."""
        self.graph, self.classes = graph, tuple(classes)
        self._columns = columns(graph)
        self._first, self.snapshot = {}, None
        self.hovering = self.pinning = None
        self.chain_changed.emit()
        self._camera, self._fitted = Camera(), True
        self.lay_out_again()
        self.zoom_changed.emit(self.zoom())

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot at the next paint event; only what can change is painted again."""
        self.snapshot = snapshot
        if snapshot.quantity is not self.quantity:
            self.quantity = snapshot.quantity
            self.rebuild()
        elif self.hovering is not None or self.pinning is not None:
            self.update()
        else:
            self.update(self.refresh.region(snapshot))

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.rebuild()

    def set_density(self, density: str) -> None:
        if density != self.density:
            self.density = density
            self.lay_out_again()

    def set_presenting(self, on: bool) -> None:
        """Show everything, type too, larger: as a window of 1536x864 would, enlarged to this one."""
        self._presenting, self._fitted = on, True
        self.lay_out_again()

    def set_show_input(self, shown: bool) -> None:
        """Whether the input picture is painted: not where a sketch pad lies over it."""
        if shown != self.show_input:
            self.show_input = shown
            self.rebuild()

    def show_map(self, node: str, index: int) -> None:
        """Make sure that a map is among those that are shown, turning the page of a layer that hides some."""
        place = self.layout_now.place(node) if self.layout_now else None
        if place is None or place.grid is None or place.grid.tile(index) is not None:
            return
        source = place
        while source.column.keeps_maps:  # a pool shows the same maps as the layer before it
            places = self.layout_now.places if self.layout_now else ()
            source = places[places.index(source) - 1]
        grid = source.grid
        if grid is not None and 0 <= index < grid.total:
            self._first[source.column.node] = min(index // grid.count * grid.count, grid.total - grid.count)
            self.lay_out_again()

    def turn_page(self, node: str) -> None:
        """Show the next maps of a layer that hides some; after the last ones the first."""
        place = self.layout_now.place(node) if self.layout_now else None
        if place is not None and place.grid is not None and place.grid.count < place.grid.total:
            grid = place.grid
            self.show_map(node, grid.shown.stop if grid.shown.stop < grid.total else 0)

    # Layout and camera

    @property
    def camera(self) -> Camera:
        return replace(self._camera, ratio=self.devicePixelRatioF())

    @property
    def header_height(self) -> int:
        return round(self._header * self.magnified)

    @property
    def _header(self) -> int:
        """What the layout leaves free at its upper edge."""
        return (LARGE if self.density == "large" else SMALL).header

    def zoom(self) -> float:
        """The zoom; 1.0 is 100 %."""
        return self._camera.zoom

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom; the point `about` (the middle, if None) stays where it is."""
        point = about if about is not None else QPointF(self.rect().center())
        self._fitted = False
        self._set_camera(self._camera.zoomed(zoom, about=(point.x(), point.y())))

    def zoom_step(self, direction: int, about: QPointF | None = None) -> None:
        """To the next usual zoom above (+1) or below (-1)."""
        self.set_zoom(next_level(self.zoom(), direction), about)

    def fit(self) -> None:
        """Show all of the network: at 100 %, or smaller where it needs more room than there is."""
        self._fitted = True
        self._set_camera(self._fitting())

    def _fitting(self) -> Camera:
        layout = self.layout_now
        if layout is None:
            return Camera()
        most = self.magnified
        fitting = min(most, self.width() / layout.width, self.height() / layout.height)
        if fitting < most != 1.0:  # below a header that is larger than what the layout leaves free for it
            fitting = min(fitting, (self.height() - self.header_height) / (layout.height - self._header))
        return Camera(zoom=max(fitting, LEAST))

    def pan(self, dx: float, dy: float) -> None:
        """Move the stage under the view."""
        self._set_camera(replace(self._camera, x=self._camera.x + dx, y=self._camera.y + dy))

    @property
    def can_pan(self) -> bool:
        """Whether there is more than the view shows."""
        layout, zoom = self.layout_now, self.zoom()
        return layout is not None and (
            layout.width * zoom > self.width() + 0.5 or layout.height * zoom > self.height() + 0.5
        )

    def _set_camera(self, camera: Camera) -> None:
        before = self._camera
        self._camera = self._kept(camera)
        if self._camera != before:
            self.rebuild()
            self.layout_changed.emit()
            if self._camera.zoom != before.zoom:
                self.zoom_changed.emit(self._camera.zoom)

    def _kept(self, camera: Camera) -> Camera:
        layout = self.layout_now
        if layout is None:
            return camera
        return camera.kept_inside(
            width=layout.width, height=layout.height, view_width=self.width(), view_height=self.height(),
            top=self.header_height, free=self._header,
        )  # fmt: skip

    def lay_out_again(self) -> None:
        """Lay out for the present size, density and pages."""
        if not self._columns:
            return
        self.magnified = drawing.grown(self.width(), self.height(), presenting=self._presenting)
        self.layout_now = lay_out(
            self._columns,
            width=max(int(self.width() / self.magnified), 480),
            height=max(int(self.height() / self.magnified), 260),
            density=self.density,
            first=self._first,
            classes=self.classes,
            measure=measure,
        )
        before = self._camera.zoom
        self._camera = self._kept(self._fitting() if self._fitted else self._camera)
        self.rebuild()
        self.layout_changed.emit()
        if self._camera.zoom != before:
            self.zoom_changed.emit(self._camera.zoom)

    def rebuild(self) -> None:
        """Paint everything anew at the next paint event."""
        self._scene = None
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.refresh.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out_again()

    def sizeHint(self) -> QSize:
        return QSize(1528, 672)

    def view_rect(self, rect: tuple[float, float, float, float]) -> QRect:
        """A rectangle of the layout in pixels of this widget."""
        return QRect(*self.camera.view(rect))

    def hover(self, chain: Chain | None) -> None:
        """Light up a chain, or none."""
        self.hovering = chain
        self.update()
        self.chain_changed.emit()

    @property
    def chain(self) -> Chain | None:
        """What is lit up: what is pointed at, else the pin."""
        return self.hovering or self.pinning

    # Painting

    @property
    def order(self) -> tuple[int, ...]:
        """The classes in the rows of the output, top down."""
        classes = self.layout_now.places[-1].classes if self.layout_now else None
        if classes is None:
            return ()
        if classes.all_shown:
            return tuple(range(classes.total))
        return self._scene.order if self._scene is not None else ()

    def current(self) -> dict[str, int]:
        """Whose kernels are shown, for columns that show one map's at a time."""
        return current_maps(self.layout_now, self.hovering, self.pinning) if self.layout_now else {}

    def _made_scene(self, layout: Layout) -> Scene:
        camera = self.camera
        width, height = round(self.width() * camera.ratio), round(self.height() * camera.ratio)
        surface = self._surface
        if surface is None or (surface.width, surface.height, surface.ratio) != (width, height, camera.ratio):
            surface = self._surface = Surface(width, height, camera.ratio)
        self.refresh.lay_out(layout, self.view_rect)
        return Scene(
            surface,
            layout=layout,
            camera=camera,
            theme=self.theme,
            classes=self.classes,
            resting=current_maps(layout, self.pinning),
            gradients=self.quantity is Quantity.GRADIENTS,
            show_input=self.show_input,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter, event)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, event: QPaintEvent) -> None:
        layout = self.layout_now
        if layout is None:
            painter.fillRect(event.rect(), self.theme.stage)
            painter.setPen(self.theme.text_3)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No network is open")
            return
        ratio = self.devicePixelRatioF()
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            from gui.views.network.vectors import paint_vectors

            paint_vectors(painter, self, layout)
            return
        if self._fitted and painter.device().devicePixelRatioF() != ratio:  # for a file: sharp at its own scale
            self.paint_to(painter, self.rect())
            return
        if self._scene is None or self._scene.camera.ratio != ratio:
            self._scene = self._made_scene(layout)
        scene = self._scene
        if self.snapshot is not None:
            scene.show(self.snapshot, self.current(), numbers=self.refresh.numbers_due(self.snapshot, event.region()))
        for rect in event.region():  # type: ignore[attr-defined]  # the stubs do not know that it is iterable
            if ratio == 1.0:
                painter.drawImage(rect, scene.surface.live, rect)
            else:
                inside = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
                painter.drawImage(QRectF(rect), scene.surface.live, inside)
        if self.off:
            self._paint_off(painter, layout)
        if self.chain is not None:
            self._paint_chain(painter, layout, scene, self.chain)

    def _paint_off(self, painter: QPainter, layout: Layout) -> None:
        from gui.views.insight import struck  # seldom needed

        ratio = self.devicePixelRatioF()
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setClipRect(QRectF(0, self.header_height * ratio, self.width() * ratio, self.height() * ratio))
        struck.on_chain(Draw(painter, self.camera, self.theme), layout, self.off)
        painter.restore()

    def _paint_chain(self, painter: QPainter, layout: Layout, scene: Scene, chain: Chain) -> None:
        ratio = self.devicePixelRatioF()
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setClipRect(QRectF(0, self.header_height * ratio, self.width() * ratio, self.height() * ratio))
        draw = Draw(painter, self.camera, self.theme)
        resting = self.hovering is None
        paint_chain(draw, layout, chain, self.snapshot, row_of=scene.row_of, resting=resting)
        if self.pinning is not None and self.pinning.hit != chain.hit:
            mark_pin(draw, layout, self.pinning.hit)
        painter.restore()
        if self.hovering is not None:
            self._paint_tip(painter, layout, self.hovering.hit)

    def _paint_tip(self, painter: QPainter, layout: Layout, hit: Hit) -> None:
        assert self.graph is not None
        bounds = QRectF(0, self.header_height, self.width(), self.height() - self.header_height)
        near = self.pointer
        if hit.what is What.HEADING:
            heading = self.view_rect(layout.places[hit.place].heading.rect)
            near = QPointF(heading.left(), heading.bottom() + 8)
        paint_tip(
            painter, self.theme, layout, self.graph, self.snapshot, hit, names=self.classes, near=near, bounds=bounds
        )

    def paint_to(self, painter: QPainter, rect: QRect) -> None:
        """Paint the stage, as it would look at that size, into a rectangle of any painter (for an export); as vectors
        into a file of them, if that is the size of this widget."""
        into_svg = painter.paintEngine().type() == QPaintEngine.Type.SVG
        if into_svg and rect == self.rect() and self.layout_now is not None:
            from gui.views.network.vectors import paint_vectors

            paint_vectors(painter, self, self.layout_now)
            return
        if not self._columns:
            painter.fillRect(rect, self.theme.stage)
            return
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        layout = lay_out(
            self._columns, width=rect.width(), height=rect.height(), density=self.density, first=self._first,
            classes=self.classes, measure=measure,
        )  # fmt: skip
        zoom = min(1.0, rect.width() / layout.width, rect.height() / layout.height)
        camera = Camera(zoom=zoom, ratio=ratio).kept_inside(
            width=layout.width, height=layout.height, view_width=rect.width(), view_height=rect.height()
        )
        surface = Surface(round(rect.width() * ratio), round(rect.height() * ratio), ratio)
        scene = Scene(
            surface, layout=layout, camera=camera, theme=self.theme, classes=self.classes,
            resting=current_maps(layout, self.pinning), gradients=self.quantity is Quantity.GRADIENTS, show_input=True,
        )  # fmt: skip
        if self.snapshot is not None:
            scene.show(self.snapshot, current_maps(layout, self.pinning))
            if self.pinning is not None:
                over = QPainter(surface.live)
                paint_chain(Draw(over, camera, self.theme), layout, self.pinning, self.snapshot, row_of=scene.row_of)
                over.end()
        painter.drawImage(QRectF(rect), surface.live, QRectF(surface.live.rect()))
