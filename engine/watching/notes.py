"""What a loop notes of its steps, left on the device until the curves are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from engine.messages import TrainPoint


class Note(NamedTuple):
    """One update. `logits` with `labels` give its accuracy; without labels, `logits` is the accuracy itself."""

    step: int
    epoch: float
    seconds: float
    loss: Tensor | float
    logits: Tensor | None
    labels: Tensor | None


def points_of(notes: Sequence[Note]) -> list[TrainPoint]:
    """Points of the curves, with one copy from the device where all losses are tensors of one number."""
    if not notes:
        return []
    losses = [note.loss for note in notes]
    tensors = [one.reshape(()).float() for one in losses if isinstance(one, Tensor) and one.numel() == 1]
    if len(tensors) == len(losses):
        values = torch.stack(tensors).tolist()
    else:
        values = [float(one.float().mean()) if isinstance(one, Tensor) else float(one) for one in losses]
    return [
        TrainPoint(step=note.step, epoch=note.epoch, loss=loss, accuracy=share, seconds=note.seconds)
        for note, loss, share in zip(notes, values, _accuracies(notes), strict=True)
    ]


def _accuracies(notes: Sequence[Note]) -> list[float]:
    """Each batch's share of right predictions; NaN where nothing says."""
    found: list[Tensor] = []
    for note in notes:
        logits, labels = note.logits, note.labels
        if logits is not None and labels is None:
            found.append(logits)
        elif logits is None or labels is None or logits.dim() != 2 or len(labels) != len(logits):
            found.append(torch.tensor(float("nan")))
        else:
            classes = labels.argmax(1) if labels.dim() == 2 else labels
            found.append(logits.argmax(1).eq(classes.to(logits.device)).float().mean())
    if len({one.device for one in found}) > 1:
        found = [one.cpu() for one in found]
    return [float(one) for one in torch.stack(found).tolist()]
