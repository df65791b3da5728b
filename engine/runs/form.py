"""What all runs have in common on disk: the names of their files, and the description that each begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.files import FileError, read_json

FORMAT = "receptive-run"
VERSION = 1
DESCRIPTION = "run.json"
CHECKPOINT = "checkpoint.safetensors"
METRICS = "metrics.jsonl"
GRAPH = "graph.json"


class RunError(ValueError):
    """A run that cannot be saved, read or resumed. The message names the file and says what to do."""


def describe(directory: Path) -> dict[str, Any]:
    """What run.json of the run in `directory` says. RunError says what is wrong with it."""
    path = directory / DESCRIPTION
    if not directory.is_dir():
        raise RunError(f"there is no folder {directory}")
    if not path.exists():
        raise RunError(f"{directory} holds no run: it has no {DESCRIPTION}")
    try:
        data = read_json(path)
    except FileError as error:
        raise RunError(str(error)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise RunError(f"{path} does not describe a run of Receptive")
    if data.get("version") != VERSION:
        raise RunError(
            f"{path} has version {data.get('version')} of the format, and this Receptive reads version {VERSION}: "
            "open it with the Receptive that saved it"
        )
    return data


def short(error: Exception) -> str:
    """An error in one line, with its kind."""
    return f"{type(error).__name__}: {error}".splitlines()[0]
