"""Reading and writing the files of runs: whole or not at all, with errors that name the file and what to do."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


_LINES_AT_ONCE = 50  # a millisecond's work


class FileError(ValueError):
    """A file that cannot be read or written. The message is meant for the user."""


def write_file(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Put `content` into `path` in one step: whatever happens, there is the old file or the new one.

    Folders are made as needed. `sync` waits for the disk, so that this outlives even a power cut.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("xb") as file:
                file.write(content)
                if sync:
                    file.flush()
                    os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):  # the first error is the one to tell
                part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{path} cannot be written: {told(error, path)}") from error


def write_lines(path: Path, lines: Iterable[str], *, rest: Callable[[], object]) -> None:
    """As `write_file`, for text that takes a while to come about; `rest` is called now and then meanwhile."""
    content = bytearray()
    for count, line in enumerate(lines, start=1):
        content += f"{line}\n".encode()
        if not count % _LINES_AT_ONCE:
            rest()
    write_file(path, bytes(content))


def write_tensors(path: Path, tensors: Mapping[str, Tensor], *, metadata: dict[str, str], sync: bool = True) -> None:
    """As `write_file`, in safetensors form; tensors are on the CPU and contiguous."""
    from safetensors.torch import save

    write_file(path, save(dict(tensors), metadata=metadata), sync=sync)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """(tensors, metadata) of a safetensors file; no code in it is run. FileError if it is not there or broken."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118
    except OSError as error:
        raise FileError(f"{path} cannot be read: {told(error, path)}") from error
    except SafetensorError as error:
        raise FileError(f"{path} is broken: {error}") from error


def read_json(path: Path) -> Any:
    """What a JSON file holds. FileError if it is not there or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {told(error, path)}") from error
    except ValueError as error:
        raise FileError(f"{path} is broken: {error}") from error


def told(error: OSError, path: Path) -> str:
    """An operating system's error in words, with what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; make room, or choose another folder"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "no permission; choose another folder, or change its permissions"
    if isinstance(error, FileNotFoundError):
        return "it is not there" if path.parent.is_dir() else f"there is no folder {path.parent}"
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{error.filename or path} is a file, not a folder"
    return (error.strerror or str(error)).lower()
