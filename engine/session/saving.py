"""Runs of the session: where they go, whether there is anything to save, and how one is taken up again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from engine import networks, runs
from engine.messages import Opened, OpenRun, Progress
from engine.networks.remembered import write_module
from engine.session.experiment import Experiment
from engine.session.opening import graph_of, load_dataset
from engine.session.places import Places


def is_unsaved(experiment: Experiment) -> bool:
    """Whether the training has got anywhere since it was saved."""
    return experiment.trainer.updates > 0 and experiment.saved_at != _moment(experiment)


def save(experiment: Experiment, *, places: Places, path: str | None) -> Path:
    """Save the run in `path`, None: where it was saved before, else in a folder of its own. Returns the folder.

    Raises RunError.
    """
    return saving(experiment, places=places, path=path)(lambda: None)


def saving(experiment: Experiment, *, places: Places, path: str | None = None) -> Callable[[runs.Rest], Path]:
    """As `save`, for another thread to call, with how to rest: the training may go on when this returns."""
    trainer, moment = experiment.trainer, _moment(experiment)
    if path is not None:
        directory = Path(path).expanduser()
    else:
        directory = experiment.directory or _new_folder(places.runs, trainer.settings.network, trainer.dataset.name)
    write = runs.saving(trainer, directory, folder=experiment.folder)

    def save_now(rest: runs.Rest) -> Path:
        write(rest)
        write_module(directory, trainer.module)
        experiment.directory = directory
        experiment.saved_at = moment
        return directory

    return save_now


def open_run(
    command: OpenRun,
    *,
    places: Places,
    before: Experiment | None,
    drawn: Opened | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Experiment:
    """The experiment that was saved in a folder, as it was then. Raises RunError, DatasetError."""
    run = runs.open_run(Path(command.path).expanduser())
    name = run.settings.network
    own = networks.is_file_reference(name)  # code: it is not run for a saved run, but what is open can go on with it
    if own and (before is None or before.trainer.settings.network != name):
        raise runs.RunError(f"the run in {run.directory} trains {name}, which is code: open that module, then this run")
    dataset = load_dataset(
        run.settings.dataset,
        folder=run.folder,
        shape=run.picture_shape if own else networks.input_shape(name),
        seed=run.settings.seed,
        places=places,
        before=before,
        progress=progress,
        cancelled=cancelled,
        download=True,
    )
    module = copy.deepcopy(before.trainer.module) if own and before is not None else None
    trainer = runs.resume(run, dataset=dataset, module=module)
    graph = before.graph if own and before is not None else graph_of(trainer, name, drawn=drawn)
    experiment = Experiment(trainer=trainer, graph=graph, folder=run.folder)
    experiment.directory = run.directory
    experiment.saved_at = _moment(experiment)
    return experiment


def _moment(experiment: Experiment) -> tuple[object, ...]:
    """What changes when there is something new to save. Tuned settings alone are worth saving too."""
    trainer = experiment.trainer
    return trainer.identity, trainer.updates, trainer.settings


def _new_folder(root: Path, network: str, dataset: str) -> Path:
    """A folder below `root` that does not exist yet, named by the time, the network and the dataset."""
    network = network.replace("\\", "/").rpartition("/")[2].replace(":", "-")  # of a file: my_net.py-Net
    name = f"{datetime.now():%Y-%m-%d-%H%M%S}-{network}-{dataset}"
    folder, number = root / name, 1
    while folder.exists():
        number += 1
        folder = root / f"{name}-{number}"
    return folder
