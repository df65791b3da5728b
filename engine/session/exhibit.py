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
from engine.messages import DatasetFacts, Floats, Graph, Links, Opened, Sample, Settings, Watch
from engine.networks.inputs import number_type
from engine.picture import Picture
from engine.session.display import Moment


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
        """What the module makes of a sample, as far as it gets. Nodes that did not run this time are left out."""
        if self._seen is None or self._seen[0] is not sample:
            self._seen = (sample, self._run(sample))
        return partial_picture(graph=self.graph, weights=self._weights, outputs=self._seen[1], watch=watch)

    def _run(self, sample: Sample) -> dict[str, Floats]:
        inputs = self._shown.inputs(sample.picture, sample.index)
        inputs = inputs.round().to(torch.int64) if self._whole else inputs.to(number_type(self.module))
        heard = listen(still(self.module), [inputs, *self._others], name=self.graph.name, title=self.graph.title)
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
