"""What the viewer is shown: which sample, which nodes, how often; from a scene's pictures to Snapshots in the mailbox.

It serves the bundled network before torch has loaded and an experiment afterwards alike: both are a Scene.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from engine.messages import (
    AskConfused,
    AskGallery,
    Command,
    Graph,
    Links,
    Opened,
    Sample,
    ShowFile,
    ShowNeighbour,
    ShowPicture,
    ShowSample,
    Snapshot,
    Watch,
)
from engine.picture import Picture
from engine.session.outbox import Outbox
from engine.session.samples import SampleError, Samples

# Contribution lines are read, not watched: three times a second is enough, and finding the strongest and drawing them
# costs more than all maps together.
_LINKS_SECONDS = 1 / 3
# A pen moves up to 1,000 times a second; while training, no more pictures than this a second are looked at.
_REQUEST_SECONDS = 1 / 125

SHOWING = (Watch, ShowSample, ShowNeighbour, ShowPicture, ShowFile)
LIGHT = (*SHOWING, AskGallery, AskConfused)


@dataclass(frozen=True)
class Moment:
    """Where a scene stands: `step` updates made, weights shown of update `moment`."""

    step: int
    moment: int
    epoch: float


class Scene(Protocol):
    """A network and samples that can be looked at."""

    samples: Samples

    @property
    def picture_shape(self) -> tuple[int, ...]: ...

    @property
    def moment(self) -> Moment: ...

    def opened(self) -> Opened: ...

    def look(self, *, sample: Sample, watch: Watch, links: Mapping[str, Links] | None) -> Picture: ...


def needs_predictions(command: Command) -> bool:
    """Whether a command asks for mistakes, which only an evaluation knows."""
    return isinstance(command, AskConfused) or (
        isinstance(command, ShowNeighbour | AskGallery) and command.only_mistakes
    )


class Display:
    """The state of what is shown. All methods are called on the session's thread (before it starts: on its owner's)."""

    def __init__(self, outbox: Outbox, clock: Callable[[], float] = perf_counter) -> None:
        self._outbox = outbox
        self._clock = clock
        self._scene: Scene | None = None
        self._watch: Watch | None = None
        self._sample: Sample | None = None
        self._place = ("test", 0)
        self._serial = 0
        self._request = 0
        self._changed = False
        self._requested = False
        self._next_frame = 0.0
        self._last_request = 0.0
        self._links: Mapping[str, Links] | None = None
        self._links_at = 0.0
        self.broken = False

    @property
    def scene(self) -> Scene | None:
        return self._scene

    @property
    def sample(self) -> Sample | None:
        return self._sample

    @property
    def mistakes_unknown(self) -> bool:
        """Whether there are samples of which nobody knows yet which ones are mistakes."""
        return self._scene is not None and self._scene.samples.predictions is None

    def set_scene(self, scene: Scene) -> None:
        """Show another network or dataset; the sample is kept where it fits, else the one at its place is shown."""
        self._scene = scene
        sample = self._sample
        if sample is None or sample.index >= 0 or sample.picture.shape != scene.picture_shape:
            self._sample = scene.samples.closest(*self._place)
        self.touch()

    def touch(self) -> None:
        """What is shown has changed: a new snapshot is due, links and all."""
        self._changed = True
        self._links = None
        self.broken = False

    def handle(self, command: Command) -> None:
        """Carry out one of the `LIGHT` commands. Raises SampleError for samples that are not there."""
        if isinstance(command, Watch):
            self._set_watch(command)
            return
        if self._scene is None:
            raise SampleError("There is no network yet: open one first.")
        samples = self._scene.samples
        if isinstance(command, ShowPicture):
            self._show_picture(command, self._scene)
        elif isinstance(command, ShowFile):
            self._show_file(command, self._scene)
        elif isinstance(command, ShowSample):
            self._show(samples.at(command.split, command.index))
        elif isinstance(command, ShowNeighbour):
            self._show(samples.neighbour(command, *self._place))
        elif isinstance(command, AskGallery):
            self._outbox.tell(samples.gallery(command))
        elif isinstance(command, AskConfused):
            self._outbox.tell(samples.confused(command))

    def wants_frame(self, now: float, *, moving: bool) -> bool:
        """Whether a snapshot is to be made now. `moving`: the network is being trained, so pictures change by
        themselves; then they come at display rate, and only if the viewer has taken the last one."""
        if self._watch is None or self._scene is None or self.broken:
            return False
        if self._changed:
            return not (moving and self._requested and now - self._last_request < _REQUEST_SECONDS)
        return moving and now >= self._next_frame and self._outbox.mailbox_empty

    def publish(self, *, moving: bool) -> None:
        """Make a snapshot and put it into the mailbox; if somebody waits for it, wake the viewer."""
        now = self._clock()
        self.broken = True  # until it has worked: what fails once would fail thirty times a second
        self._outbox.publish(self._snapshot(now, moving), wake=self._changed)
        self.broken = False
        if self._requested:
            self._last_request = now
        self._changed = self._requested = False
        # Slack of a tenth: a viewer that takes at the same rate should find a new one each time.
        self._next_frame = now + 0.9 / self._shown()[0].frames_per_second

    def look_at_all(self, graph: Graph) -> Snapshot:
        """A snapshot of every node, for the caller alone; every node is watched from then on."""
        self._set_watch(Watch(tuple(node.name for node in graph.nodes)))
        snapshot = self._snapshot(self._clock(), moving=False)
        self._changed = False
        return snapshot

    def _snapshot(self, now: float, moving: bool) -> Snapshot:
        watch, scene, sample = self._shown()
        reuse = self._links is not None and moving and now - self._links_at < _LINKS_SECONDS
        picture = scene.look(sample=sample, watch=watch, links=self._links if reuse else None)
        if not reuse:
            self._links, self._links_at = picture.links, now
        moment = scene.moment
        self._serial += 1
        return Snapshot(
            serial=self._serial,
            step=moment.step,
            moment=moment.moment,
            epoch=moment.epoch,
            sample=sample,
            quantity=picture.quantity,
            scale=watch.scale,
            maps=picture.maps,
            kernels=picture.kernels,
            links=picture.links,
            logits=picture.logits,
            probabilities=picture.probabilities,
            focus=picture.focus,
            request=self._request,
        )

    def _shown(self) -> tuple[Watch, Scene, Sample]:
        if self._watch is None or self._scene is None or self._sample is None:
            raise RuntimeError("There is nothing to show yet.")
        return self._watch, self._scene, self._sample

    def _set_watch(self, watch: Watch) -> None:
        if not watch.frames_per_second > 0:
            raise ValueError(f"Frames per second have to be more than 0, not {watch.frames_per_second:g}.")
        if watch != self._watch:
            self._watch = watch
            self.touch()

    def _show(self, sample: Sample) -> None:
        self._sample = sample
        if sample.index >= 0:
            self._place = (sample.split, sample.index)
        self._changed = self._requested = True
        self.broken = False

    def _show_picture(self, command: ShowPicture, scene: Scene) -> None:
        picture = command.picture
        if picture.shape != scene.picture_shape:
            raise SampleError(
                f"The network looks at pictures of {_text(scene.picture_shape)}, not of {_text(picture.shape)}."
            )
        self._request = max(self._request, command.request)
        self._show(Sample(picture=picture, split=command.split))

    def _show_file(self, command: ShowFile, scene: Scene) -> None:
        from engine.datasets.pictures import load_picture  # Pillow: not before somebody has a picture

        source = command.path if command.data is None else command.data
        if source is None:
            raise SampleError("There is no picture to show: neither a file nor its contents were given.")
        channels, height, width = scene.picture_shape
        fit = getattr(scene, "fit", None)  # what the network was trained on decides how a photograph is cut
        self._show(Sample(picture=load_picture(source, shape=(channels, height, width), fit=fit), split="picture"))


def _text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
