"""A Run on disk: its configuration, metrics and weights over time; saved, listed, reopened, resumed.

A run's folder holds

| file | what it is |
| --- | --- |
| `run.json` | what is trained on what, with which settings, and how far it got; for people and for lists |
| `metrics.jsonl` | every point of the curves, one JSON object a line |
| `weights.safetensors` | the network's state_dict as it is now, for use elsewhere |
| `timeline/<step>-<checksum>.safetensors` | its state_dict at earlier steps |
| `standing/<step>-<checksum>.safetensors` | what going on from there exactly needs beside it: momentum, settings |
| `graph.json` | the network as a graph, where it is in no catalogue |
| `checkpoint.safetensors` | all that resuming needs; it counts, the others follow it |
| `title.txt` | what the user calls the run, if anything (`engine.compare.listing`) |

Each file is written beside its place and then put there in one step, the checkpoint after what it refers to: whenever
a save is cut short, what is there is the save before or this one.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import FileError, read_json, read_tensors, told, write_file, write_tensors
from engine.messages import Settings

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.datasets import Dataset
    from engine.training import Checkpoint, History, Moment, Trainer

FORMAT = "receptive-run"
VERSION = 1
_DESCRIPTION = "run.json"
_CHECKPOINT = "checkpoint.safetensors"
_METRICS = "metrics.jsonl"
_GRAPH = "graph.json"


class RunError(ValueError):
    """A run that cannot be saved, read or resumed. The message names the file and says what to do."""


@dataclass(frozen=True)
class Summary:
    """A saved run as lists show it. `problem` says why it cannot be opened; then the rest may be empty.

    `saved` is in seconds since 1970. Losses and accuracies (0-1) are the last known ones, None if there are none.
    """

    directory: Path
    settings: Settings | None = None
    dataset_title: str = ""
    step: int = 0
    epoch: float = 0.0
    saved: float = 0.0
    train_loss: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Run:
    """A run as it was saved. `folder` is where its data lay, if they were not found by the dataset's name."""

    directory: Path
    identity: str
    settings: Settings
    classes: tuple[str, ...]
    picture_shape: tuple[int, int, int]
    train_samples: int
    folder: str | None
    checkpoint: Checkpoint
    history: History
    moments: tuple[Moment, ...]


def prepare(directory: Path) -> None:
    """See to it that a new run can be saved in `directory`, before anything is trained for it.

    Makes the folder. RunError if another run is there, or nothing can be written there.
    """
    directory = Path(directory)
    if (directory / _DESCRIPTION).exists():
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
    return saving(trainer, directory, folder=folder)()


def saving(trainer: Trainer, directory: Path, *, folder: str | None = None) -> Callable[[], Path]:
    """As `save`, for another thread to call: the trainer has been read, and may go on, when this returns."""
    directory = Path(directory)
    checkpoint, identity = trainer.state(), trainer.identity
    history = replace(trainer.history, train=[*trainer.history.train], held_out=[*trainer.history.held_out])
    moments = {f"{one.step:08d}-{one.checksum:08x}.safetensors": one for one in trainer.timeline.moments}
    description = _description(trainer, checkpoint, folder=folder)
    graph = _graph_of(trainer) if not (directory / _GRAPH).exists() else None

    def write() -> Path:
        try:
            before = _describe(directory) if (directory / _DESCRIPTION).exists() else None
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
            write_file(directory / _METRICS, "".join(f"{line}\n" for line in history.to_lines()).encode())
            _write_checkpoint(directory / _CHECKPOINT, checkpoint, identity=identity, moments=moments)
            metadata = {"format": "pt", "network": checkpoint.settings.network, "step": str(checkpoint.updates)}
            write_tensors(directory / "weights.safetensors", checkpoint.weights, metadata=metadata)
            if graph is not None:
                write_file(directory / _GRAPH, (json.dumps(graph) + "\n").encode())
            write_file(directory / _DESCRIPTION, (json.dumps(description, indent=2) + "\n").encode())
            for path in (*directory.glob("timeline/*.safetensors"), *directory.glob("standing/*.safetensors")):
                if path.name not in moments:
                    path.unlink()
        except (FileError, OSError) as error:
            raise RunError(f"the run could not be saved: {error}") from error
        return directory

    return write


def open_run(directory: Path) -> Run:
    """The run saved in `directory`. RunError says which of its files is missing, broken or of another version."""
    from engine.training import Checkpoint, Moment, Standing

    directory = Path(directory)
    description = _describe(directory)
    if "script" in description:
        raise RunError(f"the run in {directory} was written by a script: it can be followed, not resumed")
    path = directory / _CHECKPOINT
    try:
        tensors, metadata = read_tensors(path)
        facts = json.loads(metadata["checkpoint"])
        settings = Settings(**facts["settings"])
        checkpoint = Checkpoint(
            weights=_below("weights/", tensors),
            initial=_below("initial/", tensors),
            velocities=_below("velocities/", tensors),
            randomness=tuple(one for _, one in sorted(_below("randomness/", tensors).items())),
            settings=settings,
            first_rate=float(facts["first_rate"]),
            updates=int(facts["updates"]),
            epoch=int(facts["epoch"]),
            position=int(facts["position"]),
            seconds=float(facts["seconds"]),
            stopping=facts["stopping"],
        )
        names = [str(name) for name in facts["timeline"]]
        moments = tuple(
            Moment(
                int(name.partition("-")[0]),
                read_tensors(directory / "timeline" / name)[0],
                Standing.read(directory / "standing" / name),
            )
            for name in names
        )
        dataset = description["dataset"]
        channels, height, width = (int(size) for size in dataset["picture_shape"])
        return Run(
            directory=directory,
            identity=str(facts["identity"]),
            settings=settings,
            classes=tuple(map(str, dataset["classes"])),
            picture_shape=(channels, height, width),
            train_samples=int(dataset["train_samples"]),
            folder=dataset["folder"],
            checkpoint=checkpoint,
            history=_read_history(directory / _METRICS, last_step=checkpoint.updates),
            moments=moments,
        )
    except FileError as error:
        raise RunError(f"the run in {directory} cannot be opened: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError(f"{path} is broken: {_short(error)}; open another run") from error


def resume(
    run: Run,
    *,
    dataset: Dataset,
    device: torch.device | None = None,
    module: nn.Module | None = None,
    timeline_budget: int = 256 * 2**20,
) -> Trainer:
    """A Trainer that goes on from where `run` stopped; `device` None is the run's own, "cpu" if it is not here.

    `module` is needed for a network that is in no catalogue. RunError if dataset or network are not the run's.
    """
    from engine import networks
    from engine.training import Trainer, TrainingError, pick

    settings = run.settings
    ours = (tuple(dataset.classes), tuple(dataset.picture_shape), len(dataset.train_labels))
    if ours != (run.classes, run.picture_shape, run.train_samples):
        raise RunError(
            f"the run in {run.directory} was trained on {run.train_samples:,} pictures of "
            f"{'x'.join(map(str, run.picture_shape))} in {len(run.classes)} classes; {dataset.title} has "
            f"{len(dataset.train_labels):,} of {'x'.join(map(str, dataset.picture_shape))} in {len(dataset.classes)}, "
            "or other classes: it is another dataset"
        )
    if device is None:
        try:
            device = pick(settings.device)
        except TrainingError:
            device = pick("cpu")
    settings = replace(settings, device=str(device))
    try:
        if module is None:
            module = networks.build(
                settings.network, seed=settings.seed, input_shape=run.picture_shape, classes=len(run.classes)
            )
        trainer = Trainer(
            network=settings.network,
            module=module,
            dataset=dataset,
            settings=settings,
            device=device,
            timeline_budget=timeline_budget,
        )
        trainer.restore(replace(run.checkpoint, settings=settings), history=run.history, moments=run.moments)
    except (TrainingError, networks.NetworkError) as error:
        raise RunError(f"the run in {run.directory} cannot be resumed: {error}") from error
    trainer.identity = run.identity
    return trainer


def find(root: Path) -> tuple[Summary, ...]:
    """All runs in the folders right below `root`, and in `root` itself, the last saved first; loads no torch.

    A folder with a run.json that cannot be read is listed with its problem. A `root` that does not exist has none.
    """
    root = Path(root)
    try:
        folders = [root, *sorted(path for path in root.iterdir() if path.is_dir())] if root.is_dir() else []
    except OSError as error:
        raise RunError(f"the runs in {root} cannot be listed: {told(error, root)}") from error
    found = [summary(folder) for folder in folders if (folder / _DESCRIPTION).is_file()]
    return tuple(sorted(found, key=lambda one: (-one.saved, str(one.directory))))


def summary(directory: Path) -> Summary:
    """What run.json says; a run that cannot be read has a `problem`."""
    directory = Path(directory)
    try:
        data = _describe(directory)
        progress = data["progress"]
        return Summary(
            directory=directory,
            settings=Settings(**data["settings"]),
            dataset_title=str(data["dataset"]["title"]),
            step=int(progress["step"]),
            epoch=float(progress["epoch"]),
            saved=float(data["saved"]),
            train_loss=progress["train_loss"],
            test_loss=progress["test_loss"],
            test_accuracy=progress["test_accuracy"],
        )
    except RunError as error:
        return Summary(directory=directory, problem=str(error))
    except (KeyError, TypeError, ValueError) as error:
        return Summary(directory=directory, problem=f"{directory / _DESCRIPTION} is broken: {_short(error)}")


def _describe(directory: Path) -> dict[str, Any]:
    path = directory / _DESCRIPTION
    if not directory.is_dir():
        raise RunError(f"there is no folder {directory}")
    if not path.exists():
        raise RunError(f"{directory} holds no run: it has no {_DESCRIPTION}")
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


def _read_history(path: Path, *, last_step: int) -> History:
    from engine.training import History

    try:
        with path.open(encoding="utf-8") as lines:
            return History.from_lines(lines, last_step=last_step)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {told(error, path)}") from error
    except ValueError as error:
        raise RunError(f"{path} is broken: {error}") from error


def _below(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(prefix): one for key, one in tensors.items() if key.startswith(prefix)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
