"""Where a training stood at a recorded moment, beside its weights: what going on from there exactly as it did needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from engine.files import FileError, read_tensors, write_tensors
from engine.messages import Settings

_VELOCITIES, _RANDOMNESS = "velocities/", "randomness/"


@dataclass(frozen=True, eq=False)
class Standing:
    """Tensors of a kept one are on the CPU and never written again.

    `velocities` go by parameter name; empty: all were zero; None: there was no room for them. `randomness` has states
    of torch's generators, `position` counts the samples of the current epoch that had gone by, `first_rate` is the
    learning rate before it decayed, `seconds` the training time, `stopping` is `EarlyStopping.to_json`.
    """

    velocities: Mapping[str, Tensor] | None
    randomness: tuple[Tensor, ...]
    settings: Settings
    first_rate: float
    epoch: int
    position: int
    seconds: float
    stopping: Mapping[str, Any]

    @property
    def exact(self) -> bool:
        """Whether a training can go on from here to the bit."""
        return self.velocities is not None or not self.settings.momentum

    def write(self, path: Path) -> None:
        """Into a safetensors file. Raises OSError, FileError."""
        tensors = {
            **{f"{_VELOCITIES}{name}": one for name, one in (self.velocities or {}).items()},
            **{f"{_RANDOMNESS}{index}": one for index, one in enumerate(self.randomness)},
        }
        facts = {
            "velocities": self.velocities is not None,
            "settings": asdict(self.settings),
            "first_rate": self.first_rate,
            "epoch": self.epoch,
            "position": self.position,
            "seconds": self.seconds,
            "stopping": dict(self.stopping),
        }
        write_tensors(path, tensors, metadata={"standing": json.dumps(facts)}, sync=False)

    @classmethod
    def read(cls, path: Path) -> Standing | None:
        """What `write` wrote; None if there is no such file. Raises FileError."""
        if not path.exists():
            return None
        tensors, metadata = read_tensors(path)
        randomness = sorted((key, one) for key, one in tensors.items() if key.startswith(_RANDOMNESS))
        velocities = {key.removeprefix(_VELOCITIES): one for key, one in tensors.items() if key.startswith(_VELOCITIES)}
        try:
            data = json.loads(metadata["standing"])
            return cls(
                velocities=velocities if data["velocities"] else None,
                randomness=tuple(one for _, one in randomness),
                settings=Settings(**data["settings"]),
                first_rate=float(data["first_rate"]),
                epoch=int(data["epoch"]),
                position=int(data["position"]),
                seconds=float(data["seconds"]),
                stopping=data["stopping"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise FileError(f"{path} is broken: {type(error).__name__}: {error}") from error
