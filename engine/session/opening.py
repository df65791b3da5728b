"""From an Open command to an Experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from engine import datasets, networks
from engine.graph import trace_graph, with_softmax
from engine.messages import Graph, Open, Opened, Progress
from engine.networks import published
from engine.session.bundled import Bundle
from engine.session.experiment import Experiment
from engine.session.places import Places
from engine.training import Trainer, pick, settings_for

# Datasets whose pictures are brought to the size that the network was designed for.
_FITTED = ("folder", "photographs")

# Pictures of so many pixels a side go through any network in no time.
_SMALL = 64


def words_for(command: Open) -> str:
    """What is being opened, by the names that the user knows."""
    titles = {entry.name: entry.title for entry in (*networks.catalogue(), *datasets.catalogue())}
    return " and ".join(titles.get(name, name) for name in (command.network, command.dataset))


def open_experiment(
    command: Open,
    *,
    places: Places,
    before: Experiment | None,
    drawn: Opened | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Experiment:
    """The experiment that `command` describes; `before` may lend its dataset if it is the same, `drawn` its graph.

    Raises the engine's own errors (a ValueError of NetworkError, DatasetError, Cancelled, TrainingError).
    """
    shape = networks.input_shape(command.network)
    device = pick(command.device)
    folder = folder_of(command, before)
    settings = settings_for(
        network=command.network,
        dataset=command.dataset,
        seed=command.seed,
        device=str(device),
        batch_size=command.batch_size,
        learning_rate=command.learning_rate,
        momentum=command.momentum,
        weight_decay=command.weight_decay,
        epochs=command.epochs,
        patience=command.patience,
        min_delta=command.min_delta,
    )
    dataset = load_dataset(
        command.dataset,
        folder=folder,
        shape=shape,
        seed=command.seed,
        places=places,
        before=before,
        progress=progress,
        cancelled=cancelled,
        download=command.download,
    )
    check_fit(command.network, dataset)
    if dataset.name == "photographs":
        dataset = _for_network(dataset, command, places)
    module = networks.build(
        command.network, seed=command.seed, input_shape=dataset.picture_shape, classes=len(dataset.classes)
    )
    pretrained = command.pretrained and (
        _load_bundled(module, command.network, dataset, places)
        or _load_published(module, command.network, dataset, places)
    )
    # What rewinding goes back to are the random weights of the seed, also where trained ones are shown first.
    random = networks.build(
        command.network, seed=command.seed, input_shape=dataset.picture_shape, classes=len(dataset.classes)
    ) if pretrained else module  # fmt: skip
    trainer = Trainer(
        network=command.network,
        module=module,
        dataset=dataset,
        settings=settings,
        device=device,
        initial=random.state_dict(),
    )
    return Experiment(
        trainer=trainer,
        graph=graph_of(trainer, command.network, drawn=drawn),
        folder=folder,
        pretrained=pretrained,
    )


def folder_of(command: Open, before: Experiment | None) -> str | None:
    """Where the data lie, if somebody chose that: as the command says, else those that are open."""
    if command.folder is None and before is not None and before.dataset.name == command.dataset:
        return before.folder
    return command.folder


def load_dataset(
    name: str,
    *,
    folder: str | None,
    shape: tuple[int, int, int],
    seed: int,
    places: Places,
    before: Experiment | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    download: bool,
) -> datasets.Dataset:
    """A dataset by name; that of the experiment `before` if it is the very same one. Raises DatasetError."""
    if before is not None and before.dataset.name == name and before.folder == folder and name not in _FITTED:
        return before.dataset
    return datasets.load(
        name,
        root=places.data_root,
        folder=None if folder is None else Path(folder),
        progress=progress,
        cancelled=cancelled,
        download=download,
        shape=shape,
        seed=seed,
    )


def check_fit(network: str, dataset: datasets.Dataset) -> None:
    """Raises NetworkError, which names both, where the network cannot take the dataset's pictures."""
    if problem := networks.fit_problem(network, dataset.picture_shape):
        raise networks.NetworkError(f"{dataset.title} does not fit the network: {problem}")


def graph_of(trainer: Trainer, network: str, *, drawn: Opened | None = None) -> Graph:
    """The graph that viewers draw: up to the class probabilities.

    It is the very object that `drawn` has, if that is of the same dataset and the graphs are equal: then a viewer can
    go on with what it has drawn.
    """
    titles = {entry.name: (entry.title, entry.subtitle) for entry in networks.catalogue()}
    title, subtitle = titles[network]
    shape = trainer.dataset.picture_shape
    form: nn.Module = trainer.module
    if max(shape) > _SMALL:  # without weights nothing is computed, but that needs more of torch: loaded in 0.9 s
        form = networks.skeleton(network, input_shape=shape, classes=len(trainer.dataset.classes))
    traced = trace_graph(form, shape, name=network, title=title, subtitle=subtitle, strict=True)
    graph = with_softmax(traced)
    if (
        drawn is not None
        and drawn.settings.dataset == trainer.dataset.name
        and drawn.graph.to_json() == graph.to_json()
    ):
        return drawn.graph
    return graph


def _for_network(dataset: datasets.Dataset, command: Open, places: Places) -> datasets.Dataset:
    """Photographs as this network sees them; with a word on where trained weights are, if they are not here."""
    notices: tuple[str, ...] = ()
    weights = published.PUBLISHED.get(command.network)
    if command.pretrained and weights is not None and published.found(command.network, places.data_root) is None:
        notices = (
            f"The weights are random: they know nothing of pictures yet. File → Download published weights fetches "
            f"those trained on ImageNet ({weights.size}).",
        )
    if dataset.picture_shape[0] != 3:
        return replace(dataset, notices=notices)
    mean, std = published.preprocessing(command.network)
    return replace(dataset, mean=mean, std=std, notices=notices)


def _load_published(module: nn.Module, network: str, dataset: datasets.Dataset, places: Places) -> bool:
    """Give the network its published weights, if it is open for photographs and they are on this machine."""
    path = published.found(network, places.data_root)
    if path is None or dataset.name != "photographs" or dataset.picture_shape[0] != 3:
        return False
    published.give(module, path, network=network)
    return True


def _load_bundled(module: nn.Module, network: str, dataset: datasets.Dataset, places: Places) -> bool:
    """Give the network its bundled weights, if there are some for these classes and this shape of pictures."""
    bundle = Bundle.find(places.resources, network)
    if bundle is None or bundle.facts.classes != dataset.classes or bundle.facts.picture_shape != dataset.picture_shape:
        return False
    module.load_state_dict({key: torch.from_numpy(values.copy()) for key, values in bundle.weights.items()})
    return True
