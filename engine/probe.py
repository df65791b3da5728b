"""What the watched layers of a network do with one sample, reduced to 8 bits where the network lives.

The probe runs a twin of the network: the very same parameters and buffers in eval mode, which hands out every node that
is watched. So nothing of the network itself is hooked, no training flag is touched, no random number is drawn, and
training goes on to the bit as if nobody looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from engine.links import Linked, candidates, chosen, linked, strongest
from engine.memory import keep_freed_memory
from engine.messages import Floats, Focus, Graph, Links, Maps, Node, Operation, Quantity, Scale, Watch
from engine.picture import Picture, kernel_nodes, softmax
from engine.quantize import Layout, assemble, pictures, scaling_of, widened
from engine.twin import Tapped, Twin, TwinError

# A plan is a compiled forward; viewers come back to the same few of them.
_PLANS_KEPT = 16


@dataclass(frozen=True, eq=False)
class _Plan:
    """How one Watch is answered: a forward that returns `taps`, and where the values of `maps` and `kernels` go."""

    run: Tapped
    taps: tuple[str, ...]
    maps: tuple[str, ...]
    kernels: tuple[str, ...]
    layout: Layout
    kernel_layout: Layout
    links: tuple[Linked, ...]


@dataclass(frozen=True, eq=False)
class _Kernels:
    """Quantized kernels, of weights at some `moment` in some versions, for a plan and a scale."""

    plan: _Plan
    scale: Scale
    state: tuple[int, ...]
    kernels: Mapping[str, Maps]


class Probe:
    """Pictures of one network.

    `twin` shares its parameters with a module that others keep training; a Probe only reads them, at the moment of
    each call. Raises TwinError where the twin lacks a node of the graph.
    """

    def __init__(self, *, graph: Graph, twin: Twin) -> None:
        keep_freed_memory()
        self.graph = graph
        self._twin = twin
        self._links = linked(graph)
        last = graph.nodes[-1]
        self._softmax = last.name if last.operation is Operation.SOFTMAX and last.name not in twin else None
        self._logits = (
            last.inputs[0] if last.operation is Operation.SOFTMAX else last.name
        )  # before its own softmax, too
        if missing := [node.name for node in graph.nodes if node.name not in twin and node.name != self._softmax]:
            raise TwinError(f"The network has no part named {', '.join(missing)}.")
        self._plans: dict[Watch, _Plan] = {}
        self._kernels: _Kernels | None = None
        self._copies: dict[str, tuple[tuple[int, ...], Floats]] = {}  # of the focused node's weights, by key

    def picture(
        self,
        *,
        inputs: Tensor,
        watch: Watch,
        label: int | None = None,
        links: Mapping[str, Links] | None = None,
        moment: int | None = None,
    ) -> Picture:
        """Run the network on `inputs` (1, channels, height, width), as it sees them, on its device.

        Gradients are of the cross entropy of `label` (None: of the predicted class). `links` are repeated where given,
        else computed if `watch` asks for them. `moment` counts the updates that the weights have seen (None: unknown):
        what depends on weights alone is not made anew for each picture while they stay.
        """
        plan = self._plan(watch)
        gradients = watch.quantity is Quantity.GRADIENTS
        if gradients:
            with torch.enable_grad():
                outputs = dict(zip(plan.taps, plan.run(inputs.clone().requires_grad_()), strict=True))
                shown = self._gradients(plan, outputs, label)
        else:
            with torch.inference_mode():
                shown = outputs = dict(zip(plan.taps, plan.run(inputs), strict=True))
                if self._softmax:
                    outputs[self._softmax] = torch.softmax(outputs[self._logits].reshape(1, -1), 1)
        with torch.inference_mode():
            pixels, told = _reduced(shown, plan.layout)
            vector = torch.cat([*pixels, *told, outputs[self._logits].reshape(-1)]).float()
            maps, _, logits = quantized(vector, plan.layout, watch.scale)
            kernels = self._quantized_kernels(plan, watch.scale, moment)
            if links is None:
                links = {link.node.name: self._strongest(link, outputs) for link in plan.links}
            return Picture(
                quantity=watch.quantity,
                maps=maps,
                kernels=kernels,
                links=links,
                logits=logits,
                probabilities=softmax(logits),
                focus=self._focus(watch.focus, outputs, moment),
            )

    def _quantized_kernels(self, plan: _Plan, scale: Scale, moment: int | None) -> Mapping[str, Maps]:
        if not plan.kernels:
            return MappingProxyType({})
        weights = [self._twin.tensors[key] for key in plan.kernels]
        state = _state(weights, moment)
        known = self._kernels
        if known is not None and known.plan is plan and known.scale is scale and known.state == state and state:
            return known.kernels
        vector = torch.cat([one.reshape(-1) for one in weights]).float()
        kernels = quantized(vector, plan.kernel_layout, scale)[1]
        self._kernels = _Kernels(plan, scale, state, kernels)
        return kernels

    def _plan(self, watch: Watch) -> _Plan:
        key = replace(watch, frames_per_second=0.0, scale=Scale.LAYER)
        if (known := self._plans.get(key)) is not None:
            return known
        maps = tuple(node.name for node in self.graph.nodes if node.name in watch.nodes)
        links = tuple(link for link in self._links if watch.links and link.node.name in maps)
        wanted = {*maps, self._logits, *(link.source for link in links)}
        focused = next((node for node in self.graph.nodes if node.name == watch.focus), None)
        if focused is not None:
            wanted |= {focused.name, *focused.inputs}
        taps = tuple(node.name for node in self.graph.nodes if node.name in wanted and node.name != self._softmax)
        kernels = kernel_nodes(self.graph, maps)
        keys = tuple(node.weights["weight"] for node in kernels)
        plan = _Plan(
            run=self._twin.tapped(taps),
            taps=taps,
            maps=maps,
            kernels=keys,
            layout=Layout.of(((name, self.graph[name].output_shape) for name in maps), (), largest=watch.largest),
            kernel_layout=Layout.of(
                (), ((node.name, self._twin.tensors[key].shape) for node, key in zip(kernels, keys, strict=True))
            ),
            links=links,
        )
        while len(self._plans) >= _PLANS_KEPT:
            self._plans.pop(next(iter(self._plans)))
        self._plans[key] = plan
        return plan

    def _gradients(self, plan: _Plan, outputs: dict[str, Tensor], label: int | None) -> dict[str, Tensor]:
        """dL/d(output) of every map; the parameters' own .grad, which training uses, is not touched."""
        logits = outputs[self._logits].reshape(1, -1)
        target = logits.argmax(1) if label is None else torch.tensor([label], device=logits.device)
        loss = torch.nn.functional.cross_entropy(logits.float(), target)
        names = [name for name in plan.maps if name != self._softmax]
        found = torch.autograd.grad(loss, [outputs[name] for name in names], allow_unused=True)
        gradients = {
            name: torch.zeros_like(outputs[name]) if gradient is None else gradient
            for name, gradient in zip(names, found, strict=True)
        }
        if self._softmax:
            # L = -log p[label]: the added softmax is no part of the module, its gradient is known.
            probabilities = torch.softmax(logits.detach(), 1)
            gradient = torch.zeros_like(probabilities)
            gradient[0, target] = -1.0 / probabilities[0, target].clamp_min(torch.finfo(probabilities.dtype).tiny)
            gradients[self._softmax] = gradient
            outputs[self._softmax] = probabilities
        return gradients

    def _strongest(self, link: Linked, outputs: Mapping[str, Tensor]) -> Links:
        weight = self._twin.tensors[link.node.weights["weight"]].detach()
        activation = outputs[link.source].detach().reshape(-1)
        if weight.device.type == "cpu":
            return strongest(weight.float().numpy(), activation.float().numpy(), link.count)
        contributions = (weight * activation).reshape(-1).float()
        sizes = contributions.abs().nan_to_num(nan=0.0)
        places = torch.topk(sizes, candidates(link.count, sizes.numel()), sorted=False).indices
        return chosen(places.cpu().numpy(), contributions[places].cpu().numpy(), link.count, tuple(weight.shape))

    def _focus(self, name: str | None, outputs: Mapping[str, Tensor], moment: int | None) -> Focus | None:
        node = next((node for node in self.graph.nodes if node.name == name), None)
        if node is None:
            return None
        return Focus(
            node=node.name,
            inputs=tuple(_array(outputs[source][0]) for source in node.inputs),
            output=_array(outputs[node.name][0]),
            weights=MappingProxyType(self._weights(node, moment)),
        )

    def _weights(self, node: Node, moment: int | None) -> dict[str, Floats]:
        """Exact weights by role; the very arrays of the last time where they have not changed since."""
        copies: dict[str, tuple[tuple[int, ...], Floats]] = {}
        for key in node.weights.values():
            tensor = self._twin.tensors[key]
            state = _state([tensor], moment)
            known = self._copies.get(key)
            copies[key] = known if known is not None and known[0] == state and state else (state, _array(tensor))
        self._copies = copies
        return {role: copies[key][1] for role, key in node.weights.items()}


def _state(tensors: Sequence[Tensor], moment: int | None) -> tuple[int, ...]:
    """What changes whenever these tensors do: training counts (its fused steps do not count as versions), or whoever
    else writes into them. Empty if that is not known."""
    return () if moment is None else (moment, *(one._version for one in tensors))


def _reduced(shown: Mapping[str, Tensor], layout: Layout) -> tuple[list[Tensor], list[Tensor]]:
    """(values of all parts, extremes that have to be told), flat: maps that are larger than their part are averaged
    where they live."""
    pixels, told = [], []
    for part in layout.parts:
        values = shown[part.name]
        if part.step > 1:
            told += [values.amin((2, 3)).reshape(-1), values.amax((2, 3)).reshape(-1)]
            values = torch.nn.functional.adaptive_avg_pool2d(values, part.shape[1:])
        pixels.append(values.reshape(-1))
    return pixels, told


def _array(values: Tensor) -> Floats:
    """A float32 copy on the host, C-contiguous: nobody writes it again."""
    return np.array(values.detach().float().cpu().numpy(), order="C")


def quantized(vector: Tensor, layout: Layout, scale: Scale) -> tuple[Mapping[str, Maps], Mapping[str, Maps], Floats]:
    """Quantize a float32 vector of `layout.size` values, `layout.told` extremes and some more on its device: (maps,
    kernels, the rest exact).

    One copy to the host. On a CPU the vector is there already and NumPy does it faster than torch.
    """
    if vector.device.type == "cpu":
        values = vector.numpy()
        end = layout.size + layout.told
        maps, kernels = pictures(values[: layout.size], layout, scale, values[layout.size : end])
        return maps, kernels, values[end:].copy()
    return quantized_on_device(vector, layout, scale)


def quantized_on_device(
    vector: Tensor, layout: Layout, scale: Scale
) -> tuple[Mapping[str, Maps], Mapping[str, Maps], Floats]:
    """As `quantized`, in torch alone: what runs on an accelerator."""
    flat, rest = vector[: layout.size], vector[layout.size :]
    if not layout.parts:
        return MappingProxyType({}), MappingProxyType({}), rest.cpu().numpy()
    flat = flat.nan_to_num(nan=0.0)
    extremes = []
    for part, values in zip(layout.parts, torch.split(flat, layout.part_sizes.tolist()), strict=True):
        rows = part.shape[0] if scale is Scale.MAP else 1
        extremes.append(torch.stack(torch.aminmax(values.view(rows, -1), dim=1)))
    # Extremes are few: the host makes scales of them, as for the preview; the pixels alone are large.
    few = torch.cat([torch.cat(extremes, 1).reshape(-1), rest]).cpu().numpy()
    count = (few.size - rest.numel()) // 2
    told, exact = few[2 * count : 2 * count + layout.told], few[2 * count + layout.told :]
    lowest, highest = widened(few[:count], few[count : 2 * count], told, layout, scale)
    scaling = scaling_of(lowest, highest, layout, scale)
    pairs = torch.from_numpy(np.stack([scaling.factors, scaling.offsets])).to(vector.device)
    sizes = torch.from_numpy(layout.scaled_sizes(scale)).to(vector.device)
    factors, offsets = pairs.repeat_interleave(sizes, dim=1, output_size=layout.size)
    pixels = (flat * factors + offsets).to(torch.uint8).cpu().numpy()
    maps, kernels = assemble(pixels, scaling, layout)
    return maps, kernels, exact.copy()
