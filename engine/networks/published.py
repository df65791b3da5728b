"""Weights that torchvision publishes for the large networks, trained on ImageNet: where they are, how they are taken.

The file names end with the first eight digits of the files' SHA-256, which is what a download is checked against. They
are data, read without running code in them.

torchvision's code is under the BSD 3-Clause licence; of its pretrained weights it says that terms of the data that they
were trained on may hold for them too, and that whoever uses them has to see to it. They are not part of Receptive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.messages import Progress
from engine.networks.errors import NetworkError

if TYPE_CHECKING:
    from torch import Tensor, nn

_ADDRESS = "https://download.pytorch.org/models/"
# What the networks were trained on; GoogLeNet's came from elsewhere, with black at -1 and white at 1.
_USUAL = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_PLAIN = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


@dataclass(frozen=True)
class Published:
    """A file of weights. `megabytes` are 2^20 bytes; `accuracy` is the share of ImageNet's 50,000 validation pictures
    whose class comes first, in percent, as torchvision states it."""

    file: str
    megabytes: float
    accuracy: float

    @property
    def checksum(self) -> str:
        """The first digits of the file's SHA-256."""
        return Path(self.file).stem.rpartition("-")[2]

    @property
    def size(self) -> str:
        return f"{self.megabytes * 2**20 / 1e6:,.0f} MB"


PUBLISHED: Mapping[str, Published] = {
    "alexnet": Published("alexnet-owt-7be5be79.pth", 233.087, 56.522),
    "vgg11": Published("vgg11-8a719046.pth", 506.840, 69.020),
    "vgg13": Published("vgg13-19584684.pth", 507.545, 69.928),
    "vgg16": Published("vgg16-397923af.pth", 527.796, 71.592),
    "vgg19": Published("vgg19-dcbb9e9d.pth", 548.051, 72.376),
    "vgg11_bn": Published("vgg11_bn-6002323d.pth", 506.881, 70.370),
    "vgg13_bn": Published("vgg13_bn-abd245e5.pth", 507.590, 71.586),
    "vgg16_bn": Published("vgg16_bn-6c64b313.pth", 527.866, 73.360),
    "vgg19_bn": Published("vgg19_bn-c79401a0.pth", 548.143, 74.218),
    "googlenet": Published("googlenet-1378be20.pth", 49.731, 69.778),
    "resnet18": Published("resnet18-f37072fd.pth", 44.661, 69.758),
    "resnet34": Published("resnet34-b627a593.pth", 83.275, 73.314),
    "resnet50": Published("resnet50-0676ba61.pth", 97.781, 76.130),
    "resnet101": Published("resnet101-63fe2227.pth", 170.511, 77.374),
    "resnet152": Published("resnet152-394f9c45.pth", 230.434, 78.312),
    "densenet121": Published("densenet121-a639ec97.pth", 30.845, 74.434),
    "densenet161": Published("densenet161-8d451a50.pth", 110.369, 77.138),
    "densenet169": Published("densenet169-b2777c0a.pth", 54.708, 75.600),
    "densenet201": Published("densenet201-c1103571.pth", 77.373, 76.896),
}


def preprocessing(name: str) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """(mean, std) of red, green and blue in 0-1: a network sees (picture / 255 - mean) / std."""
    return _PLAIN if name == "googlenet" else _USUAL


def folder(data_root: Path | None) -> Path:
    """Where downloaded weights lie."""
    from engine.datasets.places import data_root as place

    return place(data_root) / "weights"


def found(name: str, data_root: Path | None) -> Path | None:
    """The network's published weights, if they are on this machine."""
    published = PUBLISHED.get(name)
    path = None if published is None else folder(data_root) / published.file
    return path if path is not None and path.is_file() else None


def fetch(
    name: str,
    *,
    data_root: Path | None,
    title: str = "",
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    pause: float = 1.0,
) -> Path:
    """The network's published weights, downloaded if they are not there; `title` is what `progress` calls it.

    Raises NetworkError for a network that has none, DatasetError (what failed, and where the file can be put by hand)
    or Cancelled.
    """
    from engine.datasets.downloads import Remote
    from engine.datasets.downloads import fetch as download

    published = PUBLISHED.get(name)
    if published is None:
        raise NetworkError(f"there are no published weights of {name}; there are of: {', '.join(PUBLISHED)}")
    into = folder(data_root)
    if not (into / published.file).is_file():
        # torchvision gives sizes in thousandths of 2^20 bytes: rounded up, and a little more.
        size = math.ceil((published.megabytes + 0.001) * 2**20)
        remote = Remote(published.file, size, published.checksum, (_ADDRESS + published.file,))
        what = f"{title or name}'s weights"
        download([remote], into=into, title=what, progress=progress, cancelled=cancelled, pause=pause)
    return into / published.file


def give(module: nn.Module, path: Path, *, network: str) -> None:
    """Give a network of the catalogue the weights in a file: published ones, or any state_dict of such a network.

    NetworkError, and nothing changed, where it holds none that fit.
    """
    from engine.networks.tensors_file import load_state, read_state

    state = translated(network, read_state(path))
    try:
        load_state(module, state, source=str(path))
    except NetworkError as error:
        if hint := _classes_differ(module, state):
            raise NetworkError(f"{error}. {hint}") from error
        raise


def translated(network: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state_dict with the keys that the network has now.

    DenseNet's were written when a layer's parts were called norm.1, conv.2; GoogLeNet's also hold the auxiliary
    classifiers, which help to train and are left out afterwards.
    """
    if network.startswith("densenet"):
        return {_without_dot(key): value for key, value in state.items()}
    if network == "googlenet":
        return {key: value for key, value in state.items() if not key.startswith(("aux1.", "aux2."))}
    return dict(state)


def _without_dot(key: str) -> str:
    """ "features.denseblock1.denselayer1.norm.1.weight" as "….norm1.weight"."""
    before, layer, after = key.partition("denselayer")
    if not layer:
        return key
    for kind in ("norm", "relu", "conv"):
        for number in ("1", "2"):
            after = after.replace(f".{kind}.{number}.", f".{kind}{number}.")
    return f"{before}{layer}{after}"


def _classes_differ(module: nn.Module, state: Mapping[str, Tensor]) -> str:
    """What to do where only the number of classes differs; "" if it is something else."""
    own = module.state_dict()
    differ = [key for key, value in own.items() if key in state and state[key].shape != value.shape]
    if own.keys() - state.keys() or not differ or len(differ) > 2:
        return ""
    theirs, ours = len(state[differ[-1]]), len(own[differ[-1]])
    advice = "; choose Photographs as data" if theirs == 1000 else ""
    return f"They tell {theirs:,} classes apart, the network is open for {ours:,}{advice}"
