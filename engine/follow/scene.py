"""A followed Run as a viewer sees it: its network at the newest or an earlier step, looking at a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine import datasets, networks
from engine.files import FileError
from engine.follow.material import material_of
from engine.follow.partial import partial_picture
from engine.follow.reading import QUIET_SECONDS, Description, Reader, alive
from engine.follow.rebuilt import RebuildError, agrees, gradients, run
from engine.follow.samples import Shown, noise, of_dataset, of_script
from engine.follow.twin import Rebuilt, RebuiltTwin
from engine.graph import trace_graph, with_softmax
from engine.insight import InsightError, Mask, Material, Off, Subject, switched
from engine.messages import (
    DatasetFacts,
    Floats,
    Graph,
    Links,
    Opened,
    Point,
    Quantity,
    Sample,
    Settings,
    Watch,
)
from engine.messages.modules import Following
from engine.picture import Picture
from engine.session.display import Moment
from engine.session.samples import SampleError

_ONLY_RECORDED = "Not known: graph and weights alone do not say what this network computes."


class FollowError(ValueError):
    """A run that cannot be followed. The message is meant for the user."""


@dataclass(frozen=True, eq=False)
class News:
    """What a look at the files has found. `anew`: the curves began again, `points` are all there are."""

    points: tuple[Point, ...] = ()
    anew: bool = False
    settings: Settings | None = None
    weights: bool = False
    recorded: tuple[int, ...] | None = None
    following: Following | None = None


@dataclass(frozen=True, eq=False)
class _State:
    """The network at one step: its weights, and what a script recorded of it for its examples."""

    step: int
    weights: Mapping[str, Tensor]
    recorded: Mapping[str, Tensor]


class Followed:
    """A Scene of the Run that `reader` reads. FollowError where there is none, or its network cannot be drawn.

    Nobody's code is run: the network is rebuilt from graph and weights where its operations allow that and what comes
    out is what the script itself recorded; elsewhere what the script recorded of its examples is shown.
    """

    def __init__(self, reader: Reader, *, data_root: Path | None) -> None:
        self.reader = reader
        try:
            self._description = reader.description()
            self.graph = _graph(reader, self._description)
            examples = reader.examples()
            step, weights = reader.weights()
            self._now = _State(step, weights, reader.activations()[1])
        except FileError as error:
            raise FollowError(str(error)) from error
        self.notices: list[str] = []
        self._shown = self._find_samples(examples, data_root)
        self.samples = self._shown.samples
        self._rebuilt = self._can_be_rebuilt(examples)
        self.off: Off = {}
        self._masks: dict[str, Mask] = {}
        self._past: _State | None = None
        self._points_step = 0
        self._epoch = 0.0
        self._recorded: tuple[int, ...] = ()
        self._following: Following | None = None
        self._asked: tuple[object, ...] | None = None
        self._arrays: tuple[_State, dict[str, Floats]] | None = None

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return self._shown.picture_shape

    @property
    def moment(self) -> Moment:
        if self._past is not None:
            return Moment(step=max(self._points_step, self._now.step), moment=self._past.step, epoch=self._epoch)
        # Weights come less often than points: the newest are of now, and nobody looks back.
        return Moment(step=self._now.step, moment=self._now.step, epoch=self._epoch)

    @property
    def identity(self) -> str:
        return self._description.identity

    def opened(self) -> Opened:
        """What a viewer is told of it."""
        description = self._description
        channels, height, width = self._shown.picture_shape
        facts: DatasetFacts = replace(description.facts, picture_shape=(channels, height, width))
        return Opened(
            graph=self.graph,
            settings=description.settings,
            dataset=facts,
            devices=(description.settings.device,),
            steps_per_epoch=description.steps_per_epoch,
        )

    def look(self, *, sample: Sample, watch: Watch, links: Mapping[str, Links] | None) -> Picture:
        """What the network made of the sample at the step that is shown. Nodes of which nothing is known are left out.

        Gradients are those of the rebuilt network; where that takes the script's own code, activations are shown.
        """
        state = self._past or self._now
        return partial_picture(
            graph=self.graph,
            weights=self._weights(state),
            outputs=self._outputs(state, sample, watch),
            watch=watch,
            gradients=self._gradients(state, sample) if watch.quantity is Quantity.GRADIENTS else None,
        )

    def look_back(self, step: int | None) -> None:
        """Show the weights kept nearest to a step; None: the newest. LookupError if none were kept."""
        self._past = None if step is None else self._kept(step)

    # What is asked about it.

    @property
    def shown_step(self) -> int:
        return self.moment.moment

    @property
    def material(self) -> Material:
        return material_of(self._shown)

    def subject(self) -> Subject:
        """The rebuilt network with copies of the weights that are shown. InsightError where it cannot be rebuilt."""
        if not self._rebuilt:
            raise InsightError(_ONLY_RECORDED)
        state = self._past or self._now
        return Subject(module=Rebuilt(self.graph, state.weights), graph=self.graph, off=self.off, twin_of=RebuiltTwin)

    def seen(self, sample: Sample) -> Tensor:
        """(1, …) as the network sees it."""
        return self._shown.inputs(sample.picture, sample.index)

    def switch_off(self, node: str, maps: tuple[int, ...]) -> None:
        """Let these maps of a node be zero in all that is looked at; who trains it knows nothing of that.

        Raises ValueError for a node or map that there is not, SampleError where the network cannot be rebuilt.
        """
        if maps and not self._rebuilt:
            raise SampleError(_ONLY_RECORDED)
        self.off = switched(self.off, graph=self.graph, node=node, maps=maps)
        self._masks = {name: Mask(off, torch.device("cpu")) for name, off in self.off.items()}

    def then(self, step: int, *, sample: Sample, watch: Watch) -> tuple[int, Picture]:
        """(step, picture) of the weights kept nearest to a step, for a film; what is shown stays as it is.

        LookupError if none were kept.
        """
        state = self._now if step >= self._now.step else self._kept(step)
        weights = {key: value.float().numpy() for key, value in state.weights.items()}
        outputs = self._known(state, sample)
        return state.step, partial_picture(graph=self.graph, weights=weights, outputs=outputs, watch=watch)

    def _kept(self, step: int) -> _State:
        moments = self.reader.moments()
        if not moments:
            raise LookupError("no weights were kept")
        nearest = min(moments, key=lambda one: (abs(one - step), one))
        try:
            return _State(nearest, *self.reader.moment(moments[nearest]))
        except FileError as error:
            raise LookupError(str(error)) from error

    def refresh(self) -> News:
        """Look what has been written since. What is damaged is told in `following`, and looked at again next time."""
        try:
            description = self.reader.description()
            if description.identity != self._description.identity:
                raise FileError(f"another run is written to {self.reader.directory} now; follow it anew")
            settings = description.settings if description.settings != self._description.settings else None
            self._description = description
            points, anew = self.reader.points()
            step, weights = self.reader.weights()
            changed = step != self._now.step
            if self._rebuilt:
                self._now = _State(step, weights, {})
            else:
                recorded_step, recorded = self.reader.activations()
                changed = changed or recorded.keys() != self._now.recorded.keys()
                if recorded_step in (-1, step):
                    self._now = _State(step, weights, recorded)
                else:  # between the two files: what belongs together comes next
                    changed = False
        except FileError as error:
            return News(following=self._told(Following(str(self.reader.directory), "damaged", str(error))))
        if points:
            self._points_step, self._epoch = points[-1].step, points[-1].epoch
        steps = tuple(sorted(self.reader.moments()))
        news = News(
            points=tuple(points),
            anew=anew,
            settings=settings,
            weights=changed,
            recorded=steps if steps != self._recorded else None,
            following=self._told(self._state()),
        )
        self._recorded = steps
        return news

    @property
    def recorded(self) -> tuple[int, ...]:
        """The steps at which weights were kept, as of the last look."""
        return self._recorded

    @property
    def recorded_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.reader.moments().values() if path.exists())

    def _told(self, following: Following) -> Following | None:
        """The state, if it is another than was told before."""
        if following == self._following:
            return None
        self._following = following
        return following

    def _state(self) -> Following:
        path, description = str(self.reader.directory), self._description
        if description.state == "ended" and description.failure == "KeyboardInterrupt":
            return Following(path, "ended", f"The script was interrupted after {_steps(self._points_step)}.")
        if description.state == "ended" and description.failure:
            said = f"The script stopped after {_steps(self._points_step)} with {description.failure}."
            return Following(path, "failed", said)
        if description.state == "ended":
            return Following(path, "ended", f"The script has ended after {_steps(self._points_step)}.")
        if description.state and alive(description) is False:
            return Following(path, "ended", f"The script stopped after {_steps(self._points_step)} without saying so.")
        settings = description.settings
        if not description.state and settings.epochs and self._epoch >= settings.epochs:
            epochs = f"{settings.epochs:,} epochs" if settings.epochs != 1 else "1 epoch"
            return Following(path, "ended", f"The run has its {epochs}.")
        if self.reader.quiet_for() >= QUIET_SECONDS:
            return Following(path, "quiet", "Nothing new was written for a while.")
        said = "Something else trains it; what it writes is shown here."
        if description.nominal:
            said += f" It does not say how long an epoch is: {description.steps_per_epoch:,} steps are taken for one."
        return Following(path, "running", said)

    def _find_samples(self, examples: dict[str, Tensor], data_root: Path | None) -> Shown:
        if "input/0" in examples:
            return of_script(examples)
        try:
            return of_dataset(self._description, data_root=data_root)
        except datasets.DatasetError as error:
            self.notices.append(f"Its data are not on this machine, so it looks at noise: {error}")
            return noise(self._description)

    def _can_be_rebuilt(self, examples: dict[str, Tensor]) -> bool:
        """Whether graph and weights give what the script recorded; without a recording, whether they give anything."""
        if len(examples.keys() - {"labels"}) > 1:
            return False
        sample = self.samples.closest("test", 0)
        try:
            outputs = run(self.graph, self._now.weights, self._shown.inputs(sample.picture, sample.index))
        except RebuildError as error:
            if not self._now.recorded:
                self.notices.append(f"Its maps cannot be shown: {error}.")
            return False
        recorded = {
            name.partition("/")[2]: value for name, value in self._now.recorded.items() if name.startswith("0/")
        }
        return agrees(self.graph, outputs, recorded) if recorded else True

    def _outputs(self, state: _State, sample: Sample, watch: Watch) -> dict[str, Floats]:
        self._ask(sample, watch)
        return self._known(state, sample)

    def _known(self, state: _State, sample: Sample) -> dict[str, Floats]:
        if self._rebuilt:
            try:
                found = run(self.graph, state.weights, self.seen(sample), self._masks)
                return {name: np.ascontiguousarray(value[0].float().numpy()) for name, value in found.items()}
            except RebuildError:
                self._rebuilt = False
        prefix = f"{sample.index}/"
        outputs: dict[str, Floats] = {}
        for node in self.graph.nodes:
            value = state.recorded.get(prefix + node.name)
            if value is not None and value.numel() == int(np.prod(node.output_shape)):
                outputs[node.name] = np.ascontiguousarray(value.float().reshape(node.output_shape).numpy())
        return outputs

    def _ask(self, sample: Sample, watch: Watch) -> None:
        """Let a script know what shall be seen, so that it is among what it writes next."""
        if self._description.state != "running":
            return
        example, nodes = max(sample.index, 0), tuple(sorted({*watch.nodes, *([watch.focus] if watch.focus else [])}))
        asked = (self._rebuilt,) if self._rebuilt else (example, nodes)
        if asked != self._asked:
            self._asked = asked
            try:
                self.reader.ask(example, nodes, rebuilt=self._rebuilt)
            except FileError:
                return  # a run that can only be read: what is written anyway is shown

    def _gradients(self, state: _State, sample: Sample) -> dict[str, Floats] | None:
        """Of the loss of the sample's label by each node's output; None where they cannot be had."""
        if not self._rebuilt:
            return None
        found = gradients(self.graph, state.weights, self.seen(sample), label=sample.label, through=self._masks)
        if found is None:
            return None
        return {name: np.ascontiguousarray(value[0].float().numpy()) for name, value in found.items()}

    def _weights(self, state: _State) -> dict[str, Floats]:
        if self._arrays is None or self._arrays[0] is not state:
            arrays = {key: value.float().numpy() for key, value in state.weights.items()}
            self._arrays = (state, arrays)
        return self._arrays[1]


def _graph(reader: Reader, description: Description) -> Graph:
    """As it was written, else of the catalogue's network. Somebody's own code is not run for it."""
    graph = reader.graph()
    if graph is not None:
        return graph
    name = description.settings.network
    if networks.is_file_reference(name):
        raise FollowError(
            f"the run in {reader.directory} trains {name}, which is code; only runs that come with a graph.json can be "
            "followed without running it"
        )
    try:
        module = networks.build(
            name, input_shape=description.facts.picture_shape, classes=len(description.facts.classes)
        )
        title = next((entry.title for entry in networks.catalogue() if entry.name == name), name)
    except networks.NetworkError as error:
        raise FollowError(f"the run in {reader.directory} cannot be followed: {error}") from error
    return with_softmax(trace_graph(module, description.facts.picture_shape, name=name, title=title))


def _steps(step: int) -> str:
    return f"{step:,} steps" if step != 1 else "1 step"
