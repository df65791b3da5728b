"""Where the user is in the Studio: what is pinned, which page is on the stage, and which cell is stepped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import messages
from gui.labs.studio import stepping
from gui.labs.studio.insight import Insight
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab


class Navigation:
    """Moves between the network, its layers, cells and steps; all of it is in the lab's State."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab
        self.pages = lab.pages
        self.insight = Insight(lab)
        self._shown_trace: stepping.Place | None = None
        self._below_player = Page.NETWORK  # where a cell was double-clicked, and Esc leads back to

    @property
    def is_stepping(self) -> bool:
        """Whether the step player shows the trace that is wanted."""
        return self._shown_trace is not None

    def page_made(self, page: Page) -> None:
        if page is Page.LAYER and (layer := self.pages.layer) is not None:
            if self.lab.experiment.opened:
                layer.set_graph(self.lab.experiment.opened.graph, self.lab.experiment.opened.dataset)
            layer.pinned.connect(self.pin)
            layer.cell_activated.connect(self.step_cell)
            layer.closed.connect(self.one_level_up)
            layer.mode_chosen.connect(self._keep_mode)
            layer.scale_chosen.connect(self._keep_scale)
            self.insight.page_made(layer)
        elif page is Page.STEP and (player := self.pages.player) is not None:
            player.closed.connect(self.one_level_up)
            player.cell_activated.connect(self._step_input)
            player.step_changed.connect(self._follow_player)
            player.stage.output_chosen.connect(self._keep_output)
        elif page is Page.CURVES and (curves := self.pages.curves) is not None:
            self.lab.curve_views.add_page(curves)
            curves.enlarge.connect(self.one_level_up)

    def pin(self, node: str, map: int, row: int, column: int) -> None:
        """Keep a cell: its numbers in the inspector, its chain on the diagram."""
        self.lab.change_state(node=node, map=map, row=row, column=column)
        self.show_pin()
        self.lab.watch()
        self.lab.signals.state_changed.emit()

    def _keep_mode(self, large: bool) -> None:
        """The layer page shows all maps large, or one from all sides: a link and a restart do so too."""
        self.lab.change_state(large=large)
        self.lab.signals.state_changed.emit()

    def _keep_scale(self, scale: messages.Scale) -> None:
        self.pages.network.set_scale(scale)
        self.lab.choose(scale=scale)

    def unpin(self) -> None:
        if self.lab.state.node:
            self.lab.change_state(node="", map=0, row=0, column=0)
            self.show_pin()
            self.lab.watch()
            self.lab.signals.state_changed.emit()

    def keep_place(self, *, tell: bool = True) -> None:
        """The stage's drawing and open modules are those of the State now."""
        stage = self.pages.network
        self.lab.change_state(drawing=stage.drawing, depth=stage.chosen_depth, opened=stage.open_modules)
        self.lab.write_status()
        if tell:
            self.lab.signals.state_changed.emit()

    def open_page(self, page: Page) -> None:
        """Bring a page onto the stage; it gets what it shows at once if that is there, else with the next snapshot."""
        if page in (Page.LAYER, Page.STEP) and not self.lab.state.node:
            page = Page.NETWORK
        changed = page is not self.lab.state.page
        self.lab.change_state(page=page)
        if page is not Page.STEP:
            self._shown_trace = None
        self.pages.open(page)
        self._show_layer()
        self.lab.watch()
        if self.lab.snapshot is not None:
            self.lab.ears.show(self.lab.snapshot)
        if changed:
            self.lab.signals.state_changed.emit()
        self.lab.write_status()

    def open_layer(self, node: str) -> None:
        if node != self.lab.state.node:
            self.lab.change_state(node=node, map=0, row=0, column=0)
            self.show_pin()
        self.open_page(Page.LAYER)

    def open_pinned_layer(self) -> None:
        self.open_page(Page.LAYER)

    def step_cell(self, node: str, index: tuple[int, ...]) -> None:
        """Open the step player on a cell; `index` is laid out as the node's output."""
        opened = self.lab.experiment.opened
        if opened is None:
            return
        if not stepping.can_step(opened.graph[node]):
            if opened.graph[node].operation is not messages.Operation.INPUT:
                self.lab.context.notices.noticed(f"{node}: there are no steps to show for this operation.")
            return
        map, row, column = (*index, 0, 0)[:3]
        self.lab.change_state(node=node, map=map, row=row, column=column)
        self._shown_trace = None
        self.show_pin()
        if self.lab.state.page is not Page.STEP:
            self._below_player = self.lab.state.page
        self.open_page(Page.STEP)

    def step_pinned(self) -> None:
        place = self.pinned_place()
        if place is not None:
            self.step_cell(place.node, place.index)

    def one_level_up(self) -> None:
        """Esc, one step back: from the mistakes to the matrix, from the player to the layer that it was opened from,
        from a page to the network, from drawing to the samples, from a pin to none; then the told notices go."""
        lab, confusion = self.lab, self.lab.confusion
        if confusion.gallery_open and (confusion.hasFocus() or lab.state.page is Page.NETWORK):
            confusion.close_gallery()
        elif lab.state.page is not Page.NETWORK:
            from_layer = lab.state.page is Page.STEP and self._below_player is Page.LAYER
            self.open_page(Page.LAYER if from_layer else Page.NETWORK)
        elif lab.samples.drawing:
            lab.samples.set_drawing(False)
        elif lab.state.node:
            self.unpin()
        else:
            lab.context.notices.escape()

    def show_step(self, snapshot: messages.Snapshot) -> None:
        place, player, opened = self.pinned_place(), self.pages.player, self.lab.experiment.opened
        focus = snapshot.focus
        if place is None or player is None or opened is None or focus is None or focus.node != place.node:
            return
        if self._shown_trace is not None and self._shown_trace.node == place.node:
            player.refresh(stepping.trace(opened.graph, focus))
            return
        self._shown_trace = place
        trace = stepping.trace(opened.graph, focus)
        start = stepping.first_step(trace, place)
        player.set_trace(trace, names=stepping.names(opened, place.node), start_index=start)
        player.set_switched_off(self.insight.off.get(place.node, ()))

    def _step_input(self, input_index: tuple[int, ...], which: int) -> None:
        place, opened = self.pinned_place(), self.lab.experiment.opened
        if place is None or opened is None:
            return
        earlier = stepping.before(opened.graph, place, tuple(input_index), which)
        if earlier is not None:
            self.step_cell(earlier.node, earlier.index)

    def _follow_player(self, step: int) -> None:
        """The player went on: pin and inspector follow it, quietly."""
        player = self.pages.player
        if player is None or self._shown_trace is None:
            return
        self._keep_output(stepping.made_by(player.trace, step, self._shown_trace.index))

    def _keep_output(self, index: tuple[int, ...]) -> None:
        """The cell that the player is at, among those of its step."""
        if self._shown_trace is None:
            return
        map, row, column = (*index, 0, 0)[:3]
        self.lab.change_state(map=map, row=row, column=column)
        self._shown_trace = stepping.Place(self._shown_trace.node, index)
        self.show_pin()

    def pinned_place(self) -> stepping.Place | None:
        opened, state = self.lab.experiment.opened, self.lab.state
        if opened is None or not state.node:
            return None
        return stepping.clipped(opened.graph[state.node], map=state.map, row=state.row, column=state.column)

    def _show_layer(self) -> None:
        """The layer page shows the pinned layer, with its pin."""
        state, layer = self.lab.state, self.pages.layer
        if state.page is not Page.LAYER or layer is None or not state.node:
            return
        if layer.node != state.node:
            layer.set_node(state.node)
        if layer.shows_all != state.large:
            layer.show_all(state.large)
        layer.set_scale(state.scale)
        layer.pin(state.map, state.row, state.column)

    def show_pin(self) -> None:
        state = self.lab.state
        self._show_layer()
        if state.node:
            self.pages.network.pin(state.node, state.map, state.row, state.column)
            self.lab.inspector.pin(state.node, state.map, state.row, state.column)
        else:
            self.pages.network.unpin()
            self.lab.inspector.unpin()
