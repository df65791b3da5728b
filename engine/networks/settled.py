"""A module of somebody's own as it is looked at here: on the CPU, with values, as it is written, not compiled."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import Tensor, nn

from engine.networks.errors import NetworkError


def settled(module: nn.Module, *, title: str) -> nn.Module:
    """The module on the CPU.

    What torch.compile has put around it, or around its forward(), is taken off: compiling takes minutes here, and hides
    what is computed. Parts on the device "meta" get their layers' own initial weights, zeros where they have none.
    NetworkError for TorchScript, whose parts cannot be looked at one by one.
    """
    inner = getattr(module, "_orig_mod", module)
    for part in inner.modules():
        if isinstance(part, torch.jit.ScriptModule):
            raise NetworkError(f"{title} is TorchScript, which cannot be looked into: open what it was made of")
        _uncompile(part)
        _fill(part)
    if "torch._dynamo" in sys.modules:  # parts that forward() itself compiles
        torch.compiler.set_stance("force_eager")
    return inner.cpu()


def _uncompile(part: nn.Module) -> None:
    """m.forward = torch.compile(m.forward) and m.compile() are undone."""
    plain = getattr(part.__dict__.get("forward"), "_torchdynamo_orig_callable", None)
    if plain is not None and getattr(plain, "__func__", None) is type(part).forward:
        del part.__dict__["forward"]
    if getattr(part, "_compiled_call_impl", None) is not None:
        part._compiled_call_impl = None


def _fill(part: nn.Module) -> None:
    """Give tensors on "meta" that belong to this part memory and first values."""
    held: tuple[dict[str, Any], ...] = (part._parameters, part._buffers)
    empty = [(kept, name) for kept in held for name, one in kept.items() if isinstance(one, Tensor) and one.is_meta]
    for kept, name in empty:
        one, zeros = kept[name], torch.zeros_like(kept[name], device="cpu")
        kept[name] = nn.Parameter(zeros, one.requires_grad) if isinstance(one, nn.Parameter) else zeros
    reset = getattr(part, "reset_parameters", None)
    if empty and callable(reset):
        reset()
