"""What one run makes of one sample: layers in 8 bits, each map scaled by itself, with facts of the exact values."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from engine.compare.subject import Subject
from engine.messages import Floats, Graph, Maps, Operation
from engine.messages.compare import LayerSeen, RunSeen
from engine.twin import Twin

MOST_MAPS = 256
_FLAT_ENDS = {
    Operation.SIGMOID: (0.05, 0.95),
    Operation.HARD_SIGMOID: (0.05, 0.95),
    Operation.TANH: (-0.95, 0.95),
}


def see(subject: Subject, inputs: Tensor, *, nodes: Iterable[str], step: int | None, kernels: bool) -> RunSeen:
    """Run the subject's network, with its weights of `step`, on `inputs` (1, channels, height, width).

    Nodes that the network does not have are left out. `kernels`: the weights of convolutions instead of maps.
    """
    graph = subject.graph
    assert graph is not None
    moment, twin = subject.at(step)
    names = tuple(dict.fromkeys(name for name in nodes if name in twin))
    wanted = () if kernels else names
    with torch.inference_mode():
        outputs = twin.tapped((*wanted, subject.logits))(inputs.to(subject.device))
        logits = outputs[-1].reshape(-1).float()
        if kernels:
            found = {name: _kernels(graph, twin, name) for name in names}
            layers = {name: layer_seen(one, Operation.OTHER) for name, one in found.items() if one is not None}
        else:
            layers = {
                name: layer_seen(_maps(one), graph[name].operation)
                for name, one in zip(wanted, outputs[:-1], strict=True)
            }
        probabilities = torch.softmax(logits, 0) if _needs_softmax(subject, twin) else logits
        return RunSeen(moment=moment, layers=MappingProxyType(layers), probabilities=probabilities.cpu().numpy().copy())


def layer_seen(values: Floats, operation: Operation) -> LayerSeen:
    """Quantize float32 (maps, height, width); what is no number counts as 0."""
    broken = float((~np.isfinite(values)).mean()) if values.size else 0.0
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    ends = _FLAT_ENDS.get(operation)
    saturated = None if ends is None else float(((values < ends[0]) | (values > ends[1])).mean())
    shown = values[:MOST_MAPS]
    limits = np.abs(shown).reshape(len(shown), -1).max(1, initial=0.0).astype(np.float32)
    limits[limits == 0] = 1.0
    signed = bool((values < 0).any())
    scaled = shown / limits[:, None, None]
    pixels = np.rint(scaled * 127.5 + 127.5 if signed else scaled * 255.0).clip(0, 255).astype(np.uint8)
    return LayerSeen(
        maps=Maps(pixels=np.ascontiguousarray(pixels), limits=limits, signed=signed),
        low=float(values.min(initial=0.0)),
        high=float(values.max(initial=0.0)),
        zero=float((values == 0).mean()) if values.size else 0.0,
        saturated=saturated,
        total=len(values),
        broken=broken,
    )


def _maps(output: Tensor) -> Floats:
    """An output (1, …) as (maps, height, width); units of a dense layer are maps of one cell."""
    values: Floats = output[0].detach().float().cpu().numpy()
    if values.ndim == 3:
        return values
    return values.reshape(-1, 1, 1) if values.ndim < 3 else values.reshape(-1, *values.shape[-2:])


def _kernels(graph: Graph, twin: Twin, name: str) -> Floats | None:
    """The kernels of a convolution, (outputs * inputs, height, width); None where the node has no such weights."""
    key = graph[name].weights.get("weight")
    weight = None if key is None else twin.tensors.get(key)
    if weight is None or weight.dim() != 4:
        return None
    kernels: Floats = weight.detach().float().cpu().numpy()
    return kernels.reshape(-1, *kernels.shape[-2:])


def _needs_softmax(subject: Subject, twin: Twin) -> bool:
    graph = subject.graph
    assert graph is not None
    last = graph.nodes[-1]
    return last.operation is not Operation.SOFTMAX or last.name not in twin
