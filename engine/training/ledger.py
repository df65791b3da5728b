"""The losses and accuracies of updates, left on the device until somebody asks: a step waits for nothing."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.messages import TrainPoint

# So many logits may wait on the device before they are counted.
_MOST_VALUES = 2_000_000


class Ledger:
    """Notes each update's loss and logits; `collect` makes points of them with one copy from the device."""

    def __init__(self) -> None:
        self._losses: list[Tensor] = []
        self._logits: list[Tensor] = []
        self._labels: list[Tensor] = []
        self._moments: list[tuple[int, float, float]] = []
        self._values = 0

    @property
    def full(self) -> bool:
        """Whether it is time to collect for the sake of memory."""
        return self._values > _MOST_VALUES

    def note(self, *, loss: Tensor, logits: Tensor, labels: Tensor, step: int, epoch: float, seconds: float) -> None:
        """Of update `step`. The tensors are kept as they are: nobody may write to them."""
        self._losses.append(loss)
        self._logits.append(logits)
        self._labels.append(labels)
        self._moments.append((step, epoch, seconds))
        self._values += logits.numel()

    def collect(self) -> tuple[list[TrainPoint], TrainPoint | None]:
        """(points in order, the first one that is not finite): from that one on, nothing is returned."""
        if not self._losses:
            return [], None
        sizes = [len(one) for one in self._labels]
        right = torch.cat(self._logits).argmax(1).eq(torch.cat(self._labels))
        if min(sizes) == max(sizes):
            shares = right.view(len(sizes), -1).float().mean(1)
        else:
            shares = torch.stack([part.float().mean() for part in torch.split(right, sizes)])
        losses, accuracies = torch.stack([torch.stack(self._losses).float(), shares]).tolist()
        points = [
            TrainPoint(step=step, epoch=epoch, loss=loss, accuracy=accuracy, seconds=seconds)
            for (step, epoch, seconds), loss, accuracy in zip(self._moments, losses, accuracies, strict=True)
        ]
        self.clear()
        for index, point in enumerate(points):
            if not math.isfinite(point.loss):
                return points[:index], point
        return points, None

    def clear(self) -> None:
        self._losses.clear()
        self._logits.clear()
        self._labels.clear()
        self._moments.clear()
        self._values = 0
