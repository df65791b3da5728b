"""The kernels that the network in the Studio has learned so far, for other labs: labs do not know each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from engine import messages
from engine.messages import Floats, Graph, Node, Operation, Snapshot, Watch

LARGEST = 11
"""Rows and columns of the largest kernel that can be laid over a picture."""


@dataclass(frozen=True)
class KernelLayer:
    """A layer with square kernels: `count` of them, one for each pair of a map and an input channel."""

    node: str
    maps: int
    inputs: int
    side: int

    @property
    def count(self) -> int:
        return self.maps * self.inputs


@dataclass(frozen=True, eq=False)
class FrozenKernels:
    """The kernels (maps, inputs, side, side) of a layer as they were at one moment; `exact` unless they come from a
    picture of 8 bits a weight, before the engine has started."""

    network: str
    layer: KernelLayer
    values: Floats
    step: int
    pretrained: bool
    exact: bool = True


class Source(Protocol):
    """What is needed of the bridge."""

    opened: Any
    snapshot: Any

    @property
    def started(self) -> bool: ...

    def send(self, command: messages.Command) -> None: ...


class Learned(QObject):
    """`frozen(FrozenKernels)`: kernels that were asked for, as they were then. The engine is asked for one snapshot of
    that layer and then for what it was asked for before."""

    frozen = Signal(object)

    def __init__(self, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.graph: Graph | None = None
        self._pretrained = False
        self._snapshot: Snapshot | None = None
        self._watch: Watch | None = None
        self._asked: KernelLayer | None = None
        self._asking = False
        source.opened.connect(self._opened)
        source.snapshot.connect(self._take)

    @property
    def layers(self) -> tuple[KernelLayer, ...]:
        """The layers of the open network whose kernels can be laid over a picture; none before one is open."""
        if self.graph is None:
            return ()
        found = (layer_of(self.graph, node) for node in self.graph.nodes)
        return tuple(layer for layer in found if layer is not None)

    def ask(self, layer: KernelLayer) -> None:
        """Freeze the kernels of a layer: `frozen` tells them, soon or at once."""
        if not self._source.started:
            self._freeze_picture(layer)
            return
        self._asked, self._asking = layer, True
        watch = Watch(nodes=(), links=False, focus=layer.node)
        self._source.send(watch)
        self._asking = False

    def watch_sent(self, command: messages.Command) -> None:
        """The bridge tells each command: what the views watch is asked for again afterwards."""
        if isinstance(command, Watch) and not self._asking:
            self._watch = command
            if self._asked is not None and command.focus != self._asked.node:
                self.ask(self._asked)  # it replaced the question before the answer came

    def _opened(self, opened: messages.Opened) -> None:
        self.graph, self._pretrained = opened.graph, opened.pretrained
        self._asked = self._snapshot = None

    def _take(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        layer, focus = self._asked, snapshot.focus
        if layer is None or focus is None or focus.node != layer.node:
            return
        self._asked = None
        if self._watch is not None:
            self._source.send(self._watch)
        weight = focus.weights.get("weight")
        if weight is not None:
            self._tell(layer, weight.reshape(layer.maps, layer.inputs, layer.side, layer.side), snapshot.step)

    def _freeze_picture(self, layer: KernelLayer) -> None:
        """Before the engine has started there are the bundled weights, of which the first snapshot has pictures."""
        maps = None if self._snapshot is None else self._snapshot.kernels.get(layer.node)
        if self._snapshot is not None and maps is not None:
            values = maps.values().reshape(layer.maps, layer.inputs, layer.side, layer.side)
            self._tell(layer, values, self._snapshot.step, exact=False)

    def _tell(self, layer: KernelLayer, values: Floats, step: int, *, exact: bool = True) -> None:
        title = self.graph.title if self.graph is not None else ""
        self.frozen.emit(FrozenKernels(title, layer, values.copy(), step, self._pretrained and step == 0, exact))


def layer_of(graph: Graph, node: Node) -> KernelLayer | None:
    """The kernels of a node; None if it is no convolution, or its kernels are not square or too large."""
    if node.operation is not Operation.CONV2D or "weight" not in node.weights:
        return None
    size = node.attributes.get("kernel_size", 0)
    rows, columns = size if isinstance(size, tuple | list) else (size, size)
    inputs = graph[node.inputs[0]].output_shape[0] // int(node.attributes.get("groups", 1))
    if rows != columns or not 0 < rows <= LARGEST:
        return None
    return KernelLayer(node.name, node.output_shape[0], inputs, int(rows))
