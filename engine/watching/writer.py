"""A Run as a script writes it, for others to follow while it grows.

| file | what it is |
| --- | --- |
| `run.json` | as `engine.runs` describes it, with `script`: who writes it, and whether it still does |
| `graph.json` | the network as a graph |
| `examples.safetensors` | the inputs that are looked at, as the network sees them, and their labels |
| `metrics.jsonl` | every point of the curves, appended line by line |
| `weights.safetensors` | the state_dict as it was when last written; its metadata has the step |
| `activations.safetensors` | what each node gave for the examples at that step: `<example>/<node>`, float32 |
| `timeline/<step>-<checksum>.safetensors`, `.activations` | both at earlier steps, within a budget |
| `request.json` | written by who follows: which example, which nodes; whether weights alone are enough |

All but the lines are written beside their place and then put there in one step.
"""

from __future__ import annotations

import json
import math
import os
import socket
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from engine.files import FileError, told, write_file, write_tensors
from engine.messages import Graph, Point, Settings, TrainPoint
from engine.runs import FORMAT, VERSION
from engine.watching.keeping import Kept

# So many bytes of activations are written at a time: a few samples of LeNet whole, a few layers of VGG.
ACTIVATIONS = 8 * 2**20


class RunWriter:
    """Writes one Run into `directory`, which is made. All methods raise FileError where something cannot be written."""

    def __init__(self, directory: Path, *, identity: str, budget: int) -> None:
        self.directory = directory
        self.identity = identity
        self._kept = Kept(budget)
        self._lines: Any = None
        self._described = False
        try:
            (directory / "timeline").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{directory} cannot be made: {told(error, directory)}") from error
        if (directory / "run.json").exists():
            raise FileError(f"{directory} already holds a run: choose another folder")

    def announce(self, *, title: str) -> None:
        """Let others know that a run is about to begin here."""
        self._write("script.json", {"title": title, "state": "starting", "pid": os.getpid(), "host": _host()})

    def describe(
        self,
        *,
        settings: Settings,
        dataset: Mapping[str, Any],
        last: TrainPoint | None,
        steps_per_epoch: int,
        nominal: bool,
        state: str,
        failure: str = "",
    ) -> None:
        """Write run.json: what is trained with which settings, how far it is, who writes it. `state` is "running" or
        "ended", `failure` the error that ended it; `nominal`: the script does not say how long an epoch is."""
        self._write(
            "run.json",
            {
                "format": FORMAT,
                "version": VERSION,
                "identity": self.identity,
                "saved": time.time(),
                "settings": asdict(settings),
                "dataset": dict(dataset),
                "progress": {
                    "step": 0 if last is None else last.step,
                    "epoch": 0.0 if last is None else last.epoch,
                    "seconds": 0.0 if last is None else last.seconds,
                    "train_loss": last.loss if last is not None and math.isfinite(last.loss) else None,
                    "test_loss": None,
                    "test_accuracy": None,
                },
                "script": {
                    "state": state,
                    "pid": os.getpid(),
                    "host": _host(),
                    "steps_per_epoch": steps_per_epoch,
                    "nominal": nominal,
                    "failure": failure,
                },
            },
        )
        self._described = True

    def write_graph(self, graph: Graph) -> None:
        self._write("graph.json", graph.to_json())

    def write_examples(self, examples: Sequence[Tensor], labels: Tensor | None) -> None:
        tensors = {f"input/{index}": _copy(one) for index, one in enumerate(examples)}
        if labels is not None:
            tensors["labels"] = _copy(labels)
        write_tensors(self.directory / "examples.safetensors", tensors, metadata={"format": "pt"}, sync=False)

    def append(self, points: Iterable[Point]) -> None:
        """Points of the curves, whole lines at a time."""
        self._still_there()
        text = "".join(f"{_line(point)}\n" for point in points)
        path = self.directory / "metrics.jsonl"
        try:
            if self._lines is None:
                self._lines = path.open("ab", buffering=0)
            self._lines.write(text.encode())
        except OSError as error:
            raise FileError(f"{path} cannot be written: {told(error, path)}") from error

    def write_moment(self, step: int, weights: Mapping[str, Tensor], outputs: Mapping[str, Tensor] | None) -> None:
        """The network at `step`, with what its nodes gave, unless nobody needs that (None); keeps it for the timeline
        where it is time to."""
        from safetensors.torch import save

        self._still_there()
        metadata = {"format": "pt", "step": str(step)}
        content = save({key: _copy(value) for key, value in weights.items()}, metadata=metadata)
        seen = b""
        if outputs is not None:
            seen = save({key: _copy(value.float()) for key, value in outputs.items()}, metadata=metadata)
            write_file(self.directory / "activations.safetensors", seen, sync=False)
        write_file(self.directory / "weights.safetensors", content, sync=False)
        size = len(content) + len(seen)
        if step < self._kept.due or not self._kept.fits(size):
            return
        for files in self._kept.room_for(size):
            for path in files:
                path.unlink(missing_ok=True)
        stem = self.directory / "timeline" / f"{step:08d}-{zlib.crc32(content):08x}"
        files = (stem.with_suffix(".activations"), stem.with_suffix(".safetensors"))
        for path, part in zip(files, (seen, content), strict=True):
            if part:
                write_file(path, part, sync=False)
        self._kept.add(step, files, size)

    def request(self) -> tuple[int, tuple[str, ...], bool]:
        """(example, nodes) that whoever follows wants to see, and whether weights are enough: they rebuild the network.
        (0, (), False) where nobody has said."""
        try:
            asked = json.loads((self.directory / "request.json").read_text(encoding="utf-8"))
            return max(0, int(asked["example"])), tuple(map(str, asked["nodes"])), bool(asked["rebuilt"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0, (), False

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()
            self._lines = None

    def _still_there(self) -> None:
        """FileError if somebody has deleted the run: half of it, written anew, would be of no use to anybody."""
        if self._described and not (self.directory / "run.json").exists():
            raise FileError(f"the run in {self.directory} was deleted")

    def _write(self, name: str, value: Any) -> None:
        write_file(self.directory / name, (json.dumps(value, indent=1) + "\n").encode(), sync=False)


def chosen(
    outputs: Mapping[str, Tensor], *, count: int, example: int, nodes: Sequence[str], first: int = 0
) -> dict[str, Tensor]:
    """Of the nodes' outputs (with a batch axis of `count` examples from `first` on), what is written: the wanted
    example with the wanted nodes first, then its other nodes, then other examples, as far as ACTIVATIONS reaches."""
    example = min(max(example - first, 0), count - 1)
    order = [*(name for name in nodes if name in outputs), *(name for name in outputs if name not in nodes)]
    found: dict[str, Tensor] = {}
    room = ACTIVATIONS
    for index in [example, *(one for one in range(count) if one != example)]:
        for name in order:
            value = outputs[name]
            part = value[index] if value.dim() and value.shape[0] == count else value
            size = 4 * part.numel()
            if size > room:
                continue
            room -= size
            found[f"{first + index}/{name}"] = part
    return found


def weighs(outputs: Mapping[str, Tensor], count: int) -> int:
    """How many bytes all outputs of one of `count` examples take when they are written."""
    return sum(4 * value.numel() for value in outputs.values()) // count


def _copy(value: Tensor) -> Tensor:
    return value.detach().to("cpu", copy=True).contiguous()


def _line(point: Point) -> str:
    kind = "train" if isinstance(point, TrainPoint) else "held_out"
    values = {key: one if _is_plain(one) else None for key, one in vars(point).items()}
    return json.dumps({"kind": kind, **values})


def _host() -> str:
    return socket.gethostname()


def _is_plain(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def new_folder(name: str) -> Path:
    """A folder among the user's runs that does not exist yet."""
    from datetime import datetime

    from engine.session.places import default_runs

    plain = "".join(one if one.isalnum() or one in "-_" else "-" for one in name) or "network"
    stem = f"{datetime.now():%Y-%m-%d-%H%M%S}-{plain}-script"
    folder, number = default_runs() / stem, 1
    while folder.exists():
        number += 1
        folder = default_runs() / f"{stem}-{number}"
    return folder
