"""Random numbers for layers that draw some in training (dropout), kept apart from torch's global ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.modules.dropout import _DropoutNd


def draws_random_numbers(module: nn.Module) -> bool:
    """Whether a forward pass in training may draw random numbers; of modules not torch's own one cannot tell."""
    return any(_may_draw(part) for part in module.modules())


def _may_draw(part: nn.Module) -> bool:
    if isinstance(part, _DropoutNd):
        return part.p > 0
    if isinstance(part, nn.RReLU | nn.FractionalMaxPool2d | nn.FractionalMaxPool3d):
        return True
    if isinstance(part, nn.RNNBase | nn.MultiheadAttention):
        return part.dropout > 0
    return not type(part).__module__.startswith(("torch.nn.", "engine.networks."))


class Randomness:
    """The state of torch's global generators of the CPU and of `device`, as far as one training is concerned.

    What a training draws then depends on its seed alone, and nobody else's numbers depend on the training.
    """

    def __init__(self, device: torch.device, seed: int) -> None:
        self._device = device
        self._states: list[Tensor] = []
        self.reset(seed)

    def reset(self, seed: int) -> None:
        outside = self._get()
        for generator in self._generators():
            generator.manual_seed(seed)
        self._states = self._get()
        self._set(outside)

    @contextmanager
    def own(self) -> Iterator[None]:
        """Inside, the global generators are this training's own."""
        outside = self._get()
        self._set(self._states)
        try:
            yield
        finally:
            self._states = self._get()
            self._set(outside)

    @property
    def states(self) -> tuple[Tensor, ...]:
        """uint8 tensors: the CPU's, then the device's if it is another one."""
        return tuple(self._states)

    def restore(self, states: tuple[Tensor, ...]) -> None:
        """Go on where another training stopped. On another kind of device only the CPU's numbers go on."""
        kept = list(self._states)
        kept[: len(states)] = states[: len(kept)]
        self._states = kept

    def _generators(self) -> list[torch.Generator]:
        generators = [torch.default_generator]
        if self._device.type == "cuda":
            torch.cuda.init()  # type: ignore[no-untyped-call]
            index = torch.cuda.current_device() if self._device.index is None else self._device.index
            generators.append(torch.cuda.default_generators[index])
        elif self._device.type == "mps":
            generators.append(torch.mps._get_default_mps_generator())
        return generators

    def _get(self) -> list[Tensor]:
        return [generator.get_state() for generator in self._generators()]

    def _set(self, states: list[Tensor]) -> None:
        for generator, state in zip(self._generators(), states, strict=True):
            generator.set_state(state)
