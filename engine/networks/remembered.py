"""What a saved run has to know of somebody's own module to be taken up again: its file, and the arguments it was made
with. Nothing of it is run here."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import FileError, read_json, write_file
from engine.messages.modules import SavedModule
from engine.networks.references import is_file_reference

if TYPE_CHECKING:
    from torch import nn

_FILE = "module.json"
_ARGUMENTS = "_receptive_arguments"


def remember(module: nn.Module, arguments: Mapping[str, Any]) -> None:
    """Let a module know what it was made with; copies of it know it as well."""
    module.__dict__[_ARGUMENTS] = dict(arguments)


def write_module(directory: Path, module: nn.Module) -> None:
    """Write down beside a run what its module was made with, if it was given anything. FileError."""
    arguments: dict[str, Any] = module.__dict__.get(_ARGUMENTS, {})
    if arguments:
        kept = {"arguments": {name: repr(value) for name, value in arguments.items()}}
        write_file(directory / _FILE, (json.dumps(kept, indent=2) + "\n").encode())


def saved_module(directory: Path) -> SavedModule | None:
    """The module that the run in `directory` trains; None where that is none of somebody's own, or nothing is known.

    Arguments are plain values, which are read as such and not computed. What is damaged counts as not there.
    """
    try:
        run = read_json(directory / "run.json")
        settings, dataset = run["settings"], run["dataset"]
        if not is_file_reference(str(settings["network"])):
            return None
        kept = read_json(directory / _FILE)["arguments"] if (directory / _FILE).exists() else {}
        return SavedModule(
            reference=str(settings["network"]),
            arguments=tuple((str(name), ast.literal_eval(str(value))) for name, value in kept.items()),
            dataset=str(dataset["name"]),
            folder=dataset["folder"],
            picture_shape=tuple(int(size) for size in dataset["picture_shape"]),
            seed=int(settings["seed"]),
        )
    except (FileError, KeyError, TypeError, ValueError, SyntaxError, AttributeError):
        return None
