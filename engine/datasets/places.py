"""Where data lie on disk, and writing there so that a file is whole or not there at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engine.datasets.dataset import DatasetError


def data_root(root: Path | None = None) -> Path:
    """The folder of all datasets: `root` if given, else RECEPTIVE_DATA, else the user's own data folder."""
    if root is not None:
        return Path(root).expanduser()
    named = os.environ.get("RECEPTIVE_DATA", "").strip()
    if named:
        return Path(named).expanduser()
    return own_root()


def own_root() -> Path:
    """The user's own data folder, whatever else was chosen."""
    import platformdirs

    return Path(platformdirs.user_data_dir("receptive", appauthor=False))


def write_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one step.

    If anything goes wrong, cancelling included, nothing is left behind and an old file stays as it was.
    Raises DatasetError if the disk is full or may not be written.
    """
    part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        make_folder(path.parent)
        try:
            with part.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot_write(path, error) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. PermissionError, also for an administrator, where all are marked read-only."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if there.is_dir() and not there.stat().st_mode & 0o222:
        raise PermissionError(errno.EACCES, "marked as read-only", str(there))
    folder.mkdir(parents=True, exist_ok=True)


def cannot_write(path: Path, error: OSError) -> DatasetError:
    """What to tell the user when `path` could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DatasetError(f"The disk is full: {path} could not be written. Free some space and try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DatasetError(
            f"No permission to write {path}. Choose another data folder with --data-root or RECEPTIVE_DATA, "
            "or allow writing there."
        )
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        return DatasetError(f"{path} could not be written: {path.parent} is not a folder. Choose another data folder.")
    return DatasetError(f"{path} could not be written: {error.strerror or error}. Choose another data folder.")


def cannot_read(path: Path, error: OSError) -> DatasetError:
    """What to tell the user when `path` could not be read."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return DatasetError(f"No permission to read {path}. Allow reading it, or choose another data folder.")
    if isinstance(error, FileNotFoundError):
        return DatasetError(f"{path} is not there (any more). Check the name, or choose another data folder.")
    if isinstance(error, IsADirectoryError):
        return DatasetError(f"{path} is a folder, where a file was expected.")
    return DatasetError(f"{path} could not be read: {error.strerror or error}.")
