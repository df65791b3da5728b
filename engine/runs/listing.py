"""The runs in a folder, as a list shows them; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.files import told
from engine.messages import Settings
from engine.runs.form import DESCRIPTION, RunError, describe, short


@dataclass(frozen=True)
class Summary:
    """A saved run as lists show it. `problem` says why it cannot be opened; then the rest may be empty.

    `saved` is in seconds since 1970. Losses and accuracies (0-1) are the last known ones, None if there are none.
    """

    directory: Path
    settings: Settings | None = None
    dataset_title: str = ""
    step: int = 0
    epoch: float = 0.0
    saved: float = 0.0
    train_loss: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    problem: str = ""


def find(root: Path) -> tuple[Summary, ...]:
    """All runs in the folders right below `root`, and in `root` itself, the last saved first; loads no torch.

    A folder with a run.json that cannot be read is listed with its problem. A `root` that does not exist has none.
    """
    root = Path(root)
    try:
        folders = [root, *sorted(path for path in root.iterdir() if path.is_dir())] if root.is_dir() else []
    except OSError as error:
        raise RunError(f"the runs in {root} cannot be listed: {told(error, root)}") from error
    found = [summary(folder) for folder in folders if (folder / DESCRIPTION).is_file()]
    return tuple(sorted(found, key=lambda one: (-one.saved, str(one.directory))))


def summary(directory: Path) -> Summary:
    """What run.json says; a run that cannot be read has a `problem`."""
    directory = Path(directory)
    try:
        data = describe(directory)
        progress = data["progress"]
        return Summary(
            directory=directory,
            settings=Settings(**data["settings"]),
            dataset_title=str(data["dataset"]["title"]),
            step=int(progress["step"]),
            epoch=float(progress["epoch"]),
            saved=float(data["saved"]),
            train_loss=progress["train_loss"],
            test_loss=progress["test_loss"],
            test_accuracy=progress["test_accuracy"],
        )
    except RunError as error:
        return Summary(directory=directory, problem=str(error))
    except (KeyError, TypeError, ValueError) as error:
        return Summary(directory=directory, problem=f"{directory / DESCRIPTION} is broken: {short(error)}")
