"""What each picture of a map shows, in a sentence or two, and the numbers under it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.messages import Graph
from engine.messages.insight import (
    Answer,
    EffectiveField,
    Explanation,
    MapGradient,
    Maximization,
    Method,
    Projection,
)
from gui.theme import numbers
from gui.views import words
from gui.views.insight.agenda import Slot

Row = tuple[str, str]

TITLES = {
    Slot.FIELD: "Effective field",
    Slot.GRADIENT: "Gradient on it",
    Slot.SALIENCY: "Saliency",
    Slot.INTEGRATED_GRADIENTS: "Integrated gradients",
    Slot.GRAD_CAM: "Grad-CAM",
    Slot.OCCLUSION: "Occlusion",
    Slot.PROJECTION: "On the input",
    Slot.MAXIMIZATION: "Maximized",
}

_LONGEST = 16

ACTIVATIONS = "What the map makes of this sample. Click a cell to pin it, double-click to step through it."
EXACT_FIELD = "All input cells that can reach the pinned cell, exactly, from kernel sizes, strides and padding."


def about(slot: Slot, answer: Answer | None, name: str, thing: str, *, classes: bool = True) -> str:
    """What a picture shows. `thing` is "map 3" or "unit 12"; `name` what is explained: a class, or a place in the
    output of a network without classes."""
    name = (name or "the class") if classes else f"output {name}".strip()
    logit = f"the logit of {name}" if classes else name
    if isinstance(answer, Projection):
        return _projection(answer)
    return {
        Slot.FIELD: "How much each pixel moves the pinned cell, over 32 samples (Luo et al. 2016). Those in the middle "
        "have more ways to it than those at the edge.",
        Slot.GRADIENT: _gradient(answer, logit, thing),
        Slot.SALIENCY: f"How much {logit} changes with each pixel, whatever the sign.",
        Slot.INTEGRATED_GRADIENTS: f"Each pixel's part in what lifts {name} on the way from the mean picture to this "
        "one. All parts together are the whole lift.",
        Slot.GRAD_CAM: f"Maps of the layer, each weighted by how much {name} gains from it"
        + (f": where the layer sees {name}." if classes else "."),
        Slot.OCCLUSION: f"By how much {logit} falls when a grey window covers the pixel.",
        Slot.PROJECTION: "The kernels of all layers up to here, composed into one on the input.",
        Slot.MAXIMIZATION: f"A picture painted by climbing the gradient of {thing} from noise, shifted, blurred and "
        "smoothed on its way.",
    }.get(slot, "")


def _gradient(answer: Answer | None, logit: str, thing: str) -> str:
    text = f"How much {logit} changes with each cell of {thing}. "
    if not isinstance(answer, MapGradient):
        return f"{text}The mean is its weight in Grad-CAM."
    text += f"The mean, {numbers.text(float(answer.values.mean()))}, is its weight in Grad-CAM."
    if math.isfinite(answer.nudged):
        said, found = numbers.text(_pinned(answer)), numbers.text(answer.nudged)
        text += f" Check: for the pinned cell it says {said}; nudged up and down a little, that moves by {found}."
    return text


def _pinned(answer: MapGradient) -> float:
    """The gradient of the cell that the question names."""
    return float(answer.values[answer.question.row, answer.question.column])


def _projection(answer: Projection) -> str:
    if answer.problem:
        return answer.problem
    layers = [name for name in answer.through if name not in answer.passed]
    text = f"Kernels composed through {', '.join(layers)}"
    if answer.passed:
        return f"{text}, as if {', '.join(answer.passed)} were linear: a reading, no fact."
    return f"{text}: nothing in between bends them, so this is exact."


def _shortened(path: str) -> str:
    """The end of a long path in a module, which tells most."""
    return path if len(path) <= _LONGEST else "\u2026" + ".".join(path.split(".")[-2:])


def rows(answer: Answer, *, target: Row, graph: Graph, small: bool) -> Sequence[Row]:
    """The numbers under a picture: (label, value); one row where there is little room.

    `target` is what is explained, such as ("class", "3").
    """
    found: list[Row] = []
    if isinstance(answer, Explanation):
        found = [target]
        if answer.progress < 1:
            found.append(("so far", numbers.percent(answer.progress, 0)))
        elif answer.question.method is Method.INTEGRATED_GRADIENTS:
            found.append(("sum", numbers.text(answer.total)))
        elif answer.at:
            found.append(("at", _shortened(words.title(graph, graph[answer.at]))))
        elif answer.window is not None:
            found.append(("window", f"{answer.window[0]}{numbers.TIMES}{answer.window[0]}"))
        else:
            found.append(("max", numbers.text(float(answer.values.max()))))
    elif isinstance(answer, MapGradient):
        found = [target, ("mean", numbers.text(float(answer.values.mean())))]
        if math.isfinite(answer.nudged):
            found = [("here", numbers.text(_pinned(answer))), ("nudged", numbers.text(answer.nudged))]
    elif isinstance(answer, EffectiveField):
        side = numbers.text(answer.size, 1)
        found = [("size", f"{side}{numbers.TIMES}{side}"), ("of exact", numbers.percent(answer.share, 0))]
    elif isinstance(answer, Projection) and answer.values.size:
        height, width = answer.values.shape[-2:]
        found = [("size", f"{height}{numbers.TIMES}{width}"), ("taken as linear", str(len(answer.passed)))]
    elif isinstance(answer, Maximization):
        found = [
            ("mean", f"{numbers.text(answer.start)} \u2192 {numbers.text(answer.value)}"),
            ("step", f"{answer.step} / {answer.question.steps}"),
        ]
    if isinstance(answer, EffectiveField) and small:
        side = numbers.text(answer.size, 0)
        found = [("size", f"{side}{numbers.TIMES}{side}")]
    if isinstance(answer, Maximization) and small:
        found = [("mean", numbers.text(answer.value))]
    if small and len(found) > 1 and found[0] == target:
        return found[1:]
    return found[:1] if small else found
