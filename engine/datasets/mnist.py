"""MNIST and Fashion-MNIST: four IDX files each, gzipped or plain, from disk or by download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.datasets.dataset import Dataset, DatasetError, make_dataset
from engine.datasets.downloads import Remote, fetch
from engine.datasets.idx import read_pair
from engine.datasets.reporting import CancelCheck, ProgressCallback, Reporter

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@dataclass(frozen=True)
class IdxSource:
    """A dataset of four IDX files: its folder below the data root, others that it is often found in, its downloads."""

    name: str
    title: str
    classes: tuple[str, ...]
    folders: tuple[str, ...]
    remotes: tuple[Remote, ...]


def _remotes(urls: Sequence[str], checks: Sequence[tuple[int, str]]) -> tuple[Remote, ...]:
    return tuple(
        Remote(f"{name}.gz", size, sha256, tuple(f"{url}/{name}.gz" for url in urls))
        for name, (size, sha256) in zip(FILES, checks, strict=True)
    )


MNIST = IdxSource(  # LeCun, Cortes, Burges: the files as first published
    name="mnist",
    title="MNIST",
    classes=tuple("0123456789"),
    folders=("mnist", "MNIST/raw"),
    remotes=_remotes(
        ("https://ossci-datasets.s3.amazonaws.com/mnist", "https://storage.googleapis.com/cvdf-datasets/mnist"),
        (
            (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
    ),
)

FASHION_MNIST = IdxSource(  # Xiao, Rasul, Vollgraf 2017
    name="fashion-mnist",
    title="Fashion-MNIST",
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    folders=("fashion-mnist", "FashionMNIST/raw"),
    remotes=_remotes(
        (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ),
        (
            (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ),
    ),
)


def load_idx(
    source: IdxSource,
    *,
    root: Path,
    folder: Path | None = None,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
    download: bool = True,
) -> Dataset:
    """The dataset from `folder` if given, else from its place below `root`, else downloaded to there."""
    places = [folder] if folder is not None else [root / name for name in source.folders]
    found = _find(places)
    if found is None:
        if not download or folder is not None:
            raise _missing(source, places, root=root, folder=folder)
        # Whatever lies there already, plain or zipped, is not fetched again.
        lacking = [file for file in source.remotes if _one(places[0], file.name.removesuffix(".gz")) is None]
        fetch(lacking, into=places[0], title=source.title, progress=progress, cancelled=cancelled)
        found = _find(places)
        if found is None:
            raise _missing(source, places, root=root, folder=None)
    with Reporter(f"Loading {source.title}", 2, progress=progress, cancelled=cancelled) as reporter:
        train = read_pair(found[0], found[1], classes=len(source.classes))
        reporter.at(1)
        test = read_pair(found[2], found[3], classes=len(source.classes))
        reporter.at(2)
    if train[0].shape[1:] != test[0].shape[1:]:
        sizes = ["x".join(str(size) for size in pictures.shape[2:]) for pictures in (train[0], test[0])]
        raise DatasetError(
            f"{found[0]} holds pictures of {sizes[0]} pixels, but {found[2]} of {sizes[1]}. "
            "They don't belong together: fetch both again."
        )
    return make_dataset(name=source.name, title=source.title, classes=source.classes, train=train, test=test)


def _find(places: Sequence[Path]) -> tuple[Path, ...] | None:
    """The four files of the first folder that has them all."""
    for place in places:
        found = tuple(path for path in (_one(place, name) for name in FILES) if path is not None)
        if len(found) == len(FILES):
            return found
    return None


def _one(place: Path, name: str) -> Path | None:
    """A file by its usual names: with or without .gz, "-idx" or ".idx" (as some unzip programs leave it)."""
    for candidate in (f"{name}.gz", name, f"{name.replace('-idx', '.idx')}.gz", name.replace("-idx", ".idx")):
        if (place / candidate).is_file():
            return place / candidate
    return None


def _missing(source: IdxSource, places: Sequence[Path], *, root: Path, folder: Path | None) -> DatasetError:
    lacking = [f"{name}(.gz)" for name in FILES if _one(places[0], name) is None]
    where = " and ".join(str(place) for place in places)
    hint = (
        "Choose the folder that holds the four files."
        if folder is not None
        else f"Put them there, choose another data folder than {root}, or let Receptive download them."
    )
    return DatasetError(f"{source.title} was not found: {', '.join(lacking)} not in {where}. {hint}")
