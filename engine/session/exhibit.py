"""A module of the user's own that is on show but cannot be trained here: it takes or gives something else than pictures
and classes, or stops on the way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from engine.follow.partial import partial_picture
from engine.follow.samples import Shown
from engine.graph.listener import listen, still
from engine.messages import DatasetFacts, Floats, Graph, Links, Opened, Quantity, Sample, Settings, Watch
from engine.networks.inputs import number_type
from engine.picture import Picture
from engine.probe import Probe
from engine.session.display import Moment
from engine.twin import Twin, TwinError


class Exhibit:
    """A Scene. `others` are what the module's inputs but the first are given, each (1, …); `untrained` says why it
    cannot be trained."""

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
                self._probe = Probe(graph=self.graph, twin=Twin(self.module, self.graph))
            except TwinError:
                return None
        return self._probe

    def _run(self, sample: Sample) -> dict[str, Floats]:
        heard = listen(still(self.module), self._inputs(sample), name=self.graph.name, title=self.graph.title)
        outputs: dict[str, Floats] = {}
        for node in self.graph.nodes:
            value = heard.outputs.get(node.name)
            if value is not None and value.numel() == int(np.prod(node.output_shape)):
                outputs[node.name] = _real(value).reshape(node.output_shape).contiguous().numpy()
        return outputs


def _real(value: Tensor) -> Tensor:
    """float32; of complex numbers their magnitudes."""
    found = value.detach()
    return (found.abs() if found.is_complex() else found).float()
