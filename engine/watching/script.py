"""What is known of the script around a loop: its model without its wrappers, and what ended it."""

from __future__ import annotations

import sys

from torch import nn


def last_error() -> str:
    """What ended the script, at its end: the error that nobody caught; empty if it came to its end by itself."""
    error = getattr(sys, "last_value", None)
    if error is None:
        return ""
    said = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def unwrapped(model: nn.Module) -> nn.Module:
    """The user's own module, out of what compiling and parallel training put around it."""
    inner: nn.Module = getattr(model, "_orig_mod", model)
    if isinstance(inner, nn.DataParallel | nn.parallel.DistributedDataParallel):
        return inner.module
    return inner
