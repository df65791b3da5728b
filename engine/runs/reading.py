"""A run that was saved: read, and gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import FileError, read_tensors, told
from engine.messages import Settings
from engine.runs.form import CHECKPOINT, METRICS, RunError, describe, short

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.datasets import Dataset
    from engine.training import Checkpoint, History, Moment, Trainer


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


def open_run(directory: Path) -> Run:
    """The run saved in `directory`. RunError says which of its files is missing, broken or of another version."""
    from engine.training import Checkpoint, Moment, Standing

    directory = Path(directory)
    description = describe(directory)
    if "script" in description:
        raise RunError(f"the run in {directory} was written by a script: it can be followed, not resumed")
    path = directory / CHECKPOINT
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
            history=_read_history(directory / METRICS, last_step=checkpoint.updates),
            moments=moments,
        )
    except FileError as error:
        raise RunError(f"the run in {directory} cannot be opened: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError(f"{path} is broken: {short(error)}; open another run") from error


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
