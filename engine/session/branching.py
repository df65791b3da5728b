"""A new run from any recorded moment of a training: its weights, its place in the epoch, settings of its own."""

from __future__ import annotations

import copy
from dataclasses import replace

import torch

from engine.messages import Recorded
from engine.messages.film import Branch
from engine.session.experiment import Experiment
from engine.session.samples import SampleError
from engine.training import Checkpoint, History, Moment, Standing, Timeline, Trainer
from engine.training.stopping import EarlyStopping


def recorded(timeline: Timeline) -> Recorded:
    """What viewers are told of the moments that are kept."""
    standings = [moment.standing for moment in timeline.moments]
    return Recorded(
        steps=timeline.steps,
        bytes=timeline.bytes,
        settings=tuple(None if one is None else one.settings for one in standings),
        exact=tuple(one is not None and one.exact for one in standings),
    )


def branch(experiment: Experiment, command: Branch, *, timeline_budget: int) -> tuple[Experiment, bool]:
    """The experiment that goes on from there, and whether it does so exactly as the training did; the old one is left
    as it is.

    The curves and the timeline up to that moment are the new run's own past, and rewinding goes back to the same
    initial weights. Its settings are those of then, but for how long to train. Of moments that were recorded without
    velocities momentum starts from zero. Raises SampleError if no weights were kept.
    """
    trainer = experiment.trainer
    trainer.drain()
    checkpoint, exact = _checkpoint(experiment, command.step)
    step, epoch, now, then = checkpoint.updates, checkpoint.epoch, trainer.settings, checkpoint.settings
    settings = replace(
        then,
        seed=then.seed if command.seed is None else command.seed,
        device=now.device,
        epochs=now.epochs if now.epochs > epoch else epoch + experiment.stint,
        patience=now.patience,
        min_delta=now.min_delta,
    )
    stopping = dict(checkpoint.stopping)
    if stopping["stopped"]:
        stopping |= {"stopped": False, "waited": 0}
    history = History(
        train=[point for point in trainer.history.train if point.step <= step],
        held_out=[point for point in trainer.history.held_out if point.step <= step],
    )
    checkpoint = replace(
        checkpoint,
        settings=settings,
        randomness=checkpoint.randomness if command.seed is None else (),
        seconds=history.train[-1].seconds if history.train else 0.0,
        stopping=stopping,
    )
    branched = Trainer(
        network=trainer.network,
        module=copy.deepcopy(trainer.module),
        dataset=trainer.dataset,
        settings=settings,
        device=trainer.device,
        initial=checkpoint.initial,
        timeline_budget=timeline_budget,
    )
    branched.restore(checkpoint, history=history, moments=[one for one in trainer.timeline.moments if one.step <= step])
    if command.tune is not None:
        branched.tune(command.tune)
    new = Experiment(
        trainer=branched,
        graph=experiment.graph,
        folder=experiment.folder,
        pretrained=experiment.pretrained and not step,
        loaded=experiment.loaded,
    )
    new.stint = experiment.stint
    return new, exact


def _checkpoint(experiment: Experiment, step: int | None) -> tuple[Checkpoint, bool]:
    """Where the training stood after `step` updates (None: stands now), and whether all of that is known."""
    trainer = experiment.trainer
    state = trainer.state()
    if step is None or step == trainer.updates:
        return state, True
    try:
        kept = experiment.kept(step)
    except LookupError as error:
        raise SampleError("No weights of this training were kept to go on from.") from error
    then = _reckoned(trainer, kept) if kept.standing is None else kept.standing
    checkpoint = replace(
        state,
        weights=kept.weights,
        velocities=then.velocities or {name: torch.zeros_like(one) for name, one in state.velocities.items()},
        randomness=then.randomness,
        settings=then.settings,
        first_rate=then.first_rate,
        updates=kept.step,
        epoch=then.epoch,
        position=then.position,
        stopping=then.stopping,
    )
    return checkpoint, kept.standing is not None and then.exact


def _reckoned(trainer: Trainer, kept: Moment) -> Standing:
    """Where the training stood at a moment of which the weights alone are known: by its history, with the settings of
    now; a learning rate that has decayed since is as it was."""
    samples, settings = len(trainer.dataset.train_labels), trainer.settings
    point = next((point for point in reversed(trainer.history.train) if point.step <= kept.step), None)
    seen = 0 if point is None else round(point.epoch * samples)
    epoch, position = seen // samples, seen % samples
    decayed = settings.learning_rate_decay ** (int(trainer.epoch) - epoch)
    rate = min(settings.learning_rate / decayed, max(trainer.first_rate, settings.learning_rate))
    return Standing(
        velocities=None,
        randomness=(),
        settings=replace(settings, learning_rate=rate),
        first_rate=trainer.first_rate,
        epoch=epoch,
        position=position,
        seconds=0.0,
        stopping=EarlyStopping().to_json(),
    )
