"""A small LeNet with ReLU and real numbers, as messages: computed with the traces, weights drawn from a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine import traces
from engine.messages import (
    Focus,
    Graph,
    Maps,
    Node,
    Operation,
    Quantity,
    Sample,
    Scale,
    Snapshot,
)

CLASSES = tuple("0123456789")
_CONV = {"stride": [1, 1], "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"}
_POOL = {"kernel_size": 2, "stride": 2, "padding": 0, "dilation": 1, "ceil_mode": False}


def node(name: str, operation: Operation, source: str | tuple[str, ...], shape: tuple[int, ...], **rest: Any) -> Node:
    """A node; `attributes` as they come, `weights` a number of parameters: then it has a weight and a bias."""
    sources = (source,) if isinstance(source, str) else source
    parameters = rest.get("parameters", 0)
    keys = {role: f"{name}.{role}" for role in ("weight", "bias")} if parameters else {}
    return Node(
        name,
        operation,
        sources,
        shape,
        parameters,
        rest.get("multiply_adds", 0),
        rest.get("attributes", {}),
        keys,
    )


def lenet() -> Graph:
    """LeNet with ReLU and max pooling, as `lenet-relu` of the catalogue."""
    of = Operation
    return Graph(
        "lenet-relu",
        "LeNet",
        (
            node("input", of.INPUT, (), (1, 28, 28)),
            node(
                "conv1", of.CONV2D, "input", (6, 28, 28), parameters=156, multiply_adds=117_600,
                attributes={**_CONV, "kernel_size": [5, 5], "padding": [2, 2]},
            ),
            node("act1", of.RELU, "conv1", (6, 28, 28)),
            node("pool1", of.MAX_POOL2D, "act1", (6, 14, 14), attributes=_POOL),
            node(
                "conv2", of.CONV2D, "pool1", (16, 10, 10), parameters=2_416, multiply_adds=240_000,
                attributes={**_CONV, "kernel_size": [5, 5], "padding": [0, 0]},
            ),
            node("act2", of.RELU, "conv2", (16, 10, 10)),
            node("pool2", of.MAX_POOL2D, "act2", (16, 5, 5), attributes=_POOL),
            node("flatten", of.FLATTEN, "pool2", (400,)),
            node("dense1", of.LINEAR, "flatten", (120,), parameters=48_120, multiply_adds=48_000),
            node("act3", of.RELU, "dense1", (120,)),
            node("dense2", of.LINEAR, "act3", (84,), parameters=10_164, multiply_adds=10_080),
            node("act4", of.RELU, "dense2", (84,)),
            node("output", of.LINEAR, "act4", (10,), parameters=850, multiply_adds=840),
            node("softmax", of.SOFTMAX, "output", (10,), attributes={"axis": -1}),
        ),
        "ReLU, max pooling",
    )  # fmt: skip


class Example:
    """The network with weights, looking at one picture: `focus(name)` and `snapshot(name)` make messages of it."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.graph = lenet()
        self.picture = _stroke()
        self.values: dict[str, np.ndarray] = {}
        self.weights: dict[str, dict[str, np.ndarray]] = {}
        shapes = {"conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "dense1": (120, 400), "dense2": (84, 120)}
        for name, shape in {**shapes, "output": (10, 84)}.items():
            spread = 1.5 / np.sqrt(np.prod(shape[1:]))
            self.weights[name] = {
                "weight": rng.normal(0, spread, shape).astype(np.float32),
                "bias": rng.normal(0, 0.1, shape[0]).astype(np.float32),
            }
        self._run()

    def _run(self) -> None:
        v = self.values
        v["input"] = ((self.picture / 255 - 0.13) / 0.31).astype(np.float32)
        for each in self.graph.nodes[1:]:
            x = v[each.inputs[0]]
            weights = self.weights.get(each.name, {})
            if each.operation is Operation.CONV2D:
                found = traces.convolution(
                    x, weights["weight"], weights["bias"], padding=tuple(each.attributes["padding"])
                )
            elif each.operation is Operation.MAX_POOL2D:
                found = traces.max_pool(x, 2)
            elif each.operation is Operation.LINEAR:
                found = traces.linear(x, weights["weight"], weights["bias"])
            elif each.operation is Operation.SOFTMAX:
                found = traces.softmax(x)
            elif each.operation is Operation.FLATTEN:
                v[each.name] = x.reshape(-1)
                continue
            else:
                found = traces.activation(x, "relu")
            v[each.name] = np.asarray(found.output, np.float32)

    def focus(self, name: str, **changes: Any) -> Focus:
        """The exact numbers of a node; a new object each time."""
        inputs = tuple(self.values[source] for source in self.graph[name].inputs)
        return replace(Focus(name, inputs, self.values[name], self.weights.get(name, {})), **changes)

    def snapshot(self, name: str | None = None, **changes: Any) -> Snapshot:
        """What the session publishes while this node is in focus."""
        shot = Snapshot(
            serial=1,
            step=2811,
            moment=2811,
            epoch=3.0,
            sample=Sample(self.picture, "test", 34, 7),
            quantity=Quantity.ACTIVATIONS,
            scale=Scale.LAYER,
            maps={each: maps_of(values) for each, values in self.values.items()},
            kernels={each: maps_of(self.weights[each]["weight"].reshape(-1, 5, 5), signed=True) for each in _KERNELS},
            links={},
            logits=self.values["output"],
            probabilities=self.values["softmax"],
            focus=self.focus(name) if name is not None else None,
        )
        return replace(shot, **changes)


_KERNELS = ("conv1", "conv2")


def maps_of(values: np.ndarray, signed: bool | None = None) -> Maps:
    """Values as a Snapshot holds them."""
    sheet = values if values.ndim == 3 else values.reshape(-1, 1, 1)
    signed = bool((sheet < 0).any()) if signed is None else signed
    limit = float(np.abs(sheet).max()) or 1.0
    scaled = sheet / limit * 127.5 + 127.5 if signed else sheet / limit * 255
    pixels = np.ascontiguousarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))
    return Maps(pixels, np.full(len(sheet), limit, np.float32), signed)


def _stroke() -> np.ndarray:
    """A picture of something like a seven: uint8 (1, 28, 28)."""
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 6:9, 7:21] = 250
    for step in range(14):
        picture[0, 8 + step, 19 - step // 2 : 22 - step // 2] = 220
    return picture


def hover(widget: QWidget, at: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """Move the mouse over a widget, without a window system: the event arrives before this returns."""
    place = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        widget.mapToGlobal(place),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


class _Last(QWidget):
    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.emit()


def until_all_is_painted(qtbot: QtBot) -> None:
    """Wait until every widget that had asked to be painted has been: what asks last is painted last."""
    last = _Last()
    last.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    qtbot.addWidget(last)
    with qtbot.waitExposed(last):
        last.show()
    with qtbot.waitSignal(last.painted):
        last.update()
