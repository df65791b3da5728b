"""What can go wrong in training. Every message is meant for the user: what happened, to what, what to do."""

from __future__ import annotations


class TrainingError(ValueError):
    """Settings, data or weights that training cannot take."""


class Diverged(TrainingError):
    """The loss became infinite or no number in update `step`. The network has its weights of update `good` again."""

    def __init__(self, *, step: int, good: int, loss: float, learning_rate: float) -> None:
        self.step = step
        self.good = good
        self.loss = loss
        self.learning_rate = learning_rate
        super().__init__(
            f"The loss became {loss} at step {step:,} (learning rate {learning_rate:g}). The network has its weights "
            f"of step {good:,} again: lower the learning rate (to {learning_rate / 10:g}, say) and go on, or rewind."
        )


class OutOfMemory(TrainingError):
    """The device had not enough memory. Weights and history are as they were before.

    `said` is how much was asked for and how much was free, where that is known: ", 20.00 GiB more were needed".
    """

    def __init__(self, *, device: str, doing: str, advice: str, said: str = "") -> None:
        super().__init__(f"{device} ran out of memory {doing}{said}. Nothing was lost: {advice}")
