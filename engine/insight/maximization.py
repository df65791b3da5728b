"""The picture that activates a map most: gradient ascent on the pixels, kept smooth on its way.

Erhan et al. 2009 (the idea); Yosinski et al. 2015 (L2 and blur); Mahendran and Vedaldi 2015 (total variation);
Olah, Mordvintsev, Schubert 2017 (jitter, and what each of them is for).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.insight.subject import InsightError, Material, Subject
from engine.messages import Bytes, Graph, Node, Operation
from engine.messages.insight import AskMaximization, Maximization

_RATE = 0.08
_BLUR_EVERY = 4
# How often the picture so far is told: after so much work, or so many steps.
_TELL_SECONDS = 0.15
_TELL_STEPS = 8
# Where a start leaves the map silent there is nothing to climb: so many starts are tried, each louder.
_STARTS = 4
_NOISE = 0.3
_FLAT = frozenset({Operation.RELU, Operation.SIGMOID, Operation.TANH, Operation.HARD_SIGMOID})


def maximization(
    subject: Subject, material: Material, question: AskMaximization, *, clock: Callable[[], float] = perf_counter
) -> Iterator[Maximization | None]:
    """The picture as it grows; None where a slice is done. Raises InsightError."""
    node = subject.check(question.node, question.map)
    shape = subject.graph.input_shape
    if len(shape) != 3:
        raise InsightError("The input of this network is no picture.")
    if node.operation is Operation.INPUT:
        raise InsightError("The input is the picture itself: choose a layer behind it.")
    climb = _Climb(subject, material, question, climbed_of(subject.graph, node))
    start = climb.activation(node.name)
    if not climb.begin():
        yield Maximization(
            question=question, picture=climb.picture(), step=0, value=start, start=start,
            problem="No change of the picture changes this map: it is dead, or switched off.",
        )  # fmt: skip
        return
    start = climb.activation(node.name)
    last = clock()
    for step in range(1, question.steps + 1):
        climb.step(step)
        if (clock() - last >= _TELL_SECONDS or step % _TELL_STEPS == 0) and step < question.steps:
            last = clock()
            yield Maximization(
                question=question, picture=climb.picture(), step=step, value=climb.activation(node.name), start=start
            )
        else:
            yield None
    yield Maximization(
        question=question, picture=climb.picture(), step=question.steps, value=climb.activation(node.name), start=start
    )


def climbed_of(graph: Graph, node: Node) -> Node:
    """The node whose map is climbed: what a function that goes flat is given, since where it is flat there is no
    gradient (Olah et al. do so too); of a softmax the logit."""
    while node.operation in _FLAT | {Operation.SOFTMAX} and len(node.inputs) == 1:
        before = graph[node.inputs[0]]
        if before.operation is Operation.INPUT or before.output_shape != node.output_shape:
            break
        node = before
    return node


class _Climb:
    """The picture on its way up, as the network sees it."""

    def __init__(self, subject: Subject, material: Material, question: AskMaximization, node: Node) -> None:
        self._subject, self._material, self._question, self._node = subject, material, question, node
        self._random = torch.Generator().manual_seed(question.seed)
        self._low, self._high = material.bounds()
        size = min(subject.graph.input_shape[-2:])
        self._jitter = max(size // 28, 1) if question.jitter is None else max(question.jitter, 0)
        self._kernel = _gaussian(question.blur).to(material.device) if question.blur > 0 else None
        self._pixels = self._noise(_NOISE)
        self._first = torch.zeros_like(self._pixels)
        self._second = torch.zeros_like(self._pixels)

    def _noise(self, size: float) -> Tensor:
        shape = (1, *self._subject.graph.input_shape)
        grey = torch.randn(shape, generator=self._random).to(self._material.device) * size
        return (grey + (self._low + self._high) / 2).clamp(self._low, self._high)

    def begin(self) -> bool:
        """Find a start from which there is a way up; False if there is none."""
        for attempt in range(_STARTS):
            gradient = self._gradient(self._pixels)
            size = float(gradient.abs().max())
            if size > 0:
                return True
            self._pixels = self._noise(_NOISE * 2.0 ** (attempt + 1))
        return False

    def _gradient(self, pixels: Tensor) -> Tensor:
        with torch.enable_grad():
            pixels = pixels.clone().requires_grad_()
            values = self._subject.run(pixels, self._node.name)[0]
            height = _height(values[0, self._question.map])
            found = torch.autograd.grad(height, pixels, allow_unused=True)[0] if height.requires_grad else None
        return torch.zeros_like(pixels) if found is None else found.nan_to_num()

    def step(self, number: int) -> None:
        """One step of Adam on the unit gradient of the activation less the penalties."""
        question, pixels = self._question, self._pixels
        shift = [int(torch.randint(-self._jitter, self._jitter + 1, (), generator=self._random)) for _ in range(2)]
        moved = torch.roll(pixels, shift, (2, 3))
        gradient = torch.roll(self._gradient(moved), [-one for one in shift], (2, 3))
        gradient = gradient / gradient.square().mean().sqrt().clamp_min(1e-12)
        penalty = question.total_variation * _variation_gradient(pixels) + question.l2 * pixels
        upward = gradient - penalty
        self._first = 0.9 * self._first + 0.1 * upward
        self._second = 0.99 * self._second + 0.01 * upward.square()
        first, second = self._first / (1 - 0.9**number), self._second / (1 - 0.99**number)
        pixels = pixels + _RATE * first / (second.sqrt() + 1e-8)
        if self._kernel is not None and number % _BLUR_EVERY == 0 and number < question.steps:
            pixels = _blurred(pixels, self._kernel)
        self._pixels = torch.maximum(torch.minimum(pixels, self._high), self._low)

    def activation(self, name: str) -> float:
        """What the map as it is (behind its function) makes of the picture: its mean."""
        with torch.no_grad():
            return float(self._subject.run(self._pixels, name)[0][0, self._question.map].mean())

    def picture(self) -> Bytes:
        return self._material.shown(self._pixels[0])


def _height(cells: Tensor) -> Tensor:
    """What is climbed: the mean square of what is above zero, so that cells that answer strongly count more than a
    faint answer everywhere; the mean where nothing is."""
    above = cells.relu()
    return above.square().mean() if float(above.detach().max()) > 0 else cells.mean()


def _variation_gradient(pixels: Tensor) -> Tensor:
    """The gradient of the sum of squared differences of neighbours."""
    found = torch.zeros_like(pixels)
    for axis in (2, 3):
        size = pixels.shape[axis]
        if size < 2:
            continue
        step = pixels.narrow(axis, 1, size - 1) - pixels.narrow(axis, 0, size - 1)
        found.narrow(axis, 1, size - 1).add_(2 * step)
        found.narrow(axis, 0, size - 1).sub_(2 * step)
    return found


def _gaussian(sigma: float) -> Tensor:
    """Weights of a Gaussian of that standard deviation (pixels), (size,)."""
    reach = max(1, round(3 * sigma))
    places = torch.arange(-reach, reach + 1, dtype=torch.float32)
    weights = torch.exp(-0.5 * (places / sigma) ** 2)
    return weights / weights.sum()


def _blurred(pixels: Tensor, kernel: Tensor) -> Tensor:
    channels, reach = pixels.shape[1], len(kernel) // 2
    for axis in (2, 3):
        shape = [1, 1, 1, 1]
        shape[axis] = len(kernel)
        pad = (reach, reach, 0, 0) if axis == 3 else (0, 0, reach, reach)
        if pixels.shape[axis] <= reach:
            continue
        weight = kernel.view(shape).expand(channels, 1, *shape[2:])
        pixels = F.conv2d(F.pad(pixels, pad, mode="reflect"), weight, groups=channels)
    return pixels
