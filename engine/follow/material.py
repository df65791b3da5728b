"""What a network that is not trained here is asked about: the samples that it is shown with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.follow.samples import Shown, as_pictures
from engine.insight import Material
from engine.messages import Bytes


@dataclass(frozen=True, eq=False)
class ExactMaterial(Material):
    """Samples whose inputs (n, …), of any shape, are known as they are: the pictures only show them to people."""

    values: Tensor = field(kw_only=True)

    def inputs(self, indices: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        chosen = torch.from_numpy(indices)
        return self.values[chosen].to(self.device, torch.float32), torch.tensor(self.labels[indices])

    def shown(self, values: Tensor) -> Bytes:
        return super().shown(as_pictures(values.detach().cpu().unsqueeze(0))[0])

    def bounds(self) -> tuple[Tensor, Tensor]:
        """The smallest and the largest number that the samples hold: (1, 1, 1, 1) each."""
        return self.values.min().float().view(1, 1, 1, 1), self.values.max().float().view(1, 1, 1, 1)


def material_of(shown: Shown) -> Material:
    """Its test samples (the training samples, where there are none), on the processor."""
    split = "test" if shown.samples.count("test") else "train"
    part = shown.samples.split(split)
    mean, std = shown.mean.reshape(-1).tolist(), shown.std.reshape(-1).tolist()
    cpu = torch.device("cpu")
    if shown.exact is None:
        return Material(part.pictures, part.labels, mean, std, cpu, split)
    return ExactMaterial(part.pictures, part.labels, mean, std, cpu, split, values=shown.exact)
