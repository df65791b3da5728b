"""Weights from elsewhere for the network that is open: a file of the user's, or what is published for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from engine import networks
from engine.messages import DownloadWeights, LoadWeights, Noticed, Open
from engine.networks import published
from engine.networks.tensors_file import load_state, read_state
from engine.session.experiment import Experiment
from engine.session.opening import open_experiment
from engine.session.outbox import Outbox
from engine.session.places import Places
from engine.session.samples import SampleError
from engine.training import Trainer


class Host(Protocol):
    """What a Worker does for these commands."""

    def experiment(self) -> Experiment | None: ...

    def begin(self, experiment: Experiment) -> None: ...

    def working(self, detail: str) -> None: ...

    def aside(self, *, opening: bool = False) -> AbstractContextManager[Callable[[], bool]]: ...


class Weights:
    """Carries out LoadWeights and DownloadWeights for a Worker; `carriers` are its methods by command."""

    def __init__(self, *, host: Host, outbox: Outbox, places: Places) -> None:
        self._host = host
        self._outbox = outbox
        self._places = places
        self.carriers: dict[type, Callable[[Any], None]] = {
            LoadWeights: self._load,
            DownloadWeights: self._download,
        }

    def _load(self, command: LoadWeights) -> None:
        before = self._host.experiment()
        if before is None:
            raise SampleError("There is no network to give weights to: open one first.")
        path = Path(command.path).expanduser()
        self._host.working(f"Loading {path.name}")
        self._host.begin(with_weights(before, path))
        self._outbox.tell(Noticed(f"The network has the weights in {path}."))

    def _download(self, command: DownloadWeights) -> None:
        self._host.working("Downloading weights")
        before = self._host.experiment()
        title = next((entry.title for entry in networks.catalogue() if entry.name == command.network), command.network)
        with self._host.aside(opening=True) as give_up:
            published.fetch(
                command.network,
                data_root=self._places.data_root,
                title=title,
                progress=self._outbox.tell,
                cancelled=give_up,
            )
            self._host.working(f"Opening {title}")
            experiment = open_experiment(
                Open(
                    network=command.network,
                    dataset="photographs",
                    seed=0 if before is None else before.trainer.settings.seed,
                    device="auto" if before is None else before.trainer.settings.device,
                    pretrained=True,
                ),
                places=self._places,
                before=before,
                drawn=None,
                progress=self._outbox.tell,
                cancelled=give_up,
            )
        self._host.begin(experiment)


def with_weights(before: Experiment, path: Path) -> Experiment:
    """A new experiment like `before` whose network has the weights in a file, and goes back to them when rewound.

    NetworkError where they do not fit; then nothing has changed.
    """
    module = copy.deepcopy(before.trainer.module).cpu()
    settings = before.trainer.settings
    if networks.is_known(settings.network):
        published.give(module, path, network=settings.network)
    else:
        load_state(module, read_state(path), source=str(path))
    trainer = Trainer(
        network=before.trainer.network,
        module=module,
        dataset=before.dataset,
        settings=settings,
        device=before.trainer.device,
    )
    return Experiment(trainer=trainer, graph=before.graph, folder=before.folder, loaded=True)
