"""`watch_cost` and `frame_gap`: training in the real window, beside the plain loop, in turns in one process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from tests.bench import plain
from tests.bench.quiet import in_turns
from tests.bench.rows import Row, at_least
from tests.bench.studio import Heartbeat, studio

_P99, _MOST = 20.0, 100.0


def measure(quick: bool) -> Sequence[Row]:
    """Windows of one second each: LeNet on MNIST, batch 64, all maps and curves live in a window of 1600x1000."""
    name = plain.dataset_name()
    with studio() as shown:
        shown.open("lenet", name, epochs=10_000)
        loop = shown.seen.on_the_engines_thread(shown.bridge.session, lambda: plain.Plain("lenet", plain.load(name)))()
        beat = Heartbeat()
        rates: list[float] = []
        whole: set[float] = set()  # speeds of windows in which no epoch ended
        trainer = shown.trainer

        def ours() -> float:
            shown.train()
            shown.run(0.1)
            began, steps, frames, epoch = time.perf_counter(), trainer.updates, shown.frames, int(trainer.epoch)
            shown.run(1.0)
            spent = time.perf_counter() - began
            made = trainer.updates - steps
            rates.append((shown.frames - frames) / spent)
            shown.pause()
            speed = made * plain.BATCH / spent
            if int(trainer.epoch) == epoch:
                whole.add(speed)
            return speed

        other = shown.seen.on_the_engines_thread(shown.bridge.session, lambda: loop.samples_per_second(1.0))
        found = in_turns(ours, other, pairs=4 if quick else 12)
        # The beats of a clock, 200 a second, are themselves something to wait for: they have windows of their own.
        shown.train()
        shown.run(0.2)
        beat.start()
        shown.run(3.0 if quick else 10.0)
        beat.stop()
        shown.pause()
    gaps = sorted(beat.gaps)
    p99, most = gaps[int(len(gaps) * 0.99)], gaps[-1]
    speed = median(rates)
    # The plain loop never looks at the test set; ours does after each epoch.
    within = [ours / other for ours, other in zip(found.ours, found.other, strict=True) if ours in whole]
    alone = f"{median(within):.3f} in {len(within)} windows without the end of an epoch; " if within else ""
    cost = at_least(
        "watch_cost",
        found.ratio * median(found.other),
        median(found.other),
        0.95,
        unit="samples/s",
        note=f"{found}; {alone}{speed:.1f} frames/s",
        details={"frames_per_second": speed, "ours": found.ours, "other": found.other},
    )
    gap = Row(
        name="frame_gap",
        ours=p99,
        other=_P99,
        reach="p99 ≤ 20 ms, max ≤ 100 ms",
        met=p99 <= _P99 and most <= _MOST,
        unit="ms",
        note=f"maximum {most:.0f} ms of {len(gaps)} turns of the loop",
        details={"maximum": most, "median": median(gaps)},
    )
    return [cost, gap]
