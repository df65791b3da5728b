"""An experiment's settings: from a network's recipe and the user's wishes, checked, and changed in mid-run."""

from __future__ import annotations

import math
from dataclasses import replace

from engine import networks
from engine.messages import Settings, Tune
from engine.training.errors import TrainingError

# For modules that are in no catalogue.
_RECIPE = networks.Recipe(learning_rate=0.01, momentum=0.9, weight_decay=0.0, batch_size=64, epochs=5)


def settings_for(
    *,
    network: str,
    dataset: str,
    recipe: networks.Recipe | None = None,
    seed: int = 0,
    device: str = "cpu",
    batch_size: int | None = None,
    learning_rate: float | None = None,
    momentum: float | None = None,
    weight_decay: float | None = None,
    epochs: int | None = None,
    learning_rate_decay: float | None = None,
    patience: int | None = None,
    min_delta: float = 0.0,
) -> Settings:
    """Checked settings; None means as in the recipe (by default the catalogue's, for other networks a usual one)."""
    if recipe is None:
        known = {entry.name for entry in networks.catalogue()}
        recipe = networks.recipe(network) if network in known else _RECIPE
    settings = Settings(
        network=network,
        dataset=dataset,
        seed=seed,
        device=device,
        batch_size=recipe.batch_size if batch_size is None else batch_size,
        learning_rate=recipe.learning_rate if learning_rate is None else learning_rate,
        momentum=recipe.momentum if momentum is None else momentum,
        weight_decay=recipe.weight_decay if weight_decay is None else weight_decay,
        epochs=recipe.epochs if epochs is None else epochs,
        patience=patience,
        min_delta=min_delta,
        learning_rate_decay=recipe.learning_rate_decay if learning_rate_decay is None else learning_rate_decay,
    )
    check(settings)
    return settings


def tuned(settings: Settings, tune: Tune) -> Settings:
    """The settings with what `tune` changes, checked. Patience 0 turns early stopping off."""
    changes = {name: value for name, value in vars(tune).items() if value is not None}
    if changes.get("patience") == 0:
        changes["patience"] = None
    changed = replace(settings, **changes)
    check(changed)
    return changed


def check(settings: Settings) -> None:
    """Raises TrainingError for the first setting that makes no sense."""
    rate, momentum, decay, delta = (
        float(one) for one in (settings.learning_rate, settings.momentum, settings.weight_decay, settings.min_delta)
    )
    _require(math.isfinite(rate) and rate >= 0, "the learning rate must be 0 or more", settings.learning_rate)
    _require(0 <= momentum < 1, "momentum must be at least 0 and below 1", settings.momentum)
    _require(math.isfinite(decay) and decay >= 0, "weight decay must be 0 or more", settings.weight_decay)
    _require(settings.batch_size >= 1, "a batch must have 1 sample or more", settings.batch_size)
    _require(settings.epochs >= 0, "the number of epochs must be 0 or more", settings.epochs)
    _require(settings.patience is None or settings.patience >= 1, "patience must be 1 or more", settings.patience)
    _require(math.isfinite(delta) and delta >= 0, "the least improvement must be 0 or more", settings.min_delta)
    factor = float(settings.learning_rate_decay)
    _require(0 < factor <= 1, "the learning rate's decay must be above 0 and at most 1", settings.learning_rate_decay)
    _require(0 <= settings.seed < 2**63, "the seed must be 0 or more and below 2^63", settings.seed)


def _require(holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise TrainingError(f"{rule}, not {value}")
