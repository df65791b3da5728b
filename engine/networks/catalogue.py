"""What networks there are, their recipes, and how to build one: static facts that need no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from engine.messages import Entry

if TYPE_CHECKING:
    from engine.networks.network import Network


class NetworkError(ValueError):
    """A network that does not exist or cannot take pictures of a given shape. The message is meant for the user."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained unless the user says otherwise.

    After each epoch the learning rate is multiplied by `learning_rate_decay`.
    """

    learning_rate: float
    momentum: float
    weight_decay: float
    batch_size: int
    epochs: int
    learning_rate_decay: float = 1.0


@dataclass(frozen=True)
class _Family:
    """A catalogue line with what is needed to build it: `maker` is "module:class", imported when asked for.

    `shape` is (channels, height, width) of the picture that it was designed for, `least` the smallest (height, width).
    """

    entry: Entry
    maker: str
    recipe: Recipe
    shape: tuple[int, int, int]
    least: tuple[int, int]


_ALL = ("digits", "mnist", "fashion-mnist", "cifar-10", "folder")

_FAMILIES: tuple[_Family, ...] = (
    _Family(
        entry=Entry(
            name="lenet",
            title="LeNet",
            summary="LeCun et al. 1998, as in the lecture: sigmoid, average pooling, Xavier initialisation",
            subtitle="sigmoid, average pooling",
            bundled=True,
            fits=_ALL,
        ),
        maker="engine.networks.lenet:LeNet",
        recipe=Recipe(learning_rate=0.1, momentum=0.0, weight_decay=0.0, batch_size=64, epochs=10),
        shape=(1, 28, 28),
        least=(12, 12),
    ),
    _Family(
        entry=Entry(
            name="lenet-relu",
            title="LeNet with ReLU",
            summary="LeNet as one would build it today: ReLU, max pooling, momentum",
            subtitle="ReLU, max pooling",
            bundled=True,
            fits=_ALL,
        ),
        maker="engine.networks.lenet:LeNetReLU",
        recipe=Recipe(
            learning_rate=0.02, momentum=0.9, weight_decay=0.001, batch_size=64, epochs=10, learning_rate_decay=0.7
        ),
        shape=(1, 28, 28),
        least=(12, 12),
    ),
    _Family(
        entry=Entry(
            name="mlp",
            title="Multilayer perceptron",
            summary="Every unit sees every pixel: 128 hidden units, ReLU",
            subtitle="128 hidden units, ReLU",
            bundled=False,
            fits=_ALL,
        ),
        maker="engine.networks.mlp:MLP",
        recipe=Recipe(learning_rate=0.01, momentum=0.9, weight_decay=0.0, batch_size=64, epochs=10),
        shape=(1, 28, 28),
        least=(1, 1),
    ),
)
_BY_NAME: Mapping[str, _Family] = {family.entry.name: family for family in _FAMILIES}


def catalogue() -> tuple[Entry, ...]:
    """All networks, in the order in which they are offered."""
    return tuple(family.entry for family in _FAMILIES)


def recipe(name: str) -> Recipe:
    """How that network is trained unless the user says otherwise. NetworkError if there is none of that name."""
    return _family(name).recipe


def input_shape(name: str) -> tuple[int, int, int]:
    """(channels, height, width) of the picture that the network was designed for."""
    return _family(name).shape


def fit_problem(name: str, shape: tuple[int, ...]) -> str | None:
    """Why the network cannot take pictures of `shape` (channels, height, width); None if it can."""
    least = _family(name).least
    text = "x".join(map(str, shape))
    if len(shape) != 3:
        return f"{name} takes pictures: channels x height x width, not {text}"
    if min(shape) < 1 or shape[1] < least[0] or shape[2] < least[1]:
        return f"{name} needs pictures of at least {least[0]}x{least[1]} pixels, not {shape[1]}x{shape[2]} ({text})"
    return None


def build(name: str, *, seed: int = 0, input_shape: tuple[int, int, int] | None = None, classes: int = 10) -> Network:
    """That network with its initial weights, on the CPU, for pictures of `input_shape` (default: its own).

    Same name, seed, shape and classes: same weights to the bit. Neither depends on nor changes torch's global random
    state. Raises NetworkError for an unknown name, a shape that the network cannot take or no classes at all.
    """
    import torch

    family = _family(name)
    shape = input_shape or family.shape
    if problem := fit_problem(name, shape):
        raise NetworkError(problem)
    if classes < 1:
        raise NetworkError(f"{name} needs at least one class, not {classes}")
    module_name, _, class_name = family.maker.partition(":")
    make = cast("Callable[..., Network]", getattr(import_module(module_name), class_name))
    with torch.random.fork_rng(devices=[]):  # layers draw first weights of their own when they are made
        network = make(input_shape=shape, classes=classes)
    network.initialize(torch.Generator().manual_seed(seed))
    return network


def _family(name: str) -> _Family:
    if name not in _BY_NAME:
        raise NetworkError(f'there is no network "{name}"; there are: {", ".join(_BY_NAME)}')
    return _BY_NAME[name]
