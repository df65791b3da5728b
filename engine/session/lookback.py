"""Looking back at a training: films of a layer, evaluations of earlier weights, branches, and weights as edges."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from time import perf_counter
from typing import Any, Protocol

import torch
from torch import nn

from engine.follow import Followed
from engine.messages import Evaluated, LookBack, Maps, Noticed, Sample, Train, TrainSteps, Watch
from engine.messages.film import AskEvaluation, AskFilm, Branch, EvaluatedThen, FilmFrame, KeepTimeline
from engine.messages.weights import AskEdges
from engine.picture import Picture
from engine.probe import Probe
from engine.session.branching import branch, recorded
from engine.session.display import Display
from engine.session.edges import edges
from engine.session.experiment import Experiment
from engine.session.failures import failure
from engine.session.inbox import Inbox
from engine.session.outbox import Outbox
from engine.session.samples import Predictions, SampleError
from engine.training import Moment, take_over

DEFAULT_BUDGET = 256 * 2**20
# While training, a film takes at most one part in so many of the time.
_SHARE = 20
# Evaluations of earlier weights are kept: a slider comes back.
_KEPT = 128
# What the user wants instead ends an evaluation of earlier weights.
_INSTEAD = (LookBack, Train, TrainSteps, AskEvaluation, Branch)


class Host(Protocol):
    """What a Worker does for it."""

    def experiment(self) -> Experiment | None: ...

    def begin(self, experiment: Experiment) -> None: ...

    def aside(self, *, opening: bool = False) -> AbstractContextManager[Callable[[], bool]]: ...


class Lookback:
    """Carries out the commands of `engine.messages.film` for a Worker; `carriers` are its methods by command."""

    def __init__(
        self,
        *,
        host: Host,
        inbox: Inbox,
        outbox: Outbox,
        display: Display,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._host = host
        self._inbox = inbox
        self._outbox = outbox
        self._display = display
        self._clock = clock
        self._budget = DEFAULT_BUDGET
        self._film: AskFilm | None = None
        self._steps: deque[int] = deque()
        self._sample: Sample | None = None
        self._next = 0.0
        self._then: tuple[Experiment, object, nn.Module, Probe] | None = None
        self._evaluated: dict[Moment, tuple[Evaluated, Predictions]] = {}
        self.carriers: dict[type, Callable[[Any], None]] = {
            AskFilm: self._ask_film,
            AskEvaluation: self._evaluate,
            Branch: self._branch,
            KeepTimeline: self._keep,
            AskEdges: self._ask_edges,
        }

    # Films.

    @property
    def waiting(self) -> bool:
        """Whether there are frames to make. Costs nothing: asked between any two updates."""
        return bool(self._steps)

    def stop(self) -> None:
        """Another experiment comes, or this one starts anew: what was asked of it is of no use."""
        self._steps.clear()
        self._then = None
        self._evaluated.clear()

    def started(self, experiment: Experiment) -> None:
        """An experiment has begun: it keeps as much as the user has said."""
        experiment.trainer.keep_timeline(self._budget)

    def work(self, *, training: bool) -> bool:
        """Make one frame; False if there is none to make now. What goes wrong is told."""
        if not self._steps or (training and self._clock() < self._next):
            return False
        began = self._clock()
        film, subject, sample = self._film, self._subject(), self._display.sample
        step = self._steps.popleft()
        if film is None or subject is None or sample is None:
            self._steps.clear()
            return False
        try:
            if (frame := self._frame(film, subject, sample, step)) is not None:
                self._outbox.tell(frame)
        except Exception as error:  # whatever a network raises: it ends the film, not the training beside it
            self._steps.clear()
            self._outbox.tell(failure("The film cannot be shown", error))
        ended = self._clock()
        self._next = ended + _SHARE * (ended - began)
        return True

    def _ask_film(self, command: AskFilm) -> None:
        subject = self._subject()
        self._steps.clear()
        self._film = command
        if subject is not None and any(node.name == command.node for node in subject.graph.nodes):
            self._steps.extend(command.steps)

    def _subject(self) -> Experiment | Followed | None:
        """What there can be a film of."""
        scene = self._display.scene
        return scene if isinstance(scene, Followed) else self._host.experiment()

    def _frame(self, film: AskFilm, subject: Experiment | Followed, sample: Sample, step: int) -> FilmFrame | None:
        """None where nothing is known of the node then: a script that is followed did not write it."""
        watch = Watch(nodes=(film.node,), links=False)
        if isinstance(subject, Followed):
            shown, picture = subject.then(step, sample=sample, watch=watch)
            if film.node not in picture.maps:
                return None
        else:
            shown, picture = self._then_picture(subject, sample, step, watch)
        maps = picture.maps[film.node]
        wanted = [index for index in film.maps if index < len(maps.pixels)] or list(range(len(maps.pixels)))
        predicted = int(picture.probabilities.argmax())
        return FilmFrame(
            request=film.request,
            node=film.node,
            asked=step,
            step=shown,
            maps=Maps(maps.pixels[wanted], maps.limits[wanted], maps.signed),
            predicted=predicted,
            probability=float(picture.probabilities[predicted]),
            label=sample.label,
        )

    def _then_picture(self, experiment: Experiment, sample: Sample, step: int, watch: Watch) -> tuple[int, Picture]:
        """(step, picture) of the weights kept nearest to `step`, or of those of now."""
        module, probe = self._network(experiment)
        trainer = experiment.trainer
        if step >= trainer.updates or not trainer.timeline.moments:
            shown, weights = trainer.updates, trainer.module.state_dict()
        else:
            moment = trainer.timeline.nearest(step)
            shown, weights = moment.step, dict(moment.weights)
        take_over(module, weights)
        return shown, probe.picture(inputs=experiment.seen(sample), watch=watch, label=sample.label)

    def _network(self, experiment: Experiment) -> tuple[nn.Module, Probe]:
        """A copy of the network that earlier weights are loaded into, made once."""
        known = self._then
        if known is None or known[0] is not experiment or known[1] is not experiment.off:
            module = copy.deepcopy(experiment.trainer.module)
            module.eval()
            known = self._then = (experiment, experiment.off, module, experiment.probe_of(module))
        return known[2], known[3]

    # The past, whole.

    def _evaluate(self, command: AskEvaluation) -> None:
        experiment = self._needed()
        try:
            moment = experiment.kept(command.step)
        except LookupError as error:
            raise SampleError("No weights of this training were kept to look back at.") from error
        known = self._evaluated.get(moment)
        if known is None:
            module, _ = self._network(experiment)
            take_over(module, dict(moment.weights))
            with self._host.aside() as give_up:
                said = experiment.trainer.judge(
                    module, step=moment.step, should_stop=lambda: give_up() or self._inbox.has(_INSTEAD)
                )
            if said is None:
                return
            while len(self._evaluated) >= _KEPT:
                self._evaluated.pop(next(iter(self._evaluated)))
            found = said.evaluated(len(experiment.dataset.classes))
            known = self._evaluated[moment] = found, Predictions(said.predicted, said.confidence)
        experiment.take_earlier(moment.step, known[1])
        self._outbox.tell(EvaluatedThen(known[0]))

    def _branch(self, command: Branch) -> None:
        experiment = self._needed()
        if not experiment.trainer.updates:
            raise SampleError("There is nothing to branch from yet: train first.")
        wanted = experiment.moment.moment if command.step is None and experiment.looking_back else command.step
        new, exact = branch(experiment, replace(command, step=wanted), timeline_budget=self._budget)
        self._host.begin(new)
        step = new.trainer.updates
        kept = f" The run before is kept in {experiment.directory}." if experiment.directory is not None else ""
        rest = " Momentum starts from zero." if not exact and new.trainer.settings.momentum else ""
        self._outbox.tell(Noticed(f"A new run goes on from step {step:,}.{rest}{kept}"))

    def _keep(self, command: KeepTimeline) -> None:
        self._budget = max(0, command.bytes)
        experiment = self._host.experiment()
        if experiment is not None:
            before = experiment.trainer.timeline.steps
            experiment.trainer.keep_timeline(self._budget)
            if experiment.trainer.timeline.steps != before:  # nobody should have to train on to see it
                self._outbox.tell(recorded(experiment.trainer.timeline))

    def _ask_edges(self, command: AskEdges) -> None:
        experiment = self._host.experiment()
        if experiment is None:
            return
        module = experiment.shown_module
        with torch.no_grad():
            tensors = dict(module.named_parameters(remove_duplicate=False))
            self._outbox.tell(edges(command, graph=experiment.graph, tensors=tensors, moment=experiment.shown_step))

    def _needed(self) -> Experiment:
        experiment = self._host.experiment()
        if experiment is None:
            raise SampleError("That needs a network that is trained here; none is open.")
        return experiment
