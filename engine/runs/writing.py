"""Saving a run: first what it refers to, then the checkpoint, so that a save cut short is none."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import FileError, told, write_file, write_lines, write_tensors
from engine.runs.form import CHECKPOINT, DESCRIPTION, FORMAT, GRAPH, METRICS, VERSION, RunError, describe

if TYPE_CHECKING:
    from engine.training import Checkpoint, Trainer

Rest = Callable[[], object]


def _no_rest() -> None:
    """Saving in one go."""


def prepare(directory: Path) -> None:
    """See to it that a new run can be saved in `directory`, before anything is trained for it.

    Makes the folder. RunError if another run is there, or nothing can be written there.
    """
    directory = Path(directory)
    if (directory / DESCRIPTION).exists():
        raise RunError(f"{directory} already holds a run: resume it, or choose another folder")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise RunError(f"no run can be saved in {directory}: {told(error, directory)}") from error


def save(trainer: Trainer, directory: Path, *, folder: str | None = None) -> Path:
    """Save the training in `directory`, over an earlier save of the same one. Returns the directory.

    RunError if it holds another run, or something cannot be written; then the earlier save is as it was.
    """
    return saving(trainer, directory, folder=folder)(_no_rest)


def saving(trainer: Trainer, directory: Path, *, folder: str | None = None) -> Callable[[Rest], Path]:
    """As `save`, for another thread to call: the trainer has been read, and may go on, when this returns.

    What it returns is called with what to do after each piece of a millisecond or two.
    """
    directory = Path(directory)
    checkpoint, identity = trainer.state(), trainer.identity
    history = replace(trainer.history, train=[*trainer.history.train], held_out=[*trainer.history.held_out])
    moments = {f"{one.step:08d}-{one.checksum:08x}.safetensors": one for one in trainer.timeline.moments}
    description = _description(trainer, checkpoint, folder=folder)
    graph = _graph_of(trainer) if not (directory / GRAPH).exists() else None

    def write(rest: Rest) -> Path:
        try:
            before = describe(directory) if (directory / DESCRIPTION).exists() else None
        except RunError as error:
            raise RunError(f"{error}; choose another folder to save to") from error
        if before is not None and before.get("identity") != identity:
            raise RunError(f"{directory} already holds another run: choose another folder")
        try:
            for name, moment in moments.items():
                if not (path := directory / "timeline" / name).exists():
                    write_tensors(path, moment.weights, metadata={"format": "pt", "step": str(moment.step)}, sync=False)
                if moment.standing is not None and not (path := directory / "standing" / name).exists():
                    moment.standing.write(path)
                rest()
            write_lines(directory / METRICS, history.to_lines(), rest=rest)
            _write_checkpoint(directory / CHECKPOINT, checkpoint, identity=identity, moments=moments)
            metadata = {"format": "pt", "network": checkpoint.settings.network, "step": str(checkpoint.updates)}
            write_tensors(directory / "weights.safetensors", checkpoint.weights, metadata=metadata)
            if graph is not None:
                write_file(directory / GRAPH, (json.dumps(graph) + "\n").encode())
            write_file(directory / DESCRIPTION, (json.dumps(description, indent=2) + "\n").encode())
            for path in (*directory.glob("timeline/*.safetensors"), *directory.glob("standing/*.safetensors")):
                if path.name not in moments:
                    path.unlink()
        except FileError as error:
            raise RunError(str(error)) from error
        except OSError as error:
            raise RunError(f"{directory} cannot be written: {told(error, directory)}") from error
        return directory

    return write


def _description(trainer: Trainer, checkpoint: Checkpoint, *, folder: str | None) -> dict[str, Any]:
    dataset = trainer.dataset
    train, held_out = trainer.history.train, [point for point in trainer.history.held_out if point.whole]
    return {
        "format": FORMAT,
        "version": VERSION,
        "identity": trainer.identity,
        "saved": time.time(),
        "settings": asdict(checkpoint.settings),
        "dataset": {
            "name": dataset.name,
            "title": dataset.title,
            "folder": folder,
            "classes": list(dataset.classes),
            "picture_shape": list(dataset.picture_shape),
            "mean": list(dataset.mean),
            "std": list(dataset.std),
            "train_samples": len(dataset.train_labels),
            "test_samples": len(dataset.test_labels),
        },
        "progress": {
            "step": checkpoint.updates,
            "epoch": trainer.epoch,
            "seconds": checkpoint.seconds,
            "train_loss": _finite(train[-1].loss) if train else None,
            "test_loss": _finite(held_out[-1].loss) if held_out else None,
            "test_accuracy": _finite(held_out[-1].accuracy) if held_out else None,
        },
    }


def _graph_of(trainer: Trainer) -> dict[str, Any] | None:
    """The graph of a network that is in no catalogue, so that the run can be followed without running its code."""
    from engine import networks
    from engine.graph import trace_graph, with_softmax

    name = trainer.settings.network
    if not networks.is_file_reference(name):
        return None
    title = type(trainer.module).__name__
    return with_softmax(trace_graph(trainer.module, trainer.dataset.picture_shape, name=name, title=title)).to_json()


def _write_checkpoint(path: Path, checkpoint: Checkpoint, *, identity: str, moments: Iterable[str]) -> None:
    facts = {
        "identity": identity,
        "settings": asdict(checkpoint.settings),
        "first_rate": checkpoint.first_rate,
        "updates": checkpoint.updates,
        "epoch": checkpoint.epoch,
        "position": checkpoint.position,
        "seconds": checkpoint.seconds,
        "stopping": dict(checkpoint.stopping),
        "timeline": list(moments),
    }
    tensors = {
        **{f"weights/{key}": tensor for key, tensor in checkpoint.weights.items()},
        **{f"initial/{key}": tensor for key, tensor in checkpoint.initial.items()},
        **{f"velocities/{key}": tensor for key, tensor in checkpoint.velocities.items()},
        **{f"randomness/{index}": tensor for index, tensor in enumerate(checkpoint.randomness)},
    }
    write_tensors(path, tensors, metadata={"checkpoint": json.dumps(facts)})


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
