"""All datasets by name, and the one way to load any of them.

A viewer lists the catalogue while the window opens: what loads a dataset is imported when one is loaded.
"""

from __future__ import annotations

from pathlib import Path

from engine.datasets.dataset import Dataset, DatasetError
from engine.datasets.pictures import Shape
from engine.datasets.places import data_root, own_root
from engine.datasets.reporting import CancelCheck, ProgressCallback
from engine.messages import Entry

_ENTRIES = (
    Entry(
        name="digits",
        title="Digits",
        summary="Handwriting by Receptive: 60,000 + 10,000 grey 28x28 pictures of 0 to 9, nothing to download",
        bundled=True,
    ),
    Entry(
        name="mnist",
        title="MNIST",
        summary="Handwritten digits of 500 people: 60,000 + 10,000 grey 28x28 pictures, 12 MB",
    ),
    Entry(
        name="fashion-mnist",
        title="Fashion-MNIST",
        summary="Clothes of ten kinds: 60,000 + 10,000 grey 28x28 pictures, 31 MB",
    ),
    Entry(
        name="cifar-10",
        title="CIFAR-10",
        summary="Animals and vehicles of ten kinds: 50,000 + 10,000 coloured 32x32 pictures, 170 MB",
    ),
    Entry(
        name="photographs",
        title="Photographs",
        summary="Photographs of your own, and six pictures by Receptive, for networks with ImageNet's 1,000 classes",
        bundled=True,
    ),
    Entry(
        name="folder",
        title="Folder of pictures",
        summary="Pictures of your own: one subfolder for each class, with or without train and test above them",
    ),
)


def catalogue() -> tuple[Entry, ...]:
    """All datasets in the order in which they are offered; `bundled` ones need no files and no download."""
    return _ENTRIES


def load(
    name: str,
    *,
    root: Path | None = None,
    folder: Path | None = None,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
    download: bool = True,
    shape: Shape | None = None,
    seed: int = 0,
) -> Dataset:
    """A dataset by its name in the catalogue.

    Files are looked for below `root`, else RECEPTIVE_DATA, else the user's data folder, as `mnist/…`,
    `fashion-mnist/…` and `cifar-10/…`; what is missing is downloaded to there if `download` allows. `folder` is the
    folder of pictures for "folder"; for the others a folder that holds their files itself. `shape` (channels, height,
    width) is for "folder" and "photographs": what pictures are fitted to; `seed` says which of a folder are held out.
    `progress` is told a few times a second on the calling thread; `cancelled` is asked as often and oftener.
    Raises DatasetError, and its kind Cancelled.
    """
    place = data_root(root)
    folder = None if folder is None else Path(folder).expanduser()
    if name == "folder":
        from engine.datasets.folder import load_folder

        if folder is None:
            raise DatasetError("Which folder? Name one that has a subfolder of pictures for each class.")
        return load_folder(folder, shape=shape, seed=seed, progress=progress, cancelled=cancelled)
    if name == "photographs":
        from engine.datasets.photographs import load_photographs

        return load_photographs(shape=shape)
    if name == "digits":
        from engine.datasets.digits import load_digits

        return load_digits(root=place, fallback=own_root(), progress=progress, cancelled=cancelled)
    if name == "cifar-10":
        from engine.datasets.cifar import load_cifar

        return load_cifar(root=place, folder=folder, progress=progress, cancelled=cancelled, download=download)
    from engine.datasets.mnist import FASHION_MNIST, MNIST, load_idx

    for source in (MNIST, FASHION_MNIST):
        if name == source.name:
            return load_idx(
                source, root=place, folder=folder, progress=progress, cancelled=cancelled, download=download
            )
    raise _unknown(name)


def _unknown(name: str) -> DatasetError:
    import difflib

    names = [entry.name for entry in _ENTRIES]
    close = difflib.get_close_matches(name.lower(), names, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    return DatasetError(f"There is no dataset {name!r}. {hint}There are: {', '.join(names)}.")
