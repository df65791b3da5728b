"""Between the layer page's inspector and the engine: questions go down, answers come up, maps are switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import messages
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab
    from gui.views.layer_page import LayerPage


class Insight:
    """Nothing is asked before somebody looks: the page is made when it is first opened, and asks while it is seen."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab
        self.off: Mapping[str, tuple[int, ...]] = {}
        self._page: LayerPage | None = None
        self._moving = False  # somebody trains it, so what is answered is soon old
        bridge = lab.bridge
        bridge.insight.connect(self._take)
        bridge.insight_failed.connect(self._fail)
        bridge.switched_off.connect(self._switched_off)
        bridge.status.connect(self._status_changed)
        bridge.opened.connect(self._opened)
        bridge.rewound.connect(self._rewound)

    @property
    def settled(self) -> bool:
        """Whether the inspector shows all that it is to show, or is not seen."""
        page = self._page
        if page is None or self.lab.state.page is not Page.LAYER or not page.insight.isVisible():
            return self.lab.state.page is not Page.LAYER or page is not None
        return page.insight.settled

    def page_made(self, page: LayerPage) -> None:
        """The layer page is there: connect it."""
        self._page = page
        page.insight.asked.connect(self._ask)
        page.insight.sample_chosen.connect(lambda split, index: self.lab.samples.show(index, split))
        page.insight.set_training(self._moving)
        page.set_switched_off(self.off)

    def switch_pinned(self) -> None:
        """Switch the pinned map off, or on again."""
        state = self.lab.state
        if state.node:
            maps = set(self.off.get(state.node, ())) ^ {state.map}
            self._ask(messages.SwitchOff(state.node, tuple(sorted(maps))))

    def all_on(self) -> None:
        """Switch all maps on again."""
        self._ask(messages.SwitchOff(""))

    def _ask(self, command: messages.Command) -> None:
        """Send a question; the bundled pictures of the start have no network to ask: it is opened first."""
        lab = self.lab
        if isinstance(command, messages.StopInsight) and not lab.experiment.loaded:
            return
        if not lab.experiment.loaded and not lab.bridge.started:
            return  # it is asked again when the engine is ready
        lab.wishes.ask(command)

    def _take(self, insight: messages.Insight) -> None:
        if self._page is not None:
            self._page.insight.take(insight)

    def _fail(self, failed: messages.InsightFailed) -> None:
        if self._page is not None:
            self._page.insight.fail(failed)

    def _opened(self, opened: messages.Opened) -> None:
        """Another network, or the bundled one that is a network at last: all of its maps are on."""
        self._tell({})
        if self._page is not None:
            self._page.insight.start_anew()

    def _rewound(self) -> None:
        """Step 0 again, but perhaps with other weights than those that step 0 had before."""
        if self._page is not None:
            self._page.insight.start_anew()

    def _switched_off(self, told: messages.SwitchedOff) -> None:
        self._tell(told.maps)

    def _tell(self, maps: Mapping[str, tuple[int, ...]]) -> None:
        self.off = maps
        self.lab.experiment.switched_off = sum(map(len, maps.values()))
        stage = self.lab.pages.network
        for canvas in (stage.chain_view.canvas, stage.canvas):
            if canvas.off != maps:
                canvas.off = maps
                canvas.update()
        self.lab.inspector.set_switched_off(maps)
        if self._page is not None:
            self._page.set_switched_off(maps)
        if (player := self.lab.pages.player) is not None:
            player.set_switched_off(maps.get(self.lab.state.node, ()))
        self.lab.write_status()
        self.lab.signals.actions_changed.emit()

    def _status_changed(self, changed: messages.StatusChanged) -> None:
        followed = changed.status is messages.Status.FOLLOWING and not changed.detail  # to its end, it has one
        self._moving = changed.status is messages.Status.TRAINING or followed
        if self._page is not None:
            self._page.insight.set_training(self._moving)
            if changed.status is messages.Status.READY and not self.lab.experiment.loaded:
                self._page.insight.ask_again()
