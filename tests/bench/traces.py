"""What the traces promise: speed beside torch, memory, the cost of a step, and of importing them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from engine import traces

ROOT = Path(__file__).resolve().parents[2]
_IMPORT = """
import time, numpy, numpy.typing
start = time.perf_counter()
import engine.traces
print(1000 * (time.perf_counter() - start))
"""


def rows() -> list[dict[str, Any]]:
    """One row per promise; times in milliseconds (medians), memory in bytes, `ratio` = ours / other."""
    import torch

    with torch.inference_mode():
        return [_convolution(), _lenet(), _memory(), _step(), _import()]


def _row(name: str, *, ours: float, other: float, most: float) -> dict[str, Any]:
    ratio = ours / other
    return {"name": name, "ours": ours, "other": other, "ratio": ratio, "reach": f"≤ {most:g}", "met": ratio <= most}


def _arrays(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.normal(size=shape).astype(np.float32) for shape in shapes]


def _times(*runs: Callable[[], Any], rounds: int = 41) -> list[float]:
    """The median time of each, in milliseconds, taken in turns after a first round that does not count."""
    taken: list[list[float]] = [[] for _ in runs]
    for turn in range(rounds + 1):
        for run, times in zip(runs, taken, strict=True):
            start = time.perf_counter()
            run()
            if turn:
                times.append(1000 * (time.perf_counter() - start))
    return [median(times) for times in taken]


def _convolution() -> dict[str, Any]:
    """64 to 64 channels, 56x56, 3x3: beside torch's conv2d on the CPU."""
    import torch

    x, weight = _arrays((64, 56, 56), (64, 64, 3, 3))
    given, kernels = torch.from_numpy(x)[None], torch.from_numpy(weight)
    ours, other = _times(
        lambda: traces.convolution(x, weight, padding=1),
        lambda: torch.nn.functional.conv2d(given, kernels, padding=1),
    )
    return _row("trace_output", ours=ours, other=other, most=10)


def _lenet() -> dict[str, Any]:
    """A whole LeNet on one picture: beside one millisecond."""
    shapes = [(1, 28, 28), (6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)]
    x, conv1, conv2, dense1, dense2, last = _arrays(*shapes)

    def forward() -> traces.Trace:
        values = x
        for weight, padding in ((conv1, 2), (conv2, 0)):
            values = traces.convolution(values, weight, np.zeros(len(weight)), padding=padding).output
            values = traces.average_pool(traces.activation(values, "sigmoid").output, 2).output
        values = traces.flatten(values).output
        for weight in (dense1, dense2):
            values = traces.activation(traces.linear(values, weight).output, "sigmoid").output
        return traces.softmax(traces.linear(values, last).output)

    (ours,) = _times(forward)
    return _row("traces_lenet", ours=ours, other=1.0, most=1)


def _memory() -> dict[str, Any]:
    """The most that a convolution takes while it is computed, beside input and output."""
    x, weight = _arrays((64, 56, 56), (64, 64, 3, 3))
    tracemalloc.start()
    try:
        trace = traces.convolution(x, weight, padding=1, padding_mode="reflect")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return _row("trace_memory", ours=float(x.nbytes + peak), other=float(x.nbytes + trace.output.nbytes), most=4)


def _step() -> dict[str, Any]:
    """Any step of that convolution with all its 576 terms as columns: beside one millisecond."""
    x, weight = _arrays((64, 56, 56), (64, 64, 3, 3))
    trace = traces.convolution(x, weight, padding=1)
    numbers = iter(np.random.default_rng(1).integers(0, len(trace), 1000).tolist())
    (ours,) = _times(lambda: trace[next(numbers)].terms.products.sum(), rounds=500)
    return _row("trace_step", ours=ours, other=1.0, most=1)


def _import() -> dict[str, Any]:
    """Importing engine.traces where NumPy is there, its bytecode cached: beside 20 milliseconds."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", _IMPORT]
        taken = [
            float(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)
            for _ in range(8)
        ]
    return _row("traces_import", ours=median(taken[1:]), other=20.0, most=1)
