"""`watch_script`: a training loop of one's own with `engine.watch`, its window open beside it, and the same without."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import torch.nn.functional as F

from engine import watch
from engine.watching import Watched
from tests.bench import plain
from tests.bench.quiet import in_turns
from tests.bench.rows import Row, at_least

_SECONDS = 2.0
_WINDOW_SECONDS = 60.0


def measure(quick: bool) -> Sequence[Row]:
    """LeNet on MNIST, batch 64, in plain torch: turns with two more lines and turns without, in one process."""
    name = plain.dataset_name()
    loop = plain.Plain("lenet", plain.load(name))
    with tempfile.TemporaryDirectory() as folder:
        seen = watch(
            loop.module,
            optimizer=loop.optimizer,
            steps_per_epoch=-(-len(loop.y) // plain.BATCH),
            run=Path(folder) / "run",
        )
        try:
            shown = _wait_for_window(seen, loop)
            turns = in_turns(
                lambda: _samples_per_second(loop, seen),
                lambda: _samples_per_second(loop, None),
                pairs=4 if quick else 12,
            )
            note = f"{turns}; the window is {'open' if shown else 'not open: there is no display'}"
        finally:
            window = seen._window
            seen.close()
            if window is not None:
                window.end()
    return [
        at_least(
            "watch_script", turns.ratio * median(turns.other), median(turns.other), 0.95, unit="samples/s", note=note
        )
    ]


def _samples_per_second(loop: plain.Plain, seen: Watched | None) -> float:
    """The loop as one would write it, for so long; with `seen`, its one more line."""
    began, steps = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < _SECONDS:
        index = loop.order[loop.position : loop.position + plain.BATCH]
        labels = loop.y[index]
        logits = loop.module(loop.x[index])
        loss = F.cross_entropy(logits, labels)
        loop.optimizer.zero_grad()
        loss.backward()
        loop.optimizer.step()
        if seen is not None:
            seen.step(loss, logits, labels)
        loop.position = 0 if loop.position + plain.BATCH >= len(loop.y) else loop.position + plain.BATCH
        steps += 1
    return steps * plain.BATCH / spent


def _wait_for_window(seen: Watched, loop: plain.Plain) -> bool:
    """Train until the window shows the run: it then asks for what it wants to see, or follows; False if none opens."""
    assert seen.directory is not None
    directory, end = seen.directory, time.perf_counter() + _WINDOW_SECONDS
    while time.perf_counter() < end:
        _samples_per_second(loop, seen)
        if seen._window is None or seen._window.status is not None:
            return False
        if (directory / "request.json").exists():
            return True
    return False
