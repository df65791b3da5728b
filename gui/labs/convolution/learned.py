"""Learned kernels in the gallery: those that come with the app, or of any layer of the network in the Studio."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from gui.actions import Action
from gui.labs.convolution.gallery import Kernel, learned
from gui.theme import numbers

if TYPE_CHECKING:
    from gui.labs.convolution.gallery_strip import GalleryStrip
    from gui.learned import FrozenKernels, KernelLayer, Learned
    from gui.theme import Theme

MOST = 256
"""Kernels of a layer that the gallery shows; larger layers show their first."""


class LearnedChoice(QObject):
    """Fills the end of a gallery. `source` (None: there is no Studio) freezes the kernels of a layer when asked."""

    def __init__(self, strip: GalleryStrip, source: Learned | None) -> None:
        super().__init__(strip)
        self._strip, self._source = strip, source
        self._asked = ""
        strip.source_wanted.connect(self.show_menu)
        if source is not None:
            source.frozen.connect(self._take)
        self.use_bundled()

    def use_bundled(self) -> None:
        """The first layer of the LeNet that comes with the app."""
        self._asked = ""
        self._strip.set_learned(learned(), "Learned", "LeNet, comes with it")

    def ask(self, layer: KernelLayer) -> None:
        """Freeze the kernels of a layer of the Studio's network."""
        if self._source is not None:
            self._asked = layer.node
            self._source.ask(layer)

    def actions(self) -> list[Action]:
        """What can be chosen: a layer of the network in the Studio, or what comes with the app."""
        source = self._source
        title = source.graph.title if source is not None and source.graph is not None else ""
        layers = source.layers if source is not None else ()
        found = [
            Action(
                f"learned.{layer.node}",
                f"{title}, {_name(source, layer)}: {numbers.count(layer.count)} of {layer.side}×{layer.side}",
                partial(self.ask, layer),
                checked=partial(self._is, layer.node),
                words="learned kernels studio trained",
                group="Kernels",
            )
            for layer in layers
        ]
        bundled = Action(
            "learned.bundled", "LeNet, comes with the app", self.use_bundled, checked=partial(self._is, ""),
            words="learned kernels", group="Kernels",
        )  # fmt: skip
        return [*found, bundled]

    def _is(self, node: str) -> bool:
        return self._asked == node

    def show_menu(self, place: QPoint, theme: Theme) -> None:
        """Let the user choose; `place` is on the screen."""
        from gui.menus import fill

        menu = QMenu(self._strip)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu, self.actions(), theme)
        menu.popup(place)

    def _take(self, frozen: FrozenKernels) -> None:
        if frozen.layer.node != self._asked:
            return
        name = _name(self._source, frozen.layer)
        when = "trained" if frozen.pretrained else f"step {numbers.count(frozen.step)}"
        self._strip.set_learned(kernels(frozen), f"{name}, {when}", frozen.network, reveal=True)


def kernels(frozen: FrozenKernels) -> tuple[Kernel, ...]:
    """The kernels of a layer, rounded to two decimals; "3←1" is that of map 3 for input 1."""
    layer = frozen.layer
    values: Any = np.round(np.nan_to_num(frozen.values.astype(float)), 2) + 0.0
    found = []
    for place in range(min(layer.count, MOST)):
        map_, source = divmod(place, layer.inputs)
        title = f"Map {map_}" if layer.inputs == 1 else f"Map {map_} ← {source}"
        rows = tuple(tuple(row) for row in values[map_, source].tolist())
        found.append(Kernel(f"learned-{layer.node}-{place}", title, rows))
    return tuple(found)


def _name(source: Learned | None, layer: KernelLayer) -> str:
    from gui.views import words

    if source is None or source.graph is None:
        return layer.node
    return words.title(source.graph, source.graph[layer.node])
