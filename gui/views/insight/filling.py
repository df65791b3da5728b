"""What is in each tile: an answer as a picture with its numbers, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages import Graph, Sample
from engine.messages.insight import (
    Answer,
    EffectiveField,
    Explanation,
    MapGradient,
    Maximization,
    Method,
    Projection,
)
from engine.traces import receptive
from gui.theme import Theme, numbers
from gui.views import drawing
from gui.views.insight import pictures, texts
from gui.views.insight.agenda import Agenda, Slot, State
from gui.views.insight.tiles import Tile
from gui.views.inspector.facts import Pin
from gui.views.inspector.sums import cell_index

_LONG, _WORKING, _SOON = "Takes a while here: compute", "Computing \u2026", "\u2026"


@dataclass(frozen=True)
class Shown:
    """What the tiles are about: a cell of a network that looks at a sample (None: not known yet)."""

    graph: Graph
    pin: Pin
    sample: Sample | None
    theme: Theme
    small: bool
    classes: tuple[str, ...] = ()


def target_name(graph: Graph, classes: tuple[str, ...], target: int | None) -> str:
    """What is explained: a class by its name, without classes a place in the output, "[1, 12, 31]"; empty for None."""
    if target is None:
        return ""
    if classes:
        return classes[target] if target < len(classes) else str(target)
    places = []
    for size in reversed(graph.nodes[-1].output_shape):
        target, place = divmod(target, size)
        places.append(place)
    return f"[{', '.join(map(str, reversed(places)))}]"


def pinned_output(graph: Graph, pin: Pin) -> int | None:
    """Which number of the network's output is pinned, in reading order; None if the pin is elsewhere."""
    node = graph.nodes[-1]
    index, place = cell_index(node.output_shape, pin.map, pin.row, pin.column), 0
    if node.name != pin.node or len(index) != len(node.output_shape):
        return None
    for size, at in zip(node.output_shape, index, strict=True):
        place = place * size + at
    return place


def fill(tile: Tile, shown: Shown, agenda: Agenda) -> None:
    """Put the answer of the tile's slot into it."""
    slot = Slot(tile.key)
    tile.image, tile.values, tile.rows, tile.note, tile.link = None, None, (), "", False
    tile.working = agenda.working(slot)
    state, answer = agenda.state(slot), agenda.answer(slot)
    if state is State.FAILED:
        tile.note = agenda.message(slot)
    elif answer is None:
        tile.link = state is State.ON_DEMAND
        tile.note = _LONG if tile.link else _WORKING if agenda.takes_long(slot) else _SOON
    elif (problem := getattr(answer, "problem", "")) and not (isinstance(answer, Maximization) and answer.step):
        tile.note = problem
    else:
        _picture(tile, answer, shown)
        name = target_name(shown.graph, shown.classes, getattr(answer, "target", None))
        kind = "class" if shown.classes else "output"
        tile.rows = texts.rows(answer, target=(kind, name), graph=shown.graph, small=shown.small)


def _picture(tile: Tile, answer: Answer, shown: Shown) -> None:
    theme, sample = shown.theme, shown.sample
    if isinstance(answer, Maximization):
        tile.image = pictures.photograph(answer.picture, theme)
        return
    if isinstance(answer, Projection):
        tile.image, tile.values = pictures.kernel(answer.values, theme), answer.values.sum(0)
        return
    if not isinstance(answer, Explanation | MapGradient | EffectiveField):
        return
    tile.values = answer.values
    if isinstance(answer, MapGradient):
        limit = drawing.largest(answer.values)
        tile.image = drawing.values_picture(answer.values, limit=limit, signed=True, theme=theme)
    elif isinstance(answer, Explanation) and answer.question.method is Method.SALIENCY:
        tile.image = pictures.unsigned(answer.values, theme)
    elif isinstance(answer, Explanation) and answer.question.method is not Method.GRAD_CAM:
        tile.image = pictures.signed(answer.values, theme)
    elif sample is not None and sample.picture.shape[1:] == answer.values.shape:
        tile.image = pictures.over(answer.values, sample.picture, theme)
    else:
        tile.image = pictures.unsigned(answer.values, theme)


def fill_field(tile: Tile, shown: Shown) -> None:
    """Put the sample with the exact receptive field of the pinned cell into the tile."""
    graph, pin, sample = shown.graph, shown.pin, shown.sample
    tile.image = tile.box = None
    tile.rows = ()
    if sample is None or len(graph.input_shape) != 3 or sample.picture.shape[1:] != tuple(graph.input_shape[1:]):
        return
    height, width = sample.picture.shape[1:]
    axes = len(graph[pin.node].output_shape) - 1
    name, channel, cell = receptive.unflattened(graph, pin.node, pin.map, (pin.row, pin.column)[max(2 - axes, 0) :])
    region = receptive.project(graph, name, cell, graph.nodes[0].name, channel) if axes < 3 and len(cell) == 2 else None
    (top, bottom), (left, right) = region if region and len(region) == 2 else ((0, height - 1), (0, width - 1))
    tile.image, tile.box = pictures.grey_picture(sample.picture, shown.theme), (top, bottom, left, right)
    known = receptive.field(graph, name, channel)
    times = numbers.TIMES
    if known.everything and (bottom - top + 1, right - left + 1) != (height, width):
        rows: list[texts.Row] = [("size", f"{bottom - top + 1}{times}{right - left + 1}")]  # of a cell, not of all
    elif known.everything or len(known.size) != 2:
        rows = [("size", f"{height}{times}{width}"), ("sees", "all of it")]
    else:
        rows = [("size", times.join(map(str, known.size))), ("input stride", _pair(known.stride))]
    tile.rows = rows[:1] if shown.small else rows


def _pair(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else numbers.TIMES.join(map(str, sizes))
