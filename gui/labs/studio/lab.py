"""The Studio as a lab of the window: its views side by side, and what passes between them, the user and the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import messages
from gui.labs import Context, Signals, Status
from gui.labs.studio import asking, stepping, watching
from gui.labs.studio.awaiting import Awaiting
from gui.labs.studio.compare import Compare
from gui.labs.studio.curve_views import CurveViews
from gui.labs.studio.dock import Dock
from gui.labs.studio.experiment import Experiment
from gui.labs.studio.film import Film
from gui.labs.studio.heard import Ears
from gui.labs.studio.modules import Modules
from gui.labs.studio.navigation import Navigation
from gui.labs.studio.pages import Pages
from gui.labs.studio.readouts import Readouts
from gui.labs.studio.samples import Samples
from gui.labs.studio.showing import Showing
from gui.labs.studio.state import Page, StudioState
from gui.labs.studio.studio_actions import actions as studio_actions
from gui.labs.studio.top_bar import TopBar
from gui.labs.studio.wishes import Wishes
from gui.theme import Density, Theme
from gui.views.confusion import ConfusionView
from gui.views.curves import CurvesView
from gui.views.drops import Drops
from gui.views.inspector import InspectorView
from gui.views.timeline import TimelineView

if TYPE_CHECKING:
    from gui.actions import Action
    from gui.settings import Settings


class StudioLab(Showing):
    """See `gui.labs.Lab`. The engine's messages come in through the bridge; the user's wishes go out the same way."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.bridge = context.bridge
        self.send = self.bridge.send
        self.signals = Signals()
        self.experiment = Experiment()
        self.snapshot: messages.Snapshot | None = None
        self._state = StudioState()
        self.wanted: StudioState | None = None  # a State that waits for its network and data to be opened
        self.theme = theme = context.theme
        self._active = False

        self._widget = QWidget()
        self.top = TopBar(theme)
        self.pages = Pages(theme, self._widget)
        self.timeline = TimelineView(theme, parent=self._widget)
        self.inspector = InspectorView(theme, parent=self._widget)
        self.confusion = ConfusionView(theme, parent=self._widget)
        self.curves = CurvesView(theme, parent=self._widget)
        self.curve_views = CurveViews(self.curves, experiment=self.experiment, context=context)
        self.dock = Dock(self.inspector, self.curves, self.confusion, theme, self._widget)
        self.navigation = Navigation(self)
        self.wishes = Wishes(self)
        self.modules = Modules(self)
        self.samples = Samples(send=self.send, theme=theme, stage=self.pages.network)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addWidget(self.timeline)
        column.addWidget(self.dock)

        self.readouts = Readouts(self)
        self.ears = Ears(self)
        self._connect()
        self.awaiting = Awaiting(self)
        self.film = Film(self)
        self.compare = Compare(self)
        self.top.set_catalogue(self.bridge.session.networks(), self.bridge.session.datasets())
        self.set_density(context.density)
        self.set_settings(context.settings())
        self.bridge.first_light(self._state.network)

    def _parts(self) -> tuple[Any, ...]:
        """All that has a theme and a density."""
        parts = (self.top, self.compare, self.pages, self.timeline, self.film, self.dock)
        return *parts, self.inspector, self.confusion, self.curves

    # --- what the window asks ---------------------------------------------------------------------------------------

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def top_bar(self) -> QWidget:
        return self.compare.bars

    @property
    def state(self) -> StudioState:
        return self._state

    @property
    def status(self) -> Status:
        return self.readouts.status

    @property
    def settled(self) -> bool:
        if self.wanted is not None or self.awaiting.opening or self.modules.pending or self.snapshot is None:
            return False
        if self._state.page is Page.COMPARE:
            return self.compare.settled
        if self._state.page is Page.NETWORK and not self.pages.network.shows(self.snapshot):
            return False
        if self._state.page is Page.STEP:
            return self.navigation.is_stepping
        focus = self.snapshot.focus
        seen = not self._state.node or (focus is not None and focus.node == self._state.node)
        return seen and self.navigation.insight.settled and self.film.is_settled

    def actions(self) -> Sequence[Action]:
        return studio_actions(self)

    def set_state(self, state: StudioState) -> None:
        opened = self.experiment.opened
        if opened is None or not self.is_open(state, opened):
            self.wanted = state
            self._state = replace(self._state, network=state.network, dataset=state.dataset, seed=state.seed)
            self.wishes.open_wanted()
            return
        self.wanted = None
        self._state = stepping.fitted(state, opened.graph)
        network = self.pages.network
        network.set_quantity(state.quantity)
        network.set_scale(state.scale)
        network.set_place(state.drawing, state.depth, state.opened)
        if self.snapshot is None or self.snapshot.sample.index != state.sample:
            self.samples.show(state.sample)
        self.navigation.show_pin()
        self.navigation.open_page(self._state.page)
        self.film.show_state()
        self.compare.sync()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for part in (*self._parts(), self.samples, self.modules):
            part.set_theme(theme)

    def set_density(self, density: Density) -> None:
        for part in self._parts():
            part.set_density(density)

    def set_settings(self, settings: Settings) -> None:
        self.bridge.set_frames_per_second(settings.frames_per_second)
        self.curve_views.set_smoothing(settings.smoothing)
        self.film.keep_as_set()
        self.watch()

    def set_active(self, active: bool) -> None:
        self._active = active
        self.watch()

    def close(self) -> None:
        self.readouts.stop()
        self.curve_views.keep()
        self.modules.close()

    # --- wiring -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        top, network = self.top, self.pages.network
        top.network_chosen.connect(lambda name: self.wishes.open(network=name))
        top.dataset_chosen.connect(self.wishes.choose_dataset)
        top.device_chosen.connect(lambda name: self.wishes.open(device=name))
        for field in (top.network, top.dataset, top.device):  # else Qt passes it on when they are disabled meanwhile
            field.chosen.connect(lambda: self.pages.open(self.pages.page))
        top.rewind.connect(self.wishes.rewind)
        top.back.connect(self.wishes.look_back)
        top.step.connect(lambda: self.wishes.ask(messages.TrainSteps()))
        top.train_toggled.connect(self.wishes.toggle_training)
        top.settings_wanted.connect(lambda: asking.training_settings(self))

        network.pinned.connect(self.navigation.pin)
        network.unpinned.connect(self.navigation.unpin)
        network.layer_activated.connect(self.navigation.open_layer)
        network.cell_activated.connect(self.navigation.step_cell)
        network.sample_requested.connect(self.samples.step)
        network.thumbnail_clicked.connect(self.samples.show)
        network.draw_toggled.connect(self.samples.set_drawing)
        network.edit_requested.connect(self.samples.edit)
        network.filter_changed.connect(self.wishes.filter)
        network.watch_changed.connect(self.watch)
        network.quantity_changed.connect(lambda value: self.choose(quantity=value))
        network.scale_changed.connect(lambda value: self.choose(scale=value))
        network.layout_changed.connect(self._place_pad)
        network.place_changed.connect(self.navigation.keep_place)
        self.pages.made.connect(self.navigation.page_made)

        self.inspector.pinned.connect(self.navigation.pin)
        self.inspector.cell_activated.connect(self.navigation.step_cell)
        self.confusion.cell_clicked.connect(lambda label, said: self.send(messages.AskConfused(label, said)))
        self.confusion.worst_wanted.connect(lambda: self.send(messages.AskConfused()))
        self.confusion.sample_clicked.connect(lambda split, index: self.samples.show(index, split))
        self.confusion.evaluation_wanted.connect(lambda: self.wishes.ask(messages.Evaluate()))
        self.curves.enlarge.connect(lambda: self.navigation.open_page(Page.CURVES))
        self.samples.drawing_changed.connect(self._drawing_changed)
        self.samples.picture_given.connect(lambda given: asking.give_picture(self, given))
        Drops(self._widget, lambda given: asking.give_picture(self, given))

    # --- small things -----------------------------------------------------------------------------------------------

    def change_state(self, **changes: object) -> None:
        """Other values of some fields, quietly."""
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]

    def choose(self, **changes: object) -> None:
        self.change_state(**changes)
        self.watch()
        self.signals.state_changed.emit()

    def watch(self) -> None:
        """Ask the engine for what is on screen now."""
        if self.experiment.opened is None:
            return
        if self._state.quantity is messages.Quantity.GRADIENTS:
            self.wishes.make_loaded()  # the bundled pictures of the start have activations alone
        self.send(
            watching.watch(
                self._state,
                visible=self.pages.network.watch_nodes(),
                frames_per_second=self.context.settings().frames_per_second,
                active=self._active,
            )
        )

    def _place_pad(self) -> None:
        self.samples.set_place(self.pages.network.input_rect())

    def _drawing_changed(self, drawing: bool) -> None:
        self.pages.network.set_drawing(drawing)
        self.signals.actions_changed.emit()
        self.write_status()

    def write_status(self) -> None:
        """The status bar has perhaps something else to say."""
        self.readouts.write_status()

    def fit_state(self, graph: messages.Graph) -> None:
        """Leave of the pin what the graph has."""
        self._state = stepping.fitted(self._state, graph)

    def is_open(self, state: StudioState, opened: messages.Opened) -> bool:
        """Whether what is open is what a State asks for."""
        settings = opened.settings
        if opened.pretrained and self._state.pretrained and not state.pretrained:
            return False  # trained weights are there, those before any training are asked for
        return (state.network, state.dataset, state.seed) == (settings.network, settings.dataset, settings.seed)
