"""The devices that torch can train on here, and when one of them has no memory left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.training.errors import OutOfMemory, TrainingError


def devices() -> tuple[str, ...]:
    """Names of the devices of this machine, the fastest first: "cuda" (or "cuda:0", "cuda:1", …), "mps", …, "cpu"."""
    found: list[str] = []
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if accelerator is not None:
        count = torch.accelerator.device_count()
        kind = accelerator.type
        found += [kind] if count == 1 else [f"{kind}:{index}" for index in range(count)]
    return (*found, "cpu")


def pick(name: str = "auto") -> torch.device:
    """The device of that name; "auto" is the fastest there is. TrainingError names those that there are."""
    there = devices()
    if name == "auto":
        return torch.device(there[0])
    kind, _, index = name.partition(":")
    if name in there or (kind in there and index in ("", "0")):
        return torch.device(name)
    if f"{kind}:0" in there and not index:
        return torch.device(f"{kind}:0")
    raise TrainingError(f'there is no device "{name}" here; there are: auto, {", ".join(there)}')


@contextmanager
def memory_errors_of(device: torch.device, *, doing: str, advice: str) -> Iterator[None]:
    """Turns a device's lack of memory into OutOfMemory, and gives back what it holds in reserve."""
    try:
        yield
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        if device.type == "cuda":
            torch.cuda.empty_cache()
        elif device.type == "mps":
            torch.mps.empty_cache()
        raise OutOfMemory(device=str(device), doing=doing, advice=advice, said=how_much(error)) from error


def how_much(error: BaseException) -> str:
    """The numbers of an error of torch's for lack of memory: ", 20.00 GiB more were needed and 1.31 GiB were free"."""
    needed = re.search(r"tried to allocate ([\d.]+ \w+)", str(error), re.IGNORECASE)
    free = re.search(r"([\d.]+ \w+) is free", str(error))
    if needed is None:
        return ""
    return f", {needed[1]} more were needed" + (f" and {free[1]} were free" if free else "")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch means that there is no memory left: CUDA has a class for it, the others only words."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    if not isinstance(error, RuntimeError):
        return False
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text or "not enough memory" in text


def told(error: BaseException) -> str:
    """What the user is told of an error of torch's for lack of memory."""
    return (
        f"The device ran out of memory{how_much(error)}. Nothing was lost: close other programs that use it, or choose "
        "a smaller batch, a smaller network or the CPU."
    )
