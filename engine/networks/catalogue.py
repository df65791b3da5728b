"""What networks there are, their recipes, and how to build one: facts that need no torch until one is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

from engine.messages import Entry
from engine.networks.errors import NetworkError
from engine.networks.families import FAMILIES, Family, Recipe

if TYPE_CHECKING:
    from engine.networks.network import Network


_BY_NAME: Mapping[str, Family] = {family.entry.name: family for family in FAMILIES}


def catalogue() -> tuple[Entry, ...]:
    """All networks, in the order in which they are offered."""
    return tuple(family.entry for family in FAMILIES)


def is_known(name: str) -> bool:
    """Whether there is a network of that name."""
    return name in _BY_NAME


def recipe(name: str) -> Recipe:
    """How that network is trained unless the user says otherwise. NetworkError if there is none of that name."""
    return _family(name).recipe


def input_shape(name: str) -> tuple[int, int, int]:
    """(channels, height, width) of the picture that the network was designed for."""
    return _family(name).shape


def class_count(name: str) -> int:
    """How many classes that network tells apart unless somebody says otherwise."""
    return _family(name).classes


def fit_problem(name: str, shape: tuple[int, ...]) -> str | None:
    """Why the network cannot take pictures of `shape` (channels, height, width); None if it can."""
    least = _family(name).least
    text = "x".join(map(str, shape))
    if len(shape) != 3:
        return f"{name} takes pictures: channels x height x width, not {text}"
    if min(shape) < 1 or shape[1] < least[0] or shape[2] < least[1]:
        return f"{name} needs pictures of at least {least[0]}x{least[1]} pixels, not {shape[1]}x{shape[2]} ({text})"
    return None


def build(
    name: str, *, seed: int = 0, input_shape: tuple[int, int, int] | None = None, classes: int | None = None
) -> Network:
    """That network with its initial weights, on the CPU, for pictures of `input_shape` (default: its own) and so many
    classes (default: ten, a thousand for those in their paper's size for ImageNet).

    Same name, seed, shape and classes: same weights to the bit. Neither depends on nor changes torch's global random
    state. Raises NetworkError for an unknown name, a shape that the network cannot take or no classes at all.
    """
    import torch

    # What layers draw for themselves when they are made would be drawn for nothing: seconds for a large network.
    # As `to_empty` does, which first loads 500 modules of symbolic shapes.
    network = skeleton(name, input_shape=input_shape, classes=classes)
    network._apply(lambda one: torch.empty_strided(one.size(), one.stride(), dtype=one.dtype))  # type: ignore[no-untyped-call]
    network.initialize(torch.Generator().manual_seed(seed))
    return network


def skeleton(name: str, *, input_shape: tuple[int, int, int] | None = None, classes: int | None = None) -> Network:
    """As `build`, but without memory for any weights (on torch's device "meta"): enough to draw the graph of."""
    import torch

    family = _family(name)
    shape = input_shape or family.shape
    if problem := fit_problem(name, shape):
        raise NetworkError(problem)
    count = family.classes if classes is None else classes
    if count < 1:
        raise NetworkError(f"{name} needs at least one class, not {count}")
    module_name, _, class_name = family.maker.partition(":")
    make = cast("Callable[..., Network]", getattr(import_module(module_name), class_name))
    with torch.device("meta"):
        return make(input_shape=shape, classes=count, **dict(family.options))


def _family(name: str) -> Family:
    if name not in _BY_NAME:
        raise NetworkError(f'there is no network "{name}"; there are: {", ".join(_BY_NAME)}')
    return _BY_NAME[name]
