"""A network on held-out samples: loss, accuracy, confusion, and the mistakes, worst first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.messages import Evaluated, Floats, HeldOutPoint
from engine.training.devices import is_out_of_memory
from engine.training.feed import Pictures

# What fits into a processor's cache: larger batches take a sixth longer there, and stop later when asked to.
_AT_ONCE = 125
_MOST_MISTAKES = 1000


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the network said at `step` to each of the samples `indices` (int64): the class, and how sure it was.

    `confidence` is the probability of the predicted class, float32 0-1; `loss` the mean cross-entropy in nats.
    """

    step: int
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: Floats
    loss: float

    @property
    def accuracy(self) -> float:
        return float((self.labels == self.predicted).mean())

    def point(self, *, epoch: float, whole: bool, seconds: float) -> HeldOutPoint:
        """What a curve shows of this; `whole`: all samples were seen. `seconds` of training went before it."""
        return HeldOutPoint(
            step=self.step,
            epoch=epoch,
            loss=self.loss,
            accuracy=self.accuracy,
            samples=len(self.indices),
            whole=whole,
            seconds=seconds,
        )

    def evaluated(self, classes: int) -> Evaluated:
        """The confusion matrix and the mistakes, the most confidently wrong first."""
        confusion = np.bincount(self.labels * classes + self.predicted, minlength=classes * classes)
        wrong = np.flatnonzero(self.labels != self.predicted)
        wrong = wrong[np.argsort(-self.confidence[wrong], kind="stable")][:_MOST_MISTAKES]
        return Evaluated(
            step=self.step,
            loss=self.loss,
            accuracy=self.accuracy,
            confusion=confusion.reshape(classes, classes).astype(np.int64),
            mistakes=self.indices[wrong],
            predicted=self.predicted[wrong],
            confidence=self.confidence[wrong],
        )


def predict(
    *,
    module: nn.Module,
    samples: Pictures,
    count: int | None,
    step: int,
    should_stop: Callable[[], bool] | None,
) -> Predictions:
    """Run `module` in evaluation mode over all samples, or over `count` of them, spread evenly.

    `should_stop` is asked between batches; what was done until then is returned, at least one batch. Where the device
    has not enough memory for a batch, smaller ones are taken.
    """
    total, at_once = len(samples), _AT_ONCE
    spread = None if count is None or count >= total else torch.arange(count) * total // count
    wanted = total if spread is None else len(spread)
    losses: list[Tensor] = []
    said: list[tuple[Tensor, Tensor]] = []
    done = 0
    training = module.training
    module.eval()
    try:
        with torch.no_grad():
            while done < wanted and not (done and should_stop is not None and should_stop()):
                stop = min(done + at_once, wanted)
                try:
                    if spread is None:
                        pictures, labels = samples.range(done, stop)
                    else:
                        pictures, labels = samples.take(spread[done:stop].to(samples.device))
                    logits = module(pictures)
                except RuntimeError as error:
                    if at_once == 1 or not is_out_of_memory(error):
                        raise
                    at_once = max(1, at_once // 4)  # it takes longer, but it can be done
                else:
                    losses.append(F.cross_entropy(logits, labels, reduction="sum"))
                    confidence, predicted = logits.softmax(1).max(1)
                    said.append((predicted, confidence))
                    done = stop
    finally:
        module.train(training)
    indices = torch.arange(done) if spread is None else spread[:done]
    return Predictions(
        step=step,
        indices=indices.numpy(),
        labels=samples.labels.index_select(0, indices.to(samples.device)).cpu().numpy(),
        predicted=torch.cat([one for one, _ in said]).cpu().numpy(),
        confidence=torch.cat([one for _, one in said]).float().cpu().numpy(),
        loss=float(torch.stack(losses).double().sum()) / done if done else float("nan"),
    )
