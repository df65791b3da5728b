"""What a run says to all held-out samples, worked out in slices, so that nothing waits for it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.compare.subject import Subject
from engine.messages.compare import Evaluating, RunEvaluated
from engine.training.feed import Pictures
from engine.twin import Twin

_AT_ONCE = 125


class Predicting:
    """Predictions of one subject with its weights of now; `work` until it returns what was found.

    A network that is being trained is copied first: all samples meet the same weights.
    """

    def __init__(self, subject: Subject) -> None:
        assert subject.module is not None
        assert subject.dataset is not None
        dataset = subject.dataset
        self.name = subject.facts.name
        self.step = subject.step()
        self._samples = Pictures(
            pictures=dataset.test_pictures,
            labels=dataset.test_labels,
            mean=dataset.mean,
            std=dataset.std,
            device=subject.device,
        )
        assert subject.graph is not None
        twin = Twin(copy.deepcopy(subject.module), subject.graph) if subject.live else subject.twin()
        self._run = twin.tapped((subject.logits,))
        self._said: list[tuple[Tensor, Tensor]] = []
        self._losses: list[Tensor] = []
        self._done = 0

    @property
    def progress(self) -> Evaluating:
        return Evaluating(self.name, self._done, len(self._samples))

    def work(self, go_on: Callable[[], bool]) -> RunEvaluated | None:
        """Some batches more, at least one, while `go_on`; what was found once all samples were seen, else None."""
        total = len(self._samples)
        with torch.inference_mode():
            while self._done < total:
                stop = min(self._done + _AT_ONCE, total)
                pictures, labels = self._samples.range(self._done, stop)
                logits = self._run(pictures)[0].flatten(1).float()
                self._losses.append(F.cross_entropy(logits, labels, reduction="sum"))
                confidence, predicted = logits.softmax(1).max(1)
                known = confidence.isfinite()
                self._said.append((predicted.where(known, -1), confidence.where(known, 0.0)))
                self._done = stop
                if not go_on():
                    break
            if self._done < total:
                return None
            if not total:
                empty = torch.zeros(0)
                self._said, self._losses = [(empty.long(), empty)], [empty.sum()]
            return RunEvaluated(
                name=self.name,
                step=self.step,
                labels=self._samples.labels.cpu().numpy(),
                predicted=torch.cat([one for one, _ in self._said]).cpu().numpy(),
                confidence=torch.cat([one for _, one in self._said]).float().cpu().numpy(),
                loss=float(torch.stack(self._losses).double().sum()) / max(total, 1),
            )
