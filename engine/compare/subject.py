"""One run that is compared: its curves, its network now and at the steps that were recorded, its dataset."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from engine import networks, runs
from engine.compare.listing import CompareError, network_title
from engine.datasets import Dataset
from engine.graph import GraphError, trace_graph, with_softmax
from engine.messages import Graph, Operation, Point, TrainPoint
from engine.messages.compare import HELD_COLUMNS, TRAIN_COLUMNS, RunFacts, RunOpened, Table
from engine.session.bundled import Bundle
from engine.session.experiment import Experiment
from engine.training import Moment, Trainer
from engine.twin import Twin, TwinError

_GONE = "its curves and settings are here, its maps and predictions are not"


@dataclass(eq=False)
class Subject:
    """`module` has the last weights (None: the network cannot be built, `problem` says why), `moments` earlier ones.

    A `live` one is being trained: its module changes, and `step` and `moments` are asked for each time.
    """

    facts: RunFacts
    train: Table
    held: Table
    dataset: Dataset | None = None
    graph: Graph | None = None
    module: nn.Module | None = None
    steps_per_epoch: int = 0
    first_rate: float = 0.0
    initial: bool = False
    problem: str = ""
    live: bool = False
    moments: Callable[[], Sequence[Moment]] = field(default=lambda: ())
    step: Callable[[], int] = field(default=lambda: 0)
    _twin: Twin | None = None
    _past: tuple[int, Twin] | None = None

    @property
    def device(self) -> torch.device:
        assert self.module is not None
        return next((one.device for one in self.module.parameters()), torch.device("cpu"))

    @property
    def logits(self) -> str:
        """The node whose output the class probabilities are of."""
        assert self.graph is not None
        last = self.graph.nodes[-1]
        return last.inputs[0] if last.operation is Operation.SOFTMAX and last.name not in self.twin() else last.name

    def twin(self) -> Twin:
        """The network with its last weights, to be looked into. TwinError if that cannot be done."""
        if self.module is None:
            raise CompareError(self.problem)
        if self._twin is None:
            assert self.graph is not None
            self._twin = Twin(self.module, self.graph)
        return self._twin

    def at(self, step: int | None) -> tuple[int, Twin]:
        """The network as it was recorded nearest to `step` (None, or where nothing was recorded: as it is)."""
        now = self.step()
        if step is None or step >= now or self.module is None:
            return now, self.twin()
        moments = self.moments()
        if not moments:
            return now, self.twin()
        kept = min(moments, key=lambda one: (abs(one.step - step), one.step))
        if now - step < abs(kept.step - step):
            return now, self.twin()
        if self._past is None or self._past[0] != kept.step:
            module = copy.deepcopy(self.module)
            module.load_state_dict(dict(kept.weights))
            assert self.graph is not None
            self._past = (kept.step, Twin(module, self.graph))
        return self._past

    def forget_past(self) -> None:
        """The weights that were recorded are others now."""
        self._past = None

    def opened(self) -> RunOpened:
        """What a viewer is told of it."""
        return RunOpened(
            facts=self.facts,
            train=self.train,
            held=self.held,
            graph=self.graph,
            dataset=None if self.dataset is None else self.dataset.facts(),
            recorded=tuple(one.step for one in self.moments()),
            steps_per_epoch=self.steps_per_epoch,
            first_rate=self.first_rate,
            initial=self.initial,
            problem=self.problem,
        )


def of_run(
    run: runs.Run, facts: RunFacts, dataset: Dataset | None, problem: str, *, like: Experiment | None = None
) -> Subject:
    """A saved run. Where its network cannot be built or its dataset is not here, `problem` says what is missing.

    A module of the user's own is not run for it: `like` is the open experiment, of which it is copied if that has it.
    """
    train, held = tables(run.history.points())
    step = run.checkpoint.updates
    moments = run.moments
    subject = Subject(
        facts=facts,
        train=train,
        held=held,
        dataset=dataset,
        steps_per_epoch=-(-run.train_samples // run.settings.batch_size),
        first_rate=run.checkpoint.first_rate,
        initial=_began_untrained(run),
        problem=problem,
        moments=lambda: moments,
        step=lambda: step,
    )
    own = is_own(run.settings.network)
    open_here = like if like is not None and like.trainer.settings.network == run.settings.network else None
    title = network_title(run.settings.network)[0]
    if own and open_here is None:
        subject.problem = (
            f"{title} is a module of your own, whose code is not run for a comparison: {_GONE}. Open its file in the "
            "Studio, and they are shown beside it."
        )
        return subject
    try:
        module: nn.Module
        if own and open_here is not None:
            module = copy.deepcopy(open_here.trainer.module)
        else:
            module = networks.build(
                run.settings.network, seed=run.settings.seed, input_shape=run.picture_shape, classes=len(run.classes)
            )
        module.load_state_dict(dict(run.checkpoint.weights))
    except (networks.NetworkError, RuntimeError) as error:
        reason = "its code is another now" if own else str(error).splitlines()[0]
        subject.problem = f"The network {title} cannot be built again ({reason}): {_GONE}."
        return subject
    subject.module = module
    if own and open_here is not None:
        subject.graph = open_here.graph
    else:
        subject.graph = graph_of(module, facts, run.picture_shape)
    return looked_into(subject)


def is_own(network: str) -> bool:
    """Whether a network's name means a file of somebody's code."""
    return ".py" in network or network.endswith(".pt2")


def _began_untrained(run: runs.Run) -> bool:
    """Whether the weights that were recorded of step 0 are those to which a rewind goes back."""
    first = next((one.weights for one in run.moments if one.step == 0), None)
    initial = run.checkpoint.initial
    return first is not None and all(key in initial and torch.equal(first[key], initial[key]) for key in first)


def of_bundle(bundle: Bundle, facts: RunFacts, dataset: Dataset | None, problem: str) -> Subject:
    """A network that comes trained: no curves, no earlier weights."""
    shape, classes = bundle.facts.picture_shape, len(bundle.facts.classes)
    module: nn.Module = networks.build(bundle.settings.network, input_shape=shape, classes=classes)
    module.load_state_dict({key: torch.from_numpy(values.copy()) for key, values in bundle.weights.items()})
    train, held = tables(())
    subject = Subject(facts=facts, train=train, held=held, dataset=dataset, module=module, problem=problem)
    subject.graph = graph_of(module, facts, shape)
    return looked_into(subject)


def of_trainer(trainer: Trainer, facts: RunFacts, graph: Graph, *, initial: bool = True) -> Subject:
    """A run that is being trained, or was just now: it is looked at as it is when it is looked at.

    `initial`: it began with weights that nobody had trained.
    """
    train, held = tables(trainer.history.points())
    subject = Subject(
        facts=facts,
        train=train,
        held=held,
        dataset=trainer.dataset,
        graph=graph,
        module=trainer.module,
        steps_per_epoch=trainer.steps_per_epoch,
        first_rate=trainer.first_rate,
        initial=initial,
        live=True,
        moments=lambda: trainer.timeline.moments,
        step=lambda: trainer.updates,
    )
    return looked_into(subject)


def looked_into(subject: Subject) -> Subject:
    """The subject, with its problem said if nobody can look into its network."""
    try:
        subject.twin()
    except TwinError as error:
        subject.module = subject.graph = None
        subject.problem = f"{str(error).splitlines()[0]}: {_GONE}."
    return subject


def graph_of(module: nn.Module, facts: RunFacts, shape: tuple[int, ...]) -> Graph | None:
    try:
        traced = trace_graph(
            module, shape, name=facts.network, title=facts.network_title, subtitle=facts.subtitle, strict=True
        )
    except GraphError:
        return None
    return with_softmax(traced)


def tables(points: Sequence[Point]) -> tuple[Table, Table]:
    """Points of the curves as arrays, training and held-out: see `RunOpened`."""
    train = [(p.step, p.epoch, p.loss, p.accuracy, p.seconds) for p in points if isinstance(p, TrainPoint)]
    held = [
        (p.step, p.epoch, p.loss, p.accuracy, p.seconds, p.samples, p.whole)
        for p in points
        if not isinstance(p, TrainPoint)
    ]
    return (
        np.array(train, np.float64).reshape(-1, len(TRAIN_COLUMNS)),
        np.array(held, np.float64).reshape(-1, len(HELD_COLUMNS)),
    )


def normalized(picture: np.ndarray, dataset: Dataset) -> Tensor:
    """A picture, uint8 (channels, height, width), as a network of that dataset sees it, with a batch axis."""
    mean, std = (torch.tensor(one, dtype=torch.float32).view(-1, 1, 1) for one in (dataset.mean, dataset.std))
    return ((torch.tensor(np.ascontiguousarray(picture)).to(torch.float32) / 255.0 - mean) / std).unsqueeze(0)
