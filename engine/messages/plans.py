"""What a run to train is, and how those are named that are in no folder: what can be offered before any is compared."""

from __future__ import annotations

from dataclasses import dataclass

CURRENT = "now"
TRAINED = "trained:"


@dataclass(frozen=True)
class Plan:
    """A run to train: as `base` was trained, but for what is not None. `recipe`: with the network's own settings."""

    base: str
    network: str | None = None
    seed: int | None = None
    epochs: int | None = None
    recipe: bool = False
    title: str = ""
