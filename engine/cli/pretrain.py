"""`pretrain`: trains the networks that come trained, on the digits, and writes what the first window shows."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import datasets, networks
from engine.cli.output import Ticker, complain, print_json
from engine.files import write_file, write_tensors
from engine.messages import Tune

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from engine.training import Trainer

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"
_DATASET = "digits"
_SAMPLES = 200
# Longer than the recipes: what everybody sees first should be good. Sigmoids learn slowly.
_EPOCHS = {"lenet": 40, "lenet-relu": 20}


def pretrain(arguments: argparse.Namespace) -> int:
    """Train the bundled networks on digits and write their weights to the resources; status 0."""
    names = arguments.networks or [entry.name for entry in networks.catalogue() if entry.bundled]
    for name in names:
        networks.recipe(name)
    resources = arguments.resources or _RESOURCES
    ticker = Ticker()
    dataset = datasets.load(_DATASET, root=arguments.data_root, progress=ticker.progress)
    others = _others(arguments.data_root)
    write_samples(dataset, resources / "samples" / f"{dataset.name}.safetensors")
    for name in names:
        trainer = train_well(name, dataset, seed=arguments.seed, epochs=arguments.epochs or _EPOCHS.get(name, 20))
        accuracy = {one.name: accuracy_on(trainer, one) for one in (dataset, *others)}
        write_weights(trainer, resources / "weights", accuracy=accuracy)
        if arguments.json:
            print_json({"network": name, "accuracy": accuracy})
        else:
            print(f"{name}: " + ", ".join(f"{share:.2%} of {one}" for one, share in accuracy.items()), flush=True)
    return 0


def train_well(network: str, dataset: Dataset, *, seed: int, epochs: int) -> Trainer:
    """A network trained by its recipe, but longer, and with a learning rate that falls to nothing as half a cosine.

    On one thread of the CPU: there the same seed gives the same weights to the bit, however many cores there are.
    """
    import torch

    from engine.training import Trainer, pick, settings_for

    settings = settings_for(network=network, dataset=dataset.name, seed=seed, epochs=epochs, learning_rate_decay=1.0)
    module = networks.build(network, seed=seed, input_shape=dataset.picture_shape, classes=len(dataset.classes))
    trainer = Trainer(network=network, module=module, dataset=dataset, settings=settings, device=pick("cpu"))
    ticker = Ticker()
    total = epochs * trainer.steps_per_epoch
    torch.set_num_threads(1)
    while not trainer.finished:
        if trainer.updates % 100 == 0:
            share = (1 + math.cos(math.pi * trainer.updates / total)) / 2
            trainer.tune(Tune(learning_rate=settings.learning_rate * share))
            ticker.show(f"{network}: epoch {trainer.epoch:.1f} of {epochs}")
            trainer.drain()
        trainer.step()
    trainer.drain()
    ticker.clear()
    return trainer


def accuracy_on(trainer: Trainer, dataset: Dataset) -> float:
    """The share of a dataset's test samples that the network gets right; normalized as those that it was trained on."""
    from engine.training import Pictures
    from engine.training.evaluation import predict

    samples = Pictures(
        pictures=dataset.test_pictures,
        labels=dataset.test_labels,
        mean=trainer.dataset.mean,
        std=trainer.dataset.std,
        device=trainer.device,
    )
    return predict(module=trainer.module, samples=samples, count=None, step=0, should_stop=None).accuracy


def write_weights(trainer: Trainer, folder: Path, *, accuracy: dict[str, float]) -> None:
    """`<network>.safetensors`, and `<network>.json` with its graph, recipe and the facts of its dataset."""
    from engine.graph import trace_graph, with_softmax

    name, dataset = trainer.settings.network, trainer.dataset
    entry = next(one for one in networks.catalogue() if one.name == name)
    graph = trace_graph(
        trainer.module, dataset.picture_shape, name=name, title=entry.title, subtitle=entry.subtitle, strict=True
    )
    description: dict[str, Any] = {
        "graph": with_softmax(graph).to_json(),
        "recipe": asdict(networks.recipe(name)),
        "dataset": {
            "name": dataset.name,
            "title": dataset.title,
            "classes": list(dataset.classes),
            "picture_shape": list(dataset.picture_shape),
            "train_samples": len(dataset.train_labels),
            "test_samples": len(dataset.test_labels),
            "mean": list(dataset.mean),
            "std": list(dataset.std),
        },
        "trained": {"epochs": trainer.settings.epochs, "seed": trainer.settings.seed, "accuracy": accuracy},
    }
    write_tensors(folder / f"{name}.safetensors", trainer.state().weights, metadata={"format": "pt", "network": name})
    write_file(folder / f"{name}.json", (json.dumps(description, indent=1) + "\n").encode())


def write_samples(dataset: Dataset, path: Path) -> None:
    """The first test samples: uint8 `pictures` (n, channels, height, width) and int64 `labels` (n,)."""
    import torch

    tensors = {
        "pictures": torch.tensor(dataset.test_pictures[:_SAMPLES]),
        "labels": torch.tensor(dataset.test_labels[:_SAMPLES]),
    }
    write_tensors(path, tensors, metadata={"format": "pt", "dataset": dataset.name})


def _others(root: Path | None) -> tuple[Dataset, ...]:
    """MNIST, to see how well the digits stand in for it, if it is there."""
    try:
        return (datasets.load("mnist", root=root, download=False),)
    except datasets.DatasetError:
        complain("MNIST is not there; the weights are measured on the digits alone.")
        return ()
