"""The part of the diagram's canvas that knows which modules are open, and lays them out between other events."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from engine.messages import Graph, Operation, Snapshot
from gui.theme import DARK, Theme
from gui.views import drawing
from gui.views.graph.camera import Camera
from gui.views.graph.labels import labels
from gui.views.graph.layout import Box, Edge, Layout
from gui.views.graph.live import Live
from gui.views.graph.modules import Network, network
from gui.views.graph.motion import MILLISECONDS, Motion
from gui.views.graph.paint import Paint
from gui.views.graph.picture import Picture
from gui.views.graph.planning import camera_for, largest, plan
from gui.views.graph.sides import Sides
from gui.views.graph.tiles import Tiles
from gui.views.pannable import Pannable

_SLICE_MS = 10.0
_SETTLE_MS = 120
_FRAME_MS = 16


class Unfolding(Pannable):
    """All that a canvas knows, the layout for the modules that are open, and the way from one layout to the next.

    Where the view looks and what it paints is `Canvas`'s.
    """

    zoom_changed = Signal(float)
    layout_changed = Signal()
    modules_changed = Signal()  # depth or open modules
    selection_changed = Signal()
    view_changed = Signal()  # what is on screen, once it stands still

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.network: Network | None = None
        self.classes: tuple[str, ...] = ()
        self._pictured: tuple[int, ...] = ()
        self.snapshot: Snapshot | None = None
        self.layout_now: Layout | None = None
        self.tiles: Tiles | None = None
        self.camera = Camera()
        self.live = Live()
        self.chosen_depth = 0  # 0: by itself
        self.toggled: frozenset[str] = frozenset()
        self.by_role = False
        self.small = False
        self.presenting = False
        self.header_height = 48
        self.show_input = True
        self.animated = True
        self.fitted = True
        self.selected = ""
        self.hovered_box: Box | None = None
        self.hovered_edge: Edge | None = None
        self.hovered_class = -1
        self.pin: tuple[int, int, int, int] | None = None  # node, map, row, column
        self.off: Mapping[str, tuple[int, ...]] = {}  # maps that are switched off, by node
        self.moving = False  # the view moves: what is missing is painted bit by bit
        self.picture = Picture(self)
        self.motion: Motion | None = None
        self._own_depth = 1
        self._work: Generator[None, None, tuple[Layout, int]] | None = None
        self._anchor = ""
        self._clock = QElapsedTimer()
        self._slices, self._frames = QTimer(self, interval=0), QTimer(self, interval=_FRAME_MS)
        self._slices.timeout.connect(self._work_on)
        self._frames.timeout.connect(self._next_frame)
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)  # from the last movement on
        self._fill = QTimer(self, interval=0, singleShot=True)  # while pictures are missing
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(360, 240)

    # What is shown

    def set_graph(self, graph: Graph, classes: Sequence[str], pictured: tuple[int, ...] = ()) -> None:
        """Show another network; which modules are open, pins and zoom are gone. `pictured` is the shape in which an
        input that is no picture is shown."""
        self._stop()
        self.network, self.classes = network(graph), tuple(classes)
        self._pictured = pictured
        self.snapshot, self.layout_now, self.tiles = None, None, None
        self.chosen_depth, self.toggled, self.selected, self.pin = 0, frozenset(), "", None
        self.hovered_box = self.hovered_edge = None
        self.live.forget()
        self.live.pinned = None
        self.fitted = True
        self.picture.forget()
        self.lay_out_again()

    @property
    def sides(self) -> Sides:
        shape = self.network.graph.input_shape if self.network is not None else ()
        values = bool(shape) and len(shape) != 3
        shown = self._pictured if values else shape
        return Sides(self.width(), self.height(), self.header_height, shown, self.outputs, self.small, values=values,
                     grown=self.magnified)  # fmt: skip

    @property
    def magnified(self) -> float:
        """For a projector larger than 1: everything is drawn so much larger."""
        return drawing.grown(self.width(), self.height(), presenting=self.presenting)

    @property
    def outputs(self) -> int:
        """How many classes there are."""
        if self.network is None or len(self.network.nodes[-1].output_shape) != 1:
            return 0
        count = self.network.nodes[-1].output_shape[0]
        return count if self.classes or self.network.nodes[-1].operation is Operation.SOFTMAX else 0

    # Modules

    @property
    def shown_depth(self) -> int:
        """The depth that is shown, also where it was chosen by itself."""
        return self.chosen_depth or (1 if self.toggled else self._own_depth)

    @property
    def opened(self) -> frozenset[str]:
        return self.network.opened(self.shown_depth, self.toggled) if self.network is not None else frozenset()

    def set_depth(self, depth: int, *, animate: bool = True) -> None:
        """Open all modules up to a depth (0: as many as can be read), and none that was opened one by one."""
        if (depth, self.toggled) == (self.chosen_depth, frozenset()) and self.layout_now is not None:
            return
        self.chosen_depth, self.toggled, self.fitted = depth, frozenset(), True
        self.lay_out_again(animate=animate)

    def set_modules(self, depth: int, toggled: frozenset[str]) -> None:
        """Depth and the modules that differ from it, at once."""
        known = frozenset(toggled & self.network.modules.keys()) if self.network is not None else frozenset()
        if (depth, known) != (self.chosen_depth, self.toggled):
            self.chosen_depth, self.toggled = depth, known
            self.lay_out_again()

    def toggle(self, key: str) -> None:
        """Open or close a module."""
        if self.network is None or key not in self.network.modules or not key:
            return
        self.chosen_depth = self.shown_depth
        self.toggled = self.toggled ^ {key}
        self.lay_out_again(animate=True, anchor=key)

    def select(self, key: str) -> None:
        if key != self.selected:
            self.selected = key
            self.update()
            self.selection_changed.emit()

    def selected_box(self) -> Box | None:
        """The box of what is selected, or of the closed module that holds it."""
        layout = self.layout_now
        if layout is None or not self.selected:
            return None
        if (box := layout.by_key.get(self.selected)) is not None:
            return box
        around = reversed(layout.network.around(self.selected))
        return next((layout.by_key[one.key] for one in around if one.key in layout.by_key), None)

    # Layout

    def lay_out_again(self, *, animate: bool = False, anchor: str = "", now: bool = False) -> None:
        """Lay out for the open modules and the present size; what takes long goes on between other events."""
        if self.network is None or self.width() < 80:
            return
        self._anchor = anchor if animate else ""
        self._motion_wanted = animate and self.animated and self.isVisible()
        self._work = plan(
            self.network, depth=self.chosen_depth, toggled=self.toggled, stage=self.sides.stage, grown=self.magnified
        )  # fmt: skip
        self._clock.start()
        if now or self.layout_now is None or not animate:
            while self._work is not None and (now or self._clock.elapsed() < 3 * _SLICE_MS):
                self._step()
        if self._work is not None:
            self._slices.start()

    def _work_on(self) -> None:
        self._clock.restart()
        while self._work is not None and self._clock.elapsed() < _SLICE_MS:
            self._step()
        if self._work is None:
            self._slices.stop()

    def _step(self) -> None:
        assert self._work is not None
        try:
            next(self._work)
        except StopIteration as done:
            self._work = None
            self._slices.stop()
            self._laid_out(*done.value)

    def _laid_out(self, layout: Layout, depth: int) -> None:
        before, camera = self.layout_now, self.camera
        self._own_depth = depth
        goal, self.fitted = camera_for(
            before, layout, camera, self.sides.stage, anchor=self._anchor, fitted=self.fitted, grown=self.magnified
        )
        pictures = self.live.pictures()
        self._take(layout)
        self.hovered_box = self.hovered_edge = None  # elsewhere now
        changed = goal.zoom != camera.zoom
        self.camera = goal
        if before is not None and self._motion_wanted and before.opened != layout.opened:
            self.motion = Motion(before, layout, camera, goal, pictures)
            self._clock.start()
            self._frames.start()
        self.update()
        self.layout_changed.emit()
        self.modules_changed.emit()
        if changed or before is None:
            self.zoom_changed.emit(goal.zoom)
        self._settle.start()

    def _take(self, layout: Layout) -> None:
        self.layout_now = layout
        paint = Paint(layout, self.theme, labels(layout), largest(layout.network), self.by_role)
        self.tiles = Tiles(paint, self.devicePixelRatioF())
        self.live.repaint()

    def _stop(self) -> None:
        self._work, self.motion = None, None
        for timer in (self._slices, self._frames, self._fill, self._settle):
            timer.stop()
        self.moving = False

    def _next_frame(self) -> None:
        if self.motion is None or self._clock.elapsed() >= MILLISECONDS or not self.isVisible():
            self.motion = None
            self._frames.stop()
        self.update()

    def finish(self) -> None:
        """Lay out to the end and stop what moves, for a picture of what is meant to be seen."""
        while self._work is not None:
            self._step()
        self.motion = None
        self._frames.stop()
        self.moving = False

    @property
    def is_laid_out(self) -> bool:
        return self._work is None and self.layout_now is not None

    @property
    def motion_share(self) -> float:
        return min(1.0, self._clock.elapsed() / MILLISECONDS)
