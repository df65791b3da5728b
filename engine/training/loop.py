"""The training loop: a Trainer makes one update at a time, and can go on, go back to the start, and be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.memory import keep_freed_memory
from engine.messages import Evaluated, HeldOutPoint, Settings, TrainPoint, Tune
from engine.training.checkpoint import Checkpoint, copies, take_over
from engine.training.configuration import check, tuned
from engine.training.devices import memory_errors_of
from engine.training.errors import Diverged, TrainingError
from engine.training.evaluation import Predictions, predict
from engine.training.feed import Feed
from engine.training.fitting import check_fit, load_samples
from engine.training.history import History
from engine.training.ledger import Ledger
from engine.training.pooling import quicken_pooling
from engine.training.randomness import Randomness, draws_random_numbers
from engine.training.sgd import SGD
from engine.training.standing import Standing
from engine.training.stopping import EarlyStopping
from engine.training.timeline import Moment, Timeline

if TYPE_CHECKING:
    from engine.datasets import Dataset

_SMALLER_BATCH = "choose a smaller batch, a smaller network or the CPU."
_SMALLER = "choose a smaller network or the CPU."


class Trainer:
    """Trains `module` (pictures → logits) on `dataset` by SGD on the cross-entropy, one `step` at a time.

    Same settings, initial weights and device: same weights, to the bit on a CPU. Neither torch's global random state
    nor anyone's use of it has a part in that. `initial` is what `rewind` goes back to, by default the weights that
    the module has now. The module is moved to `device`, in place: its Parameters stay the same objects.

    Raises TrainingError for settings, classes or a picture shape that do not fit, OutOfMemory where the data or the
    network are too large for the device.
    """

    def __init__(
        self,
        *,
        network: str | None,
        module: nn.Module,
        dataset: Dataset,
        settings: Settings,
        device: torch.device,
        initial: Mapping[str, Tensor] | None = None,
        timeline_budget: int = 256 * 2**20,
    ) -> None:
        check(settings)
        if device.type == "cpu":
            keep_freed_memory()
            quicken_pooling(module)
        self.network = network
        self.module = module
        self.dataset = dataset
        self.device = device
        self.identity = uuid4().hex  # of this training among saved runs
        self.history = History()
        self._settings = settings
        self._first_rate = settings.learning_rate  # before it decayed
        with memory_errors_of(device, doing="when the data were loaded", advice="choose another device or dataset."):
            module.to(device)
            if any(isinstance(part, nn.Conv2d | nn.ConvTranspose2d) for part in module.modules()):
                module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._samples, self._held_out = load_samples(dataset, device)
        if not len(self._samples) and (dataset.labelled or not len(self._held_out)):
            raise TrainingError("there are no training samples")
        start = module.state_dict() if initial is None else initial
        self._initial = copies(start)
        self._feed = Feed(self._samples, seed=settings.seed)
        self._sgd = SGD(module)
        self._randomness = Randomness(device, settings.seed) if draws_random_numbers(module) else None
        self._ledger = Ledger()
        self._stopping = EarlyStopping(settings.patience, settings.min_delta)
        self._predictions: Predictions | None = None
        self._diverged: Diverged | None = None
        self._restored: int | None = None
        self._updates, self._seconds, self._drained = 0, 0.0, 0
        self.timeline = Timeline(
            lambda: (self._updates, self.module.state_dict()), budget=timeline_budget, stand=self._standing
        )
        self._record()
        with memory_errors_of(device, doing="with a single sample", advice=_SMALLER_BATCH), self._own_randomness():
            some = self._samples if len(self._samples) else self._held_out
            check_fit(name=network, module=module, dataset=dataset, samples=some)

    @property
    def settings(self) -> Settings:
        """As they are now, after all tuning."""
        return self._settings

    @property
    def first_rate(self) -> float:
        """The learning rate as it was set or tuned, before it decayed."""
        return self._first_rate

    @property
    def refusal(self) -> str:
        """Why nothing can be trained here; empty where it can."""
        if len(self._samples):
            return ""
        return f"{self.dataset.title} have no labels to learn from: choose other data, or a folder of labelled pictures"

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return self._updates

    @property
    def moment(self) -> int:
        """The update whose weights these are: an earlier one than the last after a loss that was not finite."""
        return self._updates if self._restored is None else self._restored

    @property
    def seconds(self) -> float:
        """Training time alone, in seconds."""
        return self._seconds

    @property
    def epoch(self) -> float:
        """How many times the training samples have gone by."""
        return self._feed.epoch + self._feed.position / max(1, len(self._samples))

    @property
    def epoch_ended(self) -> bool:
        """Whether the last update was the last one of an epoch."""
        return self._feed.epoch > 0 and self._feed.position == 0

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self._samples) // self._settings.batch_size)

    @property
    def finished(self) -> bool:
        """Whether the epochs asked for are done, or it stopped early."""
        return self._feed.epoch >= self._settings.epochs or self._stopping.stopped

    @property
    def stopped_early(self) -> str | None:
        """Why it stopped early, for the user; None if it did not."""
        return self._stopping.reason() if self._stopping.stopped else None

    def step(self) -> None:
        """One update. Waits for nothing on the device; `drain` fetches its loss and accuracy.

        Raises Diverged if a loss drained before was not finite, OutOfMemory; in both cases nothing is lost.
        """
        began = perf_counter()
        self._raise_if_diverged()
        settings, module, feed = self._settings, self.module, self._feed
        if not module.training:
            module.train()
        try:
            pictures, labels = feed.next(settings.batch_size)
            with self._own_randomness():
                logits = module(pictures)
                loss = F.cross_entropy(logits, labels)
                torch.autograd.backward(loss)
        except RuntimeError:
            self._sgd.forget_gradients()
            with memory_errors_of(self.device, doing=f"at step {self._updates + 1:,}", advice=_SMALLER_BATCH):
                raise
        self._sgd.step(
            learning_rate=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay
        )
        self._restored = None
        feed.advance()
        if feed.position == 0 and settings.learning_rate_decay != 1:
            self._settings = replace(settings, learning_rate=settings.learning_rate * settings.learning_rate_decay)
        self._updates += 1
        self._seconds += perf_counter() - began
        self._ledger.note(
            loss=loss.detach(),
            logits=logits.detach(),
            labels=labels,
            step=self._updates,
            epoch=self.epoch,
            seconds=self._seconds,
        )
        if self._updates >= self._due:
            self._record()
        if self._ledger.full:
            self._collect()

    def prepare(self) -> None:
        """Make the batches of the next steps ready, in time that nobody else needs. Changes nothing but their speed."""
        if self.device.type == "cpu":
            self._feed.prepare(self._settings.batch_size)

    def drain(self) -> list[TrainPoint]:
        """The points of all updates since the last call; waits for the device. Raises Diverged as `step` does.

        Where a loss is not finite, the points before it are returned, the network gets the last finite weights that
        were kept, and the next call of `step` or `drain` raises Diverged, once.
        """
        self._raise_if_diverged()
        began = perf_counter()
        self._collect()
        if self.device.type != "cpu":
            self._seconds += perf_counter() - began  # there, the work itself is waited for here
        points = self.history.train[self._drained :]
        self._drained = len(self.history.train)
        return points

    def evaluate(
        self, samples: int | None = None, should_stop: Callable[[], bool] | None = None
    ) -> tuple[HeldOutPoint, Evaluated | None]:
        """The network on the held-out samples, or on so many of them, spread evenly; noted in the history.

        The second value is there if all were seen. `should_stop` is asked between batches: what was done until then
        counts. A whole evaluation at the end of an epoch is what early stopping goes by.
        """
        if not len(self._held_out):
            raise TrainingError(f"{self.dataset.title} has no held-out samples to evaluate on")
        with memory_errors_of(self.device, doing="when the held-out samples were evaluated", advice=_SMALLER):
            said = predict(
                module=self.module,
                samples=self._held_out,
                count=samples,
                step=self._updates,
                should_stop=should_stop,
            )
        whole = len(said.indices) == len(self._held_out)
        point = said.point(epoch=self.epoch, whole=whole, seconds=self._seconds)
        self.history.add([point])
        if not whole:
            return point, None
        self._predictions = said
        if self.epoch_ended:
            self._stopping.look(self._feed.epoch, said.loss)
        return point, said.evaluated(len(self.dataset.classes))

    def judge(self, module: nn.Module, *, step: int, should_stop: Callable[[], bool]) -> Predictions | None:
        """Another network of this shape (this one with its weights after `step` updates) on all held-out samples.

        None if it was stopped before the end, or there are no such samples. Nothing of this training changes.
        """
        if not len(self._held_out):
            return None
        said = predict(module=module, samples=self._held_out, count=None, step=step, should_stop=should_stop)
        return said if len(said.indices) == len(self._held_out) else None

    def keep_timeline(self, budget: int) -> None:
        """Keep at most so many bytes of weights over time."""
        self.timeline.set_budget(budget)
        self._record()

    def predictions(self) -> Predictions | None:
        """What the last whole evaluation found for every held-out sample; None before the first."""
        return self._predictions

    def tune(self, tune: Tune) -> Settings:
        """Change settings; weights, velocities and the place in the epoch stay. Returns them as they are now.

        A new learning rate holds at once, and decays from then on.
        """
        self._settings = tuned(self._settings, tune)
        if tune.learning_rate is not None:
            self._first_rate = tune.learning_rate
        self._stopping.patience = self._settings.patience
        self._stopping.min_delta = self._settings.min_delta
        if self._settings.patience is None:
            self._stopping.stopped = False
        return self._settings

    def extend(self, epochs: int) -> Settings:
        """Ask for so many epochs more than are done, also after it stopped early."""
        self._stopping.go_on()
        return self.tune(Tune(epochs=self._feed.epoch + epochs))

    def rewind(self) -> None:
        """Back to the very same initial weights, order of samples and random numbers; the history is empty again.

        Settings stay as they were tuned; a learning rate that has decayed is as it was tuned or set at first.
        """
        self._settings = replace(self._settings, learning_rate=self._first_rate)
        self.load_weights(self._initial)
        self._sgd.reset()
        self._feed.seek(0, 0)
        if self._randomness is not None:
            self._randomness.reset(self._settings.seed)
        self._ledger.clear()
        self._stopping = EarlyStopping(self._settings.patience, self._settings.min_delta)
        self._predictions = self._diverged = self._restored = None
        self._updates, self._seconds, self._drained = 0, 0.0, 0
        self.history.clear()
        self.timeline.clear()
        self._record()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Write a state_dict into the network, in place. TrainingError if it belongs to another network."""
        take_over(self.module, weights)

    def state(self) -> Checkpoint:
        """All that another Trainer of the same network and dataset needs to go on as if nothing had happened."""
        self._collect()
        return Checkpoint(
            weights=copies(self.module.state_dict()),
            initial=self._initial,
            velocities=copies(self._sgd.state()),
            randomness=() if self._randomness is None else self._randomness.states,
            settings=self._settings,
            first_rate=self._first_rate,
            updates=self._updates,
            epoch=self._feed.epoch,
            position=self._feed.position,
            seconds=self._seconds,
            stopping=self._stopping.to_json(),
        )

    def restore(
        self, checkpoint: Checkpoint, *, history: History | None = None, moments: Iterable[Moment] = ()
    ) -> None:
        """Go on from where `checkpoint` was taken, to the bit on the same device, with the curves and the timeline of
        then, where given.

        TrainingError if it is of another network or another size of the training set.
        """
        if checkpoint.position >= max(1, len(self._samples)):
            raise TrainingError(
                f"the run stopped at sample {checkpoint.position:,} of an epoch, but {self.dataset.title} has only "
                f"{len(self._samples):,}: it was trained on other data"
            )
        take_over(self.module, checkpoint.weights)
        self._initial = dict(checkpoint.initial)
        self._sgd.restore(checkpoint.velocities)
        if self._randomness is not None and checkpoint.randomness:
            self._randomness.restore(checkpoint.randomness)
        self._settings = checkpoint.settings
        self._first_rate = checkpoint.first_rate
        self._feed = Feed(self._samples, seed=checkpoint.settings.seed)
        self._feed.seek(checkpoint.epoch, checkpoint.position)
        self._updates, self._seconds = checkpoint.updates, checkpoint.seconds
        self._stopping = EarlyStopping(self._settings.patience, self._settings.min_delta)
        self._stopping.restore(dict(checkpoint.stopping))
        self._ledger.clear()
        self._predictions = self._diverged = self._restored = None
        self.history = History() if history is None else history
        self._drained = len(self.history.train)
        self.timeline.restore(moments)
        self._record()

    def _standing(self) -> Standing:
        return Standing(
            velocities=self._sgd.state() if self._sgd.moving else {},
            randomness=() if self._randomness is None else self._randomness.states,
            settings=self._settings,
            first_rate=self._first_rate,
            epoch=self._feed.epoch,
            position=self._feed.position,
            seconds=self._seconds,
            stopping=self._stopping.to_json(),
        )

    def _record(self) -> None:
        self.timeline.record_if_due()
        self._due = self.timeline.due

    def _collect(self) -> None:
        points, broken = self._ledger.collect()
        self.history.add(points)
        if broken is None:
            return
        # The loss of update n is that of the weights after n - 1: two before, it was finite still.
        moment = self.timeline.last_finite(before=broken.step - 2)
        self._due = self.timeline.due
        self.load_weights(self._initial if moment is None else moment.weights)
        self._sgd.reset()
        self._restored = 0 if moment is None else moment.step
        self._diverged = Diverged(
            step=broken.step,
            good=self._restored,
            loss=broken.loss,
            learning_rate=self._settings.learning_rate,
        )

    def _raise_if_diverged(self) -> None:
        if self._diverged is not None:
            diverged, self._diverged = self._diverged, None
            raise diverged

    def _own_randomness(self) -> AbstractContextManager[None]:
        return nullcontext() if self._randomness is None else self._randomness.own()
