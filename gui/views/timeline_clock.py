"""From steps to epochs, also where the batch size was changed in the middle of a run."""

from __future__ import annotations

import numpy as np


class Clock:
    """Knows how many steps each epoch had. `reset` begins a run, `change` says that there are more or less now."""

    def __init__(self) -> None:
        self.reset(1)

    def reset(self, steps_per_epoch: int) -> None:
        """A run from its start."""
        self._steps, self._epochs = [0.0], [0.0]
        self.steps_per_epoch = max(steps_per_epoch, 1)

    def change(self, step: int, epoch: float, steps_per_epoch: int) -> None:
        """From this moment on, an epoch has so many steps."""
        if steps_per_epoch != self.steps_per_epoch and step > self._steps[-1]:
            self._steps.append(float(step))
            self._epochs.append(epoch)
        self.steps_per_epoch = max(steps_per_epoch, 1)

    def epoch(self, step: float) -> float:
        """The epoch (1.5: in the middle of the second) at which a step was made."""
        if step >= self._steps[-1]:
            return self._epochs[-1] + (step - self._steps[-1]) / self.steps_per_epoch
        return float(np.interp(step, self._steps, self._epochs))
