"""Which modules to open so that a network is read at once, and where to look when one opens."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import QRect, QRectF

from gui.views import drawing
from gui.views.graph import texts
from gui.views.graph.camera import Camera, fitting
from gui.views.graph.layout import Box, Layout, Look, steps_of
from gui.views.graph.modules import Module, Network

READABLE = 0.58
"""At this zoom maps are seen; by itself the depth is the largest at which all is seen at it."""
TOLERABLE = 0.42
"""Opening a module does not shrink all that is seen below this."""
_FEW = 8  # boxes that say little about a network: better to see more of it, if smaller
_DEEPEST = 3  # that is opened by itself


def plan(
    network: Network, *, depth: int, toggled: frozenset[str], stage: QRect, grown: float = 1.0
) -> Generator[None, None, tuple[Layout, int]]:
    """In steps of some milliseconds: the layout for a depth, or with 0 for the best one, and that depth.

    What is to be seen `grown` has so much less room.
    """
    fit = ((stage.width() - 20.0) / grown, (stage.height() - 40.0) / grown)

    def header(module: Module) -> float:
        return head_width(network, module)

    if depth or toggled:  # modules that were named one by one are opened on what else is closed
        depth = depth or 1
        layout = yield from steps_of(network, network.opened(depth, toggled), fit=fit, header=header)
        return layout, depth
    best: tuple[Layout, int] | None = None
    for each in range(1, min(network.deepest + 1, _DEEPEST) + 1):
        found = yield from steps_of(network, network.opened(each, toggled), fit=fit, header=header)
        readable = READABLE if best is None or len(best[0].boxes) > _FEW else TOLERABLE
        if best is not None and fitting(found, stage, grown=grown).zoom < readable * grown:
            break
        best = found, each
    assert best is not None
    return best


def head_width(network: Network, module: Module) -> float:
    """What the head of an open module takes: name, kind, shape, parameters."""
    name, small, mono = drawing.ui(12, 600), drawing.ui(11), drawing.mono(11)
    shape = texts.shape(network.nodes[network.face(module)].output_shape)
    parts = name.width(module.label) + small.width(network.kind(module)) + mono.width(shape)
    return 24 + parts + mono.width(texts.cost(network.parameters(module))) + 52


def camera_for(
    before: Layout | None, after: Layout, camera: Camera, stage: QRect, *, anchor: str, fitted: bool, grown: float = 1.0
) -> tuple[Camera, bool]:
    """Where to look at a new layout, and whether all of it is seen.

    A module that opens stays where it is, unless all of the network was seen and still can be, large enough.
    """
    goal = fitting(after, stage, grown=grown)
    if before is not None and anchor and (not fitted or goal.zoom < min(TOLERABLE, camera.zoom)):
        return _anchored(before, after, camera, anchor).kept(after, stage), False
    return (goal, True) if fitted else (camera.kept(after, stage), False)


def _anchored(before: Layout, after: Layout, camera: Camera, key: str) -> Camera:
    old, new = before.by_key.get(key), after.by_key.get(key)
    if old is None or new is None:
        return camera
    down = (old.height - new.height) / 2 if old.look is not Look.GROUP else 0.0
    x, y = camera.view(old.x, old.y + down)
    return Camera(camera.zoom, round(x - new.x * camera.zoom), round(y - new.y * camera.zoom))


def showing(box: Box, camera: Camera, stage: QRect, *, least: float) -> Camera:
    """Where to look for a box in the middle; the same place where it is in sight already, at `least` this zoom."""
    room = QRectF(stage)
    x, y = camera.view(box.x, box.y)
    size = camera.zoom
    if size >= least and room.adjusted(8, 8, -8, -8).contains(QRectF(x, y, box.width * size, box.height * size)):
        return camera
    zoom = max(size, 0.9 if box.width < 300 else min(0.9, room.width() / box.width * 0.9))
    middle = room.center()
    return Camera(
        zoom,
        round(middle.x() - (box.x + box.width / 2) * zoom),
        round(middle.y() - (box.y + box.height / 2) * zoom),
    )


def largest(network: Network) -> tuple[int, int]:
    """The most parameters and multiply-adds of a module that others are compared with."""
    tops = network.root.children
    if len(tops) < 6:  # a network that is one module with a head: the modules in it are what is compared
        tops = tuple(inner for part in tops for inner in (part.children if isinstance(part, Module) else (part,)))
    return (
        max((network.parameters(part) for part in tops), default=0),
        max((network.multiply_adds(part) for part in tops), default=0),
    )
