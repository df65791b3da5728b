"""Which runs there are to compare, by name; loads no torch. A run's own name is a line in its folder's `title.txt`."""

from __future__ import annotations

from pathlib import Path

from engine import networks, runs
from engine.files import FileError, read_json, told, write_file
from engine.messages.compare import TRAINED, RunFacts

TITLE_FILE = "title.txt"
_LONGEST_TITLE = 80


class CompareError(ValueError):
    """A run that cannot be compared, or named so. The message is meant for the user."""


def folder_of(name: str, root: Path) -> Path:
    """The folder of a run below `root`. CompareError for a name that is none: it may not lead anywhere else."""
    if not name or name != Path(name).name or name.startswith(".") or ":" in name or "\\" in name:
        raise CompareError(f'"{name[:80]}" is no name of a run: it would be a folder in {root}')
    folder = root / name
    if not (folder / "run.json").is_file():
        raise CompareError(f"there is no run {name} in {root}: it was moved or deleted; choose another")
    return folder


def list_runs(root: Path, resources: Path) -> tuple[RunFacts, ...]:
    """The saved runs, the last saved first, and those that come trained. RunError if the folder cannot be listed."""
    saved = [facts_of(one) for one in runs.find(root) if one.directory != root]
    return (*saved, *trained(resources))


def facts_of(summary: runs.Summary) -> RunFacts:
    """A saved run as lists show it."""
    settings = summary.settings
    title, subtitle = network_title(settings.network) if settings is not None else ("", "")
    return RunFacts(
        name=summary.directory.name,
        title=title_of(summary.directory),
        identity=_identity(summary.directory),
        network=settings.network if settings is not None else "",
        network_title=title,
        subtitle=subtitle,
        settings=settings,
        dataset_title=summary.dataset_title,
        step=summary.step,
        epoch=summary.epoch,
        saved=summary.saved,
        test_accuracy=summary.test_accuracy,
        problem=summary.problem,
    )


def trained(resources: Path) -> tuple[RunFacts, ...]:
    """The networks that come trained, as runs without curves."""
    found = []
    for entry in networks.catalogue():
        if entry.bundled and (resources / "weights" / f"{entry.name}.json").is_file():
            found.append(
                RunFacts(
                    name=f"{TRAINED}{entry.name}",
                    network=entry.name,
                    network_title=entry.title,
                    subtitle=entry.subtitle,
                    dataset_title="comes trained",
                )
            )
    return tuple(found)


def network_title(name: str) -> tuple[str, str]:
    """(title, what distinguishes it); of a network that is in no catalogue its own name."""
    for entry in networks.catalogue():
        if entry.name == name:
            return entry.title, entry.subtitle
    return name.rpartition(":")[2] or name, ""


def title_of(folder: Path) -> str:
    """What the user calls the run, "" if nothing."""
    try:
        text = (folder / TITLE_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return " ".join(text.split())[:_LONGEST_TITLE]


def rename(name: str, title: str, root: Path) -> None:
    """Call a run something from now on; "" takes the name away. CompareError if that cannot be written."""
    path = folder_of(name, root) / TITLE_FILE
    text = " ".join(title.split())[:_LONGEST_TITLE]
    try:
        if text:
            write_file(path, (text + "\n").encode())
        else:
            path.unlink(missing_ok=True)
    except (FileError, OSError) as error:
        reason = told(error, path) if isinstance(error, OSError) else error
        raise CompareError(f"the run {name} could not be renamed: {reason}") from error


def _identity(folder: Path) -> str:
    try:
        data = read_json(folder / "run.json")
    except FileError:
        return ""
    return str(data.get("identity", "")) if isinstance(data, dict) else ""
