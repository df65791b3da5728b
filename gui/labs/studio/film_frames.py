"""What the film strip shows of the Studio's State: which layer, which of its maps, and what its moments are called."""

from __future__ import annotations

from collections.abc import Hashable, MutableMapping
from dataclasses import replace

from engine.messages import Graph, Node, Operation, Recorded, Settings, Snapshot
from gui.labs.studio.state import StudioState
from gui.theme import numbers
from gui.views import words
from gui.views.timeline import TimelineView
from gui.views.timeline_film import Subject
from gui.views.timeline_frames import in_order, order, sheet

_MOST_MAPS = 240
_EARLY = 0.1


def label(timeline: TimelineView, step: int) -> str:
    """A moment's name: start, epoch 2, epoch 1.4, or its step early in the first epoch."""
    if step == 0:
        return "start"
    epoch = timeline.epoch_of(step)
    if epoch < _EARLY:
        return f"step {numbers.count(step)}"
    if abs(epoch - round(epoch)) < 0.005 and round(epoch):
        return f"epoch {round(epoch)}"
    return f"epoch {numbers.text(epoch, 1 if epoch >= 1 else 2)}"


def layer(graph: Graph, state: StudioState) -> Node | None:
    """The pinned layer, else the first one with kernels, else the first dense one."""
    by_name = {node.name: node for node in graph.nodes}
    pinned = by_name.get(state.node)
    if pinned is not None and pinned.operation is not Operation.INPUT:
        return pinned
    kinds = ("conv", "linear")
    return next((node for kind in kinds for node in graph.nodes if node.operation.value.startswith(kind)), None)


def subject(
    graph: Graph,
    state: StudioState,
    snapshot: Snapshot | None,
    *,
    room: int,
    orders: MutableMapping[Hashable, tuple[int, ...]],
) -> Subject | None:
    """What the strip is of. `orders` keeps the order of a layer's maps, so that a map keeps its place while one looks
    back; it is that of the values shown when the layer was first asked for."""
    node = layer(graph, state)
    if node is None or not node.output_shape:
        return None
    shape = node.output_shape
    count = shape[0] if len(shape) < 4 else shape[0] * shape[1]
    height, width = (1, 1) if len(shape) == 1 else (1, shape[-1]) if len(shape) == 2 else shape[-2:]
    frame = sheet(height, width, min(count, _MOST_MAPS), room=room)
    shown = min(frame.count, count)
    pinned = state.map if node.name == state.node else None
    flat = words.is_flat(node)
    key = (node.name, shown, pinned if pinned is not None and pinned >= shown else None)
    if key not in orders:
        maps = snapshot.maps.get(node.name) if snapshot is not None else None
        if maps is None:
            orders[key] = tuple(range(shown))
        elif flat or count <= shown:
            orders[key] = in_order(maps, shown)
        else:
            orders[key] = order(maps, shown, pinned)
    return Subject(
        node=node.name,
        title=words.title(graph, node),
        maps=orders[key],
        sheet=frame,
        sorted=not flat and count > shown and orders[key] != tuple(range(shown)),
        pinned=pinned,
        unit="unit" if flat else "map",
    )


def then(recorded: Recorded, step: int, present: Settings, *, now: bool) -> tuple[Settings, bool]:
    """The settings that a branch from a recorded step starts with, and whether it goes on exactly as the run did."""
    if now or not recorded.steps or len(recorded.settings) != len(recorded.steps):
        return present, now
    place = min(range(len(recorded.steps)), key=lambda place: abs(recorded.steps[place] - step))
    settings = recorded.settings[place]
    if settings is None:
        return present, False
    return replace(settings, epochs=present.epochs), recorded.exact[place]
