"""What the user asks of the engine: frozen requests, carried out in order by the Session's thread."""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages.kinds import Command
from engine.messages.pictures import Bytes, Quantity, Scale


@dataclass(frozen=True)
class Open(Command):
    """Start an experiment. `pretrained` loads the bundled weights where there are some.

    None for a setting means the network's own recipe.
    """

    network: str
    dataset: str
    seed: int = 0
    device: str = "auto"
    batch_size: int = 64
    learning_rate: float | None = None
    momentum: float | None = None
    weight_decay: float | None = None
    epochs: int = 5
    patience: int | None = None
    min_delta: float = 0.0
    pretrained: bool = False
    folder: str | None = None  # for datasets "folder", or a folder that holds the files of a known dataset
    download: bool = True  # False: what is not on this machine fails (links never reach the network)


@dataclass(frozen=True)
class Train(Command):
    """Train (on) until `epochs` of the settings are reached; if they are, that many more."""


@dataclass(frozen=True)
class Pause(Command):
    """Stop training after the update that is being made; `Train` goes on."""


@dataclass(frozen=True)
class TrainSteps(Command):
    """Make so many single updates, then pause."""

    count: int = 1


@dataclass(frozen=True)
class Rewind(Command):
    """Back to the very same initial weights."""


@dataclass(frozen=True)
class Tune(Command):
    """Change settings in the middle of a run, without a reset.

    None leaves a setting as it is; patience 0 turns early stopping off.
    """

    learning_rate: float | None = None
    momentum: float | None = None
    weight_decay: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    patience: int | None = None
    min_delta: float | None = None
    learning_rate_decay: float | None = None


@dataclass(frozen=True)
class Watch(Command):
    """What the views show: these nodes' maps, this quantity and scale, exact numbers of one node. What nobody sees is
    not computed. `links` also asks for contributions into dense layers.

    `largest` is how many cells along a side of a map the views can draw: larger maps come averaged (`Maps.step`); 0:
    none do.
    """

    nodes: tuple[str, ...]
    quantity: Quantity = Quantity.ACTIVATIONS
    scale: Scale = Scale.LAYER
    focus: str | None = None
    links: bool = True
    frames_per_second: float = 30.0
    largest: int = 0


@dataclass(frozen=True)
class ShowSample(Command):
    """One sample by its place in a split, "train" or "test", counted from 0."""

    split: str = "test"
    index: int = 0


@dataclass(frozen=True)
class ShowNeighbour(Command):
    """Another sample of the split: direction +1 or -1 in order, 0 at random; of one class, or mistakes only."""

    direction: int
    label: int | None = None
    only_mistakes: bool = False


@dataclass(frozen=True, eq=False)
class ShowPicture(Command):
    """A picture of the user's own, uint8 (channels, height, width), already of the network's input size.

    `request` counts up; the Snapshot that shows it, or a later one, carries it.
    """

    picture: Bytes
    split: str = "drawing"
    request: int = 0


@dataclass(frozen=True, eq=False)
class ShowFile(Command):
    """A picture file of the user's own, fitted to the network's input and shown. One of `path` and `data` is given."""

    path: str | None = None
    data: bytes | None = None


@dataclass(frozen=True)
class AskGallery(Command):
    """Samples from `start` on, in order, that fit: of one class, mistakes only. Answered by `Gallery`."""

    split: str = "test"
    start: int = 0
    count: int = 10
    label: int | None = None
    only_mistakes: bool = False


@dataclass(frozen=True)
class AskConfused(Command):
    """Mistakes of one cell of the confusion matrix, the most confidently wrong first. Answered by `Gallery`.

    None: of any label, as any prediction; both None are the worst mistakes of all.
    """

    label: int | None = None
    predicted: int | None = None
    count: int = 50


@dataclass(frozen=True)
class Evaluate(Command):
    """Evaluate the whole held-out set now. Answered by `Evaluated`."""


@dataclass(frozen=True)
class LookBack(Command):
    """Show the network as it was at a recorded step (the nearest kept one); None: as it is now."""

    step: int | None


@dataclass(frozen=True)
class SaveRun(Command):
    """Save the run; without a path to its own folder among the runs."""

    path: str | None = None


@dataclass(frozen=True)
class OpenRun(Command):
    """Go on with the run in this folder as it was saved: network, data, weights, settings and timeline."""

    path: str


@dataclass(frozen=True)
class Cancel(Command):
    """Stop the long work that goes on (download, generating, loading)."""
