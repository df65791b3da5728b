"""`train`: one line an epoch, saved after each of them, resumed where it stopped."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING

from engine import datasets, networks, runs
from engine.cli.output import Ticker, complain, duration, print_json
from engine.cli.usage import UsageError
from engine.messages import Tune

if TYPE_CHECKING:
    from torch import nn

    from engine.datasets import Dataset
    from engine.training import Trainer

_STEPS_BETWEEN_LOOKS = 50
_INTERRUPTED = 130
_HEADER = "epoch   train loss   train acc.   test loss   test acc.   samples/s"


def train(arguments: argparse.Namespace) -> int:
    """Train a network, or go on with a run, and save it; Ctrl+C saves too and says how to go on."""
    if arguments.resume and arguments.run is None:
        raise UsageError("--resume needs to know which run: give --run DIR")
    with _interruptions() as interrupted:
        try:
            trainer, folder = _resumed(arguments, interrupted) if arguments.resume else _new(arguments, interrupted)
        except datasets.Cancelled:
            complain("Interrupted before anything was trained.")
            return _INTERRUPTED
        if trainer.finished:
            reason = trainer.stopped_early or f"The run has its {trainer.settings.epochs} epochs already"
            complain(f"{reason}; ask for more with --epochs.")
            return 0
        return _loop(trainer, arguments=arguments, folder=folder, interrupted=interrupted)


def _new(arguments: argparse.Namespace, interrupted: Callable[[], bool]) -> tuple[Trainer, str | None]:
    """A trainer as asked for. What can be checked without loading anything is checked first."""
    network = arguments.network or "lenet"
    own = networks.is_file_reference(network)
    if not own:
        networks.recipe(network)
    name = arguments.dataset or "digits"
    _check_dataset(name)
    from engine.training import Trainer, pick, settings_for

    device = pick(arguments.device or "auto")
    seed = arguments.seed or 0
    settings = settings_for(
        network=network,
        dataset=name,
        seed=seed,
        device=str(device),
        batch_size=arguments.batch_size,
        learning_rate=arguments.learning_rate,
        learning_rate_decay=arguments.learning_rate_decay,
        momentum=arguments.momentum,
        weight_decay=arguments.weight_decay,
        epochs=arguments.epochs,
        patience=arguments.patience or None,
        min_delta=arguments.min_delta or 0.0,
    )
    if arguments.run is not None:
        runs.prepare(arguments.run)
    folder = None if arguments.folder is None else arguments.folder.expanduser().resolve()
    dataset = _load(
        name,
        folder=folder,
        shape=None if own else networks.input_shape(network),
        seed=seed,
        arguments=arguments,
        interrupted=interrupted,
    )
    module: nn.Module
    if own:
        module = networks.open_module(network, seed=seed)
    else:
        if problem := networks.fit_problem(network, dataset.picture_shape):
            raise networks.NetworkError(f"{dataset.title} does not fit the network: {problem}")
        module = networks.build(network, seed=seed, input_shape=dataset.picture_shape, classes=len(dataset.classes))
    trainer = Trainer(network=network, module=module, dataset=dataset, settings=settings, device=device)
    if trainer.refusal:
        raise UsageError(trainer.refusal)
    return trainer, None if folder is None else str(folder)


def _resumed(arguments: argparse.Namespace, interrupted: Callable[[], bool]) -> tuple[Trainer, str | None]:
    """The trainer of a saved run, tuned as asked for now."""
    run = runs.open_run(arguments.run)
    settings = run.settings
    for name in ("network", "dataset", "seed"):
        asked = getattr(arguments, name)
        if asked is not None and asked != getattr(settings, name):
            raise UsageError(f"the run in {run.directory} has {name} {getattr(settings, name)}, not {asked}")
    own = networks.is_file_reference(settings.network)
    folder = run.folder if arguments.folder is None else str(arguments.folder.expanduser().resolve())
    dataset = _load(
        settings.dataset,
        folder=None if folder is None else Path(folder),
        shape=run.picture_shape,
        seed=settings.seed,
        arguments=arguments,
        interrupted=interrupted,
    )
    from engine.training import pick

    trainer = runs.resume(
        run,
        dataset=dataset,
        device=None if arguments.device is None else pick(arguments.device),
        module=networks.open_module(settings.network, seed=settings.seed) if own else None,
    )
    trainer.tune(
        Tune(
            learning_rate=arguments.learning_rate,
            learning_rate_decay=arguments.learning_rate_decay,
            momentum=arguments.momentum,
            weight_decay=arguments.weight_decay,
            batch_size=arguments.batch_size,
            epochs=arguments.epochs,
            patience=arguments.patience,
            min_delta=arguments.min_delta,
        )
    )
    return trainer, folder


def _check_dataset(name: str) -> None:
    names = [entry.name for entry in datasets.catalogue()]
    if name not in names:
        raise UsageError(f'there is no dataset "{name}"; there are: {", ".join(names)}')


def _load(
    name: str,
    *,
    folder: Path | None,
    shape: tuple[int, int, int] | None,
    seed: int,
    arguments: argparse.Namespace,
    interrupted: Callable[[], bool],
) -> Dataset:
    ticker = Ticker()
    try:
        dataset = datasets.load(
            name,
            root=arguments.data_root,
            folder=folder,
            progress=ticker.progress,
            cancelled=interrupted,
            download=not arguments.no_download,
            shape=shape,
            seed=seed,
        )
    finally:
        ticker.clear()
    for notice in dataset.notices:
        complain(notice)
    return dataset


def _loop(
    trainer: Trainer, *, arguments: argparse.Namespace, folder: str | None, interrupted: Callable[[], bool]
) -> int:
    from engine.training import TrainingError

    ticker = Ticker()
    if not arguments.json:
        settings = trainer.settings
        print(
            f"{settings.network} on {trainer.dataset.title}, {settings.device}, seed {settings.seed}: learning rate "
            f"{settings.learning_rate:g}, momentum {settings.momentum:g}, weight decay {settings.weight_decay:g}, "
            f"batches of {settings.batch_size}"
        )
        print(_HEADER, flush=True)
    try:
        _train_on(trainer, arguments=arguments, folder=folder, interrupted=interrupted, ticker=ticker)
    except TrainingError:
        ticker.clear()
        _save(trainer, arguments.run, folder=folder)
        raise
    ticker.clear()
    saved = _save(trainer, arguments.run, folder=folder)
    if interrupted():
        where = f"; go on with --resume --run {arguments.run}" if saved else ", nothing was saved: there is no --run"
        complain(f"Interrupted after {trainer.updates:,} steps{where}.")
        return _INTERRUPTED
    if trainer.stopped_early:
        complain(f"{trainer.stopped_early}.")
    if saved and not arguments.json:
        print(f"Saved to {arguments.run}")
    return 0


def _train_on(
    trainer: Trainer,
    *,
    arguments: argparse.Namespace,
    folder: str | None,
    interrupted: Callable[[], bool],
    ticker: Ticker,
) -> None:
    """Until it has finished or is interrupted."""
    since, seconds_before = trainer.epoch, trainer.seconds
    started = perf_counter()
    while not trainer.finished and not interrupted():
        trainer.step()
        if trainer.updates % _STEPS_BETWEEN_LOOKS == 0 or trainer.epoch_ended:
            points = trainer.drain()
            if points and ticker.shows:
                done = (trainer.epoch - since) / max(1e-9, trainer.settings.epochs - since)
                left = (perf_counter() - started) / max(1e-9, done) * (1 - done)
                place = f"epoch {points[-1].epoch:.2f} of {trainer.settings.epochs}"
                ticker.show(f"{place}  loss {points[-1].loss:.4f}  {duration(left)} left")
        if trainer.epoch_ended:
            trainer.drain()  # raises if the last loss was not finite
            seconds = trainer.seconds - seconds_before
            samples = (trainer.epoch - max(since, trainer.epoch - 1)) * len(trainer.dataset.train_labels)
            point, _ = trainer.evaluate()
            loss, accuracy = trainer.history.epoch_means(round(trainer.epoch))
            ticker.clear()
            _print_epoch(
                {
                    "epoch": round(trainer.epoch),
                    "train_loss": loss,
                    "train_accuracy": accuracy,
                    "test_loss": point.loss,
                    "test_accuracy": point.accuracy,
                    "samples_per_second": samples / max(seconds, 1e-9),
                },
                as_json=arguments.json,
            )
            _save(trainer, arguments.run, folder=folder)
            seconds_before = trainer.seconds


def _print_epoch(line: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        print_json(line)
        return
    print(
        f"{line['epoch']:5d}   {_loss(line['train_loss']):>10}   {line['train_accuracy']:10.2%}"
        f"   {_loss(line['test_loss']):>9}   {line['test_accuracy']:9.2%}   {line['samples_per_second']:9,.0f}",
        flush=True,
    )


def _loss(loss: float) -> str:
    return f"{loss:.4f}" if loss < 1000 else f"{loss:.3g}"


def _save(trainer: Trainer, directory: Path | None, *, folder: str | None) -> bool:
    if directory is None:
        return False
    runs.save(trainer, directory, folder=folder)
    return True


@contextmanager
def _interruptions() -> Iterator[Callable[[], bool]]:
    """Ctrl+C asks to stop after the step that is being made; a second one stops at once.

    Yields whether it was pressed. Where signals cannot be caught (not the main thread), Ctrl+C is as usual.
    """
    pressed = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)
