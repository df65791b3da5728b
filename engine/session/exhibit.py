"""A module of the user's own that is on show but cannot be trained here: it takes or gives something else than pictures
and classes, or stops on the way."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from engine.follow.material import material_of
from engine.follow.partial import partial_picture
from engine.follow.samples import Shown
from engine.graph.listener import listen, still
from engine.insight import AblatedTwin, InsightError, Material, Off, Subject, switched
from engine.messages import DatasetFacts, Floats, Graph, Links, Opened, Quantity, Sample, Settings, Watch
from engine.networks.inputs import number_type
from engine.picture import Picture
from engine.probe import Probe
from engine.session.display import Moment
from engine.session.samples import SampleError
from engine.twin import Twin, TwinError


class Exhibit:
    """A Scene that can be asked about, if it takes one input of numbers.

    `others` are what the module's inputs but the first are given, each (1, …); `untrained` says why it cannot be
    trained, `stopped` whether it stops on its way, `one_by_one` whether it takes no batch.
    """

    def __init__(
        self,
        *,
        module: nn.Module,
        graph: Graph,
        shown: Shown,
        whole: bool,
        others: tuple[Tensor, ...],
        settings: Settings,
        facts: DatasetFacts,
        untrained: str,
        initial: bool,
        stopped: bool = False,
        one_by_one: bool = False,
    ) -> None:
        self.module = module
        self.graph = graph
        self.untrained = untrained
        self._initial = initial
        self._shown = shown
        self.samples = shown.samples
        self._whole = whole
        self._others = others
        self._settings = settings
        self._facts = facts
        self._stopped = stopped
        self._one_by_one = one_by_one
        self.off: Off = {}
        self._probe: Probe | None = None
        self._seen: tuple[Sample, dict[str, Floats]] | None = None
        self._weights = {
            key: _real(value).numpy() for key, value in module.state_dict().items() if isinstance(value, Tensor)
        }

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return self._shown.picture_shape

    @property
    def moment(self) -> Moment:
        return Moment(step=0, moment=0, epoch=0.0)

    def opened(self) -> Opened:
        return Opened(
            graph=self.graph, settings=self._settings, dataset=self._facts, devices=("cpu",), steps_per_epoch=0,
            initial=self._initial,
        )  # fmt: skip

    def look(self, *, sample: Sample, watch: Watch, links: Mapping[str, Links] | None) -> Picture:
        """What the module makes of a sample, as far as it gets. Nodes that did not run this time are left out.

        Gradients are shown of a classifier of one input that can be looked into; else activations in their place.
        """
        if watch.quantity is Quantity.GRADIENTS and (probe := self._probe_for_gradients()) is not None:
            label = None if sample.label is None or sample.label < 0 else sample.label
            return probe.picture(inputs=self._inputs(sample)[0], watch=watch, label=label)
        if self._seen is None or self._seen[0] is not sample:
            self._seen = (sample, self._run(sample))
        return partial_picture(graph=self.graph, weights=self._weights, outputs=self._seen[1], watch=watch)

    # What is asked about it.

    @property
    def shown_step(self) -> int:
        return 0

    @property
    def material(self) -> Material:
        return material_of(self._shown)

    def subject(self) -> Subject:
        """A copy that computes in float32. InsightError where nothing can be asked."""
        if problem := self._unknown():
            raise InsightError(problem)
        module = self.module
        if number_type(module) is not torch.float32:
            module = copy.deepcopy(module).float()
        return Subject(module=module, graph=self.graph, off=self.off, one_by_one=self._one_by_one)

    def seen(self, sample: Sample) -> Tensor:
        """(1, …) as the network sees it."""
        return self._inputs(sample)[0].float()

    def switch_off(self, node: str, maps: tuple[int, ...]) -> None:
        """Let these maps of a node be zero in all that is looked at.

        Raises ValueError for a node or map that there is not, SampleError where none can be switched off.
        """
        if maps and (problem := self._unknown()):
            raise SampleError(problem)
        self.off = switched(self.off, graph=self.graph, node=node, maps=maps)
        self._probe = self._seen = None

    def _unknown(self) -> str:
        """Why nothing can be asked about it; empty if it can."""
        if self._stopped:
            return "Not known of a network that stops on its way."
        if self._others:
            return f"Not known of a network with {1 + len(self._others)} inputs: only one that takes one can be asked."
        if self._whole:
            return "Not known of a network that takes indices: nothing lies between two of them."
        if number_type(self.module).is_complex:
            return "Not known of a network that computes in complex numbers."
        return ""

    def _inputs(self, sample: Sample) -> list[Tensor]:
        first = self._shown.inputs(sample.picture, sample.index)
        first = first.round().to(torch.int64) if self._whole else first.to(number_type(self.module))
        return [first, *self._others]

    def _probe_for_gradients(self) -> Probe | None:
        """Made when gradients are first asked for; None where there are none to be had."""
        classifies = len(self._facts.classes) > 1 and self.graph.nodes[-1].output_shape == (len(self._facts.classes),)
        plain = not (self._others or self._whole) and number_type(self.module) is torch.float32
        if self._probe is None and classifies and plain:
            try:
                self._probe = Probe(graph=self.graph, twin=self._twin())
            except TwinError:
                return None
        return self._probe

    def _twin(self) -> Twin:
        twin = Twin(self.module, self.graph)
        return AblatedTwin(twin, self.off) if self.off else twin

    def _run(self, sample: Sample) -> dict[str, Floats]:
        found: Mapping[str, Tensor]
        if self.off:
            twin = self._twin()
            names = [node.name for node in self.graph.nodes if node.name in twin]
            with torch.no_grad():
                found = dict(zip(names, twin.tapped(names)(*self._inputs(sample)), strict=True))
        else:
            inputs = self._inputs(sample)
            found = listen(still(self.module), inputs, name=self.graph.name, title=self.graph.title).outputs
        outputs: dict[str, Floats] = {}
        for node in self.graph.nodes:
            value = found.get(node.name)
            if value is not None and value.numel() == int(np.prod(node.output_shape)):
                outputs[node.name] = _real(value).reshape(node.output_shape).contiguous().numpy()
        return outputs


def _real(value: Tensor) -> Tensor:
    """float32; of complex numbers their magnitudes."""
    found = value.detach()
    return (found.abs() if found.is_complex() else found).float()
