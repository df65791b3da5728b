"""Programs of torch.export (`.pt2`).

Opening one is not safe by itself: `torch.export.load` falls back to unpickling where the safe reader refuses, and reads
expressions with SymPy, which evaluates them (torch 2.13: torch/_export/serde/serialize.py, torch/export/pt2_archive).
So it takes the same consent as Python code; beyond that, pickles are read in torch's restricted mode only, and archives
with objects of other kinds are refused.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import MethodType

import torch
from torch import Tensor, nn

from engine.networks.errors import NetworkError

_RESTRICTED = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
_REFUSED = ("custom_obj", "opaque_obj")


def open_program(path: Path, content: bytes) -> nn.Module:
    """The program as a module, its parts under the names that they had. NetworkError for what is none or is refused.

    What it was exported with is known to `program_examples`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            others = [name for name in archive.namelist() if name.rpartition("/")[2].startswith(_REFUSED)]
    except zipfile.BadZipFile:
        raise NetworkError(f"{path} is no program of torch.export: it is no archive") from None
    if others:
        raise NetworkError(
            f"{path} holds objects that only unpickling could bring back ({others[0]}); it is not opened"
        )
    try:
        with _restricted(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.export.load(io.BytesIO(content))
            module: nn.Module = torch.export.unflatten(program)
    except Exception as error:  # a damaged or foreign archive may fail anywhere
        said = str(error).strip().splitlines()
        raise NetworkError(
            f"{path} cannot be opened as a program of torch.export: {said[0] if said else type(error).__name__}"
        ) from error
    names = set(program.graph_signature.user_inputs)
    examples = [
        value
        for node in program.graph.nodes
        if node.op == "placeholder" and node.name in names and isinstance(value := node.meta.get("val"), Tensor)
    ]
    module._receptive_examples = tuple(  # type: ignore[assignment]
        (tuple(int(size) for size in value.shape), value.dtype) for value in examples
    )
    module.train = MethodType(_stays, module)  # type: ignore[method-assign]
    module.eval = MethodType(_stays, module)  # type: ignore[method-assign]
    return module


def program_examples(module: nn.Module) -> tuple[tuple[tuple[int, ...], torch.dtype], ...]:
    """(shape with batch axis, dtype) of each input that a program was exported with; empty for any other module."""
    return getattr(module, "_receptive_examples", ())


def _stays(module: nn.Module, mode: bool = True) -> nn.Module:
    """A program has no modes: it does what it did when it was exported."""
    return module


@contextlib.contextmanager
def _restricted() -> Iterator[None]:
    """torch.load reads weights only, whatever its caller asks for."""
    before = os.environ.get(_RESTRICTED)
    os.environ[_RESTRICTED] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_RESTRICTED]
        else:
            os.environ[_RESTRICTED] = before
