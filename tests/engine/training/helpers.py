"""Trainers for the tests, and what two of them have in common."""

from __future__ import annotations

from typing import Any

import torch

from engine import networks
from engine.training import Trainer, settings_for
from tests.engine.standin import bars

CPU = torch.device("cpu")
BARS = bars()


def trainer(network: str = "lenet-relu", *, module: torch.nn.Module | None = None, **wishes: Any) -> Trainer:
    budget = wishes.pop("timeline_budget", 256 * 2**20)
    dataset = wishes.pop("data", BARS)
    settings = settings_for(
        network=network,
        dataset="bars",
        **{"batch_size": 32, "learning_rate": 0.01, "learning_rate_decay": 1.0, **wishes},
    )
    module = networks.build(network, seed=settings.seed) if module is None else module
    return Trainer(
        network=network, module=module, dataset=dataset, settings=settings, device=CPU, timeline_budget=budget
    )


def steps(one: Trainer, count: int) -> None:
    for _ in range(count):
        one.step()


def weights(one: Trainer) -> dict[str, torch.Tensor]:
    return {key: value.clone() for key, value in one.module.state_dict().items()}


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)
