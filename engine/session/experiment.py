"""A network, a dataset and a training in progress: what the session works on, and what is looked at."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from engine.datasets import Dataset
from engine.insight import AblatedTwin, Material, Off, Subject, switched
from engine.messages import Graph, Links, Opened, Sample, Watch
from engine.picture import Picture
from engine.probe import Probe
from engine.session.display import Moment
from engine.session.samples import Predictions, Samples, Split
from engine.training import Moment as Kept
from engine.training import Trainer, devices, take_over
from engine.twin import Twin


class Experiment:
    """A Scene whose network is being trained.

    `folder` is where the dataset came from if the user chose one, `pretrained` whether the weights are still bundled or
    published ones, `loaded` whether they started from a file, `stint` how many epochs one Train asks for.
    """

    def __init__(
        self,
        *,
        trainer: Trainer,
        graph: Graph,
        folder: str | None = None,
        pretrained: bool = False,
        loaded: bool = False,
    ) -> None:
        self.trainer = trainer
        self.graph = graph
        self.folder = folder
        self.pretrained = pretrained
        self.loaded = loaded
        self.stint = max(1, trainer.settings.epochs)
        self.samples = _samples(trainer.dataset, trainer.settings.seed)
        self.directory: Path | None = None
        self.saved_at: object = None
        self.off: Off = {}
        self._probe = self._probe_of(trainer.module)
        self._past: tuple[int, Probe] | None = None
        self._kept: Kept | None = None
        self._said: tuple[int, Predictions] | None = None
        self._past_module: nn.Module | None = None
        self._past_probe: Probe | None = None
        self._seen: tuple[Sample, Tensor] | None = None

    @property
    def dataset(self) -> Dataset:
        return self.trainer.dataset

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return self.dataset.picture_shape

    @property
    def fit(self) -> Literal["photograph", "digit", "cover"]:
        """How a picture of the user's own is brought to the network's size: as those it has learned from were."""
        if self.dataset.name == "photographs":
            return "photograph"
        return "digit" if self.dataset.name in ("digits", "mnist") else "cover"

    @property
    def looking_back(self) -> bool:
        return self._past is not None

    @property
    def knows_something(self) -> bool:
        """Whether the weights are not the random ones of the start."""
        return self.pretrained or self.loaded or self.trainer.updates > 0

    @property
    def moment(self) -> Moment:
        trainer = self.trainer
        moment = trainer.moment if self._past is None else self._past[0]
        return Moment(step=trainer.updates, moment=moment, epoch=trainer.epoch)

    def opened(self) -> Opened:
        """What a viewer is told of it."""
        return Opened(
            graph=self.graph,
            settings=self.trainer.settings,
            dataset=self.dataset.facts(),
            devices=devices(),
            steps_per_epoch=self.trainer.steps_per_epoch,
            pretrained=self.pretrained,
            initial=not self.knows_something,
        )

    def look(self, *, sample: Sample, watch: Watch, links: Mapping[str, Links] | None) -> Picture:
        """What the network, as it is now or was when looked back to, makes of a sample."""
        probe = self._probe if self._past is None else self._past[1]
        return probe.picture(
            inputs=self.seen(sample), watch=watch, label=sample.label, links=links, moment=self.moment.moment
        )

    def look_back(self, step: int | None) -> None:
        """Show the weights kept nearest to `step`; None: those of now. Training goes on with its own.

        Raises LookupError if none were kept.
        """
        if step is None:
            self._past = None
            self.take_predictions()
            return
        kept = self._kept = self.kept(step)
        if self._past is not None and self._past[0] == kept.step:
            return
        if self._past_module is None or self._past_probe is None:
            self._past_module = copy.deepcopy(self.trainer.module).eval()
            self._past_probe = self._probe_of(self._past_module)
        take_over(self._past_module, kept.weights)  # the copy is made once: a slider moves faster than that
        self._past = (kept.step, self._past_probe)
        self.take_predictions()

    def kept(self, step: int) -> Kept:
        """What was kept nearest to `step`: that which is looked at too, if the timeline has let go of it since.

        Raises LookupError if there is nothing.
        """
        if self._kept is not None and self._kept.step == step:
            return self._kept
        return self.trainer.timeline.nearest(step)

    def take_predictions(self) -> None:
        """Let the samples know what the last whole evaluation found; that of the moment which is looked at, if it was
        evaluated."""
        if self._past is not None and self._said is not None and self._said[0] == self._past[0]:
            self.samples.predictions = self._said[1]
            return
        found = self.trainer.predictions()
        self.samples.predictions = None if found is None else Predictions(found.predicted, found.confidence)

    def take_earlier(self, step: int, predictions: Predictions) -> None:
        """What an evaluation with the weights of then has found."""
        self._said = (step, predictions)
        self.take_predictions()

    def start_anew(self) -> None:
        """The training was rewound: nothing is known of its weights, and what is saved from now on is another run."""
        self.pretrained = False
        self.samples.predictions = None
        self.directory = None
        self.saved_at = None
        self._past = self._kept = self._said = None

    def switch_off(self, node: str, maps: tuple[int, ...]) -> None:
        """Let these maps of a node be zero in all that is looked at; training and evaluation go on with all of them.

        Raises ValueError for a node or map that there is not.
        """
        self.off = switched(self.off, graph=self.graph, node=node, maps=maps)
        self._probe = self._probe_of(self.trainer.module)
        if self._past_module is not None:
            self._past_probe = self._probe_of(self._past_module)
            if self._past is not None:
                self._past = (self._past[0], self._past_probe)

    @property
    def shown_module(self) -> nn.Module:
        """The network that is looked at: the one that is trained, or an earlier one."""
        past = self._past_module if self._past is not None else None
        return self.trainer.module if past is None else past

    def probe_of(self, module: nn.Module) -> Probe:
        """A probe into another copy of the network, with the same maps switched off."""
        return self._probe_of(module)

    def _probe_of(self, module: nn.Module) -> Probe:
        twin = Twin(module, self.graph)
        return Probe(graph=self.graph, twin=AblatedTwin(twin, self.off) if self.off else twin)

    @property
    def shown_step(self) -> int:
        """The update whose weights are looked at."""
        return self.moment.moment

    def subject(self) -> Subject:
        """A copy of the network that is looked at, to ask questions about."""
        past = self._past_module if self._past is not None else None
        return Subject(module=past or self.trainer.module, graph=self.graph, off=self.off)

    @property
    def material(self) -> Material:
        """The held-out samples (the training samples, where there are none), to ask questions about."""
        data = self.dataset
        held_out = bool(len(data.test_labels))
        return Material(
            pictures=data.test_pictures if held_out else data.train_pictures,
            labels=data.test_labels if held_out else data.train_labels,
            mean=data.mean,
            std=data.std,
            device=self.trainer.device,
            split="test" if held_out else "train",
        )

    def seen(self, sample: Sample) -> Tensor:
        """(1, channels, height, width) as the network sees it, on its device."""
        if self._seen is None or self._seen[0] is not sample:
            dataset = self.dataset
            picture = torch.tensor(np.ascontiguousarray(sample.picture)).to(torch.float32)
            mean, std = (torch.tensor(one, dtype=torch.float32).view(-1, 1, 1) for one in (dataset.mean, dataset.std))
            self._seen = (sample, ((picture / 255.0 - mean) / std).unsqueeze(0).to(self.trainer.device))
        return self._seen[1]


def _samples(dataset: Dataset, seed: int) -> Samples:
    return Samples(
        {
            "train": Split(dataset.train_pictures, dataset.train_labels),
            "test": Split(dataset.test_pictures, dataset.test_labels),
        },
        seed=seed,
    )
