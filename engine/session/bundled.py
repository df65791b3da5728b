"""The networks that come trained: their weights, their graphs and some samples, as files that NumPy can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import preview
from engine.messages import AskGallery, DatasetFacts, Floats, Gallery, Graph, Links, Opened, Sample, Settings, Watch
from engine.picture import Picture
from engine.session.display import Moment
from engine.session.samples import Samples, Split

_GALLERY = 10


@dataclass(frozen=True, eq=False)
class Bundle:
    """A trained network's files: `resources/weights/<network>.json` and `.safetensors`.

    `mean` and `std` are of the pictures that it was trained on, one a channel, in 0-1.
    """

    graph: Graph
    weights: Mapping[str, Floats]
    settings: Settings
    facts: DatasetFacts
    mean: Floats
    std: Floats

    @classmethod
    def find(cls, resources: Path, network: str) -> Bundle | None:
        """The bundle of that network; None if it has none. Raises ValueError if its files are damaged."""
        return cls.read(resources, network) if (resources / "weights" / f"{network}.json").is_file() else None

    @classmethod
    def read(cls, resources: Path, network: str) -> Bundle:
        """The bundle of that network. Raises FileNotFoundError, or ValueError if its files are damaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        path = resources / "weights" / f"{network}.json"
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            graph, facts = Graph.from_json(data["graph"]), data["dataset"]
            weights = load_file(path.with_suffix(".safetensors"))
            return cls(
                graph=graph,
                weights=weights,
                settings=Settings(network=network, dataset=facts["name"], seed=0, device="cpu", **data["recipe"]),
                facts=DatasetFacts(
                    name=facts["name"],
                    title=facts["title"],
                    classes=tuple(facts["classes"]),
                    picture_shape=tuple(facts["picture_shape"]),
                    train_samples=int(facts["train_samples"]),
                    test_samples=int(facts["test_samples"]),
                ),
                mean=np.asarray(facts["mean"], np.float32),
                std=np.asarray(facts["std"], np.float32),
            )
        except (KeyError, TypeError, ValueError, SafetensorError) as error:
            raise ValueError(f"The bundled network in {path} is damaged ({error}). Install Receptive again.") from error


class Bundled:
    """A Scene without torch: a bundled network and the bundled samples of its dataset."""

    def __init__(self, *, resources: Path, network: str) -> None:
        from safetensors.numpy import load_file

        self._bundle = Bundle.read(resources, network)
        arrays = load_file(resources / "samples" / f"{self._bundle.facts.name}.safetensors")
        self.samples = Samples({"test": Split(arrays["pictures"], arrays["labels"])})
        self._seen: tuple[Sample, dict[str, Floats]] | None = None

    @property
    def graph(self) -> Graph:
        return self._bundle.graph

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return self._bundle.facts.picture_shape

    @property
    def moment(self) -> Moment:
        return Moment(step=0, moment=0, epoch=0.0)

    def opened(self) -> Opened:
        """What is there, as far as it is known without torch: of the devices, the CPU."""
        bundle = self._bundle
        return Opened(
            graph=bundle.graph,
            settings=bundle.settings,
            dataset=bundle.facts,
            devices=("cpu",),
            steps_per_epoch=-(-bundle.facts.train_samples // bundle.settings.batch_size),
            pretrained=True,
        )

    def look(self, *, sample: Sample, watch: Watch, links: Mapping[str, Links] | None) -> Picture:
        """Links are always made anew: what is shown here is shown because it has changed."""
        if self._seen is None or self._seen[0] is not sample:
            self._seen = (sample, self._forward(sample))
        return preview.picture(
            graph=self._bundle.graph, weights=self._bundle.weights, outputs=self._seen[1], watch=watch
        )

    def gallery(self, count: int = _GALLERY) -> Gallery:
        """The first samples; without what the network says of them, which would double the time to first light."""
        return self.samples.gallery(AskGallery(count=count))

    def _forward(self, sample: Sample) -> dict[str, Floats]:
        bundle = self._bundle
        return preview.forward(
            bundle.graph, bundle.weights, preview.normalized(sample.picture, bundle.mean, bundle.std)
        )
