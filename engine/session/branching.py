"""A new run from any recorded moment of a training: its weights, its place in the epoch, settings of its own."""

from __future__ import annotations

import copy
from dataclasses import replace

import torch

from engine.messages.film import Branch
from engine.session.experiment import Experiment
from engine.session.samples import SampleError
from engine.training import Checkpoint, History, Trainer
from engine.training.stopping import EarlyStopping


def branch(experiment: Experiment, command: Branch, *, timeline_budget: int) -> Experiment:
    """The experiment that goes on from there; the old one is left as it is.

    The curves and the timeline up to that moment are the new run's own past, and rewinding goes back to the same
    initial weights. Velocities go along from the present moment alone: of earlier ones they were not kept, so momentum
    starts from zero. Raises SampleError if no weights were kept.
    """
    trainer = experiment.trainer
    trainer.drain()
    state = trainer.state()
    moments = trainer.timeline.moments
    if command.step is None or command.step == trainer.updates:
        step, weights, velocities = trainer.updates, state.weights, state.velocities
    else:
        try:
            kept = trainer.timeline.nearest(command.step)
        except LookupError as error:
            raise SampleError("No weights of this training were kept to go on from.") from error
        step, weights = kept.step, kept.weights
        velocities = {name: torch.zeros_like(one) for name, one in state.velocities.items()}
    epoch, position = _place(trainer, step)
    settings = trainer.settings
    decayed = trainer.settings.learning_rate_decay ** (state.epoch - epoch)
    settings = replace(
        settings,
        seed=settings.seed if command.seed is None else command.seed,
        learning_rate=settings.learning_rate / decayed,
        epochs=settings.epochs if settings.epochs > epoch else epoch + experiment.stint,
    )
    branched = Trainer(
        network=trainer.network,
        module=copy.deepcopy(trainer.module),
        dataset=trainer.dataset,
        settings=settings,
        device=trainer.device,
        initial=state.initial,
        timeline_budget=timeline_budget,
    )
    history = History(
        train=[point for point in trainer.history.train if point.step <= step],
        held_out=[point for point in trainer.history.held_out if point.step <= step],
    )
    checkpoint = Checkpoint(
        weights=weights,
        initial=state.initial,
        velocities=velocities,
        randomness=state.randomness if step == trainer.updates and command.seed is None else (),
        settings=settings,
        first_rate=state.first_rate,
        updates=step,
        epoch=epoch,
        position=position,
        seconds=history.train[-1].seconds if history.train else 0.0,
        stopping=EarlyStopping().to_json(),
    )
    branched.restore(checkpoint, history=history, moments=[one for one in moments if one.step <= step])
    if command.tune is not None:
        branched.tune(command.tune)
    new = Experiment(
        trainer=branched,
        graph=experiment.graph,
        folder=experiment.folder,
        pretrained=experiment.pretrained and not step,
    )
    new.stint = experiment.stint
    return new


def _place(trainer: Trainer, step: int) -> tuple[int, int]:
    """(epoch, sample of it) after so many updates, as the history has it."""
    samples = len(trainer.dataset.train_labels)
    point = next((point for point in reversed(trainer.history.train) if point.step <= step), None)
    if point is None:
        return 0, 0
    seen = round(point.epoch * samples)
    return seen // samples, seen % samples
