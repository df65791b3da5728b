"""What a picture costs the engine, how long first light takes, and how long loading torch stops a gui."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.rows import Row, at_most

_ROOT = Path(__file__).resolve().parents[2]

_FIRST_LIGHT = """
import time
import numpy, safetensors.numpy
from engine.session import Session
session = Session()
began = time.perf_counter()
session.first_light()
print(1000 * (time.perf_counter() - began))
"""
_GAP = """
import sys, threading, time
import numpy
from engine.session.loading import load_engine
gaps, loaded = [], threading.Event()
def load():
    if {ours}:
        load_engine()
    else:
        import engine.session.worker
    loaded.set()
thread = threading.Thread(target=load)
thread.start()
last = time.perf_counter()
while not loaded.is_set():
    time.sleep(0.005)
    now = time.perf_counter()
    gaps.append(now - last)
    last = now
thread.join()
print(1000 * max(gaps))
"""


def measure(quick: bool) -> Sequence[Row]:
    """Milliseconds; medians."""
    times = 3 if quick else 7
    light = median(_child(_FIRST_LIGHT) for _ in range(times))
    ours = median(_child(_GAP.format(ours=True)) for _ in range(times))
    other = median(_child(_GAP.format(ours=False)) for _ in range(times))
    return [
        at_most("snapshot_cost", _snapshot(), 0.7, 1.0, unit="ms", note="all LeNet maps and kernels, on the CPU"),
        at_most("first_light", light, 15.0, 1.0, unit="ms", note="all LeNet maps from NumPy alone, files read"),
        at_most("torch_gap", ours, other, 0.5, unit="ms", note="longest wait of another thread while torch loads"),
    ]


def _child(program: str) -> float:
    done = subprocess.run([sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _snapshot() -> float:
    import torch

    from engine import networks
    from engine.graph import trace_graph, with_softmax
    from engine.messages import Watch
    from engine.probe import Probe
    from engine.twin import Twin

    module = networks.build("lenet")
    graph = with_softmax(trace_graph(module, (1, 28, 28), name="lenet", title="LeNet"))
    probe = Probe(graph=graph, twin=Twin(module, graph))
    watch, x = Watch(tuple(node.name for node in graph.nodes)), torch.rand(1, 1, 28, 28)
    links = probe.picture(inputs=x, watch=watch).links
    taken = []
    for _ in range(300):
        began = time.perf_counter()
        probe.picture(inputs=x, watch=watch, links=links)
        taken.append(time.perf_counter() - began)
    return 1000 * median(taken)
