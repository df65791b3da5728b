"""The files of a Run while something else writes them. Nothing is written but a request; half-written is not broken."""

from __future__ import annotations

import json
import math
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.files import FileError, read_json, told, write_file
from engine.messages import DatasetFacts, Graph, HeldOutPoint, Point, Settings, TrainPoint

_KINDS = {"train": TrainPoint, "held_out": HeldOutPoint}
_WEIGHTS, _ACTIVATIONS = "weights.safetensors", "activations.safetensors"
_LOOKED_AT = ("script.json", "run.json", "graph.json", "metrics.jsonl", _WEIGHTS, _ACTIVATIONS)
# Without news for so long, a run that does not say that it has ended counts as quiet.
QUIET_SECONDS = 30.0


@dataclass(frozen=True, eq=False)
class Description:
    """What run.json says. `state` is that of a script, empty where something else writes; `pid` and `host` its own.
    `nominal`: it does not say how long an epoch is; `failure`: the error that ended it."""

    settings: Settings
    facts: DatasetFacts
    mean: tuple[float, ...]
    std: tuple[float, ...]
    folder: str | None
    identity: str
    steps_per_epoch: int
    step: int
    state: str = ""
    nominal: bool = False
    pid: int = 0
    host: str = ""
    failure: str = ""


class Reader:
    """Reads the Run in `directory`; remembers how far it has read its curves."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lines: list[str] = []
        self._offset = 0
        self._file = 0

    def signature(self) -> tuple[object, ...]:
        """What changes when there is something new. Cheap: asked several times a second."""
        found: list[object] = []
        for name in _LOOKED_AT:
            try:
                status = os.stat(self.directory / name)
                found.append((name, status.st_mtime_ns, status.st_size, status.st_ino))
            except OSError:
                found.append(None)
        return tuple(found)

    def quiet_for(self) -> float:
        """Seconds since anything was written."""
        newest = 0.0
        for name in _LOOKED_AT:
            try:
                newest = max(newest, os.stat(self.directory / name).st_mtime)
            except OSError:
                continue
        return max(0.0, time.time() - newest)

    def waiting(self) -> str:
        """What a script that has not made its first step yet calls its network; empty if none waits here."""
        try:
            data = read_json(self.directory / "script.json")
            return str(data["title"]) if not (self.directory / "run.json").exists() else ""
        except (FileError, KeyError, TypeError):
            return ""

    def description(self) -> Description:
        """FileError if run.json is not there, broken, or describes no run."""
        path = self.directory / "run.json"
        data = read_json(path)
        try:
            if data["format"] != "receptive-run" or data["version"] != 1:
                raise FileError(f"{path} does not describe a run that this Receptive can read")
            dataset, script = data["dataset"], data.get("script", {})
            settings = Settings(**data["settings"])
            shape = tuple(int(size) for size in dataset["picture_shape"])
            batch = max(1, settings.batch_size)
            return Description(
                settings=settings,
                facts=DatasetFacts(
                    name=str(dataset["name"]),
                    title=str(dataset["title"]),
                    classes=tuple(map(str, dataset["classes"])),
                    picture_shape=shape,  # type: ignore[arg-type]
                    train_samples=int(dataset["train_samples"]),
                    test_samples=int(dataset["test_samples"]),
                ),
                mean=tuple(map(float, dataset.get("mean", ()))),
                std=tuple(map(float, dataset.get("std", ()))),
                folder=dataset.get("folder"),
                identity=str(data["identity"]),
                steps_per_epoch=int(script.get("steps_per_epoch", 0)) or -(-int(dataset["train_samples"]) // batch),
                step=int(data["progress"]["step"]),
                state=str(script.get("state", "")),
                nominal=bool(script.get("nominal", False)),
                pid=int(script.get("pid", 0)),
                host=str(script.get("host", "")),
                failure=str(script.get("failure", "")),
            )
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, FileError):
                raise
            raise FileError(f"{path} is broken: {type(error).__name__}: {error}") from error

    def graph(self) -> Graph | None:
        """The graph as it was written; None if none was. FileError where it is broken."""
        path = self.directory / "graph.json"
        if not path.exists():
            return None
        data = read_json(path)
        try:
            return Graph.from_json(data)
        except (KeyError, TypeError, ValueError) as error:
            raise FileError(f"{path} is broken: {type(error).__name__}: {error}") from error

    def points(self) -> tuple[list[Point], bool]:
        """(points since the last call, whether the curves began anew: then all of them).

        A line that is not whole yet waits for the next call. FileError for a whole line that is no point.
        """
        path = self.directory / "metrics.jsonl"
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                grown = status.st_ino == self._file and status.st_size >= self._offset
                file.seek(self._offset if grown else 0)
                content = file.read()
        except FileNotFoundError:
            return [], False
        except OSError as error:
            raise FileError(f"{path} cannot be read: {told(error, path)}") from error
        whole = content[: content.rfind(b"\n") + 1]
        lines = whole.decode("utf-8", errors="replace").splitlines()
        self._file = status.st_ino
        if grown:
            self._offset += len(whole)
            self._lines += lines
            return _points(lines, path, first=len(self._lines) - len(lines)), False
        self._offset = len(whole)
        known = len(self._lines)
        # Receptive's own runs are written anew at each save: mostly the same lines and some more.
        same = 0 < known <= len(lines) and lines[known - 1] == self._lines[-1]
        again = known > 0 and not same
        self._lines = lines
        first = known if same else 0
        return _points(lines[first:], path, first=first), again

    def weights(self) -> tuple[int, dict[str, Any]]:
        """(step, state_dict as tensors) as last written. FileError."""
        path = self.directory / "weights.safetensors"
        tensors, metadata = _tensors(path)
        return _step(metadata, path), tensors

    def activations(self) -> tuple[int, dict[str, Any]]:
        """(step, tensors by `<example>/<node>`) as last written; (-1, {}) if there are none. FileError."""
        path = self.directory / "activations.safetensors"
        if not path.exists():
            return -1, {}
        tensors, metadata = _tensors(path)
        return _step(metadata, path), tensors

    def examples(self) -> dict[str, Any]:
        """The inputs that a script's network looks at; empty if nothing of the kind was written. FileError."""
        path = self.directory / "examples.safetensors"
        return _tensors(path)[0] if path.exists() else {}

    def moments(self) -> dict[int, Path]:
        """Where the weights of earlier steps lie."""
        found: dict[int, Path] = {}
        for path in sorted((self.directory / "timeline").glob("*.safetensors")):
            step = path.name.partition("-")[0]
            if step.isdecimal():
                found[int(step)] = path
        return found

    def moment(self, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
        """(state_dict, activations) of an earlier step; no activations where none were kept. FileError."""
        beside = path.with_suffix(".activations")
        return _tensors(path)[0], _tensors(beside)[0] if beside.exists() else {}

    def ask(self, example: int, nodes: tuple[str, ...], *, rebuilt: bool) -> None:
        """Say which example and nodes shall be written next, or (`rebuilt`) that weights are enough. FileError where
        nothing can be written here."""
        content = json.dumps({"example": example, "nodes": list(nodes), "rebuilt": rebuilt}).encode()
        write_file(self.directory / "request.json", content, sync=False)


def alive(description: Description) -> bool | None:
    """Whether the script that writes still runs; None where that cannot be told from here."""
    if not description.pid or description.host != socket.gethostname() or os.name == "nt":
        return None
    try:
        os.kill(description.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return None
    return True


def _points(lines: list[str], path: Path, *, first: int) -> list[Point]:
    found: list[Point] = []
    for number, line in enumerate(lines, start=first + 1):
        if not line.strip():
            continue
        try:
            data: dict[str, Any] = {
                key: math.nan if value is None else value for key, value in json.loads(line).items()
            }
            found.append(_KINDS[data.pop("kind")](**data))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FileError(f"{path} is broken: line {number} is no point of a curve") from error
    return found


def _tensors(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """(tensors, metadata) of a safetensors file, copied: a file that is mapped into memory and shortened by whoever
    writes it would end the whole process."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {told(error, path)}") from error
    try:
        tensors = load(content)
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
        return tensors, dict(metadata)
    except (SafetensorError, ValueError, KeyError) as error:
        raise FileError(f"{path} is broken: {error}") from error


def _step(metadata: Mapping[str, str], path: Path) -> int:
    try:
        return int(metadata["step"])
    except (KeyError, ValueError) as error:
        raise FileError(f"{path} is broken: it does not say of which step it is") from error
