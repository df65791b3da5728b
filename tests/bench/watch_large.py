"""`watch_large`: what it costs to watch the largest layer of VGG-16 at 224x224, beside a bare forward pass."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

import torch

from engine import networks
from engine.graph import trace_graph, with_softmax
from engine.messages import Watch
from engine.probe import Probe
from engine.twin import Twin
from tests.bench.quiet import in_turns
from tests.bench.rows import Row, at_most

_NODE = "features.0"  # 64 maps of 224x224: no layer has more
_DRAWN = 64  # cells along a side of a map that the views draw


def measure(quick: bool) -> Sequence[Row]:
    """A frame and a bare pass in turns, on the same module; random weights, as they cost the same."""
    module = networks.build("vgg16", seed=0).eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    shape = networks.input_shape("vgg16")
    graph = with_softmax(trace_graph(networks.skeleton("vgg16"), shape, name="vgg16", title="VGG-16"))
    probe = Probe(graph=graph, twin=Twin(module, graph))
    pictures = torch.randn(1, *shape, generator=torch.Generator().manual_seed(0)).to(memory_format=torch.channels_last)
    watch = Watch((_NODE,), links=False, largest=_DRAWN)

    def frame() -> None:
        probe.picture(inputs=pictures, watch=watch, moment=0)

    def bare() -> None:
        with torch.inference_mode():
            module(pictures)

    for warm in (frame, bare):
        warm()
    turns = in_turns(lambda: _milliseconds(frame), lambda: _milliseconds(bare), pairs=5 if quick else 25)
    cost = median(turns.other)
    return [
        at_most("watch_large", turns.ratio * cost, cost, 1.1, unit="ms", note=f"{_NODE}, 64 maps of 224x224; {turns}")
    ]


def _milliseconds(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000
