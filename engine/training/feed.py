"""The training samples on their device, in an order of their own for each epoch, batch by batch.

No DataLoader: pictures stay 8 bit where the network lives. Several batches at a time are gathered and normalized, so
that a step finds its batch ready; which samples share a batch does not depend on that.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.messages import Bytes
from engine.training.errors import TrainingError

# So many values are made ready at once: enough to make the gathering cheap, few enough to stay in the cache.
_VALUES_AHEAD = 250_000
# In time that nobody else needs, so many times as much: about what is trained on until there is such time again.
_TIMES_AHEAD = 3


class Pictures:
    """uint8 pictures with labels on a device, handed out as a network sees them: (picture / 255 - mean) / std.

    Held as (n, height, width, channels): what is gathered from it is in torch's channels-last order at once, in which
    convolutions and pools on a CPU are faster (measured: docs/decisions/how-a-step-got-fast.md).
    """

    def __init__(
        self,
        *,
        pictures: Bytes,
        labels: Sequence[int] | object,
        mean: Sequence[float],
        std: Sequence[float],
        device: torch.device,
    ) -> None:
        self._pictures = torch.tensor(pictures).permute(0, 2, 3, 1).contiguous().to(device)
        self.labels = torch.tensor(labels, dtype=torch.int64).to(device)
        # x / 255 / std - mean / std, with one multiplication a value
        self._scale = torch.tensor([1 / (255 * one) for one in std], dtype=torch.float32, device=device)
        self._shift = torch.tensor(
            [-one / spread for one, spread in zip(mean, std, strict=True)], dtype=torch.float32, device=device
        )
        self.device = device

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def values_per_picture(self) -> int:
        return int(self._pictures[0].numel())

    def take(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """(float32 (n, channels, height, width), int64 (n,)) of these samples."""
        pictures = self._pictures.index_select(0, indices)
        return self._normalized(pictures), self.labels.index_select(0, indices)

    def range(self, start: int, stop: int) -> tuple[Tensor, Tensor]:
        """As `take`, of the samples from `start` up to `stop`."""
        return self._normalized(self._pictures[start:stop]), self.labels[start:stop]

    def _normalized(self, pictures: Tensor) -> Tensor:
        values = pictures.to(torch.float32).mul_(self._scale).add_(self._shift)
        return values.permute(0, 3, 1, 2)


class Feed:
    """Batches of `samples`, each epoch in an order that `seed` and the epoch's number alone decide."""

    def __init__(self, samples: Pictures, *, seed: int) -> None:
        self.samples = samples
        self.seed = seed
        self.epoch = 0
        self.position = 0
        self._order: tuple[int, Tensor] | None = None
        self._ready: list[tuple[Tensor, Tensor]] = []
        self._ready_for = (-1, -1, -1)  # epoch, position and batch size of the first one in reversed `_ready`

    def next(self, batch_size: int) -> tuple[Tensor, Tensor]:
        """The batch that comes next: (pictures, labels). It stays the next one until `advance`. TrainingError if there
        are no samples."""
        if not len(self.samples):
            raise TrainingError("there are no training samples")
        if self._ready_for != (self.epoch, self.position, batch_size) or not self._ready:
            self._ready = self._gathered(self.position, batch_size)
            self._ready_for = (self.epoch, self.position, batch_size)
        return self._ready[-1]

    def prepare(self, batch_size: int) -> None:
        """Make the next batches of this epoch ready before they are asked for."""
        if len(self.samples) and self._ready_for == (self.epoch, self.position, batch_size):
            at_once = self._at_once(batch_size)
            while self._ready and len(self._ready) <= (_TIMES_AHEAD - 1) * at_once:
                start = self.position + sum(len(labels) for _, labels in self._ready)
                if start >= len(self.samples):
                    return
                self._ready[:0] = self._gathered(start, batch_size)

    def advance(self) -> None:
        """Go past the batch that `next` gave."""
        _, labels = self._ready.pop()
        _, _, batch_size = self._ready_for
        self.position += len(labels)
        if self.position >= len(self.samples):
            self.epoch, self.position = self.epoch + 1, 0
        self._ready_for = (self.epoch, self.position, batch_size)

    def seek(self, epoch: int, position: int) -> None:
        """Go to a place in an epoch; batches count from there."""
        self.epoch, self.position = epoch, position

    def _at_once(self, batch_size: int) -> int:
        """How many batches are gathered together."""
        return max(1, _VALUES_AHEAD // (batch_size * self.samples.values_per_picture))

    def _gathered(self, start: int, batch_size: int) -> list[tuple[Tensor, Tensor]]:
        """A few batches of this epoch from that place on, the last one first."""
        if self._order is None or self._order[0] != self.epoch:
            self._order = (self.epoch, order(len(self.samples), self.seed, self.epoch).to(self.samples.device))
        chosen = self._order[1][start : start + self._at_once(batch_size) * batch_size]
        pictures, labels = self.samples.take(chosen)
        return list(zip(torch.split(pictures, batch_size), torch.split(labels, batch_size), strict=True))[::-1]


def order(samples: int, seed: int, epoch: int) -> Tensor:
    """The order of the samples in an epoch: a permutation, int64 (samples,), on the CPU."""
    mixed = (seed * 6_364_136_223_846_793_005 + (epoch + 1) * 1_442_695_040_888_963_407) % 2**63  # Knuth's MMIX
    return torch.randperm(samples, generator=torch.Generator().manual_seed(mixed))
