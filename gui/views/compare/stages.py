"""The stages of a network as they are compared: each convolution or dense layer with the activation that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.messages import ACTIVATIONS, Graph, Node, Operation
from gui.views.network import wording

_FOLLOW = ACTIVATIONS | {Operation.BATCH_NORM, Operation.LAYER_NORM}
_SILENT = frozenset({Operation.FLATTEN, Operation.DROPOUT, Operation.SOFTMAX, Operation.OTHER, Operation.INPUT})


@dataclass(frozen=True)
class Stage:
    """`node` is whose maps are shown, `source` the layer with the weights; `before` says what lies between the stage
    before and this one, its activation last."""

    title: str
    kind: str
    node: str
    source: str
    shape: tuple[int, ...]
    before: tuple[str, ...]

    @property
    def flat(self) -> bool:
        return len(self.shape) < 3


def stages(graph: Graph) -> tuple[Stage, ...]:
    """The stages in the order in which they run, without the output, which is shown as bars."""
    users: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            users.setdefault(name, []).append(node)
    last_dense = next((node.name for node in reversed(graph.nodes) if node.operation is Operation.LINEAR), "")
    counts: dict[str, int] = {}
    found: list[Stage] = []
    words: list[str] = []
    passed: set[str] = set()
    for node in graph.nodes:
        if node.name in passed:
            continue
        kind = wording.family(node.operation)
        if kind not in ("Conv", "Dense") or node.name == last_dense:
            if node.operation not in _SILENT and node.operation not in _FOLLOW and node.name != last_dense:
                words.append(wording.operation(node))
            continue
        counts[kind] = counts.get(kind, 0) + 1
        words.append("Dense" if kind == "Dense" else wording.operation(node))
        end = node
        while len(after := users.get(end.name, [])) == 1 and after[0].operation in _FOLLOW:
            end = after[0]
            passed.add(end.name)
            words.append(wording.operation(end))
        found.append(Stage(f"{kind} {counts[kind]}", kind, end.name, node.name, end.output_shape, tuple(words[-3:])))
        words = []
    return tuple(found)


@dataclass(frozen=True)
class Column:
    """Corresponding stages of two networks; None where one has no such stage."""

    title: str
    first: Stage | None
    second: Stage | None

    @property
    def stages(self) -> tuple[Stage | None, Stage | None]:
        return self.first, self.second


def columns(first: Graph | None, second: Graph | None) -> tuple[Column, ...]:
    """The n-th convolution of one beside the n-th of the other, then dense layers alike.

    Where one has more, the first are beside each other and the last, and those between at the same share of the way.
    """
    ours = () if first is None else stages(first)
    theirs = () if second is None else stages(second)
    found: list[Column] = []
    for kind in ("Conv", "Dense"):
        left = [stage for stage in ours if stage.kind == kind]
        right = [stage for stage in theirs if stage.kind == kind]
        count = max(len(left), len(right))
        placed = [_spread_over(left, count), _spread_over(right, count)]
        for one, other in zip(*placed, strict=True):
            title = next(stage.title for stage in (one, other) if stage is not None)
            if one is not None and other is not None and one.title != other.title:
                title += f" | {other.title.split()[-1]}"
            found.append(Column(title, one, other))
    return tuple(found)


def pick(available: Sequence[Column], count: int) -> list[Column]:
    """Which of these are shown where `count` have room: the first and last convolutions, then dense layers.

    Those that both networks have come first.
    """
    convs = [one for one in available if one.title.startswith("Conv")]
    shared = [one for one in convs if None not in one.stages]
    if len(shared) >= min(count, 2):
        convs = shared
    others = [one for one in available if one not in convs]
    if not shared and (both := [one for one in others if None not in one.stages]):
        convs, others = convs[: max(count - 1, 0)], both
    if len(convs) < count or not convs:
        return [*convs, *others[: count - len(convs)]]
    last = len(convs) - 1
    places = sorted({round(place * last / (count - 1)) for place in range(count)}) if count > 1 else [0]
    return [convs[place] for place in places]


def _spread_over(layers: list[Stage], count: int) -> list[Stage | None]:
    """The layers at `count` places, the last at the last."""
    found: list[Stage | None] = [None] * count
    for place, layer in enumerate(layers):
        last = len(layers) - 1
        found[round(place * (count - 1) / last) if last else 0] = layer
    return found
