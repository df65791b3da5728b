"""Opens what is compared, by name: the open experiment, saved runs, networks that come trained; and their datasets."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from engine import networks, runs
from engine.compare import subject as subjects
from engine.compare.listing import CompareError, facts_of, folder_of, network_title
from engine.compare.queue import Base
from engine.compare.subject import Subject
from engine.datasets import Dataset, DatasetError
from engine.messages.compare import CURRENT, TRAINED, RunFacts
from engine.messages.kinds import Event
from engine.session.bundled import Bundle
from engine.session.experiment import Experiment
from engine.session.opening import load_dataset
from engine.session.places import Places


class Opener:
    """`experiment` gives the one that is open; `aside` as in Worker; `tell` is told what is new, and of progress.

    Its methods raise CompareError, RunError or another of the engine's own errors where something cannot be opened.
    """

    def __init__(
        self,
        *,
        places: Places,
        experiment: Callable[[], Experiment | None],
        aside: Callable[[], AbstractContextManager[Callable[[], bool]]],
        tell: Callable[[Event], None],
    ) -> None:
        self._places, self._experiment, self._aside, self._tell = places, experiment, aside, tell
        self._datasets: dict[tuple[str, str | None, int], Dataset] = {}

    def current(self, experiment: Experiment) -> Subject:
        """The open experiment, as it is at any time."""
        trainer = experiment.trainer
        title, subtitle = experiment.graph.title, experiment.graph.subtitle
        facts = RunFacts(
            name=CURRENT,
            identity=trainer.identity,
            network=trainer.settings.network,
            network_title=title,
            subtitle=subtitle,
            settings=trainer.settings,
            dataset_title=experiment.dataset.title,
            step=trainer.updates,
            epoch=trainer.epoch,
        )
        initial = not (experiment.pretrained or experiment.loaded)
        return subjects.of_trainer(trainer, facts, experiment.graph, initial=initial)

    def saved(self, name: str, known: Subject | None) -> Subject:
        """A run by its folder's name; `known` itself where nothing is new of it."""
        try:
            facts = facts_of(runs.summary(folder_of(name, self._places.runs)))
        except CompareError:
            if known is not None:
                return self._without_folder(known)
            raise
        if facts.problem:
            raise CompareError(facts.problem)
        if known is not None and not known.live and known.facts == facts and not self._knows_code_of(known):
            return known
        run = runs.open_run(folder_of(name, self._places.runs))
        dataset, problem = self._dataset(run.settings.dataset, run.folder, run.settings.network, run.settings.seed)
        if dataset is not None and (dataset.picture_shape, dataset.classes) != (run.picture_shape, run.classes):
            dataset, problem = None, f"{facts.dataset_title} is another dataset now than the run was trained on."
        return subjects.of_run(run, facts, dataset, problem, like=self._experiment())

    def _knows_code_of(self, known: Subject) -> bool:
        """Whether the open experiment has the module of a run that could not be shown without it."""
        experiment = self._experiment()
        settings = known.facts.settings
        return (
            known.module is None
            and experiment is not None
            and settings is not None
            and experiment.trainer.settings.network == settings.network
        )

    def _without_folder(self, known: Subject) -> Subject:
        """A run whose folder is gone meanwhile: what was read of it stays, and that is said of it."""
        if not known.facts.problem:
            known.facts = replace(known.facts, problem="its folder was moved or deleted")
            self._tell(known.opened())
        return known

    def trained(self, name: str) -> Subject:
        """A network that comes trained, by TRAINED and its name."""
        network = name.removeprefix(TRAINED)
        bundle = None
        if network in {entry.name for entry in networks.catalogue()}:
            bundle = Bundle.find(self._places.resources, network)
        if bundle is None:
            raise CompareError(f"{network[:60]} does not come trained")
        title, subtitle = network_title(network)
        facts = RunFacts(
            name=name,
            identity=name,
            network=network,
            network_title=title,
            subtitle=subtitle,
            settings=bundle.settings,
            dataset_title=bundle.facts.title,
        )
        dataset, problem = self._dataset(bundle.facts.name, None, network, 0)
        return subjects.of_bundle(bundle, facts, dataset, problem)

    def _dataset(self, name: str, folder: str | None, network: str, seed: int) -> tuple[Dataset | None, str]:
        """The dataset of a run, and "" or why it is not there. Nothing is downloaded for it."""
        experiment = self._experiment()
        if experiment is not None and (experiment.dataset.name, experiment.folder) == (name, folder):
            return experiment.dataset, ""
        key = (name, folder, seed if name == "folder" else 0)
        if key not in self._datasets:
            shape = networks.input_shape(network) if _is_known(network) else (1, 28, 28)
            try:
                with self._aside() as give_up:
                    self._datasets[key] = load_dataset(
                        name,
                        folder=folder,
                        shape=shape,
                        seed=seed,
                        places=self._places,
                        before=None,
                        progress=self._tell,
                        cancelled=give_up,
                        download=False,
                    )
            except DatasetError as error:
                return None, f"Its samples are not here, so its maps and predictions are not shown: {error}"
        return self._datasets[key], ""

    def base(self, name: str) -> Base:
        """How a run was trained, for one that is to be trained like it."""
        experiment = self._experiment()
        if name == CURRENT and experiment is not None:
            trainer = experiment.trainer
            epochs = math.ceil(trainer.epoch - 1e-9) if trainer.updates else trainer.settings.epochs
            return Base(trainer.settings, trainer.first_rate, epochs, experiment.dataset, experiment.folder)
        if name.startswith(TRAINED):
            subject = self.trained(name)
            if subject.dataset is None or subject.facts.settings is None:
                raise CompareError(subject.problem)
            settings = subject.facts.settings
            return Base(settings, settings.learning_rate, 3, subject.dataset, None)
        run = runs.open_run(folder_of(name, self._places.runs))
        dataset, problem = self._dataset(run.settings.dataset, run.folder, run.settings.network, run.settings.seed)
        if dataset is None:
            raise CompareError(problem)
        state = run.checkpoint
        epochs = state.epoch + (1 if state.position else 0)
        return Base(run.settings, state.first_rate, epochs, dataset, run.folder)


def _is_known(network: str) -> bool:
    return network in {entry.name for entry in networks.catalogue()}
