"""Early stopping by a patience criterion: enough epochs without enough improvement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass
class EarlyStopping:
    """Stops once the held-out loss has not fallen by more than `min_delta` below its best for `patience` epochs.

    `patience` None never stops. After Prechelt: Early stopping - but when? (1998), criterion UP with a least step.
    """

    patience: int | None = None
    min_delta: float = 0.0
    best: float = math.inf
    best_epoch: int = 0
    last_epoch: int = 0
    waited: int = 0
    stopped: bool = False

    def look(self, epoch: int, loss: float) -> bool:
        """Take in the held-out loss after `epoch` epochs; each epoch counts once. Returns whether to stop."""
        if epoch <= self.last_epoch:
            return self.stopped
        self.last_epoch = epoch
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch, self.waited = loss, epoch, 0
        else:
            self.waited += 1
        self.stopped = self.patience is not None and self.waited >= self.patience
        return self.stopped

    def go_on(self) -> None:
        """The user wants more epochs: wait as long again."""
        self.waited, self.stopped = 0, False

    def reason(self) -> str:
        """For the user: why it stopped."""
        return (
            f"Stopped early after epoch {self.last_epoch}: for {self.waited} epochs the held-out loss was not lower by "
            f"more than {self.min_delta:g} than {self.best:.4f} after epoch {self.best_epoch}"
        )

    def to_json(self) -> dict[str, Any]:
        """What a saved run keeps; infinity, which JSON lacks, as null."""
        return {
            "best": self.best if math.isfinite(self.best) else None,
            "best_epoch": self.best_epoch,
            "last_epoch": self.last_epoch,
            "waited": self.waited,
            "stopped": self.stopped,
        }

    def restore(self, data: dict[str, Any]) -> None:
        self.best = math.inf if data["best"] is None else float(data["best"])
        self.best_epoch, self.last_epoch = int(data["best_epoch"]), int(data["last_epoch"])
        self.waited, self.stopped = int(data["waited"]), bool(data["stopped"])
