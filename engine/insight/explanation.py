"""Which pixels speak for a class: saliency, integrated gradients, Grad-CAM and occlusion, by captum.

Simonyan et al. 2014 (saliency), Sundararajan et al. 2017 (integrated gradients), Selvaraju et al. 2017 (Grad-CAM),
Zeiler and Fergus 2014 (occlusion). The baseline of the two that need one is the mean picture: zeros, as it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from time import perf_counter

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.insight import captum_library
from engine.insight.fields import target_of
from engine.insight.subject import InsightError, Subject, sheet
from engine.messages import Floats, Graph, Node
from engine.messages.insight import AskExplanation, Explanation, Method

# The path of integrated gradients: so many pieces, each by Gauss and Legendre with so many points.
PIECES, POINTS = 16, 4
# Occlusion moves a window over the picture in about so many places along its longer side.
_PLACES = 14
# How often what is known so far is told.
_TELL_SECONDS = 0.7


def explanation(
    subject: Subject, question: AskExplanation, picture: Tensor, *, clock: Callable[[], float] = perf_counter
) -> Iterator[Explanation | None]:
    """Why the network sees class `target` in `picture` (1, channels, height, width); None where a slice is done.

    Of an output that is no vector each cell counts as a class, in reading order.
    What takes many slices is told as it grows. Raises InsightError.
    """
    if picture.dim() != 4:
        raise InsightError("Only what a network says of a picture can be explained over it.")
    by_gradient = question.method is not Method.OCCLUSION
    with torch.set_grad_enabled(by_gradient):
        logits = subject.forward(picture.clone().requires_grad_() if by_gradient else picture)
    if by_gradient and not logits.requires_grad:
        raise InsightError("No gradient leads from the output to the picture: forward() cuts them off from each other.")
    target = target_of(logits, question.target)
    try:
        if question.method is Method.SALIENCY:
            yield _saliency(subject, question, picture, target)
        elif question.method is Method.INTEGRATED_GRADIENTS:
            yield from _told(_integrated(subject, question, picture, target), clock)
        elif question.method is Method.GRAD_CAM:
            yield _grad_cam(subject, question, picture, target)
        else:
            yield from _told(_occlusion(subject, question, picture, target), clock)
    except RuntimeError as error:
        if "not have been used in the graph" in str(error):  # captum asks torch, which says so
            raise InsightError(
                "What is explained does not depend on the picture, or not by way of that layer."
            ) from None
        raise


def _told(slices: Iterator[Explanation], clock: Callable[[], float]) -> Iterator[Explanation | None]:
    """The whole answer, and of the parts before it one every now and then."""
    last = clock()
    for answer in slices:
        if answer.progress < 1 and clock() - last < _TELL_SECONDS:
            yield None
        else:
            last = clock()
            yield answer


def _array(values: Tensor) -> Floats:
    found = sheet(values.detach()).float().cpu().numpy()
    return np.ascontiguousarray(found, np.float32)


def _saliency(subject: Subject, question: AskExplanation, picture: Tensor, target: int) -> Explanation:
    """|d logit / d pixel|, the largest of a pixel's channels."""
    found = captum_library.load().Saliency(subject.forward).attribute(picture.clone().requires_grad_(), target=target)
    values = _array(found[0].amax(0))
    return Explanation(question=question, target=target, values=values, total=float(values.sum()))


def _integrated(subject: Subject, question: AskExplanation, picture: Tensor, target: int) -> Iterator[Explanation]:
    """The integral is the sum of those over the pieces of its path: each is one slice of the work."""
    method = captum_library.load().IntegratedGradients(subject.forward)
    baseline = torch.zeros_like(picture)
    size = max(1, subject.batch_size(backward=True))
    total = torch.zeros_like(picture)
    with torch.no_grad():
        ends = subject.forward(torch.cat([baseline, picture]))[:, target]
    for piece in range(PIECES):
        start, end = (baseline + (picture - baseline) * (place / PIECES) for place in (piece, piece + 1))
        total += method.attribute(
            end, baselines=start, target=target, n_steps=POINTS, method="gausslegendre", internal_batch_size=size
        )
        yield Explanation(
            question=question,
            target=target,
            values=_array(total[0].sum(0)),
            total=float(total.double().sum()),
            expected=float(ends[1] - ends[0]),
            progress=(piece + 1) / PIECES,
        )


def grad_cam_node(graph: Graph, name: str) -> Node | None:
    """The node itself if it has maps of two axes, else the nearest before it that has; None if there is none.

    An empty name stands for the last node.
    """
    node = graph[name or graph.nodes[-1].name]
    seen = {node.name}
    queue = [node]
    while queue:
        current = queue.pop(0)
        if len(current.output_shape) == 3 and current.inputs and max(current.output_shape[1:]) > 1:
            return current
        for source in current.inputs:
            if source not in seen:
                seen.add(source)
                queue.append(graph[source])
    return None


def _grad_cam(subject: Subject, question: AskExplanation, picture: Tensor, target: int) -> Explanation:
    """ReLU of the maps, weighted by their mean gradients; enlarged to the picture as captum does it."""
    node = grad_cam_node(subject.graph, question.node)
    if node is None:
        raise InsightError("Grad-CAM needs a layer with maps: this network has none before that layer.")
    subject.node(node.name)
    forward, layer = subject.hooked(node.name)
    captum = captum_library.load()
    with torch.enable_grad():
        found = captum.LayerGradCam(forward, layer).attribute(
            picture.clone().requires_grad_(), target=target, relu_attributions=True
        )
    height, width = picture.shape[-2:]
    found = found.detach().float()
    large = F.interpolate(found, (height, width), mode="bilinear", align_corners=False)
    return Explanation(
        question=question, target=target, values=_array(large[0, 0]), total=float(found.sum()), at=node.name
    )


def window_of(height: int, width: int) -> tuple[int, int]:
    """(window, stride) in pixels with which occlusion goes over a picture of that size."""
    stride = max(1, ceil(max(height, width) / _PLACES))
    return min(2 * stride + 1, height, width), stride


def _occlusion(subject: Subject, question: AskExplanation, picture: Tensor, target: int) -> Iterator[Explanation]:
    """By how much the logit falls where a window is grey. One row of windows is one slice of the work.

    captum occludes a strip of the picture at a time; where windows overlap their falls are averaged, as it does.
    """
    channels, height, width = picture.shape[1:]
    window, stride = window_of(height, width)
    size = subject.batch_size()
    method = captum_library.load().Occlusion
    total = torch.zeros_like(picture)
    covered_rows = torch.zeros(height, device=picture.device)
    across = _covered(width, window, stride).to(picture.device)
    starts = _starts(height, window, stride)
    for number, row in enumerate(starts, 1):
        end = min(row + window, height)

        def see(strips: Tensor, row: int = row, end: int = end) -> Tensor:
            whole = picture.expand(len(strips), -1, -1, -1).clone()
            whole[:, :, row:end] = strips
            return subject.forward(whole)

        with torch.no_grad():
            found = method(see).attribute(
                picture[:, :, row:end],
                sliding_window_shapes=(channels, end - row, window),
                strides=(channels, end - row, stride),
                target=target,
                baselines=0.0,
                perturbations_per_eval=size,
            )
        total[:, :, row:end] += found * across  # a sum again
        covered_rows[row:end] += 1
        counts = covered_rows[:, None] * across[None, :]
        values = _array((total / counts.clamp_min(1))[0].mean(0))
        yield Explanation(
            question=question,
            target=target,
            values=values,
            total=float(values.sum()),
            window=(window, stride),
            progress=number / len(starts),
        )


def _starts(size: int, window: int, stride: int) -> list[int]:
    """Where captum's windows start along an axis; the last ones may reach over its end."""
    return [place * stride for place in range(1 + ceil(max(size - window, 0) / stride))]


def _covered(size: int, window: int, stride: int) -> Tensor:
    """How many windows cover each place of an axis."""
    counts = torch.zeros(size)
    for start in _starts(size, window, stride):
        counts[start : start + window] += 1
    return counts
