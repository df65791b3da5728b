"""Runs made up for the comparison's tests: real graphs, curves and predictions that can be reckoned with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.messages import DatasetFacts, Graph, Maps, Settings
from engine.messages.compare import LayerSeen, RunEvaluated, RunFacts, RunOpened, RunSeen, RunsSeen
from gui.views.compare.model import ShownRun
from gui.views.compare.stages import stages

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
DIGITS = DatasetFacts("digits", "Digits", tuple("0123456789"), (1, 28, 28), 60000, 40)
SETTINGS = Settings(
    network="lenet-relu", dataset="digits", seed=0, device="cpu", batch_size=64, learning_rate=0.02, momentum=0.9,
    weight_decay=0.001, epochs=2,
)  # fmt: skip


def graph(network: str) -> Graph:
    data = json.loads((RESOURCES / "weights" / f"{network}.json").read_text(encoding="utf-8"))
    return Graph.from_json(data["graph"])


def curves(steps: int = 100, *, fall: float = 0.03) -> tuple[np.ndarray, np.ndarray]:
    """(train, held): the loss falls as e^(-fall step), the accuracy rises as its mirror, 0.05 s a step."""
    step = np.arange(1, steps + 1, dtype=np.float64)
    loss = 2.3 * np.exp(-fall * step)
    accuracy = 1 - 0.9 * np.exp(-fall * step)
    train = np.column_stack([step, step / 50, loss, accuracy, step * 0.05])
    rows = train[9::10]
    held = np.column_stack([rows, np.full(len(rows), 40.0), np.zeros(len(rows))])
    held[-1, 6] = 1
    return train, held


def run(
    name: str = "one", place: int = 0, *, network: str = "lenet-relu", seed: int = 0, fall: float = 0.03,
    steps: int = 100, **changes: object,
) -> ShownRun:  # fmt: skip
    drawn = graph(network)
    settings = replace(SETTINGS, network=network, seed=seed, **changes)  # type: ignore[arg-type]
    facts = RunFacts(
        name=name, identity=name, network=network, network_title=drawn.title, subtitle=drawn.subtitle,
        settings=settings, dataset_title="Digits", step=steps, epoch=steps / 50,
    )  # fmt: skip
    train, held = curves(steps, fall=fall)
    opened = RunOpened(
        facts, train, held, graph=drawn, dataset=DIGITS, recorded=(0, 10, 50, steps), steps_per_epoch=50,
        first_rate=settings.learning_rate,
    )  # fmt: skip
    return ShownRun.of(opened, place)


def evaluated(name: str, wrong: tuple[int, ...]) -> RunEvaluated:
    """40 samples, four a class in turn; `wrong` are taken for the next class."""
    labels = np.arange(40) % 10
    predicted = labels.copy()
    predicted[list(wrong)] = (labels[list(wrong)] + 1) % 10
    return RunEvaluated(name, 100, labels, predicted, np.full(40, 0.9, np.float32), 0.1)


def pair(wrong: tuple[tuple[int, ...], tuple[int, ...]] = ((3, 7), (7, 12, 13))) -> list[ShownRun]:
    """Two runs that differ on samples 3, 12 and 13."""
    first, second = run("one"), run("two", 1, network="lenet", fall=0.015, learning_rate=0.1, momentum=0.0)
    first.evaluated, second.evaluated = evaluated("one", wrong[0]), evaluated("two", wrong[1])
    return [first, second]


def layer(shape: tuple[int, int, int], *, limit: float = 2.0, signed: bool = False) -> LayerSeen:
    count = int(np.prod(shape))
    pixels = (np.arange(count) % 256).astype(np.uint8).reshape(shape)
    limits = np.full(shape[0], limit, np.float32)
    return LayerSeen(Maps(pixels, limits, signed), -limit if signed else 0.0, limit, 0.25, None, shape[0])


def seen(
    runs: list[ShownRun], index: int = 3, *, kernels: bool = False, limits: tuple[float, ...] = (2.0, 8.0)
) -> RunsSeen:
    """What both make of a sample; every stage is there."""
    found = {}
    for one, limit in zip(runs, limits, strict=False):
        assert one.opened.graph is not None
        layers = {}
        for stage in stages(one.opened.graph):
            shape = stage.shape if len(stage.shape) == 3 else (stage.shape[0], 1, 1)
            layers[stage.source if kernels else stage.node] = layer(
                (6, 5, 5) if kernels else shape, limit=limit, signed=kernels
            )
        odds = np.full(10, 0.01, np.float32)
        odds[index % 10] = 0.91
        found[one.name] = RunSeen(100, layers, odds)
    return RunsSeen(index, np.full((1, 28, 28), 90, np.uint8), index % 10, found, kernels=kernels)
