"""Stochastic gradient descent with momentum and weight decay, in torch's fused form where there is one."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.optim.sgd import sgd

_FUSED = frozenset({"cpu", "cuda", "mps"})


class SGD:
    """torch.optim.SGD's rule without an Optimizer around it: less Python in each step, and settings that are free to
    change from one step to the next. Velocities start at zero, which is what torch's first step amounts to.

        g = gradient + weight_decay * w;   v = momentum * v + g;   w = w - learning_rate * v
    """

    def __init__(self, module: nn.Module) -> None:
        named = {name: one for name, one in module.named_parameters() if one.requires_grad}
        self._names = tuple(named)
        self._parameters: list[Tensor] = list(named.values())
        self._velocities: list[Tensor | None] = [torch.zeros_like(one) for one in self._parameters]
        kinds = {one.device.type for one in self._parameters}
        floating = all(one.is_floating_point() for one in self._parameters)
        self._fused = kinds <= _FUSED and floating
        self._moving = False

    @property
    def moving(self) -> bool:
        """Whether there may be velocities that are not zero."""
        return self._moving

    @torch.no_grad()
    def step(self, *, learning_rate: float, momentum: float, weight_decay: float) -> None:
        """One update from the gradients in `.grad`, which are gone afterwards. What has none is left as it is."""
        parameters, velocities = self._parameters, self._velocities
        gradients = [one.grad for one in parameters]
        if any(gradient is None for gradient in gradients):
            used = [index for index, gradient in enumerate(gradients) if gradient is not None]
            parameters = [parameters[index] for index in used]
            velocities = [velocities[index] for index in used]
            gradients = [gradients[index] for index in used]
        if momentum == 0 and self._moving:
            self.reset()
        self._moving = momentum != 0
        if parameters:
            sgd(
                parameters,
                [gradient for gradient in gradients if gradient is not None],
                velocities if momentum else [None] * len(parameters),
                has_sparse_grad=False,
                foreach=False,
                fused=self._fused,
                weight_decay=weight_decay,
                momentum=momentum,
                lr=learning_rate,
                dampening=0.0,
                nesterov=False,
                maximize=False,
            )
        self.forget_gradients()

    def forget_gradients(self) -> None:
        for one in self._parameters:
            one.grad = None

    def reset(self) -> None:
        """Velocities to zero."""
        for velocity in self._velocities:
            if velocity is not None:
                velocity.zero_()

    def state(self) -> dict[str, Tensor]:
        """The velocities by parameter name."""
        return {name: one for name, one in zip(self._names, self._velocities, strict=True) if one is not None}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Take over velocities by parameter name. KeyError for one that is missing."""
        for name, velocity in self.state().items():
            velocity.copy_(state[name])
        self._moving = True
