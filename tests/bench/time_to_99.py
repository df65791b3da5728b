"""`time_to_99`: LeNet with ReLU to 99 % of the MNIST test set, watched in the window, beside the plain loop."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from engine import messages
from tests.bench import plain
from tests.bench.quiet import in_turns
from tests.bench.rows import Row, at_most
from tests.bench.studio import studio

_WANTED = 0.99
_MOST_EPOCHS = 30


def measure(quick: bool) -> Sequence[Row]:
    """Both train by the same recipe, from the same weights, in the same order, and look at the whole test set after
    each epoch. The bundled digits stand in for MNIST where that is not there."""
    name = plain.dataset_name()
    epochs: list[float] = []
    with studio() as shown:
        shown.open("lenet-relu", name, epochs=_MOST_EPOCHS)
        dataset = plain.load(name)

        def ours() -> float:
            if shown.trainer.updates:
                shown.bridge.send(messages.Rewind())
                shown.wait_for_status(messages.Status.READY)
            began = time.perf_counter()
            shown.train()
            while shown.wait_for(messages.Evaluated).accuracy < _WANTED:
                if shown.trainer.finished:
                    raise RuntimeError(f"not there after {_MOST_EPOCHS} epochs")
            spent = time.perf_counter() - began
            epochs.append(shown.trainer.epoch)
            shown.pause()
            return spent

        def other() -> float:
            loop = plain.Plain("lenet-relu", dataset)
            loop.accuracy()
            began = time.perf_counter()
            for _ in range(_MOST_EPOCHS):
                while not loop.step():
                    pass
                if loop.accuracy() >= _WANTED:
                    return time.perf_counter() - began
                loop.decay()
            raise RuntimeError(f"the plain loop is not there after {_MOST_EPOCHS} epochs")

        beside = shown.seen.on_the_engines_thread(shown.bridge.session, other)
        found = in_turns(ours, beside, pairs=1 if quick else 3)
    note = f"{found}; {median(epochs):.0f} epochs of {name}"
    return [at_most("time_to_99", median(found.ours), median(found.other), 1.05, unit="s", note=note)]
