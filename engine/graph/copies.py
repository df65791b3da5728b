"""Copies of modules that share their tensors, or have none: to run one without touching its owner's."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn


def weightless(module: nn.Module) -> nn.Module:
    """A copy of `module` of the same form whose parameters and buffers have shapes but no memory."""
    tensors: dict[int, Tensor] = {}

    def empty(tensor: Tensor | None) -> Tensor | None:
        if tensor is None:
            return None
        if id(tensor) not in tensors:
            made = torch.empty_like(tensor, device="meta")
            tensors[id(tensor)] = nn.Parameter(made, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else made
        return tensors[id(tensor)]

    known: dict[int, nn.Module] = {}
    made = copied(module, known)
    for part in known.values():
        part.__dict__["_parameters"] = {name: empty(one) for name, one in part._parameters.items()}
        part.__dict__["_buffers"] = {name: empty(one) for name, one in part._buffers.items()}
    return made


def copied(module: nn.Module, known: dict[int, nn.Module]) -> nn.Module:
    """A copy of `module` with copies of all its parts, which hold the same tensors; `known` gets parts by their old id.

    Parts that are kept in attributes, lists and dictionaries beside the registered ones are exchanged there too.
    """
    made = _copied(module, known)
    for part in list(known.values()):
        for key, value in part.__dict__.items():
            if not key.startswith("_"):
                part.__dict__[key] = _exchanged(value, known)
    return made


def _copied(module: nn.Module, known: dict[int, nn.Module]) -> nn.Module:
    if id(module) not in known:
        # Not copy.copy: modules with parametrizations (weight_norm) refuse it, programs would be compiled anew.
        known[id(module)] = made = object.__new__(type(module))
        made.__dict__.update(module.__dict__)
        made.__dict__["_modules"] = {
            name: None if part is None else _copied(part, known) for name, part in module._modules.items()
        }
    return known[id(module)]


def _exchanged(value: object, known: Mapping[int, nn.Module]) -> object:
    if isinstance(value, nn.Module):
        return known.get(id(value), value)
    if type(value) is list:
        return [_exchanged(one, known) for one in value]
    if type(value) is tuple:
        return tuple(_exchanged(one, known) for one in value)
    if type(value) is dict:
        return {key: _exchanged(one, known) for key, one in value.items()}
    return value
