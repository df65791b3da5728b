"""What of the picture matters to one cell: its effective receptive field, found by gradients.

Luo, Li, Urtasun, Zemel: Understanding the effective receptive field in deep convolutional neural networks, NIPS 2016.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from engine.insight.strongest import box
from engine.insight.subject import InsightError, Material, Subject, sheet
from engine.messages import Operation
from engine.messages.insight import AskField, AskGradient, EffectiveField, MapGradient

# What exceeds this share of the largest gradient counts (section 3: 1 - 95.45 %, two standard deviations).
_THRESHOLD = 1 - 0.9545
# So much of its map's largest value a cell is moved when its gradient is checked.
_NUDGE = 1e-5


def effective_field(subject: Subject, material: Material, question: AskField) -> Iterator[EffectiveField | None]:
    """The mean |d cell / d pixel| over samples; None where a slice is done. Raises InsightError."""
    node = subject.check(question.node, question.map)
    if len(subject.graph.input_shape) != 3:
        raise InsightError("The input of this network is no picture.")
    indices = material.spread(max(1, question.samples))
    if not len(indices):
        raise InsightError("There are no samples to look at.")
    height, width = (1, 1, *node.output_shape[1:])[-2:]
    if not (0 <= question.row < height and 0 <= question.column < width):
        raise InsightError(f"{node.name} has {height} rows and {width} columns.")
    size = subject.batch_size(backward=True)
    total: torch.Tensor | None = None
    for start in range(0, len(indices), size):
        inputs, _ = material.inputs(indices[start : start + size])
        with torch.enable_grad():
            inputs.requires_grad_()
            values = subject.run(inputs, node.name)[0]
            cell = values[:, question.map].reshape(len(inputs), -1)[:, question.row * width + question.column]
            found = torch.autograd.grad(cell.sum(), inputs, allow_unused=True)[0] if cell.requires_grad else None
        gradient = torch.zeros_like(inputs) if found is None else found
        part = gradient.abs().sum((0, 1)).detach()
        total = part if total is None else total + part
        yield None
    assert total is not None
    values_ = sheet(total).cpu().numpy().astype(np.float32)
    largest = float(values_.max(initial=0.0))
    if largest > 0:
        values_ = values_ / largest
    matters = int((values_ > _THRESHOLD).sum())
    top, bottom, left, right = box(subject.graph, node, question.map, question.row, question.column)
    exact = (bottom - top + 1) * (right - left + 1)
    yield EffectiveField(
        question=question,
        values=values_,
        size=float(np.sqrt(matters)),
        share=matters / exact if exact else 0.0,
        samples=len(indices),
    )


def map_gradient(subject: Subject, material: Material, question: AskGradient, picture: torch.Tensor) -> MapGradient:
    """d logit / d cell for each cell of a map; `picture` (1, channels, height, width) is what is shown."""
    node = subject.check(question.node, question.map)
    with torch.enable_grad():
        values, logits = subject.run(picture.clone().requires_grad_(), node.name, subject.logits)
        logits = logits.reshape(1, -1)
        target = target_of(logits, question.target)
        after = node.operation is Operation.SOFTMAX
        found = None
        if values.requires_grad and logits.requires_grad and not after:
            found = torch.autograd.grad(logits[0, target], values, allow_unused=True)[0]
    gradient = torch.zeros_like(values) if found is None else found
    shown = sheet(gradient[0, question.map].detach()).float().cpu().numpy()
    inside = 0 <= question.row < shown.shape[0] and 0 <= question.column < shown.shape[1]
    cell = question.row * shown.shape[1] + question.column
    checks = inside and not after and not subject.is_off(node.name, question.map)
    return MapGradient(
        question=question,
        target=target,
        values=shown,
        nudged=_nudged(subject, question, picture, target=target, cell=cell) if checks else math.nan,
    )


def _nudged(subject: Subject, question: AskGradient, picture: torch.Tensor, *, target: int, cell: int) -> float:
    """d logit / d cell by a central difference in float64; nan where it cannot be had."""
    double = subject.in_double()
    if double is None:
        return math.nan
    seen = picture.detach().double()
    try:
        with torch.no_grad():
            size = float(double.run(seen, question.node)[0][0, question.map].abs().max())
            by = _NUDGE * (size or 1.0)
            ends = [
                float(double.moved(seen, node=question.node, map=question.map, cell=cell, by=way)[target])
                for way in (by, -by)
            ]
    except (RuntimeError, TypeError):  # a module with float32 numbers of its own
        return math.nan
    return (ends[0] - ends[1]) / (2 * by)


def target_of(logits: torch.Tensor, wanted: int | None) -> int:
    """The class asked for, or the predicted one. Raises InsightError for a class that there is not."""
    if wanted is None:
        return int(logits[0].argmax())
    if not 0 <= wanted < logits.shape[1]:
        raise InsightError(f"There is no class {wanted}: the network has {logits.shape[1]} outputs.")
    return wanted
